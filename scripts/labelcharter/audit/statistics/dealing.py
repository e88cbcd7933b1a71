"""Agreement if group meant nothing: people dealt to the groups at random, again and again.

Agreement depends on who met whom on which item, so whole people move with all their ratings;
dealing ratings would treat one person's fifty ratings as fifty people. All ways to deal are looked
at where they are few; otherwise 1,999 of them are drawn, or as many as the bound on work allows.

The pool (`pools`) numbers people and items by what they rated, so no result here depends on a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Whole, row_numbers
from labelcharter.audit.statistics.jackknife import Real, Statistic
from labelcharter.audit.statistics.permutation import FEWEST, PERMUTATIONS, SEED
from labelcharter.audit.statistics.pools import Pool

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_ALL_OF_THEM = 2_000  # up to so many ways to deal the people, each is looked at
_MOST_WORK = 3_000_000_000  # numbers touched; some three seconds, 650 deals of 10^6 ratings
_NUMBERS_AT_A_TIME = 1 << 22
_LARGEST_NUMBER = 1 << 62


@dataclass(frozen=True, slots=True)
class Dealt:
    """What the statistics came to: as the people are, and as they were dealt.

    observed (slots, statistics); values (deals, slots, statistics); `every`: all ways are in it.
    """

    observed: Real
    values: Real
    every: bool


def deal(
    pool: Pool, statistics: Sequence[Statistic], slots: Sequence[int], seed: int = SEED
) -> Dealt | None:
    """The statistics of each of `slots` against everybody else, as dealt; None if it is too much.

    A statistic takes the counts of the two sides next to each other, (n, 2 * labels), as those of
    `cross_agreement` do, and no gold (-1). It may be NaN. The work of a deal is its people and, for
    each slot, the ratings and for each item eight numbers and the columns of all statistics.
    """
    people, sizes = len(pool.slot), pool.sizes
    nothing = np.zeros((1, 2 * pool.labels), dtype=np.int64)
    columns = sum(s.terms(nothing, nothing[:, 0]).size for s in statistics)
    a_deal = people + len(slots) * (len(pool.item) + pool.items * (8 + columns))
    affordable = _MOST_WORK // a_deal
    if ways(sizes) <= min(_ALL_OF_THEM, affordable):
        dealt, every = _all_deals(sizes), True
    elif affordable >= FEWEST:
        dealt, every = _drawn_deals(sizes, min(PERMUTATIONS, affordable), seed), False
    else:
        return None
    counted = _counted(pool, people)
    batch = max(1, _NUMBERS_AT_A_TIME // max(1, pool.items * len(counted.blocks) + people))
    found = [
        np.stack([_values(counted, chunk == slot, statistics) for slot in slots], axis=1)
        for chunk in _in_chunks(dealt, batch)
    ]
    observed = [_values(counted, pool.slot[None] == slot, statistics)[0] for slot in slots]
    return Dealt(np.stack(observed), np.concatenate(found), every)


def ways(sizes: Sequence[int]) -> int:
    """In how many ways people can be dealt to groups of these sizes."""
    left, number = sum(sizes), 1
    for size in sizes:
        number *= comb(left, size)
        left -= size
    return number


@dataclass(frozen=True, slots=True)
class _Counted:
    """How a deal is counted: the counts of an item's labels as the digits of one number.

    blocks: sparse (items, people), for some labels each, the digit of the label that the person
    gave; whole (blocks, items): the numbers of everybody; `kind` (items,): equal where `whole` is.
    """

    blocks: tuple[csr_array[np.int64], ...]
    whole: Whole
    kind: Whole
    base: int
    in_block: int
    labels: int

    def digits(self, numbers: Whole) -> Whole:
        """(n, labels): the counts that these (blocks, n) numbers stand for."""
        places = self.base ** np.arange(self.in_block)
        digits = numbers[:, :, None] // places % self.base
        counts: Whole = np.concatenate([*digits], axis=1)[:, : self.labels]
        return counts


def _counted(pool: Pool, people: int) -> _Counted:
    from scipy.sparse import csr_array

    base = int(np.bincount(pool.item, minlength=1).max()) + 1
    in_block = 1
    while in_block < pool.labels and base ** (in_block + 1) < _LARGEST_NUMBER:
        in_block += 1
    blocks = []
    for first in range(0, pool.labels, in_block):
        mine = (pool.label >= first) & (pool.label < first + in_block)
        digit = base ** (pool.label[mine] - first)
        at = (pool.item[mine], pool.person[mine])
        blocks.append(csr_array((digit, at), shape=(pool.items, people)))
    whole: Whole = np.stack([np.asarray(block.sum(axis=1), dtype=np.int64) for block in blocks])
    kind = np.unique(row_numbers(whole.T), return_inverse=True)[1]
    return _Counted(tuple(blocks), whole, kind, base, in_block, pool.labels)


def _values(counted: _Counted, chosen: NDArray[np.bool_], statistics: Sequence[Statistic]) -> Real:
    """(deals, statistics) for the people `chosen` (deals, people) against all others."""
    deals, items = len(chosen), len(counted.kind)
    dealt = chosen.T.astype(np.int64)
    mine = [np.asarray(block @ dealt) for block in counted.blocks]
    span = counted.base**counted.in_block
    if len(mine) == 1 and (int(counted.kind.max()) + 1) * span < _LARGEST_NUMBER:
        number = (mine[0] + counted.kind[:, None] * span).ravel()
    else:
        kinds = np.repeat(counted.kind, deals)
        number = row_numbers(np.stack((*(m.ravel() for m in mine), kinds), axis=1))
    first, pattern = _distinct(number)
    numbers, item = np.stack([m.ravel()[first] for m in mine]), first // deals
    counts = np.concatenate(
        (counted.digits(numbers), counted.digits(counted.whole[:, item] - numbers)), axis=1
    )
    terms = [s.terms(counts, np.full(len(first), -1, dtype=np.int64)) for s in statistics]
    times = None
    if len(first) <= items:
        key = pattern.reshape(items, deals) + np.arange(deals) * len(first)
        times = np.bincount(key.ravel(), minlength=deals * len(first)).reshape(deals, -1)
    found = []
    with np.errstate(all="ignore"):
        for statistic, each in zip(statistics, terms, strict=True):
            if times is not None:
                sums = np.einsum("dp,pk->dk", times, each)
            else:
                columns = [t[pattern].reshape(items, deals).sum(axis=0) for t in each.T]
                sums = np.stack(columns, axis=1)
            found.append(statistic.value(sums))
    return np.stack(found, axis=1)


def _distinct(number: Whole) -> tuple[Whole, Whole]:
    """Where each distinct number stands, and which of them each is; by table while it is small."""
    span = int(number.max(initial=0)) + 1
    if span > _NUMBERS_AT_A_TIME:
        _, first, which = np.unique(number, return_index=True, return_inverse=True)
        return first, which
    where = np.full(span, -1, dtype=np.int64)
    where[number] = np.arange(len(number))
    first = where[where >= 0]
    where[where >= 0] = np.arange(len(first))
    return first, where[number]


def _all_deals(sizes: Sequence[int]) -> Iterator[Whole]:
    """Every way, each as the slot of each person."""

    def fill(slots: Whole, left: tuple[int, ...], slot: int) -> Iterator[Whole]:
        if slot == len(sizes):
            yield slots.copy()
            return
        for chosen in combinations(left, sizes[slot]):
            slots[list(chosen)] = slot
            rest = set(chosen)
            yield from fill(slots, tuple(p for p in left if p not in rest), slot + 1)

    people = sum(sizes)
    yield from fill(np.zeros(people, dtype=np.int64), tuple(range(people)), 0)


def _drawn_deals(sizes: Sequence[int], number: int, seed: int) -> Iterator[Whole]:
    base = np.repeat(np.arange(len(sizes)), sizes)
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    for _ in range(number):
        yield random.permutation(base)


def _in_chunks(deals: Iterator[Whole], size: int) -> Iterator[Whole]:
    chunk: list[Whole] = []
    for one in deals:
        chunk.append(one)
        if len(chunk) == size:
            yield np.stack(chunk)
            chunk = []
    if chunk:
        yield np.stack(chunk)
