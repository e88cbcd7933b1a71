"""The score interval of a ratio: against statsmodels where that works, by brute force elsewhere."""

from __future__ import annotations

import math
import warnings
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import binom, chi2
from statsmodels.stats.proportion import confint_proportions_2indep

from labelcharter.audit.statistics.four_fifths import below_four_fifths
from labelcharter.audit.statistics.ratio_interval import (
    RatioInterval,
    Share,
    ratio,
    ratio_interval,
    ratios_to_best,
    score,
)


@st.composite
def shares(draw: st.DrawFn, most: int = 60) -> Share:
    of = draw(st.integers(1, most))
    return Share(draw(st.integers(0, of)), of)


def peer(top: Share, bottom: Share) -> tuple[complex, complex]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        low, high = confint_proportions_2indep(
            top.having, top.of, bottom.having, bottom.of, compare="ratio", method="score"
        )
    return low, high


def koopman(top: Share, bottom: Share, at: float) -> float:
    """Koopman's chi-square by brute force: the likelihood maximised numerically under H0."""

    def minus_log_likelihood(p: float) -> float:
        return -binom.logpmf(top.having, top.of, min(1.0, at * p)) - binom.logpmf(
            bottom.having, bottom.of, p
        )

    most = min(1.0, 1 / at)
    found = minimize_scalar(
        minus_log_likelihood, bounds=(0.0, most), method="bounded", options={"xatol": 1e-13}
    )
    p2 = min((found.x, 0.0, most), key=minus_log_likelihood)
    p1 = min(1.0, at * p2)
    total = 0.0
    for share, p in ((top, p1), (bottom, p2)):
        if 1e-9 < p < 1 - 1e-9:
            total += (share.having - share.of * p) ** 2 / (share.of * p * (1 - p))
    return total


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        (Share(12, 40), Share(48, 80)),
        (Share(3, 20), Share(16, 80)),
        (Share(7, 18), Share(210, 400)),
        (Share(0, 20), Share(5, 30)),
        (Share(110, 260), Share(210, 400)),
        (Share(20, 20), Share(18, 30)),
    ],
)
def test_it_is_that_of_statsmodels_once_its_factor_is_switched_on(
    top: Share, bottom: Share
) -> None:
    found = ratio_interval(top, bottom, corrected=True)
    assert found is not None
    assert [found.low, found.high] == pytest.approx(list(peer(top, bottom)), abs=1e-9)
    plain = ratio_interval(top, bottom)
    assert plain is not None
    assert plain.low >= found.low
    assert plain.high < found.high


def test_where_statsmodels_returns_complex_numbers_it_returns_an_interval() -> None:
    top, bottom = Share(20, 20), Share(30, 30)
    assert any(isinstance(end, complex) and end.imag for end in peer(top, bottom))
    found = ratio_interval(top, bottom)
    assert found is not None
    z2 = chi2.ppf(0.95, 1)
    # by hand: below 1 the likeliest shares are (r, 1), so Z^2 = n1 (1 - r)/r; above, the mirror
    assert found.low == pytest.approx(20 / (20 + z2))
    assert found.value == 1
    assert found.high == pytest.approx((30 + z2) / 30)


@settings(max_examples=60)
@given(shares(25), shares(25), st.sampled_from([0.9, 0.95, 0.99]))
@example(Share(0, 1), Share(1, 1), 0.95)
@example(Share(1, 1), Share(1, 1), 0.95)
@example(Share(1, 1), Share(0, 1), 0.95)
@example(Share(0, 25), Share(25, 25), 0.99)
def test_at_its_ends_the_likelihood_maximised_by_brute_force_is_just_rejected(
    top: Share, bottom: Share, confidence: float
) -> None:
    found = ratio_interval(top, bottom, confidence)
    if found is None:
        assert top.having == bottom.having == 0
        return
    limit = chi2.ppf(confidence, 1)
    for end in (found.low, found.high):
        if 0 < end < math.inf:
            assert koopman(top, bottom, end) == pytest.approx(limit, rel=1e-3)
    assert found.low < found.high
    if found.value is not None:
        assert found.low <= found.value <= found.high


@given(shares(), shares(), st.floats(0.01, 100), st.floats(1.001, 3))
def test_the_score_falls_as_the_ratio_grows_so_the_interval_has_no_holes(
    top: Share, bottom: Share, at: float, times: float
) -> None:
    assert score(top, bottom, at) >= score(top, bottom, at * times) - 1e-9


@given(shares(), shares())
def test_turned_round_the_ends_are_the_reciprocals(top: Share, bottom: Share) -> None:
    there, back = ratio_interval(top, bottom), ratio_interval(bottom, top)
    if there is None or back is None:
        assert there == back
        return
    for end, mirror in ((there.low, back.high), (there.high, back.low)):
        if mirror == 0:
            assert end == math.inf
        elif mirror == math.inf:
            assert end == 0
        else:
            assert end == pytest.approx(1 / mirror)


@given(shares(40), shares(40))
def test_twice_the_people_narrow_the_interval(top: Share, bottom: Share) -> None:
    one = ratio_interval(top, bottom)
    two = ratio_interval(Share(2 * top.having, 2 * top.of), Share(2 * bottom.having, 2 * bottom.of))
    if one is None or two is None:
        assert one == two
        return
    assert one.value == two.value
    assert two.low >= one.low
    assert two.high <= one.high


def test_nobody_or_nothing_to_compare_has_no_interval() -> None:
    assert ratio_interval(Share(0, 3), Share(0, 4)) is None
    assert ratio_interval(Share(0, 0), Share(2, 4)) is None
    assert ratio_interval(Share(2, 4), Share(0, 0)) is None


def test_a_zero_above_is_a_ratio_of_zero_and_a_zero_below_is_no_ratio() -> None:
    above = ratio_interval(Share(0, 20), Share(5, 30))
    below = ratio_interval(Share(5, 30), Share(0, 20))
    assert above is not None
    assert below is not None
    assert (above.value, above.low) == (0, 0)
    assert (below.value, below.high) == (None, math.inf)
    assert below.low == pytest.approx(1 / above.high)


def test_millions_and_one_in_a_million_keep_their_digits() -> None:
    found = ratio_interval(Share(1, 10**7), Share(3, 10**7))
    assert found is not None
    # how many of four events fall on the first group is nearly binomial: Wilson's interval
    z2 = chi2.ppf(0.95, 1)
    share, n = 0.25, 4
    middle, half = share + z2 / (2 * n), math.sqrt(z2 * (share * (1 - share) / n + z2 / 4 / n**2))
    ends = [(middle + sign * half) / (1 + z2 / n) for sign in (-1, 1)]
    assert [found.low, found.high] == pytest.approx([p / (1 - p) for p in ends], rel=1e-5)


@pytest.mark.parametrize(("having", "of"), [(-1, 4), (5, 4), (1, 0)])
def test_a_share_of_more_than_all_is_refused(having: int, of: int) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        Share(having, of)


def test_exactly_four_fifths_is_not_below_though_it_is_in_floats() -> None:
    assert (4 / 25) / (5 / 25) < 0.8
    assert not below_four_fifths(Share(4, 25), Share(5, 25))
    assert ratio(Share(4, 25), Share(5, 25)) == 0.8
    assert below_four_fifths(Share(399, 2500), Share(500, 2500))


def test_a_ratio_that_rounds_to_four_fifths_is_still_below() -> None:
    top, bottom = Share(789_966, 1_000_000), Share(1_000_000, 1_000_000)
    assert round(ratio(top, bottom), 1) == 0.8
    assert below_four_fifths(top, bottom)
    assert not below_four_fifths(Share(800_000, 1_000_000), bottom)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
def test_equal_ratios_of_counts_are_equal_numbers(a: int, b: int, times: int) -> None:
    small, big = (Share(4 * k, 5 * k) for k in (a, a * times))
    assert ratio(small, Share(b, b)) == ratio(big, Share(b, b)) == 0.8


def coverage(n1: int, n2: int, p1: float, p2: float) -> float:
    """Exact: over every pair of counts, by their chance."""
    chances = (binom.pmf(np.arange(n + 1), n, p) for n, p in ((n1, p1), (n2, p2)))
    one, two = chances
    covered = 0.0
    for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
        chance = one[x1] * two[x2]
        if chance < 1e-9:
            continue
        found = ratio_interval(Share(x1, n1), Share(x2, n2))
        covered += chance * (found is None or found.low <= p1 / p2 <= found.high)
    return covered


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n1", "n2", "p1", "p2"),
    [(20, 80, 0.15, 0.2), (30, 30, 0.5, 0.6), (17, 100, 0.4, 0.5), (25, 60, 0.05, 0.1)],
)
def test_it_covers_what_it_says_where_the_logarithm_does_not(
    n1: int, n2: int, p1: float, p2: float
) -> None:
    assert 0.945 < coverage(n1, n2, p1, p2) < 0.965


def test_the_ratio_to_the_best_of_two_is_that_of_the_pair_with_one_as_its_end() -> None:
    a, b = Share(60, 200), Share(90, 200)
    pair = ratio_interval(a, b)
    assert pair is not None
    lower, highest = ratios_to_best([a, b])
    assert lower == RatioInterval(pair.value, pair.low, min(1.0, pair.high))
    assert highest is not None
    assert (highest.value, highest.high) == (1, 1)


def test_the_order_of_groups_leaves_no_trace_and_more_groups_widen() -> None:
    a, b, c = Share(60, 200), Share(90, 200), Share(70, 150)
    one, other = ratios_to_best([a, b, c]), ratios_to_best([c, a, b])
    assert one == [other[1], other[2], other[0]]
    two = ratios_to_best([a, b])
    assert one[0] is not None
    assert two[0] is not None
    assert one[0].low < two[0].low


def test_without_a_best_group_there_is_no_ratio_to_it() -> None:
    assert ratios_to_best([Share(0, 5), Share(0, 9)]) == [None, None]
    assert ratios_to_best([Share(3, 5), Share(0, 0)]) == [None, None]
    assert ratios_to_best([Share(3, 5)]) == [None]
    assert ratios_to_best([]) == []


@pytest.mark.slow
def test_five_equal_groups_are_flagged_in_most_tables_by_the_extremes_and_rarely_by_these() -> None:
    rng = np.random.RandomState(3)
    runs, extremes, flagged, missed = 1000, 0, 0, 0
    for counts in rng.binomial(200, 0.3, (runs, 5)):
        found = [Share(int(x), 200) for x in counts]
        intervals = [one for one in ratios_to_best(found) if one is not None]
        extremes += min(counts) < 0.8 * max(counts)
        flagged += any(one.high < 0.8 for one in intervals)
        missed += any(not one.low <= 1 <= one.high for one in intervals)
    assert 0.54 < extremes / runs < 0.63
    assert flagged / runs < 0.01
    assert missed / runs < 0.05
