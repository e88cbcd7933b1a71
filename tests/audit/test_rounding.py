"""What a profile rounds: counts, and every figure made again from the rounded counts."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

import pytest
from ratings_tables import chance, table_of

from labelcharter.audit.disclosure.rounding import rounded, rounded_estimate
from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.estimate import Estimate, estimated
from labelcharter.audit.tables.bindings import Bindings


def audited(sizes: dict[str, int]) -> TableAudit:
    """Each group's people rate seven items of sixty; more of the later groups say yes."""
    stream = chance(4)
    rows = [
        (
            f"i{item:02d}",
            f"{group}-{person:03d}",
            group,
            "yes" if stream.random() < at / 6 else "no",
        )
        for at, (group, size) in enumerate(sizes.items(), 2)
        for person in range(size)
        for item in stream.sample(range(60), 7)
    ]
    questions = Questions(favourable="yes", references={"group": "big"}, ties="no", checks=())
    bindings = Bindings("item", "annotator", "label", annotator_groups={"group": "group"})
    return audit_table(table_of(rows), bindings, questions)


def to_five(count: int) -> int:
    """The nearest multiple of five, by looking at them all; two are never equally near."""
    return min(range(0, count + 6, 5), key=lambda five: abs(five - count))


def test_a_shown_ratio_is_that_of_the_rounded_rates_and_its_interval_moves_with_it() -> None:
    audit = audited({"big": 33, "mid": 21})
    counts = {g.value: (g.estimates["rate", "yes"], g.ratings) for g in audit.groups}
    rates = {}
    for value, (estimate, ratings) in counts.items():
        assert estimate.value is not None
        rates[value] = to_five(round(estimate.value * ratings)) / to_five(ratings)
    (exact,) = [r.estimate for r in audit.ratios if r.value == "mid" and r.label == "yes"]
    (shown,) = [r for r in rounded(audit, 5).ratios if r.value == "mid" and r.label == "yes"]
    assert exact.value is not None
    assert exact.low is not None
    assert exact.high is not None
    assert exact.n is not None
    moved = rates["mid"] / rates["big"] - exact.value
    assert shown.estimate.value == rates["mid"] / rates["big"]
    assert shown.estimate.low == floor(100 * (exact.low + moved)) / 100
    assert shown.estimate.high == ceil(100 * (exact.high + moved)) / 100
    assert shown.estimate.n == to_five(exact.n)
    assert shown.why.endswith(", from rounded counts")


def test_what_is_hidden_stays_hidden_when_the_rest_is_rounded() -> None:
    """`few` hides `mid`; `big` is shown, and so is `more`."""
    audit = rounded(hide(audited({"big": 60, "mid": 21, "few": 7, "more": 40}), "nhs"), 5)
    assert {g.value: g.hidden for g in audit.groups} == {
        "big": False,
        "few": True,
        "mid": True,
        "more": False,
    }
    shown = {(r.value, r.estimate.state) for r in audit.ratios}
    assert shown == {("mid", "suppressed"), ("few", "suppressed"), ("more", "estimated")}
    for gap in audit.gaps:
        state = "suppressed" if {gap.a, gap.b} & {"few", "mid"} else "estimated"
        assert gap.estimate.state == state
    assert {(g.ratings, g.items, g.annotators) for g in audit.groups if g.hidden} == {(0, 0, 0)}


def test_a_ratio_above_one_is_no_share_and_is_not_cut_off_at_one() -> None:
    found = rounded_estimate(estimated(1.5, 1.234, 1.876, 10), 5)
    assert (found.value, found.low, found.high, found.n) == (1.5, 1.23, 1.88, 10)
    found = rounded_estimate(estimated(-0.5, -0.734, -0.266, 10), 5)
    assert (found.value, found.low, found.high, found.n) == (-0.5, -0.74, -0.26, 10)


@pytest.mark.parametrize(
    ("having", "value", "low", "high"),
    [(0, 0.0, 0.0, 0.3), (1, 0.0, 0.0, 0.3), (47, 0.9, 0.6, 1.0), (48, 1.0, 0.7, 1.0)],
)
def test_the_interval_of_a_share_ends_at_none_and_at_all(
    having: int, value: float, low: float, high: float
) -> None:
    """Of 48, rounded to 50: 0, 0, 45 and 50, and three tenths beside each."""
    exact = having / 48
    found = rounded_estimate(estimated(exact, exact - 0.3, exact + 0.3, 48), 5)
    assert (found.value, found.n) == (value, 50)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0101)
    assert 0 <= (found.low or 0) <= (found.high or 0) <= 1


def test_rows_left_out_and_all_rows_are_rounded_where_they_are_shown() -> None:
    audit = audited({"big": 33, "mid": 21})
    assert audit.rows == 7 * 54
    assert rounded(audit, 5).rows == to_five(7 * 54)
    assert rounded(replace(audit, rows=None), 5).rows is None


def test_of_a_figure_without_a_value_n_is_rounded_and_a_state_loses_its_numbers() -> None:
    bare = Estimate(None, None, None, 13, "not-estimable", "13 ratings; 20 are needed")
    assert rounded_estimate(bare, 5) == replace(bare, n=15, reason="too few to estimate")
    assert rounded_estimate(replace(bare, n=None, state="suppressed"), 5).n is None
