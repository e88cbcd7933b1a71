"""Traits that stand in a table of their own: annotators or items, one row each, joined by key.

The main table keeps its rows. A key that the side table lacks, or has twice, is a fault: guessing
would put a person into the wrong group, or into none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.reading.table_columns import Column
from labelcharter.reading.table_values import LISTED
from labelcharter.reading.tables import Joined, Table, TableRefused


@dataclass(frozen=True, slots=True)
class SideTable:
    """A table to be joined: its own `key` column meets `to`, a column of the main table."""

    table: Table
    key: str
    to: str


def join(main: Table, side: SideTable, columns: Sequence[str]) -> Table:
    """The main table with these columns of the side table beside its own.

    Columns that the main table has itself are left alone. Raises TableRefused with every key that
    is missing from the side table, or stands in it twice.
    """
    key, owner = side.table.columns[side.key], main.columns[side.to]
    faults = [*_twice(side), *_unknown(main, side)]
    if faults:
        raise TableRefused(faults)
    row_of = {key.values[code]: row for row, code in enumerate(key.codes.tolist()) if code >= 0}
    rows = np.array([*(row_of[text] for text in owner.values), -1], dtype=np.int64)[owner.codes]
    wanted = [name for name in columns if name in side.table.names and name not in main.names]
    added = {}
    for name in wanted:
        column = side.table.columns[name]
        codes = np.where(rows >= 0, column.codes[rows], -1).astype(np.int32)
        added[name] = Column(name, column.values, codes)
    return replace(
        main,
        columns={**main.columns, **added},
        names=(*main.names, *wanted),
        joined={**main.joined, **{name: Joined(side.table, rows) for name in wanted}},
    )


def _twice(side: SideTable) -> Iterator[Diagnostic]:
    key = side.table.columns[side.key]
    seen: dict[int, int] = {}
    again = []
    for row, code in enumerate(key.codes.tolist()):
        if code >= 0 and seen.setdefault(code, row) != row:
            again.append((row, code))
    for row, code in again[:LISTED]:
        here, before = side.table.places([(row, side.key), (seen[code], side.key)])
        yield Diagnostic(
            "T131",
            "error",
            here,
            f"`{key.values[code]}` has two rows",
            "keep one row for each; which one is right cannot be guessed",
            (Related(before, "the other row"),),
            len(key.values[code]),
        )
    if (more := len(again) - LISTED) > 0:
        (place,) = side.table.places([(again[LISTED][0], side.key)])
        yield Diagnostic(
            "T131", "error", place, f"and {more:,} more rows that repeat a key", "repair the table"
        )


def _unknown(main: Table, side: SideTable) -> Iterator[Diagnostic]:
    owner = main.columns[side.to]
    known = set(side.table.columns[side.key].values)
    unknown = [code for code, text in enumerate(owner.values) if text not in known]
    for code in unknown[:LISTED]:
        text = owner.values[code]
        yield Diagnostic(
            "T133",
            "error",
            _first(main, owner, code),
            f"`{text}` has no row in {side.table.path}",
            f"add it to column `{side.key}` there; a trait that is not known is a state, not a gap",
            width=len(text),
        )
    if (more := len(unknown) - LISTED) > 0:
        yield Diagnostic(
            "T133",
            "error",
            _first(main, owner, unknown[LISTED]),
            f"and {more:,} more values that {side.table.path} does not have",
            "is it the table that belongs to these ratings?",
        )


def _first(table: Table, column: Column, code: int) -> Place:
    return table.places([(column.first_row_of(code), column.name)])[0]
