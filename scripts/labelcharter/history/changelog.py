"""What differs between two states, element by element, and the commits that made the difference.

Net: what was changed and changed back is no difference, and is named apart. A file that cannot be
read in a state stands with its last good values, as everywhere in the history, so that a slip of
the pen does not look like the end of all that the file holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from labelcharter.history import git
from labelcharter.history.element_states import State, moment_or_version, state_of
from labelcharter.history.events import Event
from labelcharter.history.field_changes import Change, all_fields, changes_between
from labelcharter.history.snapshots import Moment, NoSuchState
from labelcharter.history.timelines import read_history
from labelcharter.history.versions import Version

DifferenceKind = Literal["added", "retired", "renamed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One element that is not as it was; `id` is its later id, or its last where it is gone.

    `changes` begin with `id`, `file` and `in` where those differ; `retired` is an element whose
    status became so, or that was taken out (`file` -> None). `events`: what happened to it in
    between, newest first.
    """

    id: str
    element_kind: str
    title: str
    kind: DifferenceKind
    changes: tuple[Change, ...]
    events: tuple[Event, ...]

    def made_by(self, change: Change) -> tuple[Event, ...]:
        """The events that touched the field of one change, newest first; all, if none says so."""
        top = _top(change.field)
        found = tuple(e for e in self.events if any(_top(c.field) == top for c in e.changes))
        return found or self.events


@dataclass(frozen=True, slots=True)
class Changelog:
    """Net differences in order of kind and id. `undone`: ids changed and changed back in between.

    `straight` is False where the first state is no ancestor of the second along the main line: then
    two states are compared that did not follow each other.
    """

    old: Moment
    new: Moment
    straight: bool
    differences: tuple[Difference, ...]
    undone: tuple[str, ...]
    stale: Mapping[str, str]


def changelog(root: Path, old: str, new: str) -> Changelog:
    """The net changes from one state to another; each a date, a ref, or `taxonomy.x@1.1.0`.

    Raises NoSuchState, also when the states stand in the wrong order, and GitFailed.
    """
    first, last = moment_or_version(root, old), moment_or_version(root, new)
    line = [commit for commit, _, _ in git.first_parents(root, last.commit)]
    earlier = [commit for commit, _, _ in git.first_parents(root, first.commit)]
    straight = first.commit in line
    if not straight and last.commit in earlier:
        raise NoSuchState(
            f"`{new}` ({last.commit[:12]}) lies before `{old}` ({first.commit[:12]}). Ask the "
            f"other way round: labelcharter changelog {new} {old}"
        )
    between = frozenset(line) - frozenset(earlier)
    # From git, not from the store: two states are held at once, and the store opens one.
    later = read_history(root, last.commit)
    before, after = state_of(read_history(root, first.commit)), state_of(later)
    found = tuple(differences(before, after, later.events, between))
    told = {d.id for d in found} | {str(o) for d in found for o in _former(d)}
    undone = tuple(
        identifier
        for identifier, events in later.events.items()
        if identifier not in told and any(e.commit in between and _counts(e) for e in events)
    )
    return Changelog(first, last, straight, found, undone, {**before.stale, **after.stale})


def differences(
    before: State,
    after: State,
    timelines: Mapping[str, tuple[Event, ...]],
    between: frozenset[str],
) -> Iterator[Difference]:
    """The net differences of two states, in order of kind and id.

    `timelines` are those of the later state; each difference keeps its events `between`.
    """
    followed: dict[str, str] = {}  # former id -> the id that took its place
    for identifier, version in after.versions.items():
        if identifier not in before.versions:
            for old in _former_ids(version, before, after, timelines):
                followed.setdefault(old, identifier)
    found = []
    for identifier, version in after.versions.items():
        olds = [old for old, new in followed.items() if new == identifier]
        events = tuple(e for e in timelines.get(identifier, ()) if e.commit in between)
        difference = _difference(before, after, identifier, version, olds, events)
        if difference is not None:
            found.append(difference)
    for identifier, version in before.versions.items():
        if identifier not in after.versions and identifier not in followed:
            events = tuple(e for e in timelines.get(identifier, ()) if e.commit in between)
            gone = (Change("file", before.paths[identifier], None),)
            title = _title(version)
            found.append(Difference(identifier, version.kind, title, "retired", gone, events))
    yield from sorted(found, key=lambda d: (d.element_kind, d.id))


def _difference(
    before: State,
    after: State,
    identifier: str,
    version: Version,
    olds: list[str],
    events: tuple[Event, ...],
) -> Difference | None:
    old_id = olds[0] if olds else identifier
    old = before.versions.get(old_id)
    if old is None:
        around = (Change("in", None, version.parent),) if version.parent is not None else ()
        changes = (*around, *all_fields(version.data, version.body))
        return Difference(identifier, version.kind, _title(version), "added", changes, events)
    changes = tuple(_changes(before, after, old_id, identifier, old, version, olds))
    if not changes:
        return None
    kind: DifferenceKind = "changed"
    if olds:
        kind = "renamed"
    elif version.data.get("status") == "retired" != old.data.get("status"):
        kind = "retired"
    elif before.paths[old_id] != after.paths[identifier]:
        kind = "moved"
    return Difference(identifier, version.kind, _title(version), kind, changes, events)


def _changes(
    before: State,
    after: State,
    old_id: str,
    identifier: str,
    old: Version,
    new: Version,
    olds: list[str],
) -> Iterator[Change]:
    if olds:
        yield Change("id", olds[0] if len(olds) == 1 else olds, identifier)
    if before.paths[old_id] != after.paths[identifier]:
        yield Change("file", before.paths[old_id], after.paths[identifier])
    if old.parent != new.parent:
        yield Change("in", old.parent, new.parent)
    for change in changes_between(old.data, new.data, old.body, new.body):
        if not (olds and change.field == "renamed_from"):
            yield change


def _former_ids(
    version: Version, before: State, after: State, timelines: Mapping[str, tuple[Event, ...]]
) -> Iterator[str]:
    """The former ids of a new element that the first state has and the second no longer.

    Over several renames in between only the first of them stood then, so the timeline, which
    follows them all, is asked as well.
    """
    named = version.data.get("renamed_from")
    olds = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    told = [
        old
        for event in timelines.get(version.id, ())
        if event.kind == "renamed"
        for change in event.changes
        if change.field == "id"
        for old in (change.old if isinstance(change.old, list) else [change.old])
    ]
    for old in dict.fromkeys((*olds, *told)):
        if isinstance(old, str) and old in before.versions and old not in after.versions:
            yield old


def _former(difference: Difference) -> Iterator[str]:
    for change in difference.changes:
        if change.field == "id":
            yield from change.old if isinstance(change.old, list) else [change.old]


def _counts(event: Event) -> bool:
    return any(change.field != "unreadable" for change in event.changes)


def _title(version: Version) -> str:
    title = version.data.get("title")
    return title if isinstance(title, str) else ""


def _top(field: str) -> str:
    """The field at the top: `states[unsure].meaning` -> `states`; a section of the text whole."""
    if field.startswith("body"):
        return field
    for mark in (".", "[", ":"):
        field = field.partition(mark)[0]
    return field
