"""Groups of a reduction merged into fewer, and two of them seen as one table with twice the labels.

Both work on the patterns alone, so they cost what the patterns cost and serve every engine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction, Reduction


def merged(reduction: Reduction, sides: Sequence[Sequence[int]]) -> Reduction:
    """The same table with its groups merged: `sides` lists the groups that become each new one.

    Groups in no side are left out; nobody may be in two. The items stay all, also those that
    no side rated.
    """
    side_of = np.full(reduction.groups, -1, dtype=np.int64)
    for number, groups in enumerate(sides):
        side_of[list(groups)] = number
    labels = reduction.labels
    counts = np.stack([reduction.counts[:, list(s), :].sum(axis=1) for s in sides], axis=1)
    rows = np.column_stack((reduction.gold, counts.reshape(len(counts), len(sides) * labels)))
    distinct, of_pattern = np.unique(rows, axis=0, return_inverse=True)
    items = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(items, of_pattern, reduction.items)
    mine = side_of[reduction.rater_group] >= 0
    patterns, cells = max(1, len(distinct)), len(sides) * labels
    cell = side_of[reduction.rater_group[mine]] * labels + reduction.rater_label[mine]
    key = (reduction.rater[mine] * patterns + of_pattern[reduction.rater_pattern[mine]]) * cells
    entries, inverse = np.unique(key + cell, return_inverse=True)
    ratings = np.zeros(len(entries), dtype=np.int64)
    np.add.at(ratings, inverse, reduction.rater_ratings[mine])
    return Reduction(
        counts=distinct[:, 1:].reshape(len(distinct), len(sides), labels),
        gold=distinct[:, 0],
        items=items,
        annotators=reduction.annotators,
        rater=entries // (cells * patterns),
        rater_pattern=entries // cells % patterns,
        rater_group=entries % cells // labels,
        rater_label=entries % labels,
        rater_ratings=ratings,
    )


def side_by_side(reduction: Reduction) -> GroupReduction:
    """All groups as one table in which label `c` of group `g` is label g * labels + c.

    A statistic of two groups at once is then a statistic of one table, and is jackknifed as such.
    """
    patterns = len(reduction.items)
    return GroupReduction(
        counts=reduction.counts.reshape(patterns, reduction.groups * reduction.labels),
        gold=reduction.gold,
        items=reduction.items,
        of_pattern=np.arange(patterns),
        joint=reduction.items,
        annotators=reduction.annotators,
        rater=reduction.rater,
        rater_pattern=reduction.rater_pattern,
        rater_label=reduction.rater_group * reduction.labels + reduction.rater_label,
        rater_ratings=reduction.rater_ratings,
    )
