"""`labelcharter as-of DATE|REF`: the whole graph as it stood then."""

from __future__ import annotations

from typing import Any

import click

from labelcharter.cli.common import format_option, print_json, repository_as_of, tell
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.load import Repository


@click.command("as-of")
@click.argument("asked", metavar="DATE|REF")
@format_option
def command(asked: str, format_: str) -> None:
    """Show every element as it stood at the end of a DATE (UTC), or at a commit.

    A date is that of landing on the main line, never the one that an author claims.
    """
    then = repository_as_of(asked)
    counts = {name: len(then.repository.graph.of_kind(name)) for name in KINDS}
    if format_ == "json":
        print_json(_as_data(then.repository, then.as_of, counts))
        return
    tell(f"As it stood at {then.words}\n")
    for name, count in counts.items():
        if not count:
            continue
        click.echo(f"{KINDS[name].plural} ({count})")
        found = then.repository.graph.of_kind(name)
        width = max(len(e.id) for e in found)
        for e in found:
            tell(f"  {e.id:{width}}  {e.status:10}  {e.title}")
    if not any(counts.values()):
        click.echo("Nothing governed stood here then.")
    for fault in _faults(then.repository):
        tell(f"not fully readable then: {fault['path']}:{fault['line']}: {fault['message']}")


def _as_data(
    repository: Repository, as_of: dict[str, str | None], counts: dict[str, int]
) -> dict[str, Any]:
    """The state as `output-as-of.schema.json` describes it."""
    return {
        "format_version": 1,
        "as_of": as_of,
        "counts": [{"kind": kind, "count": count} for kind, count in counts.items()],
        "elements": [
            {
                "id": e.id,
                "kind": e.kind,
                "title": e.title,
                "status": e.status,
                "path": e.place.path,
                "line": e.place.line,
            }
            for kind in KINDS
            for e in repository.graph.of_kind(kind)
        ],
        "faults": _faults(repository),
    }


def _faults(repository: Repository) -> list[dict[str, Any]]:
    """What could not be read in these files: what stood there may be missing from the answer."""
    return [
        {"path": p.place.path, "line": p.place.line, "message": p.message}
        for p in repository.problems
        if p.severity == "error"
    ]
