"""One outcome for each item (each data subject): what was predicted, what is right, or decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np

from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.consensus import GIVEN_THESE_VOTES, majorities
from labelcharter.audit.questions.figures import People
from labelcharter.audit.reductions.patterns import Reduction, Whole, reduce_ratings
from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.tables.cleaning import Grouping, Ratings

Source = Literal["prediction", "gold", "consensus"]
SOURCES: tuple[Source, ...] = ("prediction", "gold", "consensus")


def default_source(asked: Asked) -> Source:
    """What the model decided, where there is a model; else what the annotators did."""
    return "prediction" if asked.bindings.prediction else "consensus"


def fault_of(source: str, asked: Asked) -> str:
    """Why this source of outcomes cannot be had, or nothing."""
    if source not in SOURCES:
        return f"there is no outcome `{source}`: it is {', '.join(SOURCES)}"
    if source == "prediction" and not asked.bindings.prediction:
        return "no column of predictions is bound"
    if source == "gold" and not asked.bindings.gold:
        return "no column of gold labels is bound"
    return ""


def tie_label(asked: Asked) -> str:
    """The declared one, else the favourable label: nobody is harmed by a coin toss."""
    return asked.questions.ties or asked.questions.favourable or asked.labels[0]


def note_on(source: Source, asked: Asked) -> str:
    """What the outcome is, for the reader of the figures."""
    if source == "consensus":
        tie = tie_label(asked)
        return f"the outcome is the strict majority label (a tie is `{tie}`), {GIVEN_THESE_VOTES}"
    return f"the outcome is the {source} of each item, counted once"


def shares(
    asked: Asked, grouping: Grouping, source: Source, code: int, *, crossed: bool = False
) -> list[Share] | str:
    """Of each group, how many items have the label with this number as their outcome.

    `crossed`: the grouping is not one of the table's own, so its reduction is made here. A string
    says why there is none.
    """
    cleaned = asked.ratings() if source == "prediction" or crossed else None
    if source == "prediction":
        if cleaned is None:
            return NEEDS_RATINGS
        group, predicted = by_item(cleaned.kept, grouping.codes, cleaned.kept.prediction)
        found = [predicted[(group == g) & (predicted >= 0)] for g in range(len(grouping.values))]
        return [Share(int((one == code).sum()), len(one)) for one in found]
    if not crossed:
        return _from_patterns(asked.joint(grouping.attribute), source, code, asked)
    if cleaned is None:
        return NEEDS_RATINGS
    return _from_patterns(reduce_ratings(cleaned.kept, grouping), source, code, asked)


def _from_patterns(reduction: Reduction, source: Source, code: int, asked: Asked) -> list[Share]:
    tie = asked.labels.index(tie_label(asked))
    decided = majorities(reduction, tie)
    if source == "gold":
        decided = np.where(decided >= 0, reduction.gold[:, None], -1)
    return [
        Share(int(reduction.items[column == code].sum()), int(reduction.items[column >= 0].sum()))
        for column in decided.T
    ]


def by_item(ratings: Ratings, *codes: np.ndarray[tuple[int], np.dtype[np.int32]]) -> list[Whole]:
    """These codes item by item, -1 where no rating of the item has one; a rating may lack it."""
    _, item = np.unique(ratings.item, return_inverse=True)
    found = []
    for one in codes:
        of_item = np.full(int(item.max(initial=-1)) + 1, -1, dtype=np.int64)
        np.maximum.at(of_item, item, one)
        found.append(of_item)
    return found


def crossed(first: Grouping, second: Grouping) -> Grouping:
    """Every pair of groups as a group of its own, the second one's changing fastest."""
    width = len(second.values)
    both = (first.codes >= 0) & (second.codes >= 0)
    codes = np.where(both, first.codes * width + second.codes, -1).astype(np.int32)
    values = tuple(f"{a} {b}" for a in first.values for b in second.values)
    return Grouping(f"{first.attribute} {second.attribute}", "subject", values, codes)


def people_of(share: Share) -> People:
    """Who stands behind a share in which each counts once."""
    return People(share.of, share.having, share.others.having)


def weakest(people: Iterable[People]) -> People | None:
    """Who may be shown exactly where all of these may: what hides one group's figure hides all's.

    A total less the groups that are shown would give the hidden one away. Whatever numbers a rule
    has, it asks for enough people of each kind that there is, and for enough in all where there is
    one kind only; so the fewest of either stand for all.
    """
    some = [one for one in people if one.all]
    if not some:
        return None
    fewest = min(part for one in some for part in (one.having, one.without) if part)
    of_one_kind = [one.all for one in some if 0 in (one.having, one.without)]
    if of_one_kind:
        return People(min(of_one_kind), fewest, 0)
    return People(min(one.all for one in some), fewest, fewest)
