"""The history of an element as a list that people read: when, why, by whom, what changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert
from labelcharter.site.linking import full_link, short_link
from labelcharter.site.wording import day

if TYPE_CHECKING:
    from labelcharter.history.events import Event

_SHORT = 60  # characters of an old or new value that are shown without folding
_HAPPENED = {
    "added": "Added",
    "changed": "Changed",
    "moved": "Moved to another file",
    "renamed": "Renamed",
    "retired": "Retired",
    "unreadable": "Unreadable in this version",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field's change; `long` when the values are better folded away."""

    field: str
    old: str
    new: str
    long: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a timeline. `element` is set in lists over several elements."""

    day: str
    time: str
    happened: str
    subject: str
    author: str
    commit: str
    commit_url: str
    decision: Markup | str
    path: str
    changes: tuple[Change, ...]
    element: Markup


def entries(
    edition: Edition, page: str, element: Element, events: Iterable[Event], *, named: bool = False
) -> tuple[Entry, ...]:
    """Events of one element as entries of a timeline on `page`."""
    return tuple(_entry(edition, page, element, event, named) for event in events)


def _entry(edition: Edition, page: str, element: Element, event: Event, named: bool) -> Entry:
    time = moment(event)
    decision: Markup | str = ""
    if event.decision:
        known = edition.graph.elements.get(event.decision)
        decision = full_link(page, known) if known else event.decision
    changes = (
        ()
        if event.kind == "added"
        else tuple(_change(c.field, c.old, c.new) for c in event.changes)
    )
    return Entry(
        day(time[:10]),
        time,
        _HAPPENED.get(event.kind, event.kind),
        event.subject,
        author_name(event.author),
        event.commit[:10],
        edition.commit_url(event.commit),
        decision,
        event.path,
        changes,
        short_link(page, element) if named else Markup(""),
    )


def moment(event: Event) -> str:
    """When the event landed: ISO 8601, UTC, to the second."""
    from labelcharter.history.events import iso

    return iso(event.time)


def author_name(author: str) -> str:
    """Who is said to have written it: the name without the mail address, which is nobody's here."""
    return author.partition(" <")[0].strip() or "somebody"


def last_change(edition: Edition, event: Event | None) -> Markup:
    """The newest event in one line for the first screen."""
    if event is None:
        return Markup("")
    time = moment(event)
    url = edition.commit_url(event.commit)
    subject = inert(event.subject)
    linked = Markup('<a href="%s">%s</a>') % (inert(url), subject) if url else subject
    return Markup('<time datetime="%s">%s</time>: %s') % (
        inert(time),
        inert(day(time[:10])),
        linked,
    )


def _change(field: str, old: Any, new: Any) -> Change:
    before, after = value_text(old), value_text(new)
    return Change(field, before, after, len(before) > _SHORT or len(after) > _SHORT)


def value_text(value: Any) -> str:
    """A value of any shape as text: text as it is, lists with commas, anything deeper as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
