"""The people whose ratings are dealt to groups, numbered so that no name and no order is left.

People and items are ranked by what they rated, refined in turn until it tells them apart; groups by
their size and members. People who look alike stand in the order of their groups, and of the parts
of the table that hang together. The same table under other names, in another order, is the same
pool.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.tables.cleaning import Codes

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


def pool_of(
    item: Codes, person: Codes, label: Codes, group: Codes, labels: int, among: Sequence[int]
) -> Pool:
    """The pool of the people in the groups `among`. All arrays are (ratings,); codes from 0."""
    inside = np.isin(group, among)
    items, people = _compact(item[inside]), _compact(person[inside])
    given: Whole = label[inside].astype(np.int64)
    member = np.zeros(int(people.max(initial=-1)) + 1, dtype=np.int64)
    member[people] = group[inside]
    rank = _told_apart(items, people, given, labels, _by_content(people, given))
    slots = sorted(among, key=lambda number: _size_and_ranks(rank[member == number]))
    slot = np.zeros(len(member), dtype=np.int64)
    for at, number in enumerate(slots):
        slot[member == number] = at
    rank = _told_apart(items, people, given, labels, rank * len(slots) + slot)
    order = np.lexsort((_part(items, people, rank), rank))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    people, slot = place[people], slot[order]
    paired = np.bincount(items)[items] > 1
    items, people, given = _compact(items[paired]), people[paired], given[paired]
    items = _place(_by_content(items, people * labels + given))[items]
    order = np.lexsort((people, items))
    return Pool(
        item=items[order],
        person=people[order],
        label=given[order],
        slot=slot,
        groups=tuple(slots),
        items=int(items.max(initial=-1)) + 1,
        labels=labels,
    )


def _told_apart(item: Whole, person: Whole, label: Whole, labels: int, looks: Whole) -> Whole:
    """A rank of each person by what they rated; equal only where nothing here tells them apart.

    By their `looks` (people,) first, numbers of which equal ones are not told apart yet.
    """
    rank = _compact(looks)
    for _ in range(_ROUNDS):
        of_item = _by_content(item, rank[person] * labels + label)
        finer = _by_content(person, of_item[item] * labels + label)
        finer = _compact(rank * len(rank) + finer)
        if finer.max(initial=0) == rank.max(initial=0):
            break
        rank = finer
    return rank


def _part(item: Whole, person: Whole, rank: Whole) -> Whole:
    """Of each person, the part of the table that hangs together by people and items.

    Parts are numbered by the ranks of their people. Two that look alike may be numbered either way;
    but all of a part go before all of the other, so that those who met still meet.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    people = len(rank)
    nodes = people + int(item.max(initial=-1)) + 1
    edges = csr_array((np.ones(len(item)), (person, people + item)), shape=(nodes, nodes))
    part = connected_components(edges, directed=False)[1][:people].astype(np.int64)
    return _place(_by_content(part, rank))[part]


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


def _size_and_ranks(ranks: Whole) -> tuple[int, list[int]]:
    return len(ranks), np.sort(ranks).tolist()
