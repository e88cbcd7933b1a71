"""What statistics are computed from: the patterns of one group, and of all groups jointly.

`GroupReduction` is one group alone, by its own patterns; figures, gaps and ratios need no more.
`Reduction` has the joint patterns of all groups of an attribute, for statistics that look at every
group's votes on an item at once (majorities). Joint patterns can be as many as there are items, so
they are made on demand and only up to a stated number (`tally.MOST_CELLS`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labelcharter.audit.reductions.in_memory import tally
from labelcharter.audit.reductions.packing import Whole
from labelcharter.audit.reductions.shared import Shared
from labelcharter.audit.reductions.tally import Tally, row_numbers, summed
from labelcharter.audit.tables.cleaning import Grouping, Ratings

__all__ = [
    "GroupReduction",
    "Reduction",
    "Whole",
    "groups_of",
    "one_group",
    "reduce_ratings",
    "reduction_of",
    "row_numbers",
]


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

    Annotators are numbered alike in all groups of an attribute. `shared` knows which items other
    groups have rated as well, by `number`. A group taken out of a `Reduction` has none: there
    `of_pattern` (joint patterns,) is the row of `counts` that each joint pattern becomes, and
    `joint` how many items have each joint pattern.
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
    number: int = 0
    shared: Shared | None = None


def groups_of(counted: Tally, groups: range, labels: int) -> list[GroupReduction]:
    """Each of these groups, by its answers below `labels` alone.

    Annotators are numbered among those who gave such an answer in any of the groups.
    """
    answers = _only(counted, labels)
    start = np.searchsorted(answers.group, np.arange(groups.stop + 1))
    shared = Shared.of(answers.group, start, answers.first, answers.second, answers.shared)
    of_entry = answers.group[answers.rater_pattern]
    among = (of_entry >= groups.start) & (of_entry < groups.stop)
    raters, number_of_rater = np.unique(answers.rater[among], return_inverse=True)
    rater = np.full(len(among), -1, dtype=np.int64)
    rater[among] = number_of_rater
    found = []
    for number in groups:
        low, high = start[number], start[number + 1]
        mine = of_entry == number
        found.append(
            GroupReduction(
                counts=answers.counts[low:high],
                gold=answers.gold[low:high],
                items=answers.items[low:high],
                of_pattern=np.arange(high - low),
                joint=answers.items[low:high],
                annotators=len(raters),
                rater=rater[mine],
                rater_pattern=answers.rater_pattern[mine] - low,
                rater_label=answers.rater_code[mine],
                rater_ratings=answers.rater_ratings[mine],
                number=number,
                shared=shared,
            )
        )
    return found


def _only(counted: Tally, labels: int) -> Tally:
    """The tally of the answers below `labels` alone; patterns and entries stay sorted."""
    counts = counted.counts[:, :labels]
    if not counted.counts[:, labels:].any():
        return replace(counted, counts=counts)
    rated = counts.sum(axis=1) > 0
    rows = np.column_stack((counted.group, counted.gold + 1, counts))[rated]
    _, example, inverse = np.unique(row_numbers(rows), return_index=True, return_inverse=True)
    items = np.zeros(len(example), dtype=np.int64)
    np.add.at(items, inverse, counted.items[rated])
    number = np.full(len(rated), -1, dtype=np.int64)
    number[rated] = inverse
    kept = counted.rater_code < labels
    pattern = number[counted.rater_pattern[kept]]
    entries, ratings = summed(
        (counted.rater[kept], pattern, counted.rater_code[kept]), counted.rater_ratings[kept]
    )
    first, second = number[counted.first], number[counted.second]
    both = (first >= 0) & (second >= 0)
    pairs, shared = summed((first[both], second[both]), counted.shared[both])
    chosen = rows[example]
    return Tally(
        group=chosen[:, 0],
        gold=chosen[:, 1] - 1,
        counts=chosen[:, 2:],
        items=items,
        annotators=counted.annotators,
        rater=entries[0],
        rater_pattern=entries[1],
        rater_code=entries[2],
        rater_ratings=ratings,
        first=pairs[0],
        second=pairs[1],
        shared=shared,
    )


def one_group(reduction: Reduction, group: int) -> GroupReduction:
    """The part of a reduction that one group's own statistics need."""
    counts = reduction.counts[:, group, :]
    number = row_numbers(np.column_stack((reduction.gold + 1, counts)))
    _, first, of_pattern = np.unique(number, return_index=True, return_inverse=True)
    mine = reduction.rater_group == group
    (rater, pattern, label), ratings = summed(
        (
            reduction.rater[mine],
            of_pattern[reduction.rater_pattern[mine]],
            reduction.rater_label[mine],
        ),
        reduction.rater_ratings[mine],
    )
    items = np.zeros(len(first), dtype=np.int64)
    np.add.at(items, of_pattern, reduction.items)
    return GroupReduction(
        counts=counts[first],
        gold=reduction.gold[first],
        items=items,
        of_pattern=of_pattern,
        joint=reduction.items,
        annotators=reduction.annotators,
        rater=rater,
        rater_pattern=pattern,
        rater_label=label,
        rater_ratings=ratings,
    )


def reduction_of(counted: Tally, groups: int, labels: int) -> Reduction:
    """Joint patterns, from a tally in which (group, label) together are one answer."""
    return Reduction(
        counts=counted.counts.reshape(len(counted.counts), groups, labels),
        gold=counted.gold,
        items=counted.items,
        annotators=counted.annotators,
        rater=counted.rater,
        rater_pattern=counted.rater_pattern,
        rater_group=counted.rater_code // labels,
        rater_label=counted.rater_code % labels,
        rater_ratings=counted.rater_ratings,
    )


def reduce_ratings(ratings: Ratings, grouping: Grouping | None = None) -> Reduction:
    """Joint patterns of ratings. Those that belong to no group of `grouping` are left out.

    Raises TooManyPatterns.
    """
    labels, groups, what = len(ratings.labels), 1, "the table"
    cell = ratings.label.astype(np.int64)
    if grouping is not None:
        ratings = ratings.where(grouping.codes >= 0)
        groups, what = len(grouping.values), f"the groups of {grouping.attribute} together"
        cell = ratings.label + grouping.codes[grouping.codes >= 0].astype(np.int64) * labels
    counted = tally(
        ratings.item,
        ratings.annotator,
        np.zeros(len(cell), dtype=np.int64),
        cell,
        ratings.gold,
        groups=1,
        codes=groups * labels,
        what=what,
    )
    return reduction_of(counted, groups, labels)
