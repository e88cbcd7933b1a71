"""The tables of an audit record: gaps, ratios, questions, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert
from labelcharter.site.estimate_lines import Line, entries_of, estimate_of, line
from labelcharter.site.gates import group_name
from labelcharter.site.linking import short_link
from labelcharter.site.wording import figure, verdict_words, whole

# Checks whose figures are shares of ratings; their gaps are shown in points.
_FIGURES = ("Gap", "Ratio", "Share", "95 % interval", "n", "p", "Tolerated", "Rows")
_SHARES = ("rate", "share", "representation", "missing")


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table: a title, what it says, its column heads, its rows."""

    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Markup, ...], ...]

    @property
    def numeric(self) -> tuple[str, ...]:
        """The columns that hold figures."""
        return tuple(c for c in self.columns if c in _FIGURES)


def tables(edition: Edition, page: str, record: Element) -> tuple[Table, ...]:
    """The gaps, ratios, predictions, questions and exclusions that a record holds."""
    made = (
        _gaps(edition, record),
        _ratios(edition, record),
        _predictions(edition, record),
        _questions(edition, page, record),
        _excluded(record),
    )
    return tuple(table for table in made if table.rows)


def _gaps(edition: Edition, record: Element) -> Table:
    rows = []
    for gap in entries_of(record, "gaps"):
        attribute, label = gap.get("attribute"), gap.get("label")
        cells = line("", estimate_of(gap), _unit(gap))
        what = str(gap.get("check", "")).replace("-", " ").replace("_", " ")
        rows.append(
            (
                inert(f"{what}: {label}" if label else what),
                inert(
                    f"{group_name(edition, attribute, gap.get('a'))} minus "
                    f"{group_name(edition, attribute, gap.get('b'))}"
                ),
                *_cells(cells),
                inert(_p(gap.get("p"))),
                inert(_margin(gap)),
                _verdict(gap),
            )
        )
    return Table(
        "Gaps between groups",
        "The figure of the first group minus that of the second. p says how "
        "often chance alone gives a gap at least as large.",
        ("What", "Groups", "Gap", "95 % interval", "n", "Note", "p", "Tolerated", "Verdict"),
        tuple(rows),
    )


def _ratios(edition: Edition, record: Element) -> Table:
    rows = [
        (
            inert(group_name(edition, r.get("attribute"), r.get("value"))),
            inert(group_name(edition, r.get("attribute"), r.get("reference"))),
            inert(str(r.get("label") or "")),
            *_cells(line("", estimate_of(r))),
            _verdict(r),
        )
        for r in entries_of(record, "ratios")
    ]
    return Table(
        "Ratios to the reference group",
        "How often the group gets the favourable label, divided by how "
        "often the reference group does.",
        ("Group", "Reference", "Label", "Ratio", "95 % interval", "n", "Note", "Verdict"),
        tuple(rows),
    )


def _predictions(edition: Edition, record: Element) -> Table:
    names = (
        ("selection_rate", "selected"),
        ("tpr", "rightly selected"),
        ("fpr", "wrongly selected"),
    )
    rows = [
        (
            inert(group_name(edition, p.get("attribute"), p.get("value"))),
            inert(title),
            *_cells(line("", estimate_of(p, key), "%")),
        )
        for p in entries_of(record, "predictions")
        for key, title in names
    ]
    return Table(
        "What the system decided",
        "Shares of each group.",
        ("Group", "What", "Share", "95 % interval", "n", "Note"),
        tuple(rows),
    )


def _questions(edition: Edition, page: str, record: Element) -> Table:
    rows = [
        (
            inert(str(f.get("check", "")).replace("-", " ").replace("_", " ")),
            _attribute(edition, page, f.get("attribute")),
            inert(group_name(edition, f.get("attribute"), f.get("value"))),
            _verdict(f),
            inert(str(f.get("why") or "")),
        )
        for f in entries_of(record, "findings")
    ]
    return Table(
        "Questions asked of the data",
        "Every question the audit asks by itself, with its answer.",
        ("Question", "By", "Group", "Verdict", "Why"),
        tuple(rows),
    )


def _excluded(record: Element) -> Table:
    rows = [
        (
            inert(str(e.get("reason"))),
            inert(whole(n) if isinstance(n := e.get("rows"), int) else "not shown"),
        )
        for e in entries_of(record, "excluded")
    ]
    return Table(
        "Left out",
        "Rows of the table that do not count in the figures above.",
        ("Why", "Rows"),
        tuple(rows),
    )


def _cells(cells: Line) -> tuple[Markup, ...]:
    return (inert(cells.value), inert(cells.interval), inert(cells.n), inert(cells.note))


def _verdict(entry: Mapping[str, Any]) -> Markup:
    verdict = str(entry.get("verdict"))
    return Markup('<span class="lc-verdict lc-%s">%s</span>') % (
        inert(verdict),
        inert(verdict_words(verdict)),
    )


def _attribute(edition: Edition, page: str, attribute: Any) -> Markup:
    element = edition.graph.elements.get(str(attribute or ""))
    return short_link(page, element) if element else inert(str(attribute or "–"))


def _p(value: Any) -> str:
    return (
        "–"
        if not isinstance(value, int | float)
        else ("< 0.001" if value < 0.001 else f"{value:.3f}")
    )


def _margin(gap: Mapping[str, Any]) -> str:
    margin = gap.get("margin")
    return figure(float(margin), _unit(gap)) if isinstance(margin, int | float) else "–"


def _unit(gap: Mapping[str, Any]) -> str:
    return "points" if any(word in str(gap.get("check")) for word in _SHARES) else ""
