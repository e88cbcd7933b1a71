"""The shape of every figure: six keys, no negative zero, no number without an interval."""

from __future__ import annotations

from math import copysign

import pytest

from labelcharter.audit.statistics.estimate import (
    CONFIDENCE,
    Estimate,
    estimated,
    not_estimable,
    suppressed,
)


def test_a_figure_has_its_interval_and_what_it_rests_on() -> None:
    found = estimated(0.4, 0.3, 0.6, 17, "few")
    assert found.as_json() == {
        "value": 0.4,
        "low": 0.3,
        "high": 0.6,
        "n": 17,
        "state": "estimated",
        "reason": "few",
    }
    assert estimated(0.4, 0.3, 0.6, 17).reason == ""
    assert CONFIDENCE == 0.95


def test_a_zero_has_no_sign() -> None:
    found = estimated(-0.0, -0.0, -0.0, 3)
    for one in (found.value, found.low, found.high):
        assert one is not None
        assert copysign(1, one) == 1


@pytest.mark.parametrize(
    ("found", "state", "n"),
    [
        (not_estimable("why", 4), "not-estimable", 4),
        (not_estimable("why"), "not-estimable", 0),
        (suppressed("why"), "suppressed", None),
    ],
)
def test_without_a_figure_there_is_a_reason_and_no_number(
    found: Estimate, state: str, n: int | None
) -> None:
    nothing = {"value": None, "low": None, "high": None}
    assert found.as_json() == {**nothing, "n": n, "state": state, "reason": "why"}
