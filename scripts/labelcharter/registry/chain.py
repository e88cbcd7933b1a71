"""The chain through one element: what leads to it, what follows from it, what surrounds it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from labelcharter.registry.graph import Graph
from labelcharter.registry.kinds import KINDS

# A done action names the record that measured its effect: that record comes after the action,
# although records as a kind come before findings.
_EFFECT = "measured_by"


@dataclass(frozen=True, slots=True)
class Link:
    """An element on the chain: how many links away, and the neighbour through which it was met."""

    id: str
    kind: str
    title: str
    distance: int
    via: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Upstream: towards the law and the objective. Downstream: towards the measured effect."""

    id: str
    upstream: tuple[Link, ...]
    downstream: tuple[Link, ...]
    around: tuple[Link, ...]


def chain_of(graph: Graph, identifier: str) -> Chain:
    """Follow references both ways, always onwards along the stages of the chain.

    A reference counts in either direction: an audit names its objective, and the objective still
    comes before the audit, because stages (`Kind.stage`) order kinds, not who wrote the link.
    """
    upstream = _follow(graph, identifier, onwards=False)
    downstream = _follow(graph, identifier, onwards=True)
    on_chain = {link.id for link in (*upstream, *downstream)}
    around = [
        _link(graph, other, 1, identifier)
        for other in _neighbours(graph, identifier)
        if other not in on_chain
    ]
    return Chain(identifier, upstream, downstream, tuple(sorted(around, key=_order)))


def _stage(graph: Graph, identifier: str) -> int | None:
    return KINDS[graph.elements[identifier].kind].stage


def _neighbours(graph: Graph, identifier: str) -> dict[str, bool]:
    """Neighbours both ways -> True when the link says that the neighbour measured the effect."""
    found: dict[str, bool] = {}
    for reference in graph.outgoing.get(identifier, ()):
        if reference.target in graph.elements and reference.target != identifier:
            found[reference.target] = (
                found.get(reference.target, False) or reference.field == _EFFECT
            )
    for reference in graph.incoming.get(identifier, ()):
        found.setdefault(reference.source, False)
    return found


def _follow(graph: Graph, start: str, *, onwards: bool) -> tuple[Link, ...]:
    met: dict[str, Link] = {}
    queue: deque[tuple[str, int]] = deque([(start, 0)])
    while queue:
        here, distance = queue.popleft()
        stage = _stage(graph, here)
        if stage is None and here != start:
            continue
        for other, measures in _neighbours(graph, here).items():
            theirs = _stage(graph, other)
            if other in met or other == start or theirs is None:
                continue
            if measures and onwards:
                met[other] = _link(graph, other, distance + 1, here)  # the effect ends the chain
                continue
            if stage is None or _is_effect(graph, other, here) or _is_effect(graph, here, other):
                continue
            if (theirs > stage) if onwards else (theirs < stage):
                met[other] = _link(graph, other, distance + 1, here)
                queue.append((other, distance + 1))
    return tuple(sorted(met.values(), key=_order))


def _is_effect(graph: Graph, action: str, record: str) -> bool:
    return any(r.field == _EFFECT and r.target == record for r in graph.outgoing.get(action, ()))


def _link(graph: Graph, identifier: str, distance: int, via: str) -> Link:
    element = graph.elements[identifier]
    return Link(identifier, element.kind, element.title, distance, via)


def _order(link: Link) -> tuple[int, int, str]:
    stage = KINDS[link.kind].stage
    return (stage if stage is not None else 99, link.distance, link.id)
