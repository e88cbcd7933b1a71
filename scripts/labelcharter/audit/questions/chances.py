"""Could the gaps between two groups be chance? Which units are permuted, and what is asked of them.

For traits of annotators, annotators; for those of data subjects, items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from labelcharter.audit.questions.figures import Name
from labelcharter.audit.questions.gaps import Compared, Tests
from labelcharter.audit.reductions.patterns import GroupReduction, Whole
from labelcharter.audit.statistics import dealing
from labelcharter.audit.statistics.agreement import MOST_GRADES, alpha
from labelcharter.audit.statistics.cross_agreement import alpha_gap
from labelcharter.audit.statistics.jackknife import Statistic
from labelcharter.audit.statistics.permutation import (
    Chance,
    chance,
    chance_of_item_gap,
    chances_of_rate_gaps,
)
from labelcharter.audit.statistics.pools import pool_of
from labelcharter.audit.tables.bindings import Scale, Side
from labelcharter.audit.tables.cleaning import Grouping, Ratings

TOO_LARGE = "not tested: too large for 199 permutations"


def of_rates(codes: Mapping[Name, int]) -> Tests:
    """For rates of labels; `codes` gives each label's number in the reductions."""

    def tests(a: Compared, b: Compared) -> dict[Name, Chance | str]:
        found = chances_of_rate_gaps(ratings_by_unit(a), ratings_by_unit(b)) if codes else None
        return {name: found[code] if found else _why(a, b) for name, code in codes.items()}

    return tests


def of_shares(statistics: Mapping[Name, Statistic]) -> Tests:
    """For rates against gold, whose statistics have the two terms (part, whole)."""

    def one(a: Compared, b: Compared, statistic: Statistic) -> Chance | str:
        if a.figures.side == "subject":
            return chance_of_item_gap(a.reduction, b.reduction, statistic) or _why(a, b)
        found = chances_of_rate_gaps(_part_and_whole(a, statistic), _part_and_whole(b, statistic))
        return found[0] if found else _why(a, b)

    def tests(a: Compared, b: Compared) -> dict[Name, Chance | str]:
        return {name: one(a, b, statistic) for name, statistic in statistics.items()}

    return tests


def of_alpha(
    scale: Scale, values: Sequence[float], side: Side, found: tuple[Ratings, Grouping] | None
) -> Tests:
    """For alpha. `found`: the single ratings and their groups, None where an engine has none."""
    name = ("alpha", "")

    def one(a: Compared, b: Compared) -> Chance | str:
        labels = a.reduction.counts.shape[1]
        if scale == "ordinal" and labels > MOST_GRADES:
            return ""  # there is no alpha to test either
        if side == "subject":
            return chance_of_item_gap(a.reduction, b.reduction, alpha(scale, values)) or _why(a, b)
        if found is None:
            return "not tested: that needs the single ratings, which this engine does not bring"
        ratings, grouping = found
        among = [grouping.values.index(group.figures.value) for group in (a, b)]
        pool = pool_of(
            ratings.item, ratings.annotator, ratings.label, grouping.codes, labels, among
        )
        if not pool.items or not all(pool.sizes):
            return ""
        dealt = dealing.deal(pool, [alpha_gap(scale, labels, values)], [0])
        if dealt is None:
            return TOO_LARGE
        small, large = pool.sizes
        one_of_all = chance(
            float(dealt.observed[0, 0]),
            dealt.values[:, 0, 0],
            dealing.ways(pool.sizes),
            every=dealt.every,
            mirrored=small == large,
        )
        return one_of_all or ""

    return lambda a, b: {name: one(a, b)}


def _why(a: Compared, b: Compared) -> str:
    """Why nothing was tested: nobody to permute, which the figures say already, or too many."""
    return TOO_LARGE if min(a.figures.ratings, b.figures.ratings) else ""


def ratings_by_unit(group: Compared) -> tuple[Whole, Whole]:
    """Ratings of each label by unit: by annotator, or by item for data subjects' groups."""
    r = group.reduction
    labels = r.counts.shape[1]
    if group.figures.side == "subject":
        rated = r.counts.sum(axis=1) > 0
        counts = np.repeat(r.counts[rated], r.items[rated], axis=0)
    else:
        present, rater = np.unique(r.rater, return_inverse=True)
        counts = np.zeros((len(present), labels), dtype=np.int64)
        np.add.at(counts, (rater, r.rater_label), r.rater_ratings)
    return counts, counts.sum(axis=1)


def _part_and_whole(group: Compared, statistic: Statistic) -> tuple[Whole, Whole]:
    """Each annotator's ratings in the numerator (annotators, 1) and in the denominator."""
    r: GroupReduction = group.reduction
    single = np.zeros((len(r.rater), r.counts.shape[1]), dtype=np.int64)
    single[np.arange(len(r.rater)), r.rater_label] = 1
    terms = statistic.terms(single, r.gold[r.rater_pattern]).astype(np.int64)
    sums = np.zeros((int(r.rater.max(initial=-1)) + 1, 2), dtype=np.int64)
    np.add.at(sums, r.rater, terms * r.rater_ratings[:, None])
    sums = sums[sums[:, 1] > 0]
    return sums[:, :1], sums[:, 1]
