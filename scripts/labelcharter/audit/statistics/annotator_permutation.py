"""What a gap would be if group meant nothing: annotators, with all their votes, in other groups.

The sharper question than `vote_permutation`, where the design allows it: whole people change
groups, so that what one person's many votes do to a gap is in what is expected. It needs the
single ratings, each annotator in one group, and people who could have been in any group: groups
that were given different items, or kept apart by design, are not exchangeable in this way. A
group's votes on an item then vary in number, and may be none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import factorial, prod

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.expected_gap import Counted, Expected, Name, collected
from labelcharter.audit.statistics.vote_permutation import PERMUTATIONS, SEED

_OF_THE_DESIGN = 199  # permutations of which the table must lie inside: p of .01, two-sided


@dataclass(frozen=True, slots=True)
class Panel:
    """Single votes: item, annotator and 1 where it is for the positive label, each (ratings,).

    Codes count from 0. group (annotators,): the group of each annotator, 0 .. groups - 1.
    """

    item: Whole
    annotator: Whole
    positive: Whole
    group: Whole
    groups: int

    def counts(self, group: Whole) -> tuple[Whole, Whole]:
        """Positive and all votes (items, groups) with the annotators in these groups."""
        items, groups = int(self.item.max(initial=-1)) + 1, self.groups
        cell, cells = self.item * groups + group[self.annotator], items * groups
        size = np.bincount(cell, minlength=cells).reshape(items, groups)
        for_it = np.bincount(cell[self.positive == 1], minlength=cells).reshape(items, groups)
        return for_it, size


def expected_gaps_of_panel(
    panel: Panel,
    count: Callable[[Whole, Whole], Counted],
    times: int = PERMUTATIONS,
    seed: int = SEED,
) -> dict[Name, Expected]:
    """The expected gap of every share that `count` makes, all from the same permutations.

    `count(positive, size)`: two (items, groups) tables to a mapping of (having, of), each
    (1, items, groups). Patterns are the items themselves.
    """
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    items = int(panel.item.max(initial=-1)) + 1

    def parts() -> Iterator[Counted]:
        for _ in range(times):
            yield count(*panel.counts(random.permutation(panel.group)))

    return collected(parts(), np.arange(items), np.ones(items, dtype=np.int64))


def kept_apart(panel: Panel, times: int = _OF_THE_DESIGN, seed: int = SEED) -> bool:
    """True when the groups' shares of the items are no accident, so annotators cannot be permuted.

    The statistic knows no label: the sum of squares of the groups' numbers of votes on each item.
    Where every item was given five people of each country it is smaller than in any permutation,
    where groups were given different items larger. To permute annotators then would take the
    design for a finding.
    """
    random = np.random.RandomState(seed)
    observed = int((panel.counts(panel.group)[1] ** 2).sum())
    permuted = [
        int((panel.counts(random.permutation(panel.group))[1] ** 2).sum()) for _ in range(times)
    ]
    return not min(permuted) <= observed <= max(permuted)


def least_chance(group: Whole, named: frozenset[int], permutations: int) -> float:
    """The least p that a permutation of these annotators can reach.

    Groups of one size may change places without changing a gap, but for those in `named`, which a
    policy tells apart.
    """
    sizes = np.bincount(group).tolist()
    ways = factorial(sum(sizes)) // prod(factorial(size) for size in sizes)
    free = [size for number, size in enumerate(sizes) if number not in named]
    alike = prod(factorial(free.count(size)) for size in set(free))
    return max(1 / (permutations + 1), alike / ways)
