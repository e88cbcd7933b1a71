"""What a table can show, and what would settle it: against statsmodels and against simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import chi2, nct, norm, t
from statsmodels.stats.power import NormalIndPower, TTestPower

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.estimate import estimated, not_estimable
from labelcharter.audit.statistics.jackknife import (
    Jackknife,
    Variance,
    jackknife,
    variance_of_difference,
)
from labelcharter.audit.statistics.power import (
    Needed,
    Precision,
    chance_to_lie_within,
    chance_to_show,
    from_interval,
    needed,
    precision,
    precision_of,
    precision_of_difference,
    smallest_shown,
)
from labelcharter.audit.statistics.rates import label_rate
from labelcharter.audit.statistics.verdicts import would_settle
from labelcharter.audit.tables.cleaning import Grouping, Ratings

INFINITE = float("inf")


@given(effect=st.floats(0.05, 2), n=st.integers(3, 200), level=st.sampled_from([0.01, 0.05, 0.2]))
def test_the_chance_to_show_is_that_of_statsmodels(effect: float, n: int, level: float) -> None:
    expected = TTestPower().power(effect, n, level / 2, alternative="larger")
    assert chance_to_show(effect, n**-0.5, n - 1, level) == pytest.approx(expected, abs=1e-9)


@given(n=st.integers(2, 400), power=st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_what_is_shown_at_the_smallest_is_shown_with_just_this_power(n: int, power: float) -> None:
    shown = smallest_shown(n**-0.5, n - 1, power)
    assert chance_to_show(shown, n**-0.5, n - 1) == pytest.approx(power, abs=1e-5)
    reach = nct.ppf(1 - power, n - 1, shown * n**0.5)
    assert reach == pytest.approx(nct.ppf(0.975, n - 1, 0), rel=1e-3)


def test_the_smallest_shown_is_that_of_statsmodels() -> None:
    for n in (5, 20, 80):
        expected = TTestPower().solve_power(nobs=n, alpha=0.025, power=0.8, alternative="larger")
        assert smallest_shown(n**-0.5, n - 1) == pytest.approx(expected, rel=1e-5)
    expected = NormalIndPower().solve_power(nobs1=50, alpha=0.025, power=0.8, alternative="larger")
    assert smallest_shown((2 / 50) ** 0.5, INFINITE) == pytest.approx(expected, rel=1e-5)


def test_many_degrees_of_freedom_join_the_normal_without_a_step() -> None:
    for function in (smallest_shown, lambda e, d: chance_to_show(2.5, e, d)):
        assert function(1.0, 9_999) == pytest.approx(function(1.0, 10_001), rel=3e-4)
    assert chance_to_show(60, 1, 1e5) == 1.0
    assert chance_to_show(60, 1, 20) == 1.0


@pytest.mark.parametrize("degrees", [4, 15, 60, INFINITE])
@pytest.mark.parametrize(("below", "above"), [(0.3, 0.3), (0.25, 0.6), (0.5, 0.2)])
def test_the_chance_to_lie_within_is_that_of_the_definition(
    degrees: float, below: float, above: float
) -> None:
    """The interval lies inside: over every standard error that such a sample might have shown."""
    error = 0.08

    def given_it_shows(shown: float) -> float:
        reach = t.ppf(0.975, degrees) * shown if degrees < INFINITE else norm.ppf(0.975) * shown
        return max(0.0, norm.cdf((above - reach) / error) - norm.cdf((reach - below) / error))

    if degrees == INFINITE:
        expected = given_it_shows(error)
    else:
        expected = quad(
            lambda x: given_it_shows(error * (x / degrees) ** 0.5) * chi2.pdf(x, degrees),
            *chi2.ppf([1e-9, 1 - 1e-9], degrees),
            limit=200,
        )[0]
    found = chance_to_lie_within(below, above, error, degrees)
    assert found <= expected + 1e-7
    assert found == pytest.approx(expected, abs=0.05)
    if degrees >= 15:
        assert found == pytest.approx(expected, abs=1e-3)


def test_an_interval_wider_than_its_limits_cannot_lie_within() -> None:
    assert chance_to_lie_within(0.01, 0.01, 0.1, 20) == 0.0


def test_within_and_shown_are_each_others_mirror_where_there_is_one_limit() -> None:
    assert chance_to_lie_within(0.3, INFINITE, 0.1, 12) == pytest.approx(
        chance_to_show(0.3, 0.1, 12)
    )


def crossed(
    rng: np.random.Generator, items: int, annotators: int, each: int, lean: float = 0.12
) -> Ratings:
    """Two groups of people with leanings rate the same items, `each` of a group an item."""
    chosen = [np.argsort(rng.random((items, annotators)), axis=1)[:, :each] for _ in range(2)]
    annotator = np.concatenate([c.ravel() + k * annotators for k, c in enumerate(chosen)])
    item = np.tile(np.repeat(np.arange(items, dtype=np.int32), each), 2)
    hard = 0.15 * rng.standard_normal(items)
    p = np.clip(0.45 + hard[item] + lean * rng.standard_normal(2 * annotators)[annotator], 0, 1)
    label = (rng.random(len(item)) < p).astype(np.int32)
    group = np.repeat(np.arange(2, dtype=np.int32), items * each)
    nothing = np.full(len(item), -1, dtype=np.int32)
    grouping = Grouping("group", "annotator", ("a", "b"), group)
    return Ratings(
        item, annotator.astype(np.int32), label, nothing, nothing, ("0", "1"), (grouping,)
    )


def jacks(ratings: Ratings, figure: str) -> list[Jackknife]:
    reduction = reduce_ratings(ratings, ratings.groupings[0])
    statistic = label_rate(1) if figure == "rate" else alpha("nominal")
    return [jackknife(one_group(reduction, group), statistic) for group in (0, 1)]


@pytest.mark.parametrize("figure", ["rate", "alpha"])
@pytest.mark.parametrize(("times", "of_people"), [(3, 1), (1, 3), (3, 3)])
def test_the_variance_falls_as_forecast_when_items_or_annotators_grow(
    figure: str, times: int, of_people: int
) -> None:
    """Mean of the forecast from small tables against the mean variance of tables so much larger."""
    rng = np.random.default_rng(4)
    forecast, found = [], []
    for _ in range(40):
        now = precision_of_difference(*jacks(crossed(rng, 80, 15, 5), figure))
        then = precision_of_difference(*jacks(crossed(rng, 80 * times, 15 * of_people, 5), figure))
        assert now is not None
        assert then is not None
        assert now.variance() == pytest.approx(now.of_items + now.of_annotators)
        forecast.append(now.variance(times, of_people))
        found.append(then.variance())
    assert np.mean(found) == pytest.approx(np.mean(forecast), rel=0.2)


def test_only_the_annotators_own_part_is_left_with_any_number_of_items() -> None:
    now = Precision(0.003, 0.001, 100, 20)
    assert now.variance(1e12, 1) == pytest.approx(0.001)
    assert now.variance(1, 1e12) == pytest.approx(0.003)
    assert (now.degrees(), now.degrees(0.1, 1)) == (19, 9)
    few_items = Precision(0.003, 0.001, 8, 20)
    assert (few_items.degrees(), few_items.degrees(2), few_items.degrees(9)) == (7, 15, 19)


def test_the_precision_of_a_difference_holds_both_groups_ratings_and_the_smaller_ones_units() -> (
    None
):
    ratings = crossed(np.random.default_rng(2), 40, 9, 4)
    ratings = ratings.where((ratings.annotator < 15) & ((ratings.item < 30) | (ratings.label == 1)))
    a, b = jacks(ratings, "rate")
    parts = variance_of_difference(a, b)
    annotators, rated = a.annotators + b.annotators, a.ratings + b.ratings
    own = (parts.annotator - parts.rating) * rated / (rated - annotators)
    now = precision_of_difference(a, b)
    assert now is not None
    assert parts.annotator > parts.rating
    assert now.of_annotators == pytest.approx(own)
    assert now.of_items == pytest.approx(parts.two_way - own)
    assert (now.items, now.annotators) == (min(a.items, b.items), min(a.annotators, b.annotators))
    assert a.annotators != b.annotators


@pytest.mark.parametrize(("items", "annotators", "t_"), [(2, 40, 12.7062), (40, 6, 2.570582)])
def test_the_error_behind_an_interval_is_half_of_it_over_t(
    items: int, annotators: int, t_: float
) -> None:
    found = from_interval(0.4, items, annotators)
    assert found is not None
    assert found.variance() == pytest.approx((0.2 / t_) ** 2, rel=1e-4)
    assert (found.of_annotators, found.items, found.annotators) == (0.0, items, annotators)


def test_one_annotator_settles_nothing_and_two_may() -> None:
    alone, two = Precision(1e-9, 1e-9, 100, 1), Precision(1e-9, 1e-9, 100, 2)
    assert needed(alone, INFINITE, 0.5).only_items is None
    assert needed(alone, INFINITE, 0.5).only_annotators == pytest.approx(2.0, rel=2e-3)
    assert needed(two, INFINITE, 0.5).only_items is not None


def test_ratings_that_are_all_by_different_people_leave_nothing_to_either_alone() -> None:
    parts = Variance(item=0.002, annotator=0.002, rating=0.002)
    assert precision(parts, 50, 50, 50) == Precision(0.002, 0.0, 50, 50)
    own = precision(Variance(item=0.001, annotator=0.005, rating=0.001), 100, 10, 500)
    assert own.of_annotators == pytest.approx(0.004 * 500 / 490)
    assert own.of_items + own.of_annotators == pytest.approx(0.005)


@given(
    of_items=st.floats(1e-5, 1e-2),
    of_annotators=st.floats(1e-5, 1e-2),
    annotators=st.integers(5, 60),
    value=st.floats(-0.3, 0.3),
)
def test_what_is_needed_is_enough_and_a_little_less_is_not(
    of_items: float, of_annotators: float, annotators: int, value: float
) -> None:
    now = Precision(of_items, of_annotators, 200, annotators)
    found = needed(now, value + 0.05, 0.05 - value)

    def power(items: float, people: float) -> float:
        error, degrees = now.variance(items, people) ** 0.5, now.degrees(items, people)
        if abs(value) > 0.05:
            return chance_to_show(abs(value) - 0.05, error, degrees)
        return chance_to_lie_within(value + 0.05, 0.05 - value, error, degrees)

    ways = ((found.both, 1, 1), (found.only_items, 1, 0), (found.only_annotators, 0, 1))
    for times, of_items_, of_people in ways:
        if times is None:
            assert power(100 if of_items_ else 1, 100 if of_people else 1) < 0.8
        else:
            assert power(times if of_items_ else 1, times if of_people else 1) >= 0.8
            less = 0.99 * times
            if min(200, annotators * less) > 3:
                assert power(less if of_items_ else 1, less if of_people else 1) < 0.8


def test_the_limit_itself_is_never_settled() -> None:
    now = Precision(0.001, 0.001, 100, 20)
    assert needed(now, 0.1, 0.0) == Needed(None, None, None)
    assert needed(now, INFINITE, 0.05).both is not None


def test_the_sentence_says_when_items_alone_would_not_do() -> None:
    figure = estimated(0.09, 0.0, 0.18, 500)
    people_bind = Precision(0.0002, 0.0016, 400, 25)
    items_bind = Precision(0.0016, 0.00005, 400, 25)
    said = would_settle(figure, -0.05, 0.05, 400, 25, people_bind)
    assert said.startswith("at 80 % power a value .124 beyond a limit shows; about ")
    assert said.endswith("would settle it, if the value stays; more items alone would not")
    said = would_settle(figure, -0.05, 0.05, 400, 25, items_bind)
    assert said.split("; ")[-1].startswith("with these annotators, ")


def test_a_ratio_is_told_as_a_factor() -> None:
    half = 0.2
    log_ratio = estimated(np.log(0.85), np.log(0.85) - half, np.log(0.85) + half, 100)
    said = would_settle(log_ratio, np.log(0.8), np.log(1.25), 300, 30, ratio=True)
    assert said.startswith("at 80 % power a value a factor of 1.33 beyond a limit shows; about ")


def test_no_fewer_than_a_verdict_needs_are_asked_for() -> None:
    said = would_settle(estimated(0.01, -0.06, 0.08, 9), -0.9, 0.05, 8, 4)
    assert int(said.split("about ")[1].split()[0].replace(",", "")) >= 10


def test_without_an_interval_or_without_people_to_leave_out_nothing_is_said() -> None:
    assert would_settle(not_estimable("none"), -0.05, 0.05, 100, 20) == ""
    assert would_settle(estimated(0.1, 0.0, 0.2, 9), -0.05, 0.05, 100, 1) == ""
    alone = Precision(0.001, 0.001, 100, 1)
    assert would_settle(estimated(0.1, 0.0, 0.2, 9), -0.05, 0.05, 100, 1, alone) == ""
    assert from_interval(0.0, 10, 10) is None
    assert from_interval(0.1, 10, 1) is None


def test_a_figure_that_does_not_vary_has_no_precision() -> None:
    ratings = crossed(np.random.default_rng(1), 20, 8, 3)
    moving, other = jacks(ratings, "rate")
    inside = ratings.groupings[0].codes == 0
    still, _ = jacks(replace(ratings, label=np.where(inside, 1, ratings.label)), "rate")
    assert precision_of(still) is None
    assert precision_of_difference(still, other) is None
    assert precision_of(moving) is not None
    assert precision_of_difference(moving, other) is not None
