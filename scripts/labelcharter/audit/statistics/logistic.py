"""A model of several columns at once: what each gives away little of, all together may tell."""

from __future__ import annotations

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.jackknife import Real
from labelcharter.audit.statistics.optional import library
from labelcharter.audit.statistics.predictability import Scorer


def logistic(columns: Whole) -> Scorer:
    """A scorer of cells that are combinations: columns (cells, columns) has each one's values.

    Multinomial logistic regression on indicators of every value (scikit-learn, its default ridge).
    Raises NotInstalled, at once.
    """
    linear_model = library("sklearn.linear_model")
    shown = np.concatenate(
        [(c[:, None] == np.unique(c)[None, :]).astype(np.float64) for c in columns.T], axis=1
    )

    def of_one(counts: Real) -> Real:
        groups, cells = counts.shape
        weights = counts.ravel()
        seen = weights > 0
        group = np.repeat(np.arange(groups), cells)
        rows = np.tile(shown, (groups, 1))
        # few steps of a small Cholesky: no trace of threads, and quicker than many tiny steps
        model = linear_model.LogisticRegression(solver="newton-cholesky", tol=1e-8)
        model.fit(rows[seen], group[seen], sample_weight=weights[seen])
        found = np.zeros((groups, cells))
        found[model.classes_] = model.predict_proba(shown).T
        return np.round(found, 9)

    return lambda folds: np.stack([of_one(counts) for counts in folds])
