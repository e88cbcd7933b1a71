"""All elements at one commit, with their last good values, and the landings that set a version.

Beside `snapshots`, which reads the files of a commit, this follows the whole history up to it, so
that a file that could not be read then stands with what it last held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labelcharter.history.events import Event
from labelcharter.history.snapshots import Moment, NoSuchState, moment
from labelcharter.history.timelines import History, open_history
from labelcharter.history.versions import Version, version_of
from labelcharter.registry.load import Repository


@dataclass(frozen=True, slots=True)
class State:
    """The elements of one commit by id, and the file of each.

    `stale`: file -> why its last good values stand, or why what it held is not here.
    """

    versions: Mapping[str, Version]
    paths: Mapping[str, str]
    stale: Mapping[str, str]


def state_of(history: History) -> State:
    """The state at the end of a history: where each element lies, its newest event says."""
    stale: dict[str, str] = {}
    paths: dict[str, str] = {}
    for identifier in history.present:
        events = history.events[identifier]
        paths[identifier] = events[0].path
        why = _unreadable(events)
        if why:
            stale[events[0].path] = why
    return State(history.present, paths, stale)


def state_in_files(repository: Repository) -> State:
    """The state that these files alone hold; what cannot be read in them is missing."""
    versions: dict[str, Version] = {}
    paths: dict[str, str] = {}
    stale = {
        p.place.path: f"line {p.place.line}: {p.message}"
        for p in repository.problems
        if p.severity == "error"
    }
    for element in repository.graph.elements.values():
        try:
            versions[element.id] = version_of(element)
        except ValueError:
            stale[element.place.path] = "it holds text that no file could hold"
            continue
        paths[element.id] = element.place.path
    return State(versions, paths, stale)


def moment_or_version(root: Path, asked: str) -> Moment:
    """The state of a date or ref, or the landing that set an element's version: `ID@1.1.0`.

    Raises NoSuchState and GitFailed.
    """
    identifier, at, version = asked.rpartition("@")
    if not at or "." not in identifier or version.startswith("{"):
        return moment(root, asked)
    events = open_history(root).events.get(identifier)
    if events is None:
        return moment(root, asked)
    landings = version_landings(events)
    if version not in landings:
        known = ", ".join(f"`{identifier}@{name}`" for name in landings)
        raise NoSuchState(
            f"`{identifier}` never had version {version} here. "
            + (f"Ask for {known}" if known else "It has no version; ask for a date or a commit")
        )
    found = moment(root, landings[version].commit)
    return Moment(asked, False, found.commit, found.time, found.in_force_since, found.until)


def version_landings(events: tuple[Event, ...]) -> dict[str, Event]:
    """Each version that an element had -> the first event that set it, oldest first."""
    found: dict[str, Event] = {}
    for event in reversed(events):
        for change in event.changes:
            if change.field == "version" and change.new is not None:
                found.setdefault(str(change.new), event)
    return found


def _unreadable(events: tuple[Event, ...]) -> str:
    """Why the present file of an element cannot be read; "" when it can."""
    for event in events:
        for change in event.changes:
            if change.field == "unreadable":
                return str(change.new) if change.new is not None else ""
    return ""
