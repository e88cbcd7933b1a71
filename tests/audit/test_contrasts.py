"""Differences of figures: the two-way interval of the whole, by leaving out from scratch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from ratings_tables import Rating, chance, cleaned, delete_one, nominal, plain_alpha
from scipy.stats import t

from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.contrasts import TOO_ALIKE, contrast
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
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


def own_ways(people: int = 6, items: int = 20) -> list[Rating]:
    """People who differ much from each other, on items that differ little."""
    stream = chance(9)
    return [
        (f"i{i:02d}", f"{g}{j}", g, "ab"[stream.random() < (0.1 + 0.15 * j if g != "s" else 0.5)])
        for g in "pqrs"
        for j in range(people)
        for i in range(items)
    ]


@pytest.mark.parametrize("rows", [table(), own_ways()], ids=["items differ", "people differ"])
@pytest.mark.parametrize("weights", [(1, -1, 0, 0), (1, -1, -1, 1), (0.5, 2, -0.5, -1.5)])
def test_a_contrast_moves_as_a_whole_when_something_is_left_out(
    weights: tuple[float, ...], rows: list[Rating]
) -> None:
    statistic = plain(dict(zip("pqrs", weights, strict=True)))
    item = delete_one(rows, statistic, lambda r: r[0])
    # annotators, and single ratings, are left out of their own group only

    def within(unit: Callable[[Rating], object]) -> float:
        return sum(
            w**2 * delete_one([r for r in rows if r[2] == g], plain({g: 1}), unit)
            for g, w in zip("pqrs", weights, strict=True)
        )

    person, rating = within(lambda r: r[1]), within(lambda r: r[:2])
    estimate = found(rows, weights)
    assert estimate.value == pytest.approx(statistic(rows), abs=1e-12)
    people = len({r[1] for r in rows}) // 4
    half = t.ppf(0.975, people - 1) * max(item + person - rating, item) ** 0.5
    assert estimate.high - estimate.value == pytest.approx(half, abs=1e-9)
    assert estimate.value - estimate.low == pytest.approx(half, abs=1e-9)
    assert (estimate.n, estimate.reason) == (5, "")


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


def test_fewer_than_five_annotators_are_told() -> None:
    for people, reason in ((4, "only 4 annotators"), (5, "")):
        assert found(table("pq", people=people), (1, -1)).reason == reason


OVER_ITEMS = "the interval is over items and says nothing about other annotators"


def test_one_annotator_in_a_part_leaves_an_interval_over_items() -> None:
    rows = [r for r in own_ways() if r[2] == "p" or r[1] == "q3"]
    estimate = found(rows, (1, -1))
    assert estimate.reason == OVER_ITEMS
    item = delete_one(rows, plain({"p": 1, "q": -1}), lambda r: r[0])
    half = t.ppf(0.975, 19) * item**0.5
    assert (estimate.high - estimate.low) / 2 == pytest.approx(half, abs=1e-9)


def test_two_annotators_of_whom_neither_agrees_alone_leave_an_interval_over_items() -> None:
    rows = [
        (f"i{i}", f"{g}{j}", g, "ab"[(i + (j == 1 and i % k == 0)) % 2])
        for g, k in (("p", 3), ("q", 5))
        for j in range(2)
        for i in range(14)
    ]
    kept = cleaned(rows).kept
    joint = reduce_ratings(kept, kept.groupings[0])
    parts = [jackknife(one_group(joint, g), alpha("nominal")) for g in range(2)]
    own = [estimated(part.value, -1.0, 1.0, 28) for part in parts]
    estimate = contrast(parts, own, (1, -1), 28)

    def gap(some: Sequence[Rating]) -> float:
        p, q = (plain_alpha([r for r in some if r[2] == g], nominal) for g in "pq")
        return p - q

    half = t.ppf(0.975, 13) * delete_one(rows, gap, lambda r: r[0]) ** 0.5
    assert estimate.value == pytest.approx(gap(rows))
    assert (estimate.high - estimate.low) / 2 == pytest.approx(half, abs=1e-9)
    assert estimate.reason == OVER_ITEMS


def test_a_part_that_rests_on_one_item_brings_its_own_bound() -> None:
    rows = [r for r in table("pq") if r[2] == "p" or r[0] == "i03"]
    estimate = found(rows, (1, -1))
    (p, q), (p_low, p_high) = own_figures(rows)
    assert 0 < q < 1
    # the share of one item may be anything
    assert estimate.low == pytest.approx(p - q - ((p - p_low) ** 2 + (1 - q) ** 2) ** 0.5)
    assert estimate.high == pytest.approx(p - q + ((p_high - p) ** 2 + q**2) ** 0.5)
    assert (estimate.reason, estimate.n) == (TOO_ALIKE, 5)


def own_figures(rows: Sequence[Rating]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The shares of p and of q, and the two-way interval of p from scratch."""
    p, q = (plain({g: 1})(rows) for g in "pq")
    mine = [r for r in rows if r[2] == "p"]
    item, person, rating = (
        delete_one(mine, plain({"p": 1}), unit)
        for unit in (lambda r: r[0], lambda r: r[1], lambda r: r[:2])
    )
    people = len({r[1] for r in mine})
    half = t.ppf(0.975, people - 1) * max(item + person - rating, item, person) ** 0.5
    return (p, q), (max(0.0, p - half), min(1.0, p + half))


def test_the_distances_to_the_parts_own_bounds_add_as_squares_each_with_its_weight() -> None:
    rows = [r if r[2] == "p" else (*r[:3], "a") for r in table("pq")]
    (p, q), (p_low, p_high) = own_figures(rows)
    never = 1 - 0.025 ** (1 / 7)  # Clopper-Pearson: seven people of whom none gave it
    assert q == 0
    for w, v in ((1, -1), (-2, 0.5), (3, 2)):
        up = [w * (p_high - p) if w > 0 else w * (p_low - p), v * never if v > 0 else 0.0]
        down = [w * (p - p_low) if w > 0 else w * (p_high - p), 0.0 if v > 0 else v * never]
        estimate = found(rows, (w, v))
        assert estimate.value == pytest.approx(w * p)
        assert estimate.low == pytest.approx(w * p - sum(d**2 for d in down) ** 0.5)
        assert estimate.high == pytest.approx(w * p + sum(u**2 for u in up) ** 0.5)
    held = found(rows, (1, -1), 0.1)
    assert (held.low, held.high) == (max(-0.1, found(rows, (1, -1)).low), 0.1)


def test_a_part_without_a_figure_leaves_none() -> None:
    kept = cleaned(table("pq")).kept
    jack = jackknife(one_group(reduce_ratings(kept, kept.groupings[0]), 0), rates.label_rate(1))
    estimate = contrast([jack, jack], [rate_estimate(jack), not_estimable("why")], (1, -1), 5)
    assert (estimate.state, estimate.reason, estimate.n) == ("not-estimable", "why", 5)
