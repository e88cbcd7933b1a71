"""The history of every element as `history` tells it, or the reason why there is none to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelcharter.history.events import Event


@dataclass(frozen=True, slots=True)
class Timelines:
    """Events by element id, newest first. `missing` says why there are none, and what helps."""

    events: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    missing: str = ""
    head: str = ""
    head_epoch: int | None = None  # seconds since 1970 of the newest commit
    ledger_root: str = ""  # one hash that stands for all events; see history.chained
    ledger_events: int = 0
    refused: bool = False  # a history exists but is cut off: a build must not pass it off as whole

    def of(self, identifier: str) -> tuple[Event, ...]:
        """The events of one element, newest first."""
        return self.events.get(identifier, ())


def read_timelines(root: Path | None) -> Timelines:
    """The history of the repository at `root`. Never raises: a missing history is told instead."""
    if root is None:
        return Timelines(missing="These files were not read from a folder.")
    from labelcharter.history import git
    from labelcharter.history.chained import ledger_of
    from labelcharter.history.timelines import read_history

    try:
        head = git.head(root)
        history = read_history(root)
        ledger = ledger_of(root, history)
    except git.ShallowClone as error:
        return Timelines(missing=str(error), refused=True)
    except git.GitFailed as error:
        return Timelines(missing=str(error))
    if head is None:
        return Timelines(missing="Nothing has been committed yet.")
    return Timelines(
        history.events,
        head=head.commit,
        head_epoch=int(head.time.timestamp()),
        ledger_root=ledger.root,
        ledger_events=ledger.events,
    )
