"""Rates as statistics of counts, by walking over single ratings."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelcharter.audit.statistics.jackknife import Statistic
from labelcharter.audit.statistics.rates import (
    accuracy,
    false_negative_rate,
    false_positive_rate,
    label_rate,
    log_label_rate,
)

votes = st.lists(st.integers(0, 2), max_size=5)
items = st.lists(st.tuples(votes, st.integers(-1, 2)), min_size=1, max_size=6)
Items = list[tuple[list[int], int]]


def value(statistic: Statistic, some: Items) -> float:
    counts = np.array([[given.count(label) for label in range(3)] for given, _ in some])
    terms = statistic.terms(counts, np.array([gold for _, gold in some]))
    assert terms.shape == (len(some), 2)
    with np.errstate(all="ignore"):
        return float(statistic.value(terms.sum(axis=0)))


def share(wanted: list[bool]) -> float:
    return sum(wanted) / len(wanted) if wanted else float("nan")


@given(items)
def test_each_is_the_share_of_the_ratings_that_it_is_about(some: Items) -> None:
    ratings = [(label, gold) for given, gold in some for label in given]
    expected = {
        label_rate(1): share([label == 1 for label, _ in ratings]),
        label_rate(0, 2): share([label in (0, 2) for label, _ in ratings]),
        accuracy(): share([label == gold for label, gold in ratings if gold >= 0]),
    }
    for of in range(3):
        expected[false_positive_rate(of)] = share(
            [label == of for label, gold in ratings if gold >= 0 and gold != of]
        )
        expected[false_negative_rate(of)] = share(
            [label != of for label, gold in ratings if gold == of]
        )
    for statistic, rate in expected.items():
        assert value(statistic, some) == pytest.approx(rate, abs=1e-12, nan_ok=True)


def test_the_logarithm_of_a_rate_is_undefined_where_nobody_gives_the_label() -> None:
    some: Items = [([0, 1, 1], -1), ([1], -1)]
    assert value(log_label_rate(1), some) == pytest.approx(log(3 / 4))
    assert value(log_label_rate(0, 1), some) == 0.0
    assert value(log_label_rate(2), some) == -inf


def test_an_item_that_a_rate_is_not_about_has_no_terms() -> None:
    counts = np.array([[2, 1, 0]] * 3)
    gold = np.array([-1, 0, 1])
    used = {
        accuracy(): [False, True, True],
        false_positive_rate(0): [False, False, True],
        false_negative_rate(0): [False, True, False],
    }
    for statistic, expected in used.items():
        assert statistic.terms(counts, gold).any(axis=1).tolist() == expected
