"""What a mistake looks like: one value, printed the same way everywhere.

A diagnostic is data, not text: the terminal, the JSON, the annotation on a pull request and the
published page all render this same object, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]

SEVERITY_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file: path relative to the root (posix), line and column from 1.

    Columns count code points, so an emoji is one column and a BOM is none.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains the first: the twin, the definition, the nearest id."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: what (message), why and what next (help), and where.

    `width` is how many characters from `place.column` on belong to the mistake.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    help: str = ""
    related: tuple[Related, ...] = ()
    width: int = 1


def in_reading_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, then code: the order in which a person would meet them."""
    return tuple(sorted(found, key=lambda d: (d.place, d.code, d.message)))
