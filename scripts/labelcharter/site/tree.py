"""The generated Markdown tree on disk: only what changed is written, what is stale is removed.

A preview watches this folder and reloads on each write, so a file whose bytes are the same must
not be touched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Written:
    """How many files a pass wrote, removed, and found as they should be."""

    wrote: int
    removed: int
    kept: int


class UnsafeTree(Exception):
    """The folder of the generated tree holds something that must not be written through."""


def write_tree(folder: Path, files: Mapping[str, bytes]) -> Written:
    """Make `folder` hold exactly `files` (relative path -> bytes). Raises UnsafeTree, OSError."""
    if folder.is_symlink():
        raise UnsafeTree(f"{folder.name} is a symbolic link; remove it")
    folder.mkdir(parents=True, exist_ok=True)
    present = _present(folder)
    wrote = kept = 0
    for path in sorted(files):
        target = folder / path
        if present.pop(path, None) and _same(target, files[path]):
            kept += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, files[path])
        wrote += 1
    for path in present:
        (folder / path).unlink()
    _remove_empty(folder)
    return Written(wrote, len(present), kept)


def replace_file(target: Path, data: bytes) -> None:
    """Write a file whole or not at all, whatever happens on the way."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _present(folder: Path) -> dict[str, bool]:
    """Relative path of every file -> True; a symbolic link counts as a file and is replaced."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in [*names, *(f for f in folders if (Path(parent) / f).is_symlink())]:
            path = Path(parent) / name
            found[path.relative_to(folder).as_posix()] = not path.is_symlink()
    return found


def _same(path: Path, data: bytes) -> bool:
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _remove_empty(folder: Path) -> None:
    for parent, _, _ in os.walk(folder, topdown=False):
        path = Path(parent)
        if path != folder and not any(path.iterdir()):
            path.rmdir()
