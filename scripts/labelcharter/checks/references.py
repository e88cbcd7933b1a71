"""References: every one names an element that exists, is of the right kind, and is in use (R2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.registry.graph import Element, Graph, Reference
from labelcharter.registry.kinds import KINDS, kind_of_id
from labelcharter.registry.nearest import nearest


def references_exist(context: Context) -> Iterator[Diagnostic]:
    """Every reference names an element that exists."""
    repository = context.repository
    graph = repository.graph
    mentioned = {i for source in repository.sources.values() for i in source.mentioned}
    for reference in _written(graph):
        if reference.target in graph.elements or reference.target in mentioned:
            continue
        if reference.target in graph.aliases:
            continue
        near = _meant(reference, graph)
        related: tuple[Related, ...] = ()
        if near:
            found = graph.elements[near]
            help_ = f"did you mean `{near}` ({found.place.path}:{found.place.line})?"
            related = here(found, f"`{near}` is defined here")
        else:
            help_ = _how_to_find(reference)
        yield _EXISTS.at(
            reference.place,
            f"`{reference.target}` does not exist",
            help_,
            width=len(reference.target),
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


def _written(graph: Graph) -> Iterator[Reference]:
    """References that someone wrote; not the link of a nested element to its parent."""
    for references in graph.outgoing.values():
        for reference in references:
            if reference.field != "in":
                yield reference


def _meant(reference: Reference, graph: Graph) -> str | None:
    kinds = reference.kinds if "*" not in reference.kinds else tuple(KINDS)
    candidates = [e.id for kind in kinds for e in graph.of_kind(kind)]
    near = nearest(reference.target, candidates)
    if near is None and "*" not in reference.kinds and len(reference.kinds) == 1:
        prefix = KINDS[reference.kinds[0]].prefix
        with_prefix = f"{prefix}{reference.target}"
        near = with_prefix if with_prefix in graph.elements else None
    return near


def _how_to_find(reference: Reference) -> str:
    kind = kind_of_id(reference.target)
    name = kind.name if kind else (reference.kinds[0] if "*" not in reference.kinds else "")
    return f"`labelcharter list {name}` shows those there are" if name else "check the id"


def references_fit(context: Context) -> Iterator[Diagnostic]:
    """Every reference names an element of a kind that the field can hold."""
    graph = context.repository.graph
    for reference in _written(graph):
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
    for reference in _written(graph):
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
    }
)


def references_are_in_use(context: Context) -> Iterator[Diagnostic]:
    """What is in use does not rest on something retired."""
    graph = context.repository.graph
    for reference in _written(graph):
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

_LINK = re.compile(r"\]\((?:\.\./)*registry/([A-Za-z0-9.-]+)\.md(?:#[^)]*)?\)")


def links_in_text_exist(context: Context) -> Iterator[Diagnostic]:
    """A link to an element in the text of a page names an element that exists."""
    graph = context.repository.graph
    for element in graph.elements.values():
        for offset, line in enumerate(element.body.split("\n")):
            for match in _LINK.finditer(line):
                target = match.group(1)
                if target in graph.elements:
                    continue
                near = nearest(target, graph.elements)
                place = Place(element.place.path, element.body_line + offset, match.start(1) + 1)
                related: tuple[Related, ...] = ()
                if near:
                    related = here(graph.elements[near], f"`{near}` is defined here")
                yield _LINKS.at(
                    place,
                    f"the page links to `{target}`, which does not exist",
                    f"did you mean `{near}`?" if near else "check the id",
                    width=len(target),
                    related=related,
                )


_LINKS = Rule(
    "R210",
    "error",
    "A link to an element in a page's text leads to one.",
    "A reader who follows a dead link stops trusting the page.",
    "[the objective](../registry/objective.equal-removl.md)",
    "[the objective](../registry/objective.equal-removal.md)",
    links_in_text_exist,
)

RULES = (_EXISTS, _PRESENT, _RETIRED, _FITS, _LINKS)


def headings_of(element: Element) -> tuple[str, ...]:
    """The headings of an element's text, without the marks."""
    lines = (line.strip() for line in element.body.split("\n"))
    return tuple(line.lstrip("#").strip() for line in lines if line.startswith("#"))
