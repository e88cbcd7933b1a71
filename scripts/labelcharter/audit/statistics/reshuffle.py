"""Tables as they would be if group meant nothing: the same units, dealt to groups of the same size.

Where there are few ways to deal them, every way is taken; else 1,999 are drawn. The draws do not
depend on the order of rows, on the names of groups, or on the order of labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.jackknife import Real
from labelcharter.audit.statistics.permutation import PERMUTATIONS, SEED, Chance
from labelcharter.audit.statistics.units import Units

ALL_OF_THEM = 20_000  # up to so many ways to deal the units, each is looked at
FEWEST = 199
_CELLS = 1 << 25  # of all tables together
_NUMBERS = 100_000_000  # of units times draws
_NUMBERS_AT_A_TIME = 1 << 22
_LOOPS = 40_000  # rows times groups to draw one by one
NOTHING = 1e-12  # figures nearer to each other than this differ by rounding


@dataclass(frozen=True, slots=True)
class Reshuffled:
    """`tables` (draws, groups, categories); `every` is True when they are all there are.

    `least` is the smallest p that draws of this number can give.
    """

    tables: Whole
    every: bool
    least: float


def reshuffle(units: Units, seed: int = SEED) -> Reshuffled | None:
    """None where there are fewer than two groups with a unit, or too many units to deal."""
    if (units.sizes > 0).sum() < 2:
        return None
    counts, number, order = _canonical(units)
    sizes = units.sizes[order]
    cells, total = units.groups * counts.shape[1], int(number.sum())
    ways = _ways(sizes)
    if ways is not None and ways * max(cells, total) <= _CELLS:
        dealt = np.array(list(_every_way(sizes.tolist(), total)), dtype=np.int16)
        tables = _tables(np.repeat(counts, number, axis=0), dealt, units.groups)
        return Reshuffled(_named(tables, order), True, 1 / ways)
    draws = min(PERMUTATIONS, max(FEWEST, _CELLS // cells))
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    if total > 4 * len(counts) * units.groups or total * draws > _NUMBERS:
        if len(counts) * units.groups > _LOOPS:
            return None
        tables = _drawn(counts, number, sizes, draws, random)
    else:
        every = np.repeat(counts, number, axis=0)
        seats = np.repeat(np.arange(units.groups, dtype=np.int16), sizes)
        tables = np.concatenate(
            [
                _tables(every, seats[keys.argsort(axis=1)], units.groups)
                for keys in _keys(random, draws, total)
            ]
        )
    return Reshuffled(_named(tables, order), False, max(1 / (draws + 1), 1 / (ways or draws + 1)))


def chance_of(observed: float, drawn: Real, dealt: Reshuffled) -> Chance:
    """How often a figure is at least as large; the larger, the further from "no difference"."""
    as_large = int((drawn >= observed - NOTHING).sum())
    if dealt.every:
        most = int((drawn >= drawn.max() - NOTHING).sum())
        return Chance(as_large / len(drawn), most / len(drawn), len(drawn))
    return Chance((as_large + 1) / (len(drawn) + 1), dealt.least, len(drawn))


def under_no_difference(drawn: Real) -> Estimate:
    """The mean of a figure over the draws, and the range of the middle 95 % of them."""
    if not np.isfinite(drawn).all():
        return not_estimable("undefined in some of the permutations")
    ordered = np.sort(drawn)
    low, high = np.quantile(ordered, (0.025, 0.975))
    return estimated(float(ordered.mean()), float(low), float(high), len(drawn))


def around(value: float, plug_in: float, drawn: Real, n: int, reason: str = "") -> Estimate:
    """The interval of a distance, which cannot be less than nothing and is not smooth there.

    A distance d obeys |d(observed) - d(true)| <= d(noise), whatever its true value, and its 95 %
    point under "no difference" is that of the noise. So the interval is `plug_in` plus and minus
    that point, within 0 and 1. The two-way jackknife does not serve: at no difference a distance
    has no slope, so replicates hardly move it while its bias stays (measured in 5 groups of 20
    people and 4 labels: its 95 % interval holds 0 in 2.5 % of tables, this one in 92 %; away from
    no difference this one is up to twice as wide as it need be). `value` is the figure printed
    (corrected for bias); `drawn` are plug-in values. n: what it rests on.
    """
    reach = float(np.quantile(np.sort(drawn), 0.95))
    low, high = max(0.0, plug_in - reach), min(1.0, plug_in + reach)
    return estimated(value, min(low, value), max(high, value), n, reason)


def statistic_of(tables: Whole, measure: Callable[[Real], Real]) -> Real:
    """A figure of each table, in blocks to bound memory."""
    cells = max(1, int(np.prod(tables.shape[1:])))
    size = max(1, _NUMBERS_AT_A_TIME // cells)
    parts = [
        measure(tables[at : at + size].astype(np.float64)) for at in range(0, len(tables), size)
    ]
    return np.concatenate(parts)


def _canonical(units: Units) -> tuple[Whole, Whole, Whole]:
    """Distinct rows, how many units look so, and the order in which groups are dealt to.

    Rows are sorted by what they hold with labels sorted by what they hold, groups by their size and
    then by what they hold: never by the file's order, nor by a name.
    """
    number = units.number.tolist()
    pairs = [sorted(zip(of.tolist(), number, strict=True)) for of in units.counts.T]
    sums = (units.counts * units.number[:, None]).sum(axis=0).tolist()
    labels = sorted(range(len(sums)), key=lambda label: (sums[label], pairs[label]))
    _, first, row = np.unique(
        units.counts[:, labels], axis=0, return_index=True, return_inverse=True
    )
    held = np.zeros((units.groups, len(first)), dtype=np.int64)
    np.add.at(held, (units.group, row.reshape(-1)), units.number)
    keys = [(int(of.sum()), of.tolist()) for of in held]
    order = np.array(sorted(range(units.groups), key=lambda group: keys[group]), dtype=np.int64)
    return units.counts[first], held.sum(axis=0), order


def _ways(sizes: Whole) -> int | None:
    """How many ways there are to deal the units; None where they are too many to look at."""
    ways, rest = 1, int(sizes.sum())
    for size in sorted(sizes.tolist())[:-1]:
        for k in range(1, size + 1):
            ways = ways * (rest - size + k) // k
            if ways > ALL_OF_THEM:
                return None
        rest -= size
    return ways


def _every_way(sizes: list[int], total: int) -> Iterator[list[int]]:
    """The group of each unit, in every way that gives group g `sizes[g]` of them."""

    def deal(group: int, free: tuple[int, ...], dealt: list[int]) -> Iterator[list[int]]:
        if group == len(sizes) - 1:
            for unit in free:
                dealt[unit] = group
            yield list(dealt)
            return
        for chosen in combinations(free, sizes[group]):
            for unit in chosen:
                dealt[unit] = group
            taken = set(chosen)
            yield from deal(group + 1, tuple(u for u in free if u not in taken), dealt)

    yield from deal(0, tuple(range(total)), [0] * total)


def _keys(random: np.random.RandomState, draws: int, units: int) -> Iterator[Real]:
    size = max(1, _NUMBERS_AT_A_TIME // units)
    for start in range(0, draws, size):
        yield random.random_sample((min(size, draws - start), units))


def _tables(counts: Whole, dealt: NDArray[np.int16], groups: int) -> Whole:
    """Sums by group for each way to deal (ways, units). Whole numbers: exact in any order."""
    values = counts.astype(np.float64)
    found = np.empty((len(dealt), groups, counts.shape[1]), dtype=np.int64)
    size = max(1, _NUMBERS_AT_A_TIME // max(1, len(counts)))
    for start in range(0, len(dealt), size):
        part = dealt[start : start + size]
        for group in range(groups):
            found[start : start + size, group] = np.rint((part == group) @ values)
    return found


def _drawn(
    counts: Whole, number: Whole, sizes: Whole, draws: int, random: np.random.RandomState
) -> Whole:
    """Units that look alike are dealt together: how many of them each group gets."""
    found = np.zeros((draws, len(sizes), counts.shape[1]), dtype=np.int64)
    seats = np.repeat(sizes[None, :], draws, axis=0)
    for row, alike in zip(counts, number.tolist(), strict=True):
        left = np.full(draws, alike, dtype=np.int64)
        for group in range(len(sizes) - 1):
            others = seats[:, group + 1 :].sum(axis=1)
            got = np.zeros(draws, dtype=np.int64)
            some = left > 0
            if some.any():
                got[some] = random.hypergeometric(seats[some, group], others[some], left[some])
            found[:, group] += got[:, None] * row
            seats[:, group] -= got
            left -= got
        found[:, -1] += left[:, None] * row
        seats[:, -1] -= left
    return found


def _named(tables: Whole, order: Whole) -> Whole:
    """Tables with their groups where they stood."""
    found = np.empty_like(tables)
    found[:, order] = tables
    return found
