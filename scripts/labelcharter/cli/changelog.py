"""`labelcharter changelog FROM TO`: what differs between two states, and who decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from labelcharter.cli.common import (
    format_option,
    history_root,
    no_such_state,
    print_json,
    say,
    tell,
)
from labelcharter.registry.kinds import KINDS

if TYPE_CHECKING:
    from labelcharter.history.changelog import Changelog, Difference
    from labelcharter.history.events import Event

_HEADINGS = {
    "added": "new",
    "retired": "retired",
    "renamed": "renamed",
    "moved": "moved to another file",
    "changed": "changed",
}


@click.command()
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="TO")
@format_option
def command(old: str, new: str, format_: str) -> None:
    """Show what changed between two states: net, by element and field, with the decisions.

    FROM and TO are dates (the end of the day, UTC), commits, or a version such as
    `taxonomy.hate-speech@1.1.0`: the landing that set it.
    """
    from labelcharter.history.changelog import changelog

    root = history_root()
    with no_such_state():
        found = changelog(root, old, new)
    if not found.straight:
        say(
            f"`{old}` is no ancestor of `{new}` on the main line: two states are compared that did "
            "not follow each other."
        )
    if format_ == "json":
        print_json(as_data(found))
    else:
        _print_text(found)


def _print_text(found: Changelog) -> None:
    from labelcharter.history.snapshots import moment_words
    from labelcharter.history.wording import change_line

    tell(f"From {moment_words(found.old)}\n  to {moment_words(found.new)}")
    if not found.differences:
        click.echo("Nothing is different.")
    for difference in found.differences:
        named = f"“{difference.title}” " if difference.title else ""
        kind = KINDS[difference.element_kind].title
        tell(f"\n{kind} {named}({difference.id}): {_HEADINGS[difference.kind]}")
        if difference.kind == "added":
            fields = ", ".join(c.field for c in difference.changes)
            tell(f"    with {fields or 'no field but its id'}")
        else:
            for change in difference.changes:
                tell(f"    {change_line(change)}")
        for event in difference.events:
            tell(f"    {_commit_line(event)}")
    for identifier in found.undone:
        tell(f"\n{identifier}: changed in between, and changed back")
    for path, reason in found.stale.items():
        tell(f"\n{path} could not be read, so its last good values stand: {reason}")


def _commit_line(event: Event) -> str:
    decision = event.decision or "names no decision"
    subject = event.subject or "(no subject)"
    who = event.author.partition(" <")[0] or "(nobody)"
    return f"· {event.time:%Y-%m-%d} {event.commit[:12]} {who}: {subject} [{decision}]"


def as_data(found: Changelog) -> dict[str, Any]:
    """The changelog as `output-changelog.schema.json` describes it."""
    from labelcharter.history.snapshots import moment_data

    return {
        "format_version": 1,
        "from": moment_data(found.old),
        "to": moment_data(found.new),
        "straight": found.straight,
        "elements": [_difference_data(difference) for difference in found.differences],
        "undone": list(found.undone),
        "unreadable": [{"path": path, "why": why} for path, why in found.stale.items()],
    }


def _difference_data(difference: Difference) -> dict[str, Any]:
    from labelcharter.history.events import iso

    return {
        "id": difference.id,
        "element_kind": difference.element_kind,
        "title": difference.title,
        "kind": difference.kind,
        "changes": [
            {
                "field": change.field,
                "old": change.old,
                "new": change.new,
                "commits": [event.commit for event in difference.made_by(change)],
            }
            for change in difference.changes
        ],
        "commits": [
            {
                "commit": event.commit,
                "time": iso(event.time),
                "author": event.author,
                "subject": event.subject,
                "decision": event.decision,
            }
            for event in difference.events
        ],
    }
