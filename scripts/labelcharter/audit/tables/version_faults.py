"""What is wrong with the guideline versions that a table names."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.seen import Seen
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.table_values import LISTED
from labelcharter.registry.nearest import did_you_mean


def version_faults(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    """Versions that the taxonomy never had; several, and none said to be the audited one."""
    if bindings.version is None:
        return
    column = table.columns[bindings.version]
    had = column.values if bindings.versions is None else bindings.versions
    unknown = [code for code, text in enumerate(column.values) if text not in had]
    cells = [(column.first_row_of(code), column.name) for code in unknown[: LISTED + 1]]
    places = table.places(cells)
    for code, place in zip(unknown[:LISTED], places, strict=False):
        text = column.values[code]
        yield Diagnostic(
            "T129",
            "error",
            place,
            f"the taxonomy never had a version `{text}`",
            f"{did_you_mean(text, had)} it had: {', '.join(had)}".strip(),
            width=len(text),
        )
    if (more := len(unknown) - LISTED) > 0:
        yield Diagnostic(
            "T129",
            "error",
            places[LISTED],
            f"and {more:,} more versions that the taxonomy never had",
            "repair the export",
        )
    if bindings.audited_version is None and len(column.values) > 1 and not unknown:
        yield Diagnostic(
            "T130",
            "error",
            table.places([(column.first_row_of(1), column.name)])[0],
            f"column `{column.name}` has {len(column.values)} versions, "
            "and which of them is audited is not said",
            f"name one of {', '.join(sorted(column.values))}; the check of drift sees all",
            width=len(column.values[1]),
        )
