"""Do people agree within their group more than across it? C_I, xRR, and their ratio, the GAI.

C_I is Krippendorff's alpha within the group. C_X is the cross-replication reliability of two groups
(Wong, Paritosh, Bollacker 2021, "Cross-replication reliability", ACL): xRR = 1 - d_o/d_e with
    d_o = sum_i D_i (R_i + S_i)/(R_i S_i) / sum_i (R_i + S_i),
    d_e = the mean distance of all pairs of a rating of the one and a rating of the other group,
over the items that both groups rated: R_i and S_i are their ratings of item i, D_i the sum of the
distances of its R_i S_i pairs. GAI = C_I/C_X, its baseline is 1; DSI is the largest GAI
(Prabhakaran et al. 2024, "GRASP", NAACL). Distances are alpha's: nominal 0/1; interval, the square
of the difference; ordinal, by the number of ratings between two grades, counted over both groups
together on the items that both rated (the papers leave it open: a choice of this project).

A statistic here takes the counts of two groups side by side: (n, 2 * labels), the first group's
labels first. It is a function of sums over items, so the jackknife leaves items, annotators of
either group and ratings out exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.jackknife import Real, Statistic
from labelcharter.audit.tables.bindings import Scale

_DISTINCT = 1e-9  # an expected interval distance below this, relative to the values, is rounding


def xrr(scale: Scale, labels: int, values: Sequence[float] = ()) -> Statistic:
    """The cross-replication reliability of two groups; NaN where only one label was used.

    `values`: the number of each label, for the interval scale.
    """
    if scale == "nominal":
        return Statistic(_over_shared(labels, _nominal_terms), _nominal_value)
    if scale == "ordinal":
        return Statistic(
            _over_shared(labels, _ordinal_terms), lambda sums: _ordinal_value(sums, labels)
        )
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers - numbers.mean()  # the same xRR, with less rounding far from zero

    def terms(r: Whole, s: Whole) -> Real:
        return _interval_terms(r, s, numbers)

    return Statistic(_over_shared(labels, terms), _interval_value)


def in_first(scale: Scale, labels: int, values: Sequence[float] = ()) -> Statistic:
    """C_I of the first of two groups: alpha on its counts alone."""
    return _of_columns(alpha(scale, values), slice(0, labels))


def alpha_gap(scale: Scale, labels: int, values: Sequence[float] = ()) -> Statistic:
    """Alpha of the first group less alpha of the second."""
    first, second = (
        _of_columns(alpha(scale, values), slice(start, start + labels)) for start in (0, labels)
    )
    return _of_two(first, second, labels, np.subtract)


def less(
    times: float, scale: Scale, labels: int, values: Sequence[float] = (), *, whole: float
) -> Statistic:
    """`whole` * C_I - `times` * C_X of the first group, on the items that either of them uses.

    Their ratio, the GAI, has a pole where C_X is 0; this has none, and is 0 where the GAI is
    `times`.
    """

    def how(in_group: Real, across: Real) -> Real:
        return np.asarray(whole * in_group - times * across)

    return _of_two(in_first(scale, labels, values), xrr(scale, labels, values), labels, how)


def _of_columns(statistic: Statistic, columns: slice) -> Statistic:
    def terms(counts: Whole, gold: Whole) -> Real:
        return statistic.terms(counts[:, columns], gold)

    return Statistic(terms, statistic.value)


def _of_two(
    first: Statistic, second: Statistic, labels: int, how: Callable[[Real, Real], Real]
) -> Statistic:
    """A statistic made of two on the same counts."""
    nothing = np.zeros((1, 2 * labels), dtype=np.int64)
    width = first.terms(nothing, nothing[:, 0]).shape[1]

    def terms(counts: Whole, gold: Whole) -> Real:
        return np.column_stack((first.terms(counts, gold), second.terms(counts, gold)))

    def value(sums: Real) -> Real:
        return np.asarray(how(first.value(sums[..., :width]), second.value(sums[..., width:])))

    return Statistic(terms, value)


def _over_shared(
    labels: int, terms: Callable[[Whole, Whole], Real]
) -> Callable[[Whole, Whole], Real]:
    """Zero for items that one of the two groups did not rate, which xRR does not use."""

    def over_shared(counts: Whole, _gold: Whole) -> Real:
        r, s = counts[:, :labels], counts[:, labels:]
        common = (r.sum(axis=1) > 0) & (s.sum(axis=1) > 0)
        return np.where(common[:, None], terms(r, s), 0.0)

    return over_shared


def _weights(r: Whole, s: Whole) -> Real:
    """(R_i + S_i)/(R_i S_i)."""
    many, more = r.sum(axis=1), s.sum(axis=1)
    return np.asarray((many + more) / np.maximum(many * more, 1))


def _nominal_terms(r: Whole, s: Whole) -> Real:
    differing = r.sum(axis=1) * s.sum(axis=1) - (r * s).sum(axis=1)
    return np.column_stack((differing * _weights(r, s), r, s))


def _nominal_value(sums: Real) -> Real:
    labels = (sums.shape[-1] - 1) // 2
    r, s = sums[..., 1 : 1 + labels], sums[..., 1 + labels :]
    many, more = r.sum(axis=-1), s.sum(axis=-1)
    expected = many * more - (r * s).sum(axis=-1)  # a whole number
    observed = sums[..., 0] / (many + more)
    return np.asarray(np.where(expected > 0.5, 1 - observed * many * more / expected, np.nan))


def _interval_terms(r: Whole, s: Whole, numbers: Real) -> Real:
    many, more = r.sum(axis=1), s.sum(axis=1)
    r1, r2 = (r * numbers).sum(axis=1), (r * numbers**2).sum(axis=1)
    s1, s2 = (s * numbers).sum(axis=1), (s * numbers**2).sum(axis=1)
    observed = (more * r2 + many * s2 - 2 * r1 * s1) * _weights(r, s)
    return np.column_stack((observed, many, more, r1, r2, s1, s2))


def _interval_value(sums: Real) -> Real:
    observed, many, more, r1, r2, s1, s2 = np.moveaxis(sums, -1, 0)
    squares = more * r2 + many * s2
    expected = squares - 2 * r1 * s1
    found = 1 - observed / (many + more) * many * more / expected
    return np.asarray(np.where(expected > _DISTINCT * squares, found, np.nan))


def _ordinal_terms(r: Whole, s: Whole) -> Real:
    pairs = r[:, :, None] * s[:, None, :] * _weights(r, s)[:, None, None]
    return np.column_stack((pairs.reshape(len(r), -1), r, s))


def _ordinal_value(sums: Real, labels: int) -> Real:
    pairs = sums[..., : labels**2].reshape(*sums.shape[:-1], labels, labels)
    r, s = sums[..., labels**2 : labels**2 + labels], sums[..., labels**2 + labels :]
    many, more = r.sum(axis=-1), s.sum(axis=-1)
    rank = np.cumsum(r + s, axis=-1) - (r + s) / 2
    distance = (rank[..., :, None] - rank[..., None, :]) ** 2
    observed = (pairs * distance).sum(axis=(-2, -1)) / (many + more)
    expected = (r[..., :, None] * s[..., None, :] * distance).sum(axis=(-2, -1)) / (many * more)
    return np.asarray(np.where(expected > 0, 1 - observed / expected, np.nan))
