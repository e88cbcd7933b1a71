"""What the tests of history ask of a repository, in few words."""

from __future__ import annotations

from typing import Any

from builder import Builder

from labelcharter.history.events import Event
from labelcharter.history.timelines import read_history


def events_of(repository: Builder, identifier: str) -> tuple[Event, ...]:
    """The events of one element, newest first."""
    return read_history(repository.root).events[identifier]


def kinds_of(repository: Builder, identifier: str) -> list[str]:
    """What happened to an element, oldest first."""
    return [event.kind for event in reversed(events_of(repository, identifier))]


def changes(event: Event) -> list[tuple[str, Any, Any]]:
    """The changes of an event as (field, old, new)."""
    return [(change.field, change.old, change.new) for change in event.changes]
