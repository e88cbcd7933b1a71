"""The ledger kept in SQLite beside git's own files, so that a run reads only what landed since.

Nothing but a shortcut: whatever it answers, `read_history` answers from git alone, and a file that
is missing, older, damaged or not writable costs time and no more. It is made anew whenever what
the answers depend on has changed (`_key`).

Every row carries the number of the landing that wrote it, and none is ever changed but for the end
of a span. So the state after any landing is one query, and another branch, or a history that was
rewritten, is rolled back to the last landing that both have. That nothing was rewritten is not this
file's to say: it is as disposable as the clone (`published` is where a head is held fast).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import labelcharter
from labelcharter.history import git
from labelcharter.history.extraction import EXTRACTOR_VERSION
from labelcharter.history.ledger import land
from labelcharter.history.mainline import Landing, Readings, read_mainline
from labelcharter.history.states import ledger_at
from labelcharter.history.writing import Writing

_FORMAT = 3
_NAME = "history.sqlite"
_TABLES = """
CREATE TABLE key (text TEXT NOT NULL);
CREATE TABLE landing (number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, since TEXT NOT NULL,
                      content TEXT NOT NULL);
CREATE TABLE event (number INTEGER PRIMARY KEY, landing INTEGER NOT NULL, id TEXT NOT NULL,
                    content TEXT NOT NULL);
CREATE TABLE entry (id TEXT NOT NULL, event INTEGER NOT NULL, landing INTEGER NOT NULL);
CREATE TABLE former (id TEXT NOT NULL, old TEXT NOT NULL, landing INTEGER NOT NULL);
CREATE TABLE version (number INTEGER PRIMARY KEY, id TEXT NOT NULL, digest BLOB NOT NULL,
                      kind TEXT NOT NULL, parent TEXT, body TEXT NOT NULL, data TEXT NOT NULL,
                      UNIQUE (digest, id));
CREATE TABLE span (id TEXT NOT NULL, path BLOB NOT NULL, version INTEGER NOT NULL,
                   landing INTEGER NOT NULL, until INTEGER);
CREATE TABLE home (id TEXT NOT NULL, path BLOB, version INTEGER NOT NULL, landing INTEGER NOT NULL);
CREATE TABLE broken (path BLOB NOT NULL, reason TEXT, landing INTEGER NOT NULL);
CREATE TABLE caution (content TEXT NOT NULL, landing INTEGER NOT NULL);
CREATE INDEX entry_id ON entry (id);
CREATE INDEX span_id ON span (id, path);
CREATE INDEX home_id ON home (id);
"""
_LOGS = ("event", "entry", "former", "span", "home", "broken", "caution")


@dataclass(frozen=True, slots=True)
class Stored:
    """A store that is up to date with `commit`: the first `landings` of its landings count."""

    path: Path
    commit: str
    landings: int


def stored(root: Path, commit: str) -> Stored | None:
    """The store of this clone, brought up to `commit` (a full hash).

    None where no store can be kept (a folder that may not be written to, a full disk). Raises
    GitFailed for what git refuses.
    """
    folder = git.folder(root) / "labelcharter"
    try:
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one run at a time; the next one finds it done
            return _whole(root, commit, folder / _NAME)
    except (OSError, sqlite3.Error):
        return None


def _whole(root: Path, commit: str, path: Path) -> Stored:
    """Bring the store up to date, from nothing if it is not what was last written."""
    seal = path.with_suffix(".seal")
    if not _is_sealed(path, seal):
        _remove(path)
    try:
        found, is_new = _brought_up(root, commit, path)
    except sqlite3.DatabaseError:
        _remove(path)
        found, is_new = _brought_up(root, commit, path)
    if is_new:
        seal.with_suffix(".new").write_text(_digest(path), "ascii")
        seal.with_suffix(".new").replace(seal)
    return found


def _remove(path: Path) -> None:
    for name in (path, path.with_name(f"{path.name}-journal")):
        name.unlink(missing_ok=True)


def _is_sealed(path: Path, seal: Path) -> bool:
    """True when not a byte differs from what was last written: SQLite itself checks no content."""
    with suppress(OSError, UnicodeDecodeError):
        return seal.read_text("ascii") == _digest(path)
    return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """The store, all of it written or nothing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # the seal tells what a crash spoilt
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


def _brought_up(root: Path, commit: str, path: Path) -> tuple[Stored, bool]:
    """The store at `commit`, and whether anything was written for that."""
    with _transaction(path) as store:
        key = _key(root)
        if not _is_ours(store, key):
            _begin(store, key)
        known = {name: number for number, name in store.execute("SELECT number, hash FROM landing")}
        mainline = read_mainline(root, commit, known)
        first = known[mainline.after] + 1 if mainline.after is not None else 0
        if first < len(known):
            _roll_back(store, first)
        if mainline.landings:
            _add(store, root, mainline.landings, first)
        found = Stored(path, commit, first + len(mainline.landings))
        return found, store.total_changes > 0


def _key(root: Path) -> str:
    """What the answers depend on besides the commits."""
    parts = (
        _FORMAT,
        EXTRACTOR_VERSION,
        labelcharter.__version__,
        git.prefix(root).decode("latin-1"),
    )
    return json.dumps(parts)


def _is_ours(store: sqlite3.Connection, key: str) -> bool:
    tables = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'key'").fetchone()[0]
    return bool(tables) and store.execute("SELECT text FROM key").fetchall() == [(key,)]


def _begin(store: sqlite3.Connection, key: str) -> None:
    for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        store.execute(f'DROP TABLE "{name}"')
    for statement in _TABLES.split(";\n"):
        store.execute(statement)
    store.execute("INSERT INTO key VALUES (?)", (key,))


def _roll_back(store: sqlite3.Connection, first: int) -> None:
    """Forget the landings from number `first` on."""
    for table in _LOGS:
        store.execute(f"DELETE FROM {table} WHERE landing >= ?", (first,))  # noqa: S608 - our own names
    store.execute("DELETE FROM landing WHERE number >= ?", (first,))
    store.execute("UPDATE span SET until = NULL WHERE until >= ?", (first,))


def _add(store: sqlite3.Connection, root: Path, landings: tuple[Landing, ...], first: int) -> None:
    ledger = ledger_at(store, first)
    ledger.cautions.clear()  # those so far are stored already
    readings = Readings(root, landings)
    writing = Writing(store)
    for number, landing in enumerate(landings, start=first):
        broken = dict(ledger.broken)
        events = land(ledger, landing, readings, number, writing.next_event)
        writing.landed(number, landing, events, ledger, broken)
        ledger.entries.clear()  # they are on their way into the store
        ledger.cautions.clear()
    writing.finish()
