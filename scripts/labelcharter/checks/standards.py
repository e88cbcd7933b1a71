"""Standards: what is cited is in force on the day (code M207)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic


def clauses_are_in_force(context: Context) -> Iterator[Diagnostic]:
    """A clause that is cited by a control or an objective is in force on the day."""
    graph = context.repository.graph
    for clause in graph.of_kind("clause"):
        standard = graph.elements.get(clause.parent or "")
        ended = clause.data.get("in_force_to") or (
            standard.data.get("in_force_to") if standard else None
        )
        days = context.days_since(ended)
        if days is None or days <= 0:
            continue
        instead = clause.data.get("replaced_by_clause")
        for reference in graph.incoming.get(clause.id, ()):
            source = graph.elements[reference.source]
            if source.kind in ("control", "objective") and source.in_use:
                yield _FORCE.at(
                    reference.place,
                    f"`{clause.id}` is no longer in force since {ended}",
                    f"cite `{instead}`" if instead else "cite what replaces it, or take it out",
                    width=len(clause.id),
                    related=here(clause, "the clause"),
                )


_FORCE = Rule(
    "M207",
    "warning",
    "A cited clause is in force.",
    "Law changes; a page that cites a deleted article misleads everyone who relies on it.",
    "clause: clause.eu-ai-act.art-10-5 (deleted)",
    "clause: clause.eu-ai-act.art-4a",
    clauses_are_in_force,
)

RULES = (_FORCE,)
