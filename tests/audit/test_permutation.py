"""Gaps over every split of the units, by walking over them, and over drawn ones where too many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb, nan

import numpy as np
import pytest

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics import permutation as module
from labelcharter.audit.statistics.permutation import (
    Chance,
    chance,
    chance_of_item_gap,
    chances_of_rate_gaps,
)
from labelcharter.audit.statistics.rates import label_rate
from labelcharter.audit.tables.cleaning import Grouping, Ratings

Group = tuple[np.ndarray, np.ndarray]


def group(*units: tuple[int, int]) -> Group:
    """Units that gave the first label so many times, and the second."""
    counts = np.array(units, dtype=np.int64).reshape(-1, 2)
    return counts, counts.sum(axis=1)


def of_every_split(units: Sequence[tuple[int, int]], first: int) -> tuple[float, int]:
    """The share of all splits with a gap as large as that of the first units against the rest."""

    def rate(chosen: Sequence[int]) -> float:
        return sum(units[k][0] for k in chosen) / sum(sum(units[k]) for k in chosen)

    everyone = range(len(units))
    gaps = [
        abs(rate(chosen) - rate([k for k in everyone if k not in chosen]))
        for chosen in combinations(everyone, first)
    ]
    return sum(gap >= gaps[0] - 1e-12 for gap in gaps) / len(gaps), len(gaps)


UNITS = [(9, 1), (7, 3), (8, 1), (2, 6), (1, 9), (3, 4), (5, 5)]


@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_small_table_is_split_in_every_way(first: int) -> None:
    a, b = group(*UNITS[:first]), group(*UNITS[first:])
    p, ways = of_every_split(UNITS, first)
    assert chances_of_rate_gaps(a, b) == [Chance(pytest.approx(p), 1 / ways, ways)] * 2
    assert chances_of_rate_gaps(b, a) == chances_of_rate_gaps(a, b)


def test_two_groups_of_one_size_have_each_split_twice() -> None:
    p, ways = of_every_split(UNITS[:6], 3)
    found = chances_of_rate_gaps(group(*UNITS[:3]), group(*UNITS[3:6]))
    assert found == [Chance(pytest.approx(p), 2 / ways, ways)] * 2
    assert p == pytest.approx(0.1)


def test_twenty_thousand_splits_are_looked_at_and_more_are_drawn() -> None:
    small = [(k % 4, 3) for k in range(17)]
    every, drawn = (
        chances_of_rate_gaps(group(*small[:first]), group(*small[first:])) for first in (7, 8)
    )
    assert every is not None
    assert drawn is not None
    assert every[0].splits == comb(17, 7) == 19_448
    assert (drawn[0].splits, drawn[0].least) == (1999, 1 / 2000)


def test_drawn_splits_come_near_every_split_and_count_the_observed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a, b = group(*UNITS[:3]), group(*UNITS[3:])
    exact = chances_of_rate_gaps(a, b)
    assert exact is not None
    monkeypatch.setattr(module, "_ALL_OF_THEM", 34)  # there are 35
    drawn = chances_of_rate_gaps(a, b)
    assert drawn is not None
    assert drawn[0].p == pytest.approx(exact[0].p, abs=0.02)
    assert (drawn[0].splits, drawn[0].least) == (1999, 1 / 35)
    assert drawn[0].p * 2000 == pytest.approx(round(drawn[0].p * 2000), abs=1e-9)
    monkeypatch.setattr(module, "_NUMBERS_AT_A_TIME", 7 * 150)
    assert chances_of_rate_gaps(a, b) == drawn  # in parts, the same draws
    monkeypatch.setattr(module, "_ALL_OF_THEM", 35)
    assert chances_of_rate_gaps(a, b) == exact


def test_at_least_199_splits_must_be_affordable(monkeypatch: pytest.MonkeyPatch) -> None:
    units = [(k % 5, 4) for k in range(30)]
    a, b = group(*units[:15]), group(*units[15:])
    monkeypatch.setattr(module, "_MOST_NUMBERS", 199 * 30)
    found = chances_of_rate_gaps(a, b)
    assert found is not None
    assert (found[0].splits, found[0].least) == (199, 1 / 200)
    monkeypatch.setattr(module, "_MOST_NUMBERS", 199 * 30 - 1)
    assert chances_of_rate_gaps(a, b) is None
    few = chances_of_rate_gaps(group(*units[:2]), group(*units[2:6]))
    monkeypatch.setattr(module, "_MOST_NUMBERS", 1)
    assert chances_of_rate_gaps(group(*units[:2]), group(*units[2:6])) == few  # every way is taken


def test_so_many_units_that_the_number_of_ways_cannot_be_written_are_refused_at_once() -> None:
    many = np.ones((600_000, 1), dtype=np.int64)
    assert chances_of_rate_gaps((many, many[:, 0]), (many, many[:, 0])) is None
    assert chances_of_rate_gaps(group(), group()) is None


@pytest.mark.parametrize(
    ("observed", "about", "extreme"),
    [(0.3, 0.0, 3), (-0.3, 0.0, 3), (0.1, 0.0, 4), (0.4, 0.0, 2), (0.3, 0.1, 3), (-0.1, 0.1, 3)],
)
def test_a_value_as_far_on_either_side_is_as_extreme(
    observed: float, about: float, extreme: int
) -> None:
    values = np.array([0.1, -0.3, 0.4, nan])  # one without a value counts as extreme
    every = chance(observed, values, 4, every=True, mirrored=False, about=about)
    assert every == Chance(extreme / 4, 1 / 4, 4)
    drawn = chance(observed, values, 100, every=False, mirrored=False, about=about)
    assert drawn == Chance((extreme + 1) / 5, 1 / 5, 4)


def test_the_least_chance_is_that_of_the_ways_or_of_the_draws_and_twins_double_it() -> None:
    values = np.zeros(9)
    assert chance(1.0, values, 4, every=False, mirrored=False) == Chance(0.1, 1 / 4, 9)
    assert chance(1.0, values, 4, every=False, mirrored=True) == Chance(0.1, 2 / 4, 9)
    assert chance(1.0, values, 400, every=False, mirrored=True) == Chance(0.1, 0.1, 9)
    assert chance(nan, values, 4, every=True, mirrored=False) is None


def items(of: Sequence[tuple[int, int]], sizes: tuple[int, int]) -> Ratings:
    """Items about two groups, with so many votes for the second label and for the first."""
    label = [v for yes, no in of for v in [1] * yes + [0] * no]
    item = [k for k, votes in enumerate(of) for _ in range(sum(votes))]
    person = [k for votes in of for k in range(sum(votes))]
    group_of = np.repeat([0, 1], sizes)[np.array(item)]
    nothing = np.full(len(item), -1, dtype=np.int32)
    columns = [np.array(c, dtype=np.int32) for c in (item, person, label)]
    grouping = Grouping("group", "subject", ("a", "b"), group_of.astype(np.int32))
    return Ratings(*columns, nothing, nothing, ("0", "1"), (grouping,))


def item_gap(of: Sequence[tuple[int, int]], sizes: tuple[int, int]) -> Chance | None:
    ratings = items(of, sizes)
    reduction = reduce_ratings(ratings, ratings.groupings[0])
    return chance_of_item_gap(*(one_group(reduction, g) for g in (0, 1)), label_rate(1))


@pytest.mark.parametrize("first", [1, 2, 3, 5])
def test_items_are_split_in_every_way(first: int) -> None:
    p, ways = of_every_split(UNITS, first)
    assert item_gap(UNITS, (first, len(UNITS) - first)) == Chance(pytest.approx(p), 1 / ways, ways)


def test_items_of_two_groups_of_one_size_have_each_split_twice() -> None:
    p, ways = of_every_split(UNITS[:6], 3)
    assert item_gap(UNITS[:6], (3, 3)) == Chance(pytest.approx(p), 2 / ways, ways)


def test_many_items_are_drawn_where_enough_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = item_gap(UNITS, (3, 4))
    assert exact is not None
    monkeypatch.setattr(module, "_ALL_OF_THEM", 34)
    drawn = item_gap(UNITS, (3, 4))
    assert drawn is not None
    assert drawn.p == pytest.approx(exact.p, abs=0.02)
    assert (drawn.splits, drawn.least) == (1999, 1 / 35)
    monkeypatch.setattr(module, "_NUMBERS_AT_A_TIME", 100)
    again = item_gap(UNITS, (3, 4))
    assert again is not None
    assert again == drawn
    monkeypatch.setattr(module, "_MOST_NUMBERS", 199 * 7 * 2)
    fewest = item_gap(UNITS, (3, 4))
    assert fewest is not None
    assert fewest.splits == 199
    monkeypatch.setattr(module, "_MOST_NUMBERS", 199 * 7 * 2 - 1)
    assert item_gap(UNITS, (3, 4)) is None
    monkeypatch.setattr(module, "_ALL_OF_THEM", 35)
    assert item_gap(UNITS, (3, 4)) == exact


def test_a_group_without_items_has_no_chance() -> None:
    assert item_gap(UNITS, (0, 7)) is None
