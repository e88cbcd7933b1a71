"""Groups item by item, so that any one annotator can be taken out of them and all else stays.

Patterns cannot do that: they say how many items look alike, not which of them a person rated. Here
every item is a pattern of its own; what a `GroupReduction` serves, this serves too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction, Whole
from labelcharter.audit.tables.cleaning import Grouping, Ratings


def item_by_item(ratings: Ratings, grouping: Grouping) -> list[GroupReduction]:
    """Each group of `grouping`, all on the same items, numbered alike.

    Annotators are numbered as by `reduce_ratings`, so that figures of both can be laid side by
    side.
    """
    labels = len(ratings.labels)
    inside = grouping.codes >= 0
    codes = grouping.codes[inside]
    items, item = np.unique(ratings.item[inside], return_inverse=True)
    raters, rater = np.unique(ratings.annotator[inside], return_inverse=True)
    label = ratings.label[inside].astype(np.int64)
    gold = np.full(len(items), -1, dtype=np.int64)
    np.maximum.at(gold, item, ratings.gold[inside])
    ones = np.ones(len(items), dtype=np.int64)
    found = []
    for group in range(len(grouping.values)):
        mine = np.flatnonzero(codes == group)
        mine = mine[np.lexsort((label[mine], item[mine], rater[mine]))]
        counts = np.bincount(item[mine] * labels + label[mine], minlength=len(items) * labels)
        found.append(
            GroupReduction(
                counts=counts.reshape(len(items), labels),
                gold=gold,
                items=ones,
                of_pattern=np.arange(len(items)),
                joint=ones,
                annotators=len(raters),
                rater=rater[mine],
                rater_pattern=item[mine],
                rater_label=label[mine],
                rater_ratings=np.ones(len(mine), dtype=np.int64),
            )
        )
    return found


def without(group: GroupReduction, annotator: int) -> GroupReduction:
    """The group as it is when this annotator never took part; for groups that are item by item."""
    gone = group.rater == annotator
    counts: Whole = group.counts.copy()
    np.subtract.at(counts, (group.rater_pattern[gone], group.rater_label[gone]), 1)
    return replace(
        group,
        counts=counts,
        rater=group.rater[~gone],
        rater_pattern=group.rater_pattern[~gone],
        rater_label=group.rater_label[~gone],
        rater_ratings=group.rater_ratings[~gone],
    )
