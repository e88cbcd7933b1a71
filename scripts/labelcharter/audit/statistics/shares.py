"""Shares of counted things against the shares that they should have.

The counts are of people or items, each once: they vary as a multinomial does. Ratings do not (one
person gives many), so their shares get the interval of `group_share` and no test of this kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction, Reduction
from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, estimated
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.statistics.permutation import PERMUTATIONS, SEED
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.rates import label_rate

FEWEST_EXPECTED = 5.0  # Cochran 1952: below this the chi-square is not to be relied on
_ROUNDED = 0.01  # declared shares may miss 1 by their rounding


@dataclass(frozen=True, slots=True)
class Fit:
    """Goodness of fit: the chi-square, its chance, and whether that was drawn or computed."""

    chi2: float
    p: float
    drawn: bool


def sum_fault(shares: Sequence[float]) -> str:
    """What is wrong with the sum of declared shares, or nothing."""
    total = sum(shares)
    if any(share < 0 for share in shares):
        return "a declared share is below 0"
    if abs(total - 1) > _ROUNDED:
        return f"the declared shares add up to {total:.3f}, not to 1"
    return ""


def gap_from(share: float, estimate: Estimate) -> Estimate:
    """An estimated share less the one it should have."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate
    low, high = estimate.low - share, estimate.high - share
    return estimated(estimate.value - share, low, high, estimate.n or 0, estimate.reason)


def share_gap(count: int, total: int, share: float, things: str) -> Estimate:
    """`count` of `total` less `share`, with Wilson's interval."""
    return gap_from(share, proportion(count, total, things))


def gap_by_chance(total: int, share: float) -> Estimate:
    """The gap of `total` things drawn at random where `share` holds: 0, and its 95 % range."""
    from scipy.stats import binom

    tail = (1 - CONFIDENCE) / 2
    low, high = (float(binom.ppf(q, total, share)) / total - share for q in (tail, 1 - tail))
    return estimated(0.0, low, high, total)


def exact_binomial(count: int, total: int, share: float) -> float:
    """The two-sided exact chance of a count as far from `share` (Clopper and Pearson's test)."""
    from scipy.stats import binomtest

    return float(binomtest(count, total, share).pvalue)


def goodness_of_fit(counts: Sequence[int], shares: Sequence[float], seed: int = SEED) -> Fit:
    """Pearson's chi-square of counts against positive shares, which are made to add up to 1.

    Where less than five are expected in a group, the chance is that of 1,999 multinomial draws.
    """
    from scipy.stats import power_divergence

    observed, expected = _sorted(counts, shares)
    n = int(observed.sum())
    found = power_divergence(observed, n * expected, lambda_="pearson")
    chi2 = float(found.statistic)
    if n * expected.min() >= FEWEST_EXPECTED:
        return Fit(chi2, float(found.pvalue), drawn=False)
    draws = np.random.RandomState(seed).multinomial(n, expected, PERMUTATIONS)
    far = ((draws - n * expected) ** 2 / (n * expected)).sum(axis=1)
    as_far = int((far >= chi2 * (1 - 1e-12)).sum())
    return Fit(chi2, (as_far + 1) / (PERMUTATIONS + 1), drawn=True)


def dissimilarity(
    counts: Sequence[int], shares: Sequence[float], seed: int = SEED
) -> tuple[Estimate, Estimate]:
    """The share of people who would have to be others for all shares to be right; and by chance.

    Half the sum of absolute gaps (Duncan and Duncan 1955, Am Sociol Rev 20:210-217). It cannot be
    less than 0 and is not smooth there, so its interval reaches as far as draws from the observed
    shares lie from them (95 % of 1,999). Second: what draws from the declared shares give.
    """
    observed, expected = _sorted(counts, shares)
    n = int(observed.sum())
    own = observed / n
    random = np.random.RandomState(seed)
    noise = np.abs(random.multinomial(n, own, PERMUTATIONS) / n - own).sum(axis=1) / 2
    chance = np.abs(random.multinomial(n, expected, PERMUTATIONS) / n - expected).sum(axis=1) / 2
    value = float(np.abs(own - expected).sum()) / 2
    reach = float(np.quantile(noise, 0.95))
    low, high = np.quantile(chance, (0.025, 0.975))
    return (
        estimated(value, max(0.0, value - reach), min(1.0, value + reach), n),
        estimated(float(np.sort(chance).mean()), float(low), float(high), n),
    )


def group_share(reduction: Reduction, group: int) -> Estimate:
    """The share of all ratings that a group has; `n` is the ratings.

    Two-way jackknife: people bring many ratings each, and items get several each. `group` may be
    one past the last, for a group that nobody belongs to.
    """
    return rate_estimate(jackknife(_groups_as_labels(reduction), label_rate(group)))


def _groups_as_labels(reduction: Reduction) -> GroupReduction:
    """As if each rating gave its group as the label, with one label more that nobody gives."""
    ratings = reduction.counts.sum(axis=2)
    return GroupReduction(
        counts=np.pad(ratings, ((0, 0), (0, 1))),
        gold=np.full(len(ratings), -1, dtype=np.int64),
        items=reduction.items,
        of_pattern=np.arange(len(ratings)),
        joint=reduction.items,
        annotators=reduction.annotators,
        rater=reduction.rater,
        rater_pattern=reduction.rater_pattern,
        rater_label=reduction.rater_group,
        rater_ratings=reduction.rater_ratings,
    )


def _sorted(
    counts: Sequence[int], shares: Sequence[float]
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.float64]]
]:
    """By share and count, so that the names of groups leave no trace; shares add up to 1."""
    pairs = sorted(zip(shares, counts, strict=True))
    expected = np.array([share for share, _ in pairs])
    return np.array([count for _, count in pairs], dtype=np.int64), expected / expected.sum()
