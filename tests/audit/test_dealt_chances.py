"""What is made of the deals: the mean, the range and both chances, counted one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from labelcharter.audit.statistics.dealing import Dealt
from labelcharter.audit.statistics.dealt_chances import (
    chance_of_group,
    chance_of_largest,
    expected,
)
from labelcharter.audit.statistics.pools import Pool

figures = st.one_of(st.integers(-6, 6).map(lambda n: n / 4), st.just(math.nan))


def people(*sizes: int) -> Pool:
    """So many people in each group; what they rated does not matter here."""
    slot = np.repeat(np.arange(len(sizes)), sizes)
    nothing = np.zeros(0, dtype=np.int64)
    return Pool(nothing, nothing, nothing, slot, tuple(range(len(sizes))), 0, 2)


@cache
def deals(sizes: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Every way to deal people to groups of these sizes, as the group of each person."""
    slots = [slot for slot, size in enumerate(sizes) for _ in range(size)]
    return set(permutations(slots))


@cache
def kinds(sizes: tuple[int, ...]) -> int:
    """How many deals differ by more than an exchange of whole groups of one size."""
    return len(
        {
            tuple(sorted(tuple(p for p, s in enumerate(deal) if s == slot) for slot in set(deal)))
            for deal in deals(sizes)
        }
    )


def dealt(observed: float, values: Sequence[float], *, every: bool) -> Dealt:
    """One statistic of the second of two slots; the first is a decoy, and so is the statistic 0."""
    found = np.full((len(values), 2, 2), 77.0)
    found[:, 1, 1] = values
    return Dealt(np.array([[77.0, 77.0], [77.0, observed]]), found, every)


def test_what_is_expected_is_the_mean_and_the_middle_95_percent_of_the_deals_with_a_value() -> None:
    values = np.random.default_rng(1).permutation([*range(41), *[math.nan] * 40])
    found = expected(values.astype(float))
    assert found is not None
    # of 0, 1, ..., 40 the 2.5 % quantile is 1 and the 97.5 % quantile 39
    assert (found.value, found.low, found.high, found.n) == (20.0, 1.0, 39.0, 41)


def test_where_half_of_the_deals_have_no_value_nothing_is_expected() -> None:
    half = np.array([1.0, 2.0, math.nan, math.inf])
    assert expected(half) is None
    assert expected(np.array([1.0, 2.0, 3.0, math.nan, math.nan])) is not None
    assert expected(np.zeros(0)) is None


@given(
    st.lists(figures, min_size=1, max_size=8),
    figures,
    st.sampled_from([(1, 1), (2, 2), (3, 3), (1, 3), (3, 1), (4, 2)]),
    st.booleans(),
    st.booleans(),
)
@example([0.5, -0.5, 0.0], 0.5, (2, 2), True, True)
@example([0.5, -0.5, 0.0], 0.5, (2, 2), True, False)
@example([0.5, -0.5, 0.0], 0.5, (1, 3), True, True)
def test_the_chance_of_a_group_counts_the_deals_as_far_from_their_mean(
    values: list[float], observed: float, sizes: tuple[int, int], every: bool, swaps: bool
) -> None:
    others, mine = sizes
    found = chance_of_group(dealt(observed, values, every=every), people(*sizes), 1, 1, swaps=swaps)
    everything = [*values, *([] if every else [observed])]
    defined = [value for value in everything if math.isfinite(value)]
    if math.isnan(observed) or not defined:
        assert found is None
        return
    mean = sum(defined) / len(defined)
    extreme = [v for v in everything if not abs(v - mean) < abs(observed - mean) - 1e-9]
    twins = 2 if swaps and others == mine else 1
    least = twins / len(deals(sizes))
    assert found is not None
    assert found.p == pytest.approx(len(extreme) / len(everything))
    assert found.splits == len(values)
    assert found.least == pytest.approx(least if every else max(least, 1 / len(everything)))


@given(
    st.lists(figures, min_size=1, max_size=40),
    figures,
    st.sampled_from([(1,), (1, 1), (2, 2), (1, 3), (1, 2, 2), (2, 2, 2), (1, 1, 2, 2)]),
    st.booleans(),
)
def test_the_chance_of_the_largest_figure_counts_the_deals_that_reach_it(
    values: list[float], observed: float, sizes: tuple[int, ...], every: bool
) -> None:
    assume(math.isfinite(observed))
    found = chance_of_largest(observed, np.array(values), people(*sizes), every=every)
    everything = [*values, *([] if every else [observed])]
    reached = [value for value in everything if not value < observed]  # nan counts as extreme
    least = 1 / kinds(sizes)
    assert found.p == pytest.approx(len(reached) / len(everything))
    assert found.splits == len(values)
    assert found.least == pytest.approx(least if every else max(least, 1 / len(everything)))


def test_a_deal_that_differs_by_rounding_only_reaches_the_observed_figure() -> None:
    values, pool = np.array([0.3, 0.3 - 1e-9, 0.1]), people(1, 2)
    assert 0.1 + 0.2 > 0.3  # in doubles
    assert chance_of_largest(0.1 + 0.2, values, pool, every=True).p == pytest.approx(1 / 3)
