"""What is said where a figure, or its interval, cannot be had: never 0, 1, inf or nan instead."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from ratings_tables import BINDINGS, Rating, ratings, table_of
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.intervals import never_seen, t_quantile
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
