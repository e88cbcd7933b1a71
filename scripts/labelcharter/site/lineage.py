"""The chain of the whole repository as a picture one can walk through: columns of linked boxes.

Columns are the stages from objective to action, each box is a link, each line is a reference in a
file. The same links stand on every element's page as lists, so the picture is never the only way.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.kinds import KINDS
from labelcharter.site.addresses import Address, address_of, href, index_of
from labelcharter.site.escape import inert
from labelcharter.site.wording import count

# (title over the column, kinds in it from top to bottom)
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Objectives", ("objective",)),
    ("Labels", ("label",)),
    ("Measures", ("metric", "gate")),
    ("Audits", ("audit", "record")),
    ("Findings", ("finding",)),
    ("Decisions", ("decision",)),
    ("Actions", ("action",)),
)
_BOX, _GAP, _HEIGHT, _SPACE, _TOP = 138, 30, 52, 12, 40
_MOST = 6  # boxes in a column before the rest becomes one link to the index
_LINE = 20  # characters in a line of a box


@dataclass(frozen=True, slots=True)
class _Box:
    element: Element
    x: int
    y: int


def lineage(graph: Graph, page: str) -> Markup:
    """The picture, for `page`; nothing when the repository has no chain to show."""
    ordered = _ordered(graph, [_of(graph, kinds) for _, kinds in COLUMNS])
    columns = [
        (title, kinds, found) for (title, kinds), found in zip(COLUMNS, ordered, strict=True)
    ]
    if not any(found for _, _, found in columns):
        return Markup("")
    tallest = max(min(len(found), _MOST) + (len(found) > _MOST) for _, _, found in columns)
    height = _TOP + tallest * (_HEIGHT + _SPACE) + 8
    width = len(COLUMNS) * (_BOX + _GAP) - _GAP + 4
    boxes: dict[str, _Box] = {}
    parts: list[Markup] = []
    for index, (title, kinds, found) in enumerate(columns):
        x = 2 + index * (_BOX + _GAP)
        parts.append(Markup('<text class="lc-stage" x="%s" y="20">%s</text>') % (x, inert(title)))
        for row, element in enumerate(found[:_MOST]):
            boxes[element.id] = _Box(element, x, _TOP + row * (_HEIGHT + _SPACE))
        if len(found) > _MOST:
            parts.append(_more(graph, page, kinds, len(found) - _MOST, x))
        elif not found:
            parts.append(
                Markup('<text class="lc-none" x="%s" y="%s">none yet</text>') % (x, _TOP + 30)
            )
    lines = [_line(boxes[a], boxes[b]) for a, b in _pairs(graph, boxes)]
    drawn = [_drawn(box, page) for box in boxes.values()]
    description = "; ".join(f"{title}: {len(found)}" for title, _, found in columns)
    return Markup(
        '<svg class="lc-lineage" role="group" viewBox="0 0 %s %s" '
        'aria-labelledby="lineage-t lineage-d">'
        '<title id="lineage-t">The chain from objective to action, as it is kept here</title>'
        '<desc id="lineage-d">%s. Each box leads to its page.</desc>%s%s%s</svg>'
    ) % (
        width,
        height,
        inert(description),
        Markup("").join(lines),
        Markup("").join(parts),
        Markup("").join(drawn),
    )


def stage_counts(graph: Graph, page: str) -> Sequence[Mapping[str, str]]:
    """The same as a list: each stage, how much there is, and where it is listed."""
    rows = []
    for title, kinds in COLUMNS:
        parts = [
            {
                "title": KINDS[k].plural,
                "count": count(
                    len(graph.of_kind(k)), KINDS[k].title.lower(), KINDS[k].plural.lower()
                ),
                "url": href(page, Address(index_of(KINDS[k]))),
                "stage": title,
            }
            for k in kinds
        ]
        rows.extend(parts)
    return rows


def _of(graph: Graph, kinds: tuple[str, ...]) -> list[Element]:
    """What stands in a column: what is in use first; of metrics, what a promise is held to."""
    promised = {
        r.target
        for o in graph.of_kind("objective")
        if o.in_use
        for r in graph.outgoing.get(o.id, ())
    }
    found = [e for kind in kinds for e in graph.of_kind(kind) if e.status != "retired"]
    return sorted(found, key=lambda e: (not e.in_use, e.kind == "metric" and e.id not in promised))


def _ordered(graph: Graph, columns: list[list[Element]]) -> list[list[Element]]:
    """Each column in the order of what it hangs on to the left, so that fewer lines cross."""
    height: dict[str, float] = {}
    ordered = []
    for column in columns:

        def middle(element: Element) -> float:
            near = [*graph.targets(element.id), *graph.sources(element.id)]
            heights = [height[e.id] for e in near if e.id in height]
            return sum(heights) / len(heights) if heights else 99.0

        shown = sorted(column[:_MOST], key=middle)
        for index, element in enumerate(shown):
            height[element.id] = index
        ordered.append([*shown, *column[_MOST:]])
    return ordered


def _pairs(graph: Graph, boxes: Mapping[str, _Box]) -> list[tuple[str, str]]:
    """Pairs of drawn elements that refer to each other, each once, the earlier stage first."""
    found: dict[tuple[str, str], None] = {}
    for identifier in boxes:
        for reference in graph.outgoing.get(identifier, ()):
            if reference.target in boxes and boxes[reference.target].x != boxes[identifier].x:
                pair = sorted((identifier, reference.target), key=lambda i: boxes[i].x)
                found[pair[0], pair[1]] = None
    return list(found)


def _line(start: _Box, end: _Box) -> Markup:
    x1, y1 = start.x + _BOX, start.y + _HEIGHT // 2
    x2, y2 = end.x, end.y + _HEIGHT // 2
    bend = max(_GAP // 2, (x2 - x1) // 2)
    near = "lc-edge" if x2 - x1 <= _GAP else "lc-edge lc-over"
    return Markup('<path class="%s" d="M%s %sC%s %s %s %s %s %s"/>') % (
        near,
        x1,
        y1,
        x1 + bend,
        y1,
        x2 - bend,
        y2,
        x2,
        y2,
    )


def _drawn(box: _Box, page: str) -> Markup:
    lines = textwrap.wrap(box.element.title, _LINE, max_lines=2, placeholder=" …") or [
        box.element.id
    ]
    first = box.y + (_HEIGHT // 2 + 4 if len(lines) == 1 else _HEIGHT // 2 - 4)
    texts = Markup("").join(
        Markup('<text x="%s" y="%s">%s</text>') % (box.x + 10, first + 16 * n, inert(line))
        for n, line in enumerate(lines)
    )
    return Markup(
        '<a class="lc-node lc-node-%s" href="%s"><title>%s: %s</title>'
        '<rect x="%s" y="%s" width="%s" height="%s" rx="4"/>%s</a>'
    ) % (
        inert(box.element.kind),
        inert(href(page, address_of(box.element))),
        inert(KINDS[box.element.kind].title),
        inert(box.element.title),
        box.x,
        box.y,
        _BOX,
        _HEIGHT,
        texts,
    )


def _more(graph: Graph, page: str, kinds: tuple[str, ...], left: int, x: int) -> Markup:
    kind = max(kinds, key=lambda k: len(graph.of_kind(k)))
    return Markup('<a class="lc-more" href="%s"><text x="%s" y="%s">and %s more</text></a>') % (
        inert(href(page, Address(index_of(KINDS[kind])))),
        x + 10,
        _TOP + _MOST * (_HEIGHT + _SPACE) + 20,
        left,
    )
