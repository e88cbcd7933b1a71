"""The tables of an audit record: gates and verdicts, gaps, ratios, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition, newest_record
from labelcharter.site.escape import inert
from labelcharter.site.figures import Line, estimates_of, group_titles, line
from labelcharter.site.linking import link, short_link
from labelcharter.site.wording import figure, verdict_words, whole

# Checks whose figures are shares of ratings, shown as percentages.
_SHARES = ("rate", "share", "representation", "missing")


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what it was reached on. `line` holds the figure, its interval and its n."""

    what: Markup
    group: str
    line: Line
    verdict: str
    verdict_words: str
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table: a title, what it says, its column heads, its rows."""

    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Markup, ...], ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What an audit last found about an objective: the audit, its newest record, its verdicts."""

    audit: Element
    record: Element | None
    rows: tuple[Judged, ...]


def gate_rows(edition: Edition, page: str, record: Element) -> tuple[Judged, ...]:
    """Each gate of a record, group by group, the breached ones first."""
    rows = [
        _judged(edition, page, row) for row in record.items("gates") if isinstance(row, Mapping)
    ]
    order = {"breached": 0, "insufficient-evidence": 1}
    return tuple(sorted(rows, key=lambda r: order.get(r.verdict, 2)))


def _judged(edition: Edition, page: str, row: Mapping[str, Any]) -> Judged:
    verdict = str(row.get("verdict"))
    return Judged(
        link(edition, page, str(row.get("gate"))),
        group_name(edition, row.get("attribute"), row.get("value")),
        line("", _estimate(row), percent=_is_share(_check_of(edition, row))),
        verdict,
        verdict_words(verdict),
        str(row.get("why") or ""),
    )


def measured(edition: Edition, page: str, objective: Element) -> tuple[Measured, ...]:
    """The audits that measure an objective, each with what it last found."""
    found = []
    for audit in edition.graph.sources(objective.id, "audit"):
        record = newest_record(edition, audit)
        rows = gate_rows(edition, page, record) if record else ()
        found.append(Measured(audit, record, rows))
    return tuple(found)


def group_name(edition: Edition, attribute: Any, value: Any) -> str:
    """A group as readers know it; everybody where no group is named."""
    if not value:
        return "Everybody"
    return group_titles(edition, str(attribute)).get(str(value), str(value))


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
    for gap in estimates_of(record, "gaps"):
        attribute, label = gap.get("attribute"), gap.get("label")
        cells = line("", _estimate(gap), percent=_is_share(str(gap.get("check"))))
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
            *_cells(line("", _estimate(r))),
            _verdict(r),
        )
        for r in estimates_of(record, "ratios")
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
            *_cells(line("", p.get(key) or {}, percent=True)),
        )
        for p in estimates_of(record, "predictions")
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
        for f in estimates_of(record, "findings")
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
        for e in estimates_of(record, "excluded")
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


def _estimate(row: Mapping[str, Any]) -> Mapping[str, Any]:
    estimate = row.get("estimate")
    return estimate if isinstance(estimate, Mapping) else {}


def _check_of(edition: Edition, row: Mapping[str, Any]) -> str:
    gate = edition.graph.elements.get(str(row.get("gate")))
    return str(gate.get("check")) if gate else ""


def _is_share(check: str) -> bool:
    return any(word in check for word in _SHARES)


def _p(value: Any) -> str:
    return (
        "–"
        if not isinstance(value, int | float)
        else ("< 0.001" if value < 0.001 else f"{value:.3f}")
    )


def _margin(gap: Mapping[str, Any]) -> str:
    margin = gap.get("margin")
    if not isinstance(margin, int | float):
        return "–"
    return figure(float(margin), percent=_is_share(str(gap.get("check"))))


def figure_of(edition: Edition, page: str, finding: Element) -> tuple[Judged, ...]:
    """The verdict of the record that a finding was drawn from: its gate, for its group."""
    record = edition.graph.elements.get(str(finding.get("record")))
    gate = edition.graph.elements.get(str(finding.get("gate")))
    if record is None or gate is None:
        return ()
    group = group_name(edition, finding.get("slice", "attribute"), finding.get("slice", "value"))
    rows = [r for r in record.items("gates") if isinstance(r, Mapping) and r.get("gate") == gate.id]
    judged = [_judged(edition, page, row) for row in rows]
    return tuple(j for j in judged if j.group == group)
