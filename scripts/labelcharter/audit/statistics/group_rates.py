"""Rates of several groups in which each item counts once: differences and the range of all.

The range (the highest rate less the lowest, as in demographic parity and equal opportunity) is
never negative and grows with the number of groups when nothing is there. So it stands beside the
range that permutations of the items give, and its interval is simultaneous over all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, estimated
from labelcharter.audit.statistics.permutation import PERMUTATIONS, SEED
from labelcharter.audit.statistics.proportion import wilson
from labelcharter.audit.statistics.ratio_interval import Share

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and its two ends."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RangeChance:
    """`p` that permutations reach this range; what they give: the mean, and 95 % of them."""

    p: float
    least: float
    expected: Estimate


def difference(a: Share, b: Share, confidence: float = CONFIDENCE) -> Interval:
    """Of a - b: Newcombe's hybrid score interval (1998, Stat Med 17:873-890, method 10).

    The two are independent, and both have somebody in them.
    """
    p, q = a.having / a.of, b.having / b.of
    low_a, high_a = wilson(a.having, a.of, confidence)
    low_b, high_b = wilson(b.having, b.of, confidence)
    value = p - q
    low = value - ((p - low_a) ** 2 + (high_b - q) ** 2) ** 0.5
    high = value + ((high_a - p) ** 2 + (q - low_b) ** 2) ** 0.5
    return Interval(value, max(-1.0, low), min(1.0, high))


def range_of(families: Sequence[Sequence[Share]], confidence: float = CONFIDENCE) -> Interval:
    """The largest range of all families of shares (one family: parity; TPR and FPR: odds).

    All pairs of all families are compared at a joint level of `confidence` (Bonferroni). A range is
    the largest of the differences, taken both ways, so it lies between the largest of their low
    ends and the largest of their high ends. Each family needs two shares, each with somebody in it.
    """
    pairs = [pair for family in families for pair in combinations(family, 2)]
    each = 1 - (1 - confidence) / len(pairs)
    found = [difference(a, b, each) for a, b in pairs]
    value = max(abs(one.value) for one in found)
    low = max(max(one.low, -one.high) for one in found)
    high = max(max(one.high, -one.low) for one in found)
    return Interval(value, max(0.0, low), high)


def chance_of_range(families: Sequence[Sequence[Share]], seed: int = SEED) -> RangeChance:
    """The range when the items of each family are dealt anew to groups of the same sizes.

    How many of those who have it fall to each group is then multivariate hypergeometric. 1,999
    draws from RandomState (its stream is frozen by NEP 19); families and groups are sorted by size,
    so that neither names nor order leave a trace.
    """
    random = np.random.RandomState(seed)
    widest = np.zeros(PERMUTATIONS)
    observed = 0.0
    for family in sorted(sorted((s.of, s.having) for s in family) for family in families):
        sizes = np.array([of for of, _ in family], dtype=np.int64)
        having = np.array([x for _, x in family], dtype=np.int64)
        observed = max(observed, float(np.ptp(having / sizes)))
        widest = np.maximum(widest, _dealt(random, sizes, int(having.sum())))
    reached = int((widest >= observed - _ROUNDING).sum())
    low, high = np.quantile(widest, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    n = min(share.of for family in families for share in family)
    expected = estimated(
        float(widest.mean()), float(low), float(high), n, "mean and 95 % of permutations of items"
    )
    return RangeChance((reached + 1) / (PERMUTATIONS + 1), 1 / (PERMUTATIONS + 1), expected)


def _dealt(
    random: np.random.RandomState, sizes: NDArray[np.int64], having: int
) -> NDArray[np.float64]:
    """The range of each permutation: (permutations,)."""
    left = np.full(PERMUTATIONS, having, dtype=np.int64)
    others = int(sizes.sum())
    rates = np.zeros((len(sizes), PERMUTATIONS))
    for at, size in enumerate(sizes):
        others -= int(size)
        drawn = left if not others else _hypergeometric(random, left, int(size), others)
        rates[at] = drawn / size
        left = left - drawn
    return np.asarray(np.ptp(rates, axis=0), dtype=np.float64)


def _hypergeometric(
    random: np.random.RandomState, good: NDArray[np.int64], drawn: int, rest: int
) -> NDArray[np.int64]:
    """Of `good` among `drawn + rest` items, how many are among the `drawn`."""
    return np.asarray(random.hypergeometric(good, drawn + rest - good, drawn), dtype=np.int64)
