"""The tests of earlier records, which a family counts too: their p values, read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labelcharter.audit.questions.answer import EXPLORATORY
from labelcharter.audit.questions.families import MIRRORED, Family, family_of


def earlier_tests(
    results: Sequence[Mapping[str, Any]], families: Sequence[Family]
) -> dict[str, list[float]]:
    """Family name -> p values in the results of earlier records (`output-audit-table`).

    A test whose p is hidden counts as 1: it was made, and that is the careful reading of it.
    Give each table once: computing the same table again is no new look.
    """
    found: dict[str, list[float]] = {}

    def add(check: str, attribute: str, asked: str, p: float | None) -> None:
        name = family_of(families, check, attribute, asked).name
        found.setdefault(name, []).append(1.0 if p is None else p)

    for result in results:
        gaps = result["gaps"]
        tested = _figures_tested(gaps, "check")
        labels = {gap["label"] for gap in gaps if gap["check"] == MIRRORED}
        for gap in gaps:
            mirror = gap["check"] == MIRRORED and len(labels) == 2 and gap["label"] != max(labels)
            if gap["check"] in tested and not mirror and _made(gap):
                add(gap["check"], gap["attribute"], EXPLORATORY, gap["p"])
        for answer in result.get("checks", ()):
            tested = _figures_tested(answer["rows"], "figure")
            for row in answer["rows"]:
                if row["figure"] in tested and _made(row):
                    add(answer["check"], row["attribute"], answer["family"], row["p"])
    return found


def _figures_tested(entries: Sequence[Mapping[str, Any]], key: str) -> set[str]:
    """Those with a p somewhere, and those of which nothing at all is shown."""
    shown = {entry[key] for entry in entries if entry["estimate"]["state"] != "suppressed"}
    with_p = {entry[key] for entry in entries if entry["p"] is not None}
    return with_p | ({entry[key] for entry in entries} - shown)


def _made(entry: Mapping[str, Any]) -> bool:
    """Tested, with a p that is shown or hidden."""
    return entry["p"] is not None or entry["estimate"]["state"] == "suppressed"
