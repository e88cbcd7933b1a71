"""p values corrected within their family, against statsmodels, scipy and the definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from labelcharter.audit.statistics.multiplicity import CORRECTIONS, Correction, corrected

STATSMODELS = {"holm": "holm", "bh": "fdr_bh"}
BOTH = pytest.mark.parametrize("correction", ["holm", "bh"])

p_values = st.lists(
    st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.0005, 0.01, 0.05, 1.0])),
    min_size=1,
    max_size=12,
)


@BOTH
@given(p=p_values)
def test_q_is_that_of_statsmodels(correction: Correction, p: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    expected = multipletests(p, method=STATSMODELS[correction])[1]
    assert corrected(p, correction).q == pytest.approx(expected, abs=1e-12)


@given(p=p_values)
def test_benjamini_and_hochberg_are_those_of_scipy(p: list[float]) -> None:
    assert corrected(p, "bh").q == pytest.approx(false_discovery_control(p), abs=1e-12)


@BOTH
@given(p=p_values, level=st.sampled_from([0.01, 0.05, 0.1, 0.5]))
def test_what_is_claimed_at_a_level_is_what_the_step_procedure_claims(
    correction: Correction, p: list[float], level: float
) -> None:
    """From the papers: Holm steps down until one fails, Benjamini and Hochberg up to the last."""
    ranked = sorted(p)
    n = len(p)
    if correction == "holm":
        fails = [k for k, value in enumerate(ranked) if (n - k) * value > level]
        claimed = fails[0] if fails else n
    else:
        holds = [k for k, value in enumerate(ranked, 1) if n * value <= k * level]
        claimed = holds[-1] if holds else 0
    q = corrected(p, correction).q
    expected = {value: k < claimed for k, value in reversed(list(enumerate(ranked)))}
    for value, one in zip(p, q, strict=True):
        assert one is not None
        if abs(one - level) > 1e-9:
            assert (one <= level) == expected[value]


@BOTH
@given(p=p_values, order=st.randoms(use_true_random=False))
def test_the_order_of_the_tests_does_not_matter(
    correction: Correction, p: list[float], order: object
) -> None:
    places = list(range(len(p)))
    order.shuffle(places)
    q = corrected(p, correction).q
    again = corrected([p[k] for k in places], correction).q
    assert again == tuple(q[k] for k in places)


@BOTH
def test_tests_without_p_are_dropped_first_and_counted(correction: Correction) -> None:
    """scipy raises on a NaN; a test that was not made must make no other one dearer."""
    with pytest.raises(ValueError, match="only numbers"):
        false_discovery_control([0.01, np.nan])
    result = corrected([0.01, None, 0.04, None], correction)
    without = corrected([0.01, 0.04], correction)
    assert (result.q[0], result.q[2]) == without.q
    assert (result.q[1], result.q[3]) == (None, None)
    assert (result.tests, result.without_p) == (2, 2)


@BOTH
def test_a_family_of_one_keeps_its_p_and_an_empty_one_is_no_fault(correction: Correction) -> None:
    assert corrected([0.03], correction).q == (0.03,)
    assert corrected([], correction).q == ()
    assert corrected([None], correction).tests == 0


@BOTH
@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(correction: Correction, value: float) -> None:
    with pytest.raises(ValueError, match="is no p value"):
        corrected([0.5, value], correction)
    with pytest.raises(ValueError, match="is no p value"):
        corrected([0.5], correction, [value])


@BOTH
@given(p=p_values, before=p_values)
def test_looking_again_counts_what_was_looked_at_before(
    correction: Correction, p: list[float], before: list[float]
) -> None:
    result = corrected(p, correction, before)
    assert result.tests == len(p) + len(before)
    assert result.q == corrected([*p, *before], correction).q[: len(p)]


@BOTH
@given(looks=st.lists(st.tuples(*[st.floats(0, 1)] * 3), min_size=2, max_size=4))
def test_with_the_looks_fixed_beforehand_a_claim_once_made_stands_to_the_end(
    correction: Correction, looks: list[tuple[float, ...]]
) -> None:
    """So the level holds for all that is ever claimed: at the last look it is the plain rule."""
    seen: list[float] = []
    first: list[float] = []
    for p in looks:
        result = corrected(p, correction, seen, looks=len(looks))
        assert result.tests == 3 * len(looks)
        first += [q or 0.0 for q in result.q]
        seen += p
    last = corrected(seen, correction)
    for at_first, at_last in zip(first, last.q, strict=True):
        assert at_last is not None
        assert at_last <= at_first + 1e-12


@BOTH
def test_no_q_is_more_than_one_however_many_looks_are_planned(correction: Correction) -> None:
    assert corrected([0.9, 0.8], correction, looks=5).q == (1.0, 1.0)


@BOTH
def test_without_a_number_of_looks_the_first_is_not_made_dearer(correction: Correction) -> None:
    assert corrected([0.01, 0.2], correction, looks=1).q == corrected([0.01, 0.2], correction).q
    dearer = corrected([0.01, 0.2], correction, looks=3)
    assert dearer.q[0] == pytest.approx(3 * 0.02)


@pytest.mark.parametrize(("correction", "limit"), [("holm", 0.05), ("bh", 0.05)])
def test_false_claims_stay_at_the_level_where_nothing_is_true(
    correction: Correction, limit: float
) -> None:
    """Twenty true nothings, 4,000 times; each p alone would claim something in 64 % of them."""
    draws = np.random.RandomState(1).random_sample((4000, 20))
    some = sum(min(corrected(row.tolist(), correction).q) <= limit for row in draws) / 4000
    alone = sum(row.min() <= limit for row in draws) / 4000
    assert abs(some - limit) < 0.012
    assert alone > 0.6


def test_every_correction_has_a_name_that_an_audit_file_can_give() -> None:
    assert set(CORRECTIONS) == {"holm", "bh"}
