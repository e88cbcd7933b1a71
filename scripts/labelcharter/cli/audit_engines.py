"""Which engine holds the rows of a table, and how it is asked for: `--engine`, `--no-progress`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from labelcharter.cli.common import CannotWork
from labelcharter.registry.nearest import did_you_mean

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import File
    from labelcharter.audit.reductions.queries.connections import Connection
    from labelcharter.audit.reductions.source import Source
    from labelcharter.audit.tables.bindings import Bindings
    from labelcharter.audit.tables.seen import Seen
    from labelcharter.reading.tables import Table

FILE_ENGINES = ("pandas", "duckdb")

engine_option = click.option(
    "--engine",
    default="pandas",
    show_default=True,
    metavar="pandas|duckdb|NAME",
    help="Which engine holds the rows; NAME is a connection of the audit file.",
)
no_progress_option = click.option(
    "--no-progress", "quiet", is_flag=True, help="Show no progress, even on a terminal."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A table with its engine. `source` cleans and reduces; `fingerprint` is the data's SHA-256.

    `files`: the SHA-256 of each joined table, by name.
    """

    table: Seen
    source: Callable[[], Source]
    fingerprint: Callable[[], str]
    files: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def opened(
    engine: str,
    file: Path | None,
    bindings: Bindings,
    tell: Callable[[str], None],
    *,
    connections: Mapping[str, Connection] | None = None,
    files: Sequence[File] = (),
    trust_compressed: bool = False,
) -> Iterator[Opened]:
    """The table in this engine, with `files` joined to it.

    Raises TableRefused, or CannotWork with what to do.
    """
    if engine == "pandas" and file is not None:
        yield _in_memory(file, bindings, tell, trust_compressed, files)
        return
    if files:
        names = ", ".join(one.name for one in files)
        raise CannotWork(
            f"--engine: {names} would have to be joined, which only pandas does here; "
            "leave --engine out, or join the tables where they are"
        )
    from labelcharter.audit.reductions.queries.held_table import Missing, Refused

    try:
        with _held(engine, file, bindings, tell, connections or {}, trust_compressed) as found:
            yield found
    except Missing as missing:
        no_column(missing.path, missing.missing[0], missing.names)
    except Refused as refused:
        raise CannotWork(str(refused)) from None


def _in_memory(
    file: Path,
    bindings: Bindings,
    tell: Callable[[str], None],
    trust_compressed: bool,
    files: Sequence[File],
) -> Opened:
    from labelcharter.audit.reductions.source import source_in_memory
    from labelcharter.audit.tables.cleaning import clean
    from labelcharter.reading.tables import read_table

    tell("reading the table")
    table = read_table(file, str(file), bindings.columns, trust_compressed=trust_compressed)
    joined = {}
    for one in files:
        table, joined[one.name] = _joined(table, file, one, bindings)
    for column in bindings.columns:
        if column not in table.names:
            no_column(table.path, column, table.names)
    source = cache(lambda: source_in_memory(clean(table, bindings)))
    return Opened(table, source, lambda: table.sha256, joined)


def _joined(table: Table, file: Path, one: File, bindings: Bindings) -> tuple[Table, str]:
    """The table with a file beside it joined, and that file's SHA-256."""
    from labelcharter.audit.tables.joins import SideTable, join
    from labelcharter.reading.tables import read_table

    path = file.parent / one.name
    if not path.is_file():
        raise CannotWork(f"{one.name} belongs to {file.name} and is not beside it")
    side = read_table(path, str(path), (one.key, *bindings.columns))
    if one.key not in side.names:
        no_column(str(path), one.key, side.names)
    if one.to not in table.columns:
        no_column(str(file), one.to, table.names)
    if one.sha256 not in (None, side.sha256):
        raise CannotWork(
            f"{path} is not the table that the audit is about.\n"
            f"  sha256 of the file:       {side.sha256}\n"
            f"  sha256 in the definition: {one.sha256}"
        )
    return join(table, SideTable(side, one.key, one.to), bindings.columns), side.sha256


@contextmanager
def _held(
    engine: str,
    file: Path | None,
    bindings: Bindings,
    tell: Callable[[str], None],
    connections: Mapping[str, Connection],
    trust_compressed: bool,
) -> Iterator[Opened]:
    from labelcharter.audit.reductions.fingerprint import fingerprint
    from labelcharter.audit.reductions.queries.connections import connected_table
    from labelcharter.audit.reductions.queries.duckdb_file import duckdb_table
    from labelcharter.audit.reductions.queries.tallies import source_held

    if engine == "duckdb" and file is not None:
        tell("reading the table into DuckDB")
        with duckdb_table(file, str(file), bindings, trust_compressed=trust_compressed) as held:
            sha256 = str(held.sha256)
            yield Opened(held, lambda: source_held(held, bindings), lambda: sha256)
        return
    connection = connections[engine]
    tell(f"asking {connection.name}")
    with connected_table(connection, bindings) as held:

        @cache
        def source() -> Source:
            reduced = source_held(held, bindings)
            return replace(reduced, tally=cache(reduced.tally), items=cache(reduced.items))

        yield Opened(held, source, cache(lambda: fingerprint(source())))


def no_column(path: str, column: str, names: Sequence[str]) -> NoReturn:
    """Stop with the nearest name of a column that is not in the table."""
    meant = did_you_mean(column, names)
    known = f"It has {', '.join(name for name in names if name)}."
    raise CannotWork(f"{path} has no column `{column}`. {meant or known}")
