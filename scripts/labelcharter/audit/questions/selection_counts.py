"""Each line of a table of counts as a share: from its counts, or from the rate that was printed."""

from __future__ import annotations

from collections.abc import Sequence

from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.statistics.selection_tables import implied_counts
from labelcharter.audit.tables.counts import CountColumns, CountLine, refused, tables_of
from labelcharter.reading.diagnostic import Diagnostic, in_reading_order
from labelcharter.reading.tables import Table, TableRefused


def shares_of(
    table: Table, columns: CountColumns, lines: Sequence[CountLine]
) -> dict[str, list[tuple[CountLine, Share]]]:
    """By table. Raises TableRefused where a printed rate does not leave exactly one count."""
    faults: list[Diagnostic] = []
    found: dict[str, list[tuple[CountLine, Share]]] = {}
    for name, of_table in tables_of(lines).items():
        found[name] = []
        for line in of_table:
            count, fault = _count(table, columns, line)
            if fault is not None:
                faults.append(fault)
            else:
                found[name].append((line, Share(count, line.people)))
    if faults:
        raise TableRefused(in_reading_order(faults))
    return found


def _count(table: Table, columns: CountColumns, line: CountLine) -> tuple[int, Diagnostic | None]:
    if line.selected is not None:
        return line.selected, None
    column = columns.printed_rate or ""
    printed = line.printed_rate
    if printed is None:
        words = f"column `{column}` is blank, and there is no count"
        return 0, refused(table, line.row, column, "T145", words, "give the count or the rate")
    fitting = implied_counts(printed, line.people)
    if len(fitting) == 1:
        return fitting[0], None
    words = f"{printed.text} of {line.people:,} people is no count: none is printed so"
    if fitting:
        words = (
            f"{printed.text} of {line.people:,} people may be any of {len(fitting):,} counts, "
            f"{fitting[0]:,} to {fitting[-1]:,}"
        )
    help_ = "give the counts themselves, with --selected or --above-median"
    return 0, refused(table, line.row, column, "T145", words, help_)
