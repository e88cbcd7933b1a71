"""What must be hidden besides, until the attacker finds nothing: the attacker itself is the judge.

Hides, publishes to the attacker, looks at what it recovers, hides the least that could protect it,
and again. Ends with nothing recovered, or with nothing left to hide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from labelcharter.audit.disclosure.attack.attacker import attack
from labelcharter.audit.disclosure.attack.cells import REST, STATE
from labelcharter.audit.disclosure.attack.system import TooLarge
from labelcharter.audit.disclosure.attack.verdicts import Recovered
from labelcharter.audit.disclosure.hidden import (
    CROSS,
    EVERYBODY,
    Hidden,
    crossed,
    family_of,
    joined,
)
from labelcharter.audit.disclosure.primary import DECISIONS, PREDICTED, to_hide_first
from labelcharter.audit.disclosure.profiles import Rules
from labelcharter.audit.disclosure.releases import carried_forward
from labelcharter.audit.questions.figures import Name
from labelcharter.audit.questions.table_audit import MISSING, UNANSWERED, TableAudit

Publish = Callable[[Hidden], Mapping[str, Any]]

_OF_GOLD = ("accuracy", "fpr", "fnr")
_GOLD_CELLS = (
    *("with gold", "accuracy", "errors", "gold is not", "fpr", "true negatives"),
    *("gold is", "fnr", "true positives"),
)
_STATE_CELLS = ("answers", "missing")
_LEFT_OUT = ("left out", "rows")
_TABLES = ("ratings", "items", "annotators", "")  # all but the rows of a check


class WouldDisclose(Exception):
    """The record would give away what it hides; the message says which figures, and how."""


def to_hide(
    audit: TableAudit,
    rules: Rules,
    publish: Publish,
    earlier: Sequence[Mapping[str, Any]] = (),
    *,
    sensitive: frozenset[str] = frozenset(),
    complements: bool = True,
) -> Hidden:
    """What a record of this audit hides under these rules, beside the `earlier` records.

    `publish` makes the record with a part hidden. `complements` is for tests only: without them
    hidden figures can be worked out. Raises WouldDisclose where hiding everything does not help.
    """
    first = to_hide_first(audit, rules, sensitive, sums=complements)
    hidden = _with_carried(first, audit, earlier, rules)
    if not complements:
        return hidden
    hidden = _without_what_is_public(hidden, audit, earlier, publish(hidden))
    known = set(_attack(earlier, rules))
    while True:
        try:
            found = _attack([*earlier, publish(hidden)], rules)
        except TooLarge as large:
            more, why = _uncrossed(audit, hidden, large), f"too many groups to attack: {large}"
        else:
            recovered = [one for one in found if one not in known]
            if not recovered:
                return hidden
            more = _hide_more(audit, hidden, recovered)
            why = "\n".join(one.words for one in recovered)
        if more == hidden:
            raise WouldDisclose(why)
        hidden = more


def _without_what_is_public(
    hidden: Hidden, audit: TableAudit, earlier: Sequence[Mapping[str, Any]], now: Mapping[str, Any]
) -> Hidden:
    """Rows left out that an earlier record of the same file counts in the open stay in the open.

    Nothing that was published can be hidden again, and a record that seems to hide it says less
    than is known. What else could be worked out with it is for the attack to find.
    """
    counts = {(excluded.reason, excluded.rows) for excluded in audit.excluded}
    public = {
        str(excluded["reason"])
        for record in earlier
        if _file_of(record) == _file_of(now)
        for excluded in record["result"].get("excluded", ())
        if (excluded["reason"], excluded["rows"]) in counts
    }
    return replace(hidden, excluded=hidden.excluded - public)


def _file_of(record: Mapping[str, Any]) -> Any:
    return record["manifest"]["data_sha256"]


def _attack(contents: Sequence[Mapping[str, Any]], rules: Rules) -> tuple[Recovered, ...]:
    return attack(contents, rules.least_width, rules.least_change).recovered


def _uncrossed(audit: TableAudit, hidden: Hidden, large: TooLarge) -> Hidden:
    """What cannot be attacked is not shown: the two attributes that make the most groups."""
    cells: dict[str, set[tuple[str, str]]] = {}
    for answer in audit.answers:
        for row in answer.rows:
            if len(row.groups) == 1 and CROSS in row.attribute:
                group = joined(crossed(row.attribute, row.groups[0]))
                cells.setdefault(group[0], set()).add(group)
    still = {
        pair: groups
        for pair, groups in cells.items()
        if set(pair.split(CROSS)) <= set(large.attributes) and not groups <= hidden.groups
    }
    if not still:
        return hidden
    return hidden.with_groups(still[max(still, key=lambda pair: (len(still[pair]), pair))])


def _with_carried(
    hidden: Hidden, audit: TableAudit, earlier: Sequence[Mapping[str, Any]], rules: Rules
) -> Hidden:
    carried = carried_forward(audit, earlier, rules)
    return replace(hidden.with_groups(carried), carried=carried)


def _hide_more(audit: TableAudit, hidden: Hidden, recovered: Iterable[Recovered]) -> Hidden:
    """One step for each attribute and kind of figure; the last resort is to hide everybody."""
    more = hidden
    done: set[tuple[object, ...]] = set()
    for one in recovered:
        family = "" if one.unit in _TABLES else one.unit
        left_out = one.kind in _LEFT_OUT
        step = (tuple(a for a, _ in one.where), family, left_out, *_figures_of(audit, one))
        if step not in done:
            done.add(step)
            more = _protect(audit, hidden, more, one)
    return more if more != hidden else _last_resort(audit, hidden)


def _protect(audit: TableAudit, before: Hidden, hidden: Hidden, one: Recovered) -> Hidden:
    attribute, value = joined(one.where)
    if one.kind in _LEFT_OUT:
        return _one_more_reason(audit, hidden)
    figures = _figures_of(audit, one)
    if attribute and (value == REST or value.startswith(STATE)):
        widened = _sizes_too(audit, hidden, attribute)
        if widened == hidden and figures:
            widened = _figures_too(audit, hidden, attribute, figures)
        return widened if widened != hidden else _smallest_too(audit, hidden, attribute)
    if figures and not before.hides(attribute, [value]):
        return _figures_too(audit, hidden, attribute, figures)
    if (attribute, value) not in before.groups and not before.hides(attribute, [value]):
        if one.unit in _TABLES:
            return hidden.with_groups([(attribute, value)])
        return _family_too(audit, hidden, one)
    if one.unit not in _TABLES:
        return _family_too(audit, hidden, one)
    if one.kind in _STATE_CELLS or one.kind in _GOLD_CELLS:
        widened = _figures_too(audit, hidden, attribute, figures)
        if widened != hidden:
            return widened
    return _smallest_too(audit, hidden, attribute)


def _figures_of(audit: TableAudit, one: Recovered) -> list[Name]:
    """The figures that belong together with a recovered one; none for sizes and label rates."""
    known = list(audit.overall.estimates)
    if one.kind in _STATE_CELLS:
        return [name for name in known if name[0] in (MISSING, UNANSWERED[0])]
    if one.unit == "items" and one.kind != "items":
        return [(PREDICTED, decision) for decision in DECISIONS]
    if one.kind in _GOLD_CELLS:
        return [name for name in known if name[0] in _OF_GOLD]
    return []


def _figures_too(
    audit: TableAudit, hidden: Hidden, attribute: str, figures: Sequence[Name]
) -> Hidden:
    """In all groups of the attribute; where they are hidden already, in one more attribute."""
    attributes = [attribute, *dict.fromkeys(g.attribute for g in audit.groups), ""]
    for candidate in dict.fromkeys(attributes):
        wider = hidden.with_figures((candidate, figure) for figure in figures)
        if wider != hidden:
            return wider
    return hidden


def _sizes_too(audit: TableAudit, hidden: Hidden, attribute: str) -> Hidden:
    """Shares of all who belong to a group, and of those whose trait is a state."""
    families = {
        family_of(answer, row)
        for answer in audit.answers
        for row in answer.rows
        if row.attribute == attribute and (len(row.groups) == 1 or row.figure == "state-share")
    }
    wider = hidden.with_figures([(attribute, ("size", ""))])
    return replace(wider, families=wider.families | families)


def _family_too(audit: TableAudit, hidden: Hidden, one: Recovered) -> Hidden:
    """All rows with this figure, in every attribute."""
    families = {
        family_of(answer, row)
        for answer in audit.answers
        for row in answer.rows
        if one.unit == f"{answer.check}: {row.figure} {row.about}".strip()
    }
    return replace(hidden, families=hidden.families | families)


def _smallest_too(audit: TableAudit, hidden: Hidden, attribute: str) -> Hidden:
    """The smallest group of the attribute that is still shown; for everybody, of each attribute."""
    if not attribute:
        for each in dict.fromkeys(group.attribute for group in audit.groups):
            hidden = _smallest_too(audit, hidden, each)
        return hidden
    shown = [
        (size, value)
        for size, value in _groups_of(audit, attribute)
        if not hidden.hides(attribute, [value])
    ]
    if shown:
        return hidden.with_groups([(attribute, min(shown)[1])])
    return hidden


def _groups_of(audit: TableAudit, attribute: str) -> list[tuple[int, str]]:
    """(size, value) of each group; groups of two attributes at once stand in the checks' rows."""
    if CROSS not in attribute:
        return [(group.size, group.value) for group in audit.groups if group.attribute == attribute]
    sizes: dict[str, int] = {}
    for answer in audit.answers:
        for row in answer.rows:
            where = joined(crossed(row.attribute, "".join(row.groups)))
            if len(row.groups) == 1 and where[0] == attribute:
                size = row.people.all if row.people else row.estimate.n or 0
                sizes[where[1]] = max(size, sizes.get(where[1], 0))
    return [(size, value) for value, size in sizes.items()]


def _one_more_reason(audit: TableAudit, hidden: Hidden) -> Hidden:
    shown = [
        (excluded.rows or 0, excluded.reason)
        for excluded in audit.excluded
        if excluded.reason not in hidden.excluded
    ]
    if not shown:
        return hidden
    return replace(hidden, excluded=hidden.excluded | {min(shown)[1]})


def _last_resort(audit: TableAudit, hidden: Hidden) -> Hidden:
    """Everybody, then every group, then every row."""
    if EVERYBODY not in hidden.groups:
        return hidden.with_groups([EVERYBODY])
    everything = hidden.with_groups((g.attribute, g.value) for g in audit.groups)
    families = {family_of(answer, row) for answer in audit.answers for row in answer.rows}
    reasons = frozenset(excluded.reason for excluded in audit.excluded)
    return replace(
        everything,
        families=everything.families | families,
        excluded=everything.excluded | reasons,
    )
