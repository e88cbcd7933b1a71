"""The intervals of agreement across groups: each end from the definition, each reason for none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from ratings_tables import Rating, ratings
from scipy.stats import t
from test_cross_agreement import (
    PLAIN,
    labels_of,
    leaning,
    on_shared_items,
    plain_variance,
    plain_xrr,
    two_sides,
)

from labelcharter.audit.statistics import cross_agreement as cross
from labelcharter.audit.statistics.cross_intervals import (
    Parts,
    gai_estimate,
    gai_parts,
    largest,
    shared,
    xrr_estimate,
)
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Scale

SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval")


def sides(rows: Sequence[Rating]) -> tuple[list[Rating], list[Rating]]:
    return [r for r in rows if r[2] == "x"], [r for r in rows if r[2] != "x"]


@given(ratings("123", groups="xyz"))
@settings(max_examples=40)
def test_what_two_groups_share_is_counted_pair_by_pair(rows: list[Rating]) -> None:
    rows = [*rows, ("i0", "j0", "x", "1")] if not sides(rows)[0] else rows
    rows = [*rows, ("i0", "j1", "y", "2")] if not sides(rows)[1] else rows
    labels = sorted({row[3] for row in rows})
    mine, others = sides(on_shared_items(rows))
    pairs = [(a, b) for a in mine for b in others if a[0] == b[0]]
    found = shared(two_sides(rows))
    for counts, some in ((found.first, mine), (found.second, others)):
        assert counts.tolist() == [[r[3] for r in some].count(label) for label in labels]
    assert found.people == (len({r[1] for r in mine}), len({r[1] for r in others}))
    assert found.differing == sum(a[3] != b[3] for a, b in pairs)


def across(rows: Sequence[Rating], scale: Scale = "nominal") -> Estimate:
    both, (labels, values) = two_sides(rows), labels_of(rows)
    jack = jackknife(both, cross.xrr(scale, labels, values))
    return xrr_estimate(jack, shared(both), scale, values)


def crossed(x: int, y: int, items: int) -> list[Rating]:
    """Everybody rates every item; most see the same."""
    return [
        (f"i{i:02d}", f"{g}{j}", g, "124"[(i + (i * i + 3 * j) % 7 // 5) % 3])
        for g, people in (("x", x), ("y", y))
        for j in range(people)
        for i in range(items)
    ]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("x", "y", "items", "units", "reason"),
    [
        (2, 3, 6, 2, "only 2 annotators"),
        (5, 4, 6, 4, "only 4 annotators"),
        (5, 6, 7, 5, ""),
        (5, 5, 4, 4, ""),
    ],
)
def test_the_interval_of_xrr_has_the_degrees_of_freedom_of_the_smaller_group_or_the_items(
    scale: Scale, x: int, y: int, items: int, units: int, reason: str
) -> None:
    rows = crossed(x, y, items)
    alone = ("alone", "x0", "x", "1")  # an item that only one group rated is not used

    def plain(some: Sequence[Rating]) -> float:
        return plain_xrr(some, PLAIN[scale])

    item, person, rating = (
        plain_variance(rows, plain, unit)
        for unit in (lambda r: r[0], lambda r: r[1], lambda r: r[:2])
    )
    half = t.ppf(0.975, units - 1) * max(item + person - rating, item, person) ** 0.5
    found = across([*rows, alone], scale)
    assert found.value == pytest.approx(plain(rows))
    assert found.low == pytest.approx(plain(rows) - half, abs=1e-9)
    assert found.high == pytest.approx(min(1.0, plain(rows) + half), abs=1e-9)
    assert (found.n, found.reason) == (len(rows), reason)


def test_no_interval_of_xrr_reaches_above_one() -> None:
    found = across(leaning(1, people=3, items=15, right=0.97))
    assert found.low < found.value < 1.0
    assert found.value - found.low > 1.0 - found.value
    assert found.high == 1.0


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("x", "y", "items"), [(41, 60, 50), (60, 43, 50), (60, 60, 45)])
def test_where_nobody_disagreed_the_bound_is_a_pair_at_the_largest_distance(
    scale: Scale, x: int, y: int, items: int
) -> None:
    """On as large a share of items as so many units may never have shown (Clopper-Pearson)."""
    rows = [
        (f"i{i}", f"{g}{(i * 3 + k) % people}", g, "124"[min(2, i % 4)])
        for i in range(items)
        for g, people in (("x", x), ("y", y))
        for k in range(3)
    ]
    rows += [("alone", "x0", "x", "9"), ("alone", "x1", "x", "9")]
    mine, others = sides(on_shared_items(rows))
    used = [row[3] for row in (*mine, *others)]
    of = {label: used.count(label) for label in set(used)}
    distances = [PLAIN[scale](a[3], b[3], of) for a in mine for b in others]
    never = 1 - 0.025 ** (1 / min(x, y, items))
    found = across(rows, scale)
    assert found.low == pytest.approx(1 - max(distances) / fmean(distances) * never)
    assert (found.value, found.high, found.n) == (1.0, 1.0, 6 * items)
    assert found.reason == f"nobody disagreed on {items} shared items"


def test_a_table_in_which_no_replicate_moves_has_no_interval() -> None:
    same = [(f"i{i}", f"{g}{v}", g, v) for i in range(6) for g in "xy" for v in "01"]
    found = across(same)
    assert (found.state, found.n) == ("not-estimable", 24)
    assert found.reason == "every replicate is the same: no interval can be given"
    assert across([*same, ("j", "x0", "x", "0"), ("j", "y0", "y", "0")]).state == "estimated"


def test_without_a_figure_the_ratings_it_would_rest_on_are_still_told() -> None:
    one_label = [(f"i{k}", p, p[0], "0") for k in (1, 2) for p in ("x1", "x2", "y1")]
    one_item = [("i1", p, p[0], p[1]) for p in ("x0", "x1", "y0", "y1")]
    nothing = [("i1", "a", "x", "0"), ("i1", "b", "x", "1"), ("i2", "c", "y", "0")]
    assert [across(rows).n for rows in (one_label, one_item, nothing)] == [6, 4, 0]


GOOD = estimated(0.5, 0.4, 0.6, 9)


def parts_of(rows: Sequence[Rating], people: int) -> Parts:
    return gai_parts(two_sides(rows), people, "nominal", labels_of(rows)[0])


def excludes(parts: Parts, ratio: float, quantile: float) -> bool:
    """Does C_I - ratio C_X differ from 0, as its own two-way interval has it?"""
    gap = parts.in_group.value - ratio * parts.cross.value
    return bool(abs(gap) > quantile * parts.variance_at(ratio) ** 0.5)


@pytest.mark.parametrize(
    ("people", "items", "units", "own"), [(10, 120, 10, 0.2), (30, 15, 15, 0.0), (3, 80, 3, 0.2)]
)
def test_a_gai_has_the_ratios_in_its_interval_that_are_not_excluded_and_no_other(
    people: int, items: int, units: int, own: float
) -> None:
    parts = parts_of(leaning(11, own=own, people=people, items=items, right=0.95), people)
    found = gai_estimate(parts, replace(GOOD, reason="r"), replace(GOOD, reason="s"))
    quantile = t.ppf(0.975, units - 1)
    assert found.state == "estimated"
    assert found.low < parts.gai < found.high
    for end, outwards in ((found.low, -1e-6), (found.high, 1e-6)):
        assert excludes(parts, end + outwards, quantile)
        assert not excludes(parts, end - outwards, quantile)
    assert found.value == parts.in_group.value / parts.cross.value
    assert (found.n, found.reason) == (parts.excess.ratings, "r")
    assert gai_estimate(parts, GOOD, replace(GOOD, reason="s")).reason == "s"


def test_where_xrr_may_be_zero_there_is_no_gai() -> None:
    parts = parts_of(leaning(11, own=0.2, people=10, items=120), 10)
    for low, state in ((0.0, "not-estimable"), (-0.1, "not-estimable"), (1e-9, "estimated")):
        found = gai_estimate(parts, GOOD, estimated(0.5, low, 0.6, 9))
        assert (found.state, found.n) == (state, parts.excess.ratings)


def test_what_has_no_part_has_no_gai_and_says_which() -> None:
    parts = parts_of(leaning(11, people=10), 10)
    none = not_estimable("why")
    assert gai_estimate(parts, none, GOOD).reason == "in-group agreement: why"
    assert gai_estimate(parts, GOOD, none).reason == "cross-group agreement: why"
    assert gai_estimate(parts, none, GOOD).n == parts.excess.ratings


def test_an_interval_without_an_end_is_none() -> None:
    apart = parts_of(leaning(5, own=1.0), 12)  # its xRR is not told from 0
    enough = parts_of(leaning(11, own=0.2, people=10, items=120), 10)
    one_person = replace(enough, people=1)
    alike = parts_of([(f"i{k}", f"{g}{j}", g, "01"[k % 2]) for k in range(9) for g in "xy"
                      for j in range(4)], 4)  # fmt: skip
    for parts in (apart, one_person, alike):
        found = gai_estimate(parts, GOOD, GOOD)
        assert (found.state, found.n) == ("not-estimable", parts.excess.ratings)
        assert found.reason == "its interval has no end: too few annotators"
        without = largest([enough, parts, enough])
        assert (without.state, without.n) == ("not-estimable", 3)
        assert "the interval of a group has no end" in without.reason


def test_the_largest_gai_has_ends_that_hold_for_all_groups_at_once() -> None:
    each = [
        parts_of(leaning(seed, own=own, people=people, items=200), people)
        for seed, own, people in ((1, 0.3, 12), (2, 0.0, 25), (3, 0.1, 9))
    ]
    found = largest(each)
    assert found.value == max(parts.gai for parts in each)
    assert (found.n, found.reason) == (3, "the interval holds for all groups at once")
    quantiles = [t.ppf(1 - 0.05 / 3 / 2, people - 1) for people in (12, 25, 9)]
    ends = [ends_by_search(parts, q) for parts, q in zip(each, quantiles, strict=True)]
    assert found.low == pytest.approx(max(low for low, _ in ends), abs=0.005)
    assert found.high == pytest.approx(max(high for _, high in ends), abs=0.005)


def ends_by_search(parts: Parts, quantile: float) -> tuple[float, float]:
    """The first and the last ratio that is not excluded, of many tried one after another."""
    grid = np.linspace(0.0, 7.0, 1401).tolist()
    kept = [ratio for ratio in grid if not excludes(parts, ratio, quantile)]
    return kept[0], kept[-1]
