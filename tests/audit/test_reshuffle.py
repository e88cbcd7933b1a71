"""Dealing units to groups anew: every way where there are few, and no trace of names or order."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

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
