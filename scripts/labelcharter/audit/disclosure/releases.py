"""What earlier publications forbid: git never forgets, so two of them can always be compared.

A slice whose people, items or ratings changed by fewer than the profile's least since it was last
shown is not shown anew: the difference would describe those few. Its earlier figures stand.
What cannot be seen from counts is an exchange: as many who left as came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labelcharter.audit.disclosure.profiles import Rules, changed_too_little
from labelcharter.audit.questions.figures import GroupFigures
from labelcharter.audit.questions.table_audit import TableAudit

_COUNTS = ("annotators", "items", "ratings")


def carried_forward(
    audit: TableAudit, earlier: Sequence[Mapping[str, Any]], rules: Rules
) -> dict[tuple[str, str], str]:
    """(attribute, value) of each slice that is not to be shown anew -> the record it changed since.

    `earlier`: records of the same audit or the same file, oldest first.
    """
    found: dict[tuple[str, str], str] = {}
    for record in earlier:
        shown = dict(_shown(record["result"]))
        for group in (audit.overall, *audit.groups):
            who = (group.attribute, group.value)
            if who in shown and _too_little(group, shown[who], rules):
                found[who] = str(record["id"])
    return found


def _shown(result: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    yield ("", ""), result["overall"]
    for group in result["groups"]:
        yield (group["attribute"], group["value"]), group


def _too_little(group: GroupFigures, before: Mapping[str, Any], rules: Rules) -> bool:
    now = {"annotators": group.annotators, "items": group.items, "ratings": group.ratings}
    return any(
        before[name] is not None and changed_too_little(rules, before[name], now[name])
        for name in _COUNTS
    )
