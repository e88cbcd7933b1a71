"""Counts in the rows of checks and in gates, guessed from their names, as an attacker would.

A guess may be wrong; what follows from it is believed only while all counts fit together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor
from typing import Any

from labelcharter.audit.disclosure.attack.cells import REST, STATE, Cell, Fact, What, where_of
from labelcharter.audit.disclosure.attack.counts import Reader
from labelcharter.audit.disclosure.hidden import CROSS

_RATES = ("rate", "rate-gap")
_SHOWN_RATE = re.compile(r"(\d*\.\d{3}) \(")  # "…: .462 (.426 to .498) against …"


def read_rows(reader: Reader, content: Mapping[str, Any], labels: Sequence[str]) -> None:
    """Everything that counts one group, or everybody; what compares groups is not a count."""
    result = content.get("result", content)
    sides = {group["attribute"]: group["side"] for group in result["groups"]}
    for check in result.get("checks", ()):
        for row in check["rows"]:
            if row["figure"] == "state-share":
                _read_state(reader, row, sides)
            elif len(row["groups"]) == 1 or not (row["groups"] or row["attribute"]):
                _read_row(reader, check["check"], row, labels)
    reader.facts += _of_no_group(content, result, sides)


def _read_state(reader: Reader, row: Mapping[str, Any], sides: Mapping[str, str]) -> None:
    """The people whose trait is a state: one more group of the attribute."""
    unit = _people(sides.get(row["attribute"], ""))
    cell = Cell(unit, ((row["attribute"], STATE + row["about"]),), (unit, ""))
    estimate = row["estimate"]
    if estimate["state"] == "suppressed":
        reader.hidden.append(cell)
    elif estimate["value"] is not None:
        reader.add(cell, round(estimate["value"] * estimate["n"]))


def _read_row(reader: Reader, check: str, row: Mapping[str, Any], labels: Sequence[str]) -> None:
    where = where_of(row["attribute"], "".join(row["groups"]))
    figure, about, estimate = row["figure"], row["about"], row["estimate"]
    names: tuple[What, What] = (("ratings", ""), ("rate", about))
    if figure == "rate" and about in labels:
        reader.read("ratings", where, *names, estimate)
    elif figure in _RATES and about in labels and CROSS in row["attribute"]:
        # the rate stands in the sentence, to three decimals; n is the smaller side's, the cell's
        if estimate["state"] == "suppressed":
            reader.hidden += [Cell("ratings", where, name) for name in names]
        elif (n := estimate["n"]) and (shown := _SHOWN_RATE.search(row["why"])):
            reader.add(Cell("ratings", where, names[0]), n)
            rate = float(shown[1])
            low, high = ceil(n * (rate - 0.0005)), floor(n * (rate + 0.0005))
            reader.facts.append(Fact(Cell("ratings", where, names[1]), max(0.0, low), high))
    else:
        unit = f"{check}: {figure} {about}".strip()
        reader.read(unit, where, ("of", ""), ("having", ""), estimate, ("without", ""))


def _of_no_group(
    content: Mapping[str, Any], result: Mapping[str, Any], sides: Mapping[str, str]
) -> Iterator[Fact]:
    """Shares of all who belong to a group have one n; everybody less that belongs to none."""
    ns: dict[tuple[str, str], list[int]] = {}
    for gate in content.get("gates", ()):
        if gate["attribute"] and " less " not in str(gate["value"]) and gate["estimate"]["n"]:
            ns.setdefault((gate["gate"], gate["attribute"]), []).append(gate["estimate"]["n"])
    for check in result.get("checks", ()):
        for row in check["rows"]:
            if len(row["groups"]) == 1 and row["estimate"]["n"]:
                key = (f"{check['check']}: {row['figure']}", row["attribute"])
                ns.setdefault(key, []).append(row["estimate"]["n"])
    for (_, attribute), found in ns.items():
        unit = _people(sides.get(attribute, ""))
        everybody = result["overall"].get(unit)
        shown = [group[unit] or 0 for group in result["groups"] if group["attribute"] == attribute]
        if everybody is None or len(found) < 2 or len(set(found)) > 1:
            continue
        if sum(shown) <= found[0] <= everybody:
            rest = float(everybody - found[0])
            yield Fact(Cell(unit, ((attribute, REST),), (unit, "")), rest, rest)


def _people(side: str) -> str:
    return "items" if side == "subject" else "annotators"
