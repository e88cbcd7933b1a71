"""An element's place on the chain from objective to measured effect, and its links either way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from labelcharter.registry.chain import Link, chain_of
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.kinds import KINDS
from labelcharter.site.escape import inert
from labelcharter.site.linking import short_link

# The chain as people speak of it: its stages and the kinds that stand there.
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Objective", ("objective",)),
    ("Label", ("label", "taxonomy")),
    ("Measure", ("metric", "gate")),
    ("Audit", ("audit", "record")),
    ("Finding", ("finding", "external-audit")),
    ("Decision", ("decision",)),
    ("Action", ("action",)),
    ("Effect", ()),  # the record that an action names as having measured it
)
_STAGED = frozenset(kind for _, kinds in STAGES for kind in kinds)
_SHOWN = 6  # of one kind, before the rest is folded away


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the chain as seen from an element."""

    title: str
    here: bool
    linked: int
    kind: str  # of the first linked element, where its group is on the page; "" when none


@dataclass(frozen=True, slots=True)
class Group:
    """Linked elements of one kind: the first few, and the rest. `far`: none is a direct link."""

    kind: str
    title: str
    near: tuple[Markup, ...]
    rest: tuple[Markup, ...]
    far: bool


@dataclass(frozen=True, slots=True)
class ChainView:
    """What a page shows of the chain."""

    stages: tuple[Stage, ...]
    before: tuple[Group, ...]
    after: tuple[Group, ...]
    around: tuple[Group, ...]


def chain_view(graph: Graph, page: str, element: Element) -> ChainView:
    """The chain through one element, ready for a template."""
    chain = chain_of(graph, element.id)
    linked = [graph.elements[link.id] for link in (*chain.upstream, *chain.downstream)]
    return ChainView(
        tuple(_stages(graph, element, linked)) if element.kind in _STAGED else (),
        _groups(graph, page, chain.upstream),
        _groups(graph, page, chain.downstream),
        _groups(graph, page, chain.around),
    )


def _stages(graph: Graph, element: Element, linked: list[Element]) -> Iterable[Stage]:
    actions = [e for e in (element, *linked) if e.kind == "action"]
    effects = {str(a.get("measured_by")) for a in actions} & set(graph.elements)
    for title, kinds in STAGES:
        found = [e for e in linked if e.kind in kinds and e.id not in effects]
        if not kinds:
            found = [graph.elements[i] for i in sorted(effects)]
        here = element.kind in kinds or (not kinds and element.id in effects)
        yield Stage(title, here, len(found), found[0].kind if found else "")


def _groups(graph: Graph, page: str, links: tuple[Link, ...]) -> tuple[Group, ...]:
    by_kind: dict[str, list[Link]] = {}
    for link in links:
        by_kind.setdefault(link.kind, []).append(link)
    groups = [_group(graph, page, kind, found) for kind, found in by_kind.items()]
    return tuple(sorted(groups, key=lambda g: g.far))


def _group(graph: Graph, page: str, kind: str, found: list[Link]) -> Group:
    shown = [_entry(graph, page, link) for link in sorted(found, key=lambda x: (x.distance, x.id))]
    title = KINDS[kind].plural if len(found) > 1 else KINDS[kind].title
    return Group(
        kind,
        title,
        tuple(shown[:_SHOWN]),
        tuple(shown[_SHOWN:]),
        min(x.distance for x in found) > 1,
    )


def _entry(graph: Graph, page: str, link: Link) -> Markup:
    entry = Markup("%s%s") % (
        short_link(page, graph.elements[link.id]),
        Markup(' <code class="lc-id">%s</code>') % inert(link.id),
    )
    if link.distance > 1:
        via = graph.elements[link.via]
        entry += Markup(' <span class="lc-via">through %s</span>') % short_link(page, via)
    return entry
