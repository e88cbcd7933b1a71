"""The history of every element as `history` tells it, or the reason why there is none to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelcharter.history.events import Event
    from labelcharter.history.since import Since


@dataclass(frozen=True, slots=True)
class Timelines:
    """Events by element id, newest first. `missing` says why there are none, and what helps.

    `place`: commit -> its number on the mainline, from 0 for the first; `since`: taxonomy -> what
    changed since each of its versions, newest version first.
    """

    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    missing: str = ""
    head: str = ""
    head_epoch: int | None = None  # seconds since 1970 of the newest commit
    ledger_root: str = ""  # one hash that stands for all events; see history.chained
    ledger_events: int = 0
    refused: bool = False  # a history exists but is cut off: a build must not pass it off as whole
    place: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[str, tuple[Since, ...]] = field(default_factory=dict)

    def of(self, identifier: str) -> tuple[Event, ...]:
        """The events of one element, newest first."""
        return self.events.get(identifier, ())


def read_timelines(root: Path | None, commit: str = "") -> Timelines:
    """The history of the repository at `root`, up to `commit` (a full hash) or all of it.

    Never raises: a missing history is told instead.
    """
    if root is None:
        return Timelines(missing="These files were not read from a folder.")
    from labelcharter.history import git
    from labelcharter.history.chained import ledger_of
    from labelcharter.history.since import since_versions
    from labelcharter.history.timelines import open_history

    try:
        if not commit and git.head(root) is None:
            git.prefix(root)  # raises NotARepository, which an empty repository is not
            return Timelines(missing="Nothing has been committed yet.")
        history = open_history(root, commit or "HEAD")
        assert history.commit is not None  # noqa: S101 - there is a commit, or git had failed
        line = git.first_parents(root, history.commit)
        since = since_versions(root, history)
        ledger = ledger_of(root, history)
    except git.ShallowClone as error:
        return Timelines(missing=str(error), refused=True)
    except git.GitFailed as error:
        return Timelines(missing=str(error))
    return Timelines(
        history.events,
        head=history.commit,
        head_epoch=line[-1][2],
        place={name: number for number, (name, _, _) in enumerate(line)},
        since=since,
        ledger_root=ledger.root,
        ledger_events=ledger.events,
    )
