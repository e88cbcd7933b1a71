"""An evidence package as bytes: written the same every time, and read as if a stranger made it.

Written: a tar of plain files in one folder, in the order of their names, with the time of the
newest commit and nobody's name. Read: only plain files, with plain names, up to fixed sizes; they
are held in memory and never written anywhere, so no name in it can point out of a folder.
"""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Mapping
from pathlib import Path

LARGEST = 2 << 30  # bytes, all files together
MANY = 20_000  # files


class NotEvidence(Exception):
    """This is no evidence package, or one that must not be opened; the text says why."""


def packed(files: Mapping[str, bytes], folder: str, time: int) -> bytes:
    """The tar of these files in `folder`; `time` in seconds since 1970."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime, entry.mode = len(files[name]), time, 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    return made.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a package, a tar or a folder: name in it -> content. Raises NotEvidence."""
    try:
        return _folder(path) if path.is_dir() else _tar(path)
    except (OSError, tarfile.TarError, UnicodeError, ValueError, EOFError) as error:
        raise NotEvidence(f"{path.name} cannot be read as an evidence package: {error}") from None


def is_plain(name: str) -> bool:
    """True for a name that stays in its folder on every system, and that can be shown."""
    parts = name.split("/")
    return (
        name.isprintable()
        and "\\" not in name
        and ":" not in parts[0]
        and len(name) <= 1000
        and not any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)
    )


def _tar(path: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    top: set[str] = set()
    held = 0
    with tarfile.open(path, mode="r:") as archive:  # "r:" refuses compression, so no size explodes
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg() or entry.issparse():
                raise NotEvidence(f"{path.name}: `{_shown(entry.name)}` is no plain file")
            folder, _, name = entry.name.partition("/")
            _refuse(path, entry.name if name else "", name, files)
            top.add(folder)
            held += entry.size
            _refuse_much(path, held, len(files))
            content = archive.extractfile(entry)
            files[name] = content.read() if content is not None else b""
            if len(files[name]) != entry.size:
                raise NotEvidence(f"{path.name}: `{name}` is cut off")
    if len(top) != 1:
        raise NotEvidence(f"{path.name} holds {len(top)} folders; a package is one")
    return files


def _folder(path: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    waiting = [(path, "")]
    held = 0
    while waiting:
        folder, before = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                name = before + entry.name
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    waiting.append((Path(entry.path), f"{name}/"))
                    continue
                if not stat.S_ISREG(mode):
                    raise NotEvidence(f"{path.name}: `{_shown(name)}` is no plain file")
                _refuse(path, name, name, files)
                held += entry.stat(follow_symlinks=False).st_size
                _refuse_much(path, held, len(files))
                files[name] = Path(entry.path).read_bytes()
    return files


def _refuse(path: Path, whole: str, name: str, files: Mapping[str, bytes]) -> None:
    if not is_plain(whole):
        raise NotEvidence(f"{path.name}: a file in it is called `{_shown(whole or name)}`")
    if name in files:
        raise NotEvidence(f"{path.name} holds `{name}` twice")


def _refuse_much(path: Path, held: int, count: int) -> None:
    if held > LARGEST or count >= MANY:
        raise NotEvidence(
            f"{path.name} is too large: at most {LARGEST:,} bytes in {MANY:,} files are read"
        )


def _shown(name: str) -> str:
    return name.encode("unicode_escape", "surrogatepass").decode("ascii")[:200]
