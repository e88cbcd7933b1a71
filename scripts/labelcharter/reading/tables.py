"""Annotation tables (CSV, gzipped CSV, Parquet) as columns of text, read without guessing.

Every cell is text: `007` is not `7`, `NA` is a group and not a hole, an id of twenty digits keeps
all of them. A blank cell is missing. The shape is checked strictly: a row with one field more than
the header shifts every column after it, and a reader that forgives it publishes the wrong group.

A table that cannot be trusted is refused with every structural mistake in it (`TableRefused`), each
with its line and column. Memory is one integer a cell and each distinct value once.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.table_bytes import Unreadable, encoding_fault, open_bytes, text_of
from labelcharter.reading.table_columns import Column, TwoValues, column_of, two_values
from labelcharter.reading.table_records import cells_at
from labelcharter.reading.table_shape import header_faults, shape_faults

_ROWS_AT_A_TIME = 1 << 10  # fits the processor's cache: larger blocks take twice as long
SUFFIXES = (".csv", ".csv.gz", ".parquet")


class TableRefused(Exception):
    """The table cannot be read as it stands; `problems` has every reason found."""

    def __init__(self, problems: Sequence[Diagnostic]) -> None:
        super().__init__("; ".join(f"{p.place}: {p.message}" for p in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Joined:
    """Where the cells of a joined column stand: the other table, and its row for each of ours."""

    table: Table
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that passed the checks of its shape.

    `path` is how it is shown in messages; `sha256` is of the file as stored (compressed or not).
    `joined`: columns that stand in another table, by name.
    """

    path: str
    columns: dict[str, Column]
    names: tuple[str, ...]
    rows: int
    sha256: str
    source: Path | bytes
    joined: Mapping[str, Joined] = field(default_factory=dict)

    def two_values(self, owner: str, name: str, most: int) -> tuple[list[TwoValues], int]:
        """Values of column `owner` that have two values of column `name`: some, and how many."""
        return two_values(self.columns[owner], self.columns[name], most)

    def places(self, cells: Sequence[tuple[int, str]]) -> list[Place]:
        """Where these (row from 0, column name) cells stand in the file; one more pass over it.

        A Parquet file has no lines: its line is the row counted from 1, its column always 1.
        """
        if any(name in self.joined for _, name in cells):
            return [place for cell in cells for place in self._place(*cell)]
        wanted = [(row, self.names.index(name)) for row, name in cells]
        if self.path.endswith(".parquet"):
            return [Place(self.path, row + 1) for row, _ in wanted]
        return cells_at(
            lambda: text_of(open_bytes(self.source, self.path, True)), self.path, wanted
        )

    def _place(self, row: int, name: str) -> list[Place]:
        """Of one cell, in the file that it stands in."""
        if name not in self.joined:
            return self.places([(row, name)])
        other = self.joined[name]
        return other.table.places([(int(other.rows[row]), name)])


def read_table(
    source: Path | bytes,
    path: str,
    columns: Sequence[str] | None = None,
    *,
    trust_compressed: bool = False,
) -> Table:
    """Read a table from a file or from bytes.

    `path` names it in messages and, by its suffix alone, says its format; nothing is sniffed.
    `columns`: keep only these (names not in the table are left to the caller, see `Table.names`);
    the shape is checked over all of them either way. `trust_compressed` lifts the limit on how far
    a gzip file may expand. Raises TableRefused.
    """
    refuse_other_files(path)
    try:
        if path.endswith(".parquet"):
            from labelcharter.reading.parquet import parquet_columns

            names, kept, rows = parquet_columns(source, path, columns)
        else:
            names, kept, rows = _csv_columns(source, path, columns, trust_compressed)
    except Unreadable as refusal:
        raise TableRefused(refusal.problems) from None
    return Table(path, kept, names, rows, _sha256(source), source)


def refuse_other_files(path: str) -> None:
    """Raise TableRefused unless the name of the file says that it is a table."""
    if not path.endswith(SUFFIXES):
        raise TableRefused(
            [
                Diagnostic(
                    "T101",
                    "error",
                    Place(path),
                    "this is not a table by its name",
                    "tables end in .csv, .csv.gz or .parquet; rename it, or save it as one of them",
                )
            ]
        )


class _Codes(dict[str, int]):
    """Text -> number in order of first appearance; a lookup of an unknown text numbers it."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def _csv_columns(
    source: Path | bytes, path: str, columns: Sequence[str] | None, trust_compressed: bool
) -> tuple[tuple[str, ...], dict[str, Column], int]:
    names, blocks = csv_blocks(source, path, trust_compressed)
    wanted = [i for i, name in enumerate(names) if columns is None or name in columns]
    codes = {i: _Codes() for i in wanted}
    parts: dict[int, list[NDArray[np.int32]]] = {i: [] for i in wanted}
    rows = 0
    for block in blocks:
        fields = list(zip(*block, strict=True))
        for i in wanted:
            numbered = map(codes[i].__getitem__, fields[i])
            parts[i].append(np.fromiter(numbered, dtype=np.int32, count=len(block)))
        rows += len(block)
    kept = {names[i]: column_of(names[i], list(codes[i]), np.concatenate(parts[i])) for i in wanted}
    return names, kept, rows


def csv_blocks(
    source: Path | bytes, path: str, trust_compressed: bool
) -> tuple[tuple[str, ...], Iterator[list[list[str]]]]:
    """The names of the columns, and the rows in blocks, each with a field for each name.

    Raises Unreadable, also while the blocks are read: every mistake in the shape of the table.
    """
    reading = _reading(source, path, trust_compressed)
    (header,) = next(reading)
    return tuple(header), reading


def _reading(source: Path | bytes, path: str, trust_compressed: bool) -> Iterator[list[list[str]]]:
    """The header as a block of one row, then the rows."""

    def text() -> io.TextIOWrapper:
        return text_of(open_bytes(source, path, trust_compressed))

    rows = False
    try:
        with text() as lines:
            reader = csv.reader(lines, strict=True)
            header = next(reader, None)
            problems = header_faults(header, path)
            if header is None or problems:
                raise Unreadable(*problems)
            yield [header]
            for block in _blocks(reader, len(header)):
                rows = True
                yield block
    except (csv.Error, _Misshapen):
        raise Unreadable(*shape_faults(text, path)) from None
    except UnicodeDecodeError as error:
        raise Unreadable(encoding_fault(source, path, error)) from None
    if not rows:
        raise Unreadable(
            Diagnostic(
                "T105",
                "error",
                Place(path),
                "the table has a header and no rows",
                "check the export: an audit needs one row for each rating",
            )
        )


class _Misshapen(Exception):
    """Some row has another number of fields than the header; a careful pass says which."""


def _blocks(reader: Iterator[list[str]], width: int) -> Iterator[list[list[str]]]:
    """The rows in blocks, each of exactly `width` fields; blank lines may only end the file."""
    ended = False
    while block := list(islice(reader, _ROWS_AT_A_TIME)):
        blank_at_end = False
        while block and not block[-1]:
            block.pop()
            blank_at_end = True
        if block and (ended or set(map(len, block)) != {width}):
            raise _Misshapen
        ended = ended or blank_at_end
        if block:
            yield block


def _sha256(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
