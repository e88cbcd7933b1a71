"""V, distance and mutual information, each beside another library's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import entropy
from scipy.stats.contingency import association
from sklearn.metrics import normalized_mutual_info_score

from labelcharter.audit.statistics.association import (
    corrected_v,
    cramers_v,
    js_from_the_rest,
    mutual_information,
)

tables = arrays(
    np.int64, st.tuples(st.integers(2, 4), st.integers(2, 4)), elements=st.integers(1, 9)
)

uneven = arrays(
    np.int64,
    st.sampled_from([(2, 2), (2, 4), (4, 2), (3, 4), (4, 3)]),
    elements=st.sampled_from([1, 2, 9, 60]),
)


def bergsma(table: np.ndarray) -> float:
    """By the paper's formulas, from the chi-square of cells against what margins expect."""
    n, (r, k) = table.sum(), table.shape
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = ((table - expected) ** 2 / expected).sum() / n
    phi2 = max(0, phi2 - (k - 1) * (r - 1) / (n - 1))
    r, k = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    return (phi2 / (min(r, k) - 1)) ** 0.5


@given(tables)
def test_v_is_that_of_scipy(table: np.ndarray) -> None:
    assert cramers_v(table.astype(float)) == pytest.approx(association(table, "cramer"), abs=1e-9)


@given(st.one_of(tables, uneven))
def test_corrected_v_is_bergsmas(table: np.ndarray) -> None:
    assert corrected_v(table.astype(float)) == pytest.approx(min(1, bergsma(table)), abs=1e-7)


@pytest.mark.parametrize("table", [[[1, 0, 0], [3, 4, 2]], [[1, 0], [0, 1], [5, 9]]])
def test_one_rating_is_a_group_or_a_label_in_use(table: list[list[int]]) -> None:
    for of in (np.array(table), np.array(table).T):
        assert cramers_v(of.astype(float)) == pytest.approx(association(of, "cramer"))
        assert corrected_v(of.astype(float)) == pytest.approx(bergsma(of), abs=1e-7)


@given(tables)
def test_mutual_information_is_that_of_sklearn(table: np.ndarray) -> None:
    rows, columns = np.indices(table.shape)
    one, other = (np.repeat(of.ravel(), table.ravel()) for of in (rows, columns))
    expected = normalized_mutual_info_score(one, other)
    assert mutual_information(table.astype(float)) == pytest.approx(expected, abs=1e-9)


@given(tables)
def test_the_distance_is_the_root_of_the_mean_divergence_from_the_middle(table: np.ndarray) -> None:
    found = js_from_the_rest(table.astype(float))
    for group, counts in enumerate(table):
        rest = np.delete(table, group, axis=0).sum(axis=0)
        p, q = counts / counts.sum(), rest / rest.sum()
        middle = (p + q) / 2
        divergence = (entropy(p, middle, base=2) + entropy(q, middle, base=2)) / 2
        assert found[group] ** 2 == pytest.approx(divergence, abs=1e-9)


@given(tables)
def test_empty_groups_and_labels_change_nothing(table: np.ndarray) -> None:
    wider = np.pad(table, ((0, 1), (0, 2))).astype(float)
    for measure in (cramers_v, corrected_v, mutual_information):
        # a V is a square root: rounding of 1e-16 before it is 1e-8 after it
        assert measure(wider) == pytest.approx(measure(table.astype(float)), abs=1e-7)
    np.testing.assert_allclose(
        js_from_the_rest(wider)[:-1], js_from_the_rest(table.astype(float)), atol=1e-12
    )
    assert np.isnan(js_from_the_rest(wider)[-1])


@given(tables, st.integers(2, 5))
def test_twice_the_data_leaves_plain_figures_and_brings_the_corrected_one_nearer(
    table: np.ndarray, times: int
) -> None:
    one, more = table.astype(float), table.astype(float) * times
    for measure in (cramers_v, mutual_information):
        assert measure(more) == pytest.approx(measure(one), abs=1e-9)
    assert abs(cramers_v(more) - corrected_v(more)) <= abs(cramers_v(one) - corrected_v(one)) + 1e-9


def test_many_tables_at_once_are_each_as_alone() -> None:
    stack = np.random.default_rng(1).integers(1, 20, (7, 3, 4)).astype(float)
    for measure in (cramers_v, corrected_v, mutual_information, js_from_the_rest):
        np.testing.assert_allclose(measure(stack), np.array([measure(t) for t in stack]))


@pytest.mark.parametrize("table", [[[5, 3]], [[5, 0], [3, 0]], [[0, 0], [0, 0]]])
def test_with_one_group_or_one_label_there_is_no_association_to_measure(table: list) -> None:
    assert np.isnan(cramers_v(np.array(table, dtype=float)))
    assert np.isnan(corrected_v(np.array(table, dtype=float)))


def test_groups_with_no_label_in_common_are_as_far_apart_as_can_be() -> None:
    table = np.array([[40.0, 0.0], [0.0, 60.0]])
    assert cramers_v(table) == pytest.approx(1)
    assert corrected_v(table) == pytest.approx(1)
    assert mutual_information(table) == pytest.approx(1)
    np.testing.assert_allclose(js_from_the_rest(table), [1, 1])


def test_a_table_too_small_to_correct_has_no_corrected_figure() -> None:
    assert np.isnan(corrected_v(np.array([[1.0, 0.0], [0.0, 1.0]])))


@pytest.mark.parametrize("shape", [(2, 2), (2, 4), (4, 2), (3, 3)])
def test_where_shares_are_the_same_in_every_group_nothing_is_left_but_zero(
    shape: tuple[int, int],
) -> None:
    """Not even the rounding of it, which a root would make visible."""
    stream = np.random.default_rng(2)
    for _ in range(200):
        table = np.outer(stream.integers(1, 99, shape[0]), stream.integers(1, 99, shape[1]))
        assert cramers_v(table.astype(float)) == 0
        assert corrected_v(table.astype(float)) == 0


def test_no_rounding_lifts_a_share_of_information_or_a_corrected_v_above_one() -> None:
    stream = np.random.default_rng(3)
    stack = np.array([np.diag(stream.integers(1, 99, 3)) for _ in range(500)]).astype(float)
    for measure in (mutual_information, corrected_v):
        assert measure(stack) == pytest.approx(np.ones(500))
        assert (measure(stack) <= 1).all()
    assert (mutual_information(np.ones((500, 3, 4)) * stack[:, :1, :1]) >= 0).all()


def test_a_faint_association_is_not_taken_for_rounding() -> None:
    table = np.array([[500_001, 500_000], [500_000, 500_001]], dtype=float)
    # of two even margins phi is (a - b)/(a + b) exactly
    assert cramers_v(table) == pytest.approx(1 / 1_000_001, rel=1e-3)
