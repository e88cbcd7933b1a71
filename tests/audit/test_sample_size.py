"""How many annotators and items: against statsmodels, by definition, and by simulation."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom
from statsmodels.stats.power import NormalIndPower, TTestPower

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.intervals import spread_of_difference
from labelcharter.audit.statistics.jackknife import Statistic, jackknife
from labelcharter.audit.statistics.rates import label_rate, log_label_rate
from labelcharter.audit.statistics.sample_size import (
    Aim,
    Design,
    NoSize,
    of_alphas,
    of_log_ratio,
    of_rates,
    size,
)
from labelcharter.audit.tables.bindings import Side
from labelcharter.audit.tables.cleaning import Grouping, Ratings


def test_one_rating_each_is_the_two_sample_size_of_statsmodels() -> None:
    """Where every rating is by another person on another item, only t for normal differs."""
    found = size(Design(of_rates(0.3, 0.35), 1, 1, 0.0), Aim(0.05, 0.0)).annotators
    effect = 0.05 / sqrt(of_rates(0.3, 0.35) / 2)
    expected = NormalIndPower().solve_power(effect, alpha=0.025, power=0.8, alternative="larger")
    assert found == pytest.approx(expected, rel=0.005)


def test_the_power_reached_is_that_of_statsmodels_and_one_annotator_fewer_misses_it() -> None:
    design, aim = Design(of_rates(0.4, 0.5), 40, 4, 0.1), Aim(0.1, 0.0)
    found = size(design, aim)

    def power(annotators: int) -> float:
        effect = 0.1 / sqrt(of_rates(0.4, 0.5) * (1 + 39 * 0.1) / 40)
        return float(TTestPower().power(effect, annotators, 0.025, alternative="larger"))

    assert found.power == pytest.approx(power(found.annotators), abs=1e-9)
    assert power(found.annotators) >= 0.8 > power(found.annotators - 1)
    assert (found.items, found.ratings) == (10 * found.annotators, 40 * found.annotators)


@given(k=st.integers(2, 200), rho=st.floats(0.01, 0.5))
def test_k_ratings_by_one_person_are_worth_k_over_the_design_effect(k: int, rho: float) -> None:
    many, one = Design(0.4, k, 5, rho), Design(0.4, 1, 1, 0.0)
    worth = k / (1 + (k - 1) * rho)
    assert many.error(50) == pytest.approx(one.error(50 * worth))
    assert worth < 1 / rho


def test_fewer_annotators_would_not_do_with_any_number_of_ratings() -> None:
    aim = Aim(0.05, 0.0)
    found = [size(Design(of_rates(0.3, 0.35), k, 5, 0.05), aim) for k in (20, 200, 20_000)]
    assert found[0].annotators > found[1].annotators > found[2].annotators
    assert {size.annotators_at_least for size in found} == {found[2].annotators}
    alone = size(Design(of_rates(0.3, 0.35), 50, 5, 0.0), aim)
    assert alone.annotators_at_least == 10


def test_the_smallest_that_shows_is_just_what_was_planned_for() -> None:
    for margin in (0.0, 0.02):
        found = size(Design(of_rates(0.3, 0.4), 30, 3, 0.08), Aim(-0.1, margin))
        assert margin + found.shown == pytest.approx(0.1, rel=0.02)
        assert margin + found.shown <= 0.1


def test_a_verdict_needs_ten_annotators_and_thirty_items_however_clear_the_difference() -> None:
    found = size(Design(of_rates(0.1, 0.9), 100, 10, 0.0), Aim(0.8, 0.0))
    assert (found.annotators, found.items) == (10, 100)
    found = size(Design(of_rates(0.1, 0.9), 10, 10, 0.0), Aim(0.8, 0.0))
    assert found.items == 30
    crowded = size(Design(of_rates(0.1, 0.9), 100, 25, 0.0), Aim(0.8, 0.0))
    assert crowded.annotators == 25  # an item has no more ratings than there are people


def test_groups_of_data_subjects_count_items_and_their_annotators_follow() -> None:
    found = size(Design(of_rates(0.3, 0.4), 50, 5, 0.3, "subject"), Aim(0.1, 0.0))
    effect = 1 + 4 * 0.3
    error = sqrt(of_rates(0.3, 0.4) * effect / 5)
    degrees = found.annotators - 1
    power = TTestPower().power(0.1 / error, found.items, 0.025, df=degrees, alternative="larger")
    assert power == pytest.approx(found.power, abs=1e-9)
    assert found.annotators == -(-found.items * 5 // 50)
    assert found.annotators_at_least == 0


def test_equivalence_needs_more_than_a_difference_as_large_as_its_margin() -> None:
    design = Design(of_rates(0.3, 0.3), 50, 5, 0.05)
    equivalent = size(design, Aim(0.0, 0.05, equivalent=True))
    different = size(design, Aim(0.05, 0.0))
    assert equivalent.annotators > different.annotators
    apart = size(design, Aim(0.02, 0.05, equivalent=True))
    assert apart.annotators > equivalent.annotators


@pytest.mark.parametrize(
    ("aim", "said"),
    [
        (Aim(0.05, 0.05), "never shows"),
        (Aim(0.05, 0.08), "never shows"),
        (Aim(0.05, 0.05, equivalent=True), "never lies within"),
        (Aim(-0.08, 0.05, equivalent=True), "never lies within"),
        (Aim(1e-5, 0.0), "more than"),
    ],
)
def test_what_no_number_would_show_is_said_so(aim: Aim, said: str) -> None:
    with pytest.raises(NoSize, match=said):
        size(Design(of_rates(0.3, 0.3), 50, 5, 0.05), aim)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2, 1.1])
def test_a_rate_that_leaves_nothing_to_chance_is_refused(share: float) -> None:
    for one_rating in (of_rates, of_log_ratio):
        with pytest.raises(NoSize, match="between 0 and 1"):
            one_rating(0.3, share)
    with pytest.raises(NoSize, match="between 0 and 1"):
        of_alphas(0.4, 0.5, share, 5)
    with pytest.raises(NoSize, match="between 0 and 1"):
        of_alphas(0.4, share, 0.3, 5)
    with pytest.raises(NoSize, match="two ratings"):
        of_alphas(0.4, 0.5, 0.3, 1)


@pytest.mark.parametrize(("of", "rate", "m"), [(0.4, 0.3, 5), (0.1, 0.5, 3), (0.7, 0.15, 8)])
def test_the_variance_of_alpha_is_that_of_many_simulated_tables(
    of: float, rate: float, m: int
) -> None:
    random = np.random.RandomState(3)
    items, tables = 400, 4000
    together = 1 / of - 1
    n = betabinom.rvs(m, rate * together, (1 - rate) * together, size=(tables, items),
                      random_state=random)  # fmt: skip
    observed = (2 * n * (m - n) / (m - 1)).sum(axis=1)
    given_, all_ = n.sum(axis=1), items * m
    found = 1 - (all_ - 1) * observed / (2 * given_ * (all_ - given_))
    expected = of_alphas(of, of, rate, m) / 2 / (items * m)
    assert found.var() == pytest.approx(expected, rel=0.1)
    assert found.mean() == pytest.approx(of, abs=0.01)


def tables(
    rng: np.random.Generator, design: Design, figure: str, values: tuple[float, float], people: int
) -> Ratings:
    """Two groups, each on items of its own (or with annotators of its own), correlated as said.

    The leaning of a unit is a beta of this mean and correlation. For alpha the items are betas and
    the annotators alike.
    """
    k, m = round(design.per_annotator), round(design.per_item)
    items = people * k // m
    label, item, annotator = [], [], []
    for group, value in enumerate(values):
        who = np.concatenate([rng.permutation(people) for _ in range(k)]).reshape(items, m)
        # a permutation may end and the next begin within an item: nobody rates an item twice
        twice = [row for row in range(items) if len(set(who[row])) < m]
        for row in twice:
            who[row] = rng.permutation(people)[:m]
        mean = 0.3 if figure == "alpha" else value
        correlation = value if figure == "alpha" else design.correlation
        by_item = figure == "alpha" or design.side == "subject"
        together = 1 / correlation - 1
        lean = rng.beta(mean * together, (1 - mean) * together, items if by_item else people)
        p = np.repeat(lean, m) if by_item else lean[who.ravel()]
        label.append((rng.random(items * m) < p).astype(np.int32))
        item.append(np.repeat(np.arange(items), m) + group * items)
        annotator.append(who.ravel() + (0 if design.side == "subject" else group * people))
    everything = [np.concatenate(x).astype(np.int32) for x in (item, annotator, label)]
    nothing = np.full(len(everything[0]), -1, dtype=np.int32)
    codes = np.repeat(np.arange(2, dtype=np.int32), items * m)
    grouping = Grouping("group", design.side, ("a", "b"), codes)
    return Ratings(*everything, nothing, nothing, ("0", "1"), (grouping,))


STATISTICS: dict[str, Statistic] = {
    "rate": label_rate(1),
    "ratio": log_label_rate(1),
    "alpha": alpha("nominal"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("figure", "values", "aim", "correlation", "side"),
    [
        ("rate", (0.3, 0.4), Aim(0.1, 0.0), 0.05, "annotator"),
        ("rate", (0.3, 0.45), Aim(0.15, 0.05), 0.10, "annotator"),
        ("rate", (0.3, 0.3), Aim(0.0, 0.08, equivalent=True), 0.05, "annotator"),
        ("rate", (0.5, 0.6), Aim(0.1, 0.0), 0.30, "subject"),
        ("ratio", (0.4, 0.26), Aim(log(0.65), log(1.0)), 0.05, "annotator"),
        ("ratio", (0.4, 0.4), Aim(0.0, log(1.25), equivalent=True), 0.05, "annotator"),
        ("alpha", (0.4, 0.55), Aim(0.15, 0.0), 0.0, "annotator"),
    ],
)
def test_so_many_annotators_reach_the_power_when_their_tables_are_audited(
    figure: str, values: tuple[float, float], aim: Aim, correlation: float, side: Side
) -> None:
    """Within 3 points in 1,500 simulated tables, by the interval that an audit would give."""
    one_rating = {"rate": of_rates, "ratio": of_log_ratio}.get(
        figure, lambda a, b: of_alphas(a, b, 0.3, 5)
    )
    design = Design(one_rating(*values), 25, 5, correlation, side)
    planned = size(design, aim)
    people = -(-planned.annotators // 5) * 5
    units = people if side == "annotator" else people * 5
    expected = aim.chance(design.error(units), people - 1)
    rng = np.random.default_rng(8)
    shown = 0
    runs = 1500
    for _ in range(runs):
        ratings = tables(rng, design, figure, values, people)
        reduction = reduce_ratings(ratings, ratings.groupings[0])
        a, b = (jackknife(one_group(reduction, g), STATISTICS[figure]) for g in (0, 1))
        spread = spread_of_difference(a, b)
        assert spread is not None
        low, high = (b.value - a.value + s * spread.half_width for s in (-1, 1))
        if aim.equivalent:
            shown += -aim.margin <= low and high <= aim.margin
        else:
            shown += low > aim.margin or high < -aim.margin
    assert shown / runs == pytest.approx(expected, abs=0.03)
