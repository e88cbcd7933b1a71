"""Half-panels: how far other people of the same group would have said the same.

A group's votes on each item are split at random into two halves, as even as they go (with an odd
number either half is the larger one, equally often). The figure: of the verdicts of one half that
are positive, the share that the other half repeats. Nothing is drawn: the mean over all splits is
exact, from the hypergeometric distribution.

One half of an odd panel is even, and can tie. By the rule that a tie is not positive every such tie
is lost, so that the figure says as much about halving as about people; with ties split evenly each
counts as half a positive verdict. Both can be had.
"""

from __future__ import annotations

from math import comb, fsum

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.intervals import EVENTS_NEEDED, never_seen, t_quantile
from labelcharter.audit.statistics.jackknife import NOTHING


def half_panel(
    positive: Whole, size: Whole, items: Whole, *, tie: float, given: str = ""
) -> Estimate:
    """The share of one half's positive verdicts that the other half repeats.

    positive, size, items (patterns,), of one group; `tie` is what a tie counts: 0, 1 or one half.
    The interval is over items, a ratio of two sums; `n` is the items with two votes or more.
    Items that can have no positive half carry nothing; fewer than ten others: not estimable.
    """
    terms = {
        (p, n): halves(p, n, tie)
        for p, n in sorted(set(zip(positive.tolist(), size.tolist(), strict=True)))
    }
    pairs = [terms[p, n] for p, n in zip(positive.tolist(), size.tolist(), strict=True)]
    both, one = np.array(pairs).reshape(len(pairs), 2).T
    split = int(items[size > 1].sum())
    events = int(items[one > 0].sum())
    if events < EVENTS_NEEDED:
        return not_estimable(
            f"{events} items on which half of the votes could be positive; "
            f"{EVENTS_NEEDED} are needed",
            split,
        )
    total = fsum((one * items).tolist())
    value = fsum((both * items).tolist()) / total
    squares = (both - value * one) ** 2 * items
    variance = events / (events - 1) * fsum(squares.tolist()) / total**2
    if variance < NOTHING:
        if 0 < value < 1:
            return not_estimable("every replicate is the same: no interval can be given", split)
        reach = never_seen(events)
        low, high = (1.0 - reach, 1.0) if value else (0.0, reach)
        return estimated(value, low, high, split, given)
    half = t_quantile(events - 1) * variance**0.5
    return estimated(value, max(0.0, value - half), min(1.0, value + half), split, given)


def halves(positive: int, size: int, tie: float) -> tuple[float, float]:
    """Over all splits of one item's votes: both halves are positive; the first one is."""
    if size < 2:
        return 0.0, 0.0
    both = one = 0.0
    sizes = sorted({size // 2, size - size // 2})
    for first in sizes:
        ways = comb(size, first) * len(sizes)
        for x in range(first + 1):
            weight = comb(positive, x) * comb(size - positive, first - x) / ways
            here = _positive(x, first, tie)
            both += weight * here * _positive(positive - x, size - first, tie)
            one += weight * here
    return both, one


def _positive(votes: int, size: int, tie: float) -> float:
    return tie if 2 * votes == size else float(2 * votes > size)
