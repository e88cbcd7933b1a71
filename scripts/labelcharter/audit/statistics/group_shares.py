"""Shares of items by group, the gap between them, and intervals that hold for a largest gap.

A share is the items that a group has in something over the items that it has at all: caught among
those that its own people call positive, undecided among those that it voted on. Each item counts
once. Nothing is resampled: everything comes from the patterns and how many items look so.

The interval of the gap, the largest share less the smallest, is over items. The percentile
bootstrap is not valid for it: the gap of a resample is above zero even where the groups are alike,
so its interval never holds the truth there. Instead, from the differences of all ordered pairs:
- upper bound: the largest of the pairs' own one-sided 97.5 % bounds. The true gap is the difference
  of one fixed pair, and that pair's bound alone holds it 97.5 % of the time;
- lower bound: the largest of the pairs' simultaneous lower bounds, since the pair that looks widest
  was picked by looking; Tukey's studentized range (Kramer 1956, Biometrics 12:307-310; conservative
  for unequal variances: Hayter 1984, Annals of Statistics 12:61-75).
Together they hold the gap at least 95 % of the time, whether the groups are alike or not. A pair's
own bound is Zou and Donner's (2008, Stat Med 27:1693-1702) from two Wilson intervals and the
correlation of the two shares over items, so that a share of 0 or 1 still has a width.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.estimate import CONFIDENCE
from labelcharter.audit.statistics.jackknife import Real

Truth = NDArray[np.bool_]

_TAIL = (1 - CONFIDENCE) / 2


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of items by group.

    having, of (groups,): counts of items. influence (patterns, groups): how much one item of the
    pattern moves each share (0 where it has no part); items (patterns,). `certain` (groups,): True
    where the share is what it is by construction, and so has no interval.
    """

    having: Whole
    of: Whole
    influence: Real
    items: Whole
    certain: Truth

    @property
    def values(self) -> Real:
        """The shares (groups,); NaN for a group without an item."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.having / self.of)

    @property
    def gap(self) -> float:
        """The largest less the smallest; NaN where a group has no share."""
        return float(self.values.max() - self.values.min())


def shares(having: Truth, of: Truth, items: Whole, certain: Truth | None = None) -> Shares:
    """From two (patterns, groups) tables of truths; what is in `having` must be in `of`."""
    counts, all_of = items @ having.astype(np.int64), items @ of.astype(np.int64)
    with np.errstate(all="ignore"):
        influence = np.where(of, (having - counts / all_of) / all_of, 0.0)
    if certain is None:
        certain = np.zeros(len(counts), dtype=np.bool_)
    return Shares(counts, all_of, influence, items, certain)


def gap_interval(found: Shares) -> tuple[float, float]:
    """The 95 % interval of the gap over items; every group must have a share."""
    low, high = excess_interval(found, 0.0, np.zeros(len(found.items)))
    return max(0.0, low), min(1.0, high)


def excess_interval(found: Shares, expected: float, influence: Real) -> tuple[float, float]:
    """The 95 % interval of the gap less what is expected of this many items if group means nothing.

    influence (patterns,): how much one item of the pattern moves `expected`. An item moves the gap
    and what is expected of it together; their correlation is in the interval.
    """
    from scipy.special import ndtri
    from scipy.stats import studentized_range

    once = float(ndtri(1 - _TAIL))
    many = float(studentized_range.ppf(1 - _TAIL, len(found.of), np.inf)) / 2**0.5
    difference = found.values[:, None] - found.values[None, :]
    low = (difference - _reach_below(found, influence, many)).max()
    high = (difference + _reach_below(found, influence, once).T).max()  # above a-b is below b-a
    return float(low) - expected, float(high) - expected


def _reach_below(found: Shares, influence: Real, z: float) -> Real:
    """How far below the difference of each ordered pair, less `expected`, its bound lies.

    (groups, groups), at normal quantile z.
    """
    groups = len(found.of)
    together = np.column_stack((found.influence, influence))
    covariance = _covariance(together, found.items)
    of_groups, with_expected = covariance[:groups, :groups], covariance[:groups, groups]
    own = np.diag(of_groups)
    of_pairs = np.maximum(own[:, None] + own[None, :] - 2 * of_groups, 0.0)
    below, above = wilson_reach(found, z)
    pair = _apart(
        below[:, None], above[None, :], _correlation(of_groups, own[:, None], own[None, :])
    )
    np.fill_diagonal(pair, 0.0)  # no group differs from itself
    moved = covariance[groups, groups]
    both = with_expected[:, None] - with_expected[None, :]
    return _apart(pair, np.full_like(pair, z * moved**0.5), _correlation(both, of_pairs, moved))


def _covariance(influence: Real, items: Whole) -> Real:
    """Of the things that the columns of influence (patterns, things) are of.

    Exactly rounded, so that the order of patterns (of the groups' names) leaves no trace.
    """
    things = influence.shape[1]
    found = np.zeros((things, things))
    for a in range(things):
        for b in range(a + 1):
            products = influence[:, a] * influence[:, b] * items
            found[a, b] = found[b, a] = fsum(products.tolist())
    return found


def _apart(below: Real, above: Real, correlation: Real) -> Real:
    """The reach below a - b, from that below a and that above b."""
    return np.asarray(
        np.sqrt(np.maximum(below**2 + above**2 - 2 * correlation * below * above, 0.0))
    )


def _correlation(covariance: Real, a: Real, b: Real | float) -> Real:
    """Of two things with variances a and b; 0 where one of them does not vary."""
    product = np.broadcast_to(a * b, covariance.shape)
    moving = product > 0
    found = np.zeros(covariance.shape)
    found[moving] = covariance[moving] / np.sqrt(product[moving])
    return np.clip(found, -1.0, 1.0)


def wilson_reach(found: Shares, z: float) -> tuple[Real, Real]:
    """How far Wilson's limits at normal quantile z lie below and above each share (groups,)."""
    share, of = found.values, found.of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    below = np.where(found.certain, 0.0, np.maximum(share - (middle - half), 0.0))
    above = np.where(found.certain, 0.0, np.maximum(middle + half - share, 0.0))
    return below, above
