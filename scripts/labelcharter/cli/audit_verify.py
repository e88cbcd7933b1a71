"""`labelcharter audit verify REC-… --data TABLE`: compute a record again and compare."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.audit_computation import Stamp, compute, definition_or_stop, rows_or_stop
from labelcharter.cli.audit_engines import engine_option, no_progress_option
from labelcharter.cli.common import (
    CannotWork,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
    say,
)
from labelcharter.cli.site_progress import telling

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.registry.graph import Element
    from labelcharter.registry.load import Repository

_FORMAT_VERSION = 1


@click.command()
@click.argument("record", metavar="REC-…")
@click.option("--data", type=click.Path(path_type=Path), help="The annotation table.")
@engine_option
@no_progress_option
@format_option
def command(record: str, data: Path | None, engine: str, quiet: bool, format_: str) -> None:
    """Compute a record again from its table, and compare every figure.

    The audit's definition is taken as it stood when the record was computed: from the present
    files if they are the same, else from the commit that the record names.

    Exit status: 0 the record holds, 1 a figure differs, 2 it could not be computed.
    """
    repository = repository_here()
    with telling(quiet=quiet) as tell:
        verify(repository, element_or_stop(repository, record), (data, engine), format_, tell)


def verify(
    repository: Repository,
    record: Element,
    where: tuple[Path | None, str],
    format_: str,
    tell: Callable[[str], None],
) -> None:
    """Say what the comparison comes to; Exit(1) where a figure differs.

    `where`: the table's file, if it is in one, and the engine.
    """
    from labelcharter.audit.records.comparison import differences

    if record.kind != "record":
        raise CannotWork(f"{record.id} is no record (it is of the kind {record.kind})")
    if repository.root is None:
        raise CannotWork("a record is verified in a repository on disk")
    committed = json.loads((repository.root / record.place.path).read_text("utf-8"))
    definition, definition_bytes = _definition(repository, committed)
    rows = rows_or_stop(definition, *where)
    stamp = Stamp(record.id, committed["computed_for"], committed["manifest"].get("commit"))
    computed = compute(definition, definition_bytes, rows, stamp, tell)
    found = list(differences(committed, computed, single_ratings=rows.engine == "pandas"))
    wrong = [difference for difference in found if difference.kind == "figure"]
    figures = sum(1 for _ in estimated_figures(committed))
    if format_ == "json":
        print_json(
            {
                "format_version": _FORMAT_VERSION,
                "record": record.id,
                "holds": not wrong,
                "figures": figures,
                "differences": [{"kind": d.kind, "path": d.path, "words": d.words} for d in found],
            }
        )
    else:
        _tell(record.id, committed, figures, [str(d) for d in wrong], len(found) - len(wrong))
    if wrong:
        raise click.exceptions.Exit(1)


def _tell(
    name: str, committed: Mapping[str, Any], figures: int, wrong: list[str], others: int
) -> None:
    from labelcharter import __version__

    for line in wrong:
        click.echo(line)
    if others:
        say(
            f"{name} was written by version {committed['manifest']['tool_version']}; version "
            f"{__version__} words, adds or leaves out {others:,} things that contradict no figure "
            "of it (--format json lists them)"
        )
    if wrong:
        say(f"{name} does not hold: {len(wrong):,} differences")
    else:
        click.echo(f"{name} holds: all {figures:,} figures were computed again and agree.")


def _definition(repository: Repository, committed: Mapping[str, Any]) -> tuple[Definition, bytes]:
    """The definition that the record was computed with, and its bytes."""
    from hashlib import sha256

    wanted = committed["manifest"]["definition_sha256"]
    identifier = str(committed["audit"])
    commit = committed["manifest"].get("commit")
    for candidate, content_of in _states(repository, commit):
        graph = candidate.graph
        element = graph.elements.get(graph.aliases.get(identifier, identifier))
        if element is None:
            continue
        content = content_of(element.place.path)
        if sha256(content).hexdigest() == wanted:
            return definition_or_stop(candidate, element), content
    where = f"at its commit {commit[:12]}" if commit else "at a commit, since the record names none"
    raise CannotWork(
        f"the definition of {identifier} that this record was computed with (sha256 {wanted[:12]}…)"
        f" is neither in the present files nor {where}; fetch the whole history and try again"
    )


def _states(
    repository: Repository, commit: str | None
) -> Iterator[tuple[Repository, Callable[[str], bytes]]]:
    """The repository as of the record's commit, then as it is now; each with its files' bytes."""
    from labelcharter.history import git
    from labelcharter.registry.load import GOVERNED_FOLDERS, load_sources
    from labelcharter.registry.settings import SETTINGS_FILE

    root = repository.root or Path()
    if commit is not None:
        try:
            hash_ = git.resolve(root, commit)
            files = git.files_at(root, hash_, (SETTINGS_FILE, *GOVERNED_FOLDERS))
        except git.GitFailed:
            files = {}
        if files:
            yield load_sources(files, root), files.__getitem__
    yield repository, lambda path: (root / path).read_bytes()


def estimated_figures(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every estimate in a record that has a value."""
    if isinstance(value, dict):
        if value.get("state") == "estimated":
            yield value
        for part in value.values():
            yield from estimated_figures(part)
    elif isinstance(value, list):
        for part in value:
            yield from estimated_figures(part)
