"""An audit as a profile lets it be seen: what is hidden is hidden everywhere and together.

With n go k, rate, interval, ratio, p, what was expected, and the sentence; a verdict may stay,
without figures. Nothing is put in another order: groups stand by name, hidden or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from labelcharter.audit.disclosure.corrections import without_hidden_p
from labelcharter.audit.disclosure.hidden import (
    EVERYBODY,
    NO_FIGURES,
    TOO_FEW,
    Hidden,
    in_place_of_figures,
)
from labelcharter.audit.disclosure.primary import DECISIONS, PREDICTED, to_hide_first
from labelcharter.audit.disclosure.profiles import RULES, Profile, may_show
from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.consensus import Consensus
from labelcharter.audit.questions.figures import GroupFigures, Name
from labelcharter.audit.questions.findings import Finding
from labelcharter.audit.questions.gaps import Gap, Ratio
from labelcharter.audit.questions.predictions import Predicted
from labelcharter.audit.questions.table_audit import TableAudit
from labelcharter.audit.statistics.estimate import Estimate, suppressed
from labelcharter.audit.tables.cleaning import Excluded

__all__ = [
    "FEWEST",
    "HIDDEN",
    "NO_FIGURES",
    "Hidden",
    "Profile",
    "hide",
    "may_show",
    "to_hide",
    "without",
]

FEWEST = RULES["default"].fewest
HIDDEN = TOO_FEW


def hide(audit: TableAudit, profile: Profile) -> TableAudit:
    """The audit with hidden what the profile's rules name by themselves.

    Not enough for publication: `records.publication.publish` also asks the attacker.
    """
    return audit if profile == "internal" else without(audit, to_hide(audit, profile))


def to_hide(audit: TableAudit, profile: Profile = "default") -> Hidden:
    """What the profile's rules hide by themselves."""
    return to_hide_first(audit, RULES[profile], frozenset())


def without(audit: TableAudit, hidden: Hidden) -> TableAudit:
    """The audit without what is hidden. Of ratings of no group only that there are some remains."""
    rows = frozenset(r for a in audit.answers for r in a.rows if hidden.hides_row(a, r))
    audit = without_hidden_p(
        audit,
        hides_row=lambda row: row in rows,
        hides_gap=lambda gap: _hides_gap(gap, hidden),
    )
    predictions = audit.predictions
    if predictions is not None:
        predictions = tuple(_predicted(one, hidden) for one in predictions)
    return replace(
        audit,
        rows=None if hidden.excluded or EVERYBODY in hidden.groups else audit.rows,
        excluded=tuple(_excluded(one, hidden) for one in audit.excluded),
        overall=_group(audit.overall, hidden),
        groups=tuple(_group(group, hidden) for group in audit.groups),
        ungrouped={
            attribute: _emptied(rest, TOO_FEW) for attribute, rest in audit.ungrouped.items()
        },
        gaps=tuple(_gap(gap, hidden) for gap in audit.gaps),
        ratios=tuple(_ratio(ratio, hidden) for ratio in audit.ratios),
        predictions=predictions,
        consensus=tuple(_consensus(consensus, hidden) for consensus in audit.consensus),
        answers=tuple(_answer(answer, hidden) for answer in audit.answers),
        findings=tuple(
            _finding(one, hidden, audit.answers) for one in audit.findings if not one.internal
        ),
    )


def _group(group: GroupFigures, hidden: Hidden) -> GroupFigures:
    why = hidden.why(group.attribute, [group.value])
    if hidden.hides(group.attribute, [group.value]):
        return _emptied(group, why)
    estimates: dict[Name, Estimate] = {
        name: suppressed(why) if hidden.hides(group.attribute, [], name) else estimate
        for name, estimate in group.estimates.items()
    }
    return replace(group, estimates=estimates, jackknives={}, people={})


def _emptied(group: GroupFigures, why: str) -> GroupFigures:
    return replace(
        group,
        ratings=0,
        items=0,
        annotators=0,
        estimates={name: suppressed(why) for name in group.estimates},
        jackknives={},
        people={},
        hidden=True,
    )


def _gap(gap: Gap, hidden: Hidden) -> Gap:
    if not _hides_gap(gap, hidden):
        return gap
    why = hidden.why(gap.attribute, (gap.a, gap.b))
    words = in_place_of_figures(gap.chance.least if gap.chance else None)
    return replace(gap, estimate=suppressed(why), chance=None, q=None, why=words)


def _hides_gap(gap: Gap, hidden: Hidden) -> bool:
    return hidden.hides(gap.attribute, (gap.a, gap.b), gap.figure)


def _ratio(ratio: Ratio, hidden: Hidden) -> Ratio:
    groups = (ratio.value, ratio.reference)
    if not hidden.hides(ratio.attribute, groups, ("rate", ratio.label)):
        return ratio
    why = hidden.why(ratio.attribute, groups)
    return replace(ratio, estimate=suppressed(why), why=NO_FIGURES)


def _predicted(one: Predicted, hidden: Hidden) -> Predicted:
    why = suppressed(hidden.why(one.attribute, [one.value]))
    figures = [
        why if hidden.hides(one.attribute, [one.value], (PREDICTED, decision)) else estimate
        for decision, estimate in zip(
            DECISIONS, (one.selection_rate, one.tpr, one.fpr), strict=True
        )
    ]
    return replace(one, selection_rate=figures[0], tpr=figures[1], fpr=figures[2], people=())


def _consensus(consensus: Consensus, hidden: Hidden) -> Consensus:
    """Every group votes in it, so a hidden group's votes would show through."""
    if any(attribute == consensus.attribute for attribute, _ in hidden.groups):
        return replace(consensus, agree_on_all_groups=suppressed(TOO_FEW))
    return consensus


def _answer(answer: Answer, hidden: Hidden) -> Answer:
    return answer.with_rows(tuple(_rows(answer, hidden)))


def _rows(answer: Answer, hidden: Hidden) -> Iterable[Row]:
    for row in answer.rows:
        if row.internal:
            continue
        if not hidden.hides_row(answer, row):
            yield replace(row, people=None)
            continue
        why = hidden.why(row.attribute, row.groups)
        yield replace(
            row,
            estimate=suppressed(why),
            expected=None if row.expected is None else suppressed(why),
            p=None,
            least_p=None,
            q=None,
            why=in_place_of_figures(row.least_p),
            people=None,
        )


def _finding(finding: Finding, hidden: Hidden, answers: Iterable[Answer]) -> Finding:
    """A finding on a check's row repeats the row's sentence, and goes with it."""
    of_row = any(
        hidden.hides_row(answer, row) and row.why and finding.why.endswith(row.why)
        for answer in answers
        if answer.check == finding.check
        for row in answer.rows
        if row.attribute == finding.attribute
    )
    if of_row or hidden.hides(finding.attribute, finding.about, finding.figure):
        return replace(finding, why=in_place_of_figures(finding.least_p))
    return finding


def _excluded(excluded: Excluded, hidden: Hidden) -> Excluded:
    if excluded.reason in hidden.excluded:
        return replace(excluded, rows=None, conflicting=None)
    return excluded
