"""Agreement if group meant nothing: people dealt to the groups at random, again and again.

Agreement depends on who met whom on which item, so whole people move with all their ratings;
dealing ratings would treat one person's fifty ratings as fifty people. All ways to deal are looked
at where they are few; otherwise 1,999 of them are drawn, or as many as the bound on work allows.

Nothing here depends on the order of rows or on any name: people and items are numbered by what they
rated, refined until it tells them apart, and groups by their size and members.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Whole, row_numbers
from labelcharter.audit.statistics.jackknife import Real, Statistic
from labelcharter.audit.statistics.permutation import FEWEST, PERMUTATIONS, SEED
from labelcharter.audit.tables.cleaning import Codes

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_ALL_OF_THEM = 2_000  # up to so many ways to deal the people, each is looked at
_MOST_WORK = 1_000_000_000  # numbers touched; a few seconds
_NUMBERS_AT_A_TIME = 1 << 22
_LARGEST_NUMBER = 1 << 62
_ROUNDS = 4  # of telling people apart by the items they rated, and items by their people


@dataclass(frozen=True, slots=True)
class Pool:
    """The ratings of some people, as the dealing needs them.

    item, person, label (ratings,), on items with two ratings or more; `slot` (people,): the group
    of each person, numbered in an order that no name can change; `groups` (slots,): what the caller
    calls that group.
    """

    item: Whole
    person: Whole
    label: Whole
    slot: Whole
    groups: tuple[int, ...]
    items: int
    labels: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """People of each slot."""
        return tuple(np.bincount(self.slot, minlength=len(self.groups)).tolist())


@dataclass(frozen=True, slots=True)
class Dealt:
    """What the statistics came to: as the people are, and as they were dealt.

    observed (slots, statistics); values (deals, slots, statistics); `every`: all ways are in it.
    """

    observed: Real
    values: Real
    every: bool


def pool_of(
    item: Codes, person: Codes, label: Codes, group: Codes, labels: int, among: Sequence[int]
) -> Pool:
    """The pool of the people in the groups `among`. All arrays are (ratings,); codes from 0."""
    inside = np.isin(group, among)
    items, people = _compact(item[inside]), _compact(person[inside])
    given: Whole = label[inside].astype(np.int64)
    people = _place(_told_apart(items, people, given, labels))[people]
    members = np.zeros(int(people.max(initial=-1)) + 1, dtype=np.int64)
    members[people] = group[inside]
    paired = np.bincount(items)[items] > 1
    items, people, given = _compact(items[paired]), people[paired], given[paired]
    items = _place(_by_content(items, people * labels + given))[items]
    order = np.lexsort((people, items))
    slots = sorted(among, key=lambda number: _size_and_members(members, number))
    slot = np.zeros(len(members), dtype=np.int64)
    for place, number in enumerate(slots):
        slot[members == number] = place
    return Pool(
        item=items[order],
        person=people[order],
        label=given[order],
        slot=slot,
        groups=tuple(slots),
        items=int(items.max(initial=-1)) + 1,
        labels=labels,
    )


def deal(
    pool: Pool, statistics: Sequence[Statistic], slots: Sequence[int], seed: int = SEED
) -> Dealt | None:
    """The statistics of each of `slots` against everybody else, as dealt; None if it is too much.

    A statistic takes the counts of the two sides next to each other, (n, 2 * labels), as those of
    `cross_agreement` do. It may be NaN.
    """
    people, sizes = len(pool.slot), pool.sizes
    columns = sum(
        s.terms(np.zeros((1, 2 * pool.labels), dtype=np.int64), np.zeros(1, dtype=np.int64)).size
        for s in statistics
    )
    a_deal = people + len(slots) * (len(pool.item) + pool.items * (4 * pool.labels + columns))
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


def _told_apart(item: Whole, person: Whole, label: Whole, labels: int) -> Whole:
    """A rank of each person by what they rated; equal only where nothing here tells them apart."""
    rank = _by_content(person, label)
    for _ in range(_ROUNDS):
        of_item = _by_content(item, rank[person] * labels + label)
        finer = _by_content(person, of_item[item] * labels + label)
        _, finer = np.unique(rank * len(rank) + finer, return_inverse=True)
        if finer.max(initial=0) == rank.max(initial=0):
            break
        rank = finer
    return rank


def _by_content(owner: Whole, content: Whole) -> Whole:
    """The rank of each owner by the sorted list of its contents; equal lists have equal ranks."""
    order = np.lexsort((content, owner))
    listed = content[order].astype(">i8").tobytes()  # in this form, bytes sort as numbers
    ends = np.cumsum(np.bincount(owner)) * 8
    lists = [listed[a:b] for a, b in pairwise([0, *ends.tolist()])]
    rank = {one: number for number, one in enumerate(sorted(set(lists)))}
    return np.array([rank[one] for one in lists], dtype=np.int64)


def _place(rank: Whole) -> Whole:
    """Each rank's place when all are put in order; equal ranks keep theirs."""
    place = np.empty(len(rank), dtype=np.int64)
    place[np.argsort(rank, kind="stable")] = np.arange(len(rank))
    return place


def _compact(codes: Codes | Whole) -> Whole:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _size_and_members(members: Whole, group: int) -> tuple[int, list[int]]:
    mine = np.flatnonzero(members == group)
    return len(mine), mine.tolist()
