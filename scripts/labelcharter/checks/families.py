"""Nested elements carry the name of the element they live in (code I105)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.kinds import KINDS, NESTED


def nested_ids_carry_their_parents_name(context: Context) -> Iterator[Diagnostic]:
    """A label or a clause carries the name of the element it lives in."""
    graph = context.repository.graph
    for name, (field, nested) in NESTED.items():
        for parent in graph.of_kind(name) if name != "council" else ():
            slug = parent.id.partition(".")[2]
            stray = [
                e
                for e in graph.of_kind(nested.name)
                if e.parent == parent.id
                and nested.fits(e.id)
                and not e.id.startswith(f"{nested.prefix}{slug}.")
            ]
            others = {e.id.split(".")[1] for e in stray}
            if len(stray) > 1 and len(stray) == len(parent.items(field)) and len(others) == 1:
                meant = others.pop()
                yield _PARENT.on(
                    parent,
                    ("id",),
                    f"all {len(stray)} {nested.plural.lower()} in it are named after `{meant}`",
                    f"did you mean `{KINDS[name].prefix}{meant}`?",
                    related=here(stray[0], "the first of them"),
                )
                continue
            for element in stray:
                yield _PARENT.on(
                    element,
                    ("id",),
                    f"`{element.id}` does not carry the name of `{parent.id}`",
                    f"name it `{nested.prefix}{slug}.{element.id.rpartition('.')[2]}`",
                    related=here(parent, "it lives in this element"),
                )


_PARENT = Rule(
    "I105",
    "error",
    "A nested element carries its parent's name in its id.",
    "A label's id alone must say which taxonomy it belongs to.",
    "label.spam.hate inside taxonomy.hate-speech",
    "label.hate-speech.hate",
    nested_ids_carry_their_parents_name,
)

RULES = (_PARENT,)
