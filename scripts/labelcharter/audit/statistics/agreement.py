"""Agreement between annotators: Krippendorff's alpha, Gwet's AC1, percent agreement.

The three are shown together: where one label is rare, alpha can be low while nearly everybody
agrees (the kappa paradox), and no one of them tells the whole.

alpha = 1 - D_o/D_e with coincidences o_ck = sum over items of n_c (n_k - [c = k])/(m - 1), over
items with m >= 2 ratings (Krippendorff, Content Analysis, 4th ed., ch. 12; distances: nominal 0/1,
ordinal by the number of ratings between two grades, interval by the square of the difference).
AC1 = (p_a - p_e)/(1 - p_e), p_a the mean over items with m >= 2 of sum n_c (n_c - 1)/(m (m - 1)),
p_e = sum pi_c (1 - pi_c)/(q - 1), pi_c the mean over all rated items of n_c/m, q the number of
labels (Gwet 2008, Br J Math Stat Psychol 61:29-48). Percent agreement is p_a.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.jackknife import Real, Statistic
from labelcharter.audit.tables.bindings import Scale

MOST_GRADES = 30  # ordinal distances are recomputed in every replicate, from all pairs of grades
_ONE_LABEL = 1e-12  # an expected interval distance below this, relative to the values, is rounding


def alpha(scale: Scale, values: Sequence[float] = ()) -> Statistic:
    """Krippendorff's alpha. `values`: the number of each label, for the interval scale."""
    if scale == "nominal":
        return Statistic(_nominal_terms, _nominal_value)
    if scale == "ordinal":
        return Statistic(_coincidences, _ordinal_value)
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers - numbers.mean()  # the same alpha, with less rounding far from zero

    def terms(counts: Whole, _gold: Whole) -> Real:
        m = counts.sum(axis=1)
        first, second = (counts * numbers).sum(axis=1), (counts * numbers**2).sum(axis=1)
        observed = 2 * (m * second - first**2) / np.maximum(m - 1, 1)
        return _paired(m, np.column_stack((observed, m, first, second)))

    return Statistic(terms, _interval_value)


def ac1(labels: int) -> Statistic:
    """Gwet's AC1 over `labels` categories, used or not."""

    def terms(counts: Whole, _gold: Whole) -> Real:
        m = counts.sum(axis=1)
        rated = (m > 0).astype(np.float64)
        shares = counts / np.maximum(m, 1)[:, None]
        return np.column_stack((_agreeing(counts, m), m > 1, rated, shares))

    def value(sums: Real) -> Real:
        observed = sums[..., 0] / sums[..., 1]
        shares = sums[..., 3:] / sums[..., 2:3]
        expected = (shares * (1 - shares)).sum(axis=-1) / (labels - 1)
        return np.asarray((observed - expected) / (1 - expected))

    return Statistic(terms, value)


def percent_agreement() -> Statistic:
    """The mean over items of the share of pairs of ratings that agree."""

    def terms(counts: Whole, _gold: Whole) -> Real:
        m = counts.sum(axis=1)
        return np.column_stack((_agreeing(counts, m), (m > 1).astype(np.float64)))

    return Statistic(terms, lambda sums: np.asarray(sums[..., 0] / sums[..., 1]))


def dearest(scale: Scale, counts: Whole, values: Sequence[float] = ()) -> float:
    """The largest distance over the expected one: how far alpha falls if all pairs were so far.

    counts (labels,): ratings of each label; values as in `alpha`. Infinite with one label.
    """
    given = counts.astype(np.float64)
    if scale == "nominal":
        distance = 1.0 - np.eye(len(given))
    else:
        at = np.cumsum(given) - given / 2 if scale == "ordinal" else np.asarray(values, np.float64)
        distance = (at[:, None] - at[None, :]) ** 2
    used = given > 0
    distance, given = distance[used][:, used], given[used]
    n = given.sum()
    expected = (given[:, None] * given[None, :] * distance).sum() / max(1.0, n * (n - 1))
    return float(distance.max() / expected) if expected > 0 else float("inf")


def _agreeing(counts: Whole, m: Whole) -> Real:
    return np.asarray((counts * (counts - 1)).sum(axis=1) / np.maximum(m * (m - 1), 1))


def _paired(m: Whole, terms: Real) -> Real:
    """Zero for items with fewer than two ratings, which alpha does not use."""
    return np.where((m > 1)[:, None], terms, 0.0)


def _nominal_terms(counts: Whole, _gold: Whole) -> Real:
    m = counts.sum(axis=1)
    observed = (m**2 - (counts**2).sum(axis=1)) / np.maximum(m - 1, 1)
    return _paired(m, np.column_stack((observed, counts)))


def _nominal_value(sums: Real) -> Real:
    marginals = sums[..., 1:]
    n = marginals.sum(axis=-1)
    expected = n**2 - (marginals**2).sum(axis=-1)
    return np.asarray(np.where(expected > 0.5, 1 - (n - 1) * sums[..., 0] / expected, np.nan))


def _interval_value(sums: Real) -> Real:
    observed, n, first, second = np.moveaxis(sums, -1, 0)
    expected = 2 * (n * second - first**2)
    one_label = expected <= _ONE_LABEL * n * second
    return np.asarray(np.where(one_label, np.nan, 1 - (n - 1) * observed / expected))


def _coincidences(counts: Whole, _gold: Whole) -> Real:
    m = counts.sum(axis=1)
    given = counts.astype(np.float64)
    pairs = given[:, :, None] * given[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= given
    observed = pairs / np.maximum(m - 1, 1)[:, None, None]
    return _paired(m, observed.reshape(len(counts), counts.shape[1] ** 2))


def _ordinal_value(sums: Real) -> Real:
    labels = round(sums.shape[-1] ** 0.5)
    pairs = sums.reshape(*sums.shape[:-1], labels, labels)
    marginals = pairs.sum(axis=-1)
    n = marginals.sum(axis=-1)
    rank = np.cumsum(marginals, axis=-1) - marginals / 2
    distance = (rank[..., :, None] - rank[..., None, :]) ** 2
    observed = (pairs * distance).sum(axis=(-2, -1))
    products = marginals[..., :, None] * marginals[..., None, :]
    expected = (products * distance).sum(axis=(-2, -1))
    return np.asarray(np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan))
