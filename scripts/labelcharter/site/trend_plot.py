"""A trend: one figure over the records of an audit, with its interval and what is tolerated.

Records stand evenly spaced in order of their day. A line joins two records only where they were
computed from the same table under the same version of the labels; anything else is a comparison of
different things, and a dashed line stands between them. A record whose figure is withheld has a
word at its place, which its day gives and no figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from labelcharter.site.axis import Axis, Drawn, Limits, Scale, axis_of
from labelcharter.site.drawing import (
    WIDTH,
    box,
    dot,
    level,
    line,
    picture,
    text,
    upright,
    wrapped,
)
from labelcharter.site.forest import SIGNS

_LEFT, _RIGHT = 46.0, WIDTH - 14.0
_LINE, _PANEL, _PAD, _BETWEEN, _FOOT = 16.0, 74.0, 12.0, 12.0, 26.0
_MARKS = 4  # numbers at the side of a panel
_LEAST_APART = 74.0  # pixels between two written days


@dataclass(frozen=True, slots=True)
class Column:
    """One record: its day as it is written, and whether it continues the one before it."""

    day: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Point:
    """The figure of one record, or the words in its place."""

    figure: Drawn | None
    words: str
    verdict: str = ""
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One group: a point for each record, in the order of the columns."""

    name: str
    points: tuple[Point, ...]


def trend(
    identifier: str,
    title: str,
    description: str,
    columns: Sequence[Column],
    panels: Sequence[Panel],
    scale: Scale,
) -> Markup:
    """The chart, a panel for each group on one scale; nothing when no record has a figure."""
    shown = [p for panel in panels for p in panel.points if p.figure]
    if not shown:
        return Markup("")
    parts: list[Markup] = []
    top = 0.0
    for panel in panels:
        lines = wrapped(panel.name, WIDTH) if panel.name else []
        for number, words in enumerate(lines):
            parts.append(text("name", 0, top + _LINE * (number + 0.8), words))
        top += _LINE * len(lines)
        if not any(p.figure for p in panel.points):
            words = ", ".join(dict.fromkeys(p.words for p in panel.points))
            parts.append(text("none", 0, top + _LINE * 0.8, f"{words} in every record"))
            top += _LINE + _BETWEEN
            continue
        figures, limits = (p.figure for p in shown if p.figure), (p.limits for p in shown)
        axis = axis_of(figures, limits, scale, top + _PANEL - _PAD, top + _PAD)
        parts.extend(_panel(panel, columns, axis, scale.unit))
        top += _PANEL + _BETWEEN
    parts.extend(_days(columns, top - _BETWEEN))
    return picture(identifier, "trend", top - _BETWEEN + _FOOT, title, description, parts)


def _x(number: int, columns: Sequence[Column]) -> float:
    width = (_RIGHT - _LEFT) / len(columns)
    return _LEFT + width * (number + 0.5)


def _panel(panel: Panel, columns: Sequence[Column], axis: Axis, unit: str) -> Iterator[Markup]:
    half = (_RIGHT - _LEFT) / len(columns) / 2
    for number, point in enumerate(panel.points):
        if point.figure and point.limits:
            yield from _band(point.limits, axis, _x(number, columns), half)
    for mark in axis.marks[:: math.ceil(len(axis.marks) / _MARKS)]:
        yield level("grid", _LEFT, _RIGHT, axis.at(mark))
        yield text("tick lc-end", _LEFT - 6, axis.at(mark) + 4, axis.words(mark, unit))
    for number, column in enumerate(columns):
        if number and not column.joined:
            x = _x(number, columns) - half
            yield upright("break", x, axis.end - _PAD, axis.start + _PAD)
    for number in range(1, len(columns)):
        yield from _joint(panel, number, columns, axis)
    for number, point in enumerate(panel.points):
        yield from _point(point, _x(number, columns), axis)


def _band(limits: Limits, axis: Axis, x: float, half: float) -> Iterator[Markup]:
    low, high = limits
    bottom = axis.start if low is None else axis.at(low)
    top = axis.end if high is None else axis.at(high)
    yield box("band", x - half, top, 2 * half, bottom - top)
    for value in (low, high):
        if value is not None:
            yield level("limit", x - half, x + half, axis.at(value))


def _joint(panel: Panel, number: int, columns: Sequence[Column], axis: Axis) -> Iterator[Markup]:
    before, here = panel.points[number - 1].figure, panel.points[number].figure
    if columns[number].joined and before and here:
        yield line(
            "joint",
            (_x(number - 1, columns), axis.at(before.value)),
            (_x(number, columns), axis.at(here.value)),
        )


def _point(point: Point, x: float, axis: Axis) -> Iterator[Markup]:
    if point.figure is None:
        middle = (axis.start + axis.end) / 2
        yield text("none lc-middle", x, middle + 4, point.words)
        return
    drawn = point.figure
    low = axis.start if drawn.low is None else axis.at(drawn.low)
    high = axis.end if drawn.high is None else axis.at(drawn.high)
    if drawn.low is not None or drawn.high is not None:
        yield upright("interval", x, high, low)
    yield dot("point", x, axis.at(drawn.value), 4.5)
    if point.verdict in SIGNS:
        yield text("sign", x + 7, axis.at(drawn.value) - 5, SIGNS[point.verdict])


def _days(columns: Sequence[Column], bottom: float) -> Iterator[Markup]:
    """The days under the lowest panel; of many records only as many as have room."""
    every = max(1, round(_LEAST_APART * len(columns) / (_RIGHT - _LEFT)))
    for number, column in enumerate(columns):
        x = _x(number, columns)
        if (len(columns) - 1 - number) % every == 0:
            yield text("tick", x, bottom + 18, column.day)
