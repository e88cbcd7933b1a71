"""`labelcharter list KIND`: the elements of one kind."""

from __future__ import annotations

import click

from labelcharter.cli.common import (
    CannotWork,
    as_of_option,
    format_option,
    print_json,
    repository_asked,
    tell,
)
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.nearest import did_you_mean


@click.command("list")
@click.argument("kind", required=False)
@as_of_option
@format_option
def command(kind: str | None, as_of: str | None, format_: str) -> None:
    """List the elements of one KIND. Without KIND: how many there are of each."""
    repository, asked = repository_asked(as_of)
    if kind is None:
        counts = {name: len(repository.graph.of_kind(name)) for name in KINDS}
        if format_ == "json":
            print_json(
                {
                    "format_version": 1,
                    **asked,
                    "kinds": [{"kind": k, "count": n} for k, n in counts.items()],
                }
            )
        else:
            for name, count in counts.items():
                click.echo(f"{count:5}  {name:15} {KINDS[name].plural}")
        return
    by_word = {
        word.casefold(): found.name
        for found in KINDS.values()
        for word in (found.name, found.plural, found.collection or found.name)
    }
    wanted = by_word.get(kind.casefold())
    if wanted is None:
        raise CannotWork(
            f"there is no kind `{kind}`. "
            + (did_you_mean(kind, by_word) or f"Kinds: {', '.join(KINDS)}")
        )
    name = wanted
    found = repository.graph.of_kind(name)
    if format_ == "json":
        print_json(
            {
                "format_version": 1,
                **asked,
                "kind": name,
                "elements": [
                    {
                        "id": e.id,
                        "title": e.title,
                        "status": e.status,
                        "path": e.place.path,
                        "line": e.place.line,
                    }
                    for e in found
                ],
            }
        )
        return
    if not found:
        when, homes = "then" if as_of else "yet", " or ".join(KINDS[name].homes)
        click.echo(f"No {KINDS[name].plural.lower()} {when}; they live in {homes}.")
    width = max((len(e.id) for e in found), default=0)
    for e in found:
        tell(f"{e.id:{width}}  {e.status:10}  {e.title}")
