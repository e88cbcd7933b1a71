"""Tests of labels given twice to the same items: before and after.

A square table has an item in row a and column b when it was a before and b after. Only items that
changed say anything. Each item counts once, so these are tests over items.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, estimated, not_estimable
from labelcharter.audit.statistics.optional import library

FEWEST_CHANGED = 10  # below this no chi-square is given; a choice of this project


@dataclass(frozen=True, slots=True)
class SquareTest:
    """A chi-square with its degrees of freedom; p is None where too few items changed."""

    chi2: float
    degrees: int
    p: float | None


def changed(table: Whole) -> int:
    """How many items lie off the diagonal of (labels, labels)."""
    return int(table.sum() - np.trace(table))


def stuart_maxwell(table: Whole) -> SquareTest:
    """Whether each label is as frequent after as before (Stuart 1955, Maxwell 1970).

    Labels that no item moved between are apart, and each such part is tested for itself: over all
    labels at once the covariance would have no inverse. statsmodels' SquareTable, without the half
    that it would add to empty cells. Raises NotInstalled.
    """
    from scipy.sparse.csgraph import connected_components
    from scipy.stats import chi2

    moved = table + table.T
    parts, of = connected_components(moved > 0, directed=False)
    square = library("statsmodels.stats.contingency_tables").SquareTable
    statistic, degrees = 0.0, 0
    for part in range(parts):
        inside = np.flatnonzero(of == part)
        if len(inside) > 1:
            own = square(table[np.ix_(inside, inside)].astype(np.float64), shift_zeros=False)
            statistic += float(own.homogeneity(method="stuart_maxwell").statistic)
            degrees += len(inside) - 1
    return _test(table, statistic, degrees, float(chi2.sf(statistic, degrees)) if degrees else 1.0)


def bowker(table: Whole) -> SquareTest:
    """Whether as many items went from a to b as from b to a, for all pairs (Bowker 1948).

    Degrees of freedom count the pairs that some item moved between (statsmodels counts all).
    """
    from scipy.stats import chi2

    above = np.triu_indices(len(table), 1)
    there, back = table[above], table.T[above]
    moved = there + back
    used = moved > 0
    statistic = float((((there - back) ** 2)[used] / moved[used]).sum())
    degrees = int(used.sum())
    return _test(table, statistic, degrees, float(chi2.sf(statistic, degrees)) if degrees else 1.0)


def mcnemar(table: Whole, label: int) -> float:
    """Whether as many items gained the label as lost it: the exact two-sided chance."""
    from scipy.stats import binomtest

    gained, lost = gained_and_lost(table, label)
    return float(binomtest(gained, gained + lost, 0.5).pvalue) if gained + lost else 1.0


def gained_and_lost(table: Whole, label: int) -> tuple[int, int]:
    """How many items have the label only after, and only before."""
    kept = int(table[label, label])
    return int(table[:, label].sum()) - kept, int(table[label].sum()) - kept


def change_of_share(table: Whole, label: int, reason: str = "") -> Estimate:
    """The share of items with the label after, less the share before; `n` is the items.

    Interval of Bonett and Price 2012 (J Educ Behav Stat 37:479-488): one item is added to those
    that gained the label and one to those that lost it.
    """
    from scipy.special import ndtri

    n = int(table.sum())
    if not n:
        return not_estimable("no item has a majority under both versions")
    gained, lost = gained_and_lost(table, label)
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = float(ndtri((1 + CONFIDENCE) / 2)) * ((up + down - (up - down) ** 2) / (n + 2)) ** 0.5
    low, high = max(-1.0, up - down - half), min(1.0, up - down + half)
    return estimated((gained - lost) / n, low, high, n, reason)


def _test(table: Whole, statistic: float, degrees: int, p: float) -> SquareTest:
    return SquareTest(statistic, degrees, p if changed(table) >= FEWEST_CHANGED else None)
