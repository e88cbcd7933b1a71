"""A figure of this audit against one that somebody else published.

Option `against`: a list, each entry with `name` (of the benchmark), `source` (where it stands),
`figure` (alpha, ac1, percent_agreement, rate, accuracy, fpr or fnr), `value` and `tolerance`; for
rate, fpr and fnr also `label`; for a group `attribute` and `group`, else it is of everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.figures import GroupFigures, Name, People
from labelcharter.audit.questions.together import fewest
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.verdicts import (
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)
from labelcharter.audit.tables.faults import number_of
from labelcharter.registry.nearest import did_you_mean

FIGURES = ("alpha", "ac1", "percent_agreement", "rate", "accuracy", "fpr", "fnr")
OF_A_LABEL = ("rate", "fpr", "fnr")
NEEDED = ("name", "source", "figure", "value", "tolerance")
AS_IT_STANDS = (
    "a published figure is taken as it stands: how sure it is itself is not in the interval"
)


class _Unusable(Exception):
    """An entry that cannot be compared; the message says why."""


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    entries = request.options.get("against", ())
    if not entries:
        return "no published figure is named in the option `against`"
    return tuple(_row(asked, entry) for entry in entries), (AS_IT_STANDS,)


def _row(asked: Asked, entry: Mapping[str, Any]) -> Row:
    about = f"{entry.get('name', 'without a name')}, {entry.get('source', 'without a source')}"
    try:
        name, members, low, high = _resolved(asked, entry)
    except _Unusable as fault:
        why = str(fault)
        shown = str(entry.get("figure", ""))
        return Row(
            "",
            (),
            shown,
            about,
            not_estimable(why),
            verdict="insufficient-evidence",
            why=why,
        )
    estimate = members.estimates[name]
    verdict, why = within(estimate, low, high), _words(entry, estimate, low, high)
    if estimate.state == "estimated":
        if few := too_few(members.items, members.annotators):
            verdict, why = "insufficient-evidence", f"{why}; {few}"
        elif verdict == "insufficient-evidence":
            words = would_settle(estimate, low, high, members.items, members.annotators)
            why = f"{why}; {words.replace(' in the smaller group', '')}"
    return Row(
        members.attribute,
        (members.value,) if members.attribute else (),
        name[0],
        f"`{name[1]}`, {about}" if name[1] else about,
        estimate,
        limits=(low, high),
        verdict=verdict,
        why=why,
        hidden_with=name,
        people=members.people.get(name) or fewest(_by_label(members)),
    )


def _by_label(members: GroupFigures) -> list[People]:
    """Agreement gives away no more than the label rates do: it is hidden with them."""
    return [people for name, people in members.people.items() if name[0] == "rate"]


def _words(entry: Mapping[str, Any], estimate: Estimate, low: float, high: float) -> str:
    if estimate.state != "estimated":
        return estimate.reason
    return (
        f"{with_interval(estimate)} against {figure(float(entry['value']))}, "
        f"tolerated {figure(low)} to {figure(high)}"
    )


def _resolved(asked: Asked, entry: Mapping[str, Any]) -> tuple[Name, GroupFigures, float, float]:
    """The figure's name, whose it is, and the tolerated range. Raises _Unusable."""
    if missing := [key for key in NEEDED if entry.get(key) in (None, "")]:
        raise _Unusable(f"the entry does not say its {', '.join(missing)}")
    what, label = str(entry["figure"]), str(entry.get("label", ""))
    if what not in FIGURES:
        meant = did_you_mean(what, FIGURES)
        known = f"There are {', '.join(FIGURES)}"
        raise _Unusable(f"`{what}` is no figure of an audit. {meant or known}")
    if what in OF_A_LABEL and label not in asked.labels:
        meant = did_you_mean(label, asked.labels) or f"Labels: {', '.join(asked.labels)}"
        raise _Unusable(f"{what} is of a label, and there is no label `{label}`. {meant}")
    value, tolerance = _number(entry, "value"), _number(entry, "tolerance")
    if tolerance < 0:
        raise _Unusable("the tolerance is below 0")
    name = (what, label if what in OF_A_LABEL else "")
    return name, _whose(asked, entry), value - tolerance, value + tolerance


def _number(entry: Mapping[str, Any], key: str) -> float:
    number = number_of(str(entry[key]))
    if number is None:
        raise _Unusable(f"its {key} is `{entry[key]}`, which is not a number")
    return number


def _whose(asked: Asked, entry: Mapping[str, Any]) -> GroupFigures:
    attribute, group = entry.get("attribute"), entry.get("group")
    if attribute is None and group is None:
        return asked.overall
    if attribute is None or group is None:
        raise _Unusable("a group is named by both `attribute` and `group`")
    attributes = [a.name for a in asked.attributes]
    if attribute not in attributes:
        meant = did_you_mean(str(attribute), attributes) or f"There are {', '.join(attributes)}"
        raise _Unusable(f"the audit has no attribute `{attribute}`. {meant}")
    members = {m.value: m for m in asked.members(str(attribute))}
    if group not in members:
        meant = did_you_mean(str(group), members) or f"There are {', '.join(members)}"
        raise _Unusable(f"{attribute} has no group `{group}`. {meant}")
    return members[str(group)]


CHECK = Check(
    "external-benchmark",
    "Against published figures",
    "value, tolerance and source are those of the audit file",
    _ask,
    by_default=False,
    options={"against": "list"},
)
