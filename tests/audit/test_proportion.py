"""Wilson's interval of a share: statsmodels has it too, and its ends are the score test's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.statistics.proportion import proportion, wilson

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.8, 0.95, 0.999]))
def test_it_is_that_of_statsmodels_at_every_confidence(
    count: tuple[int, int], confidence: float
) -> None:
    expected = proportion_confint(*count, alpha=1 - confidence, method="wilson")
    assert wilson(*count, confidence) == pytest.approx(expected, abs=1e-9)


@given(counts)
def test_nobody_and_everybody_are_exactly_nothing_and_everything(count: tuple[int, int]) -> None:
    having, of = count
    low, high = wilson(having, of)
    assert (low == 0.0) == (having == 0)
    assert (high == 1.0) == (having == of)
    found = proportion(having, of, "things", "so")
    assert (found.value, found.low, found.high) == (having / of, low, high)
    assert (found.n, found.reason) == (of, "so")


def test_a_share_of_nothing_names_what_is_missing() -> None:
    found = proportion(0, 0, "items")
    assert (found.state, found.reason, found.n) == ("not-estimable", "no items", 0)
