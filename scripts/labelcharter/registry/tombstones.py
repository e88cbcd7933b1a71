"""When a tombstone binds: with an accepted decision that names what was there and what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labelcharter.registry.graph import Element, Graph


def why_not_binding(graph: Graph, tombstone: Element) -> str:
    """What a tombstone lacks, in a sentence; "" where it binds."""
    name = str(tombstone.get("decision"))
    decision = graph.elements.get(graph.aliases.get(name, name))
    if decision is None or decision.kind != "decision":
        return f"there is no decision `{name}`"
    if decision.status != "accepted":
        return f"{decision.id} is {decision.status}, not accepted"
    told = "\n".join((*_texts(decision.data), decision.body))
    for field in ("before", "after"):
        value = str(tombstone.get(field))
        if value != "gone" and value not in told:
            return f"{decision.id} does not name `{value[:12]}…`, the hash under `{field}`"
    return ""


def tombstones_of(graph: Graph, reduced: str, before: str) -> tuple[Element, ...]:
    """The tombstones that say that `before` (a hash) of this sort was reduced, bound or not."""
    return tuple(
        stone
        for stone in graph.of_kind("tombstone")
        if stone.get("reduced") == reduced and stone.get("before") == before
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
