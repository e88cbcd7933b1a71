"""Every deal is what the statistics say of it, however the counting is laid out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelcharter.audit.statistics import dealing
from labelcharter.audit.statistics.dealing import Dealt, deal, ways
from labelcharter.audit.statistics.jackknife import Statistic
from labelcharter.audit.statistics.pools import Pool, pool_of

Row = tuple[int, int, int]  # item, person, label


def pool(rows: Sequence[Row], group: Sequence[int], labels: int) -> Pool:
    item, person, label = (np.array(column, dtype=np.int32) for column in zip(*rows, strict=True))
    groups = np.array(group, dtype=np.int32)
    return pool_of(item, person, label, groups[person], labels, sorted(set(group)))


def weighted(labels: int) -> Statistic:
    """A sum that tells every count of either side on every item from every other."""
    weight = np.sqrt(np.arange(2, 2 + 2 * labels))

    def terms(counts: np.ndarray, _gold: np.ndarray) -> np.ndarray:
        return np.column_stack((np.sin(counts @ weight), counts[:, :labels].sum(axis=1)))

    return Statistic(terms, lambda sums: np.asarray(sums[..., 0] / sums[..., 1]))


def plain(some: Pool, slots: Sequence[int], chosen: int) -> float:
    """The same of one deal, item by item and rating by rating."""
    total, ratings = 0.0, 0
    ours = list(zip(some.item.tolist(), some.person.tolist(), some.label.tolist(), strict=True))
    for item in range(some.items):
        angle = 0.0
        for of, person, label in ours:
            if of == item:
                mine = slots[person] == chosen
                angle += (2 + label + (0 if mine else some.labels)) ** 0.5
                ratings += mine
        total += np.sin(angle)
    return float(total / ratings)


def first_label_share(labels: int) -> Statistic:
    """The share of the side's ratings that give label 0; far from it on an item with gold."""

    def terms(counts: np.ndarray, gold: np.ndarray) -> np.ndarray:
        having = counts[:, 0] + 100.0 * (gold >= 0)
        return np.column_stack((having, counts[:, :labels].sum(axis=1)))

    return Statistic(terms, lambda sums: np.asarray(sums[..., 0] / sums[..., 1]))


def every_way(sizes: Sequence[int]) -> list[tuple[int, ...]]:
    return sorted(set(permutations(s for s, size in enumerate(sizes) for _ in range(size))))


def rows_at_random(seed: int, items: int, people: int, labels: int, each: int) -> list[Row]:
    rng = np.random.default_rng(seed)
    return [
        (item, int(person), int(rng.integers(labels)))
        for item in range(items)
        for person in rng.permutation(people)[:each]
    ]


@pytest.mark.parametrize("bound", [None, 1, 40])
@given(st.integers(0, 999), st.sampled_from([(2, 2), (1, 2, 2), (1, 4), (3, 1, 1)]))
@settings(max_examples=8)
def test_each_way_to_deal_has_the_figures_of_the_people_it_puts_together(
    bound: int | None, seed: int, sizes: tuple[int, ...]
) -> None:
    """Whatever is counted at a time, and whether counts fit into one number or take several."""
    people = sum(sizes)
    group = [g for g, size in enumerate(sizes) for _ in range(size)]
    rows = [*rows_at_random(seed, 5, people, 3, 4), *((9, p, p % 3) for p in range(people))]
    some = pool(rows, group, 3)
    asked = list(range(len(sizes)))[::-1]
    with pytest.MonkeyPatch.context() as patch:
        if bound is not None:
            patch.setattr(dealing, "_NUMBERS_AT_A_TIME", bound)
            patch.setattr(dealing, "_LARGEST_NUMBER", bound)
        found = deal(some, [weighted(3), first_label_share(3)], asked)
    assert found is not None
    assert found.every
    assert found.values.shape == (len(every_way(some.sizes)), len(sizes), 2)
    assert found.observed[:, 0] == pytest.approx(
        [plain(some, some.slot.tolist(), s) for s in asked]
    )
    expected = sorted([plain(some, slots, s) for s in asked] for slots in every_way(some.sizes))
    assert np.array(sorted(found.values[:, :, 0].tolist())) == pytest.approx(np.array(expected))
    share = [np.mean(some.label[some.slot[some.person] == slot] == 0) for slot in asked]
    assert found.observed[:, 1] == pytest.approx(share)


@pytest.mark.parametrize(("labels", "each"), [(40, 2), (31, 4), (63, 3), (23, 6)])
def test_many_labels_of_many_raters_are_counted_without_a_digit_lost(
    labels: int, each: int
) -> None:
    """More labels than digits fit into 64 bits; every label is used, the last ones most."""
    rows = [
        (item, person, labels - 1 - (item + person * (item % 3)) % labels)
        for item in range(labels)
        for person in range(each)
    ]
    some = pool(rows, [p % 2 for p in range(each)], labels)
    found = deal(some, [weighted(labels)], [0])
    assert found is not None
    expected = sorted(plain(some, slots, 0) for slots in every_way(some.sizes))
    assert sorted(found.values[:, 0, 0].tolist()) == pytest.approx(expected)


def test_there_are_as_many_ways_as_the_multinomial_coefficient_says() -> None:
    assert [ways(sizes) for sizes in ((3,), (1, 1), (2, 3), (1, 2, 3), (4, 4, 2))] == [
        1,
        2,
        10,
        60,
        3150,
    ]
    assert ways((30, 30)) == comb(60, 30)


def drawn_within(work: int, monkeypatch: pytest.MonkeyPatch) -> Dealt | None:
    """20 people, two groups of 10, two slots, two statistics of two columns each, 8 items of 5."""
    rows = [(item, (item * 5 + k) % 20, k % 2) for item in range(8) for k in range(5)]
    some = pool(rows, [0] * 10 + [1] * 10, 2)
    monkeypatch.setattr(dealing, "_MOST_WORK", work)
    return deal(some, [weighted(2), first_label_share(2)], [0, 1])


def test_as_many_deals_are_drawn_as_the_bound_on_work_allows_and_fewer_than_199_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # people, and for each of 2 slots the ratings, and 8 + 4 numbers an item
    one = 20 + 2 * (8 * 5 + 8 * (8 + 4))
    for number, found in ((199, 199), (700, 700), (1999, 1999), (2500, 1999)):
        drawn = drawn_within(number * one, monkeypatch)
        assert drawn is not None
        assert len(drawn.values) == found
        less = drawn_within(number * one - 1, monkeypatch)
        assert (None if less is None else len(less.values)) == (
            None if number == 199 else min(number - 1, 1999)
        )


def test_few_ways_that_are_too_much_work_are_not_drawn_from_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten ways, each once, are within a bound of ten deals and not of nine."""
    some = pool([(0, p, p % 2) for p in range(5)], [0, 0, 1, 1, 1], 2)
    one = 5 + 5 + (8 + 2)
    for number in (10, 9):
        monkeypatch.setattr(dealing, "_MOST_WORK", number * one)
        found = deal(some, [first_label_share(2)], [0])
        assert (None if found is None else len(found.values)) == (10 if number == 10 else None)


def by_seed(seed: int, statistic: Callable[[int], Statistic] = weighted) -> list[float]:
    rows = rows_at_random(1, 12, 16, 2, 6)
    found = deal(pool(rows, [p % 2 for p in range(16)], 2), [statistic(2)], [0], seed)
    assert found is not None
    return found.values[:, 0, 0].tolist()


def test_the_deals_are_those_of_the_seed() -> None:
    assert by_seed(1) == by_seed(1) != by_seed(2)


def one_against(others: int) -> Dealt | None:
    """One person against so many: there are as many ways as people."""
    people = others + 1
    rows = [(item, p, p % 2) for item in range(people // 2) for p in (2 * item, 2 * item + 1)]
    rows += [(0, p, 0) for p in range(2 * (people // 2), people)]
    return deal(pool(rows, [0, *[1] * others], 2), [first_label_share(2)], [0])


def test_two_thousand_ways_are_all_looked_at_and_of_one_more_1999_are_drawn() -> None:
    all_of_them, drawn = one_against(1999), one_against(2000)
    assert all_of_them is not None
    assert drawn is not None
    assert (all_of_them.every, len(all_of_them.values)) == (True, 2000)
    assert all_of_them.values.mean() == pytest.approx(0.5)  # each person once
    assert (drawn.every, len(drawn.values)) == (False, 1999)
    assert drawn.values.mean() == pytest.approx(0.5, abs=4 * 0.5 / 1999**0.5)
