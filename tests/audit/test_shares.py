"""Shares against declared ones: exact distributions of two groups, and the ends of each rule."""

from __future__ import annotations

import numpy as np
import pytest
from ratings_tables import Rating, cleaned
from scipy.stats import binom, chisquare

from labelcharter.audit.reductions.patterns import reduce_ratings
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.shares import (
    dissimilarity,
    gap_by_chance,
    gap_from,
    goodness_of_fit,
    group_share,
    share_gap,
    sum_fault,
)


def test_declared_shares_may_miss_one_by_a_hundredth_and_may_be_nothing() -> None:
    assert sum_fault([0.5, 0.509]) == sum_fault([0.5, 0.491]) == ""
    assert sum_fault([0.5, 0.511]) == "the declared shares add up to 1.011, not to 1"
    assert sum_fault([0.5, 0.489]) == "the declared shares add up to 0.989, not to 1"
    assert sum_fault([1.0, 0.0]) == ""
    assert sum_fault([1.0, -1e-9]) == "a declared share is below 0"


def test_a_gap_takes_the_declared_share_from_value_and_both_ends() -> None:
    found = gap_from(0.25, estimated(0.5, 0.375, 0.75, 40, "so it is"))
    assert found == estimated(0.25, 0.125, 0.5, 40, "so it is")
    without = not_estimable("none", 3)
    assert gap_from(0.25, without) is without
    hidden = Estimate(0.5, None, None, 7, "estimated")
    assert gap_from(0.25, hidden) is hidden
    assert share_gap(0, 0, 0.5, "people").reason == "no people"


@pytest.mark.parametrize(("total", "share"), [(40, 0.3), (7, 0.5), (1000, 0.02)])
def test_the_gap_by_chance_ends_at_the_binomial_quantiles(total: int, share: float) -> None:
    found = gap_by_chance(total, share)
    assert (found.value, found.n) == (0.0, total)
    for end, tail in ((found.low, 0.025), (found.high, 0.975)):
        assert end is not None
        count = round((end + share) * total)
        assert end == pytest.approx(count / total - share, abs=1e-12)
        assert binom.cdf(count - 1, total, share) < tail <= binom.cdf(count, total, share)


def test_five_expected_are_enough_and_fewer_are_drawn() -> None:
    assert not goodness_of_fit([7, 13], [0.25, 0.75]).drawn
    fewer = goodness_of_fit([7, 12], [0.25, 0.75])
    assert fewer.drawn
    assert fewer.chi2 == pytest.approx(chisquare([7, 12], [4.75, 14.25]).statistic, abs=1e-12)


def test_shares_that_miss_one_by_their_rounding_are_made_to_add_up() -> None:
    fit, expected = goodness_of_fit([30, 40, 50], [0.333] * 3), chisquare([30, 40, 50])
    assert (fit.chi2, fit.p) == pytest.approx((expected.statistic, expected.pvalue), abs=1e-9)
    found, _ = dissimilarity([30, 40, 50], [0.333] * 3)
    assert found.value == pytest.approx((40 - 30) / 120, abs=1e-9)


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9])
def test_a_drawn_chance_is_of_counts_as_far_or_farther(count: int) -> None:
    """Of nine, three expected: as far are those on the other side as well."""
    fit = goodness_of_fit([count, 9 - count], [1 / 3, 2 / 3])
    far = np.abs(np.arange(10) - 3) >= abs(count - 3)
    exact = binom.pmf(np.arange(10), 9, 1 / 3)[far].sum()
    assert fit.drawn
    assert fit.p == pytest.approx(exact, abs=0.03)
    assert fit.p * 2000 == pytest.approx(round(fit.p * 2000), abs=1e-9)
    assert fit.p >= 1 / 2000


def test_what_no_draw_reaches_has_the_least_chance_there_is() -> None:
    assert goodness_of_fit([400, 0], [0.01, 0.99]).p == 1 / 2000


def quantile(values: np.ndarray, chances: np.ndarray, at: float) -> float:
    order = np.argsort(values)
    reached = np.cumsum(chances[order])
    return float(values[order][np.searchsorted(reached, at - 1e-9)])


@pytest.mark.parametrize(("count", "total", "share"), [(250, 1000, 0.4), (30, 400, 0.05)])
def test_dissimilarity_of_two_groups_is_the_gap_with_the_reach_of_binomial_noise(
    count: int, total: int, share: float
) -> None:
    found, by_chance = dissimilarity([count, total - count], [share, 1 - share])
    counts = np.arange(total + 1)
    value = abs(count / total - share)
    noise = np.abs(counts / total - count / total)
    reach = quantile(noise, binom.pmf(counts, total, count / total), 0.95)
    assert found.value == pytest.approx(value, abs=1e-12)
    assert found.n == by_chance.n == total
    assert found.low == pytest.approx(max(0.0, value - reach), abs=0.1 * reach)
    assert found.high == pytest.approx(value + reach, abs=0.1 * reach)
    chance, weights = np.abs(counts / total - share), binom.pmf(counts, total, share)
    assert by_chance.value == pytest.approx(float(chance @ weights), rel=0.05)
    assert by_chance.high == pytest.approx(quantile(chance, weights, 0.975), rel=0.1)
    assert by_chance.low == pytest.approx(quantile(chance, weights, 0.025), abs=2 / total)


def test_a_dissimilarity_stays_within_nothing_and_everything() -> None:
    found, _ = dissimilarity([19, 1], [0.02, 0.98])
    assert found.value == pytest.approx(0.93)
    assert found.high == 1.0
    near, _ = dissimilarity([50, 50], [0.51, 0.49])
    assert near.low == 0.0


def test_shares_of_ratings_are_counted_and_a_group_of_nobody_has_none() -> None:
    rows: list[Rating] = [
        (f"i{k}", f"{g}{j}", g, "xy"[(k + j) % 2])
        for k in range(12)
        for g, people in (("p", 2), ("q", 4))
        for j in range(people)
        if (k + j) % 3
    ]
    kept = cleaned(rows).kept
    reduction = reduce_ratings(kept, kept.groupings[0])
    shares = [group_share(reduction, group) for group in (0, 1, 2)]
    every = [sum(row[2] == g for row in rows) / len(rows) for g in "pq"]
    assert [share.value for share in shares] == [*map(pytest.approx, every), 0.0]
    assert {share.n for share in shares} == {len(rows)}
    assert shares[2].low == 0.0
    assert 0 < (shares[2].high or 0) < 1
