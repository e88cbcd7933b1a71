"""What the mainline knows about approvals: when each signature landed, and by whose list.

A detached signature holds no time. The commit that brought it onto the mainline does, and the list
of who may sign as it stood before that commit is the one that nobody changed for the occasion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labelcharter.history import git
from labelcharter.history.commits import time_of
from labelcharter.history.decision_text import PURPOSE
from labelcharter.history.signers import NOBODY
from labelcharter.reading.allowed_signers import SIGNERS_FILE, AllowedSigners, read_signers
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.registry.documents import read_source
from labelcharter.registry.graph import Element
from labelcharter.registry.load import is_governed, is_signing

_DECISIONS = "docs/decisions"
_REAL_FILES = frozenset({"100644", "100755", "100664"})


@dataclass(frozen=True, slots=True)
class LandedSignature:
    """A signature as it last landed: its content, the commit, and the list that stood before.

    `times`: the commit's own, and the latest that the mainline had reached (seconds since 1970).
    """

    content: bytes
    commit: str
    times: tuple[int, int]
    signers: AllowedSigners


@dataclass(frozen=True, slots=True)
class DecisionVersion:
    """A decision as it stood from one commit on; `place` counts the commits of the mainline."""

    commit: str
    place: int
    decision: Element


@dataclass(frozen=True, slots=True)
class Past:
    """The committed past up to `head` (None: no history was read).

    `signatures`: path -> how it last landed. `signers`: the list at the head. `keyed_since`: seat
    -> the place on the mainline after which the list had a key of it for decisions. `versions`:
    decision -> its readable versions, oldest first.
    """

    head: str | None = None
    signatures: Mapping[str, LandedSignature] = field(default_factory=lambda: MappingProxyType({}))
    signers: AllowedSigners = NOBODY
    keyed_since: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    versions: Mapping[str, tuple[DecisionVersion, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class _Change:
    """One file that one commit changed, and the version of the list that stood before it."""

    path: str
    blob: str | None
    commit: str
    place: int
    times: tuple[int, int]
    list_before: str | None


def read_past(root: Path, commit: str) -> Past:
    """The past up to a commit (full hash), from one pass along the mainline. Raises GitFailed."""
    git.refuse_shallow(root)
    changes = _changes(root, git.first_parents(root, commit))
    lists = [change for change in changes if change.path == SIGNERS_FILE]
    signed = {change.path: change for change in changes if change.path.endswith(".sig")}
    if not lists and not signed:
        return Past(commit)  # nobody could sign yet: nothing to read
    content = _contents(root, changes)
    read = {blob: read_signers(content[blob]) for c in lists if (blob := c.blob) in content}
    landed = {
        path: LandedSignature(
            content[c.blob], c.commit, c.times, read.get(c.list_before or "", NOBODY)
        )
        for path, c in signed.items()
        if c.blob is not None and c.blob in content
    }
    return Past(
        commit,
        MappingProxyType(landed),
        read.get((lists[-1].blob if lists else None) or "", NOBODY),
        MappingProxyType(_keyed_since(lists, read)),
        MappingProxyType(_versions(changes, content)),
    )


def _changes(root: Path, line: tuple[tuple[str, str | None, int], ...]) -> list[_Change]:
    below = git.prefix(root)
    by_commit: dict[str, dict[str, str | None]] = {}
    for commit, mode, blob, path in git.changed_files(root, line, (_DECISIONS, SIGNERS_FILE)):
        name = path.removeprefix(below).decode("utf-8", "surrogateescape")
        if is_signing(name) or (name.endswith(".md") and is_governed(name)):
            by_commit.setdefault(commit, {})[name] = blob if mode in _REAL_FILES else None
    found: list[_Change] = []
    before: str | None = None
    reached = -(1 << 62)
    for place, (commit, parent, seconds) in enumerate(line):
        own = int(time_of(b"%d" % seconds).timestamp())
        reached = max(reached, own)
        files = by_commit.get(commit, {})
        if parent is None:  # before the first commit there was none: its own, as for commits
            before = files.get(SIGNERS_FILE)
        times = (own, reached)
        found += [_Change(p, b, commit, place, times, before) for p, b in sorted(files.items())]
        before = files.get(SIGNERS_FILE, before)
    return found


def _contents(root: Path, changes: list[_Change]) -> dict[str, bytes]:
    blobs = list(dict.fromkeys(c.blob for c in changes if c.blob is not None))
    size = git.sizes(root, blobs) if blobs else {}
    wanted = [blob for blob in blobs if size[blob] <= LARGEST_FILE]
    return dict(git.contents(root, wanted, size)) if wanted else {}


def _keyed_since(lists: list[_Change], read: Mapping[Any, AllowedSigners]) -> dict[str, int]:
    """Seat -> the place since which it has had a key without a break."""
    since: dict[str, int] = {}
    for change in lists:
        signers = read.get(change.blob, NOBODY).signers
        keyed = {seat for line in signers if line.serves(PURPOSE) for seat in line.seats}
        since = {seat: since.get(seat, change.place) for seat in keyed}
    return since


def _versions(
    changes: list[_Change], content: Mapping[str, bytes]
) -> dict[str, tuple[DecisionVersion, ...]]:
    found: dict[str, list[DecisionVersion]] = {}
    read: dict[str, tuple[Element, ...]] = {}
    for change in changes:
        blob = change.blob
        if blob is None or blob not in content or not change.path.endswith(".md"):
            continue
        if blob not in read:
            read[blob] = _decisions(content[blob], change.path)
        for decision in read[blob]:
            version = DecisionVersion(change.commit, change.place, decision)
            found.setdefault(decision.id, []).append(version)
    return {identifier: tuple(versions) for identifier, versions in found.items()}


def _decisions(data: bytes, path: str) -> tuple[Element, ...]:
    """The decision in an old version; none where it cannot be read for certain."""
    try:
        source = read_source(data, path)
    except Exception:  # noqa: BLE001 - an old version may hold what nobody foresaw
        return ()
    if any(problem.severity == "error" for problem in source.document.problems):
        return ()
    return tuple(element for element in source.elements if element.kind == "decision")
