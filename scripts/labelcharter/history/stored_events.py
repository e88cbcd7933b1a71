"""Timelines out of the store: only the events that are asked for are read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

from labelcharter.history.cautions import Caution
from labelcharter.history.events import Event
from labelcharter.history.ledger import Ledger, ids_of
from labelcharter.history.mainline import Landing
from labelcharter.history.present_cautions import all_cautions
from labelcharter.history.rows import stored_event, stored_landing
from labelcharter.history.states import former_at, ledger_at
from labelcharter.history.store import Stored
from labelcharter.history.versions import Version


class StoredEvents(Mapping[str, tuple[Event, ...]]):
    """Events by id, newest first, of the landings that `stored` counts.

    Landings that a later run adds to the same file are not seen; a file that is put in its place
    is another file.
    """

    def __init__(self, stored: Stored) -> None:
        self._landings = stored.landings
        uri = f"{stored.path.as_uri()}?mode=ro"
        self._store = sqlite3.connect(
            uri,
            uri=True,
            isolation_level=None,
            factory=_Connection,
            check_same_thread=False,  # whichever thread drops it last closes it
        )
        self._landing: dict[int, Landing] = {}
        self._event: dict[int, Event] = {}

    def __getitem__(self, identifier: str) -> tuple[Event, ...]:
        numbers: set[int] = set()
        for name, until in ids_of(identifier, self._former):
            last = self._landings if until is None else until + 1
            numbers.update(
                number
                for (number,) in self._store.execute(
                    "SELECT event FROM entry WHERE id = ? AND landing < ?", (name, last)
                )
            )
        if not numbers:
            raise KeyError(identifier)
        return tuple(self._event_at(number) for number in sorted(numbers, reverse=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger after these landings, without its entries: those are read one by one."""
        return ledger_at(self._store, self._landings)

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        query = "SELECT DISTINCT id FROM entry WHERE landing < ?"
        return tuple(sorted(name for (name,) in self._store.execute(query, (self._landings,))))

    @cached_property
    def _former(self) -> Mapping[str, list[tuple[str, int]]]:
        return former_at(self._store, self._landings)

    def _event_at(self, number: int) -> Event:
        if number not in self._event:
            identifier, content, landing = self._store.execute(
                "SELECT id, content, landing FROM event WHERE number = ?", (number,)
            ).fetchone()
            if landing not in self._landing:
                row = self._store.execute(
                    "SELECT hash, since, content FROM landing WHERE number = ?", (landing,)
                ).fetchone()
                self._landing[landing] = stored_landing(*row)
            self._event[number] = stored_event(identifier, content, self._landing[landing])
        return self._event[number]


class StoredPresent(Mapping[str, Version]):
    """What stands in the tree after these landings; read when first asked for."""

    def __init__(self, events: StoredEvents) -> None:
        self._events = events

    @cached_property
    def _versions(self) -> Mapping[str, Version]:
        ledger = self._events.ledger
        return {name: ledger.last[name] for name in sorted(ledger.home)}

    def __getitem__(self, identifier: str) -> Version:
        return self._versions[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)


class StoredCautions(Sequence[Caution]):
    """What to know before relying on the history; found out when first asked for."""

    def __init__(self, events: StoredEvents, commit: str) -> None:
        self._events, self._commit = events, commit

    @cached_property
    def _cautions(self) -> tuple[Caution, ...]:
        return all_cautions(self._events.ledger, self._commit)

    @overload
    def __getitem__(self, at: int) -> Caution: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Caution]: ...
    def __getitem__(self, at: int | slice) -> Caution | Sequence[Caution]:
        return self._cautions[at]

    def __len__(self) -> int:
        return len(self._cautions)


class _Connection(sqlite3.Connection):
    """Open for as long as anything that it gave out may still ask for more."""

    def __del__(self) -> None:
        self.close()
