"""What a mistake has spoilt, so that rules over the graph do not report it a second time.

A misspelt field, a reference to nothing or a file that cannot be read leaves holes in the graph.
Rules that find something absent ask here first whether it may stand in such a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.documents import Source
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.kinds import COLLECTIONS, KINDS, NESTED, Kind, kind_of_home
from labelcharter.registry.load import Repository

# Stands for every field that is not there: one of them may be a misspelt or forgotten one.
ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What cannot be relied on.

    `fields`: element id -> its fields that hold a mistake. `lost`: kinds of which some element
    could not be read. `nameless`: those of them where even its id is not known.
    """

    fields: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    lost: frozenset[str] = frozenset()
    nameless: frozenset[str] = frozenset()

    def is_sound(self, element: Element, *names: str) -> bool:
        """True when these fields are what their author meant, present or left out."""
        spoilt = self.fields.get(element.id)
        return not spoilt or all(
            name not in spoilt and (name in element.data or ABSENT not in spoilt) for name in names
        )


def spoilt_by(repository: Repository, found: Iterable[Diagnostic]) -> Spoilt:
    """What these mistakes spoil."""
    errors = [d for d in found if d.severity == "error" or d.code == "F101"]
    if not errors:
        return Spoilt()
    fields: dict[str, set[str]] = {}
    for error in errors:
        source = repository.sources.get(error.place.path)
        for element, name in _fields_at(source, error) if source else ():
            fields.setdefault(element.id, set()).add(name)
    for identifier, name in _references_to_nothing(repository.graph):
        fields.setdefault(identifier, set()).add(name)
    nameless = set(_unread_kinds(errors))
    lost = set(nameless)
    for path, source in repository.sources.items():
        home = kind_of_home(path)
        if home is not None:
            without_name = set(_nameless_kinds(source, home))
            nameless |= without_name
            lost |= without_name
            if not source.elements:
                lost |= _with_nested(home)
    return Spoilt(
        {identifier: frozenset(names) for identifier, names in fields.items()},
        frozenset(lost),
        frozenset(nameless),
    )


def _fields_at(source: Source, error: Diagnostic) -> Iterator[tuple[Element, str]]:
    """The field of each element, nested or around it, in which a mistake stands."""
    steps = source.document.marks.steps_at(error.place)
    for element in source.elements:
        depth = len(element.steps)
        if element.body_line and error.place.line >= element.body_line:
            continue
        if steps[:depth] == element.steps and len(steps) > depth:
            unknown = error.code == "S101" and len(steps) == depth + 1
            missing = error.code == "S102" and steps[depth] == "id"
            yield element, ABSENT if unknown or missing else str(steps[depth])


def _references_to_nothing(graph: Graph) -> Iterator[tuple[str, str]]:
    """(element id, field) of every reference that leads nowhere, reported or not."""
    for references in graph.outgoing.values():
        for reference in references:
            if reference.target not in graph.elements:
                yield reference.source, re.split(r"[.\[]", reference.field, maxsplit=1)[0]


def _unread_kinds(errors: Iterable[Diagnostic]) -> Iterator[str]:
    """Kinds that live where a file was not read at all: a link, no permission, `.yml`."""
    for error in errors:
        if not error.code.startswith("F"):
            continue
        path = error.place.path
        for kind in KINDS.values():
            below = any(home.startswith(f"{path}/") for home in kind.homes)
            named = path.removesuffix(".yml") + ".yaml" if path.endswith(".yml") else path
            if error.code != "F103" and (below or kind.lives_in(named)):
                yield kind.name


def _nameless_kinds(source: Source, home: Kind) -> Iterator[str]:
    """Kinds of which this file holds an element without an id that could be read."""
    value = source.document.value
    if not source.elements and not source.mentioned:
        yield from _with_nested(home)
    if not isinstance(value, dict):
        return
    if home.collection is None and "id" not in value:
        yield home.name
    for key, items in value.items():
        kind = COLLECTIONS.get(key) if "id" not in value else None
        if kind is not None and not (
            isinstance(items, list) and all(isinstance(item, dict) for item in items)
        ):
            yield from _with_nested(kind)
    for piece in source.pieces:
        kind = piece.kind or home
        if not _has_id(piece.value):
            yield from _with_nested(kind)
        elif kind.name in NESTED:
            name, nested = NESTED[kind.name]
            items = piece.value.get(name)
            if not isinstance(items, list) or not all(_has_id(item) for item in items):
                yield nested.name


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str) and bool(item["id"])


def _with_nested(kind: Kind) -> set[str]:
    nested = NESTED.get(kind.name)
    return {kind.name, nested[1].name} if nested else {kind.name}
