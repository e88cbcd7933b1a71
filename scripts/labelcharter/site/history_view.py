"""The history of an element as a list that people read: when, why, by whom, what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import KINDS
from labelcharter.registry.schema_files import schema
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert
from labelcharter.site.linking import link
from labelcharter.site.wording import day

if TYPE_CHECKING:
    from labelcharter.history.events import Event
    from labelcharter.history.field_changes import Change as FieldChange

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
    """One field's change, its field in the words of the schema."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a timeline: short changes are shown, `long` ones folded under their fields.

    `author` is who is said to have written it; `landed` says who merged that, if somebody did.
    """

    day: str
    time: str
    happened: str
    subject: str
    author: str
    landed: str
    commit: str
    anchor: str  # the commit's row on the page of changes
    commit_url: str
    decision: Markup | str
    short: tuple[Change, ...]
    long: tuple[Change, ...]
    long_fields: str


@dataclass(frozen=True, slots=True)
class Touched:
    """One element that a commit touched; `link` is its id alone where it has no page any more."""

    identifier: str
    happened: str
    link: Markup


@dataclass(frozen=True, slots=True)
class Landing:
    """One commit over all elements: what it did to which."""

    entry: Entry
    touched: tuple[Touched, ...]


def entries(
    edition: Edition, page: str, element: Element, events: Iterable[Event]
) -> tuple[Entry, ...]:
    """Events of one element as entries of a timeline on `page`."""
    return tuple(_entry(edition, page, element.kind, event) for event in events)


def landings(edition: Edition, page: str, most: int | None = None) -> tuple[Landing, ...]:
    """The newest commits that touched an element, at most `most`, in the order of landing."""
    found = by_commit(edition)
    return tuple(landing(edition, page, found[commit]) for commit in list(found)[:most])


def by_commit(edition: Edition) -> Mapping[str, tuple[Event, ...]]:
    """Every commit that touched an element, newest first -> its events, in order of id.

    An event that stands in the timelines of several ids (a rename) is one event here.
    """
    found: dict[str, dict[tuple[str, str], Event]] = {}
    for events in edition.timelines.events.values():
        for event in events:
            found.setdefault(event.commit, {})[event.id, event.kind] = event
    place = edition.timelines.place
    return {
        commit: tuple(events[key] for key in sorted(events))
        for commit, events in sorted(
            found.items(), key=lambda item: place.get(item[0], -1), reverse=True
        )
    }


def named_by(events: Iterable[Event]) -> tuple[str, ...]:
    """The decisions that the events of one commit name, each once: a merge may land several."""
    return tuple(dict.fromkeys(e.decision for e in events if e.decision))


def landing(edition: Edition, page: str, events: Sequence[Event]) -> Landing:
    """One commit with everything that it touched."""
    touched = tuple(
        Touched(event.id, happened_words(event.kind), link(edition, page, event.id, full=True))
        for event in events
    )
    return Landing(_entry(edition, page, "", events[0], events), touched)


def _entry(
    edition: Edition, page: str, kind: str, event: Event, together: Sequence[Event] = ()
) -> Entry:
    """One event; its authors are those of all events of the same commit, where they are given."""
    time = moment(event)
    author, landed = people(together or (event,))
    decision = Markup(", ").join(
        link(edition, page, name, full=True) for name in named_by(together or (event,))
    )
    changes = () if event.kind == "added" else tuple(in_words(kind, c) for c in event.changes)
    short, long = folded(changes)
    return Entry(
        day(time[:10]),
        time,
        happened_words(event.kind),
        event.subject,
        author,
        landed,
        event.commit[:10],
        anchor_of(event.commit),
        edition.commit_url(event.commit),
        decision,
        short,
        long,
        field_names(long),
    )


def happened_words(kind: str) -> str:
    """What happened to an element, in words."""
    return _HAPPENED.get(kind, kind)


def folded(changes: Sequence[Change]) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """Changes short enough to be read at a glance, and the others."""
    long = tuple(c for c in changes if max(len(c.old), len(c.new)) > _SHORT)
    return tuple(c for c in changes if c not in long), long


def field_names(changes: Sequence[Change]) -> str:
    """The fields at the top that these changes touch, each once."""
    return ", ".join(dict.fromkeys(re.split(r"[\[.:]", c.field)[0] for c in changes))


def anchor_of(commit: str) -> str:
    """The section of the page of changes that tells about a commit."""
    return f"commit-{commit[:16]}"


def moment(event: Event) -> str:
    """When the event landed: ISO 8601, UTC, to the second."""
    from labelcharter.history.events import iso

    return iso(event.time)


def author_name(author: str) -> str:
    """Who is said to have written it: the name without the mail address, which is nobody's here."""
    return author.partition(" <")[0].strip() or "somebody"


def people(events: Sequence[Event]) -> tuple[str, str]:
    """Who is said to have written what one commit brought, and who merged it ("" if nobody).

    What no branch commit holds was written by whoever merged.
    """
    commit = events[0]
    merger = author_name(commit.author)
    written: list[str] = []
    for event in events:
        final = [author_name(writing.author) for writing in event.written_in if writing.final]
        written += final or [merger]
        written += [author_name(co_author) for co_author in event.co_authors]
    merged = any(event.written_in or event.made_in_merge for event in events)
    made = any(event.made_in_merge for event in events)
    landed = f"{'made in the merge' if made else 'merged'} by {merger}" if merged else ""
    return ", ".join(dict.fromkeys(written)), landed


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


def in_words(kind: str, change: FieldChange) -> Change:
    """A change of a field of this kind of element, as people read it."""
    return Change(_field_words(kind, change.field), value_text(change.old), value_text(change.new))


def _field_words(kind: str, field: str) -> str:
    """A field as the schema calls it: edge_cases[reclaimed].rule -> Edge cases [reclaimed].rule."""
    if field == "body" or field.startswith("body: "):
        title = field.removeprefix("body").removeprefix(": ")
        return f"Text under “{title}”" if title else "Text"
    name = re.match(r"\w+", field)
    part = schema(kind)["properties"].get(name[0]) if name and kind in KINDS else None
    return field.replace(name[0], str(part["title"]), 1) if name and part else field


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
