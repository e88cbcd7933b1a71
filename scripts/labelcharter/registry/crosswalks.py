"""Crosswalks: CSV from the values of one version of a taxonomy to those of the next."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from labelcharter.reading.characters import decode, is_readable
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.marks import Marks, Node
from labelcharter.reading.yaml_events import Document

_CELL = re.compile(r'"(?:[^"]|"")*"[^,]*|[^,]*')


def read_crosswalk(data: bytes, path: str) -> Document:
    """A crosswalk: its columns and its rows as one element, each cell with its place."""
    text, problems = decode(data, path)
    if any(d.code in ("Y008", "Y009") for d in problems) or not is_readable(text):
        return Document(path, None, Marks(path, text, None), problems)
    table = _Table(text, path)
    table.read()
    found = (*problems, *table.problems)
    if table.unreadable:
        return Document(path, None, Marks(path, text, None), found)
    parts = path.split("/")
    slug = parts[-3] if len(parts) >= 3 else "unknown"  # taxonomies/SLUG/crosswalks/FILE
    name = parts[-1].removesuffix(".csv")
    value = {
        "id": f"crosswalk.{slug}.{name}",
        "title": f"{slug}: {name}",
        "columns": table.header,
        "rows": table.rows,
    }
    start: Node = (0, 0, None, None)
    header: Node = (0, 0, table.header_nodes, None)
    first = table.nodes[0][0] if table.nodes else 0
    rows: Node = (first, 0, table.nodes, None)
    root: Node = (
        0,
        0,
        {"id": (0, 0, start), "columns": (0, 0, header), "rows": (first, 0, rows)},
        None,
    )
    return Document(path, value, Marks(path, text, root), found)


class _Table:
    """The header and the rows of a CSV text, with marks and problems."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.lines = text.split("\n")
        self.header: list[str] = []
        self.header_nodes: list[Node] = []
        self.rows: list[dict[str, Any]] = []
        self.nodes: list[Node] = []
        self.problems: list[Diagnostic] = []
        self.unreadable = False

    def read(self) -> None:
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        line = 0
        try:
            self.header = next(reader, [])
            self.header_nodes = self.cells(0, reader.line_num)
            self.unreadable = not self.header_is_sound()
            line = reader.line_num
            for record in () if self.unreadable else reader:
                if record:  # a blank line, often the last, says nothing
                    self.row(record, line, reader.line_num)
                line = reader.line_num
        except csv.Error as error:
            self.unreadable = True
            self.report(
                "Y001", line, 0, f"this is not CSV ({error})", "look for a quote that is not closed"
            )

    def row(self, record: list[str], line: int, end: int) -> None:
        if len(record) != len(self.header):
            self.report(
                "Y014",
                line,
                0,
                f"this row has {len(record)} cells, the header {len(self.header)}",
                "quote a cell that holds a comma; write a comma for an empty cell",
            )
            return
        self.rows.append(dict(zip(self.header, record, strict=True)))
        places = self.cells(line, end)
        if len(places) != len(record):  # text after a closing quote: point at the row
            places = [(line, 0, None, None)] * len(record)
        cells = {
            name: (node[0], node[1], node) for name, node in zip(self.header, places, strict=True)
        }
        self.nodes.append((line, 0, cells, None))

    def header_is_sound(self) -> bool:
        if not self.header:
            self.report("Y013", 0, 0, "the file is empty", "delete it, or write the header line")
        elif len(self.header) == 1 and ";" in self.header[0]:
            self.report(
                "Y001",
                0,
                self.header[0].index(";"),
                "the cells are separated by semicolons",
                "save the table as CSV with commas",
            )
        else:
            for index, name in enumerate(self.header):
                if name in self.header[:index]:
                    self.report(
                        "Y002",
                        0,
                        self.header_nodes[index][1],
                        f"the column `{name}` is given twice",
                        "keep one of the two",
                        width=max(1, len(name)),
                    )
                    return False
            return True
        return False

    def cells(self, line: int, end: int) -> list[Node]:
        """Where each cell of the record on lines `line` to `end` begins, all from 0."""
        text = "\n".join(self.lines[line:end]).removesuffix("\r")
        found: list[Node] = []
        position = 0
        while position <= len(text):
            before = text[:position]
            column = position - (before.rfind("\n") + 1)
            found.append((line + before.count("\n"), column, None, None))
            match = _CELL.match(text, position)
            position = (match.end() if match else position) + 1
        return found

    def report(
        self, code: str, line: int, column: int, message: str, help_: str, width: int = 1
    ) -> None:
        place = Place(self.path, line + 1, column + 1)
        self.problems.append(Diagnostic(code, "error", place, message, help_, width=width))
