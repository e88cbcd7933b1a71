"""A published record, read as an attacker reads it: which counts it shows, which it hides.

Nothing else is read: no table, no definition, no source code of the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.disclosure.attack.cells import (
    Cell,
    Fact,
    Table,
    table_of_items,
    table_of_people,
    table_of_ratings,
    table_of_rows,
    where_of,
)
from labelcharter.audit.disclosure.attack.counts import Reader
from labelcharter.audit.disclosure.attack.rows import read_rows

_ROUNDED_TO = {"nhs": 5}  # the profiles that say of themselves that counts are rounded
NO_GOLD_LABELS = "no gold labels"


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
    reader = Reader(step)
    reader.read_group(result["overall"], (), "annotator")
    for group in groups:
        reader.read_group(group, where_of(group["attribute"], group["value"]), group["side"])
    for entry in result.get("predictions", ()):
        reader.read_predictions(entry)
    if result.get("predictions"):
        reader.read_gold(result["overall"], ())
        for group in groups:
            if group["side"] == "subject":
                reader.read_gold(group, where_of(group["attribute"], group["value"]))
    labels = tuple(result["overall"]["rates"])
    of_rows = Reader(step)
    read_rows(of_rows, content, labels)
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
