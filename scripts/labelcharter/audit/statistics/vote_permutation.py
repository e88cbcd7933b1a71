"""What a gap would be if group meant nothing: the votes on each item, dealt out to groups anew.

Within each item the votes keep their labels and each group keeps its number of votes; which vote
falls to which group is drawn, so that a group's votes are multivariate hypergeometric. What is
left of a gap is what panels of this size make of chance alone: a group's majority is made of few
votes, and the gold may hold its own.

The order of the draws knows nothing of the rows of the table or of the names of groups: groups are
put in order by what they voted, patterns by their counts.

This permutes votes, not people. It says what the number of votes does to a gap, and no p comes
from it: one person's fifty votes are not fifty people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations, product

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.expected_gap import Counted, Expected, Name, collected

PERMUTATIONS = 1000
FEWEST_PERMUTATIONS = 99
SEED = 1
_MOST_DRAWS = 400_000_000  # votes dealt in all: about a minute
_NUMBERS_AT_A_TIME = 1 << 21
_MOST_ORDERS = 720

Count = Callable[[Whole, Whole], Counted]


def possible_permutations(votes: int, wanted: int = PERMUTATIONS) -> int:
    """How many permutations of so many votes are affordable; 0 where too few would be."""
    affordable = min(wanted, _MOST_DRAWS // max(1, votes))
    return affordable if affordable >= min(wanted, FEWEST_PERMUTATIONS) else 0


def expected_gaps(
    counts: Whole,
    items: Whole,
    order: tuple[Whole, Whole],
    count: Count,
    times: int = PERMUTATIONS,
    seed: int = SEED,
) -> dict[Name, Expected]:
    """The expected gap of every share that `count` makes, all from the same permutations.

    counts (patterns, groups, labels); items (patterns,); order from `order_of`.
    `count(counts, patterns)`: (n, items, groups, labels) counts of items of these patterns
    (items,) to a mapping of (having, of), each (n, items, groups) truths. Groups are in that order,
    so that not even a tie between two of them is broken by their names.
    """
    of_groups, of_patterns = order
    pattern = np.repeat(of_patterns, items[of_patterns])
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    size, votes = counts.sum(axis=2)[:, of_groups], counts.sum(axis=1)
    dealt = deals(size[pattern], votes[pattern], times, random)
    return collected((count(part, pattern) for part in dealt), pattern, items)


def deals(size: Whole, votes: Whole, times: int, random: np.random.RandomState) -> Iterator[Whole]:
    """Votes dealt out to groups at random: (n, items, groups, labels) at a time, `times` in all.

    size (items, groups): how many votes each group gets; votes (items, labels): how many there are.
    Group by group and label by label each draw is hypergeometric from the votes that are left,
    which together is the multivariate hypergeometric.
    """
    (items, groups), labels = size.shape, votes.shape[1]
    block = max(1, _NUMBERS_AT_A_TIME // max(1, items * groups * labels))
    for start in range(0, times, block):
        n = min(block, times - start)
        left = np.repeat(votes[None], n, axis=0)
        dealt = np.zeros((n, items, groups, labels), dtype=np.int64)
        for group in range(groups - 1):
            places = np.repeat(size[None, :, group], n, axis=0)
            for label in range(labels - 1):
                others = left[:, :, label + 1 :].sum(axis=2)
                drawn = _drawn(left[:, :, label], others, places, random)
                dealt[:, :, group, label] = drawn
                places -= drawn
            dealt[:, :, group, labels - 1] = places
            left -= dealt[:, :, group]
        dealt[:, :, groups - 1] = left
        yield dealt


def _drawn(good: Whole, bad: Whole, places: Whole, random: np.random.RandomState) -> Whole:
    """Hypergeometric where there is something to draw, which is all that numpy allows."""
    found = np.zeros_like(good)
    open_to_chance = (places > 0) & (good > 0)
    found[open_to_chance] = random.hypergeometric(
        good[open_to_chance], bad[open_to_chance], places[open_to_chance]
    )
    return found


def order_of(counts: Whole, gold: Whole, items: Whole, marks: Sequence[int]) -> tuple[Whole, Whole]:
    """An order of groups and of patterns that does not know their names: two index arrays.

    counts (patterns, groups, labels); gold (patterns,); marks (groups,) tell apart groups that
    what is counted tells apart. Groups are ordered by their marks and by what they voted; among
    groups that still look alike, the order with the smallest table of patterns is taken.
    """
    looks = [_look(counts, gold, items, group, mark) for group, mark in enumerate(marks)]
    alike: dict[tuple[object, ...], list[int]] = {}
    for group in sorted(range(len(looks)), key=lambda g: looks[g]):
        alike.setdefault(looks[group], []).append(group)
    best: tuple[list[list[int]], list[int], list[int]] | None = None
    for tried, orders in enumerate(product(*(permutations(same) for same in alike.values()))):
        if tried >= _MOST_ORDERS:
            break
        groups = [group for order in orders for group in order]
        rows = np.column_stack((counts[:, groups].reshape(len(counts), -1), gold, items))
        patterns = np.lexsort(rows.T[::-1])
        table = rows[patterns].tolist()
        if best is None or table < best[0]:
            best = table, groups, patterns.tolist()
    _, groups, patterns_in_order = best or ([], [], [])
    return np.array(groups, dtype=np.int64), np.array(patterns_in_order, dtype=np.int64)


def _look(counts: Whole, gold: Whole, items: Whole, group: int, mark: int) -> tuple[object, ...]:
    """What a group looks like by itself: its own votes beside those of all, item by item."""
    rows = np.column_stack((counts[:, group], counts.sum(axis=1), gold, items))
    return (mark, *map(tuple, rows[np.lexsort(rows.T[::-1])].tolist()))
