"""The hash-chained ledger: every event of the whole history, oldest first, one line each.

Each line names the SHA-256 of the line before, so whoever holds the hash of the last line (the
root) holds them all: no line can be altered, taken out or put in without the root becoming another.
A line's hash is that of its bytes with the newline, so that `tail -n 1 ledger.jsonl | sha256sum`
prints the root. Nothing of the reader's machine goes in: no path of a folder, clock or language.

A longer history begins with the lines of a shorter one, byte for byte: growth can be seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from labelcharter.history import git
from labelcharter.history.events import Event, iso
from labelcharter.history.extraction import EXTRACTOR_VERSION
from labelcharter.history.timelines import History, read_history

FORMAT = 1  # raised when what stands in a line changes

_CANONICAL = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Chained:
    """The lines, each with its newline, the first of which names the format; and the root."""

    lines: tuple[bytes, ...]
    root: str

    @property
    def events(self) -> int:
        """How many events there are."""
        return len(self.lines) - 1

    @property
    def content(self) -> bytes:
        """The ledger as a file."""
        return b"".join(self.lines)


@dataclass(frozen=True, slots=True)
class Parting:
    """The first line (from 1) in which two ledgers differ; "" where one has no such line."""

    line: int
    theirs: str
    ours: str


def chained(events: Iterable[Event]) -> Chained:
    """The chain of these events, which stand oldest first."""
    before, lines = "", []
    for entry in _entries(events):
        line = _CANONICAL.encode({"before": before, **entry}).encode("ascii") + b"\n"
        before = hashlib.sha256(line).hexdigest()
        lines.append(line)
    return Chained(tuple(lines), before)


def read_ledger(root: Path, ref: str = "HEAD") -> Chained:
    """The ledger of the governed files under `root` up to `ref`. Raises GitFailed."""
    return ledger_of(root, read_history(root, ref))


def ledger_of(root: Path, history: History) -> Chained:
    """The ledger of a history that was read under `root`. Raises GitFailed."""
    return chained(oldest_first(root, history))


def ledger_root(root: Path, history: History) -> str:
    """The hash of the last line: one text that stands for the whole history."""
    return ledger_of(root, history).root


def oldest_first(root: Path, history: History) -> tuple[Event, ...]:
    """Every event once, in the order of the mainline, those of one commit by id."""
    if history.commit is None:
        return ()
    found = {
        (event.commit, event.id, event.kind): event
        for events in history.events.values()
        for event in events
    }
    line = git.first_parents(root, history.commit)
    order = {commit: index for index, (commit, _, _) in enumerate(line)}
    return tuple(found[key] for key in sorted(found, key=lambda k: (order[k[0]], *k[1:])))


def first_difference(theirs: bytes, ours: Chained) -> Parting | None:
    """Where a ledger parts from the one that was computed here; None when they are the same."""
    lines = theirs.splitlines(keepends=True)
    for number, (there, here) in enumerate(zip_longest(lines, ours.lines, fillvalue=b""), 1):
        if there != here:
            shown = there.decode("ascii", "backslashreplace").rstrip("\n")
            return Parting(number, shown, here.decode("ascii").rstrip("\n"))
    return None


def _entries(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    yield {"ledger": FORMAT, "reader": EXTRACTOR_VERSION}
    for number, event in enumerate(events, 1):
        # The state of a signature is left out: it depends on the keys that the reader knows. The
        # signature itself is part of the commit, whose hash stands here.
        yield {
            "number": number,
            "commit": event.commit,
            "id": event.id,
            "kind": event.kind,
            "landed": iso(event.time),
            "in_force_since": iso(event.in_force_since),
            "author": event.author,
            "author_time": iso(event.author_time),
            "committer": event.committer,
            "subject": event.subject,
            "decision": event.decision,
            "path": event.path,
            "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in event.changes],
        }
