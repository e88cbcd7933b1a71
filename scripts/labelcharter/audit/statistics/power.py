"""What a table can tell: the smallest difference that it would show, and what more would take.

A difference d with standard error s shows when its interval of Student's t keeps clear of the
limit; its chance (power) is that of a noncentral t with noncentrality d/s. The variance of a figure
of items and annotators has a part that falls with items (items and single ratings) and one that
falls with annotators alone, and no number of items brings it below the second (Owen 2007, Annals of
Applied Statistics 1(2):386-411).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from labelcharter.audit.statistics.estimate import CONFIDENCE
from labelcharter.audit.statistics.jackknife import (
    NOTHING,
    Jackknife,
    Variance,
    variance,
    variance_of_difference,
)

POWER = 0.80  # the customary chance of finding what is there (Cohen 1988)
LEVEL = 1 - CONFIDENCE
MOST_TIMES = 100  # more than so many times the data is no plan; a choice of this project
_NEARLY_NORMAL = 1e4  # degrees of freedom from which t is taken as normal: alike to 4 digits


@dataclass(frozen=True, slots=True)
class Precision:
    """A variance, how it would fall, and what it rests on (of two groups the smaller one's).

    `of_items` is the part that falls with items, ratings an item being as many as now; of
    annotators only their own part, `of_annotators`, falls.
    """

    of_items: float
    of_annotators: float
    items: int
    annotators: int

    def variance(self, items: float = 1.0, annotators: float = 1.0) -> float:
        """With so many times the items and annotators."""
        return self.of_items / items + self.of_annotators / annotators

    def degrees(self, items: float = 1.0, annotators: float = 1.0) -> float:
        """Of freedom: the smaller number of units less one."""
        return min(self.items * items, self.annotators * annotators) - 1


def precision(parts: Variance, items: int, annotators: int, ratings: int) -> Precision:
    """From the jackknife's three parts; `ratings` of all who stand in it, as are `annotators`.

    V_annotator holds the rest of the single ratings, V_rating, which falls with ratings:
    V_annotator - V_rating = s^2 (1/A - 1/R) for A annotators of variance s^2 with R ratings.
    """
    own = max(parts.annotator - parts.rating, 0.0)
    if ratings > annotators:
        own *= ratings / (ratings - annotators)
    own = min(own, parts.two_way)
    return Precision(parts.two_way - own, own, items, annotators)


def precision_of(jack: Jackknife) -> Precision | None:
    """Of one group's figure; None where it does not vary."""
    parts = variance(jack)
    if not parts.two_way > NOTHING:
        return None
    return precision(parts, jack.items, jack.annotators, jack.ratings)


def precision_of_difference(a: Jackknife, b: Jackknife) -> Precision | None:
    """Of a - b, resting on the smaller group; None where either does not vary."""
    if not all(variance(jack).two_way > NOTHING for jack in (a, b)):
        return None
    parts = variance_of_difference(a, b)
    if not parts.two_way > NOTHING:
        return None
    whole = precision(parts, 0, a.annotators + b.annotators, a.ratings + b.ratings)
    return replace(whole, items=min(a.items, b.items), annotators=min(a.annotators, b.annotators))


def from_interval(width: float, items: int, annotators: int) -> Precision | None:
    """From the width of a 95 % interval; all of it is put down to items. None without width."""
    degrees = min(items, annotators) - 1
    if degrees < 1 or width <= 0:
        return None
    error = width / 2 / _quantile(degrees, 1 - LEVEL / 2)
    return Precision(error**2, 0.0, items, annotators)


def chance_to_show(distance: float, error: float, degrees: float, level: float = LEVEL) -> float:
    """The power to show a difference that lies `distance` beyond the limit.

    `error` is the standard error, `level` two-sided, `degrees` may be infinite.
    """
    return 1.0 - _noncentral(_quantile(degrees, 1 - level / 2), distance / error, degrees)


def chance_to_lie_within(
    below: float, above: float, error: float, degrees: float, level: float = LEVEL
) -> float:
    """The power to show that a figure lies within its limits, which are so far below and above.

    Both ends of the interval must; at least 1 less the chances that either does not (two one-sided
    tests, Schuirmann 1987), never less than 0.
    """
    reach = _quantile(degrees, 1 - level / 2)
    missed = sum(_noncentral(reach, side / error, degrees) for side in (below, above))
    return max(0.0, 1.0 - missed)


def smallest_shown(
    error: float, degrees: float, power: float = POWER, level: float = LEVEL
) -> float:
    """How far a figure must lie beyond a limit to be shown there with this power."""
    from scipy.special import nctdtrinc, ndtri

    reach = _quantile(degrees, 1 - level / 2)
    if degrees > _NEARLY_NORMAL:
        return float((reach + ndtri(power)) * error)
    return float(nctdtrinc(degrees, 1 - power, reach) * error)


@dataclass(frozen=True, slots=True)
class Needed:
    """How many times the items and annotators settle it, each None where no number would.

    `both`: as many times of each; `only_items`, `only_annotators`: the other staying as it is.
    """

    both: float | None
    only_items: float | None
    only_annotators: float | None


def needed(now: Precision, below: float, above: float, power: float = POWER) -> Needed:
    """To tell a figure apart from its limits, which lie so far below and above it.

    Signed: a negative distance is that of a limit which the figure lies beyond; infinite where
    there is no limit.
    """

    def settled(items: float, annotators: float) -> bool:
        error: float = now.variance(items, annotators) ** 0.5
        degrees = now.degrees(items, annotators)
        if degrees < 1:
            return False
        if min(below, above) < 0:
            return chance_to_show(-min(below, above), error, degrees) >= power
        return chance_to_lie_within(below, above, error, degrees) >= power

    return Needed(
        _least(lambda times: settled(times, times)),
        _least(lambda times: settled(times, 1.0)),
        _least(lambda times: settled(1.0, times)),
    )


def _least(enough: Callable[[float], bool]) -> float | None:
    """The least number of times, to one in a thousand, at which it is enough."""
    low, high = 0.0, 1.0
    while not enough(high):
        if high >= MOST_TIMES:
            return None
        low, high = high, min(2 * high, MOST_TIMES)
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _quantile(degrees: float, probability: float) -> float:
    from scipy.special import ndtri, stdtrit

    if degrees > _NEARLY_NORMAL:
        return float(ndtri(probability))
    return float(stdtrit(degrees, probability))


def _noncentral(value: float, noncentrality: float, degrees: float) -> float:
    """P(T <= value) of the noncentral t."""
    from scipy.special import nctdtr, ndtr

    if degrees > _NEARLY_NORMAL or noncentrality == float("inf"):
        return float(ndtr(value - noncentrality))
    return float(nctdtr(degrees, noncentrality, value))
