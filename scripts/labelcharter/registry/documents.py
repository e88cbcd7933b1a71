"""From bytes to elements: what a file holds, each element cut out with its places.

Extraction depends on the bytes and the form of the file only, never on where the file lies, so
that history can read any blob of the past with the same function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labelcharter.reading.front_matter import read_markdown
from labelcharter.reading.marks import Marks
from labelcharter.reading.yaml_events import Document, read_yaml
from labelcharter.registry.crosswalks import read_crosswalk
from labelcharter.registry.graph import Element, Step
from labelcharter.registry.kinds import COLLECTIONS, NESTED, Kind, kind_of_id
from labelcharter.registry.records import read_record

_MENTIONED = re.compile(r"^[ \t-]*\"?id\"?:[ \t]*[\"']?([A-Za-z0-9.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One top-level element of a file as it stands there: its kind (None: unknown) and steps."""

    kind: Kind | None
    value: dict[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One governed file: its document, its pieces, its elements, and ids it seems to mention.

    `mentioned` is filled only for a file in which no element could be made out, so that a reference
    to one of them is not reported as a second mistake.
    """

    document: Document
    pieces: tuple[Piece, ...]
    elements: tuple[Element, ...]
    mentioned: tuple[str, ...]


def read_source(data: bytes, path: str) -> Source:
    """Read one governed file of any form (YAML, Markdown, JSON record, CSV crosswalk)."""
    body, body_line = "", 0
    if path.endswith(".md"):
        page = read_markdown(data, path)
        document, body, body_line = page.front, page.body, page.body_line
    elif path.endswith(".json"):
        document = read_record(data, path)
    elif path.endswith(".csv"):
        document = read_crosswalk(data, path)
    else:
        document = read_yaml(data, path)
    pieces = tuple(_pieces(document.value)) if isinstance(document.value, dict) else ()
    elements = _elements(pieces, document.marks, body, body_line)
    mentioned = () if elements else tuple(_MENTIONED.findall(document.marks.text))
    return Source(document, pieces, elements, mentioned)


def elements_in(value: dict[str, Any], body: str = "") -> tuple[Element, ...]:
    """The elements that these fields of a file hold, where nobody asks for places."""
    return _elements(tuple(_pieces(value)), Marks("", "", None), body, 0)


def _elements(
    pieces: tuple[Piece, ...], marks: Marks, body: str, body_line: int
) -> tuple[Element, ...]:
    return tuple(element for piece in pieces for element in _cut(piece, marks, body, body_line))


def _pieces(value: dict[str, Any]) -> Iterator[Piece]:
    """The element that the file is, or the elements of its collections."""
    if "id" in value or not any(key in COLLECTIONS for key in value):
        identifier = value.get("id")
        kind = kind_of_id(identifier) if isinstance(identifier, str) else None
        yield Piece(kind, value, ())
        return
    for key, items in value.items():
        kind = COLLECTIONS.get(key)
        if kind is not None and isinstance(items, list):
            for index, item in enumerate(items):
                if isinstance(item, dict):
                    yield Piece(kind, item, (key, index))


def _cut(piece: Piece, marks: Marks, body: str, body_line: int) -> Iterator[Element]:
    """The element and those nested in it; the parent keeps their ids in their place."""
    if piece.kind is None:
        return
    value = piece.value
    identifier = value.get("id")
    nested = NESTED.get(piece.kind.name)
    if nested and isinstance(value.get(nested[0]), list):
        field, kind = nested
        ids = []
        for index, item in enumerate(value[field]):
            if isinstance(item, dict):
                steps = (*piece.steps, field, index)
                parent = identifier if isinstance(identifier, str) else None
                yield from _element(kind, item, marks, steps, parent)
                ids.append(item.get("id"))
        value = {**value, field: ids}
    yield from _element(piece.kind, value, marks, piece.steps, None, body, body_line)


def _element(
    kind: Kind,
    value: dict[str, Any],
    marks: Marks,
    steps: tuple[Step, ...],
    parent: str | None,
    body: str = "",
    body_line: int = 0,
) -> Iterator[Element]:
    identifier = value.get("id")
    if not isinstance(identifier, str) or not identifier:
        return
    title = value.get("title")
    status = next(
        (
            value[f]
            for f in ("status", "lifecycle", "progress", "outcome")
            if isinstance(value.get(f), str)
        ),
        "",
    )
    yield Element(
        identifier,
        kind.name,
        title if isinstance(title, str) else identifier,
        status,
        value,
        marks.place((*steps, "id")),
        parent,
        marks,
        steps,
        body,
        body_line,
    )
