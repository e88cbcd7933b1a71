"""The items that were rated under two versions of a guideline, and the figures of each version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import Reduction, reduce_ratings
from labelcharter.audit.tables.cleaning import Codes, Grouping, Ratings


@dataclass(frozen=True, slots=True)
class Pair:
    """Ratings under two versions, the earlier one first; `after` marks those of the later one.

    On a bridge set (`bridge`) every item has ratings under both.
    """

    versions: tuple[str, str]
    ratings: Ratings
    after: np.ndarray[tuple[int], np.dtype[np.bool_]]
    bridge: bool

    @property
    def name(self) -> str:
        """`1.0.0 to 2.0.0`."""
        return " to ".join(self.versions)

    @property
    def same_people(self) -> str:
        """Whether the same annotators rated under both, without saying how many."""
        before, after = (set(self.ratings.annotator[m].tolist()) for m in (~self.after, self.after))
        if before == after:
            return "by the same annotators"
        if before & after:
            return "partly by the same annotators"
        return "by other annotators, so that it may be theirs and not the guideline's"


def pairs_of(
    every: Ratings, column: str, audited: str, declared: Sequence[str] | None
) -> list[Pair]:
    """The audited version beside each other version that has ratings.

    Where no item was rated under both, the pair holds all ratings of the two.
    """
    under = every.feature(column)
    present = [v for c, v in enumerate(under.values) if (under.codes == c).any()]
    order = in_order(present, declared)
    found = []
    for other in order:
        if other == audited or audited not in order:
            continue
        earlier, later = sorted((other, audited), key=order.index)
        before = under.codes == under.values.index(earlier)
        after = under.codes == under.values.index(later)
        both = np.intersect1d(every.item[before], every.item[after])
        kept = before | after
        if len(both):
            kept &= np.isin(every.item, both)
        found.append(Pair((earlier, later), every.where(kept), after[kept], len(both) > 0))
    return found


def in_order(versions: Sequence[str], declared: Sequence[str] | None) -> list[str]:
    """As declared, else by their numbers (2.0.0 before 10.0.0), else by text."""
    if declared is not None:
        return sorted(versions, key=list(declared).index)
    numbers = {v: v.split(".") for v in versions}
    if all(part.isdecimal() for parts in numbers.values() for part in parts):
        return sorted(versions, key=lambda v: [int(part) for part in numbers[v]])
    return sorted(versions)


def both_versions(pair: Pair) -> Reduction:
    """Reduced with the version in the place of the group: 0 before, 1 after."""
    return _reduced(pair, pair.after.astype(np.int32), pair.versions)


def both_versions_by(pair: Pair, attribute: str) -> tuple[Reduction, tuple[str, ...]]:
    """Reduced by version and group: the groups before, then the groups after; and their names."""
    grouping = next(g for g in pair.ratings.groupings if g.attribute == attribute)
    groups = len(grouping.values)
    codes = np.where(grouping.codes < 0, -1, pair.after * groups + grouping.codes)
    names = tuple(f"{v}, {g}" for v in pair.versions for g in grouping.values)
    return _reduced(pair, codes.astype(np.int32), names), grouping.values


def _reduced(pair: Pair, codes: Codes, names: tuple[str, ...]) -> Reduction:
    return reduce_ratings(pair.ratings, Grouping("", "annotator", names, codes))
