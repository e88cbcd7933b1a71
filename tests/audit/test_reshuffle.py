"""Dealing units to groups anew: every way where there are few, and no trace of names or order."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ratings_tables import Rating, cleaned, ratings

from labelcharter.audit.reductions.patterns import reduce_ratings
from labelcharter.audit.statistics import reshuffle as module
from labelcharter.audit.statistics.association import cramers_v
from labelcharter.audit.statistics.reshuffle import (
    around,
    chance_of,
    reshuffle,
    statistic_of,
    under_no_difference,
)
from labelcharter.audit.statistics.units import Units, units_of
from labelcharter.audit.tables.bindings import Bindings

SUBJECTS = Bindings("item", "annotator", "label", subject_groups={"group": "group"})


def units(rows: list[list[int]], group: list[int], number: list[int] | None = None) -> Units:
    ones = [1] * len(rows) if number is None else number
    return Units(np.array(rows), np.array(ones), np.array(group), max(group) + 1)


@st.composite
def few_units(draw: st.DrawFn) -> Units:
    size = draw(st.integers(2, 6))
    rows = draw(
        st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=size, max_size=size)
    )
    group = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    return Units(np.array(rows), np.ones(size, dtype=np.int64), np.array(group), 3)


@given(few_units())
def test_few_units_are_dealt_in_every_way(of: Units) -> None:
    dealt = reshuffle(of)
    if len(set(of.group.tolist())) < 2:
        assert dealt is None
        return
    assert dealt is not None
    assert dealt.every
    expected = Counter()
    for order in set(permutations(of.group.tolist())):
        table = np.zeros((3, 2), dtype=np.int64)
        for row, group in zip(of.counts, order, strict=True):
            table[group] += row
        expected[table.tobytes()] += 1
    assert Counter(table.tobytes() for table in dealt.tables) == expected


@given(few_units(), st.permutations(range(3)), st.randoms(use_true_random=False))
def test_names_of_groups_and_order_of_units_leave_no_trace(of, names, random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(of.group)))
    random.shuffle(order)
    renamed = Units(of.counts[order], of.number[order], np.array(names)[of.group[order]], 3)
    one, other = reshuffle(of), reshuffle(renamed)
    if one is None or other is None:
        assert one is other
        return
    both = [np.sort(statistic_of(d.tables, cramers_v)) for d in (one, other)]
    np.testing.assert_allclose(both[0], both[1], atol=1e-12)


@pytest.mark.parametrize("alike", [False, True])
def test_drawn_tables_leave_no_trace_of_names_either(alike: bool) -> None:
    stream = np.random.default_rng(4)
    rows = stream.integers(0, 3 if alike else 40, (90, 3))
    number = stream.integers(1, 30, 90) if alike else np.ones(90, dtype=np.int64)
    group = stream.integers(0, 3, 90)
    one = reshuffle(Units(rows, number, group, 3))
    order = stream.permutation(90)
    names = np.array([2, 0, 1])
    other = reshuffle(Units(rows[order][:, [1, 2, 0]], number[order], names[group[order]], 3))
    assert one is not None
    assert other is not None
    assert not one.every
    assert one.tables.sum(axis=(1, 2)).tolist() == [(rows * number[:, None]).sum()] * 1999
    np.testing.assert_array_equal(one.tables[:, :, [1, 2, 0]], other.tables[:, names])


def test_units_that_look_alike_are_dealt_like_units_one_by_one() -> None:
    """The same 600 units, once as 600 rows and once as 3: the same tables, up to chance."""
    rows, number = [[3, 0], [1, 2], [0, 3]], [200, 300, 100]
    group = [0] * 150 + [1] * 450
    alike = units(rows + rows, [0] * 3 + [1] * 3, [50, 75, 25, 150, 225, 75])
    counted = reshuffle(alike)
    assert counted is not None
    singly = [r for r, n in zip(rows, number, strict=True) for _ in range(n)]
    stream = np.random.default_rng(0)
    expected = np.array(
        [np.array(singly)[stream.permutation(group) == 0].sum(axis=0) for _ in range(1999)]
    )
    drawn = counted.tables[:, 0]
    error = expected.std(axis=0) / 1999**0.5
    assert (np.abs(drawn.mean(axis=0) - expected.mean(axis=0)) < 5 * error).all()
    np.testing.assert_allclose(drawn.std(axis=0), expected.std(axis=0), rtol=0.1)


def test_three_against_three_reach_one_in_ten() -> None:
    of = units([[9, 1], [8, 2], [9, 1], [1, 9], [2, 8], [1, 9]], [0, 0, 0, 1, 1, 1])
    dealt = reshuffle(of)
    assert dealt is not None
    drawn = statistic_of(dealt.tables, cramers_v)
    found = chance_of(float(cramers_v(of.table.astype(float))), drawn, dealt)
    assert (found.p, found.least, found.splits) == (0.1, 0.1, 20)


SIX = units([[9, 1], [8, 2], [7, 1], [1, 9], [2, 6], [1, 7]], [0, 1, 1, 2, 2, 2])  # 60 ways


@pytest.mark.parametrize(
    ("cells", "splits", "least"),
    [(60 * 6, 60, 1 / 60), (60 * 6 - 1, 199, 1 / 60), (1, 199, 1 / 60)],
)
def test_every_way_is_taken_while_all_tables_together_are_bounded(
    cells: int, splits: int, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty tables of three groups and two labels; a sample can say no less than every way."""
    monkeypatch.setattr(module, "_CELLS", cells)
    dealt = reshuffle(SIX)
    assert dealt is not None
    assert dealt.every == (cells >= 360)
    assert len(dealt.tables) == splits
    assert dealt.least == pytest.approx(least)


def test_as_many_are_drawn_as_their_tables_have_room_and_no_fewer_than_199(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = units([[k, 30 - k] for k in range(30)], [k % 3 for k in range(30)])
    for room, draws in ((6 * 500, 500), (6 * 501 - 1, 500), (6 * 100, 199), (6 * 5000, 1999)):
        monkeypatch.setattr(module, "_CELLS", room)
        dealt = reshuffle(many)
        assert dealt is not None
        assert (len(dealt.tables), dealt.every) == (draws, False)
        assert dealt.least == pytest.approx(1 / (draws + 1))


def test_twenty_thousand_ways_are_looked_at_and_more_are_drawn() -> None:
    def of(first: int) -> module.Reshuffled:
        dealt = reshuffle(units([[k % 4, 3] for k in range(17)], [0] * first + [1] * (17 - first)))
        assert dealt is not None
        return dealt

    assert (of(7).every, len(of(7).tables)) == (True, comb(17, 7))
    assert (of(8).every, len(of(8).tables)) == (False, 1999)


def test_a_chance_counts_figures_as_large_and_where_drawn_the_observed_one_too() -> None:
    figures = np.array([0.1, 0.3, 0.3 + 1e-15, 0.5])
    every, some = (
        module.Reshuffled(np.zeros((4, 1, 1), dtype=np.int64), e, 0.2) for e in (True, False)
    )
    found = chance_of(0.3, figures, every)
    assert (found.p, found.least, found.splits) == (3 / 4, 1 / 4, 4)
    found = chance_of(0.3, figures, some)
    assert (found.p, found.least, found.splits) == (4 / 5, 0.2, 4)


def test_a_figure_of_many_tables_is_computed_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = np.random.default_rng(0).integers(0, 9, (25, 3, 2))
    sizes: list[int] = []

    def measure(part: np.ndarray) -> np.ndarray:
        sizes.append(len(part))
        return np.asarray(part[:, 0, 0] * 2.0)

    monkeypatch.setattr(module, "_NUMBERS_AT_A_TIME", 6 * 10)
    assert statistic_of(tables, measure).tolist() == (tables[:, 0, 0] * 2.0).tolist()
    assert sizes == [10, 10, 5]
    monkeypatch.setattr(module, "_NUMBERS_AT_A_TIME", 1)  # a table is never divided
    assert len(statistic_of(tables, measure)) == 25


def test_drawing_in_blocks_draws_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    many = units([[k, 30 - k] for k in range(30)], [k % 3 for k in range(30)])
    whole = reshuffle(many)
    monkeypatch.setattr(module, "_NUMBERS_AT_A_TIME", 30 * 700)
    parts = reshuffle(many)
    assert whole is not None
    assert parts is not None
    np.testing.assert_array_equal(whole.tables, parts.tables)


def test_one_group_with_units_has_nobody_to_be_compared_with() -> None:
    assert reshuffle(Units(np.array([[1, 2]]), np.array([9]), np.array([1]), 3)) is None
    two = reshuffle(Units(np.array([[1, 2], [2, 1]]), np.array([1, 1]), np.array([1, 2]), 3))
    assert two is not None
    assert len(two.tables) == 2


def test_units_that_look_alike_are_refused_beyond_so_many_draws_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two looks and two groups: four draws a table."""
    alike = units([[3, 0], [0, 3], [3, 0], [0, 3]], [0, 0, 1, 1], [40, 60, 50, 70])
    monkeypatch.setattr(module, "_LOOPS", 4)
    assert reshuffle(alike) is not None
    monkeypatch.setattr(module, "_LOOPS", 3)
    assert reshuffle(alike) is None


def test_too_many_different_units_are_not_dealt(monkeypatch: pytest.MonkeyPatch) -> None:
    of = units([[k, 30 - k] for k in range(30)], [0, 1] * 15)
    assert reshuffle(of) is not None
    monkeypatch.setattr(module, "_NUMBERS", 10)
    monkeypatch.setattr(module, "_LOOPS", 10)
    assert reshuffle(of) is None


def test_the_interval_of_a_distance_reaches_as_far_as_noise_does_and_stays_in_bounds() -> None:
    drawn = np.linspace(0, 0.2, 201)
    assert around(0.28, 0.3, drawn, 9).low == pytest.approx(0.11)
    assert around(0.28, 0.3, drawn, 9).high == pytest.approx(0.49)
    near = around(0.0, 0.1, drawn, 9)
    assert (near.low, near.high) == (0.0, pytest.approx(0.29))
    assert around(0.95, 0.97, drawn, 9).high == 1.0
    expected = under_no_difference(drawn)
    assert (expected.value, expected.low, expected.high) == pytest.approx((0.1, 0.005, 0.195))
    assert under_no_difference(np.array([0.1, np.nan])).state == "not-estimable"


@given(ratings("ab", groups="pq"))
def test_units_are_annotators_or_items_with_all_their_ratings(rows: list[Rating]) -> None:
    kept = cleaned(rows).kept
    found = units_of(reduce_ratings(kept, kept.groupings[0]), "annotator")
    by_person = Counter((row[1], row[2], row[3]) for row in rows)
    expected = Counter(
        ("pq".index(g), by_person[j, g, "a"], by_person[j, g, "b"])
        for j, g in {(row[1], row[2]) for row in rows}
    )
    labels = [kept.labels.index(x) if x in kept.labels else None for x in "ab"]
    groups = kept.groupings[0].values
    seen = Counter(
        ("pq".index(groups[g]), *(0 if at is None else int(c[at]) for at in labels))
        for c, g in zip(found.counts, found.group, strict=True)
    )
    assert seen == expected
    assert found.table.sum() == len(rows)


@given(ratings("ab"))
def test_items_of_a_pattern_are_counted_together(rows: list[Rating]) -> None:
    about = [(i, j, "pq"[int(i[1:]) % 2], label) for i, j, _, label in rows]
    kept = cleaned(about, SUBJECTS).kept
    found = units_of(reduce_ratings(kept, kept.groupings[0]), "subject")
    assert found.number.sum() == len({row[0] for row in about})
    assert found.table.sum() == len(about)
    sizes = Counter({row[0]: row[2] for row in about}.values())
    assert found.sizes.tolist() == [sizes[g] for g in kept.groupings[0].values]
