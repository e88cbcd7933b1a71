"""From the jackknife of a cross-group statistic to an estimate: its interval, or why there is none.

The statistics themselves are in `cross_agreement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction, Whole
from labelcharter.audit.statistics.estimate import (
    CONFIDENCE,
    Estimate,
    estimated,
    not_estimable,
)
from labelcharter.audit.statistics.intervals import never_seen, spread, t_quantile
from labelcharter.audit.statistics.jackknife import NOTHING, Jackknife, Real, variance
from labelcharter.audit.tables.bindings import Scale


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


def gai_estimate(jack: Jackknife, in_group: Estimate, cross: Estimate, people: int) -> Estimate:
    """The GAI with its two-way interval; none where xRR may be zero, since it has a pole there.

    `people`: annotators of the smaller group; `n` is the ratings that either part uses.
    """
    for name, part in (("in-group", in_group), ("cross-group", cross)):
        if part.state != "estimated":
            return not_estimable(f"{name} agreement: {part.reason}", jack.ratings)
    if cross.low is None or cross.low <= 0.0:
        return not_estimable("cross-group agreement may be zero: its interval does", jack.ratings)
    return _with_spread(jack, people, float("inf"))


def largest(jacks: Sequence[tuple[Jackknife, int]]) -> Estimate:
    """The largest of several statistics (DSI of GAIs), each with its smaller group's annotators.

    The interval is from the largest lower to the largest upper end of simultaneous intervals
    (Bonferroni), since a maximum of noisy figures lies above each of them too often. `n` counts
    the statistics.
    """
    value = max(jack.value for jack, _ in jacks)
    tail = 1 - (1 - CONFIDENCE) / len(jacks)
    halves = [
        t_quantile(min(jack.items, people) - 1, tail) * variance(jack).two_way ** 0.5
        for jack, people in jacks
    ]
    if not np.isfinite(halves).all():
        return not_estimable("a group has one annotator", len(jacks))
    low = max(jack.value - half for (jack, _), half in zip(jacks, halves, strict=True))
    high = max(jack.value + half for (jack, _), half in zip(jacks, halves, strict=True))
    return estimated(value, low, high, len(jacks), "the interval holds for all groups at once")


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
