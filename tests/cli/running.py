"""What the tests of the commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# The day for which the valid repository holds no overdue promise.
DAY = "2026-07-01"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run printed and how it ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def replace(root: Path, path: str, old: str, new: str) -> None:
    """Replace the first of a text that must be there."""
    file = root / path
    data = file.read_bytes()
    assert old.encode() in data
    file.write_bytes(data.replace(old.encode(), new.encode(), 1))
