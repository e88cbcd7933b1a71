"""Crosswalks: CSV from the values of one version of a taxonomy to those of the next."""

from __future__ import annotations

import csv
import io
from typing import Any

from labelcharter.reading.characters import decode
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.marks import Marks, Node
from labelcharter.reading.yaml_events import Document


def read_crosswalk(data: bytes, path: str) -> Document:
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
