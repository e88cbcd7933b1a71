"""What one commit did to one id, told in events: the rules of moving, renaming and coming back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from labelcharter.history.authorship import Outcome
from labelcharter.history.events import EventKind, shown_path
from labelcharter.history.field_changes import Change, all_fields, changes_between
from labelcharter.history.versions import Version

if TYPE_CHECKING:
    from labelcharter.history.ledger import Ledger

Holders = Mapping[str, Version]


class Happening(NamedTuple):
    """An event without its commit; `also`: ids whose timeline it belongs to as well.

    `outcome` is what became of the element, to find who wrote just that.
    """

    identifier: str
    kind: EventKind
    path: str
    changes: tuple[Change, ...]
    outcome: Outcome
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Replayed:
    """One landing being replayed: how things stood before it, and what it did to the files."""

    before: dict[str, dict[str, Version]] = field(default_factory=dict)
    was_broken: dict[str, str] = field(default_factory=dict)
    became_broken: dict[str, str] = field(default_factory=dict)


def renames(ledger: Ledger, commit: Replayed) -> dict[str, tuple[str, ...]]:
    """Each new id with the former ids that it names for the first time, if they are known."""
    found: dict[str, tuple[str, ...]] = {}
    gone = {i for i, before in commit.before.items() if before and not ledger.holders.get(i)}
    for identifier, before in commit.before.items():
        known = {old for old, _ in ledger.former.get(identifier, ())}
        for version in ledger.holders.get(identifier, {}).values():
            olds = tuple(
                old
                for old in former_ids(version)
                if old != identifier
                and old in ledger.last
                and (old not in known or (not before and old in gone))
            )
            if olds:
                found[identifier] = olds
    return found


def former_ids(version: Version) -> Sequence[str]:
    """The ids that an element says it bore before."""
    former = version.data.get("renamed_from")
    if isinstance(former, str):
        return (former,)
    return [f for f in former if isinstance(f, str)] if isinstance(former, list) else ()


def happening(
    ledger: Ledger,
    commit: Replayed,
    identifier: str,
    olds: tuple[str, ...],
    followed: set[str],
) -> Happening | None:
    """What one commit did to one id; None when nothing but the writing changed.

    An equal copy in a second file is no event: it is half of a move, which is told when the first
    one goes. A copy that differs is told, because one id then means two things.
    """
    before, after = commit.before[identifier], ledger.holders.get(identifier, {})
    home = ledger.home.get(identifier, "")
    if not after:
        if identifier in followed:
            return None  # the event of the new id stands in this timeline too
        gone = (Change("file", shown_path(home), None),)
        return Happening(identifier, "retired", home, gone, None)
    path = home if home in after else min(after)
    new = after[path]
    reading = _reading_changes(commit, path)
    if path in commit.became_broken and before:
        reason = commit.became_broken[path]
        return Happening(identifier, "unreadable", path, reading, reason)
    if not before:
        return _arrival(ledger, identifier, path, new, olds, reading)
    changes = [*between(before[home], new), *reading]
    were, are = _told(before, home), _told(after, path)
    if were != are:
        changes.insert(0, Change("file", were, are))
    if not changes:
        return None
    kind: EventKind = "changed" if path == home else "moved"
    if is_retired(new) and not is_retired(before[home]):
        kind = "retired"
    return Happening(identifier, kind, path, tuple(changes), new.digest)


def _arrival(
    ledger: Ledger,
    identifier: str,
    path: str,
    new: Version,
    olds: tuple[str, ...],
    reading: tuple[Change, ...],
) -> Happening:
    """An id that was not in the tree before: new, renamed, or back again."""
    back = ledger.last.get(identifier)
    if olds:
        old = ledger.last[olds[0]]
        changes = [Change("id", olds[0] if len(olds) == 1 else list(olds), identifier)]
        home = ledger.home.get(olds[0])
        if home is not None and home != path:
            changes.append(Change("file", shown_path(home), shown_path(path)))
        changes += (c for c in between(old, new) if c.field != "renamed_from")
        gone = tuple(old for old in olds if not ledger.holders.get(old) and old in ledger.home)
        told = (*changes, *reading)
        return Happening(identifier, "renamed", path, told, new.digest, gone)
    if back is not None:
        returned = Change("file", None, shown_path(path))
        told = (returned, *between(back, new), *reading)
    else:
        around = (Change("in", None, new.parent),) if new.parent is not None else ()
        told = (*around, *all_fields(new.data, new.body), *reading)
    return Happening(identifier, "added", path, told, new.digest)


def is_retired(version: Version) -> bool:
    """True for a tombstone."""
    return version.data.get("status") == "retired"


def between(old: Version, new: Version) -> tuple[Change, ...]:
    """The changes of an element: what it lies in, then its fields."""
    if old.digest == new.digest:
        return ()
    around = (Change("in", old.parent, new.parent),) if old.parent != new.parent else ()
    return (*around, *changes_between(old.data, new.data, old.body, new.body))


def _reading_changes(commit: Replayed, path: str) -> tuple[Change, ...]:
    was, now = commit.was_broken.get(path), commit.became_broken.get(path)
    return (Change("unreadable", was or None, now),) if was or now else ()


def _told(holders: Holders, home: str) -> str:
    """The files of an element as a reader is told them: its home, and where it differs from it."""
    if len(holders) == 1:
        return shown_path(home)
    digest = holders[home].digest
    return " and ".join(
        sorted(shown_path(p) for p in holders if p == home or holders[p].digest != digest)
    )
