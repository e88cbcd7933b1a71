"""Rates: how often a label is given, and how often it is right where the right answer is known."""

from __future__ import annotations

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.jackknife import Real, Statistic


def label_rate(*labels: int) -> Statistic:
    """The share of ratings that give one of `labels`."""
    wanted = list(labels)

    def terms(counts: Whole, _gold: Whole) -> Real:
        given = counts[:, wanted].sum(axis=1)
        return np.column_stack((given, counts.sum(axis=1))).astype(np.float64)

    return Statistic(terms, _ratio)


def log_label_rate(*labels: int) -> Statistic:
    """Its logarithm, for ratios of rates; undefined when the rate is zero."""
    rate = label_rate(*labels)
    return Statistic(rate.terms, lambda sums: np.asarray(np.log(rate.value(sums))))


def accuracy() -> Statistic:
    """The share of ratings equal to the gold label, over items that have one."""

    def terms(counts: Whole, gold: Whole) -> Real:
        right = np.take_along_axis(counts, np.maximum(gold, 0)[:, None], axis=1)[:, 0]
        return _where(gold >= 0, right, counts.sum(axis=1))

    return Statistic(terms, _ratio)


def false_positive_rate(label: int) -> Statistic:
    """The share of ratings that give `label`, over items whose gold label is another one."""

    def terms(counts: Whole, gold: Whole) -> Real:
        return _where((gold >= 0) & (gold != label), counts[:, label], counts.sum(axis=1))

    return Statistic(terms, _ratio)


def false_negative_rate(label: int) -> Statistic:
    """The share of ratings that give another label, over items whose gold label is `label`."""

    def terms(counts: Whole, gold: Whole) -> Real:
        m = counts.sum(axis=1)
        return _where(gold == label, m - counts[:, label], m)

    return Statistic(terms, _ratio)


def _where(used: np.ndarray[tuple[int], np.dtype[np.bool_]], part: Whole, whole: Whole) -> Real:
    return np.where(used[:, None], np.column_stack((part, whole)), 0).astype(np.float64)


def _ratio(sums: Real) -> Real:
    return np.asarray(sums[..., 0] / sums[..., 1])
