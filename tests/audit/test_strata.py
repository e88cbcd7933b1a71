"""The common ratio within strata, its test and homogeneity, by their definitions."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import chi2, norm
from statsmodels.stats.contingency_tables import StratifiedTable

from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.statistics.strata import Stratified, stratified


def plain_mantel_haenszel(cells: list[tuple[Share, Share]]) -> Fraction:
    above = sum(Fraction(t.having * b.of, t.of + b.of) for t, b in cells)
    below = sum(Fraction(b.having * t.of, t.of + b.of) for t, b in cells)
    return above / below


def plain_cmh(cells: list[tuple[Share, Share]]) -> float:
    apart = spread = 0.0
    for t, b in cells:
        n, having = t.of + b.of, t.having + b.having
        apart += t.having - t.of * having / n
        spread += t.of * b.of * having * (n - having) / (n * n * (n - 1))
    return float(chi2.sf(apart**2 / spread, 1))


@st.composite
def cells(draw: st.DrawFn) -> list[tuple[Share, Share]]:
    found = []
    for _ in range(draw(st.integers(2, 4))):
        pair = [draw(st.integers(2, 30)) for _ in range(2)]
        found.append(tuple(Share(draw(st.integers(0, n)), n) for n in pair))
    return found  # type: ignore[return-value]


@given(cells())
def test_the_common_ratio_and_its_test_are_those_of_the_definition(
    found: list[tuple[Share, Share]],
) -> None:
    assume(any(0 < t.having + b.having < t.of + b.of for t, b in found))
    got = stratified(found)
    assert isinstance(got, Stratified)
    assert got.p == pytest.approx(plain_cmh(found), abs=1e-9)
    if got.ratio is not None:
        assert got.ratio.value == pytest.approx(float(plain_mantel_haenszel(found)))
        assert got.ratio.low < plain_mantel_haenszel(found) < got.ratio.high


@given(cells())
def test_homogeneity_is_that_of_statsmodels_where_it_has_an_answer(
    found: list[tuple[Share, Share]],
) -> None:
    vary = [(t, b) for t, b in found if 0 < t.having + b.having < t.of + b.of]
    assume(len(vary) > 1)
    tables = [[[t.having, t.others.having], [b.having, b.others.having]] for t, b in vary]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        table = StratifiedTable(np.array(tables, dtype=float).transpose(1, 2, 0))
        peer, odds = table.test_equal_odds(adjust=True).pvalue, table.oddsratio_pooled
    got = stratified(found)
    assert isinstance(got, Stratified)
    if odds in (0, math.inf) or math.isnan(odds):
        assert got.homogeneity is None
        return
    assert got.homogeneity == pytest.approx(plain_homogeneity(vary, odds), abs=1e-9)
    if abs(odds - 1) > 1e-6:
        assert got.homogeneity == pytest.approx(peer, abs=1e-6)


def plain_homogeneity(vary: list[tuple[Share, Share]], odds: float) -> float:
    """Breslow and Day's test with Tarone's correction, the expected counts found by bisection."""
    apart, spreads, total = 0.0, [], 0.0
    for t, b in vary:
        m = t.having + b.having

        def off(e: float, t: Share = t, b: Share = b, m: int = m) -> float:
            return e * (b.of - m + e) - odds * (t.of - e) * (m - e)

        e = brentq(off, max(0, m - b.of), min(t.of, m), xtol=1e-14)
        spreads.append(1 / (1 / e + 1 / (t.of - e) + 1 / (m - e) + 1 / (b.of - m + e)))
        total += (t.having - e) ** 2 / spreads[-1]
        apart += t.having - e
    return float(chi2.sf(total - apart**2 / sum(spreads), len(vary) - 1))


def test_in_strata_that_are_all_alike_the_interval_is_the_one_on_the_logarithm() -> None:
    """K copies of one stratum: Katz's variance over K."""
    got = stratified([(Share(12, 40), Share(48, 80))] * 3)
    assert isinstance(got, Stratified)
    assert got.ratio is not None
    deviation = math.sqrt((1 / 12 - 1 / 40 + 1 / 48 - 1 / 80) / 3)
    assert got.ratio.value == pytest.approx(0.5)
    factor = math.exp(norm.ppf(0.975) * deviation)
    assert [got.ratio.low, got.ratio.high] == pytest.approx([0.5 / factor, 0.5 * factor])
    assert got.homogeneity == pytest.approx(1)


def test_strata_with_one_group_are_left_out_and_one_stratum_is_none() -> None:
    both = (Share(3, 9), Share(5, 10))
    got = stratified([both, both, (Share(0, 0), Share(3, 7))])
    assert isinstance(got, Stratified)
    assert (got.strata, got.people, got.left_out) == (2, 38, 7)
    assert stratified([both]) == "1 strata hold both groups: there is nothing to compare within"
    never = stratified([(Share(0, 9), Share(5, 10))] * 2)
    assert isinstance(never, Stratified)
    assert never.ratio is None


@pytest.mark.slow
def test_the_interval_within_strata_covers_what_it_says() -> None:
    rng = np.random.RandomState(7)
    covered, runs = 0, 2000
    sizes = [(40, 60), (80, 30), (50, 50)]
    base, true = (0.3, 0.5, 0.6), 0.8
    for _ in range(runs):
        found = [
            (Share(rng.binomial(a, true * p), a), Share(rng.binomial(b, p), b))
            for (a, b), p in zip(sizes, base, strict=True)
        ]
        got = stratified(found)
        assert isinstance(got, Stratified)
        assert got.ratio is not None
        covered += got.ratio.low <= true <= got.ratio.high
    assert 0.935 < covered / runs < 0.965
