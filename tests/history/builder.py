"""Throwaway repositories with fixed dates and people, made through `git fast-import`.

fast-import writes exactly the bytes that it is given, so a test can hold what a careful git would
not let through: paths and messages that are not UTF-8, forged authors, dates out of order.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ADA = "Ada <ada@example.org>"
BEN = "Ben <ben@example.org>"
DAY = 86_400
START = 1_760_000_000  # 2025-10-09T08:53:20Z; each commit lands a day after the one before

SETTINGS = "organisation: Test\n"


@dataclass(frozen=True)
class Link:
    """A symbolic link to `target`."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository, at a commit of it."""

    commit: str


Content = str | bytes | Link | Submodule | None  # None takes the file away


@dataclass
class Builder:
    """One repository. `commit` returns the full hash of what it made."""

    root: Path
    object_format: str = "sha1"
    _count: int = 0
    _tips: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", f"--object-format={self.object_format}")

    def git(self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """Run git as this test wants it, whatever the machine's settings are."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        ours = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            env=clean | ours,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(
        self,
        files: Mapping[str, Content] | Mapping[bytes, Content],
        message: str | bytes = "A change",
        *,
        author: str | bytes = ADA,
        committer: str | bytes = ADA,
        author_time: int | None = None,
        time: int | None = None,
        zone: str = "+0000",
        branch: str = "main",
        start: str | None = None,
        merge: tuple[str, ...] = (),
        encoding: str | None = None,
    ) -> str:
        """Commit on `branch` (begun at `start`); `merge` names further parents."""
        landed = START + self._count * DAY if time is None else time
        self._count += 1
        written = landed if author_time is None else author_time
        text = message.encode() if isinstance(message, str) else message
        parent = self._tips.get(branch, start)
        lines = [
            b"commit refs/heads/%b" % branch.encode(),
            b"author %b %d %b" % (_bytes(author), written, zone.encode()),
            b"committer %b %d %b" % (_bytes(committer), landed, zone.encode()),
        ]
        if encoding:
            lines.append(b"encoding " + encoding.encode())
        lines.append(b"data %d\n%b" % (len(text), text))
        lines += [b"from " + parent.encode()] if parent else []
        lines += [b"merge " + other.encode() for other in merge]
        for path, content in files.items():
            lines.append(_file(_bytes(path), content))
        # --date-format=raw-permissive lets clocks through that no person would set
        self.git(
            "fast-import",
            "--quiet",
            "--force",
            "--date-format=raw-permissive",
            stdin=b"\n".join(lines) + b"\n",
        )
        self._tips[branch] = self.git("rev-parse", f"refs/heads/{branch}")
        return self._tips[branch]

    def check_out(self) -> None:
        """Write the working tree of the present commit, so that commands can be run in it."""
        self.git("reset", "-q", "--hard")


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _file(path: bytes, content: Content) -> bytes:
    quoted = b'"%b"' % path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    if content is None:
        return b"D " + quoted
    if isinstance(content, Submodule):
        return b"M 160000 %b %b" % (content.commit.encode(), quoted)
    if isinstance(content, Link):
        data, mode = content.target.encode(), b"120000"
    else:
        data, mode = _bytes(content), b"100644"
    return b"M %b inline %b\ndata %d\n%b" % (mode, quoted, len(data), data)


def term(word: str, **fields: str) -> str:
    """One glossary term as YAML, an item of a `terms:` list. Values are written as given."""
    given = {
        "title": word.title(),
        "definition": f"What {word} means.",
        "status": "active",
    } | fields
    first = f"  - id: term.{word}\n"
    return first + "".join(f"    {name}: {value}\n" for name, value in given.items())


def terms(*items: str) -> str:
    """A glossary file of these terms."""
    return "terms:\n" + "".join(items)


GLOSSARY = "policies/glossary.yaml"


def objective(word: str, **fields: str) -> str:
    """One objective as YAML, an item of an `objectives:` list, which many files may hold."""
    given = {"title": word.title(), "context": f"Why {word} matters.", "status": "active"} | fields
    first = f"  - id: objective.{word}\n"
    return first + "".join(f"    {name}: {value}\n" for name, value in given.items())


def objectives(*items: str) -> str:
    """A file of these objectives."""
    return "objectives:\n" + "".join(items)
