"""The whole repository as it once stood: which commit was in force, and the graph of its files.

A day is asked by landing time, never by the author's date: in force at its end (UTC) is the last
commit of the mainline whose running maximum of landing times lies before midnight. A clock set back
can therefore not slip a state into the past.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from labelcharter.history import git
from labelcharter.history.commits import time_of
from labelcharter.history.events import iso
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.registry.load import GOVERNED_FOLDERS, Repository, load_sources
from labelcharter.registry.settings import SETTINGS_FILE

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]", re.ASCII)


class NoSuchState(Exception):
    """No state can be given for what was asked; the text says why, and what to ask instead."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The state that an answer is about.

    - `asked`: the date or name as it was given. `day`: True when it was a date.
    - `commit`: the full hash of the chosen commit. `time`: when it landed (committer's clock, UTC).
    - `in_force_since`: the latest landing up to it; None for a commit that lies on no main line of
      `HEAD`, so that it was never in force here.
    - `until`: when the next commit of the mainline landed; None for the last, or off the mainline.
    """

    asked: str
    day: bool
    commit: str
    time: datetime.datetime
    in_force_since: datetime.datetime | None
    until: datetime.datetime | None


def moment(root: Path, asked: str) -> Moment:
    """The state that a date (2026-05-02) or a name of a commit asks for.

    Raises NoSuchState for a date that is none or lies before the first commit, and GitFailed:
    UnsafeRef, ShallowClone, NotARepository and the rest.
    """
    git.refuse_shallow(root)
    if _CLOCK.match(asked):
        raise NoSuchState(
            f"`{asked}` is a time of day; give the date alone, such as {asked[:10]}, for the state "
            "at its end (UTC), or a commit for anything finer"
        )
    if not _DAY.match(asked):
        return _at_commit(root, asked, git.resolve(root, asked))
    return _on_day(root, asked)


def repository_at(root: Path, commit: str) -> Repository:
    """The governed files of a commit as a repository without a folder. Raises GitFailed."""
    files = git.files_at(root, commit, (SETTINGS_FILE, *GOVERNED_FOLDERS))
    return load_sources({path: data[: LARGEST_FILE + 1] for path, data in files.items()})


def _on_day(root: Path, asked: str) -> Moment:
    try:
        day = datetime.date.fromisoformat(asked)
    except ValueError:
        raise NoSuchState(
            f"`{asked}` is not a date of the calendar; write it as 2026-11-30"
        ) from None
    line = _main_line(root, git.resolve(root, "HEAD"))
    begun = line[0][1]
    if day < begun.date():
        raise NoSuchState(
            f"nothing had landed by the end of {asked} (UTC): the first commit of this history "
            f"landed on {iso(begun)}. Ask for {begun.date()} or later"
        )
    chosen = max(n for n, (_, since, _) in enumerate(line) if since.date() <= day)
    return _moment(asked, True, line, chosen)


def _at_commit(root: Path, asked: str, commit: str) -> Moment:
    line = _main_line(root, git.resolve(root, "HEAD"))
    for place, (name, _, _) in enumerate(line):
        if name == commit:
            return _moment(asked, False, line, place)
    *_, (_, _, landed) = _main_line(root, commit)
    return Moment(asked, False, commit, landed, None, None)


_Line = tuple[tuple[str, datetime.datetime, datetime.datetime], ...]


def _moment(asked: str, day: bool, line: _Line, place: int) -> Moment:
    commit, since, landed = line[place]
    until = line[place + 1][1] if place + 1 < len(line) else None
    return Moment(asked, day, commit, landed, since, until)


def _main_line(root: Path, commit: str) -> _Line:
    """The mainline, oldest first: (commit, in force since, landed)."""
    found = []
    latest = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    for name, _, seconds in git.first_parents(root, commit):
        landed = time_of(b"%d" % seconds).astimezone(datetime.UTC)
        latest = max(latest, landed)
        found.append((name, latest, landed))
    return tuple(found)


def moment_words(found: Moment) -> str:
    """Which commit was chosen and why, in one sentence."""
    short, landed = found.commit[:12], iso(found.time)
    if found.in_force_since is None:
        return (
            f"commit {short} ({landed}), which is not on the main line that ends in HEAD: it was "
            "not in force here"
        )
    since = "" if found.in_force_since == found.time else f", in force {iso(found.in_force_since)}"
    if not found.day:
        return f"commit {short}, landed {landed}{since}"
    after = "nothing landed later" if found.until is None else f"the next landed {iso(found.until)}"
    return f"commit {short}, landed {landed}{since}, in force at the end of {found.asked} ({after})"


def moment_data(found: Moment) -> dict[str, str | None]:
    """The state as the outputs of `as-of`, `changelog`, `list`, `show` and `trace` name it."""
    return {
        "asked": found.asked,
        "commit": found.commit,
        "time": iso(found.time),
        "in_force_since": iso(found.in_force_since) if found.in_force_since else None,
        "until": iso(found.until) if found.until else None,
    }
