"""`labelcharter history ID`: what changed in an element, when, by whom, by which decision."""

from __future__ import annotations

import click

from labelcharter.cli.common import CannotWork, format_option, print_json, repository_here, say
from labelcharter.history.cautions import caution_data
from labelcharter.history.events import Event, as_data
from labelcharter.history.git import GitFailed
from labelcharter.history.timelines import History, open_history
from labelcharter.history.wording import caution_line, event_lines
from labelcharter.registry.load import Repository
from labelcharter.registry.nearest import nearest_id


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the newest N events.")
@format_option
def command(identifier: str, limit: int | None, format_: str) -> None:
    """Show what changed in an element, when, and by which decision, newest first.

    Read from git, along the main line: what was in force. Former and retired ids answer too.
    """
    repository = repository_here()
    assert repository.root is not None  # noqa: S101 - a repository on disk has a root
    try:
        history = open_history(repository.root)
    except GitFailed as error:
        raise CannotWork(str(error)) from None
    known = {*history.events, *repository.graph.elements}
    if identifier not in known:
        near = nearest_id(identifier, known)
        next_ = f"Did you mean `{near}`?" if near else "Try `labelcharter list KIND`."
        raise CannotWork(f"no element `{identifier}` is or was here. {next_}")
    events = history.events.get(identifier, ())
    mention_uncommitted(identifier, history, repository)
    cautions = history.cautions_about(identifier)
    for caution in cautions:
        say(caution_line(caution))
    if format_ == "json":
        data = {"format_version": 1, "id": identifier}
        told = {"cautions": [caution_data(caution) for caution in cautions]} if cautions else {}
        print_json({**data, "events": [as_data(event) for event in events[:limit]], **told})
    else:
        _print_text(identifier, events, limit)


def _print_text(identifier: str, events: tuple[Event, ...], limit: int | None) -> None:
    shown = events[:limit]
    count = {0: "no event", 1: "1 event"}.get(len(events), f"{len(events)} events, newest first")
    only = f" (the newest {len(shown)} shown)" if len(shown) < len(events) else ""
    click.echo(f"{identifier}: {count}{only}")
    for index, event in enumerate(shown):
        came_back = any(earlier.id == event.id for earlier in events[index + 1 :])
        click.echo("\n" + "\n".join(event_lines(event, came_back=came_back)))


def mention_uncommitted(identifier: str, history: History, repository: Repository) -> None:
    """Say on standard error what the working tree has of an element that no commit has."""
    element = repository.graph.elements.get(identifier)
    if element is None:
        if identifier in history.present:
            say(
                f"`{identifier}` is gone from the working tree, or cannot be read there; "
                "that is not committed and not in this history."
            )
    elif identifier not in history.present:
        say(f"`{identifier}` as it stands here is not committed yet, so it is not in this history.")
    elif not history.is_committed(element):
        say(
            f"`{identifier}` has changes here that are not committed: they are not in this history."
        )
