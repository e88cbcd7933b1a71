"""`labelcharter show ID`: one element and its links both ways."""

from __future__ import annotations

from typing import Any

import click

from labelcharter.cli.common import (
    as_of_option,
    element_or_stop,
    format_option,
    print_json,
    repository_asked,
    tell,
)
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.kinds import KINDS


@click.command()
@click.argument("identifier", metavar="ID")
@as_of_option
@format_option
def command(identifier: str, as_of: str | None, format_: str) -> None:
    """Show one element, its fields and its links both ways."""
    repository, asked = repository_asked(as_of)
    element = element_or_stop(repository, identifier)
    graph = repository.graph
    if format_ == "json":
        print_json({**as_data(element, graph), **asked})
        return
    state = f", {element.status}" if element.status else ""
    tell(f"{element.title}\n{element.id} ({KINDS[element.kind].title.lower()}{state})")
    tell(f"{element.place.path}:{element.place.line}\n")
    for field, value in element.data.items():
        if field not in ("id", "title", "status"):
            tell(_field(field, value))
    for heading, links in (
        ("Refers to", _links(graph, element)),
        ("Referred to by", _linked(graph, element)),
    ):
        if links:
            tell(f"\n{heading}:")
            for field, other in links:
                title = (
                    graph.elements[other].title if other in graph.elements else "(does not exist)"
                )
                tell(f"  {other}  {title}  [{field}]")


def as_data(element: Element, graph: Graph) -> dict[str, Any]:
    """The element as `output-show.schema.json` describes it."""
    return {
        "format_version": 1,
        "id": element.id,
        "kind": element.kind,
        "title": element.title,
        "status": element.status,
        "path": element.place.path,
        "line": element.place.line,
        "data": dict(element.data),
        "links": [{"field": f, "id": i} for f, i in _links(graph, element)],
        "linked_from": [{"field": f, "id": i} for f, i in _linked(graph, element)],
    }


def _links(graph: Graph, element: Element) -> list[tuple[str, str]]:
    return [(r.field, r.target) for r in graph.outgoing.get(element.id, ())]


def _linked(graph: Graph, element: Element) -> list[tuple[str, str]]:
    return [(r.field, r.source) for r in graph.incoming.get(element.id, ())]


def _field(name: str, value: Any, depth: int = 0) -> str:
    pad = "  " * depth
    if isinstance(value, dict):
        inner = "\n".join(_field(k, v, depth + 1) for k, v in value.items())
        return f"{pad}{name}:\n{inner}"
    if isinstance(value, list):
        return f"{pad}{name}:\n" + "\n".join(_item(v, depth + 1) for v in value)
    return f"{pad}{name}: {_plain(value, depth + 1)}"


def _item(value: Any, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, dict):
        lines = [_field(k, v, depth + 1) for k, v in value.items()]
        return f"{pad}- " + "\n".join(lines).lstrip()
    return f"{pad}- {_plain(value, depth + 1)}"


def _plain(value: Any, depth: int) -> str:
    """A scalar as it is written in a file; further lines of a text under its first."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).rstrip("\n").replace("\n", "\n" + "  " * depth)
