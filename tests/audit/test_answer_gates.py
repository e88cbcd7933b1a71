"""Gates on the figures of checks: which rows they judge, by which limit, and what stays hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.records.answer_gates import as_shown, judge_answers
from labelcharter.audit.records.judged import Gate, GateCannotBeJudged
from labelcharter.audit.statistics.estimate import estimated, not_estimable, suppressed

GATE = Gate("gate.floor", "gold-policy", "metric.tpr", True, 0.7, "region", figure="tpr")


def row(value: float, groups: tuple[str, ...], about: str, figure: str = "tpr") -> Row:
    return Row("region", groups, figure, about, estimated(value, value - 0.05, value + 0.05, 100))


ROWS = (
    row(0.8, ("north", "south"), "pooled majority: north"),
    row(0.6, ("south", "north"), "pooled majority: south"),
    row(0.9, ("north",), "majority of north: north"),
    row(0.2, ("east", "north", "south"), "pooled majority", "tpr-gap"),
)


def answer(*rows: Row, reason: str = "") -> Answer:
    return Answer("gold-policy", "Whom gold serves", "", rows, not_computed=reason)


def test_each_row_with_the_figure_is_judged_by_the_gates_own_limit() -> None:
    found = list(judge_answers(GATE, [answer(*ROWS)]))
    assert [(j.value, j.verdict) for j in found] == [
        ("north", "met"),
        ("south", "breached"),
        ("north", "met"),
    ]
    assert found[1].why == ".600 (.550 to .650); the limit is at least .700"
    assert found[1].about == ("south", "north")


def test_a_gate_that_names_a_policy_judges_that_policy_and_its_groups_only() -> None:
    pooled = replace(GATE, about="pooled majority")
    assert len(list(judge_answers(pooled, [answer(*ROWS)]))) == 2
    gap = replace(pooled, figure="tpr-gap", at_least=False, threshold=0.1)
    (judged,) = judge_answers(gap, [answer(*ROWS)])
    assert (judged.value, judged.verdict) == ("", "breached")


def test_what_is_expected_by_chance_is_said_beside_the_figure() -> None:
    wide = replace(ROWS[3], expected=estimated(0.15, 0.1, 0.19, 1000))
    gap = replace(GATE, figure="tpr-gap", at_least=False, threshold=0.1)
    (judged,) = judge_answers(gap, [answer(wide)])
    assert "if group meant nothing it would be .150 (.100 to .190)" in judged.why


def test_a_difference_is_held_within_its_limit_on_either_side() -> None:
    below = replace(row(-0.3, ("a", "b"), "", "rate-gap"), limits=(-0.05, 0.05))
    gap = replace(GATE, figure="rate-gap", at_least=False, threshold=0.1)
    (judged,) = judge_answers(gap, [answer(below)])
    assert (judged.value, judged.verdict) == ("a less b", "breached")
    one_sided = replace(below, limits=(None, 0.05))
    (judged,) = judge_answers(gap, [answer(one_sided)])
    assert judged.verdict == "met"


def test_a_row_that_carries_no_verdict_carries_none_at_a_gate() -> None:
    few = replace(
        ROWS[0], limits=(0.7, None), verdict="insufficient-evidence", why="a verdict needs ten"
    )
    (judged,) = judge_answers(GATE, [answer(few)])
    assert judged.verdict == "insufficient-evidence"
    assert judged.why.endswith("; a verdict needs ten")
    open_by_its_interval = replace(few, limits=(0.8, None))
    (judged,) = judge_answers(GATE, [answer(open_by_its_interval)])
    assert judged.verdict == "met"


def test_what_cannot_be_estimated_is_open_and_says_why() -> None:
    none = replace(ROWS[0], estimate=not_estimable("no item is called hate"))
    (judged,) = judge_answers(GATE, [answer(none)])
    assert (judged.verdict, judged.why) == (
        "insufficient-evidence",
        "no item is called hate; the limit is at least .700",
    )


@pytest.mark.parametrize(
    ("gate", "answers", "says"),
    [
        (GATE, [], "judges `gold-policy`, which the audit does not ask; add it to its `checks`"),
        (replace(GATE, figure="tnr"), [answer(*ROWS)], "no figure `tnr` (it has tpr, tpr-gap)"),
        (replace(GATE, about="anybody"), [answer(*ROWS)], "no figure `tpr` about `anybody`"),
        (GATE, [answer(reason="there are no votes")], "no figure `tpr` (there are no votes)"),
        (GATE, [answer(replace(ROWS[0], internal=True))], "no figure `tpr`"),
        (replace(GATE, attribute="age"), [answer(*ROWS)], "no figure `tpr`"),
    ],
)
def test_a_gate_without_a_row_stops_the_audit_instead_of_passing(
    gate: Gate, answers: list[Answer], says: str
) -> None:
    with pytest.raises(GateCannotBeJudged) as fault:
        list(judge_answers(gate, answers))
    assert says in str(fault.value)


def test_a_gate_shows_a_figure_only_where_its_row_shows_it() -> None:
    judged = list(judge_answers(GATE, [answer(*ROWS)]))
    assert as_shown(judged[0], [answer(*ROWS)]) == judged[0]
    hidden = replace(ROWS[0], estimate=suppressed("too few"))
    public = [answer(hidden, *ROWS[1:])]
    shown = as_shown(judged[0], public)
    assert (shown.estimate.state, shown.verdict) == ("suppressed", "met")
    assert ".8" not in shown.why
    assert as_shown(judged[1], public) == judged[1]
    assert as_shown(judged[0], [answer(*ROWS[1:])]).estimate.state == "suppressed"
    assert as_shown(replace(judged[0], source=None), []).estimate.state == "estimated"
