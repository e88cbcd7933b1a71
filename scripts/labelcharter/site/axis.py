"""The scale of a chart: round numbers at its ends and marks, linear or logarithmic.

A scale is made from the figures that are shown and from limits that everybody may know, never from
a figure that is withheld.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)
_MARKS = 6  # at most so many steps, or their numbers run into each other on a phone
# Marks of a scale of ratios: halving and doubling are as far from 1 as each other.
_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.5, 5.0, 10.0, 20.0, 50.0)
_LEAST_RATIO, _GREATEST_RATIO = _RATIOS[0], _RATIOS[-1]


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
        decimals = 1 if self.logarithmic and mark >= 2 else 2
        step = self.marks[1] - self.marks[0] if len(self.marks) > 1 else 1.0
        if not self.logarithmic and step >= 1:
            decimals = 0
        return f"{mark:.{decimals}f}".replace("-", "−")

    def _stretched(self, value: float) -> float:
        return math.log(max(value, self.low)) if self.logarithmic else value


def linear(values: Iterable[float], start: float, end: float) -> Axis:
    """A scale that holds all `values`, with at most six steps between round ends."""
    found = list(values)
    span = max(found) - min(found) or 0.1
    step = next((s for s in _STEPS if span / s <= _MARKS), 10.0 * math.ceil(span / 10 / _MARKS))
    first, last = math.floor(min(found) / step + 1e-9), math.ceil(max(found) / step - 1e-9)
    last = max(last, first + 1)
    marks = tuple(round(n * step, 10) + 0.0 for n in range(first, last + 1))
    return Axis(marks[0], marks[-1], marks, False, start, end)


def logarithmic(values: Iterable[float], start: float, end: float) -> Axis:
    """A scale of ratios around 1 that holds all `values` between a hundredth and fifty times."""
    found = [min(max(v, _LEAST_RATIO), _GREATEST_RATIO) for v in (*values, 1.0)]
    low = max((r for r in _RATIOS if r <= min(found)), default=_LEAST_RATIO)
    high = min((r for r in _RATIOS if r >= max(found)), default=_GREATEST_RATIO)
    low = low if low < 1 else 0.8
    high = high if high > 1 else 1.25
    marks = [r for r in _RATIOS if low <= r <= high]
    while len(marks) > _MARKS + 1:  # thin out, but keep the ends and 1
        kept = [r for n, r in enumerate(marks) if r in (low, high, 1.0) or n % 2]
        if len(kept) == len(marks):
            break
        marks = kept
    return Axis(low, high, tuple(marks), True, start, end)
