"""Gates on the figures of checks: a row held against a gate's limit instead of the check's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.records.judged import Gate, GateCannotBeJudged, Judged
from labelcharter.audit.statistics.estimate import suppressed
from labelcharter.audit.statistics.verdicts import figure, with_interval, within

NOT_SHOWN = "the figures are hidden, so that nobody can be singled out"


def judge_answers(gate: Gate, answers: Sequence[Answer]) -> Iterator[Judged]:
    """The gate's verdict on each row of its check that has its figure. Raises GateCannotBeJudged.

    Of a gate that names what it is about, only the rows about that: "pooled majority" stands for
    the policy and for each of its groups. What a row cannot carry a verdict for (too few people,
    no test that could tell) it cannot carry one for here either.
    """
    found = [answer for answer in answers if answer.check == gate.check]
    if not found:
        raise GateCannotBeJudged(
            f"{gate.id} judges `{gate.check}`, which the audit does not ask; add it to its `checks`"
        )
    rows = [row for answer in found for row in answer.rows if _meant(gate, row)]
    if not rows:
        why = "; ".join(answer.not_computed for answer in found if answer.not_computed)
        shown = sorted({row.figure for answer in found for row in answer.rows})
        raise GateCannotBeJudged(
            f"{gate.id}: `{gate.check}` has no figure `{gate.figure}`"
            f"{f' about `{gate.about}`' if gate.about else ''} "
            f"({why or 'it has ' + ', '.join(shown)})"
        )
    yield from (_judged(gate, row) for row in rows)


def _meant(gate: Gate, row: Row) -> bool:
    if row.internal or row.figure != gate.figure:
        return False
    if gate.attribute and row.attribute != gate.attribute:
        return False
    return not gate.about or row.about == gate.about or row.about.startswith(f"{gate.about}: ")


def _judged(gate: Gate, row: Row) -> Judged:
    infinite = float("inf")
    two_sided = row.limits is not None and row.limits[0] is not None and row.limits[0] < 0
    low = gate.threshold if gate.at_least else -gate.threshold if two_sided else -infinite
    high = infinite if gate.at_least else gate.threshold
    verdict = within(row.estimate, low, high)
    limit = f"the limit is {'at least' if gate.at_least else 'at most'} {figure(gate.threshold)}"
    why = f"{with_interval(row.estimate)}; {limit}"
    if row.estimate.state != "estimated":
        why = f"{row.estimate.reason}; {limit}"
    elif row.estimate.reason:
        why = f"{why}; {row.estimate.reason}"
    if row.expected is not None and row.expected.value is not None:
        why = f"{why}; if group meant nothing it would be {with_interval(row.expected)}"
    if _carries_none(row):
        verdict, why = "insufficient-evidence", f"{why}; {row.why}"
    value = row.about.partition(": ")[2] if ": " in row.about else " less ".join(row.groups[:2])
    if len(row.groups) > 2 and ": " not in row.about:
        value = ""
    return Judged(
        gate.id,
        row.attribute,
        value,
        row.estimate,
        verdict,
        why,
        row.groups,
        row.hidden_with or ("", ""),
        (gate.check, row.attribute, row.groups, row.figure, row.about),
    )


def _carries_none(row: Row) -> bool:
    """True where the row's own verdict is open for another reason than its interval."""
    if row.verdict != "insufficient-evidence" or row.limits is None:
        return False
    low, high = row.limits
    own = within(
        row.estimate,
        float("-inf") if low is None else low,
        float("inf") if high is None else high,
    )
    return own != "insufficient-evidence"


def as_shown(judged: Judged, answers: Sequence[Answer]) -> Judged:
    """Without its figures where the row that it judges is not shown among these answers."""
    if judged.source is None:
        return judged
    for answer in answers:
        for row in answer.rows:
            key = (answer.check, row.attribute, row.groups, row.figure, row.about)
            if key == judged.source and row.estimate.state != "suppressed":
                return judged
            if key == judged.source:
                hidden = suppressed(row.estimate.reason)
                return replace(judged, estimate=hidden, why=NOT_SHOWN)
    return replace(judged, estimate=suppressed(NOT_SHOWN), why=NOT_SHOWN)
