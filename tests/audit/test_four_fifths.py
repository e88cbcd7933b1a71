"""Four fifths and the chance of it: the four outcomes, false flags, verdicts."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom
from statsmodels.stats.proportion import proportions_ztest

from labelcharter.audit.statistics.four_fifths import (
    LIMITS,
    chance_of_a_flag,
    difference_test,
    expected_ratio,
    in_words,
    least_p,
    lower_and_higher,
    outcome,
    p_value,
)
from labelcharter.audit.statistics.four_fifths import Tested as Result  # not a class of tests
from labelcharter.audit.statistics.ratio_interval import Share, ratio_interval
from labelcharter.audit.statistics.ratio_verdicts import judged_ratio

# The four outcomes


@pytest.mark.parametrize(
    ("lower", "higher", "found"),
    [
        (Share(12, 40), Share(48, 80), "below-and-significant"),
        (Share(7, 18), Share(210, 400), "below-by-chance"),
        (Share(3, 20), Share(16, 80), "below-by-chance"),
        (Share(110, 260), Share(210, 400), "above-but-significant"),
        (Share(470, 1000), Share(480, 1000), "neither"),
        (Share(48, 100), Share(60, 100), "neither"),  # exactly four fifths
    ],
)
def test_the_four_outcomes_are_ratio_by_significance(
    lower: Share, higher: Share, found: str
) -> None:
    tested = difference_test(lower, higher)
    assert tested is not None
    assert outcome(lower, higher, tested.p) == found
    assert outcome(higher, lower, tested.p) == found


def test_each_outcome_is_a_sentence_for_a_lawyer() -> None:
    def said(a: Share, b: Share) -> str:
        return in_words(a, b, ("f", "m"), difference_test(a, b))

    assert said(Share(12, 40), Share(48, 80)) == (
        "the rate of f is less than four fifths of that of m, and the difference is larger than "
        "chance explains (p = .002, two-proportion z test): the rule of thumb regards this as "
        "evidence of adverse impact"
    )
    by_chance = said(Share(3, 20), Share(16, 80))
    assert "crossed, but no disparity is shown" in by_chance
    assert by_chance.endswith("one person more would make the ratio 1.000")
    assert "may still be adverse impact" in said(Share(110, 260), Share(210, 400))
    assert "chance alone can explain the difference" in said(Share(470, 1000), Share(480, 1000))
    assert said(Share(3, 9), Share(1, 3)) == "the rates of f and m are equal"
    turned = said(Share(48, 80), Share(12, 40))
    assert turned.startswith("the rate of m is less than four fifths of that of f")
    assert "p < .001" in said(Share(10, 400), Share(390, 400))


def test_the_limits_are_four_fifths_seen_from_either_group() -> None:
    assert LIMITS == (4 / 5, 5 / 4)


def test_a_p_of_exactly_one_in_twenty_is_not_significant() -> None:
    for (a, b), names in {
        (Share(1, 10), Share(9, 10)): ("below-and-significant", "below-by-chance"),
        (Share(8, 10), Share(9, 10)): ("above-but-significant", "neither"),
    }.items():
        assert [outcome(a, b, p) for p in (0.0499, 0.05, None)] == [names[0], names[1], names[1]]


def test_a_p_picked_from_several_pairs_is_multiplied_and_at_most_one() -> None:
    one = Result(0.02, "fisher")
    assert one.picked_from(10) == Result(0.2, "fisher", 10)
    assert one.picked_from(60).p == 1.0
    names, low, high = ("f", "m"), Share(3, 20), Share(16, 80)
    assert "(p = .200, Fisher's exact test, corrected for 10 pairs)" in in_words(
        low, high, names, one.picked_from(10)
    )
    assert "(p = .020, Fisher's exact test)" in in_words(low, high, names, one)
    assert in_words(low, high, names, None) == (
        "the rate of f is less than four fifths of that of m, but chance alone can explain a "
        "difference of this size: the rule of thumb is crossed, but no disparity is shown; one "
        "person more would make the ratio 1.000"
    )


def test_one_person_more_is_told_of_only_where_it_would_lift_the_ratio_to_four_fifths() -> None:
    def more(low: Share, high: Share) -> str:
        return in_words(low, high, ("f", "m"), None).partition("shown")[2]

    assert more(Share(3, 10), Share(5, 10)) == "; one person more would make the ratio .800"
    assert more(Share(2, 10), Share(5, 10)) == ""
    assert more(Share(0, 1), Share(5, 10)) == "; one person more would make the ratio 2.000"


def test_a_p_below_one_in_a_thousand_is_told_as_that() -> None:
    assert [p_value(p) for p in (0.00099, 0.001, 0.034, 1.0)] == [
        "< .001",
        "= .001",
        "= .034",
        "= 1.000",
    ]


def test_the_lower_share_comes_first_and_equal_ones_stay_in_their_order() -> None:
    low, high = Share(1, 4), Share(3, 8)
    assert lower_and_higher(low, high) == lower_and_higher(high, low) == (low, high)
    one, same = Share(2, 4), Share(3, 6)
    assert lower_and_higher(one, same) == (one, same)
    assert lower_and_higher(same, one) == (same, one)


def test_an_expected_count_of_five_is_enough_for_the_normal_approximation() -> None:
    def used(a: Share, b: Share) -> str:
        tested = difference_test(a, b)
        assert tested is not None
        return tested.test

    assert used(Share(4, 20), Share(6, 20)) == used(Share(15, 20), Share(15, 20)) == "z"
    assert used(Share(4, 20), Share(5, 20)) == used(Share(15, 20), Share(16, 20)) == "fisher"
    assert used(Share(5, 10), Share(45, 90)) == "z"
    assert used(Share(5, 9), Share(45, 91)) == "fisher"


@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_the_tests_are_those_of_scipy_and_statsmodels(
    n1: int, n2: int, data: st.DataObject
) -> None:
    a = Share(data.draw(st.integers(0, n1)), n1)
    b = Share(data.draw(st.integers(0, n2)), n2)
    if a.having + b.having in (0, n1 + n2):
        assert difference_test(a, b) is None
        return
    fisher, z = difference_test(a, b, "fisher"), difference_test(a, b, "z")
    assert fisher is not None
    assert z is not None
    having = a.having + b.having
    support = range(max(0, having - n2), min(n1, having) + 1)
    pmf = [hypergeom.pmf(x, n1 + n2, having, n1) for x in support]
    own = hypergeom.pmf(a.having, n1 + n2, having, n1)
    assert fisher.p == pytest.approx(sum(p for p in pmf if p <= own * (1 + 1e-7)))
    _, p = proportions_ztest([a.having, b.having], [n1, n2])
    assert z.p == pytest.approx(p, abs=1e-9)
    every = [fisher_exact([[x, n1 - x], [having - x, n2 - having + x]]).pvalue for x in support]
    assert least_p(a, b) == pytest.approx(min(every))
    auto = difference_test(a, b)
    smallest = min(n1, n2) * min(having, n1 + n2 - having) / (n1 + n2)
    assert auto == (fisher if smallest < 5 else z)


def test_no_p_is_lifted_above_one_by_rounding() -> None:
    for n1, n2, having in ((1, 7, 4), (1, 11, 6), (4, 7, 4), (5, 5, 1)):
        a = Share(min(n1, having), n1)
        b = Share(having - a.having, n2)
        assert least_p(a, b) <= 1
        for test in ("fisher", "boschloo", "z"):
            tested = difference_test(a, b, test)
            assert tested is not None
            assert tested.p <= 1
    assert least_p(Share(0, 1), Share(4, 7)) == 1.0


def test_boschloo_is_more_powerful_than_fisher_and_is_a_choice() -> None:
    a, b = Share(1, 12), Share(6, 13)
    fisher, boschloo = difference_test(a, b, "fisher"), difference_test(a, b, "boschloo")
    assert fisher is not None
    assert boschloo is not None
    assert boschloo.p < fisher.p
    assert (fisher.test, boschloo.test) == ("fisher", "boschloo")
    for one, other in ((a, b), (b, a), (Share(2, 9), Share(9, 14))):
        exact = difference_test(one, other, "boschloo")
        assert exact is not None
        assert exact.p == pytest.approx(brute_boschloo(one, other), abs=1e-4)


def brute_boschloo(a: Share, b: Share) -> float:
    """Twice the largest chance, over a common share, of a table whose one-sided p is no larger."""

    def fisher(x: int, y: int) -> float:
        return fisher_exact([[x, a.of - x], [y, b.of - y]], alternative="less").pvalue

    if a.having * b.of > b.having * a.of:
        a, b = b, a
    own = fisher(a.having, b.having) * (1 + 1e-9)
    worse = [(x, y) for x, y in product(range(a.of + 1), range(b.of + 1)) if fisher(x, y) <= own]
    return 2 * max(
        sum(
            math.comb(a.of, x)
            * math.comb(b.of, y)
            * p ** (x + y)
            * (1 - p) ** (a.of + b.of - x - y)
            for x, y in worse
        )
        for p in (k / 400 for k in range(1, 400))
    )


# How often the extremes of equal groups differ by a fifth


def brute_flag(sizes: list[int], rate: float) -> float:
    total = 0.0
    for counts in product(*(range(n + 1) for n in sizes)):
        shares = [Fraction(x, n) for x, n in zip(counts, sizes, strict=True)]
        if min(shares) < Fraction(4, 5) * max(shares):
            total += math.prod(
                math.comb(n, x) * rate**x * (1 - rate) ** (n - x)
                for x, n in zip(counts, sizes, strict=True)
            )
    return total


@pytest.mark.parametrize(
    ("sizes", "rate"),
    [
        ([1, 1], 0.5),
        ([5, 10, 7], 0.3),
        ([25, 5], 0.9),
        ([3, 3, 3, 3], 0.0),
        ([3, 4], 1.0),
        ([5, 5], 0.9),
        ([5, 10, 5], 0.7),
        ([1, 30], 0.95),
        ([7], 0.4),
    ],
)
def test_the_chance_of_a_false_flag_is_exact(sizes: list[int], rate: float) -> None:
    assert chance_of_a_flag(sizes, rate) == pytest.approx(brute_flag(sizes, rate), abs=1e-12)


def test_five_equal_groups_of_200_are_flagged_58_times_in_a_hundred() -> None:
    assert chance_of_a_flag([200] * 5, 0.3) == pytest.approx(0.583, abs=0.0005)
    assert chance_of_a_flag([200] * 10, 0.3) == pytest.approx(0.903, abs=0.0005)
    assert chance_of_a_flag([500] * 5, 0.3) == pytest.approx(0.143, abs=0.0005)
    assert chance_of_a_flag([300_000, 300_000], 0.3) == pytest.approx(0, abs=1e-9)
    assert chance_of_a_flag([0, 5], 0.3) is None
    assert chance_of_a_flag([600_000, 600_000], 0.3) is None
    assert chance_of_a_flag([999_999, 1], 0.3) == 1  # 0 or 1 against .3
    assert chance_of_a_flag([999_999, 2], 0.3) is None


def test_what_is_expected_if_group_meant_nothing_is_that_of_all_permutations() -> None:
    assert expected_ratio(Share(4, 10), Share(6, 10)) == (1.0, 3 / 7, 7 / 3)
    assert expected_ratio(Share(1, 10), Share(0, 10)) is None


@given(st.integers(1, 14), st.integers(1, 14), st.data())
def test_the_expected_ratio_has_the_quantiles_of_every_way_to_deal_those_who_have_it(
    n1: int, n2: int, data: st.DataObject
) -> None:
    top = Share(data.draw(st.integers(0, n1)), n1)
    bottom = Share(data.draw(st.integers(0, n2)), n2)
    having = top.having + bottom.having
    quantiles = []
    for wanted in (Fraction(1, 2), Fraction(1, 40), Fraction(39, 40)):
        reached = Fraction(0)
        for x in range(max(0, having - n2), min(n1, having) + 1):
            ways = math.comb(n1, x) * math.comb(n2, having - x)
            reached += Fraction(ways, math.comb(n1 + n2, having))
            assume(reached != wanted)  # there the median is not one number
            if reached > wanted:
                quantiles.append((x, having - x))
                break
    found = expected_ratio(top, bottom)
    if any(rest == 0 for _, rest in quantiles):
        assert found is None
    else:
        assert found == pytest.approx([(x * n2) / (rest * n1) for x, rest in quantiles])


# Verdicts


def judged(top: Share, bottom: Share) -> tuple[str, str, str]:
    found = judged_ratio(top, bottom, ratio_interval(top, bottom), (0.8, 1.25), "people")
    return found.verdict, found.estimate.state, found.why


def test_a_verdict_is_three_state_and_says_what_would_settle_it() -> None:
    assert judged(Share(500, 1000), Share(500, 1000))[0] == "met"
    assert judged(Share(200, 1000), Share(500, 1000))[0] == "breached"
    assert judged(Share(500, 1000), Share(200, 1000))[0] == "breached"
    verdict, _, why = judged(Share(30, 60), Share(100, 200))
    assert verdict == "insufficient-evidence"
    assert "people in the smaller group would settle it" in why
    assert "on the limit itself" in judged(Share(400, 1000), Share(500, 1000))[2]


def test_no_verdict_is_given_on_fewer_than_thirty() -> None:
    assert judged(Share(0, 29), Share(900, 1000))[0] == "insufficient-evidence"
    assert (
        "a verdict needs 30 people in each (there are 29)"
        in judged(Share(0, 29), Share(900, 1000))[2]
    )
    assert judged(Share(0, 30), Share(900, 1000))[0] == "breached"


def test_where_the_reference_never_has_it_there_is_no_value_but_a_verdict() -> None:
    verdict, state, why = judged(Share(50, 100), Share(0, 100))
    assert (verdict, state) == ("breached", "not-estimable")
    assert "the ratio has no value, but is at least" in why
    assert judged(Share(2, 100), Share(0, 100))[0] == "insufficient-evidence"
    assert judged(Share(0, 100), Share(0, 100)) == (
        "insufficient-evidence",
        "not-estimable",
        "none of the people of either group has it",
    )
    assert judged(Share(0, 0), Share(3, 10))[2] == "no people"
