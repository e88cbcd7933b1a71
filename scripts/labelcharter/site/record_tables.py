"""The plain tables of an audit record: decisions of a system, questions, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert
from labelcharter.site.estimate_lines import Line, entries_of, estimate_of, line
from labelcharter.site.group_names import group_name
from labelcharter.site.linking import short_link
from labelcharter.site.wording import count, verdict_words, whole

_FIGURES = ("Share", "95 % interval", "n", "Rows")


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table: its name, a title, what it says, its column heads, its rows."""

    name: str
    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Markup, ...], ...]

    @property
    def counted(self) -> str:
        """How many rows: "36 rows"."""
        return count(len(self.rows), "row")

    @property
    def numeric(self) -> tuple[str, ...]:
        """The columns that hold figures."""
        return tuple(c for c in self.columns if c in _FIGURES)


def tables(edition: Edition, page: str, record: Element) -> tuple[Table, ...]:
    """The predictions, questions and exclusions that a record holds."""
    made = (
        _predictions(edition, record),
        _questions(edition, page, record),
        _excluded(record),
    )
    return tuple(table for table in made if table.rows)


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
        "decided",
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
        "questions",
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
        "excluded",
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
