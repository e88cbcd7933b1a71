"""Could a gap this large be chance? A permutation of people (or items), never of ratings.

Under "group means nothing" the people of two groups could have been in either. Permuting ratings
instead treats one person's fifty ratings as fifty people. Rates need only each unit's own counts,
and so does anything between groups of items; agreement between people needs `dealing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction, Whole
from labelcharter.audit.statistics.jackknife import Real, Statistic

PERMUTATIONS = 1999
FEWEST = 199  # fewer cannot reach a p that means much after a correction for many tests
SEED = 1
_ALL_OF_THEM = 20_000  # up to so many ways to split the units, each is looked at
_NUMBERS_AT_A_TIME = 1 << 22
_MOST_NUMBERS = 100_000_000
_ROUNDING = 1e-12  # as far as a sum in another order may move a gap


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
    for chosen in _choices(units, first, splits, seed):
        extreme += _as_extreme(chosen, counts, totals, observed)
    least = max(1 / (splits + 1), same_size / ways)
    return [Chance((int(e) + 1) / (splits + 1), least, splits) for e in extreme]


def chance_of_item_gap(
    a: GroupReduction, b: GroupReduction, statistic: Statistic, seed: int = SEED
) -> Chance | None:
    """The gap of any statistic between two groups of items, the items permuted.

    None where a group has no items, or the gap no value, or there are too many items for 199
    permutations.
    """
    terms = []
    for group in (a, b):
        rated = group.counts.sum(axis=1) > 0
        of_pattern = statistic.terms(group.counts[rated], group.gold[rated])
        terms.append(np.repeat(of_pattern, group.items[rated], axis=0))
    small, large = sorted(terms, key=len)
    units, first = len(small) + len(large), len(small)
    if not first:
        return None
    both = np.concatenate((small, large))
    both = both[np.lexsort(both.T)]  # no trace of the order of rows or of the names of groups
    whole, width = both.sum(axis=0), both.shape[1]

    def gaps(chosen: Whole) -> Real:
        size = max(1, _NUMBERS_AT_A_TIME // (first * width))
        parts = [both[chosen[k : k + size]].sum(axis=1) for k in range(0, len(chosen), size)]
        mine = np.concatenate(parts)
        return np.asarray(statistic.value(mine) - statistic.value(whole - mine))

    ways = comb(units, first)
    splits = min(PERMUTATIONS, _MOST_NUMBERS // (units * width))
    if every := ways <= _ALL_OF_THEM:
        choices = iter([np.array(list(combinations(range(units), first)))])
    elif splits >= FEWEST:
        choices = _choices(units, first, splits, seed)
    else:
        return None
    with np.errstate(all="ignore"):
        observed = float(statistic.value(small.sum(axis=0)) - statistic.value(large.sum(axis=0)))
        values = np.concatenate([gaps(chosen) for chosen in choices])
    return chance(observed, values, ways, every=every, mirrored=2 * first == units)


def chance(
    observed: float, values: Real, ways: int, *, every: bool, mirrored: bool, about: float = 0.0
) -> Chance | None:
    """Two-sided: how often a value lies as far from `about` as the observed one.

    values (splits,): of all the ways to split, or of a sample, to which the observed split is then
    added. `ways`: in how many ways the group could have come about; `mirrored`: each has a twin at
    the same distance (two groups of one size, swapped). A split without a value counts as extreme.
    None where the observed one has no value.
    """
    if not np.isfinite(observed):
        return None
    nearer = np.abs(values - about) < abs(observed - about) - 10 * _ROUNDING
    extreme, splits = int((~nearer).sum()), len(values)
    least = (2 if mirrored else 1) / ways
    if every:
        return Chance(extreme / splits, least, splits)
    return Chance((extreme + 1) / (splits + 1), max(least, 1 / (splits + 1)), splits)


def _choices(units: int, first: int, splits: int, seed: int) -> Iterator[Whole]:
    """(part of the splits, first): units chosen at random."""
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    size = max(1, _NUMBERS_AT_A_TIME // units)
    for start in range(0, splits, size):
        keys = random.random_sample((min(size, splits - start), units))
        yield np.argpartition(keys, first - 1, axis=1)[:, :first]


def _as_extreme(chosen: Whole, counts: Whole, totals: Whole, observed: Real) -> Whole:
    """How many of the splits (rows of `chosen`) have at least the observed gap, by label."""
    in_counts = np.stack([c[chosen].sum(axis=1) for c in counts.T], axis=1)
    gaps = _gaps(in_counts, totals[chosen].sum(axis=1)[:, None], counts, totals)
    return np.asarray((gaps >= observed - _ROUNDING).sum(axis=0))


def _gaps(in_counts: Whole, in_totals: Whole, counts: Whole, totals: Whole) -> Real:
    rest_counts, rest_totals = counts.sum(axis=0) - in_counts, totals.sum() - in_totals
    return np.asarray(np.abs(in_counts / in_totals - rest_counts / rest_totals))
