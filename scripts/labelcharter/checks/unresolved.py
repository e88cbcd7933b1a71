"""References that lead nowhere: which of them are mistakes, and which one mistake explains all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labelcharter.checks.identity import malformed_ids
from labelcharter.checks.rule import Context
from labelcharter.registry.graph import Graph, Reference
from labelcharter.registry.kinds import KINDS, kind_of_id
from labelcharter.registry.load import Repository
from labelcharter.registry.nearest import nearest_id


def written_in(graph: Graph) -> Iterator[Reference]:
    """References that someone wrote; not the link of a nested element to its parent."""
    for references in graph.outgoing.values():
        for reference in references:
            if reference.field != "in":
                yield reference


def unresolved_in(context: Context) -> Iterator[tuple[Reference, str | None]]:
    """References that lead nowhere, each with the id it may mean; not those that a hole explains.

    A hole is a file that could not be read, or an element whose id is malformed or missing.
    """
    graph = context.repository.graph
    known_otherwise = ids_known_otherwise(context.repository)
    malformed = malformed_ids(context.repository)
    for reference in written_in(graph):
        if reference.target in graph.elements or reference.target in known_otherwise:
            continue
        near = _meant(reference, graph)
        if near in malformed or nearest_id(reference.target, malformed):
            continue
        if near is None and may_be_nameless(context, reference.target):
            continue
        yield reference, near


def misspelt_where_defined(
    unresolved: Iterable[tuple[Reference, str | None]], graph: Graph
) -> dict[str, str]:
    """{the id that several elements name: the id almost like it that nobody names}."""
    named: dict[str, set[str]] = {}
    meant: dict[str, str] = {}
    for reference, near in unresolved:
        if near is not None:
            named.setdefault(reference.target, set()).add(reference.source)
            meant[reference.target] = near
    for element in graph.elements.values():  # label.spam.x says that it lives in taxonomy.spam
        nested = KINDS[element.kind].nested
        if nested is not None and "." in element.id:
            parent = f"{KINDS[nested[0]].prefix}{element.id.split('.')[1]}"
            if parent in named:
                named[parent].add(element.id)
    return {
        target: meant[target]
        for target, sources in named.items()
        if len(sources) > 1 and not _others_name(meant[target], graph)
    }


def _others_name(identifier: str, graph: Graph) -> bool:
    return any(
        reference.field != "in" and reference.source != identifier
        for reference in graph.incoming.get(identifier, ())
    )


def ids_known_otherwise(repository: Repository) -> frozenset[str]:
    """Ids of elements in files that could not be read, and ids that elements had before."""
    mentioned = {i for source in repository.sources.values() for i in source.mentioned}
    return frozenset(mentioned | set(repository.graph.aliases))


def may_be_nameless(context: Context, target: str) -> bool:
    """True when an element of the target's kind has an id that cannot be read."""
    kind = kind_of_id(target)
    return kind is not None and kind.name in context.spoilt.nameless


def _meant(reference: Reference, graph: Graph) -> str | None:
    kinds = reference.kinds if "*" not in reference.kinds else tuple(KINDS)
    candidates = [e.id for kind in kinds for e in graph.of_kind(kind)]
    return nearest_id(reference.target, candidates)
