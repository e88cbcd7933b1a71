"""The graph: every element once, by id, with its links both ways. Immutable after loading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from labelcharter.reading.diagnostic import Place
from labelcharter.reading.marks import Marks

Step = str | int


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `data` holds its own fields; nested elements stand there as their ids.

    `marks` and `steps` lead to the places of its fields (see `place_of`).
    """

    id: str
    kind: str
    title: str
    status: str
    data: Mapping[str, Any]
    place: Place
    parent: str | None
    marks: Marks
    steps: tuple[Step, ...] = ()
    body: str = ""
    body_line: int = 0

    def place_of(self, *steps: Step, at_key: bool = False) -> Place:
        """The place of one of its fields, or of the nearest thing around it."""
        return self.marks.place((*self.steps, *steps), at_key=at_key)

    def get(self, *steps: Step) -> Any:
        """The value at `steps`, or None when any step is absent or of another shape."""
        value: Any = self.data
        for step in steps:
            if isinstance(value, Mapping) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def items(self, *steps: Step) -> tuple[Any, ...]:
        """The list at `steps` as a tuple; empty when absent or of another shape."""
        value = self.get(*steps)
        return tuple(value) if isinstance(value, list) else ()

    @property
    def in_use(self) -> bool:
        """True unless it is a draft or retired: what the rules of coverage speak about."""
        return self.status not in ("draft", "retired")


@dataclass(frozen=True, slots=True)
class Reference:
    """One link: the field of `source` that names `target`, and where it is written."""

    source: str
    field: str
    target: str
    kinds: tuple[str, ...]
    place: Place


class Graph:
    """All elements and references. Built once by `registry.load`; nothing changes it."""

    __slots__ = ("_by_kind", "aliases", "elements", "incoming", "outgoing")

    elements: Mapping[str, Element]
    outgoing: Mapping[str, tuple[Reference, ...]]
    incoming: Mapping[str, tuple[Reference, ...]]
    aliases: Mapping[str, str]

    def __init__(self, elements: Iterable[Element], references: Iterable[Reference]) -> None:
        by_id: dict[str, Element] = {}
        by_kind: dict[str, list[Element]] = {}
        aliases: dict[str, str] = {}
        for element in elements:
            if element.id not in by_id:
                by_id[element.id] = element
                by_kind.setdefault(element.kind, []).append(element)
                for old in former_ids(element):
                    aliases.setdefault(old, element.id)
        outgoing: dict[str, list[Reference]] = {}
        incoming: dict[str, list[Reference]] = {}
        for reference in references:
            outgoing.setdefault(reference.source, []).append(reference)
            if reference.target in by_id:
                incoming.setdefault(reference.target, []).append(reference)
        self.elements = MappingProxyType(by_id)
        self.aliases = MappingProxyType(aliases)
        self.outgoing = MappingProxyType({k: tuple(v) for k, v in outgoing.items()})
        self.incoming = MappingProxyType({k: tuple(v) for k, v in incoming.items()})
        self._by_kind = {
            kind: tuple(sorted(found, key=lambda e: e.id)) for kind, found in by_kind.items()
        }

    def of_kind(self, kind: str) -> tuple[Element, ...]:
        """All elements of one kind, sorted by id."""
        return self._by_kind.get(kind, ())

    def targets(self, element_id: str, kind: str | None = None) -> tuple[Element, ...]:
        """The elements that `element_id` refers to, in the order written, each once."""
        found = dict.fromkeys(r.target for r in self.outgoing.get(element_id, ()))
        return self._existing(found, kind)

    def sources(self, element_id: str, kind: str | None = None) -> tuple[Element, ...]:
        """The elements that refer to `element_id`, each once."""
        found = dict.fromkeys(r.source for r in self.incoming.get(element_id, ()))
        return self._existing(found, kind)

    def _existing(self, ids: Iterable[str], kind: str | None) -> tuple[Element, ...]:
        known = (self.elements[i] for i in ids if i in self.elements)
        return tuple(e for e in known if kind is None or e.kind == kind)


def former_ids(element: Element) -> tuple[str, ...]:
    """The ids in its `renamed_from`, one or several."""
    former = element.data.get("renamed_from")
    if isinstance(former, str):
        return (former,)
    return tuple(f for f in former if isinstance(f, str)) if isinstance(former, list) else ()
