"""From bytes to elements: what a file holds, each element cut out with its places.

Extraction depends on the bytes and the form of the file only, never on where the file lies, so
that history can read any blob of the past with the same function.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from labelcharter.reading.characters import decode
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.front_matter import read_markdown
from labelcharter.reading.marks import Marks, Node
from labelcharter.reading.yaml_events import Document, read_yaml
from labelcharter.registry.graph import Element, Step
from labelcharter.registry.kinds import COLLECTIONS, KINDS, NESTED, Kind, kind_of_id

_MENTIONED = re.compile(r"^[ \t-]*id:[ \t]*[\"']?([A-Za-z0-9.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One top-level element of a file as it stands there: its kind (None: unknown) and steps."""

    kind: Kind | None
    value: dict[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One governed file: its document, its pieces, its elements, and ids it seems to mention.

    `mentioned` is filled only for a file that could not be read, so that a reference to one of its
    elements is not reported as a second mistake.
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
        document = _read_json(data, path)
    elif path.endswith(".csv"):
        document = _read_crosswalk(data, path)
    else:
        document = read_yaml(data, path)
    if not isinstance(document.value, dict):
        mentioned = tuple(_MENTIONED.findall(document.marks.text))
        return Source(document, (), (), mentioned)
    pieces = tuple(_pieces(document.value))
    elements = tuple(
        element for piece in pieces for element in _cut(piece, document.marks, body, body_line)
    )
    return Source(document, pieces, elements, ())


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


class _TwiceGiven(ValueError):
    """A key stands twice in one JSON object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceGiven(next(k for k in keys if keys.count(k) > 1))
    return value


def _no_constant(word: str) -> Any:
    raise _TwiceGiven(f"{word} is not a number that can be published")


def _read_json(data: bytes, path: str) -> Document:
    """A computed record: strict JSON, with the place of the id only (nobody edits it by hand)."""
    text, problems = decode(data, path)
    value = None
    if not any(d.code in ("Y008", "Y009") for d in problems):
        try:
            value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        except RecursionError:
            problems += (
                Diagnostic(
                    "Y007",
                    "error",
                    Place(path),
                    "nested too deeply to be a record",
                    "compute it again with `labelcharter audit run`",
                ),
            )
        except _TwiceGiven as error:
            problems += (
                Diagnostic(
                    "Y002",
                    "error",
                    Place(path),
                    f"`{error}` is given twice or not allowed",
                    "compute it again with `labelcharter audit run`",
                ),
            )
        except json.JSONDecodeError as error:
            problems += (
                Diagnostic(
                    "Y001",
                    "error",
                    Place(path, error.lineno, error.colno),
                    f"this is not JSON ({error.msg})",
                    "compute it again with `labelcharter audit run`",
                ),
            )
    if value is not None and not isinstance(value, dict):
        problems += (
            Diagnostic(
                "Y014",
                "error",
                Place(path),
                "the file holds no fields with names",
                "compute it again with `labelcharter audit run`",
            ),
        )
        value = None
    found = re.search(r'"id": ?"', text)
    line = text.count("\n", 0, found.start()) if found else 0
    root: Node | None = None
    if isinstance(value, dict):
        root = (0, 0, {"id": (line, 0, (line, 0, None, None))}, None)
    return Document(path, value, Marks(path, text, root), problems)


def _read_crosswalk(data: bytes, path: str) -> Document:
    """A crosswalk: its rows as one element, each row with its line."""
    text, problems = decode(data, path)
    rows: list[dict[str, Any]] = []
    nodes: list[Node] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        line = reader.line_num
        for record in reader:
            if len(record) != len(header):
                problems += (
                    Diagnostic(
                        "Y014",
                        "error",
                        Place(path, line + 1),
                        f"this row has {len(record)} cells, the header {len(header)}",
                        "quote a cell that holds a comma",
                    ),
                )
            else:
                rows.append(dict(zip(header, record, strict=True)))
                cells = dict.fromkeys(header, (line, 0, (line, 0, None, None)))
                nodes.append((line, 0, cells, None))
            line = reader.line_num
    except csv.Error as error:
        problems += (
            Diagnostic(
                "Y001",
                "error",
                Place(path, reader.line_num + 1),
                f"this is not CSV ({error})",
                "look for a quote that is never closed",
            ),
        )
    parts = path.split("/")
    slug = parts[-3] if len(parts) >= 3 else "unknown"  # taxonomies/SLUG/crosswalks/FILE
    identifier = f"crosswalk.{slug}.{parts[-1].removesuffix('.csv')}"
    value = {"id": identifier, "title": f"{slug}: {parts[-1].removesuffix('.csv')}", "rows": rows}
    id_node: Node = (0, 0, None, None)
    root: Node = (0, 0, {"id": (0, 0, id_node), "rows": (0, 0, (0, 0, nodes, None))}, None)
    return Document(path, value, Marks(path, text, root), problems)


def expected_kind(piece: Piece, home_kind: Kind | None) -> Kind | None:
    """The kind whose schema a piece must satisfy: its own, else its home's."""
    return piece.kind or home_kind


def governed_kinds() -> tuple[Kind, ...]:
    """The kinds that have a file of their own or a collection in one."""
    return tuple(kind for kind in KINDS.values() if kind.nested is None)
