"""Counts collected from published figures: shown ones as facts, hidden ones as cells.

An estimate with value v on n is two counts, n and v x n; that the second comes out whole shows that
it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labelcharter.audit.disclosure.attack.cells import (
    BLANK,
    WITHOUT_GOLD,
    Cell,
    Fact,
    What,
    Where,
    where_of,
)

_WHOLE = 1e-6

# Of each figure of a group: what its denominator counts, what its numerator counts, and the rest.
# Beside a state the rest are ratings, and other states.
_FIGURES: Mapping[str, tuple[str, str, str]] = {
    "rates": ("ratings", "rate", "labels other than"),
    "missing": ("answers", "missing", ""),
    "accuracy": ("with gold", "accuracy", "errors"),
    "fpr": ("gold is not", "fpr", "true negatives"),
    "fnr": ("gold is", "fnr", "true positives"),
}
_PREDICTED: Mapping[str, tuple[str, str, str]] = {
    "selection_rate": ("predicted", "selection_rate", "rejections"),
    "tpr": ("predicted, gold favourable", "true selections", "false rejections"),
    "fpr": ("predicted, gold other", "false selections", "true rejections"),
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
        for figure, (of, having, others) in _FIGURES.items():
            found = group.get(figure, {})
            by_label = {"": found} if "state" in found else found
            for label, estimate in by_label.items():
                about = "" if of in ("ratings", "answers", "with gold") else label
                # of two labels the other one's rate is the rest
                told = not others or (figure == "rates" and len(by_label) == 2)
                rest = None if told else (others, label)
                self.read("ratings", where, (of, about), (having, label), estimate, rest)

    def read_predictions(self, entry: Mapping[str, Any]) -> None:
        """What a model decided of one group; each item is one."""
        where = where_of(entry["attribute"], entry["value"])
        for figure, (of, having, others) in _PREDICTED.items():
            self.read("items", where, (of, ""), (having, ""), entry[figure], (others, ""))

    def read_gold(self, group: Mapping[str, Any], where: Where) -> None:
        """No more items lack gold than ratings do: where none does, errors add up to decisions."""
        ratings, with_gold = group["ratings"], group["accuracy"]["n"]
        if ratings is not None and with_gold is not None:
            most = float(ratings - with_gold + 2 * (self._step // 2))
            self.facts.append(Fact(Cell("items", where, (WITHOUT_GOLD, "")), 0.0, most))

    def read(
        self,
        unit: str,
        where: Where,
        of: What,
        having: What,
        estimate: Mapping[str, Any],
        others: What | None = None,
    ) -> None:
        """A share: its denominator and its numerator; where it is hidden, `others` are too."""
        whole, part = Cell(unit, where, of), Cell(unit, where, having)
        if estimate["state"] == "suppressed":
            self.hidden += [whole, part, *([Cell(unit, where, others)] if others else [])]
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
