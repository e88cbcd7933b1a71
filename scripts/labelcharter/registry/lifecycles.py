"""How a gate's verdict on a group went from record to record: opened, still open, resolved.

The name of such a thread is the same in every run: audit, gate, attribute, group. People write
findings about threads (root cause, disposition); what the newest record says of them is read here
and typed nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from labelcharter.registry.graph import Element, Graph

State = Literal["kept", "opened", "still-open", "resolved", "unsettled", "not-measured"]


@dataclass(frozen=True, slots=True)
class Look:
    """What one record says of a thread."""

    record: str
    computed_for: str
    verdict: str
    estimate: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Thread:
    """A gate's verdicts on one group (or a pair, or everybody), oldest record first.

    `latest` is the newest record of the audit, whether it has the thread or not.
    """

    audit: str
    gate: str
    attribute: str
    value: str
    looks: tuple[Look, ...]
    latest: str

    @property
    def key(self) -> str:
        """The same in every run, and readable."""
        return "/".join(p for p in (self.audit, self.gate, self.attribute, self.value) if p)

    @property
    def opened_in(self) -> str:
        """The first record of the present run of breaches, or of the last one; "" without any."""
        first = ""
        broken = False
        for look in self.looks:
            if look.verdict == "breached" and not broken:
                first, broken = look.record, True
            elif look.verdict == "met":
                broken = False
        return first

    @property
    def state(self) -> State:
        """Where it stands by the newest record.

        kept: never breached. opened: breached for the first time since it was last met.
        unsettled: breached before, and the newest record cannot tell. not-measured: breached
        before, and not in the newest record.
        """
        if not self.opened_in:
            return "kept"
        newest = self.looks[-1]
        if newest.record != self.latest:
            return "not-measured"
        if newest.verdict == "met":
            return "resolved"
        if newest.verdict != "breached":
            return "unsettled"
        return "opened" if self.opened_in == self.latest else "still-open"


def threads_of(graph: Graph, audit: Element) -> tuple[Thread, ...]:
    """Every thread of an audit, in the order in which its records name them."""
    records = sorted(
        (r for r in graph.of_kind("record") if r.get("audit") == audit.id),
        key=lambda r: (str(r.get("computed_for")), r.id),
    )
    looks: dict[tuple[str, str, str], list[Look]] = {}
    for record in records:
        for row in record.items("gates"):
            if isinstance(row, Mapping):
                named = (row.get("gate"), row.get("attribute"), row.get("value"))
                gate, attribute, value = (str(part or "") for part in named)
                estimate = row.get("estimate")
                looks.setdefault((gate, attribute, value), []).append(
                    Look(
                        record.id,
                        str(record.get("computed_for")),
                        str(row.get("verdict")),
                        estimate if isinstance(estimate, Mapping) else {},
                    )
                )
    latest = records[-1].id if records else ""
    return tuple(Thread(audit.id, *name, tuple(seen), latest) for name, seen in looks.items())


def threads_of_finding(graph: Graph, finding: Element) -> tuple[Thread, ...]:
    """The threads that a finding is about: its gate, on its group or on all of its attribute."""
    audit = graph.elements.get(str(finding.get("audit")))
    gate = finding.get("gate")
    if audit is None or not isinstance(gate, str):
        return ()
    attribute, value = finding.get("slice", "attribute"), finding.get("slice", "value")
    return tuple(
        thread
        for thread in threads_of(graph, audit)
        if thread.gate == gate
        and attribute in (None, thread.attribute)
        and (value is None or value in (thread.value, *thread.value.split(" less ")))
    )


_WORST: tuple[State, ...] = (
    "opened",
    "still-open",
    "unsettled",
    "not-measured",
    "resolved",
    "kept",
)


def state_of_finding(graph: Graph, finding: Element) -> State | None:
    """The worst state of the finding's threads; None where no gate stands behind it."""
    states = [thread.state for thread in threads_of_finding(graph, finding)]
    return min(states, key=_WORST.index, default=None)


def answers_to(graph: Graph, thread: Thread) -> tuple[Element, ...]:
    """The findings that are about a thread and not withdrawn."""
    return tuple(
        finding
        for finding in graph.of_kind("finding")
        if finding.status != "withdrawn"
        and finding.get("gate") == thread.gate
        and finding.get("audit") == thread.audit
        and any(t.key == thread.key for t in threads_of_finding(graph, finding))
    )
