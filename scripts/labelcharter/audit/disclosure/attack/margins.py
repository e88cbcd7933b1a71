"""The first attack: totals less what is shown, over all tables of a record at once.

Records of one audit on the same data are records of the same people, so their counts stand in one
system: what one hides another may show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import inf

from labelcharter.audit.disclosure.attack.bounds import Bounds, Contradiction, bounds_of
from labelcharter.audit.disclosure.attack.cells import REST, STATE, WITHOUT_GOLD, Cell, Fact, Table
from labelcharter.audit.disclosure.attack.reading import Published
from labelcharter.audit.disclosure.attack.system import asked_together, system_of
from labelcharter.audit.disclosure.attack.verdicts import NARROW, Recovered, recovered_cell


def from_margins(records: Sequence[Published], least_width: float = NARROW) -> list[Recovered]:
    """Every hidden count that the records' shown counts give away. Raises Contradiction, TooLarge.

    Where the records of one table contradict each other (they were cleaned or bound in different
    ways), each is attacked alone.
    """
    found: list[Recovered] = []
    for same in _of_the_same_table(records):
        together = cell_bounds(same, least_width) if len(same) > 1 else None
        for record in same:
            bounds = cell_bounds([record], least_width) if together is None else together
            if bounds is None:
                raise Contradiction(f"the counts of {record.id} contradict one another")
            found += _findings(record, bounds, least_width)
    return found


def _findings(
    record: Published, bounds: dict[Cell, Bounds], least_width: float
) -> Iterable[Recovered]:
    for cell, found in bounds.items():
        if is_rest(cell):
            width = found.width if 0 < found.high < least_width else inf
        else:
            width = found.width if cell in record.hidden else inf
        one = recovered_cell(record.id, cell, width, found.how, least_width)
        if one is not None:
            yield one


def is_rest(cell: Cell) -> bool:
    """True for a count of those who belong to no group of an attribute.

    It is nowhere printed, shown or hidden; it is given away when it is known to be small.
    """
    return any(value == REST for _, value in cell.where)


def _of_the_same_table(records: Sequence[Published]) -> list[list[Published]]:
    """Records of one audit on the same file, with the same labels and states, together."""

    def key(record: Published) -> tuple[object, ...]:
        alone = "" if record.data else record.id
        return (record.data, alone, record.labels, record.missing, record.gold)

    return [list(same) for _, same in groupby(sorted(records, key=key), key=key)]


def cell_bounds(records: Sequence[Published], enough: float = inf) -> dict[Cell, Bounds] | None:
    """The bounds of every hidden count, from the facts of all these records at once.

    A cell that is openly 0 (a shown count of nobody includes it) is not among them. None where no
    table has all these counts. `enough`: see `bounds_of`.
    """
    facts = [fact for record in records for fact in record.facts]
    of_rows = [fact for record in records for fact in record.of_rows]
    hidden = list(dict.fromkeys(cell for record in records for cell in record.hidden))
    return bounds_of_facts(records, facts, hidden, enough, of_rows)


def bounds_of_facts(
    records: Sequence[Published],
    facts: Sequence[Fact],
    hidden: Sequence[Cell],
    enough: float,
    of_rows: Sequence[Fact] = (),
) -> dict[Cell, Bounds] | None:
    """The same from other facts about the slices of these records: from what changed, say."""
    declared = frozenset().union(*(record.rest for record in records))
    attributes = frozenset(a for record in records for a in record.sides) | declared
    bounds: dict[Cell, Bounds] = {}
    for table in _tables(records):
        mine = [fact for fact in facts if fact.cell.unit == table.unit]
        guessed = [fact for fact in of_rows if fact.cell.unit == table.unit]
        asked = [cell for cell in hidden if cell.unit == table.unit]
        cells = [*asked, *(fact.cell for fact in (*mine, *guessed))]
        # where states are told apart, nobody else is without a group
        told = {a for cell in cells for a, v in cell.where if v.startswith(STATE)}
        tries = (
            ([*mine, *guessed], declared - told),  # everybody is in a group, unless it says not
            (mine, declared),
            ([*mine, *guessed], attributes),
            (mine, attributes),
        )
        each = (
            _bounds(table, known, [*asked, *_rest_cells(table, known, rest)], rest, enough)
            for known, rest in tries
        )
        found = next((b for b in each if b is not None), None)
        if found is None:
            return None
        bounds.update(found)
    return bounds


def _rest_cells(table: Table, facts: Sequence[Fact], rest: frozenset[str]) -> list[Cell]:
    """Those of no group, in each way in which single groups of the attribute are counted."""
    counted = dict.fromkeys(
        (fact.cell.where[0][0], fact.cell.what)
        for fact in facts
        if len(fact.cell.where) == 1 and fact.cell.what[0] != WITHOUT_GOLD
    )
    return [
        Cell(table.unit, ((attribute, REST),), what)
        for attribute, what in counted
        if attribute in rest
    ]


def _tables(records: Sequence[Published]) -> list[Table]:
    """By unit; of the same unit the one with the most outcomes."""
    tables: dict[str, Table] = {}
    for table in (table for record in records for table in record.tables()):
        known = tables.get(table.unit)
        if known is None or len(table.outcomes) > len(known.outcomes):
            tables[table.unit] = table
    return list(tables.values())


def _bounds(
    table: Table,
    facts: Sequence[Fact],
    asked: Sequence[Cell],
    rest: frozenset[str],
    enough: float,
) -> dict[Cell, Bounds] | None:
    found: dict[Cell, Bounds] = {}
    try:
        for together in asked_together(facts, asked):
            found.update(bounds_of(system_of(table, facts, together, rest), enough))
    except Contradiction:
        return None
    return found
