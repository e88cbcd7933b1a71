"""Attributes, objectives, gates and audits: groups that exist, shares that add up (codes M2)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.checks.taxonomies import categories_of
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.nearest import did_you_mean


def states_are_never_groups(context: Context) -> Iterator[Diagnostic]:
    """No value is both a category and a state; no category stands twice."""
    for attribute in context.repository.graph.of_kind("attribute"):
        seen: dict[str, int] = {}
        for index, category in enumerate(categories_of(attribute)):
            folded = category.strip().casefold()
            if folded in seen:
                yield _GROUPS.on(
                    attribute,
                    ("categories", index, "value"),
                    f"`{category}` is declared twice",
                    "categories must differ by more than case and spaces",
                )
            seen.setdefault(folded, index)
        for index, state in enumerate(attribute.items("states")):
            value = state.get("value") if isinstance(state, dict) else None
            if isinstance(value, str) and value.strip().casefold() in seen:
                yield _GROUPS.on(
                    attribute,
                    ("states", index, "value"),
                    f"`{value}` is also a category",
                    "a state (consent withdrawn, prefer not to say) is never a group of people",
                )


_GROUPS = Rule(
    "M201",
    "error",
    "A state is never a group.",
    "People who withdrew their consent are not a community; a rate for them breaches their trust.",
    "categories and states both hold DATA_EXPIRED",
    "DATA_EXPIRED under states only",
    states_are_never_groups,
)


def population_shares_add_up(context: Context) -> Iterator[Diagnostic]:
    """The shares of a reference population are of declared categories and do not exceed one."""
    for attribute in context.repository.graph.of_kind("attribute"):
        shares = attribute.get("reference_population", "shares")
        if not isinstance(shares, dict):
            continue
        known = categories_of(attribute)
        for name in shares:
            if name not in known:
                yield _SHARES.on(
                    attribute,
                    ("reference_population", "shares", name),
                    f"`{name}` is not a category of this attribute",
                    did_you_mean(name, known) or f"categories: {', '.join(known)}",
                    at_key=True,
                )
        numbers = [
            s for s in shares.values() if isinstance(s, int | float) and not isinstance(s, bool)
        ]
        total = math.fsum(numbers)
        if (
            len(numbers) == len(shares)
            and set(shares) == set(known)
            and not math.isclose(total, 1, abs_tol=0.005)
        ):
            yield _SHARES.on(
                attribute,
                ("reference_population", "shares"),
                f"the shares add up to {total:.4g}, not 1",
                "check each share against its source",
                at_key=True,
            )


_SHARES = Rule(
    "M202",
    "error",
    "Reference shares are of declared categories and add up to one.",
    "Representation is judged against these shares; a slip makes a fair pool look unfair.",
    "shares: {Singapore: 0.2, Australia: 0.9}",
    "shares: {Singapore: 0.2, Australia: 0.8}",
    population_shares_add_up,
)


def objectives_measure_their_attributes(context: Context) -> Iterator[Diagnostic]:
    """A measure of an objective is taken over attributes that the objective names."""
    for objective in context.repository.graph.of_kind("objective"):
        named = objective.items("attributes")
        for index, measure in enumerate(objective.items("measures")):
            for position, attribute in enumerate(
                measure.get("attributes") or () if isinstance(measure, dict) else ()
            ):
                if named and attribute not in named:
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


def slices_are_declared(context: Context) -> Iterator[Diagnostic]:
    """A finding or a pilot speaks about a group that its attribute declares."""
    graph = context.repository.graph
    for finding in graph.of_kind("finding"):
        part = finding.data.get("slice")
        if isinstance(part, dict):
            yield from _undeclared(graph, finding, ("slice",), part)
    for pilot in graph.of_kind("pilot"):
        for index, part in enumerate(pilot.items("subpopulations")):
            if isinstance(part, dict):
                yield from _undeclared(graph, pilot, ("subpopulations", index), part)


def _undeclared(
    graph: Graph, element: Element, steps: tuple[str | int, ...], part: dict[str, object]
) -> Iterator[Diagnostic]:
    attribute, value = graph.elements.get(str(part.get("attribute"))), part.get("value")
    if attribute is None or attribute.kind != "attribute" or not isinstance(value, str):
        return
    known = categories_of(attribute)
    if value not in known:
        states = [s.get("value") for s in attribute.items("states") if isinstance(s, dict)]
        what = "a state, never a group" if value in states else "not a category"
        yield _SLICES.on(
            element,
            (*steps, "value"),
            f"`{value}` is {what} of `{attribute.id}`",
            did_you_mean(value, known) or f"categories: {', '.join(known)}",
            related=here(attribute, "its categories are declared here"),
        )


_SLICES = Rule(
    "M205",
    "error",
    "Groups that are spoken about are declared.",
    "A finding about “Singapour” joins no other finding, no trend and no action.",
    "value: Singapour",
    "value: Singapore",
    slices_are_declared,
)


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
                if attribute.data.get("describes") not in allowed:
                    yield _BOUND.on(
                        audit,
                        steps,
                        f"`{attribute_id}` does not describe {who}",
                        "bind it on the other side: the sampling unit of intervals depends on it",
                        at_key=True,
                        related=here(attribute, "the attribute"),
                    )
        yield from _versions_of(graph, audit)


def _versions_of(graph: Graph, audit: Element) -> Iterator[Diagnostic]:
    taxonomy = graph.elements.get(str(audit.data.get("taxonomy")))
    if taxonomy is None or taxonomy.kind != "taxonomy":
        return
    audited, present = audit.data.get("taxonomy_version"), taxonomy.data.get("version")
    if isinstance(audited, str) and isinstance(present, str) and _order(audited) > _order(present):
        yield _BOUND.on(
            audit,
            ("taxonomy_version",),
            f"audits {audited}; {taxonomy.id} is only at {present}",
            "name the version that the annotators worked with",
            related=here(taxonomy, "the taxonomy"),
        )
    declared = [s.get("value") for s in taxonomy.items("states") if isinstance(s, dict)]
    for index, state in enumerate(audit.items("states")):
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

RULES = (_GROUPS, _SHARES, _ATTRIBUTES, _DIRECTION, _SLICES, _BOUND, _FORCE)
