"""Differences of figures: the two-way interval of the whole, by leaving out from scratch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from ratings_tables import Rating, chance, cleaned, delete_one
from scipy.stats import t

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.contrasts import TOO_ALIKE, contrast
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import jackknife, variance_of_difference


def table(groups: str = "pqrs", people: int = 7, items: int = 15) -> list[Rating]:
    stream = chance(8)
    return [
        (f"i{i:02d}", f"{g}{j}", g, "ab"[stream.random() < 0.3 + 0.1 * groups.index(g)])
        for g in groups
        for j in range(people)
        for i in stream.sample(range(items), items - 3)
    ]


def found(rows: Sequence[Rating], weights: Sequence[float], most: float = 9.0) -> Estimate:
    kept = cleaned(rows).kept
    joint = reduce_ratings(kept, kept.groupings[0])
    rate = rates.label_rate(1)
    parts = [jackknife(one_group(joint, g), rate) for g in range(joint.groups)]
    return contrast(parts, [rate_estimate(p) for p in parts], weights, 5, most)


def plain(weights: dict[str, float]) -> Callable[[Sequence[Rating]], float]:
    def value(rows: Sequence[Rating]) -> float:
        return sum(
            w * float(np.mean([label == "b" for _, _, g, label in rows if g == group]))
            for group, w in weights.items()
        )

    return value


@pytest.mark.parametrize("weights", [(1, -1, 0, 0), (1, -1, -1, 1), (0.5, 0.5, -0.5, -0.5)])
def test_a_contrast_moves_as_a_whole_when_something_is_left_out(weights: tuple[float, ...]) -> None:
    rows = table()
    statistic = plain(dict(zip("pqrs", weights, strict=True)))
    item = delete_one(rows, statistic, lambda r: r[0])
    person = delete_one(rows, statistic, lambda r: r[1])
    # leaving one rating out moves its own group only, which is jackknifed over its own ratings
    rating = sum(
        w**2 * delete_one([r for r in rows if r[2] == g], plain({g: 1}), lambda r: r[:2])
        for g, w in zip("pqrs", weights, strict=True)
    )
    estimate = found(rows, weights)
    assert estimate.value == pytest.approx(statistic(rows), abs=1e-12)
    if 0 not in weights:
        # each group's annotators are left out of that group only
        person = sum(
            w**2 * delete_one([r for r in rows if r[2] == g], plain({g: 1}), lambda r: r[1])
            for g, w in zip("pqrs", weights, strict=True)
        )
        half = t.ppf(0.975, 6) * max(item + person - rating, item, person) ** 0.5
        assert (estimate.high - estimate.low) / 2 == pytest.approx(half, abs=1e-9)


def test_a_contrast_of_two_is_their_difference() -> None:
    kept = cleaned(table("pq")).kept
    joint = reduce_ratings(kept, kept.groupings[0])
    a, b = (jackknife(one_group(joint, g), rates.label_rate(1)) for g in range(2))
    estimate = contrast([a, b], [rate_estimate(a), rate_estimate(b)], (1, -1), 5)
    half = t.ppf(0.975, 6) * variance_of_difference(a, b).two_way ** 0.5
    assert (estimate.high - estimate.low) / 2 == pytest.approx(half, abs=1e-9)
    back = contrast([b, a], [rate_estimate(b), rate_estimate(a)], (1, -1), 5)
    assert (back.low, back.high) == (pytest.approx(-estimate.high), pytest.approx(-estimate.low))


def test_where_a_part_does_not_move_its_exact_bound_stands_in() -> None:
    rows = [r if r[2] == "p" else (*r[:3], "a") for r in table("pq")]
    estimate = found(rows, (1, -1))
    assert estimate.reason == TOO_ALIKE
    assert estimate.low < estimate.value < estimate.high
    kept = cleaned(rows).kept
    joint = reduce_ratings(kept, kept.groupings[0])
    p, q = (rate_estimate(jackknife(one_group(joint, g), rates.label_rate(1))) for g in range(2))
    assert estimate.low == pytest.approx(
        p.value - ((p.value - p.low) ** 2 + (q.high - q.value) ** 2) ** 0.5
    )


def test_a_difference_of_rates_stays_between_minus_one_and_one() -> None:
    rows = [r for r in table("pq", people=9) if int(r[1][1:]) < 2]
    wide, held = found(rows, (1, -1)), found(rows, (1, -1), 1.0)
    assert wide.low < -1 < 1 < wide.high
    assert (held.low, held.high) == (-1, 1)
    assert held.reason == "only 2 annotators"


def test_one_annotator_in_a_part_leaves_an_interval_over_items() -> None:
    rows = [r for r in table("pq") if r[2] == "p" or r[1] == "q0"]
    estimate = found(rows, (1, -1))
    assert estimate.reason == "the interval is over items and says nothing about other annotators"


def test_a_part_without_a_figure_leaves_none() -> None:
    kept = cleaned(table("pq")).kept
    jack = jackknife(one_group(reduce_ratings(kept, kept.groupings[0]), 0), rates.label_rate(1))
    estimate = contrast([jack, jack], [rate_estimate(jack), not_estimable("why")], (1, -1), 5)
    assert (estimate.state, estimate.reason) == ("not-estimable", "why")
