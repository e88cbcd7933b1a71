"""The quality gates of a defined audit: each figure held against its limit, in three states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from labelcharter.audit.disclosure.hidden import NO_FIGURES, Hidden
from labelcharter.audit.questions.catalogue import BY_NAME
from labelcharter.audit.questions.figures import GroupFigures, Name
from labelcharter.audit.questions.gaps import difference
from labelcharter.audit.questions.table_audit import UNANSWERED, TableAudit
from labelcharter.audit.records.answer_gates import judge_answers
from labelcharter.audit.records.judged import Gate, GateCannotBeJudged, Judged
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable, suppressed
from labelcharter.audit.statistics.power import Precision, precision_of, precision_of_difference
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.verdicts import (
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)

# Which figure of agreement a gate's metric means; any other metric means alpha.
AGREEMENT_METRICS = {
    "metric.gwet-ac1": ("ac1", ""),
    "metric.percent-agreement": ("percent_agreement", ""),
}


def judge(gate: Gate, audit: TableAudit) -> list[Judged]:
    """The gate's verdicts. Raises GateCannotBeJudged.

    A gate that names a figure judges the rows of its check, else what every audit has.
    """
    if gate.check not in _CHECKS and gate.check not in BY_NAME:
        raise GateCannotBeJudged(
            f"{gate.id}: the check `{gate.check}` is not computed by this version; "
            f"it computes {', '.join((*_CHECKS, *BY_NAME))}"
        )
    if gate.check not in _CHECKS and not gate.figure:
        raise GateCannotBeJudged(f"{gate.id} judges `{gate.check}` and does not say which `figure`")
    if gate.attribute and gate.attribute not in {g.attribute for g in audit.groups}:
        raise GateCannotBeJudged(
            f"{gate.id} compares groups of {gate.attribute}, which the audit binds to no column"
        )
    if gate.label is not None and gate.label not in audit.labels:
        raise GateCannotBeJudged(f"{gate.id} is about `{gate.label}`, which is not a label here")
    if gate.figure:
        return list(judge_answers(gate, audit.answers))
    return list(_CHECKS[gate.check](gate, audit))


def hide_judged(judged: Judged, hidden: Hidden) -> Judged:
    """Without its figures where the profile hides them."""
    if not hidden.hides(judged.attribute, judged.about, judged.figure):
        return judged
    why = hidden.why(judged.attribute, judged.about)
    return replace(judged, estimate=suppressed(why), why=NO_FIGURES)


def _groups(gate: Gate, audit: TableAudit) -> list[GroupFigures]:
    return [group for group in audit.groups if group.attribute == gate.attribute]


def _agreement(gate: Gate, audit: TableAudit) -> Iterator[Judged]:
    name = AGREEMENT_METRICS.get(gate.metric, ("alpha", ""))
    for group in _groups(gate, audit) if gate.attribute else [audit.overall]:
        yield _judged(gate, group.value, group.estimates[name], [group], name)


def _agreement_gap(gate: Gate, audit: TableAudit) -> Iterator[Judged]:
    yield from _pairs(gate, audit, AGREEMENT_METRICS.get(gate.metric, ("alpha", "")))


def _label_rate_gap(gate: Gate, audit: TableAudit) -> Iterator[Judged]:
    for label in audit.labels if gate.label is None else [gate.label]:
        yield from _pairs(gate, audit, ("rate", label))


def _missing_rate(gate: Gate, audit: TableAudit) -> Iterator[Judged]:
    if UNANSWERED not in audit.overall.estimates:
        estimate = not_estimable("the table has neither states nor blank labels")
        yield _judged(gate, "", estimate, [audit.overall], UNANSWERED)
    elif gate.attribute:
        yield from _pairs(gate, audit, UNANSWERED)
    else:
        estimate = audit.overall.estimates[UNANSWERED]
        yield _judged(gate, "", estimate, [audit.overall], UNANSWERED)


def _pairs(gate: Gate, audit: TableAudit, name: Name) -> Iterator[Judged]:
    if not gate.attribute:
        raise GateCannotBeJudged(f"{gate.id} compares groups and names no attribute")
    for a, b in combinations(_groups(gate, audit), 2):
        yield _judged(gate, f"{a.value} less {b.value}", difference(a, b, name), [a, b], name)


def _representation(gate: Gate, audit: TableAudit) -> Iterator[Judged]:
    """Each group's share of the people, less its share of the reference population."""
    groups = {group.value: group for group in _groups(gate, audit)}
    people = sum(group.size for group in groups.values())
    for value in sorted({*groups, *(gate.shares or {})}):
        group = groups.get(value)
        share = (gate.shares or {}).get(value)
        if share is None:
            estimate = not_estimable("no share of a reference population is declared")
        else:
            has = proportion(group.size if group else 0, people, "people")
            estimate = _less(has, share)
        yield _judged(gate, value, estimate, [group] if group else [], ("size", ""))


def _less(estimate: Estimate, share: float) -> Estimate:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate
    return estimated(
        estimate.value - share, estimate.low - share, estimate.high - share, estimate.n or 0
    )


def _judged(
    gate: Gate, value: str, estimate: Estimate, groups: list[GroupFigures], name: Name
) -> Judged:
    two_sided = gate.check in ("agreement-gap", "label-rate-gap", "representation") or (
        gate.check == "missing-rate" and bool(gate.attribute)
    )
    infinite = float("inf")
    low = gate.threshold if gate.at_least else -gate.threshold if two_sided else -infinite
    high = infinite if gate.at_least else gate.threshold
    verdict = within(estimate, low, high)
    limit = f"{'at least' if gate.at_least else 'at most'} {figure(gate.threshold)}"
    why = f"{with_interval(estimate)}; the limit is {limit}"
    items = min((group.items for group in groups), default=0)
    annotators = min((group.annotators for group in groups), default=0)
    if estimate.state != "estimated":
        why = f"{estimate.reason}; the limit is {limit}"
    elif gate.check != "representation":
        if few := too_few(items, annotators):
            why = f"{why}; {few}"
        if verdict == "insufficient-evidence":
            now = _precision(groups, name)
            why = f"{why}; {would_settle(estimate, low, high, items, annotators, now)}"
        verdict = "insufficient-evidence" if few else verdict
    about = tuple(group.value for group in groups)
    return Judged(gate.id, gate.attribute, value, estimate, verdict, why, about, name)


def _precision(groups: list[GroupFigures], name: Name) -> Precision | None:
    jacks = [group.jackknives[name] for group in groups]
    return precision_of_difference(*jacks) if len(jacks) == 2 else precision_of(*jacks)


_CHECKS: Mapping[str, Callable[[Gate, TableAudit], Iterator[Judged]]] = {
    "agreement": _agreement,
    "agreement-gap": _agreement_gap,
    "label-rate-gap": _label_rate_gap,
    "missing-rate": _missing_rate,
    "representation": _representation,
}
