"""How far one half of a group's people repeat the other half: every split, by hand."""

from __future__ import annotations

from itertools import combinations

import gold_by_hand as hand
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.statistics.half_panels import half_panel, halves


def by_hand(votes: list[bool], tie: float) -> tuple[float, float]:
    """Mean over every split, each half being the first one equally often."""
    both, one = [], []

    def verdict(half: list[bool]) -> float:
        return tie if 2 * sum(half) == len(half) else float(2 * sum(half) > len(half))

    for size in {len(votes) // 2, len(votes) - len(votes) // 2}:
        splits = list(combinations(range(len(votes)), size))
        for chosen in splits:
            first = verdict([votes[at] for at in chosen])
            second = verdict([v for at, v in enumerate(votes) if at not in chosen])
            both.append(first * second / len(splits))
            one.append(first / len(splits))
    sizes = 1 + len(votes) % 2
    return sum(both) / sizes, sum(one) / sizes


@given(st.lists(st.booleans(), min_size=2, max_size=8), st.sampled_from([0.0, 0.5, 1.0]))
def test_it_is_the_mean_over_every_split(votes: list[bool], tie: float) -> None:
    assert halves(sum(votes), len(votes), tie) == pytest.approx(by_hand(votes, tie), abs=1e-9)


@pytest.mark.parametrize("tie", [0.0, 0.5])
def test_of_five_countries_it_is_counted_by_hand(tie: float) -> None:
    votes = hand.crehate()
    known: dict[tuple[int, int], tuple[float, float]] = {}
    for country in ("Singapore", "United States"):
        panels = [v[country] for v in votes.values()]
        size = np.array([len(v) for v in panels])
        positive = np.array([sum(v) for v in panels])
        for panel in panels:
            known.setdefault((sum(panel), len(panel)), by_hand(panel, tie) if panel[1:] else (0, 0))
        both, one = (sum(known[sum(v), len(v)][at] for v in panels) for at in (0, 1))
        found = half_panel(positive, size, np.ones(len(size), dtype=np.int64), tie=tie)
        assert found.value == pytest.approx(both / one, abs=1e-9)
        assert found.low is not None
        assert found.high is not None
        assert found.low < both / one < found.high
        assert found.n == int((size > 1).sum())


def test_panels_that_always_agree_repeat_each_other_and_still_have_a_bound() -> None:
    found = half_panel(np.array([4, 0]), np.array([4, 4]), np.array([30, 50]), tie=0.0)
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.8 < (found.low or 0) < 1
    never = half_panel(np.array([1]), np.array([2]), np.array([30]), tie=0.0)
    assert (never.value, never.low) == (0.0, 0.0)


def test_the_interval_is_that_of_a_ratio_of_two_sums_over_items_taken_one_by_one() -> None:
    """Linearised: the squared residuals of each item that can have a positive half, over n - 1."""
    panels = [
        [True] * 4,
        [True, True, True, False],
        [True, True, False],
        [True],
        [False] * 4,
        [True, True],
    ]
    often = [9, 14, 11, 20, 30, 8]
    for tie in (0.0, 0.5):
        both, one = [], []
        for panel, times in zip(panels, often, strict=True):
            first, second = by_hand(panel, tie) if panel[1:] else (0.0, 0.0)
            both += [first] * times
            one += [second] * times
        value = sum(both) / sum(one)
        residuals = [b - value * o for b, o in zip(both, one, strict=True) if o > 0]
        n = len(residuals)
        assert n == 42
        error = (n * sum(r * r for r in residuals) / (n - 1)) ** 0.5 / sum(one)
        half = t.ppf(0.975, n - 1) * error
        found = half_panel(
            np.array([sum(panel) for panel in panels]),
            np.array([len(panel) for panel in panels]),
            np.array(often),
            tie=tie,
            given="these",
        )
        assert found.value == pytest.approx(value, abs=1e-9)
        assert (found.low, found.high) == pytest.approx((value - half, value + half), abs=1e-9)
        assert (found.n, found.reason) == (72, "these")  # not the 20 with one vote


def test_an_interval_ends_at_nothing_and_at_everything() -> None:
    all_but_one = half_panel(np.array([4, 3]), np.array([4, 4]), np.array([12, 1]), tie=0.0)
    assert (all_but_one.value or 0) < 1
    assert all_but_one.high == 1.0
    one_only = half_panel(np.array([1, 4]), np.array([2, 4]), np.array([12, 1]), tie=0.0)
    assert (one_only.value or 0) > 0
    assert one_only.low == 0.0


def test_items_that_all_look_alike_say_nothing_of_others_unless_all_or_none_repeat() -> None:
    """Three positive of four, a tie counting half: two of three, on each item the same."""
    assert by_hand([True, True, True, False], 0.5) == pytest.approx((1 / 2, 3 / 4))
    for positive, size, tie in ((3, 4, 0.5), (2, 4, 0.5), (5, 7, 0.0)):
        found = half_panel(np.array([positive]), np.array([size]), np.array([40]), tie=tie)
        assert found.state == "not-estimable"
        assert (found.reason, found.n) == (
            "every replicate is the same: no interval can be given",
            40,
        )


def test_the_bound_of_what_always_or_never_repeats_is_clopper_and_pearsons() -> None:
    for often in (10, 30):
        always = half_panel(np.array([4, 0]), np.array([4, 4]), np.array([often, 50]), tie=0.0)
        assert always.low == pytest.approx(proportion_confint(often, often, method="beta")[0])
        never = half_panel(np.array([1]), np.array([2]), np.array([often]), tie=0.0)
        assert never.high == pytest.approx(proportion_confint(0, often, method="beta")[1])


def test_too_few_items_that_could_be_positive_are_not_estimable() -> None:
    for positive, items in (([0], [80]), ([3], [9])):
        found = half_panel(np.array(positive), np.array([4]), np.array(items), tie=0.0)
        assert found.state == "not-estimable"
        assert "10 are needed" in found.reason


def test_one_vote_cannot_be_halved() -> None:
    assert halves(1, 1, 0.5) == (0.0, 0.0)
    found = half_panel(np.array([1]), np.array([1]), np.array([40]), tie=0.5)
    assert found.state == "not-estimable"
