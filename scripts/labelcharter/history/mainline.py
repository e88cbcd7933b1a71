"""The mainline, once, oldest first: which governed file became which blob with which commit.

The mainline is the first parent of each commit: what was in force. What happened on a branch
landed with the merge that brought it, and is read beside it to tell who wrote it. Paths count from
the governed root, which may be a folder inside a larger git repository.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from labelcharter.history import git
from labelcharter.history.authorship import SideCommit, SideFile, landed_with
from labelcharter.history.chunks import Parts
from labelcharter.history.commits import Commit, read_commit, time_of
from labelcharter.history.extraction import Reading, form_of, read_bytes, too_large
from labelcharter.history.standing import in_words, judge
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.registry.load import GOVERNED_FOLDERS, is_governed
from labelcharter.registry.settings import SETTINGS_FILE

_REAL_FILES = frozenset({"100644", "100755", "100664"})


@dataclass(frozen=True, slots=True)
class FileChange:
    """A governed file and its new blob; None when it went away.

    A file that became a symbolic link or a submodule went away: its content lies elsewhere.
    """

    path: str
    blob: str | None


@dataclass(frozen=True, slots=True)
class Landing:
    """One commit of the mainline that changed governed files.

    `in_force_since` is the latest committer time up to here: a clock set back cannot make a later
    state older than an earlier one. `sides`: of a merge, the commits of its branches that replaced
    governed files, oldest first.
    """

    commit: Commit
    in_force_since: datetime
    files: tuple[FileChange, ...]
    is_merge: bool = False
    sides: tuple[SideCommit, ...] = ()


@dataclass(frozen=True, slots=True)
class Mainline:
    """Landings, oldest first; `after`: the commit known before that they follow, if any."""

    after: str | None
    landings: tuple[Landing, ...]


def read_mainline(root: Path, commit: str, known: Container[str] = ()) -> Mainline:
    """The landings up to `commit` (a full hash), oldest first. Raises GitFailed.

    Of the commits that are `known` already, the newest one on this mainline and all before it are
    left out.
    """
    git.refuse_shallow(root)
    line = git.mainline(root, commit)
    start = next((i + 1 for i in reversed(range(len(line))) if line[i][0] in known), 0)
    new = line[start:]
    changed: dict[str, list[FileChange]] = {}
    pairs = ((name, parents[0] if parents else None) for name, parents, _ in new)
    for landed, file in _governed(root, pairs):
        changed.setdefault(landed, []).append(FileChange(file.path, file.new))
    brought = _branches(root, commit, new, changed)
    sides = [name for found in brought.values() for name, _, _ in found]
    commits = _commits(root, [*changed, *sides])
    landings = []
    latest = datetime.min.replace(tzinfo=UTC)
    for landed, parents, seconds in line:
        latest = max(latest, time_of(b"%d" % seconds).astimezone(UTC))
        if landed in changed:
            files = tuple(sorted(changed[landed], key=lambda file: file.path))
            behind = tuple(
                SideCommit(commits[name], is_merge, found)
                for name, is_merge, found in brought.get(landed, ())
            )
            landings.append(Landing(commits[landed], latest, files, len(parents) > 1, behind))
    parent = {name: parents[0] if parents else None for name, parents, _ in new}
    return Mainline(line[start - 1][0] if start else None, _judged(root, landings, parent))


def _judged(
    root: Path, landings: Sequence[Landing], parent: Mapping[str, str | None]
) -> tuple[Landing, ...]:
    """The landings, with what the signatures of their commits are worth."""
    line = [
        (commit, parent[commit], int(landing.in_force_since.timestamp()))
        for landing in landings
        if landing.commit.signature != "none" and (commit := landing.commit.commit)
    ]
    found = judge(root, line) if line else {}
    return tuple(
        landing
        if (standing := found.get(landing.commit.commit)) is None
        else replace(
            landing,
            commit=replace(landing.commit, signature=standing.signature, signed=in_words(standing)),
        )
        for landing in landings
    )


_Branch = list[tuple[str, bool, tuple[SideFile, ...]]]  # (commit, is it a merge, its files)


def _branches(
    root: Path,
    commit: str,
    line: Sequence[tuple[str, tuple[str, ...], int]],
    changed: Mapping[str, object],
) -> dict[str, _Branch]:
    """Of each merge that changed governed files, the branch commits that replaced some."""
    merges = [(name, parents) for name, parents, _ in line if len(parents) > 1]
    if not any(name in changed for name, _ in merges):
        return {}
    before = line[0][1]
    behind = git.commits_behind(root, commit, before[0] if before else None)
    for name, _, _ in line:
        behind.pop(name, None)
    brought = {m: found for m, found in landed_with(merges, behind).items() if m in changed}
    pairs = [(name, next(iter(behind[name]), None)) for found in brought.values() for name in found]
    files: dict[str, list[SideFile]] = {}
    for name, file in _governed(root, pairs):
        files.setdefault(name, []).append(file)
    return {
        merge: [
            (name, len(behind[name]) > 1, tuple(files[name])) for name in found if name in files
        ]
        for merge, found in brought.items()
    }


def _governed(
    root: Path, pairs: Iterable[tuple[str, str | None]]
) -> Iterator[tuple[str, SideFile]]:
    """The governed files that each (commit, parent) replaced, paths counted from `root`."""
    below = git.prefix(root)
    governed = functools.cache(_is_governed)
    for commit, old, new, path in git.replaced_files(root, pairs, GOVERNED_FOLDERS):
        name = path.removeprefix(below).decode("utf-8", "surrogateescape")
        if governed(name):
            yield commit, SideFile(name, _file(*old), _file(*new))


def _file(mode: str, blob: str) -> str | None:
    return blob if mode in _REAL_FILES else None


class Readings:
    """The readings of all blobs of these landings, each parsed once, dropped after its last use.

    To be asked in the order of the landings, so that little is held at a time.
    """

    def __init__(self, root: Path, landings: Sequence[Landing]) -> None:
        keys = [(blob, form_of(path)) for landing in landings for blob, path in _read(landing)]
        blobs = list(dict.fromkeys(blob for blob, _ in keys))
        self._uses = Counter(keys)
        self._blob_uses = Counter(blob for blob, _ in keys)
        self._size = git.sizes(root, blobs) if blobs else {}
        wanted = [blob for blob in blobs if self._size[blob] <= LARGEST_FILE]
        self._stream: Iterator[tuple[str, bytes]] = git.contents(root, wanted, self._size)
        self._bytes: dict[str, bytes] = {}
        self._parts = Parts()
        self._parsed: dict[tuple[str, str], Reading] = {}

    def __call__(self, blob: str, path: str) -> Reading:
        """What the file at `path` held when it was `blob`."""
        key = (blob, form_of(path))
        reading = self._parsed.pop(key, None) or self._read(*key)
        self._uses[key] -= 1
        if self._uses[key] > 0:
            self._parsed[key] = reading
        self._blob_uses[blob] -= 1
        if self._blob_uses[blob] <= 0:
            self._bytes.pop(blob, None)
        return reading

    def _read(self, blob: str, form: str) -> Reading:
        if self._size[blob] > LARGEST_FILE:
            return too_large(self._size[blob])
        while blob not in self._bytes:
            name, data = next(self._stream)
            self._bytes[name] = data
        return read_bytes(self._bytes[blob], form, self._parts)


def _read(landing: Landing) -> Iterator[tuple[str, str]]:
    """The (blob, path) pairs that a replay of this landing reads, in its order."""
    for side in landing.sides:
        for file in side.files:
            yield from ((blob, file.path) for blob in (file.old, file.new) if blob is not None)
    yield from ((file.blob, file.path) for file in landing.files if file.blob is not None)


def _is_governed(path: str) -> bool:
    return path != SETTINGS_FILE and is_governed(path)


def _commits(root: Path, names: Sequence[str]) -> dict[str, Commit]:
    if not names:
        return {}
    found = git.contents(root, names, git.sizes(root, names))
    return {name: read_commit(name, content) for name, content in found}
