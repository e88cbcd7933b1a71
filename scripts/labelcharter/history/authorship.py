"""Who wrote what a merge landed: the commits of its branches that hold the value it brought.

A merge is one change of the mainline, and its author is whoever merged. Who wrote the words is
found where they were written: a commit counts when it itself gave the element the very value that
landed. When none did, the value was made in the merge. All of it is claimed, as any author is.

Each branch commit is looked at once, against its first parent, and only the governed files that it
touched are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from labelcharter.history.commits import Commit
from labelcharter.history.extraction import Reading, unreadable

# What became of an element: the digest of its value; the reason why its file cannot be read; None
# when it is gone.
Outcome = bytes | str | None

_NOTHING = unreadable("")  # what a file holds that is not there
_CO_AUTHOR = re.compile(r"^co-authored-by:[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_SQUASHED = re.compile(r"\(#([0-9]{1,9})\)\s*\Z")
_MERGED = re.compile(r"Merge pull request #([0-9]{1,9})\b")


@dataclass(frozen=True, slots=True)
class SideFile:
    """A governed file that a branch commit replaced: its blobs before and after."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class SideCommit:
    """A commit that reached the mainline through a merge, against its first parent."""

    commit: Commit
    is_merge: bool
    files: tuple[SideFile, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """One commit of a branch that wrote the element. `final`: it left the value that landed."""

    commit: str
    author: str
    time: datetime
    final: bool


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who is said to have written what a commit landed.

    - `written_in`: the commits of the merged branches that changed the element, oldest first;
      empty for a direct commit.
    - `made_in_merge`: a merge landed a value that no commit of its branches holds.
    - `co_authors`: those of the `Co-authored-by:` lines, which a squash carries.
    - `pull_request`: its number, where the subject names it as forges do.
    - `decision`: the one that the landing commit names, else one that a final writing names.
    """

    written_in: tuple[Written, ...] = ()
    made_in_merge: bool = False
    co_authors: tuple[str, ...] = ()
    pull_request: int | None = None
    decision: str | None = None


@dataclass(slots=True)
class Touches:
    """What the branch commits of one landing did: id -> (commit, what it left), oldest first.

    `plain` is what the landing commit itself says, which holds for all that it changed.
    """

    is_merge: bool
    plain: Authorship
    by_id: dict[str, list[tuple[SideCommit, frozenset[Outcome]]]] = field(default_factory=dict)

    def authorship(self, identifier: str, landed: Outcome) -> Authorship:
        """Who wrote what the landing made of one element."""
        if not self.is_merge:
            return self.plain
        writers = self._writers(identifier, landed)
        named = (d for side, final in writers if final for d in side.commit.decisions)
        return replace(
            self.plain,
            written_in=tuple(
                Written(side.commit.commit, side.commit.author.who, side.commit.author.time, final)
                for side, final in writers
            ),
            made_in_merge=not any(final for _, final in writers),
            decision=self.plain.decision or next(named, None),
        )

    def _writers(self, identifier: str, landed: Outcome) -> list[tuple[SideCommit, bool]]:
        """Ordinary commits first: a merge inside the branch repeats what it brought."""
        found = [(side, landed in left) for side, left in self.by_id.get(identifier, ())]
        written = [pair for pair in found if not pair[0].is_merge]
        if any(final for _, final in written):
            return written
        return [pair for pair in found if not pair[0].is_merge or pair[1]]


def touches(
    commit: Commit, is_merge: bool, sides: Sequence[SideCommit], read: Callable[[str, str], Reading]
) -> Touches:
    """What each branch commit did to each element of the governed files that it replaced."""
    plain = Authorship(
        co_authors=co_authors(commit.body),
        pull_request=pull_request(commit.subject),
        decision=commit.decisions[0] if commit.decisions else None,
    )
    found = Touches(is_merge, plain)
    for side in sides:
        left: dict[str, set[Outcome]] = {}
        for file in side.files:
            old = read(file.old, file.path) if file.old is not None else _NOTHING
            new = read(file.new, file.path) if file.new is not None else _NOTHING
            for identifier in old.versions:
                if new.unreadable:
                    left.setdefault(identifier, set()).add(new.unreadable)
                elif identifier not in new.versions:
                    left.setdefault(identifier, set())
            for identifier, version in new.versions.items():
                before = old.versions.get(identifier)
                if before is None or before.digest != version.digest:
                    left.setdefault(identifier, set()).add(version.digest)
        for identifier, outcomes in left.items():
            gone: frozenset[Outcome] = frozenset((None,))
            found.by_id.setdefault(identifier, []).append((side, frozenset(outcomes) or gone))
    return found


def landed_with(
    merges: Sequence[tuple[str, tuple[str, ...]]], parents: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Which commits each merge brought, oldest first: merge -> commits of no mainline.

    `merges` are (commit, all its parents), oldest first; `parents` is that of every commit, in an
    order in which none stands before its parents, the mainline's own left out.
    """
    place = {commit: index for index, commit in enumerate(parents)}
    waiting = set(parents)
    brought: dict[str, tuple[str, ...]] = {}
    for merge, (_, *others) in merges:
        found: list[str] = []
        stack = others
        while stack:
            commit = stack.pop()
            if commit in waiting:
                waiting.remove(commit)
                found.append(commit)
                stack += parents[commit]
        brought[merge] = tuple(sorted(found, key=place.__getitem__))
    return brought


def co_authors(body: str) -> tuple[str, ...]:
    """Those of the `Co-authored-by:` lines, each once, wherever in the message they stand."""
    return tuple(dict.fromkeys(_CO_AUTHOR.findall(body)))


def pull_request(subject: str) -> int | None:
    """The number in `… (#12)` at the end of a subject, or in `Merge pull request #12 …`."""
    match = _SQUASHED.search(subject) or _MERGED.match(subject)
    return int(match[1]) if match else None
