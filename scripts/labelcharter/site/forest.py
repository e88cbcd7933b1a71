"""A forest plot as inline SVG: a dot and its interval for each group, on one scale.

The figure takes its colours from the theme, so it follows the reader's choice of light or dark and
prints as it is seen. A group whose figure is withheld has words in its row and no geometry at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from labelcharter.site.escape import inert
from labelcharter.site.wording import figure

_Scale = Callable[[float], float]
_WIDTH, _LEFT, _RIGHT, _ROW, _TOP, _FOOT = 480.0, 138.0, 74.0, 27.0, 14.0, 30.0
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
_ROOM = 19  # characters of a group's name before it is cut


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its name and its figure with its interval; None where there is none to draw."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    words: str  # what stands in place of a figure: "withheld"
    whole: bool = False  # everybody together: drawn as a diamond


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that the figures are held against: everything on its good side is the band."""

    value: float
    at_least: bool
    words: str


def forest(
    identifier: str, title: str, rows: Sequence[Row], limit: Limit | None, unit: str
) -> Markup:
    """The figure, or nothing when no row has a value. `identifier` must be unique on its page."""
    drawn = [r for r in rows if r.value is not None]
    if not drawn:
        return Markup("")
    low, high, step = _scale(drawn, limit)
    height = _TOP + _ROW * len(rows) + _FOOT

    def x(value: float) -> float:
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    parts = [*_band(limit, x, low, high, height), *_axis(x, low, high, step, height, unit)]
    short = _short_names([r.name for r in rows if not r.whole])
    for index, row in enumerate(rows):
        name = short.get(row.name, row.name)
        parts.extend(_row(row, name, _TOP + _ROW * (index + 0.5), x, unit))
    description = "; ".join(
        f"{r.name}: {figure(r.value, unit)}" if r.value is not None else f"{r.name}: {r.words}"
        for r in rows
    )
    if limit is not None:
        description += f". {limit.words}"
    return Markup(
        '<svg class="lc-forest" role="img" viewBox="0 0 %s %s" aria-labelledby="%s-t %s-d">'
        '<title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s</svg>'
    ) % (
        _px(_WIDTH),
        _px(height),
        identifier,
        identifier,
        identifier,
        inert(title),
        identifier,
        inert(description),
        Markup("").join(parts),
    )


def _short_names(names: list[str]) -> dict[str, str]:
    """Names without the words that all of them begin with, which would fill the margin."""
    words = [name.split() for name in names]
    shared = 0
    while len(names) > 1 and all(
        len(w) > shared + 1 and w[shared] == words[0][shared] for w in words
    ):
        shared += 1
    return {name: " ".join(w[shared:]) for name, w in zip(names, words, strict=True)}


def _scale(rows: Sequence[Row], limit: Limit | None) -> tuple[float, float, float]:
    """The ends of the axis and the distance of its marks, all round numbers."""
    ends = [v for r in rows for v in (r.value, r.low, r.high) if v is not None]
    if limit is not None:
        ends.append(limit.value)
    span = max(ends) - min(ends) or 0.1
    step = next((s for s in _STEPS if span / s <= 6), _STEPS[-1] * math.ceil(span / 6))
    low = math.floor(min(ends) / step) * step
    high = math.ceil(max(ends) / step) * step
    return low, (high if high > low else low + step), step


def _band(limit: Limit | None, x: _Scale, low: float, high: float, height: float) -> list[Markup]:
    if limit is None:
        return []
    start, end = (limit.value, high) if limit.at_least else (low, limit.value)
    return [
        Markup('<rect class="lc-band" x="%s" y="%s" width="%s" height="%s"/>')
        % (_px(x(start)), _px(_TOP), _px(x(end) - x(start)), _px(height - _TOP - _FOOT)),
        Markup('<line class="lc-limit" x1="%s" x2="%s" y1="%s" y2="%s"/>')
        % (_px(x(limit.value)), _px(x(limit.value)), _px(_TOP - 6), _px(height - _FOOT)),
    ]


def _axis(
    x: _Scale, low: float, high: float, step: float, height: float, unit: str
) -> list[Markup]:
    parts = []
    for index in range(round((high - low) / step) + 1):
        value = low + index * step
        text = f"{100 * value:.0f} %" if unit and step >= 0.01 else f"{value:.2f}"
        parts.append(
            Markup(
                '<line class="lc-grid" x1="%s" x2="%s" y1="%s" y2="%s"/>'
                '<text class="lc-tick" x="%s" y="%s">%s</text>'
            )
            % (
                _px(x(value)),
                _px(x(value)),
                _px(_TOP),
                _px(height - _FOOT),
                _px(x(value)),
                _px(height - _FOOT + 18),
                inert(text),
            )
        )
    return parts


def _row(row: Row, name: str, y: float, x: _Scale, unit: str) -> list[Markup]:
    name = name if len(name) <= _ROOM else f"{name[: _ROOM - 1]}…"
    parts = [
        Markup('<text class="lc-name" x="%s" y="%s">%s</text>')
        % (_px(_LEFT - 14), _px(y + 4), inert(name))
    ]
    if row.value is None:
        parts.append(
            Markup('<text class="lc-none" x="%s" y="%s">%s</text>')
            % (_px(_LEFT + 6), _px(y + 4), inert(row.words))
        )
        return parts
    if row.low is not None and row.high is not None:
        parts.append(
            Markup('<line class="lc-interval" x1="%s" x2="%s" y1="%s" y2="%s"/>')
            % (_px(x(row.low)), _px(x(row.high)), _px(y), _px(y))
        )
    at = x(row.value)
    if row.whole:
        corners = ((at - 6, y), (at, y - 6), (at + 6, y), (at, y + 6))
        points = " ".join(f"{_px(a)},{_px(b)}" for a, b in corners)
        parts.append(Markup('<polygon class="lc-point lc-whole" points="%s"/>') % points)
    else:
        parts.append(
            Markup('<circle class="lc-point" cx="%s" cy="%s" r="4.5"/>') % (_px(at), _px(y))
        )
    parts.append(
        Markup('<text class="lc-value" x="%s" y="%s">%s</text>')
        % (_px(_WIDTH - _RIGHT + 14), _px(y + 4), inert(figure(row.value, unit)))
    )
    return parts


def _px(value: float) -> str:
    """A length with one decimal, the same text on every machine."""
    return f"{value + 0.0:.1f}".removesuffix(".0")
