"""What must be hidden for its own sake, before anybody works anything out.

- A group of fewer people than the profile's least is hidden whole, and so is one whose label rates
  break the rule on parts: rates of labels add up to one, so those left standing would give it away.
- What is hidden together must itself pass, since a total less what is shown is its sum; while it
  does not, the smallest group shown is hidden too. Ratings of no group count as hidden.
- A rate of a state, against gold, or of a decision that breaks the rule in any group (or in what is
  hidden) is hidden for every group of the attribute, for the same reason. States go together: the
  denominators of those left standing would give the others away. So do the rates of true and false
  positives: what was decided less one of them is the other.
- A row of a check is hidden with the people behind it; a group of two attributes at once that is
  too small is hidden in all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from labelcharter.audit.disclosure.hidden import (
    CROSS,
    EVERYBODY,
    Family,
    Hidden,
    crossed,
    family_of,
    joined,
)
from labelcharter.audit.disclosure.profiles import Rules, may_show, part_may_show
from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.figures import GroupFigures, Name, People
from labelcharter.audit.questions.predictions import Predicted
from labelcharter.audit.questions.table_audit import MISSING, UNANSWERED, TableAudit
from labelcharter.audit.tables.cleaning import NO_LABEL

PREDICTED = "predicted"  # the figures ("predicted", "tpr") and so on, of what a model decided
DECISIONS = ("selection_rate", "tpr", "fpr")


def to_hide_first(
    audit: TableAudit, rules: Rules, sensitive: frozenset[str], *, sums: bool = True
) -> Hidden:
    """What the rules hide, by group, by figure and by row.

    `sums`: whether what is hidden together must pass too; off only in tests.
    """
    groups, figures = _of_everybody(audit.overall, rules)
    nobody = _nobody_gave(audit.overall, rules)
    for attribute in dict.fromkeys(group.attribute for group in audit.groups):
        judge = _Judge(rules, attribute in sensitive, nobody)
        members = [group for group in audit.groups if group.attribute == attribute]
        rest = [audit.ungrouped[attribute]] if attribute in audit.ungrouped else []
        hidden = judge.groups_to_hide(members, rest if sums else None)
        groups |= {(attribute, group.value) for group in hidden}
        shown = [group for group in members if group not in hidden]
        together = people_together([*hidden, *rest])
        failing = [
            name
            for name in audit.overall.people
            if not judge.all_may_show([*_counted(shown, name), *(_of(together, name) * sums)])
        ]
        figures |= {(attribute, name) for name in _with_states(failing, audit.overall.people)}
        of_models = [p for p in audit.predictions or () if p.attribute == attribute]
        figures |= {(attribute, name) for name in _decisions(of_models, judge)}
    of_rows = _of_rows(audit.answers, rules, sensitive)
    return Hidden(
        frozenset(groups) | of_rows.groups,
        frozenset(figures),
        of_rows.families,
        of_rows.rows,
        frozenset(_excluded(audit, rules, figures)),
    )


class _Judge:
    """The rules for one attribute.

    `nobody`: figures that nobody has, or everybody: what is openly so of all people may be said of
    every group.
    """

    def __init__(self, rules: Rules, sensitive: bool, nobody: frozenset[Name]) -> None:
        self._rules = rules
        self._sensitive = sensitive
        self._nobody = nobody

    def may_show(self, name: Name, people: People) -> bool:
        """True when a figure over these people may be shown."""
        if name in self._nobody:
            return people.all >= self._rules.fewest
        return may_show(people, self._rules, sensitive=self._sensitive)

    def all_may_show(self, counted: Iterable[tuple[Name, People]]) -> bool:
        """True when each may; a figure of no people at all says nothing."""
        return all(self.may_show(name, people) for name, people in counted if people.all)

    def groups_to_hide(
        self, members: Sequence[GroupFigures], rest: Sequence[GroupFigures] | None
    ) -> list[GroupFigures]:
        """Those that fail, and the smallest others until what is hidden together passes.

        `rest` are those of no group; None hides only the groups that fail.
        """
        hidden = [group for group in members if not self._whole([group])]
        if rest is None:
            return hidden
        shown = sorted(
            (group for group in members if group not in hidden), key=lambda g: (g.size, g.value)
        )
        while shown and (hidden or rest) and not self._whole([*hidden, *rest]):
            hidden.append(shown.pop(0))
        return hidden

    def _whole(self, groups: Sequence[GroupFigures]) -> bool:
        """True when the size and the label rates of these groups together may show."""
        together = people_together(groups)
        label_rates = [(name, people) for name, people in together.items() if name[0] == "rate"]
        return sum(group.size for group in groups) >= self._rules.fewest and all(
            self.may_show(name, people) for name, people in label_rates
        )


def people_together(groups: Sequence[GroupFigures]) -> Mapping[Name, People]:
    """People of several groups as one; nobody is in two groups of an attribute."""
    names = dict.fromkeys(name for group in groups for name in group.people)
    total = {}
    for name in names:
        each = [group.people[name] for group in groups if name in group.people]
        total[name] = People(
            sum(p.all for p in each), sum(p.having for p in each), sum(p.without for p in each)
        )
    return total


def _of_everybody(
    overall: GroupFigures, rules: Rules
) -> tuple[set[tuple[str, str]], set[tuple[str, Name]]]:
    failing = [name for name, people in overall.people.items() if not may_show(people, rules)]
    whole = overall.size >= rules.fewest and not any(name[0] == "rate" for name in failing)
    names = _with_states(failing, overall.people)
    return set() if whole else {EVERYBODY}, {("", name) for name in names}


def _nobody_gave(overall: GroupFigures, rules: Rules) -> frozenset[Name]:
    """Figures that none or all of the people have, where that may be said of everybody."""
    return frozenset(
        name
        for name, people in overall.people.items()
        if 0 in (people.having, people.without) and may_show(people, rules)
    )


def _with_states(failing: Sequence[Name], known: Iterable[Name]) -> list[Name]:
    states = [name for name in known if name[0] in (MISSING, UNANSWERED[0])]
    return [*failing, *states] if any(name in states for name in failing) else list(failing)


def _counted(groups: Sequence[GroupFigures], name: Name) -> list[tuple[Name, People]]:
    return [(name, group.people[name]) for group in groups if name in group.people]


def _of(together: Mapping[Name, People], name: Name) -> list[tuple[Name, People]]:
    return [(name, together[name])] if name in together else []


def _decisions(predicted: Sequence[Predicted], judge: _Judge) -> list[Name]:
    """Decisions whose rate breaks the rule in any group, and the other rate of errors with one."""
    names: list[Name] = [(PREDICTED, decision) for decision in DECISIONS]
    failing = [
        name
        for at, name in enumerate(names)
        if not judge.all_may_show((name, one.people[at]) for one in predicted)
    ]
    errors = names[1:]
    return list(dict.fromkeys([*failing, *(errors if set(errors) & set(failing) else ())]))


def _of_rows(answers: Sequence[Answer], rules: Rules, sensitive: frozenset[str]) -> Hidden:
    """Rows with too few people behind them.

    A row of one group hides the same figure of every group, or the group. A row that compares
    groups is no part of a sum, and is hidden alone.
    """
    groups: set[tuple[str, str]] = set()
    families: set[Family] = set()
    rows: set[tuple[Family, tuple[str, ...]]] = set()
    for answer in answers:
        for row in answer.rows:
            if row.people is None or may_show(
                row.people, rules, sensitive=is_sensitive(row.attribute, sensitive)
            ):
                continue
            if _is_slice(row):
                groups.add(joined(crossed(row.attribute, row.groups[0])))
            elif len(row.groups) == 1:
                families.add(family_of(answer, row))
            else:
                rows.add((family_of(answer, row), row.groups))
    return Hidden(frozenset(groups), families=frozenset(families), rows=frozenset(rows))


def _is_slice(row: Row) -> bool:
    """True where the group itself cannot be shown: for its label rate, or as a group of two."""
    return len(row.groups) == 1 and (row.figure == "rate" or CROSS in row.attribute)


def is_sensitive(attribute: str, sensitive: frozenset[str]) -> bool:
    """True for a sensitive attribute, alone or with another."""
    return not sensitive.isdisjoint(attribute.split(CROSS))


def _excluded(audit: TableAudit, rules: Rules, figures: set[tuple[str, Name]]) -> Iterable[str]:
    """Reasons whose number of rows is too small, or is that of a hidden state."""
    for excluded in audit.excluded:
        state = state_left_out(excluded.reason, audit.states)
        if not part_may_show(rules, excluded.rows or 0) or ("", (MISSING, state or "")) in figures:
            yield excluded.reason


def state_left_out(reason: str, states: Sequence[str]) -> str | None:
    """The state that rows were left out for; None for another reason."""
    if reason.startswith("no label in column"):
        return NO_LABEL
    return next((s for s in states if reason == f"state `{s}` is not a label"), None)
