"""Labels given twice to the same items: each test beside another computation."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.contingency_tables import mcnemar as other_mcnemar

from labelcharter.audit.statistics.optional import NotInstalled, library
from labelcharter.audit.statistics.paired import (
    bowker,
    change_of_share,
    changed,
    gained_and_lost,
    mcnemar,
    stuart_maxwell,
)

squares = st.integers(2, 4).flatmap(lambda k: arrays(np.int64, (k, k), elements=st.integers(0, 12)))
full = st.integers(2, 4).flatmap(lambda k: arrays(np.int64, (k, k), elements=st.integers(1, 12)))


@given(squares)
def test_stuart_maxwell_is_d_over_its_covariance_whatever_is_empty(table: np.ndarray) -> None:
    """d' S^- d with a generalised inverse of the whole covariance, which no part of ours uses."""
    d = (table.sum(axis=1) - table.sum(axis=0)).astype(float)
    covariance = np.diag(table.sum(axis=1) + table.sum(axis=0)).astype(float) - table - table.T
    found = stuart_maxwell(table)
    assert found.chi2 == pytest.approx(d @ np.linalg.pinv(covariance) @ d, abs=1e-6)
    assert found.degrees == np.linalg.matrix_rank(covariance)
    if found.p is not None:
        assert found.p == pytest.approx(chi2.sf(found.chi2, found.degrees), abs=1e-9)
    assert (found.p is None) == (changed(table) < 10)


@given(full)
def test_bowker_is_that_of_statsmodels_where_every_pair_has_items(table: np.ndarray) -> None:
    expected = SquareTable(table.astype(float), shift_zeros=False).symmetry()
    found = bowker(table)
    assert found.chi2 == pytest.approx(expected.statistic, abs=1e-9)
    assert found.degrees == expected.df
    if found.p is not None:
        assert found.p == pytest.approx(expected.pvalue, abs=1e-9)


def test_pairs_that_nothing_moved_between_are_not_degrees_of_freedom() -> None:
    table = np.array([[9, 8, 0], [2, 9, 0], [0, 0, 9]])
    found = bowker(table)
    assert (found.chi2, found.degrees) == (pytest.approx(3.6), 1)
    assert found.p == pytest.approx(chi2.sf(3.6, 1))


@given(squares, st.data())
def test_mcnemar_is_that_of_statsmodels(table: np.ndarray, data: st.DataObject) -> None:
    label = data.draw(st.integers(0, len(table) - 1))
    is_label = np.arange(len(table)) == label
    two = np.array(
        [[table[np.ix_(a, b)].sum() for b in (is_label, ~is_label)] for a in (is_label, ~is_label)]
    )
    assert gained_and_lost(table, label) == (two[1, 0], two[0, 1])
    if two[1, 0] + two[0, 1]:
        expected = other_mcnemar(two, exact=True).pvalue
        assert mcnemar(table, label) == pytest.approx(expected, abs=1e-9)
    else:
        assert mcnemar(table, label) == 1


@given(squares)
def test_turning_before_and_after_round_turns_signs_only(table: np.ndarray) -> None:
    assert stuart_maxwell(table.T).chi2 == pytest.approx(stuart_maxwell(table).chi2, abs=1e-9)
    assert bowker(table.T) == bowker(table)
    if table.sum():
        there, back = change_of_share(table, 0), change_of_share(table.T, 0)
        assert back.value == pytest.approx(-there.value)
        assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
        assert there.low - 1e-12 <= there.value <= there.high + 1e-12


def test_a_change_of_share_has_bonett_and_prices_interval() -> None:
    """Worked by hand: 40 items, 9 gained the label, 3 lost it."""
    table = np.array([[20, 9], [3, 8]])
    found = change_of_share(table, 1)
    up, down = 10 / 42, 4 / 42
    half = 1.959963984540054 * ((up + down - (up - down) ** 2) / 42) ** 0.5
    assert found.value == 6 / 40
    assert (found.low, found.high) == pytest.approx((up - down - half, up - down + half))
    assert found.n == 40
    assert change_of_share(np.zeros((2, 2), dtype=np.int64), 0).state == "not-estimable"


def test_a_change_of_share_covers() -> None:
    stream = np.random.default_rng(3)
    for cells in ([0.6, 0.05, 0.05, 0.3], [0.5, 0.2, 0.05, 0.25], [0.9, 0.04, 0.01, 0.05]):
        held = 0
        for _ in range(400):
            found = change_of_share(stream.multinomial(60, cells).reshape(2, 2), 1)
            held += found.low <= cells[1] - cells[2] <= found.high
        assert held / 400 >= 0.93


def test_nothing_that_moved_is_no_change() -> None:
    table = np.diag([5, 9])
    assert (stuart_maxwell(table).chi2, stuart_maxwell(table).degrees) == (0, 0)
    assert bowker(table).degrees == 0
    assert mcnemar(table, 0) == 1


def test_a_library_that_is_not_installed_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.stats.contingency_tables", None)
    with pytest.raises(
        NotInstalled,
        match=r'^statsmodels is not installed: pip install "labelcharter\[statistics\]"$',
    ):
        stuart_maxwell(np.array([[3, 1], [2, 3]]))
    with pytest.raises(NotInstalled, match="scikit-learn is not installed"):
        library("sklearn.nothing_of_this_name")
