"""`labelcharter audit run AUD-…`: a defined audit on its table, written as a record."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.audit_computation import Stamp, compute, definition_or_stop, rows_or_stop
from labelcharter.cli.audit_engines import engine_option, no_progress_option
from labelcharter.cli.audit_verify import verify as verify_record
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

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.registry.load import Repository


@click.command()
@click.argument("audit", metavar="AUD-…")
@click.option("--data", type=click.Path(path_type=Path), help="The annotation table.")
@engine_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where the record goes; default: the next number in the audit's folder of records.",
)
@click.option(
    "--verify", metavar="REC-…", help="As `audit verify`: compute this record again and compare."
)
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
    from labelcharter.audit.records.record import record_bytes

    repository = repository_here()
    element = element_or_stop(repository, audit)
    if verify is not None:
        committed = element_or_stop(repository, verify)
        if committed.get("audit") != element.id:
            raise CannotWork(f"{committed.id} is not a record of {element.id}")
        with telling(quiet=quiet) as tell:
            verify_record(repository, committed, (data, engine), format_, tell)
        return
    definition = definition_or_stop(repository, element)
    rows = rows_or_stop(definition, data, engine)
    for remark in definition.remarks:
        say(remark)
    if definition.profile == "internal" and out is None:
        raise CannotWork("an internal record is never committed: say with --out where it goes")
    root = _root(repository)
    target = out if out is not None else _next_place(repository, definition)
    identifier = target.stem if out is None else _identifier(repository, out)
    stamp = Stamp(identifier, _day(root, as_of), _commit(root))
    definition_bytes = (root / element.place.path).read_bytes()
    with telling(quiet=quiet) as tell:
        record = compute(definition, definition_bytes, rows, stamp, tell)
    _write(target, record_bytes(record))
    if format_ == "json":
        print_json(record)
    else:
        click.echo(_shown(record, target))


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
