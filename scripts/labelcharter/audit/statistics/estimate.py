"""One figure and how far it can be trusted: the shape of every number the product prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["estimated", "not-estimable", "suppressed"]

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, or the reason why there is none.

    `n` counts what the figure rests on (each statistic says what). `value`, `low` and `high` are
    None unless the state is "estimated"; `n` too is None when the state is "suppressed". `reason`
    is empty for an ordinary figure and otherwise qualifies it.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int | None
    state: State
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The contract's six keys."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "state": self.state,
            "reason": self.reason,
        }


def estimated(value: float, low: float, high: float, n: int, reason: str = "") -> Estimate:
    """A figure with its interval. Negative zeros are made plain so that bytes do not differ."""
    return Estimate(value + 0.0, low + 0.0, high + 0.0, n, "estimated", reason)


def not_estimable(reason: str, n: int = 0) -> Estimate:
    """No figure, and why."""
    return Estimate(None, None, None, n, "not-estimable", reason)


def suppressed(reason: str) -> Estimate:
    """A figure that exists and is not shown."""
    return Estimate(None, None, None, None, "suppressed", reason)
