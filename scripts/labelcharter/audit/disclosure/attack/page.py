"""A built page, taken apart: rows of its tables, drawings, and every other text with its place.

Reads the HTML that was built, not the data that it was built from: what a template adds, an
attribute or the length of a bar, is in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SPOKEN = ("title", "alt", "aria-label", "aria-valuetext", "style", "width", "value", "content")
_NOT_FIGURES = ("data-label", "data-search-exclude")
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"})
_SHAPES = ("circle", "ellipse", "line", "path", "polygon", "polyline", "rect")


@dataclass(slots=True)
class TableCell:
    """A cell: its text, and what its attributes and those within it say."""

    text: str = ""
    said: list[str] = field(default_factory=list)
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn: the heights between which it lies."""

    top: float
    bottom: float


@dataclass(slots=True)
class Drawing:
    """An SVG: names with the height that they stand at, shapes, and its title and description."""

    names: list[tuple[float, str]] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """Fill with `feed`; then `tables`, `drawings` and `words` hold what the page says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[TableCell]]] = []
        self.drawings: list[Drawing] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._cell: TableCell | None = None
        self._height: float | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a table, a row, a cell, a shape, and of attributes that say something."""
        if tag not in _VOID:
            self._open.append(tag)
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self._cell = TableCell(heads=tag == "th")
            self.tables[-1][-1].append(self._cell)
        elif tag == "svg":
            self.drawings.append(Drawing())
        elif "svg" in self._open and tag == "text":
            self._height = _number(given.get("y", ""))
        elif "svg" in self._open and tag in _SHAPES:
            if (shape := _shape(tag, given)) is not None:
                self.drawings[-1].shapes.append(shape)
            return
        said = [
            value
            for name, value in given.items()
            if name in _SPOKEN or (name.startswith("data-") and name not in _NOT_FIGURES)
        ]
        if self._cell is not None:
            self._cell.said += said
        elif "svg" not in self._open:
            self.words += said

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself, as shapes may."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag, and with it those that were left open within."""
        if tag not in self._open:
            return
        while self._open and self._open.pop() != tag:
            continue
        if tag in ("td", "th", "tr", "table"):
            self._cell = None
        elif tag == "text":
            self._height = None

    def handle_data(self, data: str) -> None:
        """Text, by where it stands; scripts and styles are not text."""
        if not data.strip() or {"script", "style"} & set(self._open):
            return
        if "svg" in self._open:
            inside = self._open[self._open.index("svg") :]
            if "title" in inside or "desc" in inside:
                self.drawings[-1].words.append(data)
            elif self._height is not None:
                self.drawings[-1].names.append((self._height, data.strip()))
        elif self._cell is not None:
            self._cell.text += data
        else:
            self.words.append(data)


def page_of(html: str) -> Page:
    """The page, read to its end."""
    page = Page()
    page.feed(html)
    page.close()
    return page


def _number(text: str) -> float | None:
    found = re.match(r"-?\d+(\.\d+)?", text.strip())
    return float(found[0]) if found else None


def _shape(tag: str, given: dict[str, str]) -> Shape | None:
    """The heights of a shape; None where it has none that can be read."""

    def of(name: str) -> float:
        return _number(given.get(name, "")) or 0.0

    if tag in ("circle", "ellipse"):
        reach = of("r" if tag == "circle" else "ry")
        return Shape(of("cy") - reach, of("cy") + reach)
    if tag == "line":
        return Shape(min(of("y1"), of("y2")), max(of("y1"), of("y2")))
    if tag == "rect":
        return Shape(of("y"), of("y") + of("height"))
    if tag == "path":
        return _heights_of_path(given.get("d", ""))
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", given.get("points", ""))]
    heights = numbers[1::2]
    return Shape(min(heights), max(heights)) if heights else None


def _heights_of_path(text: str) -> Shape | None:
    """Where the pen goes, for moves and lines; curves by the points that they are drawn with."""
    height, heights = 0.0, []
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", text):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", rest)]
        upright = numbers if command in "vV" else [] if command in "hHzZ" else numbers[1::2]
        for number in upright:
            height = height + number if command.islower() else number
            heights.append(height)
        if command in "hH":
            heights.append(height)
    return Shape(min(heights), max(heights)) if heights else None
