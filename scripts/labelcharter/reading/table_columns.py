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

    def first_row_of(self, code: int) -> int:
        """The first row (from 0) whose cell has this code; the code must occur."""
        return int(np.argmax(self.codes == code))


def column_of(name: str, texts: Sequence[str], codes: NDArray[np.int32]) -> Column:
    """A column from distinct texts and codes into them; blank texts become code -1."""
    blank = [not text or text.isspace() for text in texts]
    if not any(blank):
        return Column(name, tuple(texts), codes)
    renumber = np.full(len(texts), -1, dtype=np.int32)
    renumber[[i for i, b in enumerate(blank) if not b]] = np.arange(blank.count(False))
    kept = tuple(t for t, b in zip(texts, blank, strict=True) if not b)
    return Column(name, kept, renumber[codes])
