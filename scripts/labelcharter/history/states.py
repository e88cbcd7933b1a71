"""All elements at one commit, with their last good values, and the landings that set a version.

Beside `snapshots`, which reads the files of a commit, this follows the whole history up to it, so
that a file that could not be read then stands with what it last held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labelcharter.history.events import Event, shown_path
from labelcharter.history.ledger import Ledger, replay
from labelcharter.history.mainline import Readings, read_mainline
from labelcharter.history.snapshots import Moment, NoSuchState, moment
from labelcharter.history.timelines import read_history
from labelcharter.history.versions import Version


@dataclass(frozen=True, slots=True)
class State:
    """All elements at one commit. `stale`: file as shown -> why its last good values stand."""

    commit: str
    versions: Mapping[str, Version]
    paths: Mapping[str, str]
    events: Mapping[str, tuple[Event, ...]]
    stale: Mapping[str, str]


def moment_or_version(root: Path, asked: str) -> Moment:
    """The state of a date or ref, or the landing that set an element's version: `ID@1.1.0`.

    Raises NoSuchState and GitFailed.
    """
    identifier, at, version = asked.rpartition("@")
    if not at or "." not in identifier or version.startswith("{"):
        return moment(root, asked)
    events = read_history(root).events.get(identifier)
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


def state_at(root: Path, commit: str) -> State:
    """All elements as they stood at a commit, with their history up to it. Raises GitFailed."""
    landings = read_mainline(root, commit)
    return state_of(commit, replay(landings, Readings(root, landings)))


def state_of(commit: str, ledger: Ledger) -> State:
    """The state that a ledger replayed up to `commit` leaves."""
    return State(
        commit,
        {name: ledger.last[name] for name in sorted(ledger.home)},
        {name: shown_path(path) for name, path in ledger.home.items()},
        {name: ledger.timeline(name) for name in sorted(ledger.entries)},
        {shown_path(path): reason for path, reason in sorted(ledger.broken.items())},
    )
