"""From the jackknife of a cross-group statistic to an estimate: its interval, or why there is none.

The statistics themselves are in `cross_agreement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction, Whole
from labelcharter.audit.statistics.cross_agreement import less
from labelcharter.audit.statistics.estimate import (
    CONFIDENCE,
    Estimate,
    estimated,
    not_estimable,
)
from labelcharter.audit.statistics.intervals import never_seen, spread, t_quantile
from labelcharter.audit.statistics.jackknife import (
    NOTHING,
    Jackknife,
    Real,
    Variance,
    jackknife,
    variance,
)
from labelcharter.audit.tables.bindings import Scale

_NO_END = 1e6  # a ratio that far away is none
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Shared:
    """What two groups share: the items that both rated.

    `first` and `second` (labels,): their ratings there by label; `people`: how many annotators of
    either; `differing`: pairs of a rating of the one and of the other that differ.
    """

    first: Whole
    second: Whole
    people: tuple[int, int]
    differing: int


def shared(both: GroupReduction) -> Shared:
    """Count what the two groups of a side-by-side reduction share."""
    labels = both.counts.shape[1] // 2
    r, s = both.counts[:, :labels], both.counts[:, labels:]
    common = (r.sum(axis=1) > 0) & (s.sum(axis=1) > 0)
    weight = (both.items * common)[:, None]
    there = common[both.rater_pattern]
    people = [
        len(np.unique(both.rater[there & mine]))
        for mine in (both.rater_label < labels, both.rater_label >= labels)
    ]
    pairs = r.sum(axis=1) * s.sum(axis=1) - (r * s).sum(axis=1)
    return Shared(
        first=(r * weight).sum(axis=0),
        second=(s * weight).sum(axis=0),
        people=(people[0], people[1]),
        differing=int((pairs * weight[:, 0]).sum()),
    )


def xrr_estimate(
    jack: Jackknife, between: Shared, scale: Scale, values: Sequence[float] = ()
) -> Estimate:
    """The two-way interval of xRR, t with the smaller group's annotators less one.

    `n` is the ratings on the items that both rated.
    """
    if not jack.items:
        return not_estimable("no item is rated by both")
    if not np.isfinite(jack.value):
        return not_estimable("only one label was used: raw agreement is 100 %", jack.ratings)
    if not between.differing:
        bound = never_seen(min(jack.items, *between.people))
        low = max(-1.0, 1.0 - _dearest(between, scale, values) * bound)
        why = f"nobody disagreed on {jack.items:,} shared items"
        return estimated(1.0, low, 1.0, jack.ratings, why)
    return _with_spread(jack, min(between.people), 1.0)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the interval of a GAI is made of: C_I, C_X and C_I - C_X, jackknifed on the same units.

    `people`: annotators of the smaller side, less one the degrees of freedom.
    """

    in_group: Jackknife
    cross: Jackknife
    excess: Jackknife
    people: int

    @property
    def gai(self) -> float:
        """C_I over C_X."""
        return self.in_group.value / self.cross.value

    def reach(self, confidence: float) -> float:
        """Student's t for it."""
        return t_quantile(min(self.excess.items, self.people) - 1, confidence)

    def variance_at(self, ratio: float) -> float:
        """The two-way variance of C_I - ratio * C_X."""
        one, other, both = (variance(jack) for jack in (self.in_group, self.cross, self.excess))

        def part(a: float, b: float, of_difference: float) -> float:
            return a + ratio**2 * b - ratio * (a + b - of_difference)

        return Variance(
            part(one.item, other.item, both.item),
            part(one.annotator, other.annotator, both.annotator),
            part(one.rating, other.rating, both.rating),
        ).two_way


def gai_parts(
    both: GroupReduction, people: int, scale: Scale, labels: int, values: Sequence[float] = ()
) -> Parts:
    """From two groups side by side."""

    def jack(whole: float, times: float) -> Jackknife:
        return jackknife(both, less(times, scale, labels, values, whole=whole))

    return Parts(jack(1.0, 0.0), jack(0.0, -1.0), jack(1.0, 1.0), people)


def gai_estimate(parts: Parts, in_group: Estimate, cross: Estimate) -> Estimate:
    """The GAI with Fieller's interval on the two-way variance; none where xRR may be zero.

    The interval holds every ratio r that C_I - r C_X = 0 does not exclude; it has two ends exactly
    where that of xRR excludes 0 (Fieller 1954, J R Stat Soc B 16:175-185). `n` is the ratings that
    either part uses.
    """
    n = parts.excess.ratings
    for name, part in (("in-group", in_group), ("cross-group", cross)):
        if part.state != "estimated":
            return not_estimable(f"{name} agreement: {part.reason}", n)
    if cross.low is None or cross.low <= 0.0:
        return not_estimable("cross-group agreement may be zero: its interval holds 0", n)
    ends = _fieller(parts, CONFIDENCE)
    if ends is None:
        return not_estimable("its interval has no end: too few annotators", n)
    return estimated(parts.gai, *ends, n, in_group.reason or cross.reason)


def largest(parts: Sequence[Parts]) -> Estimate:
    """The largest GAI, the diversity sensitivity.

    The interval goes from the largest lower to the largest upper end of simultaneous intervals
    (Bonferroni): a maximum of noisy figures lies too high too often. `n` counts the groups.
    """
    each = [_fieller(one, 1 - (1 - CONFIDENCE) / len(parts)) for one in parts]
    ends = [one for one in each if one is not None]
    if len(ends) < len(parts):
        return not_estimable("the interval of a group has no end: too few annotators", len(parts))
    low, high = (max(one[side] for one in ends) for side in (0, 1))
    why = "the interval holds for all groups at once"
    return estimated(max(one.gai for one in parts), low, high, len(parts), why)


def _fieller(parts: Parts, confidence: float) -> tuple[float, float] | None:
    """Both ends; None where one is missing or no replicate moves."""
    reach = parts.reach(confidence)
    here = parts.variance_at(parts.gai)
    if not np.isfinite(reach) or not np.isfinite(here) or here < NOTHING:
        return None

    def outside(ratio: float) -> bool:
        distance = parts.in_group.value - ratio * parts.cross.value
        return bool(distance**2 > reach**2 * parts.variance_at(ratio))

    found = []
    for side in (-1.0, 1.0):
        step = 1.0
        while not outside(parts.gai + side * step):
            step *= 2
            if step > _NO_END:
                return None
        near, far = 0.0, step
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            near, far = (near, middle) if outside(parts.gai + side * middle) else (middle, far)
        found.append(parts.gai + side * far)
    return found[0], found[1]


def _with_spread(jack: Jackknife, people: int, most: float) -> Estimate:
    reach = spread(replace(jack, annotators=people))
    if reach is None:
        return not_estimable("it rests on one item: without that it is undefined", jack.ratings)
    if reach.half_width**2 < NOTHING:
        return not_estimable("every replicate is the same: no interval can be given", jack.ratings)
    low, high = jack.value - reach.half_width, min(most, jack.value + reach.half_width)
    return estimated(float(jack.value), float(low), float(high), jack.ratings, reach.reason)


def _dearest(between: Shared, scale: Scale, values: Sequence[float]) -> float:
    """The largest distance over the expected one: how far xRR falls if all pairs were so far."""
    r, s = between.first.astype(np.float64), between.second.astype(np.float64)
    distance = _distances(scale, r + s, values)
    used = r + s > 0
    expected = (r[:, None] * s[None, :] * distance).sum() / (r.sum() * s.sum())
    return float(distance[used][:, used].max() / expected)


def _distances(scale: Scale, given: Real, values: Sequence[float]) -> Real:
    if scale == "nominal":
        return 1.0 - np.eye(len(given))
    at = np.cumsum(given) - given / 2 if scale == "ordinal" else np.asarray(values, np.float64)
    return np.asarray((at[:, None] - at[None, :]) ** 2)
