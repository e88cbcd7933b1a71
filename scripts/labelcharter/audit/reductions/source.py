"""The seam: a table as everything after the reductions sees it, whatever engine holds its rows.

An engine cleans the table by the rule in `tables.cleaning` and then answers three questions, each
with a table whose size does not grow with the ratings: R1 and R2 by group with what groups share
(`tally`), joint patterns on demand (`joint`), and R3, what items are (`items`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.in_memory import tally
from labelcharter.audit.reductions.packing import Whole
from labelcharter.audit.reductions.patterns import Reduction, reduce_ratings
from labelcharter.audit.reductions.tally import Tally, summed
from labelcharter.audit.tables.bindings import Side
from labelcharter.audit.tables.cleaning import (
    NO_LABEL,
    Cleaned,
    Codes,
    Excluded,
    Grouping,
    Ratings,
)


@dataclass(frozen=True, slots=True)
class Trait:
    """An attribute and its groups in the table, sorted by name."""

    attribute: str
    side: Side
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """R3: how many rated items have this group, gold label and prediction; -1 where they have none.

    All (cells,), sorted.
    """

    group: Whole
    gold: Whole
    prediction: Whole
    items: Whole


@dataclass(frozen=True, slots=True)
class Source:
    """A cleaned table, reduced on demand.

    `answers` are the labels, then the states, then NO_LABEL; `blanks` and `gold`: whether any
    answer is missing, and whether any rated item has a gold label. `ratings` counts those with a
    label, `rows` those of the table before anything was left out. `traits`: annotators' first.

    `tally(attribute)` counts all answers of each group, those of no group last, as one more;
    of everybody as one group where `attribute` is empty. `joint(attribute)` has labels only, and
    leaves out who is in no group. `items(attribute)` is over the items that have a label. All three
    raise TooManyPatterns where the result would not fit into memory.
    `cleaned` has the single ratings, where the engine brings them here.
    """

    answers: tuple[str, ...]
    labels: tuple[str, ...]
    blanks: bool
    gold: bool
    ratings: int
    rows: int
    excluded: tuple[Excluded, ...]
    traits: tuple[Trait, ...]
    tally: Callable[[str], Tally]
    joint: Callable[[str], Reduction]
    items: Callable[[str], ItemCounts]
    cleaned: Cleaned | None = None

    @property
    def missing(self) -> dict[str, int]:
        """The states, and the blank where there is one, with their numbers among the answers."""
        first = len(self.labels)
        return {
            answer: code
            for code, answer in enumerate(self.answers)
            if code >= first and (answer != NO_LABEL or self.blanks)
        }


def source_in_memory(cleaned: Cleaned) -> Source:
    """The engine `pandas`: all ratings are here."""
    kept, answers = cleaned.kept, cleaned.answers

    def grouping(ratings: Ratings, attribute: str) -> Grouping | None:
        return next((g for g in ratings.groupings if g.attribute == attribute), None)

    def counted(attribute: str) -> Tally:
        found = grouping(answers, attribute)
        groups = 1 if found is None else len(found.values) + 1
        group = np.zeros(len(answers.item), dtype=np.int64)
        if found is not None:
            group = np.where(found.codes < 0, groups - 1, found.codes)
        return tally(
            answers.item,
            answers.annotator,
            group,
            answers.label,
            answers.gold,
            groups=groups,
            codes=len(answers.labels),
            what=f"`{attribute}`" if attribute else "the table",
        )

    def items(attribute: str) -> ItemCounts:
        found = grouping(kept, attribute)
        return _item_counts(kept, None if found is None else found.codes)

    return Source(
        answers=answers.labels,
        labels=kept.labels,
        blanks=bool((answers.label == len(answers.labels) - 1).any()),
        gold=bool((kept.gold >= 0).any()),
        ratings=len(kept.item),
        rows=cleaned.rows,
        excluded=cleaned.excluded,
        traits=tuple(Trait(g.attribute, g.side, g.values) for g in kept.groupings),
        tally=counted,
        joint=lambda attribute: reduce_ratings(kept, grouping(kept, attribute)),
        items=items,
        cleaned=cleaned,
    )


def _item_counts(ratings: Ratings, group: Codes | None) -> ItemCounts:
    items, index = np.unique(ratings.item, return_inverse=True)
    known = np.full((len(items), 3), -1, dtype=np.int64)
    for at, codes in enumerate((group, ratings.gold, ratings.prediction)):
        if codes is not None:
            np.maximum.at(known[:, at], index, codes)
    keys, counts = summed(tuple(known.T + 1), np.ones(len(items), dtype=np.int64))
    return ItemCounts(keys[0] - 1, keys[1] - 1, keys[2] - 1, counts)
