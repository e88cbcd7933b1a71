"""Which items two groups have both rated, by the pattern in the one and in the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.packing import Whole

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Shared:
    """By pair of groups, the lower number first: pattern of the one, of the other, items.

    Patterns count from 0 within each group. Pairs that share no item have no entry.
    """

    pairs: Mapping[tuple[int, int], tuple[Whole, Whole, Whole]]

    @classmethod
    def of(cls, group: Whole, start: Whole, first: Whole, second: Whole, items: Whole) -> Shared:
        """From entries over all groups.

        group (patterns,): the group of each pattern; start (groups + 1,): its first pattern.
        """
        groups = len(start)
        pair = group[first] * groups + group[second] if len(first) else _NONE
        order = np.argsort(pair, kind="stable")
        cuts = np.flatnonzero(np.diff(pair[order])) + 1
        found = {}
        for part in np.split(order, cuts) if len(order) else []:
            a, b = divmod(int(pair[part[0]]), groups)
            if b < groups - 1:
                found[a, b] = (first[part] - start[a], second[part] - start[b], items[part])
        return cls(found)

    def between(self, a: int, b: int) -> tuple[Whole, Whole, Whole]:
        """Pattern in group a, pattern in group b, items that have both."""
        if a > b:
            second, first, items = self.between(b, a)
            return first, second, items
        return self.pairs.get((a, b), (_NONE, _NONE, _NONE))
