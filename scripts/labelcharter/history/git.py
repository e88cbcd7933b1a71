"""The questions that history asks git. A name is resolved to its full hash, and only that goes on.

GitPython drives the processes of the long pass (`process.read`). `head`, `is_shallow` and
`git_version` do without it, because `check` uses them and must start at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labelcharter.history.commits import read_commit
from labelcharter.history.process import (
    DubiousOwnership,
    GitFailed,
    IncompleteClone,
    NotARepository,
    ShallowClone,
    UnsafeRef,
    ask,
    read,
)
from labelcharter.history.process import version as git_version

__all__ = [
    "DubiousOwnership",
    "GitFailed",
    "Head",
    "IncompleteClone",
    "NotARepository",
    "Row",
    "ShallowClone",
    "UnsafeRef",
    "blobs_at",
    "changed_files",
    "commits_behind",
    "contents",
    "files_at",
    "first_parents",
    "folder",
    "full_hash",
    "git_version",
    "head",
    "is_shallow",
    "mainline",
    "newest_contained",
    "prefix",
    "refuse_shallow",
    "replaced_files",
    "resolve",
    "sizes",
    "tag_objects",
]

BATCH = 16 << 20  # bytes of file content held at a time

# (commit, (mode, blob) before, (mode, blob) after, path from the top of the git repository)
Row = tuple[str, tuple[str, str], tuple[str, str], bytes]

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that is checked out: its full hash and its committer's time, UTC."""

    commit: str
    time: datetime


def head(root: Path) -> Head | None:
    """The commit that is checked out; None where there is no repository or no commit yet.

    Raises GitFailed when git is missing or refuses the repository.
    """
    try:
        answer = ask(root, "cat-file", "--batch", stdin=b"HEAD^{commit}\n")
    except NotARepository:
        return None
    first, _, content = answer.partition(b"\n")
    words = first.decode("ascii", "replace").split(" ")
    if len(words) != 3 or words[1] != "commit":
        return None
    return Head(words[0], _committer_time(content[: int(words[2])]))


def is_shallow(root: Path) -> bool:
    """True when the clone was cut off (`git clone --depth`)."""
    return ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def refuse_shallow(root: Path) -> None:
    """Raise ShallowClone, with the remedy, when the clone was cut off."""
    if is_shallow(root):
        raise ShallowClone(
            "this clone was cut off (shallow), so its oldest commit would seem to have made "
            "everything. Get the rest with `git fetch --unshallow`; in CI, set `fetch-depth: 0` "
            "where the repository is checked out"
        )


def folder(root: Path) -> Path:
    """Git's own folder of this clone, shared by all its worktrees: never part of a commit."""
    answer = ask(root, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(os.fsdecode(answer.removesuffix(b"\n")))


def prefix(root: Path) -> bytes:
    """Where `root` lies below the top of its git repository: b"" at the top, else b"folder/"."""
    return ask(root, "rev-parse", "--show-prefix").removesuffix(b"\n")


def resolve(root: Path, ref: str) -> str:
    """The full hash of the commit that `ref` names. Raises UnsafeRef.

    `@{…}` is refused because it asks this clone's own diary: the next clone would answer
    differently. A name with a leading dash is refused because it looks like an option.
    """
    if not ref or ref.startswith("-") or "@{" in ref or not ref.isprintable():
        raise UnsafeRef(
            f"`{ref}` cannot name a commit here; give a branch, a tag or a hash as it stands in "
            "every clone"
        )
    try:
        found = ask(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
    except (NotARepository, DubiousOwnership):
        raise
    except GitFailed:
        raise UnsafeRef(f"there is no commit `{ref}` in this clone") from None
    return full_hash(found.decode("ascii", "replace").strip())


def full_hash(text: str) -> str:
    """`text` when it is a full hash, SHA-1 or SHA-256. Raises UnsafeRef."""
    if not _HASH.match(text):
        raise UnsafeRef(f"`{text}` is not a full hash")
    return text


def first_parents(root: Path, commit: str) -> tuple[tuple[str, str | None, int], ...]:
    """The mainline that ends in `commit`, oldest first: (commit, first parent, committer seconds).

    The first parent is None for the commit that began it.
    """
    return tuple(
        (name, parents[0] if parents else None, seconds)
        for name, parents, seconds in mainline(root, commit)
    )


def mainline(root: Path, commit: str) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """The mainline that ends in `commit`, oldest first: (commit, all parents, seconds)."""
    arguments = ("rev-list", "--first-parent", "--parents", "--timestamp", "--reverse")
    answer = read(root, (*arguments, full_hash(commit), "--"))
    rows = (row.split(" ") for row in answer.decode("ascii").splitlines())
    return tuple((words[1], tuple(words[2:]), int(words[0])) for words in rows)


def commits_behind(root: Path, commit: str, after: str | None) -> dict[str, tuple[str, ...]]:
    """Every commit that `commit` contains and `after` does not, with its parents.

    No commit stands before one of its parents.
    """
    asked = [full_hash(commit), *([f"^{full_hash(after)}"] if after else [])]
    answer = read(root, ("rev-list", "--parents", "--topo-order", "--reverse", *asked, "--"))
    rows = (row.split(" ") for row in answer.decode("ascii").splitlines())
    return {words[0]: tuple(words[1:]) for words in rows}


def newest_contained(root: Path, line: Sequence[str], commit: str) -> str | None:
    """The newest commit of a mainline (oldest first) that `commit` contains; None: it has none.

    A release tag may stand on a branch of its own; this is the state of the mainline it rests on.
    """
    answer = read(root, ("rev-list", full_hash(commit), "--"))
    held = set(answer.decode("ascii").split())
    return next((name for name in reversed(line) if name in held), None)


def changed_files(
    root: Path, line: Iterable[tuple[str, str | None, int]], folders: Sequence[str]
) -> Iterator[tuple[str, str, str, bytes]]:
    """What each commit of `line` changed below `folders`, against its first parent.

    Yields (commit, mode, blob, path): the mode is "000000" where the file went away; the path
    counts from the top of the git repository. `folders` count from `root`.
    """
    pairs = ((commit, parent) for commit, parent, _ in line)
    for commit, _, new, path in replaced_files(root, pairs, folders):
        yield commit, *new, path


def replaced_files(
    root: Path, pairs: Iterable[tuple[str, str | None]], folders: Sequence[str]
) -> Iterator[Row]:
    """The same for any (commit, parent), with the (mode, blob) before as well as after."""
    asked = "".join(f"{commit} {parent}\n" if parent else f"{commit}\n" for commit, parent in pairs)
    answer = read(
        root,
        (
            *("diff-tree", "--stdin", "-r", "--raw", "-z", "--root", "--no-abbrev", "--no-renames"),
            *("--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "--", *folders),
        ),
        asked.encode("ascii"),
    )
    commit = ""
    parts = iter(answer.split(b"\0"))
    for part in parts:
        if part.startswith(b":"):
            words = part[1:].decode("ascii").split(" ")
            yield commit, (words[0], words[2]), (words[1], words[3]), next(parts)
        elif part:
            commit = part.decode("ascii").split(" ")[0]


def files_at(root: Path, commit: str, folders: Sequence[str]) -> dict[str, bytes]:
    """The files below `folders` as they stood at a commit: path from `root` -> content.

    Symbolic links and submodules are left out. Names that are not UTF-8 too: nothing governed has
    such a name.
    """
    top = prefix(root)
    asked = [f"{top.decode()}{folder}" for folder in folders]
    answer = read(root, ("ls-tree", "-r", "-z", "--full-tree", full_hash(commit), "--", *asked))
    found: dict[str, str] = {}
    for part in answer.split(b"\0"):
        words, _, path = part.partition(b"\t")
        mode, *_, name = words.split(b" ") if words else (b"", b"")
        if mode in (b"100644", b"100755"):
            try:
                found[path.removeprefix(top).decode("utf-8")] = name.decode("ascii")
            except UnicodeDecodeError:
                continue
    objects = sorted(set(found.values()))
    content = dict(contents(root, objects, sizes(root, objects))) if objects else {}
    return {path: content[name] for path, name in found.items()}


def blobs_at(root: Path, commits: Sequence[str], path: str) -> dict[str, str]:
    """The blob at `path` (from `root`) in each of these commits; those without one are left out.

    The content counts, whatever kind of file the tree calls it.
    """
    below = prefix(root) + path.encode("utf-8")
    if b"\n" in below:
        raise GitFailed("the governed folder has a line break in its name; rename it")
    asked = b"".join(full_hash(commit).encode("ascii") + b":" + below + b"\n" for commit in commits)
    answer = read(root, ("cat-file", "--batch-check", "--buffer"), asked) if commits else b""
    found: dict[str, str] = {}
    rows = answer.removesuffix(b"\n").split(b"\n") if answer else []
    for commit, row in zip(commits, rows, strict=True):
        words = row.decode("ascii", "replace").split(" ")
        if len(words) == 3 and words[1] == "blob":
            found[commit] = full_hash(words[0])
    return found


def tag_objects(root: Path) -> dict[str, str]:
    """The annotated tags of this clone: name -> the full hash of the tag object."""
    form = "--format=%(objecttype) %(objectname) %(refname)"
    answer = read(root, ("for-each-ref", form, "refs/tags/"))
    found: dict[str, str] = {}
    for row in answer.split(b"\n"):
        kind, _, rest = row.partition(b" ")
        name, _, ref = rest.partition(b" ")
        if kind == b"tag":
            shown = ref.removeprefix(b"refs/tags/").decode("utf-8", "backslashreplace")
            found[shown] = full_hash(name.decode("ascii"))
    return found


def sizes(root: Path, objects: Sequence[str]) -> dict[str, int]:
    """The size of each object in bytes. Raises GitFailed when one is missing."""
    found: dict[str, int] = {}
    answer = read(root, ("cat-file", "--batch-check", "--buffer"), _lines(objects))
    for row in answer.decode("ascii", "replace").splitlines():
        words = row.split(" ")
        if len(words) != 3 or not words[2].isdigit():
            raise IncompleteClone(words[0])
        found[words[0]] = int(words[2])
    return found


def contents(
    root: Path, objects: Sequence[str], size: dict[str, int]
) -> Iterator[tuple[str, bytes]]:
    """Each object's content, in the order asked, never more than about `BATCH` bytes at a time."""
    batch: list[str] = []
    held = 0
    for name in objects:
        if batch and held + size[name] > BATCH:
            yield from _contents(root, batch)
            batch, held = [], 0
        batch.append(name)
        held += size[name]
    if batch:
        yield from _contents(root, batch)


def _contents(root: Path, objects: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    answer = read(root, ("cat-file", "--batch", "--buffer"), _lines(objects))
    at = 0
    for name in objects:
        end = answer.find(b"\n", at)
        words = answer[at:end].decode("ascii", "replace").split(" ")
        if len(words) != 3 or words[0] != name:
            raise IncompleteClone(name)
        start = end + 1
        at = start + int(words[2]) + 1
        yield name, answer[start : at - 1]


def _lines(objects: Sequence[str]) -> bytes:
    return "".join(f"{full_hash(name)}\n" for name in objects).encode("ascii")


def _committer_time(commit: bytes) -> datetime:
    return read_commit("", commit).committer.time.astimezone(UTC)
