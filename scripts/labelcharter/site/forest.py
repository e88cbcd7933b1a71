"""A forest plot: each row's figure and its interval on one scale, held against what is tolerated.

The name stands above its row, so that long names stay whole and the plot is as wide as the screen.
A row whose figure is withheld has words and no geometry at all: neither the order of the rows nor
the scale knows its value. Where a range is expected if group meant nothing, it lies under the
interval, thinner and dashed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from labelcharter.site.axis import Axis, Drawn, Limits, Scale, axis_of
from labelcharter.site.drawing import (
    LETTER,
    WIDTH,
    boxes,
    corners,
    diamond,
    dot,
    level,
    picture,
    text,
    uprights,
    wrapped,
)
from labelcharter.site.wording import figure

SIGNS = {"met": "✓", "breached": "✕", "insufficient-evidence": "?"}
_Track = tuple[float, float] | None

_LEFT, _RIGHT = 18.0, WIDTH - 18.0  # of the scale: room for half a number at both ends
_LINE, _TRACK, _EXPECTED, _BETWEEN = 17.0, 14.0, 9.0, 7.0  # heights
_HEAD, _FOOT = 8.0, 24.0
_GAP = 12.0  # between a name and the value at its right
_BESIDE = 14  # letters; longer words in place of a value stand under the name
_MARKS_ABOVE_TOO = 12  # rows; a longer plot has its numbers at both ends
_ARROW = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Without a figure, `words` say why: "withheld", or what makes it inestimable."""

    name: str
    figure: Drawn | None
    words: str
    whole: bool = False  # everybody together: drawn as a diamond
    expected: Drawn | None = None  # if group meant nothing
    limits: Limits | None = None
    verdict: str = ""


def forest(
    identifier: str, title: str, description: str, rows: Sequence[Row], scale: Scale
) -> Markup:
    """The plot, or nothing when no row has a figure."""
    if not any(row.figure for row in rows):
        return Markup("")
    axis = _axis(rows, scale)
    heights = [_height(row, scale.unit) for row in rows]
    head = _HEAD + (_LINE if len(rows) > _MARKS_ABOVE_TOO else 0.0)
    tops = [head + sum(heights[:n]) for n in range(len(rows))]
    bottom = head + sum(heights)
    tracks = [_track(row, top, scale.unit) for row, top in zip(rows, tops, strict=True)]
    parts = [
        *_bands(rows, axis, tracks),
        *_grid(axis, scale, tracks, head, bottom, above=len(rows) > _MARKS_ABOVE_TOO),
    ]
    for row, top in zip(rows, tops, strict=True):
        parts.extend(_row(row, top, axis, scale.unit))
    return picture(identifier, "forest", bottom + _FOOT, title, description, parts)


def _axis(rows: Sequence[Row], scale: Scale) -> Axis:
    """The scale of the rows that have a figure: the others must not move it."""
    shown = [row for row in rows if row.figure]
    figures = [drawn for row in shown for drawn in (row.figure, row.expected) if drawn]
    return axis_of(figures, (row.limits for row in shown), scale, _LEFT, _RIGHT)


def _height(row: Row, unit: str) -> float:
    lines = len(_name(row, unit)) + len(_reason(row))
    track = _TRACK + (_EXPECTED if row.expected else 0.0) if row.figure else 0.0
    return _LINE * lines + track + _BETWEEN


def _track(row: Row, top: float, unit: str) -> _Track:
    """The top and height of the strip under a name that a figure is drawn on; None without one."""
    if row.figure is None:
        return None
    return top + _LINE * len(_name(row, unit)) + 1, _TRACK + (_EXPECTED if row.expected else 0.0)


def _name(row: Row, unit: str) -> list[str]:
    """The lines of a name, beside which its value or a word in its place has room."""
    beside = _value(row, unit)
    return wrapped(row.name, WIDTH - (len(beside) * LETTER + _GAP if beside else 0.0))


def _value(row: Row, unit: str) -> str:
    """What stands at the right of a name: the verdict's sign and the value, or a word."""
    if row.figure is None:
        return "" if _reason(row) else row.words
    return f"{SIGNS.get(row.verdict, '')} {figure(row.figure.value, unit)}".strip()


def _reason(row: Row) -> list[str]:
    """The lines under a name that has no figure and needs more than a word to say why."""
    return wrapped(row.words, WIDTH) if row.figure is None and len(row.words) > _BESIDE else []


def _bands(rows: Sequence[Row], axis: Axis, tracks: Sequence[_Track]) -> Iterator[Markup]:
    """What is tolerated, behind the track of each row that has a figure."""
    band, edges = [], []
    for row, track in zip(rows, tracks, strict=True):
        if track is None or row.limits is None:
            continue
        low, high = row.limits
        start = axis.start if low is None else axis.at(low)
        end = axis.end if high is None else axis.at(high)
        band.append((start, track[0], end - start, track[1]))
        edges += [(axis.at(v), track[0], track[1]) for v in (low, high) if v is not None]
    if band:
        yield boxes("band", band)
        yield uprights("limit", edges)


def _grid(
    axis: Axis, scale: Scale, tracks: Sequence[_Track], head: float, bottom: float, *, above: bool
) -> Iterator[Markup]:
    """Marks behind the tracks only, so that no line runs through a name."""
    found = [track for track in tracks if track is not None]
    for kind, marks in (
        ("grid", [m for m in axis.marks if m != scale.neutral]),
        ("neutral", [m for m in axis.marks if m == scale.neutral]),
    ):
        if marks:
            yield uprights(kind, [(axis.at(m), y, high) for y, high in found for m in marks])
    for mark in axis.marks:
        words = axis.words(mark, scale.unit)
        yield text("tick", axis.at(mark), bottom + 15, words)
        if above:
            yield text("tick", axis.at(mark), head - 7, words)


def _row(row: Row, top: float, axis: Axis, unit: str) -> Iterator[Markup]:
    lines = _name(row, unit)
    y = top + _LINE * len(lines)
    for number, words in enumerate(lines):
        yield text("name", 0, top + _LINE * (number + 0.8), words)
    if beside := _value(row, unit):
        yield text("value" if row.figure else "none lc-end", WIDTH, top + _LINE * 0.8, beside)
    for number, words in enumerate(_reason(row)):
        yield text("none", 0, y + _LINE * (number + 0.8), words)
    if row.figure is None:
        return
    middle = y + 1 + _TRACK / 2
    yield from _interval(row.figure, axis, middle, "interval")
    at = axis.at(row.figure.value)
    if row.whole:
        yield diamond("point lc-whole", at, middle, 6)
    elif axis.holds(row.figure.value):
        yield dot("point", at, middle, 4.5)
    else:  # beyond a scale of ratios: pointed at, not placed
        yield corners("point", _arrow(at, middle, 2 * _ARROW if at > _LEFT else -2 * _ARROW))
    if row.expected is not None:
        under = y + _TRACK + _EXPECTED / 2
        yield from _interval(row.expected, axis, under, "chance")
        yield dot("chance", axis.at(row.expected.value), under, 3)


def _interval(drawn: Drawn, axis: Axis, y: float, kind: str) -> Iterator[Markup]:
    """A line between the ends; an end that is open or beyond the scale is an arrow."""
    if drawn.low is None and drawn.high is None:
        return
    start = axis.start if drawn.low is None else axis.at(drawn.low)
    end = axis.end if drawn.high is None else axis.at(drawn.high)
    yield level(kind, start, end, y)
    if drawn.low is None or not axis.holds(drawn.low):
        yield corners(f"{kind}-end", _arrow(start, y, -_ARROW))
    if drawn.high is None or not axis.holds(drawn.high):
        yield corners(f"{kind}-end", _arrow(end, y, _ARROW))


def _arrow(x: float, y: float, long: float) -> tuple[tuple[float, float], ...]:
    return ((x, y - 4), (x + long, y), (x, y + 4))
