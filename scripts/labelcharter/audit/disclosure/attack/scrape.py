"""Figures beside the name of a hidden group: in tables, drawings, running text, JSON.

Each function says where on a page it found one; it does not say the figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from labelcharter.audit.disclosure.attack.names import Named, leaks_in, mentions, windows
from labelcharter.audit.disclosure.attack.page import Drawing, Page, TableCell

_LONGEST_BESIDE = 24  # letters that a cell with a group's name may have beside it: "minus", an id


def leaks_on_page(page: Page, named: Named, everybody: Sequence[str]) -> Iterator[str]:
    """Where on a page a figure of the group stands. `everybody`: the names of all groups."""
    for table in page.tables:
        if any(_row_leaks(row, named, everybody) for row in table):
            yield "a row of a table"
        if _column_leaks(table, named, everybody):
            yield "a column of a table"
    for drawing in page.drawings:
        if any(text_leaks(words, named, everybody) for words in drawing.words):
            yield "the description of a drawing"
        if _is_drawn(drawing, named):
            yield "something is drawn in its row"
        if _written_beside(drawing, named, everybody):
            yield "a number in a drawing"
    if any(text_leaks(words, named, everybody) for words in page.words):
        yield "the text"


def text_leaks(text: str, named: Named, everybody: Sequence[str]) -> bool:
    """True where running text has a figure after the group's name."""
    return any(leaks_in(window, named, everybody) for window in windows(text, named, everybody))


def leaks_in_json(value: Any, named: Named) -> bool:
    """True where an object that names the group holds a figure."""
    if isinstance(value, dict):
        said = {text for text in value.values() if isinstance(text, str)}
        if said.intersection(named.names):
            numbers = json.dumps({key: part for key, part in value.items() if key != "line"})
            if leaks_in(numbers, named):
                return True
        return any(leaks_in_json(part, named) for part in value.values())
    return isinstance(value, list) and any(leaks_in_json(part, named) for part in value)


def _row_leaks(row: Sequence[TableCell], named: Named, everybody: Sequence[str]) -> bool:
    """The first cell that is the name of any group is this one's, and a number is in the row.

    A cell that says more than names is prose, about whatever it is about.
    """
    first = next((cell for cell in row if _is_a_name(cell.text, everybody)), None)
    if first is None or mentions(first.text, named.names) < 0:
        return False
    return any(_cell_leaks(cell, named, everybody) for cell in row)


def _is_a_name(text: str, everybody: Sequence[str]) -> bool:
    if mentions(text, everybody) < 0:
        return False
    for name in everybody:
        text = text.replace(name, "")
    return len(text.strip()) <= _LONGEST_BESIDE


def _column_leaks(
    table: Sequence[Sequence[TableCell]], named: Named, everybody: Sequence[str]
) -> bool:
    """A head names the group, and a number stands below it."""
    if not table:
        return False
    columns = [
        at
        for at, cell in enumerate(table[0])
        if at and cell.heads and cell.text.strip() in named.names
    ]
    return any(
        _cell_leaks(row[at], named, everybody)
        for row in table[1:]
        for at in columns
        if at < len(row)
    )


def _cell_leaks(cell: TableCell, named: Named, everybody: Sequence[str]) -> bool:
    return any(leaks_in(text, named, everybody) for text in (cell.text, *cell.said))


def _rows_of(drawing: Drawing, named: Named) -> list[tuple[float, float]]:
    """The heights (top, bottom) of the rows that bear the group's name, perhaps shortened."""
    heights = sorted({height for height, _ in drawing.names})
    apart = [b - a for a, b in pairwise(heights) if b - a > 1]
    half = min(apart, default=20.0) / 2
    found = []
    for height, text in drawing.names:
        short = text.rstrip("…")
        if len(short) > 1 and any(
            name == text or name.endswith(text) or (text != short and short in name)
            for name in named.names
        ):
            found.append((height - half, height + half))
    return found


def _is_drawn(drawing: Drawing, named: Named) -> bool:
    """A shape lies wholly in the group's row; what spans rows (an axis, a limit) does not."""
    return any(
        top <= (shape.top + shape.bottom) / 2 <= bottom and shape.bottom - shape.top < bottom - top
        for top, bottom in _rows_of(drawing, named)
        for shape in drawing.shapes
    )


def _written_beside(drawing: Drawing, named: Named, everybody: Sequence[str]) -> bool:
    return any(
        top <= height <= bottom and leaks_in(text, named, everybody)
        for top, bottom in _rows_of(drawing, named)
        for height, text in drawing.names
    )
