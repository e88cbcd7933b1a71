"""The figures of a record by the groups of each trait: agreement, labels given, error rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.site.axis import Limits, Scale
from labelcharter.site.edition import Edition
from labelcharter.site.entries import entry
from labelcharter.site.group_names import (
    EVERYBODY,
    attribute_title,
    group_titles,
    label_titles,
    labels_to_show,
)
from labelcharter.site.quantities import quantity
from labelcharter.site.series import Series
from labelcharter.site.share_bars import Shares, shares
from labelcharter.site.wording import count, limit, words

# (key in the record, title, what it says)
_BY_LABEL = (
    ("rates", "How often “{}” was given", "The share of ratings with this label."),
    ("fpr", "“{}” given where the reference has another label", "The false-positive rate."),
    ("fnr", "“{}” not given where the reference has it", "The false-negative rate."),
    ("missing", "How often “{}” stood in place of a label", "The share of all answers."),
)
_OF_GROUP = ("alpha", "ac1", "accuracy")

_Named = list[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Facet:
    """All figures by the groups of one attribute."""

    attribute: str
    title: str
    side: str
    sizes: tuple[tuple[str, str], ...]  # (group, how many people, items and ratings)
    shares: Shares | None
    series: tuple[Series, ...]

    @property
    def counted(self) -> str:
        """How many groups: "5 groups"."""
        return count(len(self.sizes), "group")


def facets(edition: Edition, record: Element) -> tuple[Facet, ...]:
    """The figures of a record, one facet for each attribute whose groups were looked at."""
    groups = [g for g in record.items("result", "groups") if isinstance(g, Mapping)]
    attributes = dict.fromkeys(str(g.get("attribute")) for g in groups)
    return tuple(
        _facet(edition, record, name, number, [g for g in groups if g.get("attribute") == name])
        for number, name in enumerate(attributes, 1)
    )


def _facet(
    edition: Edition,
    record: Element,
    attribute: str,
    number: int,
    groups: list[Mapping[str, Any]],
) -> Facet:
    overall = record.get("result", "overall")
    overall = overall if isinstance(overall, Mapping) else {}
    titles = group_titles(edition, attribute)
    named = [(titles.get(str(g.get("value")), str(g.get("value"))), g) for g in groups]
    everybody = [*named, (EVERYBODY, overall)]
    labels = label_titles(edition, record)
    found = []
    for key in _OF_GROUP:
        kind = quantity(key)
        limits, note = _limit(edition, record, key, attribute)
        rows = _series(f"by-{number}-{key}", kind.title, kind.says, kind.scale, everybody, key)
        found.append(_held_against(rows, limits, note))
    for key, title, says in _BY_LABEL:
        used = list(overall.get(key) or ())
        for place, label in enumerate(labels_to_show(edition, record, used)):
            within = [(name, group.get(key) or {}) for name, group in everybody]
            head = title.format(labels.get(label, label))
            identifier = f"by-{number}-{key}-{place}"
            found.append(_series(identifier, head, says, Scale("%"), within, label))
    spoken = next(iter(labels_to_show(edition, record, list(overall.get("rates") or ()))), "")
    side = "annotators" if groups[0].get("side") == "annotator" else "people the items are about"
    return Facet(
        attribute,
        attribute_title(edition, attribute),
        side,
        tuple((name, _size(g)) for name, g in named),
        shares(f"by-{number}-shares", everybody, labels, spoken),
        tuple(s for s in found if any("value" in e.estimate for e in s.entries)),
    )


def _series(
    identifier: str, title: str, says: str, scale: Scale, named: _Named, key: str
) -> Series:
    entries = tuple(
        entry(name, {"estimate": group.get(key)}, None, whole=name == EVERYBODY)
        for name, group in named
    )
    return Series(identifier, title, says, scale, entries)


def _held_against(series: Series, limits: Limits | None, note: str) -> Series:
    if limits is None:
        return series
    entries = tuple(replace(e, limits=limits) for e in series.entries)
    return replace(series, entries=entries, note=note)


def _size(group: Mapping[str, Any]) -> str:
    parts = (("annotators", "annotator"), ("items", "item"), ("ratings", "rating"))
    known = [count(group[k], w) for k, w in parts if isinstance(group.get(k), int)]
    return ", ".join(known) or "numbers not shown"


def _limit(
    edition: Edition, record: Element, key: str, attribute: str
) -> tuple[Limits | None, str]:
    """The limit of the gate that judged this measure of this attribute, if one did."""
    for row in record.items("gates") if key == "alpha" else ():
        name = str(row.get("gate")) if isinstance(row, Mapping) else ""
        gate = edition.graph.elements.get(name)
        if gate is None or gate.get("check") != "agreement":
            continue
        threshold = gate.get("threshold")
        if row.get("attribute") in (attribute, "", None) and isinstance(threshold, int | float):
            way = words(str(gate.get("comparison")))
            at_least = gate.get("comparison") == "at-least"
            limits = (float(threshold), None) if at_least else (None, float(threshold))
            return limits, f"The limit ({gate.title}) is {way} {limit(float(threshold))}."
    return None, ""
