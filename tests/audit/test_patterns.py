"""The reductions keep every count and depend on nothing but the ratings."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ratings_tables import Rating, cleaned, ratings

from labelcharter.audit.reductions import packing
from labelcharter.audit.reductions.patterns import Reduction, one_group, reduce_ratings
from labelcharter.audit.reductions.tally import row_numbers

FIELDS = (
    "counts",
    "gold",
    "items",
    "rater",
    "rater_pattern",
    "rater_group",
    "rater_label",
    "rater_ratings",
)


def reduced(rows: list[Rating]) -> Reduction:
    kept = cleaned(rows).kept
    return reduce_ratings(kept, kept.groupings[0])


@given(ratings(groups="xy"))
def test_every_rating_is_in_both_reductions_once(rows: list[Rating]) -> None:
    reduction = reduced(rows)
    labels = sorted({row[3] for row in rows})
    groups = sorted({row[2] for row in rows})
    by_cell = np.tensordot(reduction.items, reduction.counts, axes=1)
    expected = Counter((row[2], row[3]) for row in rows)
    for g, group in enumerate(groups):
        for c, label in enumerate(labels):
            assert by_cell[g, c] == expected[group, label]
            mine = (reduction.rater_group == g) & (reduction.rater_label == c)
            assert reduction.rater_ratings[mine].sum() == expected[group, label]
    by_rater = np.bincount(reduction.rater, weights=reduction.rater_ratings)
    assert by_rater.tolist() == [n for _, n in sorted(Counter(r[1] for r in rows).items())]


@given(ratings(groups="xy"), st.randoms(use_true_random=False))
def test_the_order_of_rows_leaves_no_trace(rows: list[Rating], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = reduced(rows), reduced(shuffled)
    for name in FIELDS:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@given(ratings(groups="xy"))
def test_items_that_look_alike_are_one_pattern(rows: list[Rating]) -> None:
    twice = [*rows, *((f"{i}-again", j, g, v) for i, j, g, v in rows)]
    one, other = reduced(rows), reduced(twice)
    assert np.array_equal(one.counts, other.counts)
    assert np.array_equal(one.items * 2, other.items)


@given(ratings(groups="xy"))
def test_counts_packed_into_many_words_give_the_same_patterns(rows: list[Rating]) -> None:
    whole = reduced(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_LARGEST", 1)
        parts = reduced(rows)
    for name in FIELDS:
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


def test_row_numbers_keep_their_order_where_they_would_overflow() -> None:
    rng = np.random.default_rng(3)
    rows = rng.integers(0, 9, (200, 40))
    rows[100:] = rows[:100]
    numbers = row_numbers(rows)
    assert np.array_equal(numbers[:100], numbers[100:])
    assert len(set(numbers.tolist())) == 100
    order = np.argsort(numbers[:100], kind="stable").tolist()
    assert order == sorted(range(100), key=lambda k: tuple(rows[k]))


def test_row_numbers_keep_their_order_where_single_columns_are_wide() -> None:
    rng = np.random.default_rng(4)
    rows = rng.integers(0, 1 << 52, (3000, 3))
    numbers = row_numbers(rows)
    assert np.argsort(numbers).tolist() == sorted(range(3000), key=lambda k: tuple(rows[k]))


def test_one_group_of_a_joint_reduction_is_that_group_alone() -> None:
    rows = [(f"i{k}", f"j{j}", "xy"[j % 2], "ab"[(k + j) % 2]) for k in range(6) for j in range(5)]
    joint = reduced(rows)
    alone = [row for row in rows if row[2] == "x"]
    part, single = one_group(joint, 0), one_group(reduce_ratings(cleaned(alone).kept), 0)
    assert np.array_equal(part.counts, single.counts)
    assert np.array_equal(part.items, single.items)
    assert part.rater_ratings.sum() == len(alone)
    assert part.joint[part.of_pattern == 0].sum() == part.items[0]
