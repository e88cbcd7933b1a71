"""Standards: what is cited is in force on the day (code M207)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic


def clauses_are_in_force(context: Context) -> Iterator[Diagnostic]:
    """A clause that a control or an objective cites has not ended, and is not repealed."""
    graph = context.repository.graph
    for clause in graph.of_kind("clause"):
        standard = graph.elements.get(clause.parent or "")
        ended = clause.data.get("in_force_to") or (
            standard.data.get("in_force_to") if standard else None
        )
        days = context.days_since(ended)
        past = days is not None and days > 0
        if not past and clause.data.get("legal_status") != "repealed":
            continue
        instead = clause.data.get("replaced_by_clause")
        for reference in graph.incoming.get(clause.id, ()):
            source = graph.elements[reference.source]
            if source.kind in ("control", "objective") and source.in_use:
                yield _FORCE.at(
                    reference.place,
                    f"`{clause.id}` " + (f"ended on {ended}" if past else "is repealed"),
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
