"""What a record says about each quality gate: its limit, and the verdict on every group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.axis import Limits, Scale
from labelcharter.site.edition import Edition, newest_record
from labelcharter.site.entries import Entry, entry
from labelcharter.site.estimate_lines import Line, line
from labelcharter.site.group_names import EVERYBODY, group_name
from labelcharter.site.linking import link
from labelcharter.site.rendering import slug
from labelcharter.site.series import Series
from labelcharter.site.wording import number, verdict_words, words

_ORDER = {"breached": 0, "insufficient-evidence": 1, "met": 2}
_UNITS = {"label-rate-gap": "points", "representation": "points", "missing-rate": "points"}
# Figures with a sign: a limit of .1 then tolerates what lies between -.1 and .1.
_SIGNED = ("agreement-gap", "label-rate-gap", "representation")


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one group, with the figure that it was reached on."""

    line: Line
    verdict: str
    verdict_words: str
    why: str


@dataclass(frozen=True, slots=True)
class GateResult:
    """One gate of a record: what it asks, and its verdicts, the breached ones first."""

    gate: Markup
    limit: str
    rows: tuple[Judged, ...]

    @property
    def tally(self) -> tuple[tuple[str, str, int], ...]:
        """(verdict, its words, how many groups), the worst first."""
        found = Counter(r.verdict for r in self.rows)
        return tuple((v, verdict_words(v), found[v]) for v in _ORDER if found[v])


@dataclass(frozen=True, slots=True)
class Measured:
    """What an audit last found about an objective: the audit, its newest record, its gates."""

    audit: Element
    record: Element | None
    gates: tuple[GateResult, ...]


def gate_results(
    edition: Edition, page: str, record: Element, only: frozenset[str] = frozenset()
) -> tuple[GateResult, ...]:
    """The gates of a record (all, or `only` these), those with a breach first."""
    by_gate: dict[str, list[Judged]] = {}
    for row in record.items("gates"):
        if isinstance(row, Mapping) and (not only or str(row.get("gate")) in only):
            by_gate.setdefault(str(row.get("gate")), []).append(_judged(edition, row))
    results = [
        GateResult(
            link(edition, page, gate),
            limit_words(edition, gate),
            tuple(sorted(rows, key=lambda r: _ORDER.get(r.verdict, 3))),
        )
        for gate, rows in by_gate.items()
    ]
    return tuple(sorted(results, key=lambda r: _ORDER.get(r.rows[0].verdict, 3)))


def _judged(edition: Edition, row: Mapping[str, Any]) -> Judged:
    gate = edition.graph.elements.get(str(row.get("gate")))
    found = _gate_entry(edition, gate, row)  # which keeps nothing of a row that is withheld
    unit = _UNITS.get(_check(edition, str(row.get("gate"))), "")
    cells = line(found.name, found.estimate, unit)
    verdict = found.verdict or "insufficient-evidence"
    return Judged(cells, verdict, verdict_words(verdict), found.why or cells.note)


def _check(edition: Edition, identifier: str) -> str:
    gate = edition.graph.elements.get(identifier)
    return str(gate.get("check")) if gate else ""


def limit_words(edition: Edition, identifier: str) -> str:
    """What a gate asks: "at least 0.5", in the unit its figures are shown in; "" when unknown."""
    gate = edition.graph.elements.get(identifier)
    threshold = gate.get("threshold") if gate else None
    if gate is None or not isinstance(threshold, int | float):
        return ""
    unit = _UNITS.get(str(gate.get("check")), "")
    shown = f"{number(round(100.0 * threshold, 4))} {unit}" if unit else number(threshold)
    return f"{words(str(gate.get('comparison')))} {shown}"


def measured(edition: Edition, page: str, objective: Element) -> tuple[Measured, ...]:
    """The audits that measure an objective, each with what it last found on its own measures."""
    metrics = {m.get("metric") for m in objective.items("measures") if isinstance(m, Mapping)}
    gates = frozenset(
        g.id for g in edition.graph.of_kind("gate") if g.get("metric") in metrics
    ) or frozenset({""})
    found = []
    for audit in edition.graph.sources(objective.id, "audit"):
        record = newest_record(edition, audit)
        results = gate_results(edition, page, record, gates) if record else ()
        found.append(Measured(audit, record, results))
    return tuple(found)


def figure_of(edition: Edition, page: str, finding: Element) -> tuple[GateResult, ...]:
    """What a finding was drawn from: its gate in its record, for its group or for all."""
    record = edition.graph.elements.get(str(finding.get("record")))
    gate = finding.get("gate")
    if record is None or not isinstance(gate, str):
        return ()
    results = gate_results(edition, page, record, frozenset({gate}))
    wanted = finding.get("slice", "value")
    if not wanted:
        return results
    group = group_name(edition, finding.get("slice", "attribute"), wanted)
    return tuple(
        GateResult(result.gate, result.limit, rows)
        for result in results
        if (rows := tuple(r for r in result.rows if r.line.name == group))
    )


@dataclass(frozen=True, slots=True)
class GateChart:
    """A gate's rows as a chart, with what the gate asks. `keys` are the groups as recorded."""

    gate: Markup
    limit: str
    keys: tuple[str, ...]
    series: Series


def gate_charts(edition: Edition, page: str, record: Element) -> tuple[GateChart, ...]:
    """The gates of a record as charts, those with a breach first."""
    found = gate_charts_by_id(edition, record, page).values()
    return tuple(sorted(found, key=_worst))


def gate_charts_by_id(edition: Edition, record: Element, page: str = "") -> dict[str, GateChart]:
    """The rows of each gate, in the order in which the record holds them."""
    by_gate: dict[str, list[Mapping[str, Any]]] = {}
    for row in record.items("gates"):
        if isinstance(row, Mapping):
            by_gate.setdefault(str(row.get("gate")), []).append(row)
    return {name: _gate_chart(edition, page, name, rows) for name, rows in by_gate.items()}


def _gate_chart(edition: Edition, page: str, name: str, rows: list[Mapping[str, Any]]) -> GateChart:
    gate = edition.graph.elements.get(name)
    unit = _UNITS.get(_check(edition, name), "")
    entries = tuple(_gate_entry(edition, gate, row) for row in rows)
    signed = bool(gate) and any(e.limits and None not in e.limits for e in entries)
    series = Series(
        f"gate-{slug(name)}",
        gate.title if gate else name,
        "",
        Scale(unit, neutral=0.0 if signed else None),
        entries,
    )
    return GateChart(
        link(edition, page, name),
        limit_words(edition, name),
        tuple(str(row.get("value") or "") for row in rows),
        series,
    )


def _worst(chart: GateChart) -> int:
    return min(_ORDER.get(e.verdict, 3) for e in chart.series.entries)


def _gate_entry(edition: Edition, gate: Element | None, row: Mapping[str, Any]) -> Entry:
    name = group_name(edition, row.get("attribute"), row.get("value"))
    return entry(name, row, _limits(gate, row), whole=name == EVERYBODY)


def _limits(gate: Element | None, row: Mapping[str, Any]) -> Limits | None:
    threshold = gate.get("threshold") if gate else None
    if gate is None or not isinstance(threshold, int | float):
        return None
    if gate.get("comparison") == "at-least":
        return float(threshold), None
    check = gate.get("check")
    signed = check in _SIGNED or (check == "missing-rate" and bool(row.get("attribute")))
    return (-float(threshold) if signed else None), float(threshold)
