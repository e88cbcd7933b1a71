"""How many annotators and items a comparison of two groups needs, before anything is labelled.

k ratings by one annotator are worth k/(1 + (k - 1) rho) ratings by different people, rho being the
correlation of two ratings by one person (Kish 1965, Survey Sampling): the design effect. For groups
of data subjects the unit is the item, and k its ratings. What two groups share (the items of groups
of annotators, the annotators of groups of items) makes a difference more certain, never less, and
is left out of account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, exp, lgamma, sqrt
from typing import Literal

from labelcharter.audit.statistics.power import (
    LEVEL,
    POWER,
    chance_to_lie_within,
    chance_to_show,
    smallest_shown,
)
from labelcharter.audit.statistics.verdicts import ANNOTATORS_FOR_A_VERDICT, ITEMS_FOR_A_VERDICT
from labelcharter.audit.tables.bindings import Side

Figure = Literal["rate", "ratio", "alpha"]
_MOST = 1 << 24


class NoSize(ValueError):
    """No number would do, or the question has no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Design:
    """How the ratings of each group are given out.

    `one_rating`: the variance that a single rating of each of the two groups, by as many people and
    of as many items as there are ratings, would leave to the difference.
    `correlation`: of two ratings of one unit (annotator, or item for groups of data subjects).
    """

    one_rating: float
    per_annotator: float
    per_item: float
    correlation: float
    side: Side = "annotator"

    @property
    def per_unit(self) -> float:
        """Ratings of one annotator (or item)."""
        return self.per_annotator if self.side == "annotator" else self.per_item

    @property
    def effect(self) -> float:
        """The design effect."""
        return 1 + (self.per_unit - 1) * self.correlation

    def error(self, units: float) -> float:
        """The standard error of the difference with so many units in each group."""
        return sqrt(self.one_rating * self.effect / (units * self.per_unit))


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be shown: that a difference lies beyond the margin, or within it (equivalence).

    `difference` is the true one that is planned for; `margin` is not negative. For a ratio both are
    logarithms. `level` is two-sided and of one comparison.
    """

    difference: float
    margin: float
    equivalent: bool = False
    power: float = POWER
    level: float = LEVEL

    def chance(self, error: float, degrees: float) -> float:
        """The power with this standard error."""
        if self.equivalent:
            low, high = self.difference + self.margin, self.margin - self.difference
            return chance_to_lie_within(low, high, error, degrees, self.level)
        return chance_to_show(abs(self.difference) - self.margin, error, degrees, self.level)


@dataclass(frozen=True, slots=True)
class Size:
    """Of each group: `annotators`, `items`, `ratings`, with the power they reach.

    `shown`: the smallest difference beyond the margin that they show with the power asked for.
    `annotators_at_least`: fewer would not do however many ratings each gave (0 for groups of items,
    which annotators do not bind).
    """

    annotators: int
    items: int
    ratings: int
    power: float
    shown: float
    annotators_at_least: int


def size(design: Design, aim: Aim) -> Size:
    """The fewest that reach the power, and no fewer than a verdict needs. Raises NoSize."""
    inside = abs(aim.difference) < aim.margin
    if aim.equivalent and not inside:
        raise NoSize("a difference as large as the margin or larger never lies within it")
    if not aim.equivalent and not abs(aim.difference) > aim.margin:
        raise NoSize("a difference that is not larger than the margin never shows beyond it")
    units = _fewest(lambda n: _chance(design, aim, n) >= aim.power)
    if units is None:
        raise NoSize(f"more than {_MOST:,} would be needed in each group")
    annotators, items = _counts(design, units)
    error, degrees = design.error(units), min(annotators, items) - 1
    return Size(
        annotators,
        items,
        ceil(units * design.per_unit - 1e-9),
        aim.chance(error, degrees),
        smallest_shown(error, degrees, aim.power, aim.level),
        _annotators_at_least(design, aim),
    )


def _chance(design: Design, aim: Aim, units: int) -> float:
    annotators, items = _counts(design, units)
    enough = annotators >= max(ANNOTATORS_FOR_A_VERDICT, design.per_item)
    if not enough or items < ITEMS_FOR_A_VERDICT:
        return 0.0
    return aim.chance(design.error(units), min(annotators, items) - 1)


def _counts(design: Design, units: int) -> tuple[int, int]:
    """Annotators and items of one group."""
    ratings = units * design.per_unit
    if design.side == "annotator":
        return units, ceil(ratings / design.per_item - 1e-9)
    return ceil(ratings / design.per_annotator - 1e-9), units


def _annotators_at_least(design: Design, aim: Aim) -> int:
    """With endless ratings each, their correlation is what is left of the variance."""
    if design.side != "annotator" or design.correlation <= 0:
        return ANNOTATORS_FOR_A_VERDICT if design.side == "annotator" else 0
    left = design.one_rating * design.correlation
    fewest = _fewest(
        lambda n: n >= ANNOTATORS_FOR_A_VERDICT and aim.chance(sqrt(left / n), n - 1) >= aim.power
    )
    return fewest or _MOST


def _fewest(enough: Callable[[int], bool]) -> int | None:
    high = 2
    while not enough(high):
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def of_rates(a: float, b: float) -> float:
    """`one_rating` of a difference of two rates. Raises NoSize."""
    return sum(_within_a_share(share) * (1 - share) for share in (a, b))


def of_log_ratio(a: float, b: float) -> float:
    """Of the logarithm of their ratio, by the delta method. Raises NoSize."""
    return sum((1 - share) / _within_a_share(share) for share in (a, b))


def of_alphas(a: float, b: float, rate: float, per_item: int) -> float:
    """Of two alphas of two labels, one of which is given at this rate. Raises NoSize.

    By the delta method on alpha = 1 - D_o / (2 rate (1 - rate)), items drawn from the beta-binomial
    whose intraclass correlation is alpha (a model: real items may be more alike, or less).
    """
    return sum(per_item * _variance_of_alpha(one, rate, per_item) for one in (a, b))


def _variance_of_alpha(alpha: float, rate: float, m: int) -> float:
    """Of alpha's influence function over items of m ratings each."""
    if not 0 < alpha < 1:
        raise NoSize("an alpha to plan for lies between 0 and 1")
    if m < 2:
        raise NoSize("agreement needs two ratings an item")
    expected = 2 * _within_a_share(rate) * (1 - rate)

    def influence(n: int) -> float:
        agreeing = 1 - 2 * n * (m - n) / (m * (m - 1)) / expected
        return agreeing - alpha + (1 - alpha) / expected * 2 * (1 - 2 * rate) * (n / m - rate)

    return sum(p * influence(n) ** 2 for n, p in _beta_binomial(m, rate, alpha).items())


def _beta_binomial(m: int, rate: float, correlation: float) -> Mapping[int, float]:
    """Count of m -> its probability."""
    together = 1 / correlation - 1
    a, b = rate * together, (1 - rate) * together

    def log_beta(x: float, y: float) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    return {
        n: exp(
            lgamma(m + 1)
            - lgamma(n + 1)
            - lgamma(m - n + 1)
            + log_beta(n + a, m - n + b)
            - log_beta(a, b)
        )
        for n in range(m + 1)
    }


def _within_a_share(share: float) -> float:
    if not 0 < share < 1:
        raise NoSize(f"a rate to plan for lies between 0 and 1, not at {share:.3g}")
    return share
