"""`labelcharter blame ID`: from which commit and decision each part of an element comes."""

from __future__ import annotations

from typing import Any

import click

from labelcharter.cli.common import CannotWork, format_option, print_json, repository_here, tell
from labelcharter.cli.history import mention_uncommitted
from labelcharter.history.events import Event, iso
from labelcharter.registry.nearest import nearest_id


@click.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--order",
    type=click.Choice(["fields", "newest"]),
    default="fields",
    show_default=True,
    help="In the order of the fields, or what changed last first.",
)
@format_option
def command(identifier: str, order: str, format_: str) -> None:
    """Show from which commit and decision each part of an element's present value comes.

    The value as last committed, followed over moves and renames. Names and dates are claims.
    """
    from labelcharter.history.blame import blame, newest_first
    from labelcharter.history.git import GitFailed
    from labelcharter.history.timelines import open_history

    repository = repository_here()
    assert repository.root is not None  # noqa: S101 - a repository on disk has a root
    identifier = repository.graph.aliases.get(identifier, identifier)
    try:
        history = open_history(repository.root)
        if identifier not in history.present:
            near = nearest_id(identifier, history.present)
            if identifier in history.events:
                next_ = f"Its past: `labelcharter history {identifier}`."
            elif identifier in repository.graph.elements:
                next_ = "It is not committed yet, so no commit can be named."
            else:
                next_ = f"Did you mean `{near}`?" if near else "Try `labelcharter list KIND`."
            raise CannotWork(f"no element `{identifier}` stands in the last commit. {next_}")
        found = blame(repository.root, history, identifier)
    except GitFailed as error:
        raise CannotWork(str(error)) from None
    mention_uncommitted(identifier, history, repository)
    lines = found.lines if order == "fields" else newest_first(found.lines, history, identifier)
    if format_ == "json":
        print_json(
            {
                "format_version": 1,
                "id": identifier,
                "commit": history.commit,
                "came_back": [_origin(event) for event in found.came_back],
                "fields": [{"field": x.field, "value": x.value, **_origin(x.event)} for x in lines],
            }
        )
        return
    _print_text(identifier, lines, found.came_back)


def _print_text(identifier: str, lines: Any, came_back: tuple[Event, ...]) -> None:
    from labelcharter.history.wording import value_line

    tell(f"{identifier}: where each part of its present value comes from")
    for event in came_back:
        tell(f"out of the tree for a while; put back on {_when(event)}")
    last: Event | None = None
    for line in lines:
        if line.event != last:
            tell(f"\n{_when(line.event)}")
        last = line.event
        tell(f"    {line.field}: {value_line(line.value)}")


def _when(event: Event) -> str:
    decision = f"  [{event.decision}]" if event.decision else ""
    subject = event.subject or "(no subject)"
    return f"{iso(event.time)[:10]}  {event.commit[:12]}  {event.author}  {subject}{decision}"


def _origin(event: Event) -> dict[str, Any]:
    return {
        "commit": event.commit,
        "time": iso(event.time),
        "in_force_since": iso(event.in_force_since),
        "author": event.author,
        "decision": event.decision,
        "subject": event.subject,
        "id_then": event.id,
        "path_then": event.path,
    }
