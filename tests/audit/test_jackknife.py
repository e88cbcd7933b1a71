"""The closed-form jackknife against leaving each item, annotator and rating out from scratch."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from ratings_tables import (
    Rating,
    cleaned,
    delete_one,
    everybody,
    interval,
    nominal,
    ordinal,
    plain_ac1,
    plain_alpha,
    plain_rate,
    ratings,
    table_of,
)
from ratings_tables import Statistic as Plain

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics.agreement import ac1, alpha
from labelcharter.audit.statistics.jackknife import Statistic, Variance, jackknife, variance
from labelcharter.audit.statistics.jackknife import variance_of_difference as joint_variance
from labelcharter.audit.statistics.rates import accuracy as accuracy_rate
from labelcharter.audit.statistics.rates import label_rate, log_label_rate
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import clean


def item(row: Rating) -> str:
    return row[0]


def annotator(row: Rating) -> str:
    return row[1]


def rating(row: Rating) -> tuple[str, str]:
    return row[:2]


def paired(rows: Sequence[Rating]) -> list[Rating]:
    """The ratings that alpha uses: on items with two or more."""
    items = [row[0] for row in rows]
    return [row for row in rows if items.count(row[0]) > 1]


def check(rows: Sequence[Rating], statistic: Statistic, plain: Plain, used: list[Rating]) -> None:
    """Each part of the variance equals that of the plain delete-one computation.

    A rating on an item with two leaves the item without a pair: the plain computation drops it.
    """
    with np.errstate(all="ignore"):
        try:
            expected = [delete_one(used, plain, unit) for unit in (item, annotator, rating)]
        except (ZeroDivisionError, ValueError):
            assume(False)
    assume(all(math.isfinite(value) for value in expected))
    jack = jackknife(everybody(rows), statistic)
    parts = variance(jack)
    assert jack.value == pytest.approx(plain(used), abs=1e-12)
    assert [parts.item, parts.annotator, parts.rating] == pytest.approx(expected, abs=1e-12)
    units = [len({unit(row) for row in used}) for unit in (item, annotator, rating)]
    assert [jack.items, jack.annotators, jack.ratings] == units


@given(ratings())
def test_nominal_alpha(rows: list[Rating]) -> None:
    check(rows, alpha("nominal"), lambda r: plain_alpha(r, nominal), paired(rows))


@given(ratings("1234"))
@settings(max_examples=50)
def test_ordinal_alpha_with_distances_made_anew_in_every_replicate(rows: list[Rating]) -> None:
    check(rows, alpha("ordinal"), lambda r: plain_alpha(r, ordinal), paired(rows))


@given(ratings("1234"))
@settings(max_examples=50)
def test_interval_alpha(rows: list[Rating]) -> None:
    values = [float(v) for v in sorted({row[3] for row in rows})]
    check(rows, alpha("interval", values), lambda r: plain_alpha(r, interval), paired(rows))


@given(ratings())
def test_ac1(rows: list[Rating]) -> None:
    labels = len({row[3] for row in rows})
    assume(labels > 1)
    check(rows, ac1(labels), plain_ac1(labels), rows)


@given(ratings("ab"))
def test_a_label_rate(rows: list[Rating]) -> None:
    label = min(row[3] for row in rows)
    check(rows, label_rate(0), plain_rate(label), rows)


@given(ratings("ab"))
@settings(max_examples=50)
def test_the_logarithm_of_a_label_rate(rows: list[Rating]) -> None:
    label = min(row[3] for row in rows)
    check(rows, log_label_rate(0), lambda r: math.log(plain_rate(label)(r)), rows)


@given(ratings("ab"))
def test_accuracy_over_the_items_that_have_a_gold_label(rows: list[Rating]) -> None:
    gold = {"i0": "a", "i1": "b", "i3": "a"}
    used = [row for row in rows if row[0] in gold]
    assume(used)

    def plain(some: Sequence[Rating]) -> float:
        return sum(row[3] == gold[row[0]] for row in some) / len(some)

    header = "item,annotator,group,label,gold"
    with_gold = [(*row, gold.get(row[0], "")) for row in rows]
    bindings = Bindings("item", "annotator", "label", gold="gold")
    kept = clean(table_of(with_gold, header), bindings).kept
    assume(kept.labels == ("a", "b"))
    jack = jackknife(one_group(reduce_ratings(kept), 0), accuracy_rate())
    try:
        expected = [delete_one(used, plain, unit) for unit in (item, annotator, rating)]
    except ZeroDivisionError:
        assume(False)
    parts = variance(jack)
    assert jack.value == pytest.approx(plain(used), abs=1e-12)
    assert [parts.item, parts.annotator, parts.rating] == pytest.approx(expected, abs=1e-12)


@given(ratings("ab", groups="xy"))
def test_the_variance_of_a_difference_counts_shared_items_once(rows: list[Rating]) -> None:
    """V(a - b) = V(a) + V(b) - 2 Cov, with the covariance over items that both groups rated."""
    groups = {g: [row for row in rows if row[2] == g] for g in "xy"}
    assume(all(len({r[0] for r in part}) > 1 for part in groups.values()))
    assume(all(len({r[1] for r in part}) > 1 for part in groups.values()))
    label = min(row[3] for row in rows)
    kept = cleaned(rows).kept
    reduction = reduce_ratings(kept, kept.groupings[0])
    a, b = (jackknife(one_group(reduction, g), label_rate(0)) for g in (0, 1))
    found = joint_variance(a, b)

    def scaled(part: list[Rating]) -> dict[str, float]:
        items = sorted({r[0] for r in part})
        values = [plain_rate(label)([r for r in part if r[0] != i]) for i in items]
        mean = sum(values) / len(values)
        factor = ((len(items) - 1) / len(items)) ** 0.5
        return {i: (v - mean) * factor for i, v in zip(items, values, strict=True)}

    one, other = scaled(groups["x"]), scaled(groups["y"])
    expected = sum((one.get(i, 0.0) - other.get(i, 0.0)) ** 2 for i in {*one, *other})
    assert found.item == pytest.approx(expected, abs=1e-12)
    people = [delete_one(part, plain_rate(label), annotator) for part in groups.values()]
    assert found.annotator == pytest.approx(sum(people), abs=1e-12)
    single = [delete_one(part, plain_rate(label), rating) for part in groups.values()]
    assert found.rating == pytest.approx(sum(single), abs=1e-12)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (Variance(0.04, 0.03, 0.01), 0.06),
        (Variance(0.04, 0.03, 0.035), 0.04),
        (Variance(0.01, 0.03, 0.02), 0.03),
        (Variance(0.0, 0.0, 0.02), 0.02),
        (Variance(0.0, 0.0, 0.0), 0.0),
    ],
)
def test_the_two_way_variance_is_never_below_the_larger_axis(
    parts: Variance, expected: float
) -> None:
    assert parts.two_way == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (Variance(0.04, 0.03, 0.01, of_difference=True), 0.06),
        (Variance(0.04, 0.03, 0.035, of_difference=True), 0.04),
        (Variance(0.01, 0.03, 0.02, of_difference=True), 0.02),
        (Variance(0.01, 0.03, 0.035, of_difference=True), 0.01),
        (Variance(0.0, 0.03, 0.035, of_difference=True), 0.035),
    ],
)
def test_the_variance_of_a_difference_is_never_below_that_over_items(
    parts: Variance, expected: float
) -> None:
    assert parts.two_way == pytest.approx(expected, abs=1e-15)


def test_many_entries_are_worked_through_in_parts_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from labelcharter.audit.statistics import jackknife as module

    rows = [
        (f"i{k}", f"j{(k * 7 + d) % 9}", "x", "abc"[(k * d) % 3])
        for k in range(40)
        for d in range(4)
    ]
    whole = jackknife(everybody(rows), alpha("ordinal"))
    monkeypatch.setattr(module, "_NUMBERS_AT_A_TIME", 20)
    parts = jackknife(everybody(rows), alpha("ordinal"))
    assert variance(parts).rating == pytest.approx(variance(whole).rating, abs=1e-15)
    assert variance(parts).annotator == pytest.approx(variance(whole).annotator, abs=1e-15)
