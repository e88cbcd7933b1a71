"""A table of counts: for each category how many people there are and how many are selected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from labelcharter.reading.diagnostic import Diagnostic, in_reading_order
from labelcharter.reading.tables import Table, TableRefused

_WHOLE = re.compile(r"[0-9]{1,15}")
_PRINTED = re.compile(r"([0-9]{1,4})(?:\.([0-9]{0,12}))?\s*(%?)")


@dataclass(frozen=True, slots=True)
class CountColumns:
    """Which column is which; those that are None are not there."""

    group: str
    people: str
    selected: str | None = None
    table: str | None = None
    printed_rate: str | None = None
    printed_ratio: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is read."""
        found = (
            self.group,
            self.people,
            self.selected,
            self.table,
            self.printed_rate,
            self.printed_ratio,
        )
        return tuple(name for name in found if name is not None)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it is printed: `units` steps of 10^-`decimals`. 43.9% is 439 steps of 10^-3."""

    text: str
    units: int
    decimals: int


@dataclass(frozen=True, slots=True)
class CountLine:
    """One row. `selected` is None where the table has no such column; `row` counts from 0."""

    table: str
    group: str
    people: int
    selected: int | None
    printed_rate: Printed | None
    printed_ratio: Printed | None
    row: int


def printed_figure(text: str) -> Printed | None:
    """`48%`, `43.9 %`, `0.979`; None where it is none of them."""
    match = _PRINTED.fullmatch(text.strip())
    if match is None:
        return None
    whole, fraction, percent = match[1], match[2] or "", match[3]
    return Printed(text, int(whole + fraction), len(fraction) + (2 if percent else 0))


def count_lines(table: Table, columns: CountColumns) -> list[CountLine]:
    """The rows in the order of the file. Raises TableRefused with every fault in the values."""
    cell = _reader(table)
    faults = list(_faults(table, columns, cell))
    if faults:
        raise TableRefused(in_reading_order(faults))

    def optional(row: int, name: str | None) -> Printed | None:
        return None if name is None else printed_figure(cell(row, name))

    return [
        CountLine(
            table=cell(row, columns.table) if columns.table else "",
            group=cell(row, columns.group),
            people=int(cell(row, columns.people)),
            selected=int(cell(row, columns.selected)) if columns.selected else None,
            printed_rate=optional(row, columns.printed_rate),
            printed_ratio=optional(row, columns.printed_ratio),
            row=row,
        )
        for row in range(table.rows)
    ]


def refused(table: Table, row: int, column: str, code: str, what: str, next_: str) -> Diagnostic:
    """A fault of one cell."""
    (place,) = table.places([(row, column)])
    width = max(1, len(_reader(table)(row, column)))
    return Diagnostic(code, "error", place, what, next_, width=width)


def _reader(table: Table) -> Callable[[int, str], str]:
    def cell(row: int, name: str) -> str:
        column = table.columns[name]
        code = int(column.codes[row])
        return column.values[code] if code >= 0 else ""

    return cell


def _faults(
    table: Table, columns: CountColumns, cell: Callable[[int, str], str]
) -> Iterator[Diagnostic]:
    counts = [name for name in (columns.people, columns.selected) if name is not None]
    for row in range(table.rows):
        group = cell(row, columns.group)
        if not group:
            words = f"column `{columns.group}` is blank"
            help_ = "name the category; people of unknown category are given with --unknown"
            yield refused(table, row, columns.group, "T143", words, help_)
        wrong = [name for name in counts if not _WHOLE.fullmatch(cell(row, name))]
        for name in wrong:
            text = cell(row, name)
            shown = f"`{text}` in column `{name}`" if text else f"column `{name}` is blank: that"
            help_ = "write how many people as digits alone, 0 where there are none"
            yield refused(table, row, name, "T141", f"{shown} is not a whole number", help_)
        if columns.selected and not wrong:
            people, selected = (int(cell(row, name)) for name in counts)
            if selected > people:
                words = f"{selected:,} of {people:,} people in `{group}` are counted"
                help_ = "are the two columns in the right order?"
                yield refused(table, row, columns.selected, "T142", words, help_)
        for printed in (columns.printed_rate, columns.printed_ratio):
            if printed and (text := cell(row, printed)) and printed_figure(text) is None:
                words = f"`{text}` is not a printed rate or ratio"
                help_ = "write it as printed: 48%, 43.9%, 0.979"
                yield refused(table, row, printed, "T144", words, help_)
    yield from _each_once(table, columns, cell)


def _each_once(
    table: Table, columns: CountColumns, cell: Callable[[int, str], str]
) -> Iterator[Diagnostic]:
    seen: dict[str, dict[str, int]] = {}
    for row in range(table.rows):
        name = cell(row, columns.table) if columns.table else ""
        group = cell(row, columns.group)
        first = seen.setdefault(name, {}).setdefault(group, row)
        if first != row and group:
            which = f"table `{name}`" if name else "this table"
            words = f"`{group}` stands twice in {which}"
            help_ = "add the two up, or name their tables apart with --table"
            yield refused(table, row, columns.group, "T143", words, help_)
    for name, groups in seen.items():
        if len(groups) == 1:
            ((group, row),) = groups.items()
            which = f"table `{name}`" if name else "the table"
            words = f"`{group}` is the only category of {which}: there is nothing to compare"
            help_ = "a ratio needs two categories or more"
            yield refused(table, row, columns.group, "T143", words, help_)


def tables_of(lines: Sequence[CountLine]) -> dict[str, list[CountLine]]:
    """Their lines by table, in the order of the file."""
    found: dict[str, list[CountLine]] = {}
    for line in lines:
        found.setdefault(line.table, []).append(line)
    return found
