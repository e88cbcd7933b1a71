"""The reductions: ratings of any number become a few hundred rows of whole numbers.

R1, item patterns: how often each label was given to an item by each group, and how many items look
exactly so. Items that look alike are alike to every statistic here, so 10 million ratings weigh
what their distinct patterns weigh.
R2, raters: for each annotator, how many ratings of which label on items of which pattern. Leaving
an annotator out is then a sum over these, exactly.

Both are whole numbers in sorted order, so nothing after them can depend on the order of the rows.
Everything downstream takes a `Reduction` and nothing else; another engine needs only to make one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.tables.cleaning import Grouping, Ratings

Whole = NDArray[np.int64]

_CELLS_AT_A_TIME = 1 << 23  # of the items x (groups x labels) table, to bound memory


@dataclass(frozen=True, slots=True)
class Reduction:
    """R1 and R2 of one table for one attribute (or for everybody as a single group).

    counts (patterns, groups, labels); gold (patterns,), -1 where an item has none; items
    (patterns,), how many items have the pattern. Rater entries: `rater` (0 .. annotators - 1, in
    sorted order of their ids) gave label `rater_label`, as a member of `rater_group`, on
    `rater_ratings` items of pattern `rater_pattern`.
    """

    counts: Whole
    gold: Whole
    items: Whole
    annotators: int
    rater: Whole
    rater_pattern: Whole
    rater_group: Whole
    rater_label: Whole
    rater_ratings: Whole

    @property
    def groups(self) -> int:
        """How many groups."""
        return int(self.counts.shape[1])

    @property
    def labels(self) -> int:
        """How many labels."""
        return int(self.counts.shape[2])


@dataclass(frozen=True, slots=True)
class GroupReduction:
    """R1 and R2 of one group alone: its own patterns are fewer than the joint ones.

    `of_pattern` (joint patterns,) is the row of `counts` that each joint pattern becomes; `joint`
    how many items have each joint pattern. The rest is as in `Reduction`, for one group.
    """

    counts: Whole
    gold: Whole
    items: Whole
    of_pattern: Whole
    joint: Whole
    annotators: int
    rater: Whole
    rater_pattern: Whole
    rater_label: Whole
    rater_ratings: Whole


def one_group(reduction: Reduction, group: int) -> GroupReduction:
    """The part of a reduction that one group's own statistics need."""
    counts = reduction.counts[:, group, :]
    number = row_numbers(np.column_stack((reduction.gold + 1, counts)))
    _, first, of_pattern = np.unique(number, return_index=True, return_inverse=True)
    mine = reduction.rater_group == group
    patterns, labels = len(first), reduction.labels
    key = (reduction.rater[mine] * patterns + of_pattern[reduction.rater_pattern[mine]]) * labels
    entries, inverse = np.unique(key + reduction.rater_label[mine], return_inverse=True)
    ratings = np.zeros(len(entries), dtype=np.int64)
    np.add.at(ratings, inverse, reduction.rater_ratings[mine])
    items = np.zeros(patterns, dtype=np.int64)
    np.add.at(items, of_pattern, reduction.items)
    return GroupReduction(
        counts=counts[first],
        gold=reduction.gold[first],
        items=items,
        of_pattern=of_pattern,
        joint=reduction.items,
        annotators=reduction.annotators,
        rater=entries // (labels * max(1, patterns)),
        rater_pattern=entries // labels % max(1, patterns),
        rater_label=entries % labels,
        rater_ratings=ratings,
    )


def reduce_ratings(ratings: Ratings, grouping: Grouping | None = None) -> Reduction:
    """R1 and R2. Ratings that belong to no group of `grouping` are left out."""
    labels = len(ratings.labels)
    if grouping is None:
        group, groups = np.zeros(len(ratings.item), dtype=np.int64), 1
        inside = np.ones(len(ratings.item), dtype=np.bool_)
    else:
        inside = grouping.codes >= 0
        group, groups = grouping.codes[inside].astype(np.int64), len(grouping.values)
    item_ids, item = np.unique(ratings.item[inside], return_inverse=True)
    rater_ids, rater = np.unique(ratings.annotator[inside], return_inverse=True)
    cells = groups * labels
    cell = group * labels + ratings.label[inside]
    gold = np.full(len(item_ids), -1, dtype=np.int64)
    np.maximum.at(gold, item, ratings.gold[inside])
    rows, pattern_of_item = _distinct_rows(item, cell, len(item_ids), cells, gold)
    pattern = pattern_of_item[item]
    entries, given = np.unique(
        (rater * len(rows) + pattern) * cells + cell if len(rows) else cell, return_counts=True
    )
    return Reduction(
        counts=rows[:, 1:].reshape(len(rows), groups, labels),
        gold=rows[:, 0] - 1,
        items=np.bincount(pattern_of_item, minlength=len(rows)),
        annotators=len(rater_ids),
        rater=entries // (cells * max(1, len(rows))),
        rater_pattern=entries // cells % max(1, len(rows)),
        rater_group=entries % cells // labels,
        rater_label=entries % labels,
        rater_ratings=given.astype(np.int64),
    )


def _distinct_rows(
    item: Whole, cell: Whole, items: int, cells: int, gold: Whole
) -> tuple[Whole, Whole]:
    """Distinct rows (gold + 1, count of each cell) in lexicographic order; the row of each item."""
    order = np.argsort(item, kind="stable")
    item, cell = item[order], cell[order]
    block = max(1, _CELLS_AT_A_TIME // max(1, cells))  # no cells: an attribute of states only
    found: list[Whole] = []
    numbers: list[Whole] = []
    known = 0
    for start in range(0, items, block):
        stop = min(items, start + block)
        low, high = np.searchsorted(item, (start, stop))
        dense = np.bincount(
            (item[low:high] - start) * cells + cell[low:high], minlength=(stop - start) * cells
        ).reshape(stop - start, cells)
        dense = np.column_stack((gold[start:stop] + 1, dense))
        number = row_numbers(dense)
        _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
        found.append(dense[first])
        numbers.append(inverse + known)
        known += len(first)
    if not found:
        return np.zeros((0, cells + 1), dtype=np.int64), np.zeros(0, dtype=np.int64)
    rows = np.concatenate(found)
    _, first, inverse = np.unique(row_numbers(rows), return_index=True, return_inverse=True)
    return rows[first], inverse[np.concatenate(numbers)]


def row_numbers(rows: Whole) -> Whole:
    """One whole number a row: equal for equal rows, and in their lexicographic order."""
    number = np.zeros(len(rows), dtype=np.int64)
    span = 1
    for column in rows.T:
        width = int(column.max(initial=0)) + 1
        if span * width >= 1 << 62:
            distinct, number = np.unique(number, return_inverse=True)
            span = len(distinct)
        number = number * width + column
        span *= width
    return number
