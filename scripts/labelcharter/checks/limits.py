"""Limits: over the attributes they protect, on the side where things get better (M203, M204)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element, Graph


def objectives_measure_their_attributes(context: Context) -> Iterator[Diagnostic]:
    """A measure of an objective is taken over attributes that the objective names."""
    for objective in context.repository.graph.of_kind("objective"):
        if not context.sound(objective, "attributes"):
            continue
        named = objective.items("attributes")
        for index, measure in enumerate(objective.items("measures")):
            for position, attribute in enumerate(
                measure.get("attributes") or () if isinstance(measure, dict) else ()
            ):
                if attribute not in named:
                    yield _ATTRIBUTES.on(
                        objective,
                        ("measures", index, "attributes", position),
                        f"`{attribute}` is not among the attributes of this objective",
                        "add it to `attributes`, or measure over one that is there",
                    )


_ATTRIBUTES = Rule(
    "M203",
    "error",
    "An objective is measured over the attributes it protects.",
    "A gap over another attribute says nothing about the promise that was made.",
    "attributes: [attribute.age], measured over attribute.nationality",
    "both name attribute.nationality",
    objectives_measure_their_attributes,
)


def directions_agree(context: Context) -> Iterator[Diagnostic]:
    """A limit lies on the side where its metric gets better."""
    graph = context.repository.graph
    for objective in graph.of_kind("objective"):
        for index, measure in enumerate(objective.items("measures")):
            if isinstance(measure, dict):
                yield from _against(graph, objective, ("measures", index), measure)
    for gate in graph.of_kind("gate"):
        yield from _against(graph, gate, (), gate.data)


def _against(
    graph: Graph, element: Element, steps: tuple[str | int, ...], measure: object
) -> Iterator[Diagnostic]:
    get = getattr(measure, "get", lambda _: None)
    metric = graph.elements.get(str(get("metric")))
    direction = metric.data.get("direction") if metric else None
    wrong = {
        "lower-is-better": "at-least",
        "nearer-to-zero": "at-least",
        "higher-is-better": "at-most",
    }
    if (
        metric is not None
        and isinstance(direction, str)
        and wrong.get(direction) == get("comparison")
    ):
        yield _DIRECTION.on(
            element,
            (*steps, "comparison"),
            f"of `{metric.id}` {direction.replace('-', ' ')}, "
            f"yet the limit is “{get('comparison')}”",
            "turn the comparison round, or correct the metric's direction",
            related=here(metric, "the metric"),
        )


_DIRECTION = Rule(
    "M204",
    "error",
    "A limit lies on the side where its metric gets better.",
    "“Gap at least 0.10” would reward unfairness, and nobody would notice in a table of ticks.",
    "comparison: at-least, for a gap",
    "comparison: at-most, for a gap",
    directions_agree,
)

RULES = (_ATTRIBUTES, _DIRECTION)
