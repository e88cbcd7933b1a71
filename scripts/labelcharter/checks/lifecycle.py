"""Lifecycles: what is retired says why, and what replaces it is in use (codes L1)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic


def replacements_lead_somewhere(context: Context) -> Iterator[Diagnostic]:
    """`replaced_by` names an element that is not itself retired, or says `none`."""
    graph = context.repository.graph
    for element in graph.elements.values():
        target = graph.elements.get(str(element.data.get("replaced_by")))
        if target is None or not context.sound(target, "status"):
            continue  # R201 says so, or the status is itself a mistake
        if target.id == element.id:
            yield _REPLACED.on(
                element, ("replaced_by",), "an element cannot replace itself", "write none"
            )
        elif target.status == "retired":
            yield _REPLACED.on(
                element,
                ("replaced_by",),
                f"`{target.id}` is itself retired",
                "name the element in use now, or write none",
                related=here(target, "retired here"),
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
