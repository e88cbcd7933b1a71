"""The ledger: replay the mainline, oldest first, and write down what became of each element.

Identity is the id, never the file. Per commit, what went and what came is pooled over all files,
so that an element taken from one file and put into another has moved, whatever the files did.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from labelcharter.history.authorship import touches
from labelcharter.history.cautions import (
    Caution,
    pulled_main,
    reused,
    unknown_former_id,
    unsaid_renames,
)
from labelcharter.history.events import Event, event_at
from labelcharter.history.extraction import Reading
from labelcharter.history.happenings import (
    Happening,
    Holders,
    Replayed,
    former_ids,
    happening,
    is_retired,
    renames,
)
from labelcharter.history.mainline import Landing
from labelcharter.history.versions import Version

Read = Callable[[str, str], Reading]


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
    - `cautions`: what looked like a mistake on the way, oldest first;
    - `touched`: of the last landing, each id with the holders that it had before.
    """

    files: dict[str, Holders] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    holders: dict[str, dict[str, Version]] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    last: dict[str, Version] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    former: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    cautions: list[Caution] = field(default_factory=list)
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
    """An id and its former ones, each with the last landing of which it is the same element.

    Each comes once, with the latest such landing, which covers any earlier one.
    """
    waiting: list[tuple[float, str]] = [(-inf, identifier)]
    seen: set[str] = set()
    while waiting:
        minus_until, name = heapq.heappop(waiting)
        if name in seen:
            continue
        seen.add(name)
        yield name, None if minus_until == -inf else -int(minus_until)
        for old, landing in former.get(name, ()):
            if landing <= -minus_until:
                heapq.heappush(waiting, (-landing, old))


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
    written = touches(landing.commit, landing.is_merge, landing.sides, read)
    for identifier, kind, path, changes, outcome, also in _land(ledger, landing, read, index):
        who = written.authorship(identifier, outcome)
        event = event_at(landing, identifier, kind, path, changes, who)
        names = (identifier, *also)
        for name in names:
            ledger.entries.setdefault(name, []).append(Entry(index, number + len(found), event))
        found.append((event, names))
    return found


def _land(ledger: Ledger, landing: Landing, read: Read, index: int) -> list[Happening]:
    commit = Replayed()
    for file in landing.files:
        reading = read(file.blob, file.path) if file.blob is not None else None
        _put(ledger, commit, file.path, reading)
    renamed = renames(ledger, commit)
    found: list[Happening] = []
    followed = {old for new, olds in renamed.items() if not commit.before[new] for old in olds}
    for identifier in sorted(commit.before):
        olds = renamed.get(identifier, ())
        if olds:
            ledger.former.setdefault(identifier, []).extend((old, index) for old in olds)
        happened = happening(ledger, commit, identifier, olds, followed)
        if happened is not None:
            found.append(happened)
    ledger.cautions += pulled_main(landing)
    ledger.cautions += _doubts(ledger, landing, found)
    for identifier in commit.before:
        _settle(ledger, identifier)
    ledger.touched = commit.before
    return found


def _doubts(ledger: Ledger, landing: Landing, found: list[Happening]) -> Iterator[Caution]:
    """Cautions about ids that came back, came or went, while the state before is still known."""
    gone: dict[str, Version] = {}
    came: dict[str, tuple[str, Version]] = {}
    for identifier, kind, path, *_ in found:
        after = ledger.holders.get(identifier)
        last = ledger.last.get(identifier)
        if after:
            before = former_ids(last) if last is not None else ()
            for former in former_ids(after[path]):
                if former not in before and former not in ledger.last:
                    yield unknown_former_id(landing, identifier, path, former)
        if not after and last is not None:
            gone[identifier] = last
        elif after and last is None and kind == "added":
            came[identifier] = (path, after[path])
        elif after and last is not None and kind != "renamed":
            back = identifier not in ledger.home or is_retired(last)
            if back and not is_retired(after[path]):
                yield from reused(landing, identifier, path, last, after[path])
    yield from unsaid_renames(landing, gone, came)


def _put(ledger: Ledger, commit: Replayed, path: str, reading: Reading | None) -> None:
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
