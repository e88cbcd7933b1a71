"""Sums and differences of figures of several groups of one reduction, with a two-way interval.

A difference between versions, or the difference of two gaps, moves as a whole when an item or an
annotator is left out: covariances are in it, because all groups share their items and annotators.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.intervals import FEW_ANNOTATORS, t_quantile
from labelcharter.audit.statistics.jackknife import NOTHING, Jackknife, Variance, variance

TOO_ALIKE = "from the groups' own intervals"


def contrast(
    parts: Sequence[Jackknife],
    own: Sequence[Estimate],
    weights: Sequence[float],
    n: int,
    most: float = float("inf"),
) -> Estimate:
    """The sum of weights times figures; `own` are the estimates of the parts, `n` what it rests on.

    `most`: as far from 0 as it can be (1 for a difference of rates).

    The parts are jackknives of groups of one reduction; no rating is in two of them. Variance as in
    `jackknife.variance_of_difference`, for any weights. Where a part does not move at all (a rate
    of 0) or rests on one item, its own bound stands in, and squared distances to the bounds add
    (Zou and Donner 2008, Stat Med 27:1693-1702). Student's t with the fewest units of any part,
    less one.
    """
    for estimate in own:
        if estimate.state != "estimated":
            return not_estimable(estimate.reason, n)
    value = sum(w * part.value for w, part in zip(weights, parts, strict=True))
    spread = _variance(parts, weights)
    if not np.isfinite(spread.item) or any(variance(part).two_way <= NOTHING for part in parts):
        return _from_own(own, weights, n, most)
    items, annotators = min(p.items for p in parts), min(p.annotators for p in parts)
    if not np.isfinite(spread.annotator):  # without some annotator a part has no figure
        half = t_quantile(items - 1) * spread.item**0.5
        reason = "the interval is over items and says nothing about other annotators"
    else:
        half = t_quantile(min(items, annotators) - 1) * spread.two_way**0.5
        reason = f"only {annotators} annotators" if annotators < FEW_ANNOTATORS else ""
    return estimated(value, max(-most, value - half), min(most, value + half), n, reason)


def _variance(parts: Sequence[Jackknife], weights: Sequence[float]) -> Variance:
    by_item = sum(w * p.by_item for w, p in zip(weights, parts, strict=True))
    by_annotator = sum(w * p.by_annotator for w, p in zip(weights, parts, strict=True))
    return Variance(
        float(np.sort(np.asarray(by_item) ** 2 * parts[0].weights).sum()),
        float(np.sort(np.asarray(by_annotator) ** 2).sum()),
        float(sum(w * w * p.rating_variance for w, p in zip(weights, parts, strict=True))),
        of_difference=True,
    )


def _from_own(own: Sequence[Estimate], weights: Sequence[float], n: int, most: float) -> Estimate:
    value = below = above = 0.0
    for estimate, weight in zip(own, weights, strict=True):
        at, low, high = (x or 0.0 for x in (estimate.value, estimate.low, estimate.high))
        value += weight * at
        down, up = (at - low, high - at) if weight > 0 else (high - at, at - low)
        below += (weight * down) ** 2
        above += (weight * up) ** 2
    low, high = max(-most, value - below**0.5), min(most, value + above**0.5)
    return estimated(value, low, high, n, TOO_ALIKE)
