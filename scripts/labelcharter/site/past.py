"""A past state of the whole repository in a folder of its own, for a site as it was then.

The pages that people wrote under docs/ and the files that they link to belong to that state as much
as the governed files do, so the whole tree of the commit is written out, and taken away afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labelcharter.site.wording import day


@dataclass(frozen=True, slots=True)
class Past:
    """Which commit, and the sentence that every page of its site bears."""

    commit: str
    words: str


class NoSuchPast(Exception):
    """The state that was asked for cannot be given; the text says why and what next."""


def past_at(root: Path, asked: str) -> Past:
    """The state of a date or ref. Raises NoSuchPast."""
    from labelcharter.history.git import GitFailed
    from labelcharter.history.snapshots import NoSuchState, moment

    try:
        found = moment(root, asked)
    except (GitFailed, NoSuchState) as error:
        raise NoSuchPast(str(error)) from None
    on = day(asked) if found.day else day(f"{found.time:%Y-%m-%d}")
    when = f"at the end of {on} (UTC)" if found.day else f"when this commit landed, {on}"
    return Past(
        found.commit,
        f"As it stood {when}: commit {found.commit[:12]}. What was changed later is not here.",
    )


@contextmanager
def folder_of(root: Path, past: Past) -> Iterator[Path]:
    """The tree of the commit in a folder below build/. Raises NoSuchPast.

    Symbolic links and submodules are left out, and so is a path that would lead out of the folder:
    git refuses to check such a tree out, but nothing refuses to make one.
    """
    from labelcharter.history.git import GitFailed, files_at

    build = root / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="as-of-", dir=build) as name:
        folder = Path(name)
        try:
            files = files_at(root, past.commit, (".",))
        except GitFailed as error:
            raise NoSuchPast(str(error)) from None
        for path, content in files.items():
            parts = path.split("/")
            if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
                continue
            target = folder.joinpath(*parts)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            except (OSError, ValueError) as error:
                raise NoSuchPast(f"{path} of that commit cannot be written: {error}") from None
        yield folder
