"""An event: what one commit did to one element, for the command and the site to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from labelcharter.history.authorship import Authorship, Written
from labelcharter.history.commits import Commit, Signature, visible
from labelcharter.history.field_changes import Change
from labelcharter.history.mainline import Landing

EventKind = Literal["added", "changed", "moved", "renamed", "retired", "unreadable"]

_NOTEWORTHY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one element, as the mainline tells it. Author, times and decision are claims.

    - `id`: the id that it bore after the commit (before it, when it was taken out of the tree).
    - `time`: when it landed (the committer's clock, UTC). `in_force_since`: the latest such time
      up to this commit, which no clock set back can make earlier.
    - `author_time`: when it is said to have been written, in the author's zone.
    - `signature`: what it is worth, by the list of who may sign of the commit before; `signed`
      says it in words, "" where there is none.
    - `kind`: "changed" also covers a file that can be read again. "added" also covers an element
      that came back: then its changes compare it with its last version, and `file` is among them.
      "moved", "renamed" and "retired" may have field changes too.
    - `written_in`, `made_in_merge`, `co_authors`, `pull_request`, `decision`: who is said to have
      written it and why; see `authorship.Authorship`.
    - `changes`: besides fields of the element, `file` (where it lies; new is None when it was
      taken out of the tree), `id`, `in` (the element around it), `unreadable` (the reason).
    """

    id: str
    kind: EventKind
    commit: str
    time: datetime
    in_force_since: datetime
    author: str
    author_time: datetime
    committer: str
    signature: Signature
    subject: str
    decision: str | None
    path: str
    changes: tuple[Change, ...]
    written_in: tuple[Written, ...] = ()
    made_in_merge: bool = False
    co_authors: tuple[str, ...] = ()
    pull_request: int | None = None
    signed: str = ""

    @property
    def written_earlier_or_later(self) -> bool:
        """True when the author's clock and the landing are more than a day apart."""
        return abs(self.author_time - self.time) > _NOTEWORTHY


def event_at(
    landing: Landing,
    identifier: str,
    kind: EventKind,
    path: str,
    changes: tuple[Change, ...],
    who: Authorship,
) -> Event:
    """The event that `landing` brought to the element `identifier`, which lies at `path`."""
    commit: Commit = landing.commit
    return Event(
        id=identifier,
        kind=kind,
        commit=commit.commit,
        time=commit.committer.time.astimezone(UTC),
        in_force_since=landing.in_force_since,
        author=commit.author.who,
        author_time=commit.author.time,
        committer=commit.committer.who,
        signature=commit.signature,
        subject=commit.subject,
        decision=who.decision,
        path=shown_path(path),
        changes=changes,
        written_in=who.written_in,
        made_in_merge=who.made_in_merge,
        co_authors=who.co_authors,
        pull_request=who.pull_request,
        signed=commit.signed,
    )


def shown_path(path: str) -> str:
    """A path for people: bytes that are not UTF-8, and hidden characters, stand as escapes."""
    return visible(path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def as_data(event: Event) -> dict[str, Any]:
    """The event as `output-history.schema.json` describes it."""
    data: dict[str, Any] = {
        "commit": event.commit,
        "time": iso(event.time),
        "author": event.author,
        "committer": event.committer,
        "signature": event.signature,
        "subject": event.subject,
        "decision": event.decision,
        "path": event.path,
        "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in event.changes],
        "kind": event.kind,
    }
    if event.written_earlier_or_later:
        data["author_time"] = iso(event.author_time)
    if event.written_in:
        data["written_in"] = [
            {"commit": w.commit, "author": w.author, "time": iso(w.time), "final": w.final}
            for w in event.written_in
        ]
    if event.made_in_merge:
        data["made_in_merge"] = True
    if event.co_authors:
        data["co_authors"] = list(event.co_authors)
    if event.signed:
        data["signed"] = event.signed
    if event.pull_request is not None:
        data["pull_request"] = event.pull_request
    return data


def iso(time: datetime) -> str:
    """ISO 8601 in UTC, to the second: 2026-05-02T10:11:12Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
