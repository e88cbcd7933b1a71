"""From what the dealing of people came to: what is expected if group meant nothing, and the chance.

`values` are (deals,), one statistic of one group; `observed` is what it is as the people are.
"""

from __future__ import annotations

from math import comb, factorial

import numpy as np

from labelcharter.audit.statistics.dealing import Dealt, ways
from labelcharter.audit.statistics.estimate import Estimate, estimated
from labelcharter.audit.statistics.jackknife import Real
from labelcharter.audit.statistics.permutation import Chance, chance
from labelcharter.audit.statistics.pools import Pool

_LEAST_DEFINED = 0.5  # of the deals; with fewer the range would be that of a selection


def expected(values: Real) -> Estimate | None:
    """The mean of the deals and the range of 95 % of them; None where most have no value."""
    defined = values[np.isfinite(values)]
    if len(defined) <= _LEAST_DEFINED * len(values):
        return None
    low, high = np.quantile(defined, (0.025, 0.975))
    return estimated(float(defined.mean()), float(low), float(high), len(defined))


def chance_of_group(
    dealt: Dealt, pool: Pool, slot: int, statistic: int, *, swaps: bool
) -> Chance | None:
    """Two-sided about what is expected, for one slot and one statistic.

    `swaps`: the statistic stays the same when the group and everybody else change places.
    """
    values = dealt.values[:, slot, statistic]
    observed = float(dealt.observed[slot, statistic])
    everything = values if dealt.every else np.append(values, observed)
    defined = everything[np.isfinite(everything)]
    if not len(defined):
        return None
    people, size = len(pool.slot), pool.sizes[slot]
    return chance(
        observed,
        values,
        comb(people, size),
        every=dealt.every,
        mirrored=swaps and 2 * size == people,
        about=float(defined.mean()),
    )


def chance_of_largest(observed: float, values: Real, pool: Pool, *, every: bool) -> Chance:
    """How often the largest of all groups' figures is at least the observed one."""
    extreme, splits = int((~(values < observed - 1e-11)).sum()), len(values)
    twins = 1  # deals that only exchange groups of one size
    for size in set(pool.sizes):
        twins *= factorial(pool.sizes.count(size))
    least = twins / ways(pool.sizes)
    if every:
        return Chance(extreme / splits, least, splits)
    return Chance((extreme + 1) / (splits + 1), max(least, 1 / (splits + 1)), splits)
