"""How often each answer was given to an item, as few whole numbers: the digits of a number.

A rating of answer c adds base**c, so that one sum over an item's ratings counts every answer at
once. An engine can then compare and group items by one or two whole numbers, in any database.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

_LARGEST = 1 << 53  # whole numbers up to here are exact as floating point as well


@dataclass(frozen=True, slots=True)
class Packing:
    """Counts of `codes` answers, each below `base`, as digits of one or more words."""

    codes: int
    base: int

    @property
    def digits(self) -> int:
        """How many answers a word holds."""
        digits = 1
        while self.base ** (digits + 1) <= _LARGEST:
            digits += 1
        return min(digits, max(1, self.codes))

    @property
    def words(self) -> int:
        """How many words there are."""
        return -(-self.codes // self.digits)

    def weights(self, word: int) -> Whole:
        """What a rating of each answer (codes,) adds to this word."""
        place = np.arange(self.codes, dtype=np.int64)
        inside = place // self.digits == word
        return np.where(inside, self.base ** (place % self.digits), 0)

    def unpack(self, words: Whole) -> Whole:
        """(n, words) as the counts (n, codes) that they hold."""
        counts = np.empty((len(words), self.codes), dtype=np.int64)
        for code in range(self.codes):
            word, place = divmod(code, self.digits)
            counts[:, code] = words[:, word] // self.base**place % self.base
        return counts


def packing(codes: int, most: int) -> Packing:
    """For items whose answers are each given at most `most` times."""
    return Packing(codes, max(1, most) + 1)
