"""How far one half of a group's people repeat the other half: every split, by hand."""

from __future__ import annotations

from itertools import combinations

import gold_by_hand as hand
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_too_few_items_that_could_be_positive_are_not_estimable() -> None:
    for positive, items in (([0], [80]), ([3], [9])):
        found = half_panel(np.array(positive), np.array([4]), np.array(items), tie=0.0)
        assert found.state == "not-estimable"
        assert "10 are needed" in found.reason


def test_one_vote_cannot_be_halved() -> None:
    assert halves(1, 1, 0.5) == (0.0, 0.0)
    found = half_panel(np.array([1]), np.array([1]), np.array([40]), tie=0.5)
    assert found.state == "not-estimable"
