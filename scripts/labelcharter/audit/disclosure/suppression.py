"""What of an audit may leave the house: nothing that gives one person's answers away.

Profile `internal` hides nothing. Profile `default`, for everything that is committed or published:
- n counts people of the side that an attribute describes: annotators, or items where each is about
  a data subject. A group of fewer than ten people is hidden whole.
- k counts people with at least one such label, and the rest people with at least one other (where
  each person has one rating, n - k). Either may be 0 or at least 10; 0 only among 30 or more. A
  group whose label rates break this is hidden whole: figures left standing would give it away.
- What is hidden together must itself pass, since a total less what is shown is its sum; while it
  does not, the smallest group shown is hidden too. Ratings of no group count as hidden.
- A rate of a state, or against gold, that breaks the rule in any group (or in what is hidden) is
  hidden for every group of the attribute, for the same reason.
With n, k, rate, interval, p and every comparison goes too; a verdict may stay, without figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from labelcharter.audit.disclosure.corrections import without_hidden_p
from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.consensus import Consensus
from labelcharter.audit.questions.figures import GroupFigures, Name, People
from labelcharter.audit.questions.findings import Finding
from labelcharter.audit.questions.gaps import Gap, Ratio
from labelcharter.audit.questions.predictions import Predicted
from labelcharter.audit.questions.table_audit import TableAudit
from labelcharter.audit.statistics.estimate import Estimate, suppressed

Profile = Literal["internal", "default"]
PROFILES: tuple[Profile, ...] = ("default", "internal")

FEWEST = 10
FEWEST_FOR_NONE_OR_ALL = 30

HIDDEN = "too few people stand behind it, or another hidden figure could be derived from it"
NO_FIGURES = "the figures are hidden, so that nobody can be singled out"


def may_show(people: People) -> bool:
    """True when a rate over these people gives nobody away."""
    smaller = min(people.having, people.without)
    if people.all < FEWEST or 0 < smaller < FEWEST:
        return False
    return smaller > 0 or people.all >= FEWEST_FOR_NONE_OR_ALL


@dataclass(frozen=True, slots=True)
class Hidden:
    """`groups`: (attribute, value) hidden whole; `figures`: (attribute, name) hidden in all."""

    groups: frozenset[tuple[str, str]]
    figures: frozenset[tuple[str, Name]]

    def hides(self, attribute: str, values: Iterable[str], name: Name | None = None) -> bool:
        """True when a statement about these groups (and this figure) may not show its figures."""
        if name is not None and (attribute, name) in self.figures:
            return True
        return any((attribute, value) in self.groups for value in values)


def to_hide(audit: TableAudit) -> Hidden:
    """What profile `default` hides, by group and by figure."""
    groups: set[tuple[str, str]] = set()
    figures: set[tuple[str, Name]] = set()
    for attribute in dict.fromkeys(group.attribute for group in audit.groups):
        members = [group for group in audit.groups if group.attribute == attribute]
        rest = [audit.ungrouped[attribute]] if attribute in audit.ungrouped else []
        hidden = _groups_to_hide(members, rest)
        groups |= {(attribute, group.value) for group in hidden}
        shown = [group for group in members if group not in hidden]
        together = _together([*hidden, *rest])
        for name in audit.overall.people:
            counted = [group.people[name] for group in shown if name in group.people]
            if name in together:
                counted.append(together[name])
            if not all(may_show(people) for people in counted if people.all):
                figures.add((attribute, name))
    groups_of_all, figures_of_all = _overall(audit.overall)
    return Hidden(frozenset(groups | groups_of_all), frozenset(figures | figures_of_all))


def _overall(overall: GroupFigures) -> tuple[set[tuple[str, str]], set[tuple[str, Name]]]:
    groups = set() if _whole(overall) else {("", "")}
    figures = {("", name) for name, people in overall.people.items() if not may_show(people)}
    return groups, figures


def _whole(group: GroupFigures) -> bool:
    """True when a group's size and its label rates may show."""
    label_rates = [people for name, people in group.people.items() if name[0] == "rate"]
    return group.size >= FEWEST and all(may_show(people) for people in label_rates)


def _groups_to_hide(
    members: Sequence[GroupFigures], rest: Sequence[GroupFigures]
) -> list[GroupFigures]:
    hidden = [group for group in members if not _whole(group)]
    shown = sorted(
        (group for group in members if group not in hidden), key=lambda g: (g.size, g.value)
    )
    while shown and (hidden or rest) and not _sum_may_show([*hidden, *rest]):
        hidden.append(shown.pop(0))
    return hidden


def _sum_may_show(groups: Sequence[GroupFigures]) -> bool:
    together = _together(groups)
    label_rates = [people for name, people in together.items() if name[0] == "rate"]
    return sum(g.size for g in groups) >= FEWEST and all(may_show(p) for p in label_rates)


def _together(groups: Sequence[GroupFigures]) -> Mapping[Name, People]:
    """People of several groups as one; nobody is in two groups of an attribute."""
    names = dict.fromkeys(name for group in groups for name in group.people)
    total = {}
    for name in names:
        each = [group.people[name] for group in groups if name in group.people]
        total[name] = People(
            sum(p.all for p in each), sum(p.having for p in each), sum(p.without for p in each)
        )
    return total


def hide(audit: TableAudit, profile: Profile) -> TableAudit:
    """The audit as the profile lets it be seen."""
    if profile == "internal":
        return audit
    hidden = to_hide(audit)
    audit = without_hidden_p(
        audit,
        hides_row=lambda row: _hides_row(row, hidden),
        hides_gap=lambda gap: _hides_gap(gap, hidden),
    )
    predictions = audit.predictions
    if predictions is not None:
        predictions = tuple(_predicted(p, hidden, predictions) for p in predictions)
    return replace(
        audit,
        overall=_group(audit.overall, hidden),
        groups=tuple(_group(group, hidden) for group in audit.groups),
        ungrouped={},
        gaps=tuple(_gap(gap, hidden) for gap in audit.gaps),
        ratios=tuple(_ratio(ratio, hidden) for ratio in audit.ratios),
        predictions=predictions,
        consensus=tuple(_consensus(consensus, hidden) for consensus in audit.consensus),
        answers=tuple(_answer(answer, hidden) for answer in audit.answers),
        findings=tuple(_finding(one, hidden) for one in audit.findings if not one.internal),
    )


def _group(group: GroupFigures, hidden: Hidden) -> GroupFigures:
    whole = hidden.hides(group.attribute, [group.value])
    estimates: dict[Name, Estimate] = {
        name: suppressed(HIDDEN) if whole or hidden.hides(group.attribute, [], name) else estimate
        for name, estimate in group.estimates.items()
    }
    if not whole:
        return replace(group, estimates=estimates, jackknives={}, people={})
    return replace(
        group,
        ratings=0,
        items=0,
        annotators=0,
        estimates=estimates,
        jackknives={},
        people={},
        hidden=True,
    )


def _gap(gap: Gap, hidden: Hidden) -> Gap:
    if not _hides_gap(gap, hidden):
        return gap
    return replace(gap, estimate=suppressed(HIDDEN), chance=None, q=None, why=NO_FIGURES)


def _hides_gap(gap: Gap, hidden: Hidden) -> bool:
    return hidden.hides(gap.attribute, (gap.a, gap.b), gap.figure)


def _ratio(ratio: Ratio, hidden: Hidden) -> Ratio:
    groups = (ratio.value, ratio.reference)
    if not hidden.hides(ratio.attribute, groups, ("rate", ratio.label)):
        return ratio
    return replace(ratio, estimate=suppressed(HIDDEN), why=NO_FIGURES)


def _predicted(one: Predicted, hidden: Hidden, all_of_them: Sequence[Predicted]) -> Predicted:
    """A rate hidden in one group is hidden in all: a total less the others would give it."""
    peers = [p for p in all_of_them if p.attribute == one.attribute]
    figures = []
    for at, estimate in enumerate((one.selection_rate, one.tpr, one.fpr)):
        fails = any(not may_show(p.people[at]) for p in peers if p.people[at].all)
        figures.append(
            suppressed(HIDDEN) if fails or hidden.hides(one.attribute, [one.value]) else estimate
        )
    return replace(one, selection_rate=figures[0], tpr=figures[1], fpr=figures[2], people=())


def _consensus(consensus: Consensus, hidden: Hidden) -> Consensus:
    """Every group votes in it, so a hidden group's votes would show through."""
    if any(attribute == consensus.attribute for attribute, _ in hidden.groups):
        return replace(consensus, agree_on_all_groups=suppressed(HIDDEN))
    return consensus


def _answer(answer: Answer, hidden: Hidden) -> Answer:
    return answer.with_rows(tuple(_row(row, hidden) for row in answer.rows if not row.internal))


def _row(row: Row, hidden: Hidden) -> Row:
    """A hidden row keeps its verdict; figures, chances and the sentence go together."""
    if not _hides_row(row, hidden):
        return replace(row, people=None)
    return replace(
        row,
        estimate=suppressed(HIDDEN),
        expected=None if row.expected is None else suppressed(HIDDEN),
        p=None,
        least_p=None,
        q=None,
        why=NO_FIGURES,
        people=None,
    )


def _hides_row(row: Row, hidden: Hidden) -> bool:
    fails = row.people is not None and not may_show(row.people)
    return fails or hidden.hides(row.attribute, row.groups, row.hidden_with)


def _finding(finding: Finding, hidden: Hidden) -> Finding:
    if hidden.hides(finding.attribute, finding.about, finding.figure):
        return replace(finding, why=NO_FIGURES)
    return finding
