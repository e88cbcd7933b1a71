"""The audit of counts for a person at a terminal, from the JSON and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from labelcharter.audit.records.terminal import (
    count,
    estimate_in_words,
    plain,
    printed,
    table_of,
    verdict_in_words,
)
from labelcharter.audit.statistics.verdicts import WORST_FIRST, figure


def counts_report(result: Mapping[str, Any], name: str, *, colour: bool) -> str:
    """The whole report as text."""
    return printed(_parts(result, name), colour=colour)


def _parts(result: Mapping[str, Any], name: str) -> Iterator[Any]:
    scoring = result["kind"] == "scoring"
    what = "scores above the median" if scoring else "selections"
    yield f"[b]Counts of {plain(name)}[/b]: {what}"
    if result["unknown"] is not None:
        yield f"  {result['unknown']:,} people of unknown category are in no table"
    yield f"  {result['publication']}"
    for table in result["tables"]:
        yield from _table(table, scoring)
    yield "\n[b]What it comes to[/b]"
    for finding in sorted(result["findings"], key=lambda f: WORST_FIRST.index(f["verdict"])):
        where = ", ".join(x for x in (finding["table"], finding["category"]) if x)
        about = f"{finding['check']}, {where}" if where else finding["check"]
        yield f"  {verdict_in_words(finding['verdict'])}  {plain(about)}: {plain(finding['why'])}"
    method = result["method"]
    yield f"\nBasis: {plain(method['basis'])}.\n{plain(method['small_categories'])}."
    yield f"Intervals: {plain(method['intervals'])}."


def _table(table: Mapping[str, Any], scoring: bool) -> Iterator[Any]:
    yield f"\n[b]{plain(table['table'] or 'The table')}[/b]{_against(table)}"
    counted = "above the median" if scoring else "selected"
    whole = {"": False, "people": True, counted: True}
    columns = ("rate", "impact ratio", "read as", "adverse side", "verdict")
    shown = table_of({**whole, **dict.fromkeys(columns, False)})
    for one in table["categories"]:
        reading = one["reading"]
        shown.add_row(
            plain(one["category"]),
            count(one["people"]),
            count(one["selected"]),
            estimate_in_words(one["rate"]),
            _ratio(one),
            "" if reading is None else estimate_in_words(reading["ratio"]),
            "" if reading is None else estimate_in_words(reading["adverse_ratio"]),
            "" if reading is None else verdict_in_words(reading["verdict"]),
        )
    yield shown
    if any(one["under_two_percent"] for one in table["categories"]):
        yield "  * under 2 % of the people of this table"
    if table["false_flag"] is not None and table["reference"] is None:
        yield (
            f"  if all categories had the same rate, the lowest would lie below four fifths of the "
            f"highest in {table['false_flag']:.0%} of tables of these sizes"
        )
    if table["ties_at_the_median"] is not None:
        low, high = table["ties_at_the_median"]
        ties = "no ties" if not high else f"{low:,} to {high:,} people of the upper half tied"
        yield f"  at the median: {ties}"


def _against(table: Mapping[str, Any]) -> str:
    if table["reference"] is not None:
        return f", read against {plain(table['reference'])}"
    return ", read against the highest true rate"


def _ratio(one: Mapping[str, Any]) -> str:
    """The rule's figure, marked where the category is small."""
    mark = " *" if one["under_two_percent"] else ""
    if one["left_out"]:
        return f"left out{mark}"
    if one["impact_ratio"] is None:
        return "hidden" if one["people"] is None else "none"
    return f"{figure(one['impact_ratio'])}{mark}"
