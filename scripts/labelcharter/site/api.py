"""The graph for programs: every element with its fields, its links both ways and its page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from labelcharter.registry.graph import Graph
from labelcharter.registry.schema_files import schema, schema_names
from labelcharter.site.addresses import API, API_HISTORY, address_of, url_of
from labelcharter.site.edition import Edition

FORMAT_VERSION = 1


def api_files(edition: Edition) -> Mapping[str, bytes]:
    """Path in the tree -> bytes: the graph, its history in two hashes, and every schema."""
    files = {f"schemas/{name}.schema.json": _json(schema(name)) for name in schema_names()}
    files[API_HISTORY] = _json(
        {
            "format_version": FORMAT_VERSION,
            "head": edition.timelines.head or None,
            "ledger_root": edition.timelines.ledger_root or None,
            "events": edition.timelines.ledger_events,
        }
    )
    files[API] = _json(
        {
            "format_version": FORMAT_VERSION,
            "organisation": edition.settings.organisation,
            "commit": edition.timelines.head or None,
            "ledger_root": edition.timelines.ledger_root or None,
            "elements": [
                _element(edition.graph, identifier) for identifier in sorted(edition.graph.elements)
            ],
        }
    )
    return files


def _element(graph: Graph, identifier: str) -> dict[str, object]:
    element = graph.elements[identifier]
    address = address_of(element)
    return {
        "id": element.id,
        "kind": element.kind,
        "title": element.title,
        "status": element.status,
        "path": element.place.path,
        "line": element.place.line,
        "page": url_of(address.page) + (f"#{address.anchor}" if address.anchor else ""),
        "data": dict(element.data),
        "links": [{"field": r.field, "id": r.target} for r in graph.outgoing.get(identifier, ())],
        "linked_from": [
            {"field": r.field, "id": r.source} for r in graph.incoming.get(identifier, ())
        ],
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
