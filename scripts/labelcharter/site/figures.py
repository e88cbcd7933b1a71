"""The figures of an audit record: each a plot with the same numbers in a table under it.

Nothing is computed here. A figure that the record withholds stays withheld in the plot, its words,
the table and its sorting alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition
from labelcharter.site.estimate_lines import Line, estimate_of, line
from labelcharter.site.forest import Limit, Row, forest
from labelcharter.site.wording import count, number, words

# (key in the record, title, what it says, its unit)
_MEASURES = (
    (
        "alpha",
        "Agreement (Krippendorff’s alpha)",
        "How far people agree with each other: 1 is complete agreement, 0 is what chance gives.",
        "",
    ),
    (
        "ac1",
        "Agreement (Gwet’s AC1)",
        "The same, corrected for chance in a way that also serves where one label is rare.",
        "",
    ),
    (
        "accuracy",
        "Ratings equal to the reference label",
        "How often a rating equals the reference label.",
        "%",
    ),
)
_BY_LABEL = (
    ("rates", "How often “{}” was given", "The share of ratings with this label.", "%"),
    ("fpr", "“{}” given where the reference has another label", "The false-positive rate.", "%"),
    ("fnr", "“{}” not given where the reference has it", "The false-negative rate.", "%"),
)
_WITH_PLOT = ("alpha", "rates", "accuracy")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure by group: a plot where it helps, and always the table."""

    title: str
    says: str
    svg: Markup
    lines: tuple[Line, ...]
    limit: str


@dataclass(frozen=True, slots=True)
class Facet:
    """All figures by the groups of one attribute."""

    attribute: str
    title: str
    side: str
    sizes: tuple[tuple[str, str], ...]  # (group, how many people, items and ratings)
    figures: tuple[Figure, ...]


def facets(edition: Edition, record: Element) -> tuple[Facet, ...]:
    """The figures of a record, one facet for each attribute whose groups were looked at."""
    groups = [g for g in record.items("result", "groups") if isinstance(g, Mapping)]
    overall = record.get("result", "overall")
    overall = overall if isinstance(overall, Mapping) else {}
    attributes = dict.fromkeys(str(g.get("attribute")) for g in groups)
    return tuple(
        _facet(
            edition,
            record,
            attribute,
            number_,
            [g for g in groups if g.get("attribute") == attribute],
            overall,
        )
        for number_, attribute in enumerate(attributes)
    )


def _facet(
    edition: Edition,
    record: Element,
    attribute: str,
    number_: int,
    groups: list[Mapping[str, Any]],
    overall: Mapping[str, Any],
) -> Facet:
    element = edition.graph.elements.get(attribute)
    titles = group_titles(edition, attribute)
    named = [(titles.get(str(g.get("value")), str(g.get("value"))), g) for g in groups]
    figures = []
    for key, title, says, unit in _MEASURES:
        rows = _rows(named, overall, key)
        figures.append((key, title, says, unit, rows))
    for key, title, says, unit in _BY_LABEL:
        for label in _labels(edition, record, overall, key):
            rows = _rows([(n, g.get(key) or {}) for n, g in named], overall.get(key) or {}, label)
            figures.append((key, title.format(label), says, unit, rows))
    drawn = tuple(
        _figure(
            f"{record.id}-{number_}-{index}".lower(),
            key,
            title,
            says,
            unit,
            rows,
            _limit(edition, record, key, attribute),
        )
        for index, (key, title, says, unit, rows) in enumerate(figures)
        if any(e.get("state") == "estimated" for _, e, _ in rows)
    )
    side = "annotators" if groups[0].get("side") == "annotator" else "people the items are about"
    return Facet(
        attribute,
        element.title if element else attribute,
        side,
        tuple((name, _size(g)) for name, g in named),
        drawn,
    )


def group_titles(edition: Edition, attribute: str) -> dict[str, str]:
    """The groups of an attribute: value in tables -> title for readers."""
    element = edition.graph.elements.get(attribute)
    categories = element.items("categories") if element else ()
    return {
        str(c.get("value")): str(c.get("title", c.get("value")))
        for c in categories
        if isinstance(c, Mapping)
    }


def _size(group: Mapping[str, Any]) -> str:
    parts = (("annotators", "annotator"), ("items", "item"), ("ratings", "rating"))
    known = [count(group[k], w) for k, w in parts if isinstance(group.get(k), int)]
    return ", ".join(known) or "numbers not shown"


_Rows = list[tuple[str, Mapping[str, Any], bool]]


def _rows(
    named: list[tuple[str, Mapping[str, Any]]], overall: Mapping[str, Any], key: str
) -> _Rows:
    rows = [(name, estimate_of(group, key), False) for name, group in named]
    return [*rows, ("Everybody", estimate_of(overall, key), True)]


def _labels(edition: Edition, record: Element, overall: Mapping[str, Any], key: str) -> list[str]:
    """The labels to show: of two that mirror each other only the adverse one."""
    found = list(overall.get(key) or ())
    if len(found) != 2:
        return found
    taxonomy = record.get("taxonomy")
    adverse = [
        e.get("value")
        for e in edition.graph.of_kind("label")
        if e.parent == taxonomy and e.get("polarity") == "adverse"
    ]
    return [label for label in found if label in adverse] or found[:1]


def _limit(edition: Edition, record: Element, key: str, attribute: str) -> Limit | None:
    """The limit of the gate that judged this measure of this attribute, if one did."""
    if key != "alpha":
        return None
    for row in record.items("gates"):
        gate = (
            edition.graph.elements.get(str(row.get("gate"))) if isinstance(row, Mapping) else None
        )
        if (
            gate is None
            or gate.get("check") != "agreement"
            or row.get("attribute") not in (attribute, "", None)
        ):
            continue
        threshold = gate.get("threshold")
        if isinstance(threshold, int | float):
            way = words(str(gate.get("comparison")))
            return Limit(
                float(threshold),
                gate.get("comparison") == "at-least",
                f"The limit ({gate.title}) is {way} {number(threshold)}",
            )
    return None


def _figure(
    identifier: str,
    key: str,
    title: str,
    says: str,
    unit: str,
    rows: _Rows,
    limit: Limit | None,
) -> Figure:
    drawn = [
        Row(
            name,
            e.get("value"),
            e.get("low"),
            e.get("high"),
            "withheld" if e.get("state") == "suppressed" else "cannot be estimated",
            whole_,
        )
        for name, e, whole_ in rows
    ]
    plotted = key in _WITH_PLOT
    svg = forest(identifier, title, drawn, limit, unit) if plotted else Markup("")
    return Figure(
        title,
        says,
        svg,
        tuple(line(name, e, unit) for name, e, _ in rows),
        limit.words if limit else "",
    )
