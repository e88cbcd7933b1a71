"""Lifecycles: what is retired says why, and what replaces it is in use (codes L1)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic, Related
from labelcharter.registry.nearest import nearest


def replacements_lead_somewhere(context: Context) -> Iterator[Diagnostic]:
    """`replaced_by` names a living element, or says `none`."""
    graph = context.repository.graph
    for element in graph.elements.values():
        target = element.data.get("replaced_by")
        if not isinstance(target, str) or target == "none":
            continue
        if target not in graph.elements:
            near = nearest(target, graph.elements)
            related: tuple[Related, ...] = ()
            if near:
                related = here(graph.elements[near], f"`{near}` is here")
            yield _REPLACED.on(
                element,
                ("replaced_by",),
                f"`{target}` does not exist",
                f"did you mean `{near}`?" if near else "name a living element, or write none",
                related=related,
            )
        elif graph.elements[target].status == "retired" or target == element.id:
            yield _REPLACED.on(
                element,
                ("replaced_by",),
                f"`{target}` is itself retired",
                "name the element in use now, or write none",
                related=here(graph.elements[target], "retired here"),
            )


_REPLACED = Rule(
    "L102",
    "error",
    "What replaces a retired element is in use.",
    "Whoever meets the old element must reach the rule that holds today.",
    "replaced_by: label.hate-speech.slurs (retired too)",
    "replaced_by: label.hate-speech.slur",
    replacements_lead_somewhere,
)


def replaced_elements_are_retired(context: Context) -> Iterator[Diagnostic]:
    """Only a retired or deprecated element says why it was retired or what replaces it."""
    for element in context.repository.graph.elements.values():
        for field in ("replaced_by", "retired_because"):
            if field in element.data and element.status in ("draft", "active"):
                yield _STILL.on(
                    element,
                    (field,),
                    f"`{field}` is given, but the status is {element.status}",
                    "set `status: retired`, or take the field out",
                    at_key=True,
                )
                break


_STILL = Rule(
    "L101",
    "error",
    "Only what is retired says why it was retired.",
    "An element that is in use and replaced at once tells annotators two things.",
    "status: active with retired_because",
    "status: retired with retired_because",
    replaced_elements_are_retired,
)

RULES = (_REPLACED, _STILL)
