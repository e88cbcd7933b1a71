"""Was each limit there before the record that it judges? From the landings of both.

A limit that is written down after the figures are known can be chosen so that they keep it. So a
record is compared, for each gate that it judges and each objective that its audit measures, with
the last commit that set the limit up to the record's last computation. What counts on the record's
side is its first commit: from then on its figures could be known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from labelcharter.history.events import Event, iso
from labelcharter.registry.graph import Element, Graph

Order = Literal["before", "same-commit", "after", "not-committed"]

_LIMIT = {
    # What makes another test of it. Who decided it, why, and how severe it is do not.
    "gate": re.compile(
        r"(threshold|comparison|metric|check|figure|about|attribute|label|taxonomy)\b"
    ),
    "objective": re.compile(r"measures(\[[^\]]*\])?(\.(value|comparison|metric|attributes).*)?$"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One record and one limit: which was committed first, and by how much.

    `days`: whole days from the limit to the record, negative where the limit came later, None
    where either is not committed. `moved_since`: commits that set another limit after the record
    was last computed; the record was not judged by those.
    """

    record: str
    limit: str
    order: Order
    days: int | None
    record_commit: str
    record_time: str
    limit_commit: str
    limit_time: str
    moved_since: tuple[str, ...]


def judged(
    graph: Graph, events: Mapping[str, tuple[Event, ...]], order: Mapping[str, int]
) -> tuple[Judged, ...]:
    """Every record against every limit; `order` is the place of each commit on the mainline."""
    return tuple(
        _judge(record, limit, events, order)
        for record in graph.of_kind("record")
        for limit in _limits(graph, record)
    )


def words(found: Judged) -> str:
    """The comparison in a sentence."""
    if found.order == "not-committed":
        return "one of the two is not committed, so nothing can be said"
    if found.order == "same-commit":
        return "the threshold was committed with the record: git cannot show which came first"
    days = abs(found.days or 0)
    when = "less than a day" if not days else "1 day" if days == 1 else f"{days:,} days"
    side = "before" if found.order == "before" else "AFTER"
    return f"the threshold was committed {when} {side} the record"


def as_data(found: Judged) -> dict[str, Any]:
    """For thresholds.json."""
    return {
        "record": found.record,
        "threshold": found.limit,
        "order": found.order,
        "days": found.days,
        "record_commit": found.record_commit,
        "record_time": found.record_time,
        "threshold_commit": found.limit_commit,
        "threshold_time": found.limit_time,
        "moved_since": list(found.moved_since),
    }


def _limits(graph: Graph, record: Element) -> Iterator[Element]:
    named = [row.get("gate") for row in record.items("gates") if isinstance(row, Mapping)]
    audit = graph.elements.get(str(record.get("audit")))
    named += audit.items("objectives") if audit is not None else ()
    for name in dict.fromkeys(str(name) for name in named):
        found = graph.elements.get(graph.aliases.get(name, name))
        if found is not None and found.kind in _LIMIT:
            yield found


def _judge(
    record: Element,
    limit: Element,
    events: Mapping[str, tuple[Event, ...]],
    order: Mapping[str, int],
) -> Judged:
    computed = [e for e in events.get(record.id, ()) if e.kind != "unreadable"]
    setting = [e for e in events.get(limit.id, ()) if _sets(limit.kind, e)]
    if not computed or not setting:
        return Judged(record.id, limit.id, "not-committed", None, "", "", "", "", ())
    first, last = computed[-1], computed[0]
    until = order[last.commit]
    earlier = [e for e in setting if order[e.commit] <= until]
    # Where the limit was never set up to the record, the first time that it was is what counts.
    found = earlier[0] if earlier else setting[-1]
    since = tuple(e.commit for e in reversed(setting) if order[e.commit] > until and e is not found)
    return Judged(
        record.id,
        limit.id,
        _order(order[found.commit], order[first.commit]),
        _days(found.in_force_since, first.in_force_since),
        first.commit,
        iso(first.in_force_since),
        found.commit,
        iso(found.in_force_since),
        since,
    )


def _sets(kind: str, event: Event) -> bool:
    """True when an event put another limit there, or put it back."""
    return event.kind != "unreadable" and any(
        change.new is not None and _LIMIT[kind].match(change.field) for change in event.changes
    )


def _order(limit: int, record: int) -> Order:
    if limit == record:
        return "same-commit"
    return "before" if limit < record else "after"


def _days(limit: datetime, record: datetime) -> int:
    seconds = (record - limit).total_seconds()
    return int(abs(seconds) // 86_400) * (1 if seconds >= 0 else -1)
