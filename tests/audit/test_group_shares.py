"""The interval of a largest gap holds it, where groups are alike and where they are not.

Items are drawn with their votes from a large invented set, whose gap is the truth: the votes stay
as they are, so this is coverage over items. The percentile bootstrap is measured beside it.
"""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import norm, studentized_range
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.statistics.gold_policies import Policy, Votes
from labelcharter.audit.statistics.gold_rates import expected_policy_gaps, policy_shares
from labelcharter.audit.statistics.group_shares import (
    Shares,
    excess_interval,
    gap_interval,
    shares,
    wilson_reach,
)

POOLED = Policy("pooled", "pooled")
ALIKE = (0.0, 0.0, 0.0, 0.0, 0.0)
APART = (-0.5, 0.0, 0.0, 0.0, 0.5)


def votes_on(rng: Generator, leanings: tuple[float, ...], items: int) -> Votes:
    """Five votes of each group on items of which some are clear and some are not."""
    position = rng.normal(0, 1.6, items)[:, None] + np.array(leanings)
    positive = rng.binomial(5, 1 / (1 + np.exp(-position)))
    return items_of(positive)


def items_of(positive: np.ndarray) -> Votes:
    items = len(positive)
    size = np.full(positive.shape, 5)
    return Votes(positive, size, np.full(items, -1), np.ones(items, dtype=np.int64))


def gap_of(votes: Votes) -> Shares:
    return policy_shares(votes, POOLED)["tpr"]


def covered(
    leanings: tuple[float, ...], items: int, runs: int, resamples: int = 2
) -> tuple[float, float]:
    """How often ours holds the truth, and how often that of so many bootstrap resamples does."""
    rng = np.random.default_rng(5)
    everything = votes_on(rng, leanings, 200_000)
    truth = gap_of(everything).gap
    ours = bootstrap = 0
    for _ in range(runs):
        sample = everything.positive[rng.integers(0, len(everything.items), items)]
        found = gap_of(items_of(sample))
        low, high = gap_interval(found)
        ours += low <= truth <= high
        again = (sample[rng.integers(0, items, items)] for _ in range(resamples))
        resampled = [gap_of(items_of(positive)).gap for positive in again]
        low, high = np.quantile(resampled, (0.025, 0.975))
        bootstrap += low <= truth <= high
    return ours / runs, bootstrap / runs


def test_it_holds_a_gap_of_nothing_which_a_percentile_bootstrap_never_does() -> None:
    ours, bootstrap = covered(ALIKE, 300, 60, 40)
    assert ours >= 0.93
    assert bootstrap < 0.2


def test_it_holds_a_gap_between_groups_that_are_apart() -> None:
    ours, _ = covered(APART, 300, 60)
    assert ours >= 0.93


@pytest.mark.slow
@pytest.mark.parametrize("items", [150, 1000])
@pytest.mark.parametrize(
    "leanings", [ALIKE, APART, (0.0, 0.25, 0.5, 0.75, 1.0), (0.0, 0.0), (0.0, 0.8)]
)
def test_it_covers_in_every_design(leanings: tuple[float, ...], items: int) -> None:
    ours, _ = covered(leanings, items, 400)
    assert ours >= 0.94


@pytest.mark.slow
@pytest.mark.parametrize("leanings", [ALIKE, APART])
def test_the_interval_of_the_excess_covers_the_gap_less_what_so_many_items_show(
    leanings: tuple[float, ...],
) -> None:
    rng = np.random.default_rng(6)
    everything = votes_on(rng, leanings, 200_000)
    found = []
    for _ in range(200):
        sample = items_of(everything.positive[rng.integers(0, len(everything.items), 300)])
        chance = expected_policy_gaps(sample, [POOLED], 60)["pooled", "tpr"]
        found.append((chance.mean, excess_interval(gap_of(sample), chance.mean, chance.influence)))
    truth = gap_of(everything).gap - np.mean([mean for mean, _ in found])
    assert np.mean([low <= truth <= high for _, (low, high) in found]) >= 0.94
    if leanings == ALIKE:
        assert np.mean([low > 0 for _, (low, _) in found]) <= 0.03  # no effect is made up


def test_a_share_of_all_items_still_has_a_width_and_one_by_construction_has_none() -> None:
    of = np.ones((40, 2), dtype=bool)
    having = of.copy()
    items = np.ones(40, dtype=np.int64)
    low, high = gap_interval(shares(having, of, items))
    assert low == 0
    assert 0.05 < high < 0.2
    certain = np.array([True, True])
    assert gap_interval(shares(having, of, items, certain)) == (0.0, 0.0)


def test_the_influence_of_an_item_is_what_the_share_loses_without_it() -> None:
    rng = np.random.default_rng(7)
    of = rng.random((60, 3)) < 0.7
    having = of & (rng.random((60, 3)) < 0.5)
    items = rng.integers(1, 4, 60)
    found = shares(having, of, items)
    for pattern in range(60):
        fewer = items.copy()
        fewer[pattern] -= 1
        less = shares(having, of, fewer)
        exact = (found.values - less.values) * (found.of - of[pattern]) / found.of
        assert found.influence[pattern] == pytest.approx(exact, abs=1e-9)


def by_definition(having: np.ndarray, expected: float, moved: np.ndarray) -> tuple[float, float]:
    """Zou and Donner's reach of every ordered pair, items one by one, everybody on every item.

    `moved` (items,): what each item adds to the expected gap, which is taken from the gap.
    """
    groups, n = having.shape[1], len(having)
    z = {"once": norm.ppf(0.975), "many": studentized_range.ppf(0.975, groups, np.inf) / 2**0.5}
    share = having.mean(axis=0)
    lows, highs = [0.0], [0.0]
    for a, b in permutations(range(groups), 2):
        r = np.corrcoef(having[:, a], having[:, b])[0, 1]
        apart = (having[:, a] - share[a]) / n - (having[:, b] - share[b]) / n
        with_moved = np.sum(apart * moved) / np.sqrt(np.sum(apart**2) * np.sum(moved**2) or 1)
        reach = {}
        for name, at in z.items():
            alpha = 2 * norm.sf(at)
            ends = [
                proportion_confint(having[:, g].sum(), n, alpha, method="wilson") for g in (a, b)
            ]
            below, above = share[a] - ends[0][0], ends[1][1] - share[b]
            pair = below**2 + above**2 - 2 * r * below * above
            whole = np.sum(moved**2) * at**2
            both = pair + whole - 2 * with_moved * (pair * whole) ** 0.5
            reach[name] = both**0.5
        lows.append(share[a] - share[b] - reach["many"])
        highs.append(share[b] - share[a] + reach["once"])
    if moved.any():  # a group and itself: only what is expected moves
        alone = np.sum(moved**2) ** 0.5
        lows[0], highs[0] = -alone * z["many"], alone * z["once"]
    return max(lows) - expected, max(highs) - expected


@pytest.mark.parametrize("groups", [2, 4])
@pytest.mark.parametrize("seed", [1, 5])
def test_both_ends_are_those_of_the_definition_over_all_ordered_pairs(
    groups: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    patterns = np.unique(rng.random((12, groups)) < np.linspace(0.3, 0.8, groups), axis=0)
    items = rng.integers(3, 15, len(patterns))
    one_by_one = np.repeat(patterns, items, axis=0).astype(float)
    found = shares(patterns, np.ones_like(patterns), items)
    expected = by_definition(one_by_one, 0.0, np.zeros(len(one_by_one)))
    assert gap_interval(found) == pytest.approx(expected, abs=1e-9)
    assert found.gap == pytest.approx(np.ptp(one_by_one.mean(axis=0)), abs=1e-12)
    moved = rng.normal(0, 0.002, len(patterns))
    expected = by_definition(one_by_one, 0.07, np.repeat(moved, items))
    assert excess_interval(found, 0.07, moved) == pytest.approx(expected, abs=1e-9)


def test_an_interval_of_a_gap_stays_within_nothing_and_everything() -> None:
    of = np.ones((30, 2), dtype=bool)
    having = np.column_stack((np.arange(30) > 0, np.arange(30) > 28))
    low, high = gap_interval(shares(having, of, np.ones(30, dtype=np.int64)))
    assert 0 < low < 28 / 30
    assert 28 / 30 < high <= 1.0
    few = shares(having[27:], of[27:], np.ones(3, dtype=np.int64))
    assert gap_interval(few)[0] == 0.0
    turned = np.column_stack((of[:, 0], ~of[:, 0]))
    assert gap_interval(shares(turned, of, np.ones(30, dtype=np.int64)))[1] == 1.0


@pytest.mark.parametrize(("having", "of"), [(0, 12), (12, 12), (5, 12)])
def test_wilsons_reach_is_that_of_statsmodels_and_none_where_it_is_certain(
    having: int, of: int
) -> None:
    column = (np.arange(of) < having)[:, None]
    ones = np.ones(of, dtype=np.int64)
    found = shares(column, np.ones_like(column), ones)
    below, above = wilson_reach(found, float(norm.ppf(0.975)))
    low, high = proportion_confint(having, of, method="wilson")
    assert below == pytest.approx(having / of - low, abs=1e-12)
    assert above == pytest.approx(high - having / of, abs=1e-12)
    certain = shares(column, np.ones_like(column), ones, np.array([True]))
    assert [float(side[0]) for side in wilson_reach(certain, 1.96)] == [0.0, 0.0]


def test_a_group_without_an_item_has_no_share_and_so_there_is_no_gap() -> None:
    of = np.array([[True, False], [True, False]])
    found = shares(of, of, np.array([2, 3]))
    assert found.values[0] == 1
    assert np.isnan(found.values[1])
    assert np.isnan(found.gap)


def test_a_pair_is_compared_with_the_correlation_of_its_shares_over_items() -> None:
    """Two groups that are right on the same items differ for certain, more so than apart."""
    rng = np.random.default_rng(8)
    of = np.ones((400, 2), dtype=bool)
    right = rng.random(400) < 0.6
    together = np.column_stack((right, right & (rng.random(400) < 0.9)))
    shuffled = np.column_stack((together[:, 0], rng.permutation(together[:, 1])))
    items = np.ones(400, dtype=np.int64)
    paired, apart = (gap_interval(shares(having, of, items)) for having in (together, shuffled))
    assert paired[1] - paired[0] < 0.7 * (apart[1] - apart[0])
