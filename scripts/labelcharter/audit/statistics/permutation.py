"""Could a gap this large be chance? A permutation of people (or items), never of ratings.

Under "group means nothing" the people of two groups could have been in either. Permuting ratings
instead treats one person's fifty ratings as fifty people.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.jackknife import Real

PERMUTATIONS = 1999
FEWEST = 199  # fewer cannot reach a p that means much after a correction for many tests
SEED = 1
_ALL_OF_THEM = 20_000  # up to so many ways to split the units, each is looked at
_NUMBERS_AT_A_TIME = 1 << 22
_MOST_NUMBERS = 100_000_000


@dataclass(frozen=True, slots=True)
class Chance:
    """`p`, two-sided; `least`, the smallest p that this table can reach; how many splits."""

    p: float
    least: float
    splits: int


def chances_of_rate_gaps(
    a: tuple[Whole, Whole], b: tuple[Whole, Whole], seed: int = SEED
) -> list[Chance] | None:
    """One result a label, all from the same permutations.

    Each group is (counts (units, labels), totals (units,)): a unit's ratings of each label and all
    its ratings. None where there are no units, or too many for 199 permutations.
    """
    small, large = sorted((a, b), key=lambda group: len(group[1]))
    counts = np.concatenate((small[0], large[0]))
    totals = np.concatenate((small[1], large[1]))
    units, first = len(totals), len(small[1])
    splits = min(PERMUTATIONS, _MOST_NUMBERS // max(1, units))
    # said before anything is sorted: the ways to split millions are a number of millions of digits
    if not first or (splits < FEWEST and units > _ALL_OF_THEM):
        return None
    # no trace of the order of rows, of the names of groups, or of the order of labels
    columns = sorted(counts.T, key=lambda column: (int(column.sum()), sorted(column.tolist())))
    order = np.lexsort((*columns, totals))
    counts, totals = counts[order], totals[order]
    observed = _gaps(small[0].sum(axis=0), small[1].sum(), counts, totals)
    ways = comb(units, first)
    same_size = 2 if 2 * first == units else 1  # swapping the two groups changes only the sign
    extreme = np.zeros(counts.shape[1], dtype=np.int64)
    if ways <= _ALL_OF_THEM:
        chosen = np.array(list(combinations(range(units), first)))
        extreme += _as_extreme(chosen, counts, totals, observed)
        return [Chance(int(e) / ways, same_size / ways, ways) for e in extreme]
    if splits < FEWEST:
        return None
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    size = max(1, _NUMBERS_AT_A_TIME // units)
    for start in range(0, splits, size):
        keys = random.random_sample((min(size, splits - start), units))
        chosen = np.argpartition(keys, first - 1, axis=1)[:, :first]
        extreme += _as_extreme(chosen, counts, totals, observed)
    least = max(1 / (splits + 1), same_size / ways)
    return [Chance((int(e) + 1) / (splits + 1), least, splits) for e in extreme]


def _as_extreme(chosen: Whole, counts: Whole, totals: Whole, observed: Real) -> Whole:
    """How many of the splits (rows of `chosen`) have at least the observed gap, by label."""
    in_counts = np.stack([c[chosen].sum(axis=1) for c in counts.T], axis=1)
    gaps = _gaps(in_counts, totals[chosen].sum(axis=1)[:, None], counts, totals)
    return np.asarray((gaps >= observed - 1e-12).sum(axis=0))


def _gaps(in_counts: Whole, in_totals: Whole, counts: Whole, totals: Whole) -> Real:
    rest_counts, rest_totals = counts.sum(axis=0) - in_counts, totals.sum() - in_totals
    return np.asarray(np.abs(in_counts / in_totals - rest_counts / rest_totals))
