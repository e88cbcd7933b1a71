"""A column of text: each distinct value once, and a number a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the text of row r is `values[codes[r]]`; code -1 where the cell is blank.

    codes: int32 (rows,); values: distinct texts, in order of first appearance, none of them blank.
    """

    name: str
    values: tuple[str, ...]
    codes: NDArray[np.int32]

    @property
    def counts(self) -> list[int]:
        """How often each value stands in the column."""
        kept = self.codes[self.codes >= 0]
        return [int(n) for n in np.bincount(kept, minlength=len(self.values))]

    @property
    def distinct(self) -> int:
        """How many distinct values there are."""
        return len(self.values)

    def first_row_of(self, code: int) -> int:
        """The first row (from 0) whose cell has this code; the code must occur."""
        return int(np.argmax(self.codes == code))


@dataclass(frozen=True, slots=True)
class TwoValues:
    """An owner (a value of one column) that has two values of another: rows (from 0) and texts."""

    owner: str
    row: int
    value: str
    first_row: int
    first: str


def two_values(owners: Column, values: Column, most: int) -> tuple[list[TwoValues], int]:
    """The first `most` owners that have another value than in their first row; how many have."""
    rows = np.flatnonzero((owners.codes >= 0) & (values.codes >= 0))
    first = np.full(len(owners.values), -1, dtype=np.int64)
    first[owners.codes[rows][::-1]] = rows[::-1]  # written last, so the first row wins
    differs = rows[values.codes[rows] != values.codes[first[owners.codes[rows]]]]
    _, index = np.unique(owners.codes[differs], return_index=True)
    faulty = differs[np.sort(index)]
    found = []
    for row in faulty[:most].tolist():
        owner = int(owners.codes[row])
        before = int(first[owner])
        texts = (values.values[values.codes[row]], values.values[values.codes[before]])
        found.append(TwoValues(owners.values[owner], row, texts[0], before, texts[1]))
    return found, len(faulty)


def column_of(name: str, texts: Sequence[str], codes: NDArray[np.int32]) -> Column:
    """A column from distinct texts and codes into them; blank texts become code -1."""
    blank = [not text or text.isspace() for text in texts]
    if not any(blank):
        return Column(name, tuple(texts), codes)
    renumber = np.full(len(texts), -1, dtype=np.int32)
    renumber[[i for i, b in enumerate(blank) if not b]] = np.arange(blank.count(False))
    kept = tuple(t for t, b in zip(texts, blank, strict=True) if not b)
    return Column(name, kept, renumber[codes])
