"""Audits: columns bound to attributes of the right side, states of the taxonomy (code M206)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element
from labelcharter.registry.nearest import did_you_mean


def audits_bind_to_what_exists(context: Context) -> Iterator[Diagnostic]:
    """An audit's columns bind attributes of the right side; its states are the taxonomy's."""
    graph = context.repository.graph
    sides = (
        ("annotator_attributes", ("annotator",), "annotators"),
        (
            "subject_attributes",
            ("data-subject", "affected-person"),
            "the people the items are about",
        ),
    )
    for audit in graph.of_kind("audit"):
        for field, allowed, who in sides:
            bound = audit.get("columns", field)
            for attribute_id in bound if isinstance(bound, dict) else ():
                steps = ("columns", field, attribute_id)
                attribute = graph.elements.get(attribute_id)
                if attribute is None or attribute.kind != "attribute":
                    continue  # R201 and R204 say so
                if (
                    context.sound(attribute, "describes")
                    and attribute.data.get("describes") not in allowed
                ):
                    yield _BOUND.on(
                        audit,
                        steps,
                        f"`{attribute_id}` does not describe {who}",
                        "bind it on the other side: the sampling unit of intervals depends on it",
                        at_key=True,
                        related=here(attribute, "the attribute"),
                    )
        yield from _versions_of(context, audit)


def _versions_of(context: Context, audit: Element) -> Iterator[Diagnostic]:
    graph = context.repository.graph
    taxonomy = graph.elements.get(str(audit.data.get("taxonomy")))
    if taxonomy is None or taxonomy.kind != "taxonomy":
        return
    audited, present = audit.data.get("taxonomy_version"), taxonomy.data.get("version")
    sound = context.sound(audit, "taxonomy_version") and context.sound(taxonomy, "version")
    if sound and _order(str(audited)) > _order(str(present)):
        yield _BOUND.on(
            audit,
            ("taxonomy_version",),
            f"audits {audited}; {taxonomy.id} is only at {present}",
            "name the version that the annotators worked with",
            related=here(taxonomy, "the taxonomy"),
        )
    declared = [s.get("value") for s in taxonomy.items("states") if isinstance(s, dict)]
    for index, state in enumerate(
        audit.items("states") if context.sound(taxonomy, "states") else ()
    ):
        if isinstance(state, str) and state not in declared:
            yield _BOUND.on(
                audit,
                ("states", index),
                f"`{state}` is not a state of `{taxonomy.id}`",
                did_you_mean(state, [d for d in declared if isinstance(d, str)])
                or "declare it in the taxonomy's `states`",
                related=here(taxonomy, "the taxonomy"),
            )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdigit())


_BOUND = Rule(
    "M206",
    "error",
    "An audit binds columns to attributes of the right side, and to the taxonomy's states.",
    "If an annotators' trait is taken for the subjects', every interval is over the wrong people.",
    "subject_attributes: {attribute.nationality: nationality}",
    "annotator_attributes: {attribute.nationality: …}",
    audits_bind_to_what_exists,
)

RULES = (_BOUND,)
