"""The three states at the exact limits, and what would settle an open one, by definition."""

from __future__ import annotations

import re
from math import ceil, exp, inf

import pytest
from scipy.optimize import brentq
from scipy.stats import nct, t

from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.power import Precision
from labelcharter.audit.statistics.verdicts import (
    ON_THE_LIMIT,
    chance,
    figure,
    more_would_settle,
    too_few,
    with_interval,
    within,
    would_settle,
)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-1.0, 2.0, "met"),
        (-1.01, 2.0, "insufficient-evidence"),
        (-1.0, 2.01, "insufficient-evidence"),
        (-3.0, -1.01, "breached"),
        (-3.0, -1.0, "insufficient-evidence"),
        (2.01, 3.0, "breached"),
        (2.0, 3.0, "insufficient-evidence"),
    ],
)
def test_a_limit_itself_is_inside(low: float, high: float, verdict: str) -> None:
    assert within(estimated((low + high) / 2, low, high, 9), -1.0, 2.0) == verdict


def test_either_kind_may_be_too_few_alone() -> None:
    assert too_few(29, 10) == "a verdict needs 30 items (there are 29)"
    assert too_few(30, 9) == "a verdict needs 10 annotators (there are 9)"
    assert too_few(30, 10) == ""


def error_of(estimate: Estimate, units: int) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return float((estimate.high - estimate.low) / 2 / t.ppf(0.975, units - 1))


def shown_by_scipy(error: float, degrees: float) -> float:
    """How far beyond a limit a figure lies that is shown there in 80 of 100 tables."""
    reach = t.ppf(0.975, degrees)
    return float(brentq(lambda d: nct.sf(reach, degrees, d / error) - 0.8, 0, 30 * error))


def numbers(said: str) -> list[int]:
    return [
        int(x.replace(",", "")) for x in re.findall(r"(?<![.\d])\d[\d,]*(?= annot| items)", said)
    ]


@pytest.mark.parametrize("annotators", [2, 3, 25])
def test_what_shows_is_that_of_the_noncentral_t_whoever_few_they_are(annotators: int) -> None:
    estimate = estimated(0.0, -0.2, 0.2, 9)
    said = would_settle(estimate, -0.5, 0.5, 40, annotators)
    shown = shown_by_scipy(error_of(estimate, annotators), annotators - 1)
    assert said.startswith(f"at 80 % power a value {figure(shown)} beyond a limit shows; ")
    factor = would_settle(estimate, -0.5, 0.5, 40, annotators, ratio=True)
    assert factor.startswith(f"at 80 % power a value a factor of {exp(shown):.2f} beyond a limit ")


@pytest.mark.parametrize(("value", "above"), [(0.1, True), (-0.1, False)])
def test_so_many_show_a_value_beyond_its_limit_and_a_tenth_less_do_not(
    value: float, above: bool
) -> None:
    """The limit is .05 on the side of the value; the other one is far away."""
    limits = (-9.0, 0.05) if above else (-0.05, 9.0)
    estimate = estimated(value, value - 0.12, value + 0.12, 9)
    now = Precision(error_of(estimate, 20) ** 2 / 2, error_of(estimate, 20) ** 2 / 2, 400, 20)
    said = would_settle(estimate, *limits, 400, 20, now)
    people, items = numbers(said)

    def power(more_items: float, more_people: float) -> float:
        error = now.variance(more_items, more_people) ** 0.5
        degrees = now.degrees(more_items, more_people)
        return float(nct.sf(t.ppf(0.975, degrees), degrees, 0.05 / error))

    assert power(people / 20, people / 20) >= 0.8 > power(0.85 * people / 20, 0.85 * people / 20)
    assert items / 400 == pytest.approx(people / 20, rel=0.1)
    assert power(1e9, 1) < 0.8
    assert said.endswith("more items alone would not")


def test_items_alone_are_told_where_they_would_do() -> None:
    now = Precision(0.01, 1e-5, 400, 40)
    said = would_settle(estimated(0.15, -0.05, 0.35, 9), -9.0, 0.05, 400, 40, now)
    (alone,) = re.findall(r"with these annotators, ([\d,]+) items", said)
    items = int(alone.replace(",", ""))

    def power(number: float) -> float:
        error = now.variance(number / 400) ** 0.5
        return float(nct.sf(t.ppf(0.975, 39), 39, 0.1 / error))

    assert power(items) >= 0.8 > power(0.9 * items)
    assert items % 100 == 0
    few = Precision(0.0001, 1e-9, 12, 40)
    said = would_settle(estimated(0.15, 0.04, 0.26, 9), -9.0, 0.05, 12, 40, few)
    assert said.endswith("with these annotators, 30 items")  # a verdict needs them


def test_a_hundred_times_the_data_are_told_and_more_are_not() -> None:
    said = would_settle(estimated(0.0501, 0.0, 0.1, 9), -9.0, 0.05, 100, 20)
    assert said.endswith("the value lies too near the limit: 100 times the data would not do")
    assert would_settle(Estimate(0.1, None, None, 9, "estimated"), -1, 1, 100, 20) == ""
    assert would_settle(not_estimable("none"), -1, 1, 100, 20) == ""


@pytest.mark.parametrize(
    ("low", "high", "nearer"),
    [(0.5, 0.75, 0.75), (-inf, 0.75, 0.75), (0.5, inf, 0.5), (0.625, 0.9, 0.625)],
)
def test_one_kind_of_thing_grows_with_the_square_of_the_reach(
    low: float, high: float, nearer: float
) -> None:
    estimate = estimated(0.6875, 0.4375, 0.9375, 9)
    times = (0.25 / abs(0.6875 - nearer)) ** 2
    step = 10 ** (len(str(int(40 * times))) - 2)
    expected = ceil(40 * times / step) * step
    assert more_would_settle(estimate, low, high, 40, "people") == (
        f"about {expected:,} people would settle it, if the value stays"
    )


def test_a_value_nearer_to_its_limit_than_a_tenth_of_its_reach_lies_on_it() -> None:
    tenth = estimated(0.0, -10.0, 10.0, 9)
    assert more_would_settle(tenth, -99.0, 1.0, 10, "items").startswith("about 1,000 items")
    assert more_would_settle(tenth, -99.0, 0.99, 10, "items") == ON_THE_LIMIT
    assert more_would_settle(tenth, -99.0, 0.0, 10, "items") == ON_THE_LIMIT
    assert more_would_settle(not_estimable("none"), -1.0, 1.0, 10, "items") == ""


@pytest.mark.parametrize(
    ("number", "told"),
    [(2, "2"), (9, "9"), (10, "10"), (99, "99"), (100, "100"), (101, "110"), (1991, "2,000")],
)
def test_numbers_are_rounded_up_to_two_digits(number: int, told: str) -> None:
    just = estimated(0.0, -1.0, 1.0, 9)  # reaches to the limit: as many as there are
    assert more_would_settle(just, -9.0, 1.0, number, "items").split()[1] == told


def test_a_part_of_a_thing_is_one_more() -> None:
    estimate = estimated(0.0, -1.1, 1.1, 9)
    assert more_would_settle(estimate, -9.0, 1.0, 10, "items").split()[1] == "13"  # of 12.1


def test_a_chance_has_four_decimals_and_certainty_none() -> None:
    assert [chance(p) for p in (0.0005, 0.5, 0.99, 1.0)] == [".0005", ".5000", ".9900", "1"]


def test_a_figure_has_no_leading_zero_unless_it_is_a_figure() -> None:
    assert [figure(x) for x in (0.5, -0.25, 10.5, -10.0, 1.0)] == [
        ".500",
        "-.250",
        "10.500",
        "-10.000",
        "1.000",
    ]
    assert with_interval(Estimate(0.5, None, None, 3, "suppressed")) == "suppressed"
