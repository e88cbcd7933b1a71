"""References: every one names an element that exists, is of the right kind, and is in use (R2)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.checks.unresolved import misspelt_where_defined, unresolved_in, written_in
from labelcharter.reading.diagnostic import Diagnostic, Related
from labelcharter.registry.graph import Reference
from labelcharter.registry.kinds import KINDS, kind_of_id


def references_exist(context: Context) -> Iterator[Diagnostic]:
    """Every reference names an element that exists."""
    graph = context.repository.graph
    unresolved = tuple(unresolved_in(context))
    misspelt = misspelt_where_defined(unresolved, graph)
    for reference, near in unresolved:
        if reference.target in misspelt:
            continue
        if not reference.target:
            field = reference.field.rpartition(".")[2].partition("[")[0]
            message = f"`{field}` names nothing"
        else:
            message = f"`{reference.target}` does not exist"
        related: tuple[Related, ...] = ()
        if near:
            found = graph.elements[near]
            help_ = f"did you mean `{near}` ({found.place.path}:{found.place.line})?"
            related = here(found, f"`{near}` is defined here")
        else:
            help_ = _how_to_find(reference)
        yield _EXISTS.at(
            reference.place,
            message,
            help_,
            width=len(reference.target) or 2,
            related=related,
        )


_EXISTS = Rule(
    "R201",
    "error",
    "Every reference names an element that exists.",
    "A link to nothing breaks the chain from objective to effect, and nobody sees where.",
    "objectives: [objective.equal-oportunity]",
    "objectives: [objective.equal-opportunity]",
    references_exist,
)


def definitions_are_spelt_as_they_are_named(context: Context) -> Iterator[Diagnostic]:
    """An id that nobody names is not almost the one that several name."""
    graph = context.repository.graph
    unresolved = tuple(unresolved_in(context))
    for target, near in misspelt_where_defined(unresolved, graph).items():
        places = [r.place for r, _ in unresolved if r.target == target]
        yield _DEFINED.on(
            graph.elements[near],
            ("id",),
            f"nothing names `{near}`, but {len(places)} places name `{target}`",
            f"did you mean `{target}` here?",
            related=tuple(Related(place, f"`{target}` is named here") for place in places[:3]),
        )


_DEFINED = Rule(
    "R205",
    "error",
    "An id is spelt as those who refer to it spell it.",
    "One slip at the definition would otherwise be reported at every place that is right.",
    "id: metric.alhpa, while four files name metric.alpha",
    "id: metric.alpha",
    definitions_are_spelt_as_they_are_named,
)


def _how_to_find(reference: Reference) -> str:
    kind = kind_of_id(reference.target)
    name = kind.name if kind else (reference.kinds[0] if "*" not in reference.kinds else "")
    return f"`labelcharter list {name}` shows those there are" if name else "check the id"


def references_fit(context: Context) -> Iterator[Diagnostic]:
    """Every reference names an element of a kind that the field can hold."""
    graph = context.repository.graph
    for reference in written_in(graph):
        target = graph.elements.get(reference.target)
        if target is None or "*" in reference.kinds or target.kind in reference.kinds:
            continue
        wanted = " or ".join(KINDS[kind].title.lower() for kind in reference.kinds)
        is_a = KINDS[target.kind].title.lower()
        field = reference.field.rpartition(".")[2].partition("[")[0]
        yield _FITS.at(
            reference.place,
            f"`{target.id}` is a {is_a}; `{field}` names a {wanted}",
            f"`labelcharter list {reference.kinds[0]}` shows those there are",
            width=len(reference.target),
            related=here(target, f"this {is_a}"),
        )


_FITS = Rule(
    "R204",
    "error",
    "Every reference names an element of the right kind.",
    "A metric where an attribute belongs makes an audit compare the wrong things.",
    "attributes: [metric.alpha]",
    "attributes: [attribute.nationality]",
    references_fit,
)


def references_use_present_ids(context: Context) -> Iterator[Diagnostic]:
    """A reference uses the present id of an element, not one it had before."""
    graph = context.repository.graph
    for reference in written_in(graph):
        if reference.target in graph.elements or reference.target not in graph.aliases:
            continue
        now = graph.elements[graph.aliases[reference.target]]
        yield _PRESENT.at(
            reference.place,
            f"`{reference.target}` is now called `{now.id}`",
            f"write `{now.id}`",
            width=len(reference.target),
            related=here(now, "renamed here"),
        )


_PRESENT = Rule(
    "R202",
    "error",
    "A reference uses the present id.",
    "Old ids live on in old tables; in the repository everyone should read the same name.",
    "labels: [label.hate-speech.slurs] (renamed)",
    "labels: [label.hate-speech.slur]",
    references_use_present_ids,
)

_MAY_NAME_RETIRED = frozenset(
    {
        "decision",
        "finding",
        "record",
        "action",
        "external-audit",
        "feedback",
        "crosswalk",
        "pilot",
        "exception",
        "tombstone",
    }
)


def references_are_in_use(context: Context) -> Iterator[Diagnostic]:
    """What is in use does not rest on something retired."""
    graph = context.repository.graph
    for reference in written_in(graph):
        target = graph.elements.get(reference.target)
        source = graph.elements[reference.source]
        if target is None or target.status != "retired" or source.status == "retired":
            continue
        if source.kind in _MAY_NAME_RETIRED or reference.field.startswith(
            ("replaced_by", "supersedes")
        ):
            continue
        instead = target.data.get("replaced_by")
        help_ = (
            f"use `{instead}`"
            if isinstance(instead, str) and instead != "none"
            else ("take the reference out, or bring the element back by a decision")
        )
        yield _RETIRED.at(
            reference.place,
            f"`{target.id}` is retired",
            help_,
            width=len(reference.target),
            related=here(target, "retired here"),
        )


_RETIRED = Rule(
    "R203",
    "warning",
    "What is in use does not rest on something retired.",
    "A retired label is no longer given, so an objective that rests on it is no longer served.",
    "labels: [label.hate-speech.slurs] (retired)",
    "labels: [label.hate-speech.slur]",
    references_are_in_use,
)

RULES = (_EXISTS, _DEFINED, _PRESENT, _RETIRED, _FITS)
