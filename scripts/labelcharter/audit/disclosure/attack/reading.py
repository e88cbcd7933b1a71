"""A published record, read as an attacker reads it: which counts it shows, which it hides.

Nothing else is read: no table, no definition, no source code of the audit. An estimate with value v
on n is two counts, n and v x n; that the second comes out whole shows that it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.disclosure.attack.cells import (
    BLANK,
    Cell,
    Fact,
    Table,
    What,
    Where,
    table_of_items,
    table_of_people,
    table_of_ratings,
    table_of_rows,
)
from labelcharter.audit.disclosure.hidden import crossed

_WHOLE = 1e-6
_ROUNDED_TO = {"nhs": 5}  # the profiles that say of themselves that counts are rounded
NO_GOLD_LABELS = "no gold labels"

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


@dataclass(frozen=True, slots=True)
class Published:
    """One record. `facts` are the counts that it shows, `hidden` those that it does not.

    `sides`: attribute -> whose it is. `rest`: attributes of which it says that some belong to no
    group. `of_rows`: facts from rows of checks, whose meaning is guessed from their names.
    """

    id: str
    audit: str
    data: str
    content: Mapping[str, Any]
    labels: tuple[str, ...]
    missing: tuple[str, ...]
    gold: bool
    predicted: bool
    sides: Mapping[str, str]
    rest: frozenset[str]
    facts: tuple[Fact, ...]
    of_rows: tuple[Fact, ...]
    hidden: tuple[Cell, ...]

    @property
    def result(self) -> Mapping[str, Any]:
        """The figures."""
        return result_of(self.content)

    def tables(self) -> list[Table]:
        """What the cells are drawn from, by unit."""
        cells = [fact.cell for fact in (*self.facts, *self.of_rows)] + list(self.hidden)
        other = dict.fromkeys(cell.unit for cell in cells)
        reasons = list(dict.fromkeys(c.what[1] for c in cells if c.what[0] == "left out"))
        named = {
            "ratings": table_of_ratings(self.labels, self.missing, reasons, gold=self.gold),
            "items": table_of_items(predicted=self.predicted),
            "annotators": table_of_people(),
        }
        return [*named.values(), *(table_of_rows(unit) for unit in other if unit not in named)]


def result_of(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The figures of a record, or of what `audit table` prints."""
    found = content.get("result", content)
    return found if isinstance(found, Mapping) else {}


def published(content: Mapping[str, Any], name: str = "") -> Published:
    """Read one record. Raises KeyError or TypeError where it is not one."""
    result = result_of(content)
    method = result.get("method", {})
    manifest = content.get("manifest", {})
    groups = result["groups"]
    everything = [result["overall"], *groups]
    states = list(dict.fromkeys(s for group in everything for s in group.get("missing", {})))
    step = _ROUNDED_TO.get(str(method.get("profile")), 1)
    reader = _Reader(step)
    reader.read_group(result["overall"], (), "annotator")
    for group in groups:
        reader.read_group(group, where_of(group["attribute"], group["value"]), group["side"])
    for entry in result.get("predictions", ()):
        reader.read_predictions(entry)
    labels = tuple(result["overall"]["rates"])
    of_rows = _Reader(step)
    for check in result.get("checks", ()):
        for row in check["rows"]:
            of_rows.read_row(check["check"], row, labels)
    reader.read_excluded(result["excluded"], states)
    for rows in (method.get("rows"), manifest.get("rows")):
        if rows is not None:
            reader.add(Cell("ratings", (), ("rows", "")), rows)
    return Published(
        id=str(content.get("id", name)),
        audit=str(content.get("audit", "")),
        data=str(manifest.get("data_sha256", "")),
        content=content,
        labels=labels,
        missing=tuple(states),
        gold=any(g["accuracy"]["reason"] != NO_GOLD_LABELS for g in everything),
        predicted=bool(result.get("predictions")),
        sides={group["attribute"]: group["side"] for group in groups},
        rest=frozenset(method.get("ungrouped", ())),
        facts=tuple(reader.facts),
        of_rows=tuple(of_rows.facts),
        hidden=tuple(dict.fromkeys([*reader.hidden, *of_rows.hidden])),
    )


def where_of(attribute: str, value: str) -> Where:
    """The slice of a group; of a group of two attributes at once, both."""
    if not attribute:
        return ()
    return tuple(crossed(attribute, value))


class _Reader:
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

    def read_row(self, check: str, row: Mapping[str, Any], labels: Sequence[str]) -> None:
        """A row about one group or about everybody; what compares groups is not a count."""
        if len(row["groups"]) > 1 or (row["attribute"] and not row["groups"]):
            return
        where = where_of(row["attribute"], "".join(row["groups"]))
        if row["figure"] == "rate" and row["about"] in labels:
            names: tuple[What, What] = (("ratings", ""), ("rate", row["about"]))
            self.read("ratings", where, *names, row["estimate"])
            return
        unit = f"{check}: {row['figure']} {row['about']}".strip()
        self.read(unit, where, ("of", ""), ("having", ""), row["estimate"])

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


def estimates_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every estimate within, however deep."""
    if isinstance(value, Mapping):
        if "state" in value and "value" in value and "n" in value:
            yield value
        for part in value.values():
            yield from estimates_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from estimates_in(part)
