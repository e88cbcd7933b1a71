"""The interval: a two-way (items x annotators) delete-one jackknife, closed form, no resampling.

Why two ways: the same items are rated by several people and the same people rate many items, so
ratings are not independent. Resampling rows or items alone covers 57 to 94 % where it says 95 %.

V = V_item + V_annotator - V_rating, but never less than the larger of the two axes (of a
difference: than V_item); Student's t with the smaller number of units less one. Each
V_axis = (U - 1)/U * sum over units u of (t(-u) - mean of t(-u))^2, where t(-u) is the statistic
with unit u left out.
Sources: Owen 2007 (Annals of Applied Statistics 1(2):386-411) and Cameron, Gelbach, Miller 2011 for
the two-way variance; Efron and Stein 1981 for the jackknife's.

A statistic is a function of sums over items of something that depends only on how an item was
labelled. Leaving out an item takes its term away; leaving out one rating replaces one term by that
of the pattern with one label less; leaving out an annotator does so for all of their ratings. All
three are therefore exact, and cost what the patterns cost, not what the rows cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.packing import Whole
from labelcharter.audit.reductions.patterns import GroupReduction
from labelcharter.audit.reductions.shared import Shared

Real = NDArray[np.float64]

_NUMBERS_AT_A_TIME = 1 << 22
NOTHING = 1e-24  # a variance below this is the rounding of a zero


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic of label counts.

    `terms(counts, gold)`: (n, labels) counts of n items and their gold labels (n,) to (n, k) terms,
    to be summed over items; all zero for an item that the statistic does not use.
    `value(sums)`: (..., k) sums to (...) values; NaN where it is undefined.
    """

    terms: Callable[[Whole, Whole], Real]
    value: Callable[[Real], Real]


@dataclass(frozen=True, slots=True)
class Jackknife:
    """A statistic of one group, and how it moves when one unit is left out.

    `by_item` (patterns,) and `by_annotator` (annotators,) are deviations of the replicates from
    their mean times sqrt((U - 1)/U), 0 for units that the statistic does not use, so that a sum of
    squares (items weighted by `weights`) is the variance of the axis. `items`, `annotators`,
    `ratings` count the units it uses. `sums` are the statistic's sums over items. `without`
    (annotators,) is the statistic itself with each annotator left out, `value` for those it does
    not use.
    `shared` knows which items other groups rate as well, by `number`; it is None where the patterns
    are those of all groups jointly, so that those of two groups are the same items entry by entry.
    """

    value: float
    sums: Real
    by_item: Real
    by_annotator: Real
    weights: Whole
    rating_variance: float
    items: int
    annotators: int
    ratings: int
    without: Real
    number: int = 0
    shared: Shared | None = None

    @property
    def defined(self) -> bool:
        """True when the statistic and all its replicates over items have a value."""
        return bool(np.isfinite(self.value) and np.isfinite(self.by_item).all())


@dataclass(frozen=True, slots=True)
class Variance:
    """The three parts of a variance; `of_difference`: of a figure less another's."""

    item: float
    annotator: float
    rating: float
    of_difference: bool = False

    @property
    def two_way(self) -> float:
        """V_item + V_annotator - V_rating, floored at the larger axis, of a difference at V_item.

        What two annotators have between them is counted in V_annotator for each of the two, and
        V_rating takes the second count away. A floor at V_annotator keeps it: a margin that single
        figures of small tables need, and that makes the intervals of gaps wider than they say
        (both measured in benchmarks/floor.py).
        Where neither axis varies at all (a perfectly balanced table), the variance between ratings.
        """
        floor = self.item if self.of_difference else max(self.item, self.annotator)
        both = max(self.item + self.annotator - self.rating, floor)
        return both if both > NOTHING else max(self.rating, 0.0)


def jackknife(group: GroupReduction, statistic: Statistic) -> Jackknife:
    """The statistic of one group with all its delete-one replicates."""
    terms = statistic.terms(group.counts, group.gold)
    used = np.any(terms != 0, axis=1)
    sums = (terms * group.items[:, None]).sum(axis=0)
    with np.errstate(all="ignore"):
        value = float(statistic.value(sums))
        replicates = statistic.value(sums - terms[used])
        number = int(group.items[used].sum())
        by_item = np.zeros(len(group.items))
        by_item[used] = _deviations(replicates, group.items[used], number)
        moved = np.zeros((group.annotators, len(sums)))
        deleted: list[Real] = []
        weights: list[Whole] = []
        for patterns, labels, change in _one_less(statistic, group, terms, used):
            deleted.append(statistic.value(sums + change))
            weights.append(group.counts[patterns, labels] * group.items[patterns])
            _add_changes(moved, group, patterns, labels, change)
        present = np.zeros(group.annotators, dtype=np.bool_)
        present[group.rater[used[group.rater_pattern]]] = True
        people = int(present.sum())
        by_annotator = np.zeros(group.annotators)
        replicates = statistic.value(sums + moved[present])
        without = np.full(group.annotators, value)
        without[present] = replicates
        by_annotator[present] = _deviations(replicates, np.ones(people, dtype=np.int64), people)
        weight = np.concatenate(weights) if weights else np.zeros(0, dtype=np.int64)
        ratings = int(weight.sum())
        each = _deviations(np.concatenate(deleted) if deleted else weight * 0.0, weight, ratings)
    return Jackknife(
        value=value,
        sums=sums,
        by_item=by_item[group.of_pattern],
        by_annotator=by_annotator,
        weights=group.joint,
        rating_variance=float((each**2 * weight).sum()),
        items=number,
        annotators=people,
        ratings=ratings,
        without=without,
        number=group.number,
        shared=group.shared,
    )


def variance(jackknifed: Jackknife) -> Variance:
    """Of one group's statistic."""
    return Variance(
        _sum(jackknifed.by_item**2 * jackknifed.weights),
        _sum(jackknifed.by_annotator**2),
        jackknifed.rating_variance,
    )


def variance_of_difference(a: Jackknife, b: Jackknife) -> Variance:
    """Of a - b, for two groups of one table.

    Units that both use (items rated by both groups) move both at once, so their covariance is in
    it; a rating belongs to one group only.
    """
    return Variance(
        _sum(_by_item(a, b)),
        _sum((a.by_annotator - b.by_annotator) ** 2),
        a.rating_variance + b.rating_variance,
        of_difference=True,
    )


def _by_item(a: Jackknife, b: Jackknife) -> Real:
    """Squared deviations of a - b by item: of the items of both, of a alone, of b alone."""
    if a.shared is None:
        return np.asarray((a.by_item - b.by_item) ** 2 * a.weights)
    in_a, in_b, items = a.shared.between(a.number, b.number)
    alone = [
        jack.by_item**2 * (jack.weights - np.bincount(here, items, len(jack.weights)))
        for jack, here in ((a, in_a), (b, in_b))
    ]
    return np.concatenate(((a.by_item[in_a] - b.by_item[in_b]) ** 2 * items, *alone))


def _sum(values: Real) -> float:
    """Exactly rounded, so that the order of patterns (of the groups' names) leaves no trace."""
    return fsum(values.tolist()) if np.isfinite(values).all() else float("nan")


def _deviations(replicates: NDArray[np.floating[Any]], weights: Whole, units: int) -> Real:
    if not units:
        return np.zeros(len(replicates))
    mean = (replicates * weights).sum() / units
    return np.asarray((replicates - mean) * np.sqrt((units - 1) / units), dtype=np.float64)


def _one_less(
    statistic: Statistic, group: GroupReduction, terms: Real, used: NDArray[np.bool_]
) -> Iterator[tuple[Whole, Whole, Real]]:
    """For every (pattern, label) that occurs: the change of the sums when one such rating goes."""
    patterns, labels = np.nonzero((group.counts > 0) & used[:, None])
    size = max(1, _NUMBERS_AT_A_TIME // max(1, terms.shape[1]))
    for start in range(0, len(patterns), size):
        part, label = patterns[start : start + size], labels[start : start + size]
        less = group.counts[part].copy()
        less[np.arange(len(part)), label] -= 1
        yield part, label, statistic.terms(less, group.gold[part]) - terms[part]


def _add_changes(
    moved: Real, group: GroupReduction, patterns: Whole, labels: Whole, change: Real
) -> None:
    """Add to `moved` (annotators, k) what each annotator's ratings among these entries change."""
    width = group.counts.shape[1]
    key = patterns * width + labels  # in ascending order: np.nonzero walks row by row
    wanted = group.rater_pattern * width + group.rater_label
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    found = key[at] == wanted
    rater, times, entry = group.rater[found], group.rater_ratings[found], at[found]
    for k in range(change.shape[1]):
        moved[:, k] += np.bincount(rater, change[entry, k] * times, minlength=len(moved))
