"""A commit as git stores it: who, when, the message, and what it claims.

All of it is text that somebody chose; only a signature binds it to anybody.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

# "present" is a claim that nobody has looked at; `standing.judge` gives the others.
Signature = Literal["none", "present", "good", "unknown-key", "bad", "expired", "not-checked"]

_CLOCK = re.compile(rb"(-?[0-9]{1,18})(?: ([+-])([0-9]{2})([0-9]{2}))?\Z")
_DECISIONS = re.compile(
    r"^decision:[ \t]*(DEC-[0-9]{4,6}(?:[ \t,]+DEC-[0-9]{4,6})*)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_EPOCH = datetime.fromtimestamp(0, UTC)
_JOINER = "\u200d"  # holds emoji together


@dataclass(frozen=True, slots=True)
class Person:
    """Who, as recorded ("Name <mail>"), and the time with its zone."""

    who: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `decisions` are the ids of its `Decision:` lines, in order.

    `signature` says whether there is one, not whether it is good: `read_commit` checks nothing.
    On the mainline it is the verdict, and `signed` says it in words: see `standing`.
    """

    commit: str
    author: Person
    committer: Person
    subject: str
    body: str
    decisions: tuple[str, ...]
    signature: Signature
    signed: str = ""


def read_commit(commit: str, content: bytes) -> Commit:
    """Read the content of a commit object; never raises for what it holds."""
    head, _, message = content.partition(b"\n\n")
    fields: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name:  # a line that begins with a space continues the one before: a signature, a tag
            fields.setdefault(name, value)
    encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
    text = _decoded(message, encoding).replace("\r\n", "\n").strip("\n")
    subject, _, body = text.partition("\n\n")
    signed = b"gpgsig" in fields or b"gpgsig-sha256" in fields
    return Commit(
        commit,
        _person(fields.get(b"author", b""), encoding),
        _person(fields.get(b"committer", b""), encoding),
        visible(" ".join(line.strip(" \t") for line in subject.split("\n"))),
        "\n".join(visible(line) for line in body.split("\n")),
        decisions_in(body),
        "present" if signed else "none",
    )


def decisions_in(body: str) -> tuple[str, ...]:
    """The ids on `Decision: DEC-0007` lines.

    git calls only the last paragraph trailers; a squash leaves those of the squashed commits in
    the middle, so any line counts that holds nothing but the word and ids.
    """
    found = (
        i.upper()
        for line in _DECISIONS.findall(body)
        for i in re.findall(r"[A-Za-z]+-[0-9]+", line)
    )
    return tuple(dict.fromkeys(found))


def visible(text: str) -> str:
    r"""`text` on one line with hidden characters shown as escapes (`\x1b`, `\u202e`).

    A subject or a name can otherwise colour, erase or reverse what stands around it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character == _JOINER
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def _person(field: bytes, encoding: str) -> Person:
    end = field.rfind(b">") + 1
    who = visible(_decoded(field[:end] if end else field, encoding)).strip()
    return Person(who or "(nobody)", time_of(field[end:].strip()))


def time_of(clock: bytes) -> datetime:
    """Seconds and zone; 1970 where none are recorded or they fit no calendar."""
    match = _CLOCK.match(clock)
    if match is None:
        return _EPOCH
    seconds, sign, hours, minutes = match.groups()
    east = int(hours) * 60 + int(minutes) if sign else 0
    if east >= 24 * 60:
        east = 0
    try:
        time = datetime.fromtimestamp(
            int(seconds), timezone(timedelta(minutes=-east if sign == b"-" else east))
        )
        time.astimezone(UTC)  # the first and the last day of the calendar do not survive this
    except (ValueError, OverflowError, OSError):
        return _EPOCH
    return time


def _decoded(data: bytes, encoding: str) -> str:
    try:
        codecs.lookup(encoding)
        return data.decode(encoding)
    except (LookupError, UnicodeDecodeError, ValueError):
        return data.decode("utf-8", "backslashreplace")
