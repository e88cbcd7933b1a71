"""What changed in what annotators work with since each version of a taxonomy.

The elements in question are the taxonomy, its labels, the guidelines written for it and the
training that teaches it. The state of a version is that of the landing which set it first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labelcharter.history import git
from labelcharter.history.changelog import Difference, differences
from labelcharter.history.element_states import State, state_in_files, state_of, version_landings
from labelcharter.history.events import Event
from labelcharter.history.snapshots import repository_at
from labelcharter.history.timelines import History

_READ = frozenset({"taxonomy", "label", "guideline", "training"})


@dataclass(frozen=True, slots=True)
class Since:
    """The net changes since one version.

    `unread`: files of that version that could not be read; what they held may seem to be new.
    """

    version: str
    set_by: Event
    differences: tuple[Difference, ...]
    unread: tuple[str, ...]


def since_versions(root: Path, history: History) -> Mapping[str, tuple[Since, ...]]:
    """Each taxonomy in the tree -> what changed since each of its versions, newest version first.

    Raises GitFailed.
    """
    if history.commit is None:
        return {}
    after = state_of(history)
    line = [commit for commit, _, _ in git.first_parents(root, history.commit)]
    place = {commit: number for number, commit in enumerate(line)}
    states: dict[str, State] = {}
    found: dict[str, tuple[Since, ...]] = {}
    for identifier, version in history.present.items():
        if version.kind != "taxonomy":
            continue
        told = []
        for name, event in version_landings(history.events[identifier]).items():
            if event.commit not in states:
                states[event.commit] = state_in_files(repository_at(root, event.commit))
            before = states[event.commit]
            between = frozenset(line[place[event.commit] + 1 :])
            names = {identifier, event.id}
            changed = differences(
                _about(before, names), _about(after, names), history.events, between
            )
            told.append(Since(name, event, tuple(changed), tuple(sorted(before.stale))))
        if told:
            found[identifier] = tuple(reversed(told))
    return found


def _about(state: State, taxonomy: set[str]) -> State:
    """What of a state belongs to one taxonomy, under whichever of its ids."""
    kept = {
        identifier: version
        for identifier, version in state.versions.items()
        if version.kind in _READ
        and (
            identifier in taxonomy
            or version.parent in taxonomy
            or version.data.get("taxonomy") in taxonomy
        )
    }
    return State(kept, state.paths, state.stale)
