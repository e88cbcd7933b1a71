"""Writing landings into the store: each row once, in the order of the landings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from labelcharter.history.events import Event
from labelcharter.history.ledger import Ledger
from labelcharter.history.mainline import Landing
from labelcharter.history.rows import caution_row, event_row, landing_row, path_row, version_row
from labelcharter.history.versions import Version

_Place = tuple[str, bytes]  # an id and a path


class Writing:
    """Rows gathered while landings are replayed; `finish` writes them."""

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self.next_event = self._count("event")
        self._versions: dict[tuple[str, bytes], int] = {}
        self._next_version = self._count("version")
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._open: dict[_Place, list[Any]] = {}  # spans begun here that are not ended yet
        self._spans: list[list[Any]] = []
        self._former: dict[str, int] = {}

    def landed(
        self,
        number: int,
        landing: Landing,
        events: Iterable[tuple[Event, tuple[str, ...]]],
        ledger: Ledger,
        broken: Mapping[str, str],
    ) -> None:
        """What landing `number` brought; `broken` is what could not be read before it."""
        self._put("landing", number, *landing_row(landing))
        for event, names in events:
            self._put("event", self.next_event, number, *event_row(event))
            for name in names:
                self._put("entry", name, self.next_event, number)
            self.next_event += 1
        for name, before in ledger.touched.items():
            self._spans_of(number, name, before, ledger.holders.get(name, {}))
            last, home = ledger.last.get(name), ledger.home.get(name)
            if last is not None:
                lies = path_row(home) if home is not None else None
                self._put("home", name, lies, self._version(last), number)
            for old, since in ledger.former.get(name, ()):
                if since == number:
                    self._put("former", name, old, number)
        for caution in ledger.cautions:
            self._put("caution", caution_row(caution), number)
        for path in {*broken, *ledger.broken}:
            reason = ledger.broken.get(path)
            if reason != broken.get(path):
                said = json.dumps(reason) if reason is not None else None
                self._put("broken", path_row(path), said, number)

    def finish(self) -> None:
        """Write everything."""
        self._rows["span"] = [tuple(span) for span in self._spans]
        for table, rows in self._rows.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._store.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own names

    def _spans_of(
        self, number: int, name: str, before: Mapping[str, Version], after: Mapping[str, Version]
    ) -> None:
        for path, version in before.items():
            now = after.get(path)
            if now is None or now.digest != version.digest:
                self._end((name, path_row(path)), number)
        for path, version in after.items():
            was = before.get(path)
            if was is None or was.digest != version.digest:
                place = (name, path_row(path))
                self._open[place] = [*place, self._version(version), number, None]
                self._spans.append(self._open[place])

    def _end(self, place: _Place, number: int) -> None:
        span = self._open.pop(place, None)
        if span is not None:
            span[-1] = number
            return
        self._store.execute(
            "UPDATE span SET until = ? WHERE id = ? AND path = ? AND until IS NULL",
            (number, *place),
        )

    def _version(self, version: Version) -> int:
        key = (version.id, version.digest)
        if key not in self._versions:
            known = self._store.execute(
                "SELECT number FROM version WHERE digest = ? AND id = ?",
                (version.digest, version.id),
            ).fetchone()
            if known is None:
                known = (self._next_version,)
                self._put("version", self._next_version, *version_row(version))
                self._next_version += 1
            self._versions[key] = known[0]
        return self._versions[key]

    def _put(self, table: str, *row: Any) -> None:
        self._rows.setdefault(table, []).append(row)

    def _count(self, table: str) -> int:
        query = f"SELECT coalesce(max(number), -1) + 1 FROM {table}"  # noqa: S608 - our own names
        return int(self._store.execute(query).fetchone()[0])
