"""One label an item, from the votes on it: whose label it is, and whether gold overturns it.

A majority is strict, more than half; without one an item has the tie label. All of it is whole
numbers.
"""

from __future__ import annotations

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.gold_policies import equal_weights
from labelcharter.audit.statistics.group_shares import Truth


def pooled_labels(counts: Whole, tie: int) -> Whole:
    """The label of all votes together: counts (patterns, groups, labels) to (patterns,)."""
    votes = counts.sum(axis=1)
    return _strict(votes, votes.sum(axis=1), tie)


def balanced_labels(counts: Whole, tie: int) -> Whole:
    """The same with every group that voted weighing the same, however many votes it has."""
    size = counts.sum(axis=2)
    each, of_one = equal_weights(size)
    votes = (counts * each[:, :, None]).sum(axis=1)
    return _strict(votes, of_one * (size > 0).sum(axis=1), tie)


def undecided(counts: Whole) -> tuple[Truth, Truth]:
    """Of the items on which a group has two votes or more, those without a strict majority.

    counts (..., patterns, groups, labels) to (having, of), each (..., patterns, groups). One vote
    always agrees with itself, so it says nothing about conflict.
    """
    size = counts.sum(axis=-1)
    of = size > 1
    return of & (2 * counts.max(axis=-1, initial=0) <= size), of


def overturned(counts: Whole, gold: Whole) -> tuple[Truth, Truth]:
    """Of the items on which a group has a strict majority and that have gold, those it overturns.

    counts as above; gold (patterns,), -1 where an item has none.
    """
    size = counts.sum(axis=-1)
    of = (2 * counts.max(axis=-1, initial=0) > size) & (gold[:, None] >= 0)
    return of & (counts.argmax(axis=-1) != gold[:, None]), of


def _strict(votes: Whole, whole: Whole, tie: int) -> Whole:
    best = votes.argmax(axis=1)
    most = votes.max(axis=1, initial=0)
    return np.where(2 * most > whole, best, tie)
