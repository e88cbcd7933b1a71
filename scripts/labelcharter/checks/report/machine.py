"""Diagnostics for a program: the bare list that `output-check.schema.json` describes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labelcharter.reading import printable
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.registry.load import Repository


def as_json(found: Sequence[Diagnostic], _repository: Repository, _colour: bool) -> str:
    """A JSON list, sorted by place."""
    return printable.as_json([as_data(d) for d in found])


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as plain data."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        **_place(diagnostic.place),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "related": [{**_place(r.place), "message": r.message} for r in diagnostic.related],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line, "column": place.column}
