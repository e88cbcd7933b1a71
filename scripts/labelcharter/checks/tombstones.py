"""Tombstones: what was taken out, was taken out by decision (code C206)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.tombstones import why_not_binding


def tombstones_have_their_decision(context: Context) -> Iterator[Diagnostic]:
    """A tombstone names an accepted decision, which names the hash before and the hash after."""
    graph = context.repository.graph
    for stone in graph.of_kind("tombstone"):
        decision = graph.elements.get(str(stone.get("decision")))
        if not context.sound(stone, "decision", "before", "after") or decision is None:
            continue
        lacking = why_not_binding(graph, stone)
        if lacking and context.sound(decision, "status", "decides"):
            yield _BOUND.on(
                stone,
                ("decision",),
                f"this does not bind yet: {lacking}",
                "have the council accept a decision whose text gives both hashes in full",
            )


_BOUND = Rule(
    "C206",
    "error",
    "A tombstone has an accepted decision that names the hash before and the hash after.",
    "Erasure that anybody can declare alone looks the same as tampering.",
    "decision: DEC-0005, which is only proposed",
    "decision: DEC-0005, accepted, whose text gives both hashes",
    tombstones_have_their_decision,
)

RULES = (_BOUND,)
