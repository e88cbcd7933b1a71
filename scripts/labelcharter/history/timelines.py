"""The history of a repository: one pass over git, then every element's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from labelcharter.history import git
from labelcharter.history.cautions import Caution
from labelcharter.history.events import Event
from labelcharter.history.field_changes import changes_between
from labelcharter.history.ledger import replay
from labelcharter.history.mainline import Readings, read_mainline
from labelcharter.history.present_cautions import all_cautions
from labelcharter.history.versions import Version, version_of
from labelcharter.registry.graph import Element


@dataclass(frozen=True, slots=True)
class History:
    """The past of every element up to `commit` (None: nothing is committed yet).

    `events`: id -> its events, newest first; former ids and ids of what is gone are there too.
    `present`: id -> its last readable version, of what is in the tree at `commit`.
    `cautions`: what to know before relying on it, oldest first, then what stands at `commit`.
    """

    commit: str | None
    events: Mapping[str, tuple[Event, ...]]
    present: Mapping[str, Version]
    cautions: Sequence[Caution] = ()

    def cautions_about(self, identifier: str) -> tuple[Caution, ...]:
        """Those about an element, and about the commits that changed it."""
        commits = {event.commit for event in self.events.get(identifier, ())}
        return tuple(
            caution
            for caution in self.cautions
            if identifier in (caution.id, caution.other)
            or (caution.kind == "main-pulled-in" and caution.commit in commits)
        )

    def is_committed(self, element: Element) -> bool:
        """True when the element stands in the working tree as it was last committed."""
        version = self.present.get(element.id)
        if version is None:
            return False
        try:
            now = version_of(element)
        except ValueError:
            return False  # text that git could not have held
        return now.parent == version.parent and not changes_between(
            version.data, now.data, version.body, now.body
        )


def read_history(root: Path, ref: str = "HEAD") -> History:
    """The history of the governed files under `root`, along the mainline that ends in `ref`.

    Raises GitFailed: NotARepository, ShallowClone, UnsafeRef, DubiousOwnership and the rest.
    """
    if git.head(root) is None and ref == "HEAD":
        git.prefix(root)  # raises NotARepository, which an empty repository is not
        return History(None, MappingProxyType({}), MappingProxyType({}))
    return _from_git(root, git.resolve(root, ref))


def _from_git(root: Path, commit: str) -> History:
    landings = read_mainline(root, commit).landings
    ledger = replay(landings, Readings(root, landings))
    return History(
        commit,
        MappingProxyType({name: ledger.timeline(name) for name in sorted(ledger.entries)}),
        MappingProxyType({name: ledger.last[name] for name in sorted(ledger.home)}),
        all_cautions(ledger, commit),
    )


def open_history(root: Path, ref: str = "HEAD") -> History:
    """The same as `read_history`, from the store of this clone, which is brought up to date.

    What is kept is a shortcut: evidence is computed by `read_history`, from git alone. Where no
    store can be kept, so is this. Raises GitFailed.
    """
    from labelcharter.history.store import stored
    from labelcharter.history.stored_events import StoredCautions, StoredEvents, StoredPresent

    if git.head(root) is None and ref == "HEAD":
        return read_history(root)
    commit = git.resolve(root, ref)
    kept = stored(root, commit)
    if kept is None:
        return _from_git(root, commit)
    events = StoredEvents(kept)
    return History(commit, events, StoredPresent(events), StoredCautions(events, commit))


def element_events(root: Path) -> Mapping[str, tuple[Event, ...]]:
    """All events of all elements, newest first. Raises GitFailed."""
    return open_history(root).events
