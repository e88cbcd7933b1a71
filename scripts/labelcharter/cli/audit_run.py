"""`labelcharter audit run AUD-…`: a defined audit on its table, written as a record."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.audit_engines import FILE_ENGINES, no_progress_option, opened
from labelcharter.cli.audit_table import refuse
from labelcharter.cli.common import (
    CannotWork,
    colour_wanted,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
    say,
    today,
)
from labelcharter.cli.site_progress import telling
from labelcharter.registry.nearest import did_you_mean

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.audit.reductions.queries.connections import Connection
    from labelcharter.registry.load import Repository


@click.command()
@click.argument("audit", metavar="AUD-…")
@click.option("--data", type=click.Path(path_type=Path), help="The annotation table.")
@click.option(
    "--engine",
    default="pandas",
    show_default=True,
    metavar="pandas|duckdb|NAME",
    help="What holds the rows; NAME is a connection in the audit file, and needs no --data.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the record goes; default: the next number in the audit's folder of records.",
)
@click.option("--verify", metavar="REC-…", help="Compute again and compare with this record.")
@click.option("--as-of", metavar="DATE", help="The day of the record; default: the last commit's.")
@no_progress_option
@format_option
def command(
    audit: str,
    data: Path | None,
    engine: str,
    out: Path | None,
    verify: str | None,
    as_of: str | None,
    quiet: bool,
    format_: str,
) -> None:
    """Run an audit that the repository defines, and write its record.

    The record holds aggregates that passed disclosure control, verdicts, and the hashes of what
    they were computed from; the same input gives the same bytes.
    """
    from labelcharter.audit.records.definition import DefinitionFault, definition_of
    from labelcharter.audit.records.record import record_bytes

    repository = repository_here()
    element = element_or_stop(repository, audit)
    if element.kind != "audit":
        raise CannotWork(f"{element.id} is a {element.kind}, not an audit")
    try:
        definition = definition_of(element, repository.graph)
    except DefinitionFault as fault:
        raise CannotWork(f"{element.id} cannot be run: {fault}") from None
    rows = _rows(definition, data, engine, quiet)
    for remark in definition.remarks:
        say(remark)
    if verify is not None:
        _verify(repository, definition, rows, verify)
        return
    if definition.profile == "internal" and out is None:
        raise CannotWork("an internal record is never committed: say with --out where it goes")
    root = _root(repository)
    target = out if out is not None else _next_place(repository, definition)
    identifier = target.stem if out is None else _identifier(repository, out)
    record = _compute(repository, definition, rows, identifier, _day(root, as_of), _commit(root))
    _write(target, record_bytes(record))
    if format_ == "json":
        print_json(record)
    else:
        click.echo(_shown(record, target))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Where the rows are: a file in an engine, or a connection (`data` is then None)."""

    engine: str
    data: Path | None
    connections: Mapping[str, Connection]
    quiet: bool

    @property
    def name(self) -> str:
        return str(self.data or self.engine)


def _rows(definition: Definition, data: Path | None, engine: str, quiet: bool) -> _Rows:
    connections = definition.connections
    if engine in FILE_ENGINES:
        if data is None:
            obtain = definition.element.get("data", "obtain")
            raise CannotWork(f"say with --data where the table is. How to obtain it: {obtain}")
    elif engine not in connections:
        known = (*FILE_ENGINES, *connections)
        meant = did_you_mean(engine, known) or f"There are {', '.join(known)}."
        raise CannotWork(f"--engine: {definition.element.id} has no connection `{engine}`. {meant}")
    elif data is not None:
        raise CannotWork(f"--data: the table is in the connection `{engine}`; give one of the two")
    return _Rows(engine, data, connections, quiet)


def _compute(
    repository: Repository,
    definition: Definition,
    rows: _Rows,
    identifier: str,
    day: str,
    commit: str | None,
) -> dict[str, Any]:
    from labelcharter.audit.questions.table_audit import NothingLeft
    from labelcharter.audit.records.gates import GateCannotBeJudged
    from labelcharter.audit.records.record import record_of
    from labelcharter.audit.reductions.tally import TooManyPatterns
    from labelcharter.reading.tables import TableRefused

    element, bindings = definition.element, definition.bindings
    try:
        with (
            telling(quiet=rows.quiet) as tell,
            opened(rows.engine, rows.data, bindings, tell, connections=rows.connections) as reading,
        ):
            if rows.data is not None:
                _is_the_right(reading.fingerprint(), rows, definition)
            tell("cleaning the table")
            source = reading.source()
            if rows.data is None:
                _is_the_right(reading.fingerprint(), rows, definition)
            return record_of(
                definition,
                source,
                reading.fingerprint(),
                identifier=identifier,
                computed_for=day,
                commit=commit,
                definition_bytes=(_root(repository) / element.place.path).read_bytes(),
                progress=tell,
            )
    except TableRefused as refusal:
        refuse(refusal.problems, Path(rows.name))
    except (NothingLeft, TooManyPatterns) as nothing:
        raise CannotWork(f"{rows.name}: {nothing}") from None
    except GateCannotBeJudged as fault:
        raise CannotWork(str(fault)) from None


def _is_the_right(fingerprint: str, rows: _Rows, definition: Definition) -> None:
    """Stop where the data are not those that the definition fixes."""
    if definition.sha256 in (None, fingerprint):
        return
    what = "the file:      " if rows.data is not None else "what was found:"
    raise CannotWork(
        f"{rows.name} is not the table that {definition.element.id} is about.\n"
        f"  sha256 of {what} {fingerprint}\n"
        f"  sha256 in the definition: {definition.sha256}\n"
        f"How to obtain the right one: {definition.element.get('data', 'obtain')}"
    )


def _verify(repository: Repository, definition: Definition, rows: _Rows, name: str) -> None:
    from labelcharter.audit.records.record import differences

    element = element_or_stop(repository, name)
    if element.kind != "record" or element.get("audit") != definition.element.id:
        raise CannotWork(f"{element.id} is not a record of {definition.element.id}")
    path = _root(repository) / element.place.path
    committed = json.loads(path.read_text("utf-8"))
    computed = _compute(repository, definition, rows, element.id, committed["computed_for"], None)
    commit = committed["manifest"].get("commit")
    if commit is not None:
        computed["manifest"]["commit"] = commit  # where it was computed is not a figure
    found = list(differences(committed, computed))
    if not found:
        figures = sum(1 for _ in _figures(computed))
        click.echo(f"{element.id} holds: all {figures:,} figures were computed again and agree.")
        return
    for difference in found:
        click.echo(difference)
    say(f"{element.id} does not hold: {len(found):,} differences")
    raise click.exceptions.Exit(1)


def _figures(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("state") == "estimated":
            yield value
        for part in value.values():
            yield from _figures(part)
    elif isinstance(value, list):
        for part in value:
            yield from _figures(part)


def _root(repository: Repository) -> Path:
    if repository.root is None:
        raise CannotWork("an audit runs in a repository on disk")
    return repository.root


def _day(root: Path, as_of: str | None) -> str:
    day = today(root, as_of)
    if day is None:
        raise CannotWork("there is no commit yet to take the day from; give it with --as-of")
    return day.isoformat()


def _commit(root: Path) -> str | None:
    from labelcharter.history import git

    try:
        head = git.head(root)
    except git.GitFailed as error:
        raise CannotWork(str(error)) from None
    return head.commit if head else None


def _taken(repository: Repository) -> list[str]:
    on_disk = _root(repository).glob("audits/*/records/*.json")
    return [e.id for e in repository.graph.of_kind("record")] + [path.stem for path in on_disk]


def _next_place(repository: Repository, definition: Definition) -> Path:
    from labelcharter.audit.records.record import next_id

    folder = (_root(repository) / definition.element.place.path).parent / "records"
    return folder / f"{next_id(_taken(repository))}.json"


def _identifier(repository: Repository, out: Path) -> str:
    from labelcharter.audit.records.record import RECORD_ID, next_id

    return out.stem if RECORD_ID.match(out.stem) else next_id(_taken(repository))


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: a full disk or a kill leaves what was there."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CannotWork(f"{target} could not be written ({error.strerror})") from None


def _shown(record: dict[str, Any], target: Path) -> str:
    from labelcharter.audit.records.report import report

    name = record["manifest"]["data_name"]
    lines = [report(record["result"], name, colour=colour_wanted()), "Gates"]
    lines += [
        f"  {gate['verdict']}  {gate['gate']} {gate['value']}: {gate['why']}".replace("  :", ":")
        for gate in record["gates"]
    ]
    lines.append(f"\n{record['id']} written to {target}")
    return "\n".join(lines)
