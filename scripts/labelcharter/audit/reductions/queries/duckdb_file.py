"""A CSV or Parquet file in an embedded DuckDB: memory stays bounded, whatever the file's size.

DuckDB's own reader of CSV is quick, and forgives what ours (`reading.tables`) does not: a blank
line among the rows, a blank before a quote. It is used only on files in which the two cannot
differ; any other goes through our reader, block by block, into the same database.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from labelcharter.audit.reductions.queries.held_table import (
    ROW,
    HeldTable,
    Missing,
    Refused,
    hold,
    inner_names,
)
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.diagnostic import Place
from labelcharter.reading.parquet import parquet_blocks
from labelcharter.reading.table_bytes import Unreadable, open_bytes, text_of
from labelcharter.reading.table_records import cells_at
from labelcharter.reading.tables import TableRefused, csv_blocks, refuse_other_files

Expression = Any  # of Ibis

MEMORY = "384MB"
_BLOCK = 1 << 20
# Where two readers of CSV may part ways: no text, blank lines; with quotes also blanks beside one,
# and a blank at the end of a row, which may be one too many.
_ODD = (b"\0", b"\n\n", b"\n\r\n")
_ODD_WITH_QUOTES = (b' "', b'" ', b'\t"', b'"\t', b",\n", b",\r", b'""\n', b'""\r')
_BLOCKS_AT_A_TIME = 64  # of our reader's


@contextmanager
def duckdb_table(
    source: Path,
    path: str,
    bindings: Bindings,
    *,
    trust_compressed: bool = False,
    memory: str = MEMORY,
) -> Iterator[HeldTable]:
    """The table of a file, for as long as the block runs; its rows lie in a temporary folder.

    `path` is as in `read_table`. Raises TableRefused, Refused, or Missing where a bound column is
    not in the table.
    """
    refuse_other_files(path)
    try:
        import ibis
    except ImportError:
        raise Refused(
            'the engine duckdb is not installed: pip install "labelcharter[scale]"'
        ) from None
    with tempfile.TemporaryDirectory(prefix="labelcharter-") as folder:
        database = ibis.duckdb.connect(
            Path(folder) / "table.duckdb", memory_limit=memory, temp_directory=folder
        )
        try:
            names, rows = _loaded(database, source, path, bindings, trust_compressed)
            numbered = count()

            def keep(expression: Expression) -> Expression:
                return database.create_table(f"kept{next(numbered)}", expression)

            yield hold(
                rows,
                bindings,
                path=path,
                names=names,
                keep=keep,
                find=lambda cells: _places(source, path, names, cells),
                sha256=_sha256(source),
            )
        except Unreadable as refusal:
            raise TableRefused(refusal.problems) from None
        finally:
            database.disconnect()


def _loaded(
    database: Any, source: Path, path: str, bindings: Bindings, trust_compressed: bool
) -> tuple[tuple[str, ...], Expression]:
    """The names of all columns; the bound ones in the database, with their row numbers."""
    if path.endswith(".parquet"):
        names, tables = parquet_blocks(source, path, bindings.columns)
        inner = _inner(names, path, bindings)
        renamed = (table.rename_columns([inner[n] for n in table.column_names]) for table in tables)
        return names, _stored(database, renamed, inner)
    names, blocks = csv_blocks(source, path, trust_compressed)
    inner = _inner(names, path, bindings)
    seen = _glance(source, path, trust_compressed)
    if not seen.odd:
        found = _read_by_duckdb(database, source, names, inner, seen)
        if found is not None:
            return names, found
    return names, _stored(database, _arrow(blocks, names, inner), inner)


def _inner(names: Sequence[str], path: str, bindings: Bindings) -> dict[str, str]:
    if missing := [name for name in bindings.columns if name not in names]:
        raise Missing(path, missing, names)
    return inner_names(bindings)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of the bytes of a CSV: whether a reader may take them otherwise, quotes, commas."""

    odd: bool
    quoted: bool
    commas: int


def _glance(source: Path, path: str, trust_compressed: bool) -> _Seen:
    quoted, commas, last = False, 0, b""
    with open_bytes(source, path, trust_compressed) as stream:
        while block := stream.read(_BLOCK):
            seen = last + block
            quoted = quoted or b'"' in block
            commas += block.count(b",")
            if any(odd in seen for odd in (*_ODD, *(_ODD_WITH_QUOTES if quoted else ()))):
                return _Seen(True, quoted, commas)
            last = block[-2:]
    return _Seen(quoted and last.endswith((b",", b'""')), quoted, commas)


def _read_by_duckdb(
    database: Any, source: Path, names: Sequence[str], inner: Mapping[str, str], seen: _Seen
) -> Expression | None:
    """The rows by DuckDB's own reader; None where that gives up, for ours to say why."""
    import duckdb

    places = {f"f{number}": "VARCHAR" for number in range(len(names))}
    try:
        rows = database.read_csv(
            source,
            table_name="file",
            columns=places,
            auto_detect=False,
            header=True,
            delim=",",
            quote='"',
            escape='"',
            strict_mode=True,
            # a line end inside quotes can be told from one between rows only from the beginning
            parallel=not seen.quoted,
        )
        bound = {within: rows[f"f{names.index(name)}"] for name, within in inner.items()}
        stored = database.create_table("loaded", rows.select(**bound))
        rows_read = stored.count().to_pyarrow().as_py()
    except duckdb.Error:
        return None
    # DuckDB forgives one comma too many at the end of a row
    right = seen.quoted or seen.commas == (rows_read + 1) * (len(names) - 1)
    if not rows_read or not right:
        return None
    return stored.mutate(**{ROW: stored.rowid()})


def _arrow(
    blocks: Iterator[list[list[str]]], names: Sequence[str], inner: Mapping[str, str]
) -> Iterator[Any]:
    """The blocks of our reader as Arrow tables of the bound columns."""
    import pyarrow as pa

    at = {within: names.index(name) for name, within in inner.items()}
    while some := list(islice(blocks, _BLOCKS_AT_A_TIME)):
        rows = list(chain.from_iterable(some))
        yield pa.table({n: pa.array([row[i] for row in rows], pa.string()) for n, i in at.items()})


def _stored(database: Any, tables: Iterator[Any], inner: Mapping[str, str]) -> Expression:
    """Arrow tables, one after the other, as one table with row numbers."""
    import pyarrow as pa

    columns = ", ".join(f"{within} VARCHAR" for within in inner.values())
    database.con.execute(f"CREATE TABLE brought ({columns}, {ROW} BIGINT)")
    rows = 0
    for table in tables:
        numbers = pa.array(range(rows, rows + len(table)), pa.int64())
        block = table.select([*inner.values()]).append_column(ROW, numbers)
        database.con.register("block", block)
        database.con.execute("INSERT INTO brought SELECT * FROM block")
        database.con.unregister("block")
        rows += len(table)
    return database.table("brought")


def _places(
    source: Path, path: str, names: Sequence[str], cells: Sequence[tuple[int, str]]
) -> list[Place]:
    if path.endswith(".parquet"):
        return [Place(path, row + 1) for row, _ in cells]
    wanted = [(row, names.index(name)) for row, name in cells]
    return cells_at(lambda: text_of(open_bytes(source, path, True)), path, wanted)


def _sha256(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
