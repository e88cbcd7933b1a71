"""One row of a series, and its cells in the table: what is withheld is left out here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.site.axis import Limits
from labelcharter.site.estimate_lines import Line, estimate_of, is_withheld, line
from labelcharter.site.group_names import as_sentence
from labelcharter.site.wording import (
    figure,
    interval,
    no_figure,
    probability,
    tolerated,
    verdict_words,
)

VERDICTS = ("breached", "insufficient-evidence", "met")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a series. `expected` is None, or an estimate of what chance alone would give."""

    name: str
    estimate: Mapping[str, Any]
    whole: bool = False
    expected: Mapping[str, Any] | None = None
    p: float | None = None
    least_p: float | None = None
    q: float | None = None
    limits: Limits | None = None
    verdict: str = ""
    why: str = ""


def entry(name: str, row: Mapping[str, Any], limits: Limits | None, *, whole: bool) -> Entry:
    """A row of a record under a name. One that is withheld keeps its name and its limits only."""
    estimate = estimate_of(row)
    verdict = row.get("verdict")
    if is_withheld(estimate):
        undecided = "insufficient-evidence" if verdict else ""
        return Entry(name, estimate, whole, limits=limits, verdict=undecided)
    expected = estimate_of(row, "expected") if row.get("expected") is not None else None
    return Entry(
        name,
        estimate,
        whole,
        expected,
        number_of(row.get("p")),
        number_of(row.get("least_p")),
        number_of(row.get("q")),
        limits,
        str(verdict) if verdict in VERDICTS else "",
        str(row.get("why") or ""),
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of the table: the estimate's own cells, then those that only some series have."""

    line: Line
    n_sort: str
    verdict: str
    verdict_words: str
    expected: str
    expected_sort: str
    tolerated: str
    p: str
    least_p: str
    q: str
    why: str


def expected_words(found: Entry, unit: str) -> str:
    """What chance alone would give, with its range; a dash where that is not known."""
    if found.expected is None:
        return "–"
    value = number_of(found.expected.get("value"))
    if value is None:
        return no_figure(found.expected)
    return f"{figure(value, unit)} ({interval(found.expected, unit)})"


def cells_of(found: Entry, unit: str) -> Cells:
    """A row as the cells of the table."""
    cells = line(found.name, found.estimate, unit)
    n = found.estimate.get("n")
    return Cells(
        cells,
        str(n) if isinstance(n, int) and cells.sort else "",
        found.verdict,
        verdict_words(found.verdict) if found.verdict else "–",
        expected_words(found, unit),
        line("", found.expected).sort if found.expected else "",
        tolerated(found.limits, unit) or "–",
        probability(found.p),
        probability(found.least_p),
        probability(found.q),
        " ".join(as_sentence(part) for part in (found.why, cells.note) if part),
    )


def number_of(value: Any) -> float | None:
    """A number of a record, or None for anything else."""
    return float(value) if isinstance(value, int | float) else None
