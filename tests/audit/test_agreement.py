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
    table_of,
)

from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.statistics.agreement import ac1, alpha, dearest, percent_agreement
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Bindings, Scale

GRADES = "1234"
DISTANCES = {"nominal": nominal, "ordinal": ordinal, "interval": interval}


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


@pytest.mark.parametrize("times", [1e-9, 1e-3, 1e9])
def test_interval_alpha_knows_no_unit(times: float) -> None:
    rows = [(f"i{k}", who, "x", "124"[(k + (who == "b") * (k % 3 == 0)) % 3]) for k in range(9)
            for who in "abc"]  # fmt: skip
    group = everybody(rows, Bindings("item", "annotator", "label", scale="interval"))
    found = jackknife(group, alpha("interval", [1 * times, 2 * times, 4 * times])).value
    assert found == pytest.approx(plain_alpha(rows, interval), abs=1e-9)


def test_interval_alpha_of_one_label_is_undefined_wherever_the_label_lies() -> None:
    """In 0.1, 0.2, ... the sums of squares do not cancel exactly."""
    for value in (0.1, 0.3, 1e-7, 1e7):
        for ratings_of_it in range(2, 12):
            counts = np.array([[ratings_of_it, 0, 0]])
            statistic = alpha("interval", [value, 7.7 * value, 11.3 * value])
            sums = statistic.terms(counts, np.zeros(1, dtype=np.int64)).sum(axis=0)
            with np.errstate(all="ignore"):
                assert np.isnan(statistic.value(sums))


def test_a_far_label_that_nobody_uses_leaves_alpha_as_it_is() -> None:
    rows = [(f"i{k}", who, "x", "12"[(k + (who == "b") * (k % 3 == 0)) % 2]) for k in range(9)
            for who in "abc"]  # fmt: skip
    group = everybody(rows, Bindings("item", "annotator", "label", scale="interval"))
    wider = np.pad(group.counts, ((0, 0), (0, 1)))
    statistic = alpha("interval", [1.0, 2.0, 99_999.0])
    sums = (statistic.terms(wider, group.gold) * group.items[:, None]).sum(axis=0)
    assert float(statistic.value(sums)) == pytest.approx(plain_alpha(rows, interval), abs=1e-6)


@pytest.mark.parametrize("grades", [30, 31])
def test_ordinal_agreement_takes_thirty_grades_and_no_more(grades: int) -> None:
    rows = [(f"i{k}", who, "x", str(k + 10)) for k in range(grades) for who in "abc"]
    bindings = Bindings("item", "annotator", "label", scale="ordinal")
    found = audit_table(table_of(rows), bindings).overall.estimates["alpha", ""]
    assert (found.value == 1.0) == (grades == 30)


@given(st.lists(st.integers(0, 4), min_size=3, max_size=3), st.sampled_from(list(DISTANCES)))
def test_the_dearest_pair_is_the_largest_distance_over_the_mean_one(
    counts: list[int], scale: Scale
) -> None:
    labels = ["1", "2", "5"]
    given_labels = [label for label, n in zip(labels, counts, strict=True) for _ in range(n)]
    of = dict(zip(labels, counts, strict=True))
    pairs = [DISTANCES[scale](a, b, of) for a, b in permutations(given_labels, 2)]
    found = dearest(scale, np.array(counts), [1.0, 2.0, 5.0])
    if len(set(given_labels)) < 2:
        assert found == math.inf
    else:
        assert found == pytest.approx(max(pairs) / fmean(pairs))


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
