"""One row of a CSV table with its text as written, and where each of its fields begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from labelcharter.reading.diagnostic import Diagnostic, Place

OpenText = Callable[[], io.TextIOWrapper]


class Record:
    """One row with its text as written and the line that it begins on."""

    __slots__ = ("fields", "line", "text")

    def __init__(self, fields: list[str], line: int, text: str) -> None:
        self.fields, self.line, self.text = fields, line, text

    def kind(self, width: int) -> str:
        """Blank, long or short, against a header of `width` names."""
        if not self.fields:
            return "blank"
        return "long" if len(self.fields) > width else "short"


class BrokenQuote(Exception):
    """The csv module gave up on this record."""

    def __init__(self, record: Record, reason: str) -> None:
        super().__init__(reason)
        self.record, self.reason = record, reason

    def diagnostic(self, path: str) -> Diagnostic:
        """Shown where the quote began, which is where the mistake is, not where reading stopped."""
        record = self.record
        line, column = field_starts(record.text)[-1]
        began = Place(path, record.line + line, column)
        if "field larger" in self.reason or "unexpected end" in self.reason:
            message = "the quote that begins here does not end"
        else:
            message = "text follows the end of the quoted field that begins here"
        return Diagnostic(
            "T109",
            "error",
            began,
            message,
            'a quote inside a quoted field is written twice (""); rows after it were not read',
        )


def records_of(lines: io.TextIOWrapper) -> Iterator[Record]:
    """Rows with line and text. Raises BrokenQuote where the csv module gives up."""
    kept: list[str] = []

    def remembering() -> Iterator[str]:
        for line in lines:
            kept.append(line)
            yield line

    reader = csv.reader(remembering(), strict=True)
    read = 0
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenQuote(Record([], read + 1, "".join(kept)), str(error)) from None
        yield Record(fields, read + 1, "".join(kept))
        kept.clear()
        read = reader.line_num


def cells_at(open_text: OpenText, path: str, cells: Sequence[tuple[int, int]]) -> list[Place]:
    """Places of cells (row from 0, index of the column), in the order asked for."""
    wanted: dict[int, list[int]] = {}
    for row, index in cells:
        wanted.setdefault(row, []).append(index)
    last = max(wanted, default=-1)
    found: dict[tuple[int, int], Place] = {}
    with open_text() as lines:
        records = records_of(lines)
        next(records)
        for row, record in zip(count(), records):
            if row > last:
                break
            if row in wanted:
                starts = field_starts(record.text)
                for index in wanted[row]:
                    line, column = starts[index]
                    found[row, index] = Place(path, record.line + line, column)
    return [found[cell] for cell in cells]


def field_starts(text: str) -> list[tuple[int, int]]:
    """(lines below the record's first, column from 1) of each field of one record's text.

    Stops at the end of the record, or where text follows a closing quote: the last field of the
    list is then the one at fault.
    """
    starts = [(0, 1)]
    line = begin = 0
    outside, inside, closed, bare = range(4)
    state = outside  # before the first character of a field
    for offset, character in enumerate(text):
        ends_line = character == "\n" or (
            character == "\r" and text[offset + 1 : offset + 2] != "\n"
        )
        if state == inside:
            if character == '"':
                state = closed
            elif ends_line:
                line, begin = line + 1, offset + 1
        elif character == '"' and state in (outside, closed):
            state = inside
        elif character == ",":
            starts.append((line, offset + 2 - begin))
            state = outside
        elif ends_line or (state == closed and character != "\r"):
            break
        else:
            state = bare if character != "\r" else state
    return starts
