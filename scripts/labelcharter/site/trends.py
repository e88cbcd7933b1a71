"""The records of an audit beside each other: each figure that a limit judges, record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.axis import Drawn, Scale
from labelcharter.site.check_sections import sections
from labelcharter.site.edition import Edition
from labelcharter.site.entries import Entry
from labelcharter.site.estimate_lines import Line, is_withheld, line
from labelcharter.site.gates import gate_charts_by_id
from labelcharter.site.linking import short_link
from labelcharter.site.rendering import slug
from labelcharter.site.trend_plot import Column, Panel, Point, trend
from labelcharter.site.wording import count, day, verdict_words

_MANY = 6  # panels
_MISSING = "not in this record"
_OTHER_DATA = "other data"
_OTHER_VERSION = "version {} of the labels"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one record, for the table under a trend."""

    group: str
    record: Markup
    date: str
    day: str
    line: Line
    verdict: str
    verdict_words: str
    note: str  # what makes the record another thing than the one before it

    @property
    def sort_day(self) -> str:
        """The day as a number to sort by, "" where there is none."""
        return self.date.replace("-", "") if self.date[:1].isdigit() else ""


@dataclass(frozen=True, slots=True)
class Trend:
    """One gate or figure of a check over the records of an audit."""

    identifier: str
    title: str
    svg: Markup
    sentence: str
    rows: tuple[Cell, ...]
    legend: tuple[str, ...]
    long: bool  # more panels than a reader wants to pass on the way to the next figure

    @property
    def counted(self) -> str:
        """How many rows the table has."""
        return count(len(self.rows), "row")


@dataclass(frozen=True, slots=True)
class _Quantity:
    """What is followed: the figure's title and scale, and its entries by record and row."""

    title: str
    scale: Scale
    entries: dict[str, dict[str, Entry]]  # row -> record -> entry


def records_of(edition: Edition, audit: Element) -> tuple[Element, ...]:
    """The records of an audit by their day, the oldest first."""
    found = edition.graph.sources(audit.id, "record")
    return tuple(sorted(found, key=lambda r: (str(r.get("computed_for")), r.id)))


def trends(edition: Edition, page: str, audit: Element) -> tuple[Trend, ...]:
    """Every gate, and every figure of a check that has a limit; none for fewer than two records."""
    return tuple(_trends(edition, page, audit, {}))


def trend_of(edition: Edition, page: str, finding: Element) -> tuple[Trend, ...]:
    """The gate that a finding is about, for its group, over all records of its audit."""
    audit = edition.graph.elements.get(str(finding.get("audit")))
    gate, group = finding.get("gate"), finding.get("slice", "value")
    if audit is None or not isinstance(gate, str):
        return ()
    return tuple(_trends(edition, page, audit, {gate: str(group or "")}))


def _trends(
    edition: Edition, page: str, audit: Element, only: Mapping[str, str]
) -> Iterator[Trend]:
    records = records_of(edition, audit)
    if len(records) < 2:
        return
    quantities: dict[str, _Quantity] = {}
    for record in records:
        _gather(edition, record, quantities, only)
    for number, (key, quantity) in enumerate(quantities.items()):
        yield _trend(page, f"trend-{number}-{slug(key)}", records, quantity)


def _gather(
    edition: Edition, record: Element, into: dict[str, _Quantity], only: Mapping[str, str]
) -> None:
    """Add the figures of one record to what is followed."""
    for gate, chart in gate_charts_by_id(edition, record).items():
        wanted = only.get(gate) if only else ""
        if wanted is None:
            continue
        kept = into.setdefault(gate, _Quantity(chart.series.title, chart.series.scale, {})).entries
        for value, entry in zip(chart.keys, chart.series.entries, strict=True):
            # a gate about every label has a row for each under one name: no row to follow
            if chart.keys.count(value) == 1 and (not wanted or value == wanted):
                kept.setdefault(entry.name, {})[record.id] = entry
    for section in sections(edition, record) if not only else ():
        for series in section.series if section.anchor.startswith("check-") else ():
            judged = [e for e in series.entries if e.limits]
            if judged:
                title = f"{section.title} {series.title}"
                key = f"{section.anchor} {series.title} {series.says}"
                kept = into.setdefault(key, _Quantity(title, series.scale, {})).entries
                for entry in judged:
                    kept.setdefault(entry.name, {})[record.id] = entry


def _trend(page: str, identifier: str, records: tuple[Element, ...], quantity: _Quantity) -> Trend:
    changes = ["", *(_change(a, b) for a, b in pairwise(records))]
    columns = [
        Column(str(record.get("computed_for") or "–"), not change)
        for record, change in zip(records, changes, strict=True)
    ]
    panels = [
        Panel(
            name if len(quantity.entries) > 1 else "",
            tuple(_point(entries.get(record.id)) for record in records),
        )
        for name, entries in quantity.entries.items()
    ]
    rows = tuple(
        _cell(page, name, record, change, entries.get(record.id), quantity.scale.unit)
        for name, entries in quantity.entries.items()
        for record, change in zip(records, changes, strict=True)
    )
    sentence = _sentence(records, quantity, changes)
    svg = trend(identifier, quantity.title, sentence, columns, panels, quantity.scale)
    legend = [
        "● figure, line: its 95 % interval",
        "✓ met, ✕ breached, ? not enough evidence",
        "records evenly spaced",
    ]
    if any(e.limits for entries in quantity.entries.values() for e in entries.values()):
        legend.append("shaded: tolerated")
    if any(changes):
        legend.append(
            "dashed upright line: other data or another version of the labels, not joined"
        )
    long = len(panels) > _MANY
    return Trend(identifier, quantity.title, svg, sentence, rows, tuple(legend), long)


def _change(before: Element, here: Element) -> str:
    """What makes two records different things: the table, or the version of the labels."""
    parts = []
    if before.get("manifest", "data_sha256") != here.get("manifest", "data_sha256"):
        parts.append(_OTHER_DATA)
    if before.get("taxonomy_version") != here.get("taxonomy_version"):
        parts.append(_OTHER_VERSION.format(here.get("taxonomy_version") or "–"))
    return ", ".join(parts)


def _point(entry: Entry | None) -> Point:
    if entry is None:
        return Point(None, "–")
    value = entry.estimate.get("value")
    if not isinstance(value, int | float):
        return Point(None, "withheld" if is_withheld(entry.estimate) else "no figure")
    low, high = (
        float(v) if isinstance(v := entry.estimate.get(key), int | float) else None
        for key in ("low", "high")
    )
    return Point(Drawn(float(value), low, high), "", entry.verdict, entry.limits)


def _cell(
    page: str, name: str, record: Element, change: str, entry: Entry | None, unit: str
) -> Cell:
    absent = {"state": "not-estimable", "reason": _MISSING}
    estimate = entry.estimate if entry else absent
    verdict = entry.verdict if entry else ""
    cells = line(name, estimate, unit)
    if entry is None:
        cells = replace(cells, note=_MISSING)
    return Cell(
        name,
        short_link(page, record),
        str(record.get("computed_for") or "–"),
        day(str(record.get("computed_for") or "–")),
        cells,
        verdict,
        verdict_words(verdict) if verdict else "–",
        "; ".join(part for part in (change, cells.note) if part),
    )


def _sentence(records: tuple[Element, ...], quantity: _Quantity, changes: list[str]) -> str:
    """The newest record's verdicts beside those of the record before it."""
    newest, before = records[-1], records[-2]
    parts = []
    for name, entries in quantity.entries.items():
        old, new = entries.get(before.id), entries.get(newest.id)
        parts.append(f"{name}: {_state(old)}, then {_state(new)}")
    told = "; ".join(parts) if len(parts) <= 6 else f"{count(len(parts), 'row')}, see the table"
    days = f"{day(str(before.get('computed_for')))} and {day(str(newest.get('computed_for')))}"
    apart = f" The newest differs from the one before it: {changes[-1]}." if changes[-1] else ""
    return f"The two newest records, of {days}: {told}.{apart}"


def _state(entry: Entry | None) -> str:
    if entry is None:
        return _MISSING
    if is_withheld(entry.estimate):
        return "withheld"
    return verdict_words(entry.verdict).lower() if entry.verdict else "for information"
