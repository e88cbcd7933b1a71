"""Blame: from which commit each part of an element's present value comes.

The versions of the element are read again, oldest first, across moves and renames, and each part of
a value keeps the event that brought it for as long as the part stays the same. Parts are those of
`field_changes`: items of a list by the name that they carry, the text by its `##` sections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelcharter.history import git
from labelcharter.history.events import Event, shown_path
from labelcharter.history.extraction import form_of, read_bytes
from labelcharter.history.field_changes import alike, natural_key, same, sections, word_of
from labelcharter.history.timelines import History
from labelcharter.history.versions import Version
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.registry.load import GOVERNED_FOLDERS

_REAL_FILE = "100"  # how the mode of an ordinary file begins
# What brought each part of a value: one event where nothing is inside, else by key or by place.
Origin = Any


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the present value and the event that brought it, whose claims are claims.

    `field` reads as in an event: `harm.who`, `states[unsure].meaning`, `body: Why`.
    """

    field: str
    value: Any
    event: Event


@dataclass(frozen=True, slots=True)
class Blame:
    """The parts of an element's value in their order; `came_back`: when it was put back, if ever.

    A value that left the tree and came back unchanged still comes from the commit that first
    brought it, so whoever asks since when it is in force must look at `came_back` too.
    """

    id: str
    lines: tuple[Line, ...]
    came_back: tuple[Event, ...]


def blame(root: Path, history: History, identifier: str) -> Blame:
    """The blame of an element of `history.present`. Raises KeyError for others, and GitFailed."""
    present = history.present[identifier]
    events = tuple(reversed(history.events[identifier]))
    versions = _versions(root, history, events)
    origins: dict[str, tuple[Version, Origin]] = {}
    first: dict[str, Event] = {}
    back = []
    for event in events:
        version = versions.get((event.commit, event.path), {}).get(event.id)
        if version is None:
            continue  # it was taken out, or could not be read: what stood, stands
        before = origins.get(_former_id(event) or event.id)
        if _came_back(event):
            back.append(event)
        if event.kind == "renamed" or event.id not in first:
            first[event.id] = event
        known = _whole(before[0]) if before is not None else None
        origins[event.id] = (
            version,
            _carried(known, before[1] if before else event, _whole(version), event),
        )
    whole = _whole(present)
    origin = origins[identifier][1] if identifier in origins else {}
    lines = (Line("id", identifier, first[identifier]), *_lines(whole, origin))
    return Blame(identifier, lines, tuple(back))


def newest_first(lines: Sequence[Line], history: History, identifier: str) -> tuple[Line, ...]:
    """The same lines, those that changed last before the others."""
    place = {event.commit: number for number, event in enumerate(history.events[identifier])}
    return tuple(sorted(lines, key=lambda line: place[line.event.commit]))


def _versions(
    root: Path, history: History, events: Sequence[Event]
) -> dict[tuple[str, str], Mapping[str, Version]]:
    """What the file of each event held after it: (commit, path as shown) -> id -> version."""
    assert history.commit is not None  # noqa: S101 - there are events, so there is a commit
    wanted = {(event.commit, event.path) for event in events}
    blobs: dict[tuple[str, str], tuple[str, str]] = {}
    held: dict[str, tuple[str, str]] = {}
    below = git.prefix(root)
    line = git.first_parents(root, history.commit)
    changed: dict[str, list[tuple[str, str, str]]] = {}
    for commit, mode, blob, raw in git.changed_files(root, line, GOVERNED_FOLDERS):
        name = raw.removeprefix(below).decode("utf-8", "surrogateescape")
        changed.setdefault(commit, []).append((mode, blob, name))
    for commit, _, _ in line:
        for mode, blob, name in changed.get(commit, ()):
            if mode.startswith(_REAL_FILE):
                held[shown_path(name)] = (blob, form_of(name))
            else:
                held.pop(shown_path(name), None)
        for path in {path for asked, path in wanted if asked == commit}:
            if path in held:
                blobs[commit, path] = held[path]
    objects = list(dict.fromkeys(blob for blob, _ in blobs.values()))
    size = git.sizes(root, objects) if objects else {}
    small = [blob for blob in objects if size[blob] <= LARGEST_FILE]
    content = dict(git.contents(root, small, size))
    return {
        key: read_bytes(content[blob], form).versions if blob in content else {}
        for key, (blob, form) in blobs.items()
    }


def _former_id(event: Event) -> str | None:
    for change in event.changes:
        if event.kind == "renamed" and change.field == "id":
            return change.old[0] if isinstance(change.old, list) else str(change.old)
    return None


def _came_back(event: Event) -> bool:
    return event.kind == "added" and any(c.field == "file" and c.old is None for c in event.changes)


def _whole(version: Version) -> dict[str, Any]:
    """All that can be blamed: the fields, and the text by section under names no field can have."""
    fields = {name: value for name, value in version.data.items() if name != "id"}
    texts = {
        f"body: {title}" if title else "body": t for title, t in sections(version.body).items()
    }
    return {**fields, **{name: text for name, text in texts.items() if text}}


def _filled(value: Any, event: Event) -> Origin:
    """Every part of `value` comes from this event."""
    if isinstance(value, Mapping) and value:
        return {key: _filled(part, event) for key, part in value.items()}
    if isinstance(value, list) and value:
        return [_filled(part, event) for part in value]
    return event


def _carried(old: Any, origin: Origin, new: Any, event: Event) -> Origin:
    """What brought the parts of `new`, where `origin` says what brought those of `old`."""
    if isinstance(new, Mapping) and isinstance(origin, dict):
        return {
            key: _carried(old.get(key), origin.get(key), value, event) for key, value in new.items()
        } or event
    if isinstance(new, list) and isinstance(origin, list):
        pairs = _pairs(old, new)
        return [
            _carried(old[pairs[place]], origin[pairs[place]], value, event)
            if place in pairs
            else _filled(value, event)
            for place, value in enumerate(new)
        ] or event
    if isinstance(origin, Event) and same(old, new):
        return origin
    return _filled(new, event)


def _pairs(old: list[Any], new: list[Any]) -> dict[int, int]:
    """Which place of the new list was which of the old: by name, else by what the items hold."""
    key = natural_key(old, new)
    if key is not None:
        was = {item[key]: place for place, item in enumerate(old)}
        return {place: was[item[key]] for place, item in enumerate(new) if item[key] in was}
    free: dict[str, list[int]] = {}
    for place, item in enumerate(old):
        free.setdefault(word_of(item), []).append(place)
    pairs = {}
    for place, item in enumerate(new):
        if free.get(word_of(item)):
            pairs[place] = free[word_of(item)].pop(0)
    gone = sorted(place for places in free.values() for place in places)
    came = [place for place in range(len(new)) if place not in pairs]
    for i, j in alike([old[place] for place in gone], [new[place] for place in came]):
        pairs[came[j]] = gone[i]
    return pairs


def _lines(whole: Mapping[str, Any], origin: Mapping[str, Origin]) -> Iterator[Line]:
    for name, value in whole.items():
        yield from _parts(name, value, origin[name])


def _parts(field: str, value: Any, origin: Origin) -> Iterator[Line]:
    if value is None:
        return
    if isinstance(origin, dict):
        for key, part in value.items():
            yield from _parts(f"{field}.{key}", part, origin[key])
    elif isinstance(origin, list):
        key = natural_key(value, value)
        for place, part in enumerate(value):
            named = f"{field}[{part[key]}]" if key else field
            if key is None and isinstance(part, Mapping):
                named = f"{field}[{place}]"
            yield from _parts(named, part, origin[place])
    else:
        yield Line(field, value, origin)
