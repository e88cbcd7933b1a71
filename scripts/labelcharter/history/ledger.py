"""The ledger: replay the mainline, oldest first, and write down what became of each element.

Identity is the id, never the file. Per commit, what went and what came is pooled over all files,
so that an element taken from one file and put into another has moved, whatever the files did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from labelcharter.history.events import Event, EventKind, event_at, shown_path
from labelcharter.history.extraction import Reading
from labelcharter.history.field_changes import Change, all_fields, changes_between
from labelcharter.history.mainline import Landing
from labelcharter.history.versions import Version

Read = Callable[[str, str], Reading]
Holders = Mapping[str, Version]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, by its place in the ledger: the number of its landing, then its own."""

    landing: int
    number: int
    event: Event


@dataclass(slots=True)
class Ledger:
    """What is known after the last landing replayed.

    - `files`: path -> what the file holds, or last held when it could be read;
    - `broken`: path -> why its present version cannot be read;
    - `holders`: id -> path -> version (more than one path: the id is used twice);
    - `home`: id -> the path whose version counts; `last`: id -> its last version, also of what is
      gone; `entries`: id -> what happened to it; `former`: id -> (former id, landing) pairs;
    - `touched`: of the last landing, each id with the holders that it had before.
    """

    files: dict[str, Holders] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    holders: dict[str, dict[str, Version]] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    last: dict[str, Version] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    former: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    touched: dict[str, dict[str, Version]] = field(default_factory=dict)

    def timeline(self, identifier: str) -> tuple[Event, ...]:
        """What happened to an element under this id and its former ones, newest first."""
        found: dict[int, Event] = {}
        for name, until in ids_of(identifier, self.former):
            for entry in self.entries.get(name, ()):
                if until is None or entry.landing <= until:
                    found[entry.number] = entry.event
        return tuple(found[number] for number in sorted(found, reverse=True))


def ids_of(
    identifier: str, former: Mapping[str, Sequence[tuple[str, int]]]
) -> Iterator[tuple[str, int | None]]:
    """An id and its former ones, each with the last landing of which it is the same element."""
    waiting: list[tuple[str, int | None]] = [(identifier, None)]
    seen: set[tuple[str, int | None]] = set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        yield here
        name, until = here
        for old, landing in former.get(name, ()):
            if until is None or landing <= until:
                waiting.append((old, landing))


def replay(landings: Iterable[Landing], read: Read) -> Ledger:
    """The ledger of these landings; `read` gives what the file at a path held as a blob."""
    ledger, number = Ledger(), 0
    for index, landing in enumerate(landings):
        number += len(land(ledger, landing, read, index, number))
    return ledger


def land(
    ledger: Ledger, landing: Landing, read: Read, index: int, number: int
) -> list[tuple[Event, tuple[str, ...]]]:
    """Take the landing of this index into the ledger: its events, numbered from `number`.

    With each event, the ids in whose timelines it stands.
    """
    found: list[tuple[Event, tuple[str, ...]]] = []
    for identifier, kind, path, changes, also in _land(ledger, landing, read, index):
        event = event_at(landing, identifier, kind, path, changes)
        names = (identifier, *also)
        for name in names:
            ledger.entries.setdefault(name, []).append(Entry(index, number + len(found), event))
        found.append((event, names))
    return found


_Happening = tuple[str, EventKind, str, tuple[Change, ...], tuple[str, ...]]


@dataclass(slots=True)
class _Commit:
    """One landing being replayed: how things stood before it, and what it did to the files."""

    before: dict[str, dict[str, Version]] = field(default_factory=dict)
    was_broken: dict[str, str] = field(default_factory=dict)
    became_broken: dict[str, str] = field(default_factory=dict)


def _land(ledger: Ledger, landing: Landing, read: Read, index: int) -> list[_Happening]:
    commit = _Commit()
    for file in landing.files:
        reading = read(file.blob, file.path) if file.blob is not None else None
        _put(ledger, commit, file.path, reading)
    renamed = _renames(ledger, commit)
    happenings: list[_Happening] = []
    followed = {old for new, olds in renamed.items() if not commit.before[new] for old in olds}
    for identifier in sorted(commit.before):
        before, after = commit.before[identifier], ledger.holders.get(identifier, {})
        olds = renamed.get(identifier, ())
        if olds:
            ledger.former.setdefault(identifier, []).extend((old, index) for old in olds)
        happening = _happening(ledger, commit, identifier, before, after, olds, followed)
        if happening is not None:
            happenings.append(happening)
    for identifier in commit.before:
        _settle(ledger, identifier)
    ledger.touched = commit.before
    return happenings


def _put(ledger: Ledger, commit: _Commit, path: str, reading: Reading | None) -> None:
    """Note the new state of one file; an unreadable one keeps what it last held."""
    old = ledger.files.get(path, {})
    reason = ledger.broken.pop(path, "")
    if reading is not None and reading.unreadable:
        ledger.broken[path] = reading.unreadable
        if reading.unreadable != reason:
            commit.became_broken[path] = reading.unreadable
            commit.was_broken[path] = reason
            for identifier in old:
                commit.before.setdefault(identifier, dict(ledger.holders[identifier]))
        return
    if reason:
        commit.was_broken[path] = reason
    new: dict[str, Version] = {}
    for identifier, version in (reading.versions if reading is not None else {}).items():
        known = old.get(identifier)
        same = known is not None and known.digest == version.digest
        new[identifier] = known if known is not None and same else version
        if not same or reason:
            commit.before.setdefault(identifier, dict(ledger.holders.get(identifier, {})))
            ledger.holders.setdefault(identifier, {})[path] = version
    for identifier in old:
        if identifier not in new:
            commit.before.setdefault(identifier, dict(ledger.holders[identifier]))
            del ledger.holders[identifier][path]
    if reading is None:
        ledger.files.pop(path, None)
    else:
        ledger.files[path] = new


def _renames(ledger: Ledger, commit: _Commit) -> dict[str, tuple[str, ...]]:
    """Each new id with the former ids that it names for the first time, if they are known."""
    found: dict[str, tuple[str, ...]] = {}
    gone = {i for i, before in commit.before.items() if before and not ledger.holders.get(i)}
    for identifier, before in commit.before.items():
        known = {old for old, _ in ledger.former.get(identifier, ())}
        for version in ledger.holders.get(identifier, {}).values():
            olds = tuple(
                old
                for old in _former_ids(version)
                if old != identifier
                and old in ledger.last
                and (old not in known or (not before and old in gone))
            )
            if olds:
                found[identifier] = olds
    return found


def _former_ids(version: Version) -> Sequence[str]:
    former = version.data.get("renamed_from")
    if isinstance(former, str):
        return (former,)
    return [f for f in former if isinstance(f, str)] if isinstance(former, list) else ()


def _happening(
    ledger: Ledger,
    commit: _Commit,
    identifier: str,
    before: Holders,
    after: Holders,
    olds: tuple[str, ...],
    followed: set[str],
) -> _Happening | None:
    """What one commit did to one id; None when nothing but the writing changed."""
    home = ledger.home.get(identifier, "")
    if not after:
        if identifier in followed:
            return None  # the event of the new id stands in this timeline too
        gone = (Change("file", shown_path(home), None),)
        return (identifier, "retired", home, gone, ())
    path = home if home in after else min(after)
    new = after[path]
    reading = _reading_changes(commit, path)
    if path in commit.became_broken and before:
        return (identifier, "unreadable", path, reading, ())
    if not before:
        return _arrival(ledger, identifier, path, new, olds, reading)
    changes = [*_between(before[home], new), *reading]
    if set(before) != set(after):
        changes.insert(0, Change("file", _paths(before), _paths(after)))
    if not changes:
        return None
    kind: EventKind = "changed" if path == home else "moved"
    if _is_retired(new) and not _is_retired(before[home]):
        kind = "retired"
    return (identifier, kind, path, tuple(changes), ())


def _arrival(
    ledger: Ledger,
    identifier: str,
    path: str,
    new: Version,
    olds: tuple[str, ...],
    reading: tuple[Change, ...],
) -> _Happening:
    """An id that was not in the tree before: new, renamed, or back again."""
    back = ledger.last.get(identifier)
    if olds:
        old = ledger.last[olds[0]]
        changes = [Change("id", olds[0] if len(olds) == 1 else list(olds), identifier)]
        home = ledger.home.get(olds[0])
        if home is not None and home != path:
            changes.append(Change("file", shown_path(home), shown_path(path)))
        changes += (c for c in _between(old, new) if c.field != "renamed_from")
        gone = tuple(old for old in olds if not ledger.holders.get(old) and old in ledger.home)
        return (identifier, "renamed", path, (*changes, *reading), gone)
    if back is not None:
        returned = Change("file", None, shown_path(path))
        return (identifier, "added", path, (returned, *_between(back, new), *reading), ())
    around = (Change("in", None, new.parent),) if new.parent is not None else ()
    return (identifier, "added", path, (*around, *all_fields(new.data, new.body), *reading), ())


def _is_retired(version: Version) -> bool:
    return version.data.get("status") == "retired"


def _between(old: Version, new: Version) -> tuple[Change, ...]:
    if old.digest == new.digest:
        return ()
    around = (Change("in", old.parent, new.parent),) if old.parent != new.parent else ()
    return (*around, *changes_between(old.data, new.data, old.body, new.body))


def _reading_changes(commit: _Commit, path: str) -> tuple[Change, ...]:
    was, now = commit.was_broken.get(path), commit.became_broken.get(path)
    return (Change("unreadable", was or None, now),) if was or now else ()


def _paths(holders: Holders) -> str:
    return " and ".join(sorted(map(shown_path, holders)))


def _settle(ledger: Ledger, identifier: str) -> None:
    """After all events of a commit are written: where the element now lies, and what it now is."""
    holders = ledger.holders.get(identifier)
    if not holders:
        ledger.holders.pop(identifier, None)
        ledger.home.pop(identifier, None)
        return
    home = ledger.home.get(identifier, "")
    if home not in holders:
        home = min(holders)
        ledger.home[identifier] = home
    ledger.last[identifier] = holders[home]
