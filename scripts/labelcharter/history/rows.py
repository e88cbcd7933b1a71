"""Landings, events and versions as rows of the store, and back: text in, the same text out.

JSON with escapes, because a message or a path may hold what no UTF-8 can; nothing is ever pickled,
so that a store that somebody else wrote can be wrong but cannot run anything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any, cast

from labelcharter.history.authorship import Authorship, Written
from labelcharter.history.cautions import Caution
from labelcharter.history.commits import Commit, Person, Signature
from labelcharter.history.events import Event, EventKind, event_at
from labelcharter.history.field_changes import Change
from labelcharter.history.mainline import Landing
from labelcharter.history.versions import Version

_compact = json.JSONEncoder(separators=(",", ":")).encode


def stored_path(path: bytes) -> str:
    """A path as the ledger has it, from its bytes."""
    return path.decode("utf-8", "surrogateescape")


def path_row(path: str) -> bytes:
    """The bytes of a path, UTF-8 or not."""
    return path.encode("utf-8", "surrogateescape")


def landing_row(landing: Landing) -> tuple[str, str, str]:
    """(hash, in force since, the commit without its body)."""
    commit = landing.commit
    content = (
        *_person_row(commit.author),
        *_person_row(commit.committer),
        commit.subject,
        commit.decisions,
        commit.signature,
        commit.signed,
    )
    return commit.commit, landing.in_force_since.isoformat(), _compact(content)


def stored_landing(name: str, since: str, content: str) -> Landing:
    """The landing of a row. Its body and its files are not kept: no event tells of them."""
    author, written, committer, landed, subject, decisions, signature, signed = json.loads(content)
    commit = Commit(
        name,
        Person(author, datetime.fromisoformat(written)),
        Person(committer, datetime.fromisoformat(landed)),
        subject,
        "",
        tuple(decisions),
        cast(Signature, signature),
        signed,
    )
    return Landing(commit, datetime.fromisoformat(since).astimezone(UTC), ())


def event_row(event: Event) -> tuple[str, str]:
    """(id, the rest that its landing does not say)."""
    changes = [(change.field, change.old, change.new) for change in event.changes]
    written = [(w.commit, w.author, w.time.isoformat(), w.final) for w in event.written_in]
    who = (written, event.made_in_merge, event.co_authors, event.pull_request, event.decision)
    return event.id, _compact((event.kind, event.path, changes, who))


def stored_event(identifier: str, content: str, landing: Landing) -> Event:
    """The event of a row."""
    kind, path, changes, (written, made_in_merge, co_authors, number, decision) = json.loads(
        content
    )
    who = Authorship(
        tuple(Written(c, a, datetime.fromisoformat(time), final) for c, a, time, final in written),
        made_in_merge,
        tuple(co_authors),
        number,
        decision,
    )
    told = tuple(Change(*change) for change in changes)
    return event_at(landing, identifier, cast(EventKind, kind), path, told, who)


def caution_row(caution: Caution) -> str:
    """All that a caution says."""
    return _compact(astuple(caution))


def stored_caution(content: str) -> Caution:
    """The caution of a row."""
    return Caution(*json.loads(content))


def version_row(version: Version) -> tuple[str, bytes, str, str | None, str, str]:
    """(id, digest, kind, parent, body, data)."""
    data = _compact(version.data)
    return version.id, version.digest, version.kind, version.parent, version.body, data


def stored_version(store: sqlite3.Connection, row: tuple[Any, ...]) -> Version:
    """The version of a row (number, id, kind, parent, body, digest).

    Its data are fetched when they are first asked for.
    """
    number, identifier, kind, parent, body, digest = row
    return Version(identifier, kind, parent, _Data(store, number), body, digest)


class _Data(Mapping[str, Any]):
    """The fields of a stored version. Most are never looked at: digests are compared first."""

    __slots__ = ("_fields", "_number", "_store")

    def __init__(self, store: sqlite3.Connection, number: int) -> None:
        self._store, self._number = store, number
        self._fields: dict[str, Any] | None = None

    def _all(self) -> dict[str, Any]:
        if self._fields is None:
            query = "SELECT data FROM version WHERE number = ?"
            (text,) = self._store.execute(query, (self._number,)).fetchone()
            self._fields = json.loads(text)
        return self._fields

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == other

    __hash__ = None  # type: ignore[assignment]


def _person_row(person: Person) -> tuple[str, str]:
    return person.who, person.time.isoformat()
