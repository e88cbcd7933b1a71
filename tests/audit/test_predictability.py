"""Cross-validated AUC with whole people in folds: beside sklearn, beside pairs, beside chance."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from labelcharter.audit.statistics import predictability as module
from labelcharter.audit.statistics.logistic import logistic
from labelcharter.audit.statistics.predictability import smoothed_rates, told
from labelcharter.audit.statistics.units import Units


def pool(
    sizes: list[int], shares: list[list[float]], each: int = 12, seed: int = 0, own: float = 6.0
) -> Units:
    """People of each group, whose ratings show each cell at their group's shares or so."""
    stream = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    counts = [
        stream.multinomial(each, stream.dirichlet(np.array(shares[g]) * own + 1e-12)) for g in group
    ]
    return Units(np.array(counts), np.ones(len(group), dtype=np.int64), group, len(sizes))


def single_ratings(units: Units, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(cells, groups), one entry a rating, of these people."""
    pairs = [
        (cell, units.group[k])
        for k in people
        for cell, times in enumerate(units.counts[k])
        for _ in range(times)
    ]
    return np.array(pairs).T


def by_sklearn(units: Units, fold: np.ndarray) -> float:
    """Rate tables from single ratings, roc_auc_score in every fold, plain means."""
    found = []
    for number in range(module.FOLDS):
        cells, groups = single_ratings(units, np.flatnonzero(fold != number))
        test_cells, test_groups = single_ratings(units, np.flatnonzero(fold == number))
        for g in range(units.groups):
            prior = np.mean(groups == g)
            rate = {
                c: (np.sum((cells == c) & (groups == g)) + prior) / (np.sum(cells == c) + 1)
                for c in range(units.counts.shape[1])
            }
            scores = np.round([rate[c] for c in test_cells], 12)
            found.append(roc_auc_score(test_groups == g, scores))
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("sizes", "shares"),
    [
        ([8, 12], [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3]]),
        ([6, 7, 9], [[0.6, 0.4], [0.5, 0.5], [0.3, 0.7]]),
        ([10, 10], [[0.5, 0.5], [0.5, 0.5]]),
    ],
)
def test_it_is_the_mean_of_sklearns_auc_over_folds_and_groups(
    sizes: list[int], shares: list[list[float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    units = pool(sizes, shares)
    folds: list[np.ndarray] = []  # one entry: the repeats
    dealt = module._folds
    monkeypatch.setattr(module, "_folds", lambda *given: folds.append(dealt(*given)) or folds[-1])
    found = told(units, repeats=3, draws=0)
    counts, group = module._canonical(units)
    own = Units(counts, units.number, group, units.groups)
    expected = np.mean([by_sklearn(own, fold) for fold in folds[0]])
    assert folds[0].shape == (3, sum(sizes))
    assert found.auc.value == pytest.approx(expected, abs=1e-9)
    assert found.auc.n == units.counts.sum()


def test_folds_hold_whole_people_and_share_out_each_group() -> None:
    group = np.array([0] * 12 + [1] * 25)
    fold = module._folds(group, np.random.RandomState(0), 1)[0]
    for g, most in ((0, 3), (1, 5)):
        sizes = np.bincount(fold[group == g], minlength=module.FOLDS)
        assert sizes.max() == most
        assert sizes.max() - sizes.min() <= 1
    assert (module._folds(group, np.random.RandomState(1), 1) != fold).any()


def test_a_column_that_names_the_person_tells_nothing_when_people_are_kept_whole() -> None:
    """With ratings in folds it would tell all: each person's other ratings name the group."""
    people = 24
    units = Units(
        np.eye(people, dtype=np.int64) * 10,
        np.ones(people, dtype=np.int64),
        np.arange(people) % 2,
        2,
    )
    found = told(units, draws=19)
    assert found.auc.state == "not-estimable"
    assert "every person is told alike" in found.auc.reason
    assert set(np.round(found.by_chance, 9)) == {0.5}


def test_what_can_be_told_is_told() -> None:
    sure = told(pool([12, 12], [[0.98, 0.02], [0.02, 0.98]], own=50), draws=39)
    assert sure.auc.low > 0.9
    assert sure.p == 1 / 40
    everybody = told(pool([12, 12], [[1.0, 0.0], [0.0, 1.0]], own=1e9), draws=0).auc
    assert (everybody.value, everybody.high) == (1, 1)
    assert everybody.low == pytest.approx(0.025 ** (1 / 12))  # Clopper and Pearson, 12 of 12
    nothing = told(pool([20, 20], [[0.5, 0.5], [0.5, 0.5]], seed=3), draws=39)
    assert nothing.auc.low < 0.5 < nothing.auc.high + 1e-12
    assert nothing.p > 0.05
    assert abs(nothing.by_chance.mean() - 0.5) < 0.02


def test_the_interval_is_that_of_pairs_of_people() -> None:
    """Placements by walking over all pairs of ratings, one fold at a time."""
    units = pool([5, 5], [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3]], each=4)
    counts, group = module._canonical(units)
    folds = module._folds(group, np.random.RandomState(1), 1)
    aucs = module._aucs(module._held(counts, group, folds, 2), smoothed_rates)
    influence = module._influence(counts, group, folds, aucs)
    fold, auc = folds[0], aucs.by_group[0]
    expected = np.zeros(len(group))
    for number in range(module.FOLDS):
        train = np.stack([counts[(fold != number) & (group == g)].sum(axis=0) for g in (0, 1)])
        score = np.round((train[0] + train[0].sum() / train.sum()) / (train.sum(axis=0) + 1), 12)
        inside = [k for k in np.flatnonzero(fold == number) if group[k] == 0]
        outside = [k for k in np.flatnonzero(fold == number) if group[k] == 1]
        m, n = counts[inside].sum(), counts[outside].sum()
        for a, b in product(inside, outside):
            for x, y in product(range(3), range(3)):
                pairs = counts[a, x] * counts[b, y]
                wins = (score[x] > score[y]) + 0.5 * (score[x] == score[y])
                expected[a] += pairs * wins / (m * n)
                expected[b] += pairs * wins / (m * n)
        for k in inside:
            expected[k] -= counts[k].sum() * auc / m
        for k in outside:
            expected[k] -= counts[k].sum() * auc / n
    np.testing.assert_allclose(influence, expected / module.FOLDS, atol=1e-9)
    assert influence.sum() == pytest.approx(0, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(3)), st.permutations(range(4)))
def test_neither_order_of_people_nor_names_leave_a_trace(seed, names, cells) -> None:  # type: ignore[no-untyped-def]
    units = pool([5, 6, 8], [[0.4, 0.3, 0.2, 0.1], [0.25] * 4, [0.1, 0.2, 0.3, 0.4]], seed=seed)
    order = np.random.default_rng(seed).permutation(19)
    renamed = Units(
        units.counts[order][:, cells], units.number, np.array(names)[units.group[order]], 3
    )
    one, other = (told(u, repeats=1, draws=3) for u in (units, renamed))
    assert one.auc.value == pytest.approx(other.auc.value, abs=1e-12)
    assert (one.auc.low, one.auc.high) == pytest.approx((other.auc.low, other.auc.high), abs=1e-12)
    np.testing.assert_allclose(one.by_chance, other.by_chance, atol=1e-12)


def test_a_model_of_several_columns_is_sklearns_with_one_rating_a_row() -> None:
    columns = np.array(list(product(range(3), range(2))))
    stream = np.random.default_rng(2)
    counts = stream.integers(1, 9, (2, 2, 6)).astype(float)
    found = logistic(columns)(counts)
    onehot = np.hstack([np.eye(3)[columns[:, 0]], np.eye(2)[columns[:, 1]]])
    for fold in range(2):
        rows = [
            (onehot[c], g)
            for g, c in product(range(2), range(6))
            for _ in range(int(counts[fold, g, c]))
        ]
        model = LogisticRegression(max_iter=1000, tol=1e-10)
        model.fit(np.array([x for x, _ in rows]), [g for _, g in rows])
        np.testing.assert_allclose(found[fold].T, model.predict_proba(onehot), atol=2e-3)


def test_columns_may_tell_together_what_neither_tells_alone() -> None:
    """Each column leans; both lean the same way."""
    both = pool([15, 15], [[0.5, 0.2, 0.2, 0.1], [0.1, 0.2, 0.2, 0.5]], own=30)
    columns = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    together = told(both, logistic(columns), repeats=1, draws=0).auc.value
    for column in columns.T:
        counts = np.stack([both.counts[:, column == k].sum(axis=1) for k in (0, 1)], axis=1)
        alone = told(Units(counts, both.number, both.group, 2), draws=0).auc.value
        assert together > alone + 0.05


def test_a_group_that_a_fold_never_saw_gets_no_score_and_breaks_nothing() -> None:
    counts = np.array([[[4.0, 3.0], [1.0, 5.0], [0.0, 0.0]]])
    found = logistic(np.array([[0], [1]]))(counts)
    assert found[0, 2].tolist() == [0, 0]
    np.testing.assert_allclose(found[0].sum(axis=0), 1, atol=1e-5)


def test_groupkfold_agrees_that_little_is_told_where_little_is() -> None:
    """Another division into folds, by sklearn: near the same value, not the same."""
    units = pool([20, 20], [[0.75, 0.25], [0.35, 0.65]], each=15, own=20)
    cells, groups = single_ratings(units, np.arange(40))
    owner = np.repeat(np.arange(40), 15)
    scores = []
    for train, test in GroupKFold(5).split(cells, groups, owner):
        rate = [np.mean(groups[train][cells[train] == c] == 1) for c in (0, 1)]
        scores.append(roc_auc_score(groups[test] == 1, [rate[c] for c in cells[test]]))
    assert told(units, draws=0).auc.value == pytest.approx(np.mean(scores), abs=0.02)


@pytest.mark.slow
def test_the_interval_covers_what_the_right_order_of_cells_would_tell() -> None:
    shares = np.array([[0.7, 0.2, 0.1], [0.3, 0.4, 0.3]])
    truth = sum(
        shares[0, x] * shares[1, y] * ((x < y) + 0.5 * (x == y))
        for x, y in product(range(3), range(3))
    )  # in this order of the cells the ratio of the shares falls
    for sizes, least in (([20, 20], 0.92), ([15, 60], 0.92)):
        held = 0
        for seed in range(300):
            auc = told(pool(sizes, shares.tolist(), each=20, seed=seed), draws=0).auc
            held += auc.low <= truth <= auc.high
        assert held / 300 >= least


@pytest.mark.slow
def test_where_nothing_is_to_be_told_the_lower_end_rarely_lies_above_half() -> None:
    false = 0
    for seed in range(300):
        auc = told(pool([20, 20], [[0.5, 0.5]] * 2, each=20, seed=seed), draws=0).auc
        false += auc.low > 0.5
    assert false / 300 <= 0.08
