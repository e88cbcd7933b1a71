"""Differences and ranges of rates: beside statsmodels, and beside every way to deal the items."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from labelcharter.audit.statistics.group_rates import chance_of_range, difference, range_of
from labelcharter.audit.statistics.ratio_interval import Share

counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def newcombe(a: Share, b: Share, confidence: float) -> tuple[float, float]:
    low, high = confint_proportions_2indep(
        a.having, a.of, b.having, b.of, compare="diff", method="newcomb", alpha=1 - confidence
    )
    return float(low), float(high)


@given(counts, counts, st.sampled_from([0.8, 0.95, 0.995]))
def test_a_difference_has_newcombes_interval(
    a: tuple[int, int], b: tuple[int, int], confidence: float
) -> None:
    one, other = Share(*a), Share(*b)
    found = difference(one, other, confidence)
    assert found.value == pytest.approx(a[0] / a[1] - b[0] / b[1], abs=1e-12)
    assert (found.low, found.high) == pytest.approx(newcombe(one, other, confidence), abs=1e-9)
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


def test_newcombes_interval_of_his_own_example() -> None:
    """Newcombe 1998, table II: 56/70 - 48/80, method 10: .0524 to .3339."""
    found = difference(Share(56, 70), Share(48, 80))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_largest_range_of_several_families_is_bounded_by_all_their_pairs() -> None:
    one = [Share(30, 60), Share(50, 65), Share(20, 90)]
    other = [Share(10, 11), Share(2, 40)]
    pairs = [*combinations(one, 2), *combinations(other, 2)]
    assert len(pairs) == 4
    each = [newcombe(a, b, 1 - 0.05 / 4) for a, b in pairs]
    found = range_of([one, other])
    assert found.value == pytest.approx(10 / 11 - 2 / 40)
    assert found.low == pytest.approx(max(max(low, -high) for low, high in each), abs=1e-9)
    assert found.high == pytest.approx(max(max(high, -low) for low, high in each), abs=1e-9)
    wider = range_of([one, other], 0.99)
    assert wider.low < found.low
    assert wider.high > found.high


def test_a_range_of_groups_that_are_alike_begins_at_nothing() -> None:
    found = range_of([[Share(20, 40), Share(20, 40), Share(21, 40)]])
    assert found.low == 0.0
    assert found.value == pytest.approx(1 / 40)


def exact(a: Share, b: Share) -> tuple[np.ndarray, np.ndarray]:
    """Every range of two groups and its chance, those who have it being dealt to both."""
    having = a.having + b.having
    at_a = np.arange(max(0, having - b.of), min(a.of, having) + 1)
    chances = hypergeom.pmf(at_a, a.of + b.of, having, a.of)
    return np.abs(at_a / a.of - (having - at_a) / b.of), chances


@pytest.mark.parametrize(
    ("a", "b"),
    [(Share(30, 60), Share(50, 65)), (Share(2, 40), Share(9, 20)), (Share(9, 9), Share(9, 9))],
)
def test_what_permutations_give_is_the_hypergeometric_distribution(a: Share, b: Share) -> None:
    ranges, chances = exact(a, b)
    observed = abs(a.having / a.of - b.having / b.of)
    found = chance_of_range([[a, b]])
    reached = chances[ranges >= observed - 1e-12].sum()
    assert found.p == pytest.approx(reached, abs=4 * (0.25 / 1999) ** 0.5 * max(reached, 0.05))
    assert found.least == 1 / 2000
    mean = float((ranges * chances).sum())
    assert found.expected.value == pytest.approx(mean, rel=0.05)
    for end, tail in ((found.expected.low, 0.025), (found.expected.high, 0.975)):
        assert end is not None
        assert chances[ranges < end - 1e-9].sum() <= tail + 0.01
        assert chances[ranges <= end + 1e-9].sum() >= tail - 0.01
    assert found.expected.n == min(a.of, b.of)
    assert found.expected.reason == "mean and 95 % of permutations of items"


def test_a_range_that_no_permutation_reaches_has_the_least_chance_and_is_counted_once() -> None:
    found = chance_of_range([[Share(200, 200), Share(0, 200)]])
    assert found.p == found.least == 1 / 2000


def test_several_families_are_reached_by_the_largest_range_of_any() -> None:
    """P(larger of two independent ranges as large) = 1 - the product of both staying below."""
    one, other = (Share(12, 20), Share(8, 20)), (Share(20, 60), Share(30, 70))
    observed = max(abs(a.having / a.of - b.having / b.of) for a, b in (one, other))
    below = 1.0
    for pair in (one, other):
        ranges, chances = exact(*pair)
        below *= chances[ranges < observed - 1e-12].sum()
    found = chance_of_range([list(one), list(other)])
    assert found.p == pytest.approx(1 - below, abs=0.04)
    assert found.expected.n == 20
    again = chance_of_range([list(other)[::-1], list(one)[::-1]])
    assert again == found
    assert chance_of_range([list(one), list(other)], seed=2) != found


def test_wilson_is_what_stands_behind_a_single_share() -> None:
    """Against a group of everybody the lower reach is Wilson's of one share and of the other."""
    a, b = Share(13, 40), Share(25, 25)
    low_a, _ = proportion_confint(13, 40, method="wilson")
    found = difference(a, b)
    assert found.low == pytest.approx(found.value - (13 / 40 - low_a), abs=1e-9)
