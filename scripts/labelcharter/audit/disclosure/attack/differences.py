"""Two publications: what one shows less what the other shows is a count of those who changed.

Slices that both show are subtracted. Where the table may only have grown (nothing shown became
less), the changes of all slices stand in one system, as the counts of a record do: what joined the
hidden slices together is what joined everybody less what joined the shown ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from labelcharter.audit.disclosure.attack.bounds import Bounds
from labelcharter.audit.disclosure.attack.cells import Cell, Fact
from labelcharter.audit.disclosure.attack.margins import bounds_of_facts
from labelcharter.audit.disclosure.attack.reading import Published
from labelcharter.audit.disclosure.attack.verdicts import NARROW, Recovered, verdict_on

COUNTED = ("annotators", "items", "ratings")


def from_differences(records: Sequence[Published], least_change: int = NARROW) -> list[Recovered]:
    """Changes between two records of one audit, or of one file, that are of too few."""
    found = []
    for before, after in combinations(sorted(records, key=lambda record: record.id), 2):
        if before.audit == after.audit or before.data == after.data:
            changes = _changes(before, after)
            found += list(_of_shown(before, after, changes, least_change))
            if before.data != after.data and all(change >= 0 for change in changes.values()):
                found += list(_of_hidden(before, after, changes, least_change))
    return found


def _changes(before: Published, after: Published) -> dict[Cell, float]:
    """How many more people, items and ratings of each slice that both show exactly."""
    earlier, later = _counts(before), _counts(after)
    return {cell: later[cell] - earlier[cell] for cell in sorted(earlier.keys() & later.keys())}


def _counts(record: Published) -> dict[Cell, float]:
    return {
        fact.cell: fact.low
        for fact in record.facts
        if fact.cell.what[0] in COUNTED and fact.low == fact.high
    }


def _of_shown(
    before: Published, after: Published, changes: dict[Cell, float], least_change: int
) -> Iterator[Recovered]:
    for cell, change in changes.items():
        if 0 < abs(change) < least_change:
            how = f"{before.id} and {after.id} both show the slice"
            yield _found(before, after, cell, 0.0, how)


def _of_hidden(
    before: Published, after: Published, changes: dict[Cell, float], least_change: int
) -> Iterator[Recovered]:
    """A slice of which it is known that some joined it, or may have, but fewer than the least."""
    asked = [cell for cell in after.hidden if cell.what[0] in COUNTED]
    facts = [Fact(cell, change, change) for cell, change in changes.items()]
    bounds = bounds_of_facts([before, after], facts, asked, least_change) or {}
    for cell in asked:
        found = bounds.get(cell, Bounds(0, 0, ""))
        if 0 < found.high < least_change:
            how = f"what joined everybody since {before.id}, less what joined the shown slices"
            yield _found(before, after, cell, found.width, how)


def _found(before: Published, after: Published, cell: Cell, width: float, how: str) -> Recovered:
    what = f"the change in {cell.words} since {before.id}"
    return Recovered(after.id, cell.where, what, verdict_on(width), width, how, cell.unit, "change")
