"""The interval covers what it says, where one that resamples items alone does not.

Invented annotators with different accuracies rate items at random; the truth is the value that the
same process has over very many of both. These few hundred runs tell .95 from .60, no finer.
"""

from __future__ import annotations

import numpy as np
import pytest

from labelcharter.audit.agreement import alpha
from labelcharter.audit.intervals import t_quantile
from labelcharter.audit.jackknife import Jackknife, Statistic, jackknife, variance
from labelcharter.audit.patterns import one_group, reduce_ratings
from labelcharter.audit.rates import label_rate
from labelcharter.audit.ratings import Ratings

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
