"""Diagnostics for a person at a terminal: what, the line as written, why, what next."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import click

from labelcharter.reading.diagnostic import Diagnostic, Severity
from labelcharter.reading.printable import visible
from labelcharter.registry.load import Repository

_COLOUR: dict[Severity, str] = {"error": "red", "warning": "yellow", "note": "blue"}
_LONGEST_LINE = 160


def full(found: Sequence[Diagnostic], repository: Repository, colour: bool) -> str:
    """Each diagnostic with its line underlined, and a count at the end."""
    parts = [_one(d, repository, colour) for d in found]
    parts.append(summary(found, repository))
    return "\n".join(parts)


def concise(found: Sequence[Diagnostic], repository: Repository, colour: bool) -> str:
    """One line a diagnostic: path:line:column: severity[code] message."""
    lines = [
        f"{visible(str(d.place))}: {_severity(d, colour)} {visible(d.message)}"
        + (f" ({visible(d.help)})" if d.help else "")
        for d in found
    ]
    return "\n".join([*lines, summary(found, repository)])


def summary(found: Sequence[Diagnostic], repository: Repository) -> str:
    """How much was checked and what was found, in one line."""
    counts = {s: sum(d.severity == s for d in found) for s in _COLOUR}
    said = [f"{n} {s}{'s' if n != 1 else ''}" for s, n in counts.items() if n]
    files, elements = len(repository.sources), len(repository.graph.elements)
    return (
        f"Checked {elements:,} elements in {files:,} files: {', '.join(said) or 'nothing found'}."
    )


def _cells(text: str) -> int:
    """How many cells of a terminal a printable text takes: wide letters two, accents none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _severity(diagnostic: Diagnostic, colour: bool) -> str:
    text = f"{diagnostic.severity}[{diagnostic.code}]"
    return click.style(text, fg=_COLOUR[diagnostic.severity], bold=True) if colour else text


def _one(diagnostic: Diagnostic, repository: Repository, colour: bool) -> str:
    place = diagnostic.place
    number = str(place.line)
    gutter = " " * len(number)
    lines = [
        f"{_severity(diagnostic, colour)}: {visible(diagnostic.message)}",
        f"{gutter}--> {visible(str(place))}",
    ]
    written = repository.place_text(place)
    if written:
        shown, column = _window(written.replace("\t", " "), place.column)
        before = visible(shown[: column - 1])
        word = visible(shown[column - 1 : column - 1 + diagnostic.width])
        under = " " * _cells(before) + "^" * max(1, _cells(word))
        lines += [
            f"{gutter} |",
            f"{number} | {visible(shown)}",
            f"{gutter} | {under} {visible(diagnostic.help)}".rstrip(),
        ]
    elif diagnostic.help:
        lines.append(f"{gutter} = {visible(diagnostic.help)}")
    for related in diagnostic.related:
        lines.append(f"{gutter} = {visible(str(related.place))}: {visible(related.message)}")
    lines.append(f"{gutter} = more: labelcharter explain {diagnostic.code}\n")
    return "\n".join(lines)


def _window(line: str, column: int) -> tuple[str, int]:
    """A long line cut to what can be read around the column; the column in the cut line."""
    if len(line) <= _LONGEST_LINE:
        return line, column
    start = max(0, column - _LONGEST_LINE // 2)
    return line[start : start + _LONGEST_LINE], column - start
