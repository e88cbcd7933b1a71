"""The scale of a chart: round numbers at its ends and marks, linear or logarithmic.

A scale is made from the figures that are shown and from limits that everybody may know, never from
a figure that is withheld.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Limits = tuple[float | None, float | None]

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)
_MARKS = 6  # at most so many steps, or their numbers run into each other on a phone
_BEYOND = 0.12  # of the span, so that a limit at the end of the scale still shows its good side
# Marks of a scale of ratios, from fine to coarse: half and double are equally far from 1.
_RATIOS = (
    (0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.5, 5.0),
    (0.05, 0.1, 0.2, 0.4, 0.8, 1.25, 2.5, 5.0, 10.0, 20.0),
    (0.01, 0.1, 1.0, 10.0, 100.0),
)
_FARTHEST = 2.5  # times beyond the outermost figure; an interval that reaches farther is an arrow


@dataclass(frozen=True, slots=True)
class Scale:
    """How figures are shown: their unit, whether as ratios, and the value of no difference."""

    unit: str = ""
    logarithmic: bool = False
    neutral: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure to draw; an end of its interval is None where it is open."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from `low` to `high`, laid over the pixels from `start` to `end`."""

    low: float
    high: float
    marks: tuple[float, ...]
    logarithmic: bool
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies; one beyond the ends lies on the end."""
        share = (self._stretched(value) - self._stretched(self.low)) / (
            self._stretched(self.high) - self._stretched(self.low)
        )
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """True where a value lies on the scale and not beyond it."""
        slack = 1e-9 * (self.high - self.low)
        return self.low - slack <= value <= self.high + slack

    def words(self, mark: float, unit: str) -> str:
        """A mark as it is written under the axis."""
        if unit:
            return f"{100 * mark:.0f}".replace("-", "−") + (" %" if unit == "%" else "")
        if self.logarithmic:
            return f"{mark:g}"
        decimals = 0 if self.marks[1] - self.marks[0] >= 1 else 2
        return f"{mark:.{decimals}f}".replace("-", "−")

    def _stretched(self, value: float) -> float:
        return math.log(max(value, self.low)) if self.logarithmic else value


def axis_of(
    figures: Iterable[Drawn],
    limits: Iterable[Limits | None],
    scale: Scale,
    start: float,
    end: float,
) -> Axis:
    """The scale for these figures and what is tolerated; at least one figure is needed."""
    drawn = list(figures)
    bounds = [limit for limit in limits if limit is not None]
    neutral = [] if scale.neutral is None else [scale.neutral]
    fixed = [*neutral, *(v for limit in bounds for v in limit if v is not None)]
    inner = [*(d.value for d in drawn), *fixed]
    ends = [v for d in drawn for v in (d.low, d.high) if v is not None]
    if scale.logarithmic:
        return _ratios([v for v in inner if v > 0], [v for v in ends if v > 0], start, end)
    values = [*inner, *ends]
    room = _BEYOND * (max(values) - min(values))
    least = 0.0 if min(values) >= 0 else -math.inf  # a share is never below 0 nor above 1
    most = 1.0 if scale.unit == "%" and max(values) <= 1 else math.inf
    values += [max(least, high - room) for low, high in bounds if low is None and high is not None]
    values += [min(most, low + room) for low, high in bounds if high is None and low is not None]
    return _linear(values, start, end)


def _linear(values: Sequence[float], start: float, end: float) -> Axis:
    """A scale that holds all `values`, with at most six steps between round ends."""
    span = max(values) - min(values) or 0.1
    step = next((s for s in _STEPS if span / s <= _MARKS), 10.0 * math.ceil(span / 10 / _MARKS))
    first, last = math.floor(min(values) / step + 1e-9), math.ceil(max(values) / step - 1e-9)
    last = max(last, first + 1)
    marks = tuple(round(n * step, 10) + 0.0 for n in range(first, last + 1))
    return Axis(marks[0], marks[-1], marks, False, start, end)


def _ratios(inner: Sequence[float], ends: Sequence[float], start: float, end: float) -> Axis:
    """A scale of ratios that holds 1 and all of `inner`, and `ends` that are not too far off."""
    inner = [*inner, 1.0]
    low = max(min([*inner, *ends]), min(inner) / _FARTHEST)
    high = min(max([*inner, *ends]), max(inner) * _FARTHEST)
    low, high = min(low / 1.05, 0.78), max(high * 1.05, 1.28)
    for marks in _RATIOS:
        found = tuple(m for m in marks if low <= m <= high)
        if math.log(high / low) <= _MARKS * math.log(marks[1] / marks[0]) and found:
            return Axis(low, high, found, True, start, end)
    return Axis(low, high, tuple(m for m in _RATIOS[-1] if low <= m <= high), True, start, end)
