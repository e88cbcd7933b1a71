"""Pages: the links in their text lead to an element (code R210), and the headings they have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labelcharter.checks.identity import malformed_ids
from labelcharter.checks.rule import Context, Rule, here
from labelcharter.checks.unresolved import (
    ids_known_otherwise,
    may_be_nameless,
    misspelt_where_defined,
    unresolved_in,
)
from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.registry.graph import Element
from labelcharter.registry.nearest import nearest_id

_LINK = re.compile(r"\]\((?:\.\./)*registry/([A-Za-z0-9.-]+)\.md(?:#[^)]*)?\)")


def links_in_text_exist(context: Context) -> Iterator[Diagnostic]:
    """A link to an element in the text of a page names an element that exists."""
    graph = context.repository.graph
    known_otherwise = ids_known_otherwise(context.repository)
    malformed = malformed_ids(context.repository)
    misspelt = misspelt_where_defined(unresolved_in(context), graph)
    for element in graph.elements.values():
        for offset, line in enumerate(element.body.split("\n")):
            for match in _LINK.finditer(line):
                target = match.group(1)
                if target in graph.elements or target in known_otherwise or target in misspelt:
                    continue
                near = nearest_id(target, graph.elements)
                if near in malformed or (near is None and may_be_nameless(context, target)):
                    continue
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

RULES = (_LINKS,)


def headings_of(element: Element) -> tuple[str, ...]:
    """The headings of an element's text, without the marks."""
    lines = (line.strip() for line in element.body.split("\n"))
    return tuple(line.lstrip("#").strip() for line in lines if line.startswith("#"))
