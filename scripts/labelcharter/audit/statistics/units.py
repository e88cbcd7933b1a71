"""The units of a comparison of groups: people for a trait of annotators, items for one of subjects.

A unit is what could have been in another group: an annotator with all their ratings, or an item
with all of its. Under "group means nothing" units are exchangeable, ratings are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import Reduction, Whole
from labelcharter.audit.tables.bindings import Side


@dataclass(frozen=True, slots=True)
class Units:
    """counts (rows, categories): what a unit gave; number (rows,): how many units look so.

    `group` (rows,) is the group of all of them, of `groups`.
    """

    counts: Whole
    number: Whole
    group: Whole
    groups: int

    @property
    def sizes(self) -> Whole:
        """How many units each group has."""
        return group_sums(self.number, self.group, self.groups)

    @property
    def table(self) -> Whole:
        """Ratings of each category by group (groups, categories)."""
        found = np.zeros((self.groups, self.counts.shape[1]), dtype=np.int64)
        np.add.at(found, self.group, self.counts * self.number[:, None])
        return found


def group_sums(number: Whole, group: Whole, groups: int) -> Whole:
    """The sum of `number` in each group, exactly."""
    found = np.zeros(groups, dtype=np.int64)
    np.add.at(found, group, number)
    return found


def units_of(reduction: Reduction, side: Side) -> Units:
    """The units of one attribute with their ratings of each label; none without a rating."""
    if side == "subject":
        rated = reduction.counts.sum(axis=2)
        patterns, group = np.nonzero(rated)  # an item is about one group
        return Units(
            reduction.counts[patterns, group], reduction.items[patterns], group, reduction.groups
        )
    return annotator_units(
        reduction.rater,
        reduction.rater_group,
        reduction.rater_label,
        reduction.rater_ratings,
        (reduction.groups, reduction.labels),
    )


def annotator_units(
    unit: Whole, group: Whole, category: Whole, ratings: Whole, shape: tuple[int, int]
) -> Units:
    """Units from entries: so many `ratings` of `category` by `unit`, a member of `group`.

    shape: (groups, categories). A unit has one group.
    """
    groups, categories = shape
    present, at = np.unique(unit, return_inverse=True)
    counts = np.zeros((len(present), categories), dtype=np.int64)
    np.add.at(counts, (at, category), ratings)
    of = np.zeros(len(present), dtype=np.int64)
    of[at] = group
    return Units(counts, np.ones(len(present), dtype=np.int64), of, groups)
