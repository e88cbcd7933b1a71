"""From a jackknife to an estimate: the interval, the exact bound where nothing varies, the reasons.

An interval is given whenever leaving units out says anything, however few they are: with Student's
t on so few degrees of freedom it is wide, and covers (measured in tests/audit/test_coverage.py).
What few units cannot carry is a verdict; that minimum is in `verdicts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, estimated, not_estimable
from labelcharter.audit.statistics.jackknife import (
    NOTHING,
    Jackknife,
    variance,
    variance_of_difference,
)

FEW_ANNOTATORS = 5
EVENTS_NEEDED = 10  # items behind a rate against gold


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a figure may lie from its value, and a word on why it is what it is."""

    half_width: float
    reason: str


def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """The two-sided 95 % point of Student's t; infinite without degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + confidence) / 2)) if degrees > 0 else float("inf")


def never_seen(units: int) -> float:
    """The upper 95 % bound (Clopper-Pearson) of a share of which `units` units showed nothing."""
    return float(1.0 - ((1.0 - CONFIDENCE) / 2) ** (1.0 / units))


def spread(jack: Jackknife) -> Spread | None:
    """The two-way half-width; over items alone where annotators cannot be left out; else None."""
    if jack.items < 2 or not np.isfinite(jack.by_item).all():
        return None
    parts = variance(jack)
    if jack.annotators < 2 or not np.isfinite(parts.annotator):
        return _over_items(parts.item, jack.items, jack.annotators)
    half = t_quantile(min(jack.items, jack.annotators) - 1) * parts.two_way**0.5
    few = f"only {jack.annotators} annotators" if jack.annotators < FEW_ANNOTATORS else ""
    return Spread(half, few)


def spread_of_difference(a: Jackknife, b: Jackknife) -> Spread | None:
    """The same for a - b, with the smaller number of units of the two groups."""
    both = (a, b)
    if any(j.items < 2 or not np.isfinite(j.by_item).all() for j in both):
        return None
    parts = variance_of_difference(a, b)
    items, annotators = min(j.items for j in both), min(j.annotators for j in both)
    if annotators < 2 or not np.isfinite(parts.annotator):
        return _over_items(parts.item, items, annotators)
    half = t_quantile(min(items, annotators) - 1) * parts.two_way**0.5
    return Spread(half, f"only {annotators} annotators" if annotators < FEW_ANNOTATORS else "")


def _over_items(item_variance: float, items: int, annotators: int) -> Spread:
    people = "this annotator" if annotators == 1 else f"these {annotators} annotators"
    return Spread(
        t_quantile(items - 1) * item_variance**0.5,
        f"given {people}: the interval is over items and says nothing about other annotators",
    )


def rate_estimate(jack: Jackknife) -> Estimate:
    """A share, 0 to 1; `n` is the ratings in its denominator."""
    if not jack.ratings:
        return not_estimable("no ratings")
    value = float(jack.value)
    if value in (0.0, 1.0):
        units = min(jack.items, jack.annotators) if jack.annotators > 1 else jack.items
        reach = never_seen(units)
        reason = f"{'none' if value == 0 else 'all'} of {jack.ratings:,}"
        low, high = (0.0, reach) if value == 0 else (1.0 - reach, 1.0)
        return estimated(value, low, high, jack.ratings, reason)
    reach_of = spread(jack)
    if reach_of is None:
        return estimated(value, 0.0, 1.0, jack.ratings, "one item says nothing about others")
    if reach_of.half_width**2 < NOTHING:
        return not_estimable("every replicate is the same: no interval can be given", jack.ratings)
    low, high = value - reach_of.half_width, value + reach_of.half_width
    return estimated(value, max(0.0, low), min(1.0, high), jack.ratings, reach_of.reason)


def gold_estimate(jack: Jackknife, what: str) -> Estimate:
    """A rate against gold: not estimable on fewer than ten items of the kind it is about."""
    if jack.items < EVENTS_NEEDED:
        count = f"{jack.items} item{'s' * (jack.items != 1)}" if jack.items else "no items"
        return not_estimable(f"{count} {what}; {EVENTS_NEEDED} are needed", jack.ratings)
    return rate_estimate(jack)


def agreement_estimate(jack: Jackknife, agreeing: Jackknife, dearest: float) -> Estimate:
    """Alpha or AC1; `n` is the ratings it uses. `agreeing` is percent agreement on the same.

    `dearest`: what a disagreement on every item would cost at most (see `agreement.dearest`).
    """
    if not agreeing.items:
        return not_estimable("no item has two ratings")
    if not np.isfinite(jack.value):
        return not_estimable("only one label was used: raw agreement is 100 %", jack.ratings)
    value = float(jack.value)
    if agreeing.value == 1.0:
        return _perfect(value, agreeing, jack.ratings, dearest)
    reach_of = spread(jack)
    if reach_of is None:
        return not_estimable("it rests on one item: without that it is undefined", jack.ratings)
    if reach_of.half_width**2 < NOTHING:
        return not_estimable("every replicate is the same: no interval can be given", jack.ratings)
    low, high = value - reach_of.half_width, min(1.0, value + reach_of.half_width)
    return estimated(value, low, high, jack.ratings, reach_of.reason)


def percent_estimate(agreeing: Jackknife) -> Estimate:
    """Percent agreement; `n` is the ratings on items that have two or more."""
    if not agreeing.items:
        return not_estimable("no item has two ratings")
    return rate_estimate(agreeing)


def _perfect(value: float, agreeing: Jackknife, ratings: int, dearest: float) -> Estimate:
    """Nobody disagreed, so no replicate moves; the bound is on the share of items that might."""
    units = min(agreeing.items, agreeing.annotators)
    low = max(-1.0, 1.0 - dearest * never_seen(units))
    return estimated(value, low, 1.0, ratings, f"nobody disagreed on {agreeing.items:,} items")
