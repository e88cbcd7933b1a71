"""Labels from votes, vote by vote: each rule at the very boundary of a majority."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelcharter.audit.statistics.consensus_labels import (
    balanced_labels,
    overturned,
    pooled_labels,
    undecided,
)

votes = st.lists(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=2),
    min_size=1,
    max_size=6,
)


def more_than_half(shares: list[Fraction]) -> int | None:
    """Which of these shares is more than half of their sum; at most one can be."""
    found = [at for at, share in enumerate(shares) if 2 * share > sum(shares)]
    return found[0] if found else None


def weighed(item: list[list[int]]) -> list[Fraction]:
    """Each label's share of the votes of every group that voted, added up."""
    voted = [group for group in item if sum(group)]
    return [sum((Fraction(g[k], sum(g)) for g in voted), Fraction(0)) for k in range(3)]


@given(votes, st.integers(0, 2))
def test_pooled_and_balanced_labels_are_the_label_with_more_than_half(
    items: list[list[list[int]]], tie: int
) -> None:
    counts = np.array(items)
    pooled, balanced = pooled_labels(counts, tie), balanced_labels(counts, tie)
    for at, item in enumerate(items):
        every = more_than_half([Fraction(sum(group[k] for group in item)) for k in range(3)])
        each = more_than_half(weighed(item))
        assert pooled[at] == (tie if every is None else every)
        assert balanced[at] == (tie if each is None else each)


@given(votes, st.lists(st.integers(-1, 2), min_size=6, max_size=6))
def test_a_group_is_undecided_on_two_votes_or_more_and_overturned_where_it_decided(
    items: list[list[list[int]]], gold: list[int]
) -> None:
    counts = np.array(items)
    tied, of_tied = undecided(counts)
    turned, of_turned = overturned(counts, np.array(gold[: len(items)]))
    for at, item in enumerate(items):
        for g, group in enumerate(item):
            own = more_than_half([Fraction(n) for n in group])
            assert of_tied[at, g] == (sum(group) >= 2)
            assert tied[at, g] == (sum(group) >= 2 and own is None)
            assert of_turned[at, g] == (own is not None and gold[at] >= 0)
            assert turned[at, g] == (own is not None and own != gold[at] >= 0)


@pytest.mark.parametrize(
    ("item", "pooled", "balanced"),
    [
        ([[2, 1, 0], [0, 1, 0]], 2, 1),  # 2 of 4 is no majority; 1/3 + 1 of 2 is
        ([[0, 4, 0], [1, 0, 0]], 1, 2),  # four against one, but one group against one
        ([[0, 0, 0], [0, 0, 1]], 2, 2),
        ([[3, 0, 0], [0, 0, 0]], 0, 0),  # a group without votes weighs nothing
        ([[0, 0, 0], [0, 0, 0]], 2, 2),
    ],
)
def test_each_rule_has_its_own_tie(item: list[list[int]], pooled: int, balanced: int) -> None:
    assert pooled_labels(np.array([item]), 2).tolist() == [pooled]
    assert balanced_labels(np.array([item]), 2).tolist() == [balanced]


def test_many_permutations_at_once_are_each_as_alone() -> None:
    stack = np.random.default_rng(1).integers(0, 3, (5, 4, 2, 3))
    gold = np.array([-1, 0, 1, 2])
    for measure in (undecided, lambda counts: overturned(counts, gold)):
        for at in (0, 1):
            each = np.array([measure(counts)[at] for counts in stack])
            assert (measure(stack)[at] == each).all()
