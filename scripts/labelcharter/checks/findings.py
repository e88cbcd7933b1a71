"""Findings: every breach has one, of its own record, acted on, resolved by a record (codes G3)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.lifecycles import threads_of_finding


def newest_record(graph: Graph, audit: Element) -> Element | None:
    """The record of an audit with the highest number, or None."""
    records = [r for r in graph.of_kind("record") if r.data.get("audit") == audit.id]
    return max(records, key=lambda r: r.id) if records else None


def breached_gates_are_findings(context: Context) -> Iterator[Diagnostic]:
    """Every gate that the newest record of an audit finds breached has a finding."""
    graph = context.repository.graph
    if not context.whole("record", "audit", "gates"):
        return
    if not context.whole("finding", "audit", "gate", "slice", "lifecycle"):
        return
    for audit in graph.of_kind("audit"):
        record = newest_record(graph, audit)
        if record is None:
            continue
        answered = {
            (f.data.get("gate"), f.get("slice", "attribute"), f.get("slice", "value"))
            for f in graph.of_kind("finding")
            if f.data.get("audit") == audit.id and f.status != "withdrawn"
        }
        said: set[object] = set()
        for result in record.items("gates"):
            if not isinstance(result, dict) or result.get("verdict") != "breached":
                continue
            gate, where = result.get("gate"), (result.get("attribute"), result.get("value"))
            whole = (gate, where[0], None) in answered or (gate, None, None) in answered
            if whole or (gate, *where) in answered or (gate, *where) in said:
                continue
            said.add((gate, *where))
            about = f" for {where[1]}" if where[1] else ""
            yield _FOUND.on(
                audit,
                ("id",),
                f"{record.id} finds `{gate}` breached{about}, and no finding says so",
                f"write a finding in {audit.place.path.rpartition('/')[0]}/findings.yaml: "
                "its root cause, and what is to be done",
                related=here(record, "the record"),
            )


_FOUND = Rule(
    "G305",
    "error",
    "Every breached gate is a finding.",
    "A breach that nobody writes down is a breach that nobody mends.",
    "a record with a breached gate, and no finding",
    "findings.yaml names the gate and the record",
    breached_gates_are_findings,
)


def findings_belong_to_their_record(context: Context) -> Iterator[Diagnostic]:
    """A finding names a record of its own audit."""
    graph = context.repository.graph
    for finding in graph.of_kind("finding"):
        record = graph.elements.get(str(finding.data.get("record")))
        audit = finding.data.get("audit")
        if record is None or record.kind != "record":
            continue
        sound = context.sound(finding, "audit") and context.sound(record, "audit")
        if sound and record.data.get("audit") != audit:
            yield _BELONGS.on(
                finding,
                ("record",),
                f"`{record.id}` is a record of `{record.data.get('audit')}`",
                f"name the record of `{audit}` that shows this",
                related=here(record, "the record"),
            )


_BELONGS = Rule(
    "G309",
    "error",
    "A finding names a record of its own audit.",
    "The figure behind a finding must be one click away.",
    "audit: AUD-0001, record: of AUD-0002",
    "both of AUD-0001",
    findings_belong_to_their_record,
)


def resolved_findings_are_met(context: Context) -> Iterator[Diagnostic]:
    """A finding is resolved only where the newest record finds its gate met."""
    graph = context.repository.graph
    if not context.whole("record", "audit", "computed_for", "gates"):
        return
    for finding in graph.of_kind("finding"):
        if finding.status != "resolved" or not context.sound(finding, "audit", "gate", "slice"):
            continue
        for thread in threads_of_finding(graph, finding):
            if thread.state not in ("opened", "still-open", "unsettled"):
                continue
            about = f" for {thread.value}" if thread.value else ""
            finds = "breached" if thread.state != "unsettled" else "not settled"
            record = graph.elements[thread.latest]
            yield _RESOLVED.on(
                finding,
                ("lifecycle",),
                f"{thread.latest} finds `{thread.gate}` {finds}{about}",
                "set it to open or in-action until a record finds the gate met",
                related=here(record, "the newest record"),
            )
            break


_RESOLVED = Rule(
    "G310",
    "error",
    "A finding is resolved only when the newest record finds its gate met.",
    "An effect is measured, not declared.",
    "lifecycle: resolved, and the newest record still finds the gate breached",
    "lifecycle: in-action, until a record finds it met",
    resolved_findings_are_met,
)


def findings_in_action_have_an_action(context: Context) -> Iterator[Diagnostic]:
    """A finding that is being acted on has an action."""
    graph = context.repository.graph
    if not context.whole("action", "findings"):
        return
    for finding in graph.of_kind("finding"):
        acting = finding.status == "in-action" or (
            finding.get("disposition", "kind") == "act" and finding.status != "resolved"
        )
        if acting and finding.status != "withdrawn" and not graph.sources(finding.id, "action"):
            yield _ACTED.on(
                finding,
                ("disposition", "kind"),
                "someone is to act on this, and no action says who",
                "write an action in policies/roadmap with owner, due date and expected effect",
            )


_ACTED = Rule(
    "G306",
    "error",
    "A finding that is acted on has an action.",
    "“We will look into it” has no owner, no date and no effect to measure.",
    "disposition: act, and no action names the finding",
    "an action with findings: [FND-0001]",
    findings_in_action_have_an_action,
)


RULES = (_FOUND, _BELONGS, _RESOLVED, _ACTED)
