"""The interval covers what it says, where one that resamples items alone does not.

Invented annotators with different accuracies rate items at random; the truth is the value that the
same process has over very many of both. These few hundred runs tell .95 from .60, no finer.
"""

from __future__ import annotations

import numpy as np
import pytest

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.intervals import spread_of_difference, t_quantile
from labelcharter.audit.statistics.jackknife import Jackknife, Statistic, jackknife, variance
from labelcharter.audit.statistics.rates import label_rate
from labelcharter.audit.tables.cleaning import Grouping, Ratings

RUNS = 200


def table(rng: np.random.Generator, items: int, annotators: int, each: int) -> Ratings:
    accuracy = np.clip(0.8 + 0.12 * rng.standard_normal(annotators), 0.5, 1)
    truth = rng.random(items) < 0.35
    item = np.repeat(np.arange(items, dtype=np.int32), each)
    annotator = np.argsort(rng.random((items, annotators)), axis=1)[:, :each].ravel()
    right = rng.random(len(item)) < accuracy[annotator]
    label = np.where(right, truth[item], ~truth[item]).astype(np.int32)
    nothing = np.full(len(item), -1, dtype=np.int32)
    return Ratings(item, annotator.astype(np.int32), label, nothing, nothing, ("0", "1"), ())


def left_out(ratings: Ratings, statistic: Statistic) -> Jackknife:
    return jackknife(one_group(reduce_ratings(ratings), 0), statistic)


@pytest.mark.parametrize(
    ("items", "annotators", "each"), [(200, 12, 4), (60, 6, 4), (40, 3, 3), (12, 8, 4)]
)
def test_the_two_way_interval_covers_and_one_over_items_alone_does_not(
    items: int, annotators: int, each: int
) -> None:
    rng = np.random.default_rng(11)
    truth = left_out(table(rng, 20_000, 1000, each), alpha("nominal")).value
    rate = left_out(table(rng, 20_000, 1000, each), label_rate(1)).value
    both = only_items = of_rate = 0
    for _ in range(RUNS):
        ratings = table(rng, items, annotators, each)
        found = left_out(ratings, alpha("nominal"))
        parts = variance(found)
        reach = t_quantile(min(found.items, found.annotators) - 1)
        both += abs(found.value - truth) <= reach * parts.two_way**0.5
        only_items += abs(found.value - truth) <= t_quantile(found.items - 1) * parts.item**0.5
        counted = left_out(ratings, label_rate(1))
        of_rate += abs(counted.value - rate) <= reach * variance(counted).two_way ** 0.5
    assert both / RUNS >= 0.91
    assert of_rate / RUNS >= 0.91
    assert both > only_items
    if items == 200:
        assert only_items / RUNS < 0.75


def two_pools(rng: np.random.Generator, items: int, people: int, each: int) -> Ratings:
    """Two groups of annotators with the same spread of leanings and no difference otherwise."""
    truth = rng.random(items) < 0.35
    item = np.tile(np.repeat(np.arange(items, dtype=np.int32), each), 2)
    group = np.repeat(np.arange(2, dtype=np.int32), items * each)
    chosen = [np.argsort(rng.random((items, people)), axis=1)[:, :each].ravel() for _ in range(2)]
    annotator = np.concatenate((chosen[0], chosen[1] + people)).astype(np.int32)
    leaning = 0.08 * rng.standard_normal(2 * people)
    label = rng.random(len(item)) < np.where(truth[item], 0.8, 0.2) + leaning[annotator]
    nothing = np.full(len(item), -1, dtype=np.int32)
    grouping = Grouping("group", "annotator", ("a", "b"), group)
    return Ratings(
        item, annotator, label.astype(np.int32), nothing, nothing, ("0", "1"), (grouping,)
    )


def test_two_alike_groups_are_told_apart_no_more_often_than_promised() -> None:
    """At a nominal 5 %: the two-way interval, and the one that takes ratings for people."""
    rng = np.random.default_rng(12)
    two_way = rows_alone = 0
    for _ in range(RUNS):
        ratings = two_pools(rng, 200, 15, 5)
        reduction = reduce_ratings(ratings, ratings.groupings[0])
        a, b = (jackknife(one_group(reduction, g), label_rate(1)) for g in (0, 1))
        spread = spread_of_difference(a, b)
        assert spread is not None
        two_way += abs(a.value - b.value) > spread.half_width
        naive = sum(j.value * (1 - j.value) / j.ratings for j in (a, b)) ** 0.5
        rows_alone += abs(a.value - b.value) > 1.96 * naive
    assert two_way / RUNS <= 0.07
    assert rows_alone / RUNS >= 0.15
