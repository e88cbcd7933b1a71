"""Counts collected from published figures: shown ones as facts, hidden ones as cells.

An estimate with value v on n is two counts, n and v x n; that the second comes out whole shows that
it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labelcharter.audit.disclosure.attack.cells import BLANK, Cell, Fact, What, Where, where_of

_WHOLE = 1e-6

# Of each figure of a group: what its denominator counts and what its numerator counts.
_FIGURES: Mapping[str, tuple[str, str]] = {
    "rates": ("ratings", "rate"),
    "missing": ("answers", "missing"),
    "accuracy": ("with gold", "accuracy"),
    "fpr": ("gold is not", "fpr"),
    "fnr": ("gold is", "fnr"),
}
_PREDICTED: Mapping[str, tuple[str, str]] = {
    "selection_rate": ("predicted", "selection_rate"),
    "tpr": ("predicted, gold favourable", "true selections"),
    "fpr": ("predicted, gold other", "false selections"),
}


class Reader:
    """Collects facts and hidden cells. `step`: what shown counts are rounded to."""

    def __init__(self, step: int) -> None:
        self._step = step
        self.facts: list[Fact] = []
        self.hidden: list[Cell] = []

    def add(self, cell: Cell, count: float | None) -> None:
        """A count that is shown, or hidden when it is None."""
        if count is None:
            self.hidden.append(cell)
            return
        off = self._step // 2
        self.facts.append(Fact(cell, max(0.0, float(count) - off), float(count) + off))

    def read_group(self, group: Mapping[str, Any], where: Where, side: str) -> None:
        """The counts and rates of one group, or of everybody."""
        self.add(Cell("ratings", where, ("ratings", "")), group["ratings"])
        if side == "annotator":
            self.add(Cell("annotators", where, ("annotators", "")), group["annotators"])
        if side == "subject" or not where:
            self.add(Cell("items", where, ("items", "")), group["items"])
        for figure, (of, having) in _FIGURES.items():
            found = group.get(figure, {})
            by_label = {"": found} if "state" in found else found
            for label, estimate in by_label.items():
                about = "" if of in ("ratings", "answers", "with gold") else label
                self.read("ratings", where, (of, about), (having, label), estimate)

    def read_predictions(self, entry: Mapping[str, Any]) -> None:
        """What a model decided of one group; each item is one."""
        where = where_of(entry["attribute"], entry["value"])
        for figure, (of, having) in _PREDICTED.items():
            self.read("items", where, (of, ""), (having, ""), entry[figure])

    def read(
        self, unit: str, where: Where, of: What, having: What, estimate: Mapping[str, Any]
    ) -> None:
        """A share: its denominator and its numerator."""
        whole, part = Cell(unit, where, of), Cell(unit, where, having)
        if estimate["state"] == "suppressed":
            self.hidden += [whole, part]
            return
        n, value = estimate["n"], estimate["value"]
        if not n:
            return
        if value is None:
            self.add(whole, n)
        elif 0 <= value <= 1 and abs(value * n - round(value * n)) < _WHOLE * max(1, n):
            self.add(whole, n)
            self.add(part, round(value * n))

    def read_excluded(self, excluded: Iterable[Mapping[str, Any]], states: Sequence[str]) -> None:
        """Rows left out: those of a state are the ratings of everybody with that state."""
        for entry in excluded:
            rows, reason = entry["rows"], entry["reason"]
            state = _state_in(reason, states)
            if state is None:
                self.add(Cell("ratings", (), ("left out", reason)), rows)
            elif rows is not None:
                self.add(Cell("ratings", (), ("missing", state)), rows)


def _state_in(reason: str, states: Sequence[str]) -> str | None:
    if reason.startswith("no label in column") and BLANK in states:
        return BLANK
    return next((s for s in states if reason == f"state `{s}` is not a label"), None)
