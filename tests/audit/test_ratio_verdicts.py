"""A ratio's verdict at the exact ends of its limits, and how many more would end a doubt."""

from __future__ import annotations

from math import ceil, exp, inf, log

import pytest

from labelcharter.audit.statistics.ratio_interval import RatioInterval, Share
from labelcharter.audit.statistics.ratio_verdicts import judged_ratio, would_settle

ENOUGH = Share(50, 100), Share(60, 120)
BOTH, LOWER = (0.8, 1.25), (0.8, inf)


@pytest.mark.parametrize(
    ("low", "high", "limits", "verdict"),
    [
        (0.8, 1.25, BOTH, "met"),
        (0.799, 1.25, BOTH, "insufficient-evidence"),
        (0.8, 1.251, BOTH, "insufficient-evidence"),
        (0.5, 0.799, BOTH, "breached"),
        (0.5, 0.8, BOTH, "insufficient-evidence"),
        (1.251, 1.5, BOTH, "breached"),
        (1.25, 1.5, BOTH, "insufficient-evidence"),
        (0.8, 9.0, LOWER, "met"),
        (0.5, 0.7, LOWER, "breached"),
        (0.5, 9.0, LOWER, "insufficient-evidence"),
    ],
)
def test_a_limit_itself_is_inside_and_only_an_interval_wholly_outside_is_breached(
    low: float, high: float, limits: tuple[float, float], verdict: str
) -> None:
    interval = RatioInterval((low * high) ** 0.5, low, high)
    found = judged_ratio(*ENOUGH, interval, limits, "people")
    assert found.verdict == verdict
    assert (found.estimate.low, found.estimate.high, found.estimate.n) == (low, high, 100)
    assert ("would settle it" in found.why) == (verdict == "insufficient-evidence")


def test_limits_are_told_as_two_or_as_the_least() -> None:
    interval = RatioInterval(1.0, 0.9, 1.1)
    assert judged_ratio(*ENOUGH, interval, BOTH, "people").why == (
        "1.000 (.900 to 1.100), limits .800 to 1.250"
    )
    assert judged_ratio(*ENOUGH, interval, LOWER, "people").why == (
        "1.000 (.900 to 1.100), limit at least .800"
    )


def test_the_smaller_group_decides_whether_there_are_enough_on_either_side() -> None:
    clear = RatioInterval(0.5, 0.4, 0.6)
    for small, verdict in ((29, "insufficient-evidence"), (30, "breached")):
        for pair in ((Share(9, small), Share(60, 100)), (Share(60, 100), Share(9, small))):
            found = judged_ratio(*pair, clear, BOTH, "people")
            assert (found.verdict, found.estimate.n) == (verdict, small)


def test_without_an_interval_the_reason_tells_nobody_there_from_nobody_having_it() -> None:
    for pair in ((Share(0, 0), Share(3, 10)), (Share(3, 10), Share(0, 0))):
        found = judged_ratio(*pair, None, BOTH, "people")
        assert (found.why, found.estimate.n) == ("no people", 0)
    found = judged_ratio(Share(0, 40), Share(0, 1), None, BOTH, "people")
    assert (found.why, found.estimate.n) == ("none of the people of either group has it", 1)


def test_a_ratio_without_a_value_has_a_verdict_and_is_told_with_its_least_and_no_forecast() -> None:
    pair = Share(40, 90), Share(0, 1200)
    above, open_ = (
        judged_ratio(*pair, RatioInterval(None, low, inf), BOTH, "people") for low in (1.3, 1.2)
    )
    assert (above.verdict, open_.verdict) == ("breached", "insufficient-evidence")
    assert open_.why == (
        "none of the 1,200 people it is divided by has it: the ratio has no value, but is at least "
        "1.200"
    )
    assert (open_.estimate.state, open_.estimate.n) == ("not-estimable", 90)
    assert judged_ratio(*pair, RatioInterval(None, 0.0, inf), LOWER, "people").verdict == (
        "insufficient-evidence"
    )


@pytest.mark.parametrize(
    "interval",
    [RatioInterval(0.0, 0.0, 0.9), RatioInterval(0.7, 0.0, 0.9), RatioInterval(0.9, 0.7, inf)],
)
def test_where_an_end_has_no_logarithm_nothing_is_forecast(interval: RatioInterval) -> None:
    found = judged_ratio(*ENOUGH, interval, BOTH, "people")
    assert found.verdict == "insufficient-evidence"
    assert found.why.endswith("limits .800 to 1.250")


@pytest.mark.parametrize(
    ("value", "half", "limits", "nearer"),
    [
        (0.9, 0.3, BOTH, 0.8),
        (1.2, 0.3, BOTH, 1.25),
        (0.7, 0.3, BOTH, 0.8),
        (0.9, 0.3, LOWER, 0.8),
        (1.2, 0.6, LOWER, 0.8),
        (0.9, 0.5, (0.0, 1.25), 1.25),
    ],
)
def test_the_number_is_that_whose_interval_reaches_just_to_the_nearer_limit(
    value: float, half: float, limits: tuple[float, float], nearer: float
) -> None:
    """Even on the logarithm and shrinking with the root of n: half sqrt(100 / n) = |log|."""
    interval = RatioInterval(value, value * exp(-half), value * exp(half))
    why = judged_ratio(*ENOUGH, interval, limits, "people").why
    exact = 100 * (half / abs(log(value / nearer))) ** 2
    told = int(why.split("about ")[1].split()[0].replace(",", ""))
    assert exact <= told < exact * 1.1
    assert told % 10 ** (len(str(int(exact))) - 2) == 0
    assert why.endswith("people in the smaller group would settle it, if the value stays")


def test_with_one_limit_the_side_of_the_interval_that_lies_towards_it_counts() -> None:
    interval = RatioInterval(1.0, 0.7, 4.0)
    exact = 100 * (log(1 / 0.7) / log(1 / 0.8)) ** 2
    assert (
        f"about {10 * ceil(exact / 10)} people"
        in judged_ratio(*ENOUGH, interval, LOWER, "people").why
    )
    both = 100 * (log(4 / 0.7) / 2 / log(1.25)) ** 2
    assert (
        f"about {100 * ceil(both / 100):,} people"
        in judged_ratio(*ENOUGH, interval, BOTH, "people").why
    )


@pytest.mark.parametrize(
    ("half", "distance", "smaller", "number"),
    [
        (2.0, 1.0, 2, "8"),  # one digit is told to the one
        (2.0, 1.0, 3, "12"),
        (2.0, 1.0, 24, "96"),
        (2.0, 1.0, 25, "100"),
        (2.0, 1.0, 26, "110"),
        (2.0, 1.0, 253, "1,100"),
        (10.0, 1.0, 100, "10,000"),  # ten times as far as the limit can still be told
    ],
)
def test_the_number_is_rounded_up_to_two_digits(
    half: float, distance: float, smaller: int, number: str
) -> None:
    assert would_settle(half, distance, smaller) == (
        f"about {number} {{things}} in the smaller group would settle it, if the value stays"
    )


def test_a_value_nearer_to_its_limit_than_a_tenth_of_its_reach_lies_on_it() -> None:
    for distance in (0.0, 0.99):
        assert "on the limit itself" in would_settle(10.0, distance, 100)
