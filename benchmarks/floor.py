"""What the floor of the two-way variance costs, and what it saves.

V = V_item + V_annotator - V_rating is nearly unbiased. A figure's is kept at the larger axis at
least, a gap's at V_item. What two annotators have between them (whether they agree on an item) is
counted in V_annotator for each of the two, and taken away again by V_rating: a floor at V_annotator
keeps the second count, and an interval of agreement is then wider than it need be, most of all that
of a gap.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.annotators import Design, draw_people, rate_items, truth_of
from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics.intervals import t_quantile
from labelcharter.audit.statistics.jackknife import (
    Statistic,
    Variance,
    jackknife,
    variance,
    variance_of_difference,
)

DESIGNS = (
    Design(60, 200, 5, 30),
    Design(60, 200, 5, 30, accuracy=0.0, leaning=0.0),
    Design(300, 1000, 5, 30),
    Design(24, 60, 6, 12),
    Design(24, 40, 24, 12),
    Design(12, 12, 4, 6),
)
WAYS = ("larger axis", "items only", "none")


def covered(design: Design, statistic: Statistic, runs: int, seed: int) -> np.ndarray:
    """(2, 3): how often the figure and the gap are covered, by where the variance is floored."""
    rng = np.random.default_rng(seed)
    truth = truth_of(statistic, design, rng)
    found, tables = np.zeros((2, len(WAYS))), np.zeros((2, 1))
    for _ in range(runs):
        ratings = rate_items(rng, design, draw_people(rng, design))
        joint, whole = reduce_ratings(ratings, ratings.groupings[0]), reduce_ratings(ratings)
        a, b = (jackknife(one_group(joint, group), statistic) for group in (0, 1))
        one = jackknife(one_group(whole, 0), statistic)
        units = [min(j.items, j.annotators) for j in (one, a, b)]
        for at, (parts, off, degrees) in enumerate(
            (
                (variance(one), one.value - truth, units[0] - 1),
                (variance_of_difference(a, b), a.value - b.value, min(units[1:]) - 1),
            )
        ):
            reach = t_quantile(degrees) * np.sqrt(_floored(parts))
            if np.isfinite([off, *reach]).all():  # else an audit gives no interval
                found[at] += abs(off) <= reach
                tables[at] += 1
    return found / tables


def _floored(parts: Variance) -> np.ndarray:
    both = parts.item + parts.annotator - parts.rating
    return np.array([max(both, parts.item, parts.annotator), max(both, parts.item), max(both, 0.0)])


def table(statistics: dict[str, Statistic], runs: int) -> Iterator[str]:
    """The section of the page."""
    yield "\n## What the floor of the variance costs, and saves\n"
    yield (
        "V_item + V_annotator - V_rating of a figure is never taken as less than the larger axis, "
        "that of a gap never as less than V_item. Two annotators' agreement is counted in "
        "V_annotator for each of them, and V_rating takes the second count away; a floor at "
        "V_annotator keeps it. Single figures of the smallest tables need that margin; intervals "
        "of gaps in agreement would cover more than they say, which costs power. None at all is "
        "too low for both. "
        f"{runs:,} tables a design.\n"
    )
    heads = [f"{what}, floor: {way}" for what in ("figure", "gap") for way in WAYS]
    yield f"| design | of | {' | '.join(heads)} |"
    yield f"|---|---|{'---|' * len(heads)}"
    for seed, design in enumerate(DESIGNS, start=41):
        for name, statistic in statistics.items():
            shares = covered(design, statistic, runs, seed).ravel()
            cells = [f"{share:.3f}".removeprefix("0") for share in shares]
            yield f"| {design.name} | {name} | {' | '.join(cells)} |"
