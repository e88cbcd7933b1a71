"""What is said where a figure, or its interval, cannot be had: never 0, 1, inf or nan instead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from ratings_tables import BINDINGS, Rating, ratings, table_of
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.intervals import (
    agreement_estimate,
    gold_estimate,
    never_seen,
    percent_estimate,
    rate_estimate,
    spread,
    spread_of_difference,
    t_quantile,
)
from labelcharter.audit.statistics.jackknife import Jackknife
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.tables.bindings import Bindings


def crossed(items: int, annotators: int, label: str = "") -> list[Rating]:
    """Every annotator on every item; labels that vary unless one is given."""
    return [
        (f"i{i:03d}", f"j{j:03d}", "x", label or "ab"[(i * 7 + j * j) % 5 // 3])
        for i in range(items)
        for j in range(annotators)
    ]


def overall(rows: Sequence[Sequence[str]], **more: object) -> dict[tuple[str, str], Estimate]:
    bindings = Bindings("item", "annotator", "label", **more)
    header = "item,annotator,group,label,gold" if "gold" in more else "item,annotator,group,label"
    return dict(audit_table(table_of(rows, header), bindings).overall.estimates)


def test_with_one_annotator_agreement_is_not_estimable_and_rates_are_given_these_annotators() -> (
    None
):
    found = overall(crossed(40, 1))
    for name in ("alpha", "ac1", "percent_agreement"):
        assert found[name, ""].state == "not-estimable"
        assert found[name, ""].reason == "no item has two ratings"
        assert found[name, ""].value is None
    rate = found["rate", "a"]
    assert rate.state == "estimated"
    assert rate.reason.startswith("given this annotator: the interval is over items")
    assert 0 < rate.low < rate.value < rate.high < 1


def test_with_one_label_alpha_is_undefined_and_raw_agreement_is_bounded_below() -> None:
    found = overall(crossed(40, 6, "a"))
    assert found["alpha", ""].reason == "only one label was used: raw agreement is 100 %"
    assert found["ac1", ""].state == "not-estimable"
    raw = found["percent_agreement", ""]
    assert (raw.value, raw.high) == (1.0, 1.0)
    assert raw.low == pytest.approx(1 - never_seen(6))
    assert found["rate", "a"].low == pytest.approx(1 - never_seen(6))


def test_perfect_agreement_is_one_with_a_lower_bound_below_one() -> None:
    rows = [(i, j, g, "ab"[int(i[1:]) % 2]) for i, j, g, _ in crossed(40, 6)]
    found = overall(rows)
    for name in ("alpha", "ac1"):
        assert found[name, ""].value == pytest.approx(1.0)
        assert -1 <= found[name, ""].low < 0.5
        assert found[name, ""].reason == "nobody disagreed on 40 items"


def test_two_annotators_who_rated_everything_speak_for_themselves_only() -> None:
    found = overall(crossed(60, 2))["alpha", ""]
    assert found.state == "estimated"
    assert found.reason.startswith("given these 2 annotators")


def test_three_annotators_get_a_wide_two_way_interval_that_says_so() -> None:
    few = overall(crossed(60, 3))["alpha", ""]
    many = overall(crossed(60, 12))["alpha", ""]
    assert few.reason == "only 3 annotators"
    assert overall(crossed(60, 4))["alpha", ""].reason == "only 4 annotators"
    assert overall(crossed(60, 5))["alpha", ""].reason == ""
    assert many.reason == ""
    assert few.high - few.low > many.high - many.low


def test_a_figure_that_rests_on_one_item_is_not_estimable() -> None:
    rows = [
        ("i1", "a", "x", "p"),
        ("i1", "b", "x", "q"),
        ("i2", "a", "x", "p"),
        ("i3", "b", "x", "q"),
    ]
    found = overall(rows)
    assert found["alpha", ""].state == "not-estimable"
    assert "rests on one item" in found["alpha", ""].reason


def test_a_rate_of_one_item_may_be_anything() -> None:
    found = overall([("i1", "a", "x", "p"), ("i1", "b", "x", "q")])["rate", "p"]
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)
    assert found.reason == "one item says nothing about others"


def test_rates_against_gold_need_ten_items_of_their_kind() -> None:
    def with_gold(hateful: int) -> dict[tuple[str, str], Estimate]:
        rows = [(*row, "a" if int(row[0][1:]) < hateful else "b") for row in crossed(40, 6)]
        return overall(rows, gold="gold")

    none, nine, ten = with_gold(0), with_gold(9), with_gold(10)
    assert none["fnr", "a"].reason == "no items whose gold is `a`; 10 are needed"
    assert none["fnr", "a"].value is None
    assert nine["fnr", "a"].reason == "9 items whose gold is `a`; 10 are needed"
    assert ten["fnr", "a"].state == "estimated"
    assert none["fpr", "a"].state == "estimated"
    assert overall(crossed(40, 6))["accuracy", ""].reason == "no gold labels"


def jack(
    value: float, by_item: list[float], by_annotator: list[float], rating: float = 0.0, n: int = 100
) -> Jackknife:
    """A statistic with these deviations, an entry an item and an entry an annotator."""
    return Jackknife(
        value=value,
        sums=np.zeros(2),
        by_item=np.array(by_item),
        by_annotator=np.array(by_annotator),
        weights=np.ones(len(by_item), dtype=np.int64),
        rating_variance=rating,
        items=len(by_item),
        annotators=len(by_annotator),
        ratings=n,
        without=np.full(len(by_annotator), value),
    )


def test_the_half_width_is_t_of_the_fewer_units_times_the_two_way_error() -> None:
    some = jack(0.5, [0.01, -0.02, 0.01] * 3, [0.03, -0.03] * 3, 0.0002)
    error = (3 * 0.0006 + 6 * 0.0009 - 0.0002) ** 0.5
    found = spread(some)
    assert found is not None
    assert (found.half_width, found.reason) == (pytest.approx(stats.t.ppf(0.975, 5) * error), "")
    other = jack(0.4, [0.02, 0.0, -0.02] * 3, [0.0, 0.01] * 2, 0.0001)
    items = 3 * (0.01**2 + 0.02**2 + 0.03**2)
    people = [0.03 - 0.0, -0.03 - 0.01, 0.03 - 0.0, -0.03 - 0.01]
    matched = spread_of_difference(jack(0.5, [0.01, -0.02, 0.01] * 3, [0.03, -0.03] * 2), other)
    assert matched is not None
    error = (items + sum(x * x for x in people) - 0.0001) ** 0.5
    assert matched.half_width == pytest.approx(stats.t.ppf(0.975, 3) * error)
    assert matched.reason == "only 4 annotators"


@pytest.mark.parametrize("people", [1, 2, 4, 5])
def test_a_difference_says_how_few_people_it_rests_on(people: int) -> None:
    a, b = (jack(v, [0.01, -0.02, 0.01], [0.01] * people) for v in (0.5, 0.4))
    a = replace(a, by_item=np.array([0.02, -0.02, 0.0]))
    found, alone = spread_of_difference(a, b), spread(a)
    assert found is not None
    assert alone is not None
    reasons = {1: "given this annotator: the interval is over items and says nothing about other "
                  "annotators", 5: ""}  # fmt: skip
    assert found.reason == alone.reason == reasons.get(people, f"only {people} annotators")
    if people == 1:  # over items alone
        assert found.half_width == pytest.approx(stats.t.ppf(0.975, 2) * 0.0002**0.5)
        assert alone.half_width == pytest.approx(stats.t.ppf(0.975, 2) * 0.0008**0.5)


def test_one_item_or_an_item_that_cannot_be_left_out_gives_no_spread() -> None:
    fine = jack(0.5, [0.01, -0.01], [0.01, -0.01])
    assert spread(fine) is not None
    for bad in (jack(0.5, [0.0], [0.01, -0.01]), jack(0.5, [0.01, math.nan], [0.01, -0.01])):
        assert spread(bad) is None
        assert spread_of_difference(fine, bad) is None
        assert spread_of_difference(bad, fine) is None
    people = jack(0.5, [0.01, -0.01], [math.nan, 0.01])
    found = spread(people)
    assert found is not None
    assert found.reason.startswith("given these 2 annotators")


def test_a_rate_stays_within_nothing_and_everything_and_needs_something_that_varies() -> None:
    low, high = (rate_estimate(jack(v, [0.1, -0.1] * 3, [0.1, -0.1] * 3)) for v in (0.1, 0.9))
    assert low.low == 0.0
    assert high.high == 1.0
    assert 0.1 < (low.high or 0) < 1
    assert 0 < (high.low or 0) < 0.9
    still = rate_estimate(jack(0.5, [0.0] * 6, [0.0] * 6))
    assert (still.state, still.n) == ("not-estimable", 100)
    assert "every replicate is the same" in still.reason
    assert rate_estimate(jack(0.5, [], [], n=0)).reason == "no ratings"


@pytest.mark.parametrize(("people", "units"), [(1, 40), (2, 2), (7, 7), (60, 40)])
def test_what_was_never_or_always_said_is_bounded_by_its_fewer_units(
    people: int, units: int
) -> None:
    """One annotator cannot be left out: then the items are the units."""
    reach = proportion_confint(0, units, method="beta")[1]
    never, always = (rate_estimate(jack(v, [0.0] * 40, [0.0] * people)) for v in (0.0, 1.0))
    assert (never.low, never.high) == (0.0, pytest.approx(reach))
    assert (always.low, always.high) == (pytest.approx(1 - reach), 1.0)
    assert (never.reason, always.reason) == ("none of 100", "all of 100")


def test_rates_against_gold_count_items_and_say_how_many_there_are() -> None:
    for number, said in ((0, "no items"), (1, "1 item"), (9, "9 items")):
        found = gold_estimate(jack(0.5, [0.01] * number, [0.01, -0.01]), "of it")
        assert found.reason == f"{said} of it; 10 are needed"
        assert found.n == 100
    assert gold_estimate(jack(0.5, [0.01, -0.01] * 5, [0.01, -0.01]), "of it").state == "estimated"


def test_an_alpha_that_varies_reaches_one_at_most_and_perfect_agreement_minus_one_at_least() -> (
    None
):
    agreeing = jack(0.9, [0.1, -0.1] * 3, [0.1, -0.1] * 3)
    found = agreement_estimate(jack(0.9, [0.2, -0.2] * 3, [0.2, -0.2] * 3), agreeing, 2.0)
    assert found.high == 1.0
    assert (found.low or 0) < 0.5
    still = agreement_estimate(jack(0.5, [0.0] * 6, [0.0] * 6), agreeing, 2.0)
    assert "every replicate is the same" in still.reason
    all_agree = jack(1.0, [0.0] * 40, [0.0] * 30)
    for dearest, low in ((0.5, 1 - 0.5 * never_seen(30)), (50.0, -1.0)):
        perfect = agreement_estimate(all_agree, all_agree, dearest)
        assert (perfect.value, perfect.low, perfect.high) == (1.0, pytest.approx(low), 1.0)
    nobody = jack(0.0, [], [], n=0)
    assert agreement_estimate(nobody, nobody, 1.0).reason == "no item has two ratings"
    assert percent_estimate(nobody).reason == "no item has two ratings"
    one_label = replace(all_agree, value=math.nan)
    assert "only one label was used" in agreement_estimate(one_label, all_agree, 1.0).reason


@given(ratings("ab", groups="xy"))
def test_whatever_the_table_every_figure_is_a_number_or_has_a_reason(rows: list[Rating]) -> None:
    audit = audit_table(table_of(rows), BINDINGS)
    for group in (audit.overall, *audit.groups):
        for name, estimate in group.estimates.items():
            if estimate.state == "estimated":
                value, low, high = estimate.value, estimate.low, estimate.high
                assert all(math.isfinite(x) for x in (value, low, high)), name
                assert low <= value <= high
                assert name[0] != "rate" or 0 <= low <= high <= 1
            else:
                assert estimate.reason
                assert estimate.value is None
    for gap in audit.gaps:
        assert gap.verdict == "insufficient-evidence"  # so few people carry no verdict
        assert gap.estimate.value is None or math.isfinite(gap.estimate.value)


@pytest.mark.parametrize("degrees", [1, 2, 9, 100])
def test_the_quantile_is_students(degrees: int) -> None:
    assert t_quantile(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-12)


def test_without_degrees_of_freedom_the_quantile_is_infinite() -> None:
    assert t_quantile(0) == math.inf


@pytest.mark.parametrize("units", [1, 5, 30])
def test_the_bound_of_what_was_never_seen_is_clopper_and_pearsons(units: int) -> None:
    low, high = proportion_confint(0, units, method="beta")
    assert low == 0
    assert never_seen(units) == pytest.approx(high, rel=1e-12)


@pytest.mark.parametrize(("having", "of"), [(0, 7), (7, 7), (1, 7), (888, 1580), (10, 30)])
def test_a_proportion_has_wilsons_interval(having: int, of: int) -> None:
    found = proportion(having, of, "things")
    low, high = proportion_confint(having, of, method="wilson")
    assert (found.value, found.n) == (having / of, of)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-12)
    assert 0.0 <= (found.low or 0.0) <= (found.high or 0.0) <= 1.0
    assert having or found.low == 0.0
    assert having != of or found.high == 1.0


def test_a_proportion_of_nothing_is_not_estimable() -> None:
    assert proportion(0, 0, "items").reason == "no items"
