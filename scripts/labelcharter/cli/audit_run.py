"""`labelcharter audit run AUD-…`: a defined audit on its table, written as a record."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.audit_table import columns_exist, refuse
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

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.registry.load import Repository


@click.command()
@click.argument("audit", metavar="AUD-…")
@click.option("--data", type=click.Path(path_type=Path), help="The annotation table.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the record goes; default: the next number in the audit's folder of records.",
)
@click.option("--verify", metavar="REC-…", help="Compute again and compare with this record.")
@click.option("--as-of", metavar="DATE", help="The day of the record; default: the last commit's.")
@format_option
def command(
    audit: str,
    data: Path | None,
    out: Path | None,
    verify: str | None,
    as_of: str | None,
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
    if data is None:
        raise CannotWork(
            f"say with --data where the table is. How to obtain it: {element.get('data', 'obtain')}"
        )
    for remark in definition.remarks:
        say(remark)
    if verify is not None:
        _verify(repository, definition, data, verify)
        return
    if definition.profile == "internal" and out is None:
        raise CannotWork("an internal record is never committed: say with --out where it goes")
    root = _root(repository)
    target = out if out is not None else _next_place(repository, definition)
    identifier = target.stem if out is None else _identifier(repository, out)
    record = _compute(repository, definition, data, identifier, _day(root, as_of), _commit(root))
    _write(target, record_bytes(record))
    if format_ == "json":
        print_json(record)
    else:
        click.echo(_shown(record, target))


def _compute(
    repository: Repository,
    definition: Definition,
    data: Path,
    identifier: str,
    day: str,
    commit: str | None,
) -> dict[str, Any]:
    from labelcharter.audit.disclosure.complements import WouldDisclose
    from labelcharter.audit.questions.table_audit import NothingLeft
    from labelcharter.audit.records.earlier import earlier_records
    from labelcharter.audit.records.gates import GateCannotBeJudged
    from labelcharter.audit.records.record import record_of
    from labelcharter.reading.tables import TableRefused, read_table

    element = definition.element
    try:
        table = read_table(data, str(data), definition.bindings.columns)
        if definition.sha256 is not None and table.sha256 != definition.sha256:
            raise CannotWork(
                f"{data} is not the table that {element.id} is about.\n"
                f"  sha256 of the file:       {table.sha256}\n"
                f"  sha256 in the definition: {definition.sha256}\n"
                f"How to obtain the right one: {element.get('data', 'obtain')}"
            )
        columns_exist(table, definition.bindings)
        root = _root(repository)
        return record_of(
            definition,
            table,
            identifier=identifier,
            computed_for=day,
            commit=commit,
            definition_bytes=(root / element.place.path).read_bytes(),
            earlier=earlier_records(root, element.id, table.sha256, identifier),
        )
    except TableRefused as refusal:
        refuse(refusal.problems, data)
    except NothingLeft as nothing:
        raise CannotWork(f"{data}: {nothing}") from None
    except GateCannotBeJudged as fault:
        raise CannotWork(str(fault)) from None
    except WouldDisclose as leaks:
        raise CannotWork(
            f"a record of {element.id} would give away what it hides; nothing was written.\n"
            f"{leaks}\n"
            "Use fewer attributes or coarser groups, or keep the record with profile internal."
        ) from None


def _verify(repository: Repository, definition: Definition, data: Path, name: str) -> None:
    from labelcharter.audit.records.record import differences

    element = element_or_stop(repository, name)
    if element.kind != "record" or element.get("audit") != definition.element.id:
        raise CannotWork(f"{element.id} is not a record of {definition.element.id}")
    path = _root(repository) / element.place.path
    committed = json.loads(path.read_text("utf-8"))
    computed = _compute(repository, definition, data, element.id, committed["computed_for"], None)
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
