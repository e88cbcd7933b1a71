"""Two publications: what one shows less what the other shows is a count of those who changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from labelcharter.audit.disclosure.attack.cells import Cell
from labelcharter.audit.disclosure.attack.reading import Published
from labelcharter.audit.disclosure.attack.verdicts import NARROW, Recovered

COUNTED = ("annotators", "items", "ratings")


def from_differences(records: Sequence[Published], least_change: int = NARROW) -> list[Recovered]:
    """Slices that two records of one audit both show, with too few more or less between them."""
    found = []
    for before, after in combinations(sorted(records, key=lambda record: record.id), 2):
        if before.audit == after.audit or before.data == after.data:
            found += list(_between(before, after, least_change))
    return found


def _between(before: Published, after: Published, least_change: int) -> Iterator[Recovered]:
    earlier, later = _counts(before), _counts(after)
    for cell in sorted(earlier.keys() & later.keys()):
        change = abs(later[cell] - earlier[cell])
        if 0 < change < least_change:
            yield Recovered(
                after.id,
                cell.where,
                f"the change in {cell.words} since {before.id}",
                "exact",
                0.0,
                f"{before.id} and {after.id} both show the slice",
                cell.unit,
                "change",
            )


def _counts(record: Published) -> dict[Cell, float]:
    """The counts of people, items and ratings that are shown exactly."""
    return {
        fact.cell: fact.low
        for fact in record.facts
        if fact.cell.what[0] in COUNTED and fact.low == fact.high
    }
