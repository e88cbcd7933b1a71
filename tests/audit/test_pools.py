"""The pool of the people who are dealt: who and what is in it, and that no name is left in it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from labelcharter.audit.statistics.pools import Pool, pool_of

Row = tuple[int, int, int]  # item, person, label
LABELS = 3


def pool(rows: list[Row], group_of: list[int], among: list[int]) -> Pool:
    item, person, label = (np.array(c, dtype=np.int32) for c in zip(*rows, strict=True))
    group = np.array(group_of, dtype=np.int32)[person]
    return pool_of(item, person, label, group, LABELS, among)


def random_table(seed: int) -> tuple[list[Row], list[int]]:
    """Twelve people of three groups; some rate next to nothing, some items have one rating."""
    stream = np.random.default_rng(seed)
    rows = [
        (item, person, int(stream.integers(LABELS)))
        for item in range(9)
        for person in range(12)
        if stream.random() < (0.15 if item % 3 == 0 else 0.6)
    ]
    return rows, stream.permutation([0] * 3 + [1] * 4 + [2] * 5).tolist()


def contents(some: Pool) -> Counter[tuple[tuple[int, int], ...]]:
    """How many items have which labels by people of which groups, as the caller calls these."""
    votes: dict[int, list[tuple[int, int]]] = {}
    for item, person, label in zip(some.item, some.person, some.label, strict=True):
        votes.setdefault(int(item), []).append((some.groups[some.slot[person]], int(label)))
    return Counter(tuple(sorted(found)) for found in votes.values())


@pytest.mark.parametrize("seed", range(12))
def test_it_holds_the_ratings_of_its_groups_on_items_that_have_two(seed: int) -> None:
    rows, group_of = random_table(seed)
    for among in ([0, 1, 2], [2, 0], [1, 2]):
        inside = [row for row in rows if group_of[row[1]] in among]
        often = Counter(item for item, _, _ in inside)
        kept = [row for row in inside if often[row[0]] > 1]
        expected: dict[int, list[tuple[int, int]]] = {}
        for item, person, label in kept:
            expected.setdefault(item, []).append((group_of[person], label))
        found = pool(rows, group_of, among)
        assert contents(found) == Counter(tuple(sorted(votes)) for votes in expected.values())
        assert (found.items, found.labels) == (len(expected), LABELS)
        assert sorted(set(found.item.tolist())) == list(range(found.items))
        people = {row[1] for row in inside}
        by_group = Counter(group_of[person] for person in people)
        assert dict(zip(found.groups, found.sizes, strict=True)) == {g: by_group[g] for g in among}
        each = Counter(Counter(person for _, person, _ in kept).values())
        assert Counter(Counter(found.person.tolist()).values()) == each


@pytest.mark.parametrize("seed", range(12))
def test_other_names_in_another_order_are_the_same_pool(seed: int) -> None:
    rows, group_of = random_table(seed)
    stream = np.random.default_rng(100 + seed)
    items, people, groups = (stream.permutation(n).tolist() for n in (40, 12, 3))
    renamed = [(items[i], people[p], label) for i, p, label in rows]
    order = stream.permutation(len(rows)).tolist()
    of_renamed = [0] * 12
    for person, group in enumerate(group_of):
        of_renamed[people[person]] = groups[group]
    one = pool(rows, group_of, [0, 1, 2])
    other = pool([renamed[k] for k in order], of_renamed, [2, 0, 1])
    for part in ("item", "person", "label", "slot"):
        assert getattr(one, part).tolist() == getattr(other, part).tolist(), part
    assert one.sizes == other.sizes
    assert [groups[group] for group in one.groups] == list(other.groups)


def test_people_are_told_apart_by_what_others_said_of_their_items() -> None:
    """Everybody gives label 0 twice, along a chain: only its ends and what hangs there differ."""
    chain = [(k, person, 0) for k in range(7) for person in (k, k + 1)]
    hung = [*chain, (7, 0, 1), (7, 8, 1)]
    group_of = [0, 1, 1, 0, 1, 0, 0, 1, 0]
    one = pool(hung, group_of, [0, 1])
    turned = [(7 - i, 8 - p, label) for i, p, label in hung]
    other = pool(turned, group_of[::-1], [0, 1])
    for part in ("item", "person", "label", "slot"):
        assert getattr(one, part).tolist() == getattr(other, part).tolist(), part


def renamed(rows: list[Row], group_of: list[int], seed: int) -> tuple[list[Row], list[int]]:
    """The same table with its people and items called otherwise, and its rows in another order."""
    stream = np.random.default_rng(seed)
    people, items = (stream.permutation(len(group_of)).tolist() for _ in range(2))
    found = [(items[i], people[p], label) for i, p, label in rows]
    of_renamed = [0] * len(group_of)
    for person, group in enumerate(group_of):
        of_renamed[people[person]] = group
    return [found[k] for k in stream.permutation(len(rows))], of_renamed


@pytest.mark.parametrize("seed", range(6))
def test_people_of_one_rating_each_meet_whom_they_met_whatever_they_are_called(seed: int) -> None:
    """Nothing tells apart those who gave a label to items that look alike, but whom they met."""
    stream = np.random.default_rng(seed)
    rows = [(k // 3, k, int(stream.integers(2))) for k in range(45)]
    group_of = stream.integers(0, 3, 45).tolist()
    one = pool(rows, group_of, [0, 1, 2])
    for again in range(3):
        other = pool(*renamed(rows, group_of, again), [0, 1, 2])
        assert same(one, other)


def test_parts_that_look_alike_are_kept_apart() -> None:
    """Three times the same three people in a row on two items, each part in other groups."""
    rows, group_of = [], []
    for part in range(3):
        first, second = 2 * part, 2 * part + 1
        a, b, c = (3 * part + k for k in range(3))
        rows += [(first, a, 0), (first, b, 1), (second, b, 0), (second, c, 1)]
        group_of += [0, 1, part % 2]
    one = pool(rows, group_of, [0, 1])
    for seed in range(8):
        assert same(one, pool(*renamed(rows, group_of, seed), [0, 1]))


def same(one: Pool, other: Pool) -> bool:
    parts = ("item", "person", "label", "slot")
    return one.groups == other.groups and all(
        getattr(one, part).tolist() == getattr(other, part).tolist() for part in parts
    )


def test_smaller_groups_are_dealt_to_first() -> None:
    rows = [(0, person, 0) for person in range(6)]
    found = pool(rows, [0, 0, 0, 1, 2, 2], [0, 1, 2])
    assert (found.groups, found.sizes) == ((1, 2, 0), (1, 2, 3))


def test_a_group_without_ratings_has_a_slot_and_nobody_in_it() -> None:
    rows = [(0, 0, 1), (0, 1, 2)]
    found = pool(rows, [0, 0], [0, 3])
    assert (found.groups, found.sizes, found.items) == ((3, 0), (0, 2), 1)
    nobody = pool(rows, [0, 0], [3])
    assert (nobody.sizes, nobody.items, len(nobody.slot), len(nobody.item)) == ((0,), 0, 0, 0)
    alone = pool([(0, 0, 1), (1, 1, 2)], [0, 1], [0, 1])
    assert (alone.sizes, alone.items, len(alone.item)) == ((1, 1), 0, 0)


def test_ratings_stand_in_the_order_of_items_and_of_people_within() -> None:
    found = pool(*random_table(5), [0, 1, 2])
    pairs = list(zip(found.item.tolist(), found.person.tolist(), strict=True))
    assert pairs == sorted(pairs)
