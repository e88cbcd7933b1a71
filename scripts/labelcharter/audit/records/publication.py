"""An audit as it may be published: hidden, rounded, and attacked before anybody else can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from labelcharter.audit.disclosure.complements import to_hide
from labelcharter.audit.disclosure.hidden import Hidden
from labelcharter.audit.disclosure.profiles import RULES, Profile
from labelcharter.audit.disclosure.rounding import rounded, rounded_estimate
from labelcharter.audit.disclosure.suppression import without
from labelcharter.audit.questions.table_audit import TableAudit
from labelcharter.audit.records.answer_gates import as_shown
from labelcharter.audit.records.gates import hide_judged
from labelcharter.audit.records.judged import Judged
from labelcharter.audit.records.output import as_json

Frame = Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], dict[str, Any]]


def publish(
    audit: TableAudit,
    judged: Sequence[Judged],
    profile: Profile,
    frame: Frame,
    *,
    earlier: Sequence[Mapping[str, Any]] = (),
    sensitive: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The record that `frame` makes of (result, gates), with what the profile hides hidden.

    `earlier`: published records of the same audit or the same file, oldest first; they stand in
    one attack with this one. Raises WouldDisclose.
    """
    if profile == "internal":
        return frame(as_json(audit, profile), [one.as_json() for one in judged])
    rules = RULES[profile]

    def published(hidden: Hidden) -> dict[str, Any]:
        shown = rounded(without(audit, hidden), rules.round_to)
        gates = [as_shown(hide_judged(one, hidden), shown.answers) for one in judged]
        if rules.round_to > 1:
            gates = [
                replace(g, estimate=rounded_estimate(g.estimate, rules.round_to)) for g in gates
            ]
        result = as_json(shown, profile)
        if rules.incomplete and _hides(result):
            result["method"]["statement"] = rules.incomplete
        return frame(result, [one.as_json() for one in gates])

    return published(to_hide(audit, rules, published, earlier, sensitive=sensitive))


def _hides(value: Any) -> bool:
    """True when any figure within is suppressed, or any count not shown."""
    if isinstance(value, Mapping):
        counts = ("ratings", "items", "annotators")
        if value.get("state") == "suppressed" or any(
            key in value and value[key] is None for key in counts
        ):
            return True
        return any(_hides(part) for part in value.values())
    return isinstance(value, list) and any(_hides(part) for part in value)
