"""The state after any landing, taken from the store: what stood where, what was unreadable."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from labelcharter.history.ledger import Ledger
from labelcharter.history.rows import stored_caution, stored_path, stored_version
from labelcharter.history.versions import Version

# What stands after the first ?1 landings: where, and which version.
_STANDING = """
SELECT id, path, version FROM span WHERE landing < ?1 AND (until IS NULL OR until >= ?1)
"""
_VERSIONS_STANDING = """
SELECT number, id, kind, parent, body, digest FROM version WHERE number IN
    (SELECT version FROM span WHERE landing < ?1 AND (until IS NULL OR until >= ?1))
"""
_ONE_VERSION = "SELECT number, id, kind, parent, body, digest FROM version WHERE number = ?"


def ledger_at(store: sqlite3.Connection, landings: int) -> Ledger:
    """The ledger after so many landings, but for its entries, which stay where they are."""
    ledger = Ledger()
    if not landings:
        return ledger
    rows = store.execute(_VERSIONS_STANDING, (landings,)).fetchall()
    versions = {row[0]: stored_version(store, row) for row in rows}

    def version_at(number: int) -> Version:
        if number not in versions:  # of what is gone
            row = store.execute(_ONE_VERSION, (number,)).fetchone()
            versions[number] = stored_version(store, row)
        return versions[number]

    for name, path, number in store.execute(_STANDING, (landings,)).fetchall():
        held = stored_path(path)
        ledger.holders.setdefault(name, {})[held] = version_at(number)
    files: dict[str, dict[str, Version]] = {}
    for name, holders in ledger.holders.items():
        for path, version in holders.items():
            files.setdefault(path, {})[name] = version
    ledger.files.update(files)
    for name, path, number in _newest(store, "home", "id", "path, version", landings):
        ledger.last[name] = version_at(number)
        if path is not None:
            ledger.home[name] = stored_path(path)
    for path, reason in _newest(store, "broken", "path", "reason", landings):
        if reason is not None:
            ledger.broken[stored_path(path)] = json.loads(reason)
    ledger.former.update(former_at(store, landings))
    ledger.cautions += (
        stored_caution(content)
        for (content,) in store.execute(
            "SELECT content FROM caution WHERE landing < ? ORDER BY rowid", (landings,)
        )
    )
    return ledger


def former_at(store: sqlite3.Connection, landings: int) -> dict[str, list[tuple[str, int]]]:
    """Each id with its former ids and the landings in which they became it."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, old, landing in store.execute(
        "SELECT id, old, landing FROM former WHERE landing < ? ORDER BY rowid", (landings,)
    ):
        found.setdefault(name, []).append((old, landing))
    return found


def _newest(
    store: sqlite3.Connection, table: str, key: str, fields: str, landings: int
) -> list[tuple[Any, ...]]:
    """Of each key the last row written before landing number `landings`."""
    query = (
        f"SELECT {key}, {fields} FROM {table} WHERE rowid IN "  # noqa: S608 - our own names
        f"(SELECT max(rowid) FROM {table} WHERE landing < ? GROUP BY {key})"
    )
    return store.execute(query, (landings,)).fetchall()
