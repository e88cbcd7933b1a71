"""The two repositories of the tests, and the valid one with something changed in memory."""

import datetime
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from labelcharter.checks.run import check
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.load import Repository, load_sources

HERE = Path(__file__).parent
VALID = HERE / "valid"
AWFUL = HERE / "awful"
# The day for which the valid repository holds no overdue promise.
DAY = datetime.date(2026, 7, 1)

Files = Mapping[str, bytes]


@cache
def valid_files() -> Files:
    """Every file of the valid repository: path -> bytes."""
    found = (path for path in VALID.rglob("*") if path.is_file())
    return {path.relative_to(VALID).as_posix(): path.read_bytes() for path in found}


def changed(path: str, old: str, new: str) -> Files:
    """The valid repository with one text of one file replaced; the text must be there once."""
    data = valid_files()[path]
    assert data.count(old.encode()) == 1, f"{data.count(old.encode())} times in {path}: {old}"
    return {**valid_files(), path: data.replace(old.encode(), new.encode())}


def with_file(path: str, content: str | bytes) -> Files:
    """The valid repository with one more file, or another content of one."""
    return {**valid_files(), path: content.encode() if isinstance(content, str) else content}


def found_in(files: Files, today: datetime.date | None = DAY) -> tuple[Diagnostic, ...]:
    """What `check` finds in these files."""
    return check(load_sources(files), today)


def loaded(files: Files) -> Repository:
    """The repository that these files make."""
    return load_sources(files)


def summary(found: tuple[Diagnostic, ...]) -> list[str]:
    """Each diagnostic as `CODE path:line:column`."""
    return [f"{d.code} {d.place}" for d in found]
