"""A series: figures of one kind, row by row, as a chart, a sentence and a table of the same.

Every figure of a record goes through here (rates and agreement by group, gaps, ratios, the rows of
every check), so that what is withheld, how an interval is drawn and what a limit means are decided
once. Nothing is computed: a series holds what the record says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from labelcharter.site.axis import Drawn, Scale
from labelcharter.site.entries import (
    VERDICTS,
    Cells,
    Entry,
    cells_of,
    expected_words,
    number_of,
)
from labelcharter.site.estimate_lines import is_withheld
from labelcharter.site.forest import Row, forest
from labelcharter.site.wording import (
    count,
    figure,
    interval,
    n_words,
    no_figure,
    probability,
    tolerated,
    verdict_words,
)

GIVEN_THESE_VOTES = "given these votes"
_MOST_DRAWN = 60  # rows; of more, nobody reads the plot
_TOLD_WHOLE = 2  # rows told with all their figures
_NAMED = 6  # rows named in a sentence; of more, their number


@dataclass(frozen=True, slots=True)
class Series:
    """`identifier` is unique on the page; `says` explains the figure in a sentence."""

    identifier: str
    title: str
    says: str
    scale: Scale
    entries: tuple[Entry, ...]
    note: str = ""  # where the limit comes from

    @property
    def svg(self) -> Markup:
        """The chart; nothing where there is no figure, or where there are too many."""
        if len(self.entries) > _MOST_DRAWN:
            return Markup("")
        rows = [_row(e) for e in self.entries]
        return forest(self.identifier, self.title, self.description, rows, self.scale)

    @property
    def description(self) -> str:
        """The chart in words, for those who do not see it."""
        parts = [self.sentence, f"Tolerated: {self.range}." if self.range else ""]
        if len(self.entries) <= _NAMED * 4:
            parts.append("; ".join(f"{e.name}: {_said(e, self.scale.unit)}" for e in self.entries))
        else:
            parts.append("All rows stand in the table under the chart.")
        return " ".join(p for p in parts if p)

    @property
    def tally(self) -> tuple[tuple[str, str, int], ...]:
        """(verdict, its words, how many rows), the worst first."""
        found = Counter(e.verdict for e in self.entries)
        return tuple((v, verdict_words(v), found[v]) for v in VERDICTS if found[v])

    @property
    def verdict_lines(self) -> tuple[tuple[str, str, str], ...]:
        """(verdict, its words, the rows it was reached on), the worst first, then the withheld."""
        shown = [e for e in self.entries if not is_withheld(e.estimate)]
        lines = [
            (verdict, verdict_words(verdict), self._names(found))
            for verdict in VERDICTS
            if (found := [e for e in shown if e.verdict == verdict])
        ]
        withheld = [e for e in self.entries if is_withheld(e.estimate)]
        if withheld:
            lines.append(("withheld", "Withheld", self._names(withheld)))
        return tuple(lines)

    def _names(self, found: list[Entry]) -> str:
        """The names of some rows; of many, how many of how many."""
        if len(found) <= _NAMED:
            return "; ".join(e.name for e in found)
        return f"{len(found)} of {count(len(self.entries), 'row')}"

    @property
    def range(self) -> str:
        """What is tolerated, where all rows share it."""
        found = {e.limits for e in self.entries}
        return tolerated(found.pop(), self.scale.unit) if len(found) == 1 else ""

    @property
    def sentence(self) -> str:
        """What the series says: its verdicts, or else its lowest and highest figure."""
        lines = [f"{words}: {names}." for _, words, names in self.verdict_lines]
        if len(self.entries) <= _TOLD_WHOLE:
            told = [self._told(e) for e in self.entries if not is_withheld(e.estimate)]
            return " ".join([*told, *lines])
        if any(e.verdict for e in self.entries):
            return " ".join(lines)
        shown = [e for e in self.entries if "value" in e.estimate and not e.whole]
        return " ".join([*self._ends(shown), *lines])

    def _told(self, found: Entry) -> str:
        """One row in full, with what chance gives and its p or q."""
        unit = self.scale.unit
        parts = [f"{found.name}: {_said(found, unit)}"]
        if found.expected is not None:
            parts.append(f"if group meant nothing {expected_words(found, unit)}")
        tested = [("q", found.q)] if found.q is not None else [("p", found.p)]
        parts += [f"{name} {probability(v)}" for name, v in tested if v is not None]
        return f"{'; '.join(parts)}."

    def _ends(self, found: list[Entry]) -> list[str]:
        unit = self.scale.unit
        if len(found) < 2:
            return [f"{e.name}: {_said(e, unit)}." for e in found]
        ordered = sorted(found, key=lambda e: float(e.estimate["value"]))
        lowest, highest = ordered[0], ordered[-1]
        if figure(lowest.estimate["value"], unit) == figure(highest.estimate["value"], unit):
            return [f"All rows alike: {figure(lowest.estimate['value'], unit)}."]
        return [
            f"Lowest: {lowest.name}, {_said(lowest, unit)}.",
            f"Highest: {highest.name}, {_said(highest, unit)}.",
        ]

    @property
    def rows(self) -> tuple[Cells, ...]:
        """The rows of the table."""
        return tuple(cells_of(e, self.scale.unit) for e in self.entries)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that some row fills, of those that not every series has."""
        kept = [
            ("verdict", any(e.verdict for e in self.entries)),
            ("expected", any(e.expected for e in self.entries)),
            ("tolerated", len({e.limits for e in self.entries}) > 1),
            ("p", any(e.p is not None for e in self.entries)),
            ("least_p", any(e.least_p is not None for e in self.entries)),
            ("q", any(e.q is not None for e in self.entries)),
            ("why", any(r.why for r in self.rows)),
        ]
        return frozenset(name for name, filled in kept if filled)

    @property
    def legend(self) -> tuple[str, ...]:
        """The marks of the chart, as far as it has them."""
        found = ["● figure, line: its 95 % interval"]
        if any(e.whole and "value" in e.estimate for e in self.entries):
            found.append("◆ everybody together")
        if any(e.expected for e in self.entries):
            found.append("○ thin dashed line: expected if group meant nothing")
        if any(e.limits for e in self.entries):
            found.append(f"shaded: tolerated{f' ({self.range})' if self.range else ''}")
        if "verdict" in self.columns:
            found.append("✓ met, ✕ breached, ? not enough evidence")
        if self.scale.logarithmic:
            found.append("scale of ratios: half and double lie equally far from 1")
        return tuple(found)

    @property
    def counted(self) -> str:
        """How many rows: "5 rows"."""
        return count(len(self.entries), "row")

    @property
    def given_these_votes(self) -> bool:
        """True where an interval leaves open what other annotators would say."""
        return any(
            GIVEN_THESE_VOTES in str(e.estimate.get("reason", "")).lower() for e in self.entries
        )


def _drawn(estimate: Mapping[str, Any] | None) -> Drawn | None:
    value = number_of(estimate.get("value")) if estimate else None
    if estimate is None or value is None:
        return None
    return Drawn(value, number_of(estimate.get("low")), number_of(estimate.get("high")))


def _row(found: Entry) -> Row:
    reason = "withheld" if is_withheld(found.estimate) else no_figure(found.estimate)
    drawn = _drawn(found.estimate)
    expected = _drawn(found.expected) if drawn else None
    return Row(
        found.name,
        drawn,
        reason,
        found.whole,
        expected,
        found.limits,
        found.verdict if drawn else "",
    )


def _said(found: Entry, unit: str) -> str:
    value = number_of(found.estimate.get("value"))
    if value is None:
        return "withheld" if is_withheld(found.estimate) else no_figure(found.estimate)
    return f"{figure(value, unit)} ({interval(found.estimate, unit)}, {n_words(found.estimate)})"
