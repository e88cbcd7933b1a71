"""What is wrong with the shape of a CSV table.

Slow on purpose: it runs only when there is something to show. The quick pass over a million rows
(`tables`) says that something is wrong; this pass says what, where, and how often.
"""

from __future__ import annotations

from collections.abc import Sequence

from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.reading.table_records import (
    BrokenQuote,
    OpenText,
    Record,
    field_starts,
    records_of,
)
from labelcharter.reading.table_values import hidden_character

LISTED = 10  # of one cause; the rest are counted
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def header_faults(header: Sequence[str] | None, path: str) -> tuple[Diagnostic, ...]:
    """Everything wrong with the names of the columns; None when the file has no line at all."""
    if not header:
        return (
            Diagnostic(
                "T105",
                "error",
                Place(path),
                "the file is empty" if header is None else "the first line is blank",
                "the first line of a table names its columns",
            ),
        )
    if len(header) == 1:
        for separator, name in _OTHER_SEPARATORS.items():
            if separator in header[0]:
                return (
                    Diagnostic(
                        "T106",
                        "error",
                        Place(path, 1, header[0].index(separator) + 1),
                        f"the columns are separated by {name}, not by commas",
                        "export it with commas (in a spreadsheet: CSV UTF-8, comma delimited); "
                        "a separator is never guessed, since a wrong guess moves columns",
                    ),
                )
    columns = _header_columns(header)
    first: dict[str, int] = {}
    found = []
    for index, name in enumerate(header):
        place = Place(path, 1, columns[index])
        if name in first:
            shown = f"`{name}`" if name else "a column without a name"
            related = Related(Place(path, 1, columns[first[name]]), "the first one is here")
            found.append(
                Diagnostic(
                    "T107",
                    "error",
                    place,
                    f"{shown} stands twice in the header",
                    "rename or delete one: which of the two is meant cannot be known",
                    (related,),
                    max(1, len(name)),
                )
            )
            continue
        first[name] = index
        hidden = hidden_character(name)
        if name != name.strip() or hidden:
            what = hidden or "a space"
            found.append(
                Diagnostic(
                    "T111",
                    "error",
                    place,
                    f"the column name `{name}` has {what} that cannot be seen",
                    f"name it `{name.strip()}`",
                    width=max(1, len(name)),
                )
            )
    return tuple(found)


def _header_columns(header: Sequence[str]) -> list[int]:
    """Where each name begins; exact unless a name is quoted, when it is as near as can be said."""
    columns, at = [], 1
    for name in header:
        columns.append(at)
        at += len(name) + 1
    return columns


def shape_faults(open_text: OpenText, path: str) -> tuple[Diagnostic, ...]:
    """All rows of another width than the header, and the quote that does not end."""
    with open_text() as lines:
        records = records_of(lines)
        width = len(next(records).fields)
        faulty: list[Record] = []
        blank: list[Record] = []
        broken: Diagnostic | None = None
        rows = 0
        widths: set[int] = set()
        total: dict[str, int] = {"long": 0, "short": 0, "blank": 0}
        try:
            for record in records:
                if not record.fields:
                    blank.append(record)
                    continue
                # blank lines are a fault only when a row follows them
                faulty.extend(blank)
                total["blank"] += len(blank)
                blank.clear()
                rows += 1
                widths.add(len(record.fields))
                if len(record.fields) != width:
                    kind = "long" if len(record.fields) > width else "short"
                    total[kind] += 1
                    if total[kind] <= LISTED + 1:
                        faulty.append(record)
        except BrokenQuote as error:
            broken = error.diagnostic(path)
    found = _row_faults(faulty, total, rows, widths, width, path)
    return (*found, broken) if broken else tuple(found)


def _row_faults(
    faulty: Sequence[Record],
    total: dict[str, int],
    rows: int,
    widths: set[int],
    width: int,
    path: str,
) -> list[Diagnostic]:
    if len(widths) == 1 and widths != {width} and rows > 1:
        has = widths.pop()
        record = next(r for r in faulty if r.fields)
        return [_row_fault(record, width, path, f"every row has {has} fields")]
    found = []
    listed = dict.fromkeys(total, 0)
    for record in faulty:
        kind = record.kind(width)
        listed[kind] += 1
        if listed[kind] <= LISTED:
            fields = len(record.fields)
            what = f"this row has {fields} field{'s' * (fields != 1)}" if fields else "a blank line"
            found.append(_row_fault(record, width, path, what))
        elif listed[kind] == LISTED + 1:
            more = total[kind] - LISTED
            like = {"long": "with too many fields", "short": "with too few fields"}
            rest = f"and {more:,} more row{'s' * (more != 1)} {like.get(kind, 'left blank')}"
            found.append(
                Diagnostic("T108", "error", Place(path, record.line), rest, "repair the export")
            )
    return found


def _row_fault(record: Record, width: int, path: str, what: str) -> Diagnostic:
    help_text = {
        "long": "a comma inside a field needs quotes around the field; "
        "a comma at the end of the line makes one field too many",
        "short": "the row ends early: was the line broken in two, or a field left out?",
        "blank": "delete the blank line",
    }[record.kind(width)]
    column = 1
    if len(record.fields) > width:
        starts = field_starts(record.text)
        column = starts[width][1] if len(starts) > width else 1
    message = f"{what} among the rows" if not record.fields else f"{what}, the header names {width}"
    return Diagnostic("T108", "error", Place(path, record.line, column), message, help_text)
