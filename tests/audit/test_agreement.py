"""Agreement against the `krippendorff` package and against computations from the definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from statistics import fmean

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ratings_tables import (
    Rating,
    by_item,
    everybody,
    interval,
    nominal,
    ordinal,
    plain_ac1,
    plain_alpha,
    ratings,
)

from labelcharter.audit.statistics.agreement import ac1, alpha, dearest, percent_agreement
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Bindings, Scale

GRADES = "1234"


def counts_of(rows: Sequence[Rating], labels: str) -> np.ndarray:
    return np.array([[given.count(v) for v in labels] for given in by_item(rows).values()])


def oracle(rows: Sequence[Rating], labels: str, scale: Scale) -> float:
    counts = counts_of(rows, labels)
    used = [k for k in range(len(labels)) if counts[counts.sum(axis=1) > 1, k].sum()]
    assume(len(used) > 1)
    return float(
        krippendorff.alpha(
            value_counts=counts[:, used],
            value_domain=[float(labels[k]) if labels[k].isdigit() else k for k in used],
            level_of_measurement=scale,
        )
    )


@given(ratings())
def test_nominal_alpha_equals_krippendorff_and_the_definition(rows: list[Rating]) -> None:
    expected = oracle(rows, "abc", "nominal")
    found = jackknife(everybody(rows), alpha("nominal")).value
    assert found == pytest.approx(expected, abs=1e-12)
    assert found == pytest.approx(plain_alpha(rows, nominal), abs=1e-12)


@pytest.mark.parametrize(("scale", "distance"), [("ordinal", ordinal), ("interval", interval)])
@given(data=st.data())
def test_graded_alpha_equals_krippendorff_and_the_definition(
    data: st.DataObject, scale: Scale, distance: object
) -> None:
    rows = data.draw(ratings(GRADES))
    expected = oracle(rows, GRADES, scale)
    used = sorted({row[3] for row in rows})
    group = everybody(rows, Bindings("item", "annotator", "label", scale=scale))
    found = jackknife(group, alpha(scale, [float(v) for v in used])).value
    assert found == pytest.approx(expected, abs=1e-12)
    assert found == pytest.approx(plain_alpha(rows, distance), abs=1e-12)


def test_interval_alpha_does_not_change_far_from_zero() -> None:
    near = [
        ("i1", "a", "x", "1"),
        ("i1", "b", "x", "2"),
        ("i2", "a", "x", "4"),
        ("i2", "b", "x", "3"),
    ]
    far = [(i, j, g, str(int(v) + 10**8)) for i, j, g, v in near]
    values = []
    for rows in (near, far):
        numbers = [float(v) for v in sorted({r[3] for r in rows}, key=float)]
        group = everybody(rows, Bindings("item", "annotator", "label", scale="interval"))
        values.append(jackknife(group, alpha("interval", numbers)).value)
    assert values[0] == pytest.approx(values[1], abs=1e-9)


@given(ratings())
def test_ac1_equals_the_definition_with_every_label_counted(rows: list[Rating]) -> None:
    labels = len({row[3] for row in rows})
    assume(labels > 1 and any(len(given) > 1 for given in by_item(rows).values()))
    found = jackknife(everybody(rows), ac1(labels)).value
    assert found == pytest.approx(plain_ac1(labels)(rows), abs=1e-12)


@given(ratings())
def test_percent_agreement_is_the_mean_share_of_agreeing_pairs(rows: list[Rating]) -> None:
    pairs = [
        fmean(a == b for a, b in permutations(labels, 2))
        for labels in by_item(rows).values()
        if len(labels) > 1
    ]
    assume(pairs)
    found = jackknife(everybody(rows), percent_agreement()).value
    assert found == pytest.approx(fmean(pairs), abs=1e-12)


def test_alpha_of_krippendorffs_own_example_is_as_printed() -> None:
    """Twelve units, four observers, some missing: .743 nominal, .815 ordinal, .849 interval."""
    data = {
        "A": "1 2 3 3 2 1 4 1 2 * * *",
        "B": "1 2 3 3 2 2 4 1 2 5 * 3",
        "C": "* 3 3 3 2 3 4 2 2 5 1 *",
        "D": "1 2 3 3 2 4 4 1 2 5 1 *",
    }
    rows = [
        (f"u{unit}", observer, "x", value)
        for observer, line in data.items()
        for unit, value in enumerate(line.split())
        if value != "*"
    ]
    printed: dict[Scale, float] = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}
    for scale, value in printed.items():
        group = everybody(rows, Bindings("item", "annotator", "label", scale=scale))
        found = jackknife(group, alpha(scale, [1.0, 2.0, 3.0, 4.0, 5.0])).value
        assert round(found, 3) == value


def test_agreement_is_undefined_with_one_label_and_without_pairs() -> None:
    same = [("i1", "a", "x", "v"), ("i1", "b", "x", "v")]
    alone = [("i1", "a", "x", "v"), ("i2", "b", "x", "w")]
    assert math.isnan(jackknife(everybody(same), alpha("nominal")).value)
    assert math.isnan(jackknife(everybody(alone), alpha("nominal")).value)
    assert jackknife(everybody(alone), percent_agreement()).items == 0


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_the_dearest_disagreement_bounds_how_far_alpha_can_fall(scale: Scale) -> None:
    """With perfect agreement but for one pair at the largest distance, alpha stays above it."""
    labels = ["1", "2", "3"]
    rows = [(f"i{k}", who, "x", labels[k % 3]) for k in range(30) for who in "ab"]
    worst = [r if r[:2] != ("i0", "b") else ("i0", "b", "x", "3") for r in rows]
    bindings = Bindings("item", "annotator", "label", scale=scale)
    given_now = everybody(rows, bindings)
    counts = (given_now.counts * given_now.items[:, None]).sum(axis=0)
    costs = dearest(scale, counts, [1.0, 2.0, 3.0])
    found = jackknife(everybody(worst, bindings), alpha(scale, [1.0, 2.0, 3.0])).value
    assert 1 - costs * (1 / 30) <= found + 0.02
    assert found < 1
