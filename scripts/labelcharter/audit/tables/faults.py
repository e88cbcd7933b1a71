"""What is wrong with the values of a table: shown all at once, before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.seen import Seen, SeenColumn
from labelcharter.audit.tables.version_faults import version_faults
from labelcharter.reading.diagnostic import Diagnostic, Place, Related, in_reading_order
from labelcharter.reading.table_columns import Column
from labelcharter.reading.table_values import LISTED, value_faults
from labelcharter.registry.nearest import did_you_mean

MOST_LABELS = 200
MOST_GROUPS = 200


def faults_in(table: Seen, bindings: Bindings) -> list[Diagnostic]:
    """Every fault in the values, in reading order; empty when the table can be audited."""
    found = [*_too_many(table, bindings)]
    if not found:
        found += _twins(table, bindings)
        found += _unknown(table, bindings)
        found += _not_numbers(table, bindings)
        found += _changing(table, bindings)
        found += _times(table, bindings)
        found += version_faults(table, bindings)
    return list(in_reading_order(found))


def label_order(table: Seen, bindings: Bindings) -> tuple[str, ...]:
    """The labels: as declared, else all that occur, by number if all are numbers, else by text."""
    if bindings.labels is not None:
        return tuple(bindings.labels)
    texts = set().union(*(table.columns[name].values for name in bindings.answers))
    labels = texts - set(bindings.states)
    numbers = {text: number_of(text) for text in labels}
    if all(number is not None for number in numbers.values()):
        return tuple(sorted(labels, key=lambda t: (numbers[t], t)))
    return tuple(sorted(labels))


def number_of(text: str) -> float | None:
    """The finite number that a label is, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def moments(column: Column) -> NDArray[np.float64]:
    """Seconds (or the numbers as they stand) for each row; a blank is later than everything."""
    values = [moment_of(text) for text in column.values]
    if any(value is None for value in values):
        raise ValueError(f"column `{column.name}` was not checked before it was used")
    return np.array([*(v for v in values if v is not None), np.inf])[column.codes]


def moment_of(text: str) -> float | None:
    """Seconds since 1970, or the number that the text is; None where it is neither."""
    number = number_of(text)
    if number is not None:
        return number
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        if len(text) > len("2026-01-31"):
            return None
        when = when.replace(tzinfo=UTC)
    return when.timestamp()


def _first_place(table: Seen, column: SeenColumn, code: int) -> Place:
    return table.places([(column.first_row_of(code), column.name)])[0]


def _too_many(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    columns = [(name, "label", MOST_LABELS) for name in bindings.answers]
    columns += [(name, "group", MOST_GROUPS) for _, _, name in bindings.groups]
    columns += [(name, "value", MOST_GROUPS) for name in _in_words(table, bindings)]
    for name, what, most in columns:
        column = table.columns[name]
        if column.distinct > most:
            yield Diagnostic(
                "T126",
                "error",
                _first_place(table, column, most),
                f"column `{name}` has {column.distinct:,} different {what}s; "
                f"at most {most} can be compared",
                f"is it the column of {what}s? Numbers can be binned before the audit",
            )


def _in_words(table: Seen, bindings: Bindings) -> list[str]:
    """Columns beside labels and traits, without features that are numbers."""
    return [
        name
        for name in bindings.beside
        if name not in bindings.features
        or any(number_of(text) is None for text in table.columns[name].values)
    ]


def _twins(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    together: list[tuple[str, dict[str, None]]] = [("label", dict.fromkeys(bindings.answers))]
    together += [("group", {column: None}) for _, _, column in bindings.groups]
    together += [("value", {name: None}) for name in _in_words(table, bindings)]
    for what, names in together:
        columns = {name: table.columns[name] for name in names}
        counts = {name: column.counts for name, column in columns.items()}
        yield from value_faults(table, columns, counts, what=what)
    for name, what in ((bindings.item, "item"), (bindings.annotator, "annotator")):
        columns = {name: table.columns[name]}
        counts = {name: table.columns[name].counts}
        yield from value_faults(table, columns, counts, what=what, fold_case=False)


def _unknown(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    declared: list[tuple[str, str, Sequence[str]]] = []
    if bindings.labels is not None:
        known: Sequence[str] = (*bindings.labels, *bindings.states)
        declared += [(name, "label", known) for name in bindings.answers]
    for attribute, _, name in bindings.groups:
        if attribute in bindings.categories:
            states = (*bindings.states, *bindings.attribute_states.get(attribute, ()))
            declared.append((name, "group", (*bindings.categories[attribute], *states)))
    for name, what, known in declared:
        column = table.columns[name]
        unknown = [i for i, text in enumerate(column.values) if text not in known]
        for code in unknown[:LISTED]:
            text = column.values[code]
            meant = did_you_mean(text, known)
            yield Diagnostic(
                "T123",
                "error",
                _first_place(table, column, code),
                f"`{text}` in column `{name}` is not a declared {what}",
                f"{meant} declared: {', '.join(known)}".strip(),
                width=len(text),
            )
        if (more := len(unknown) - LISTED) > 0:
            place = _first_place(table, column, unknown[LISTED])
            text = f"and {more:,} more {what}s that are not declared"
            yield Diagnostic("T123", "error", place, text, "declare them or repair the table")


def _not_numbers(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    """Interval grades are numbers; ordinal grades are numbers unless their order is declared."""
    if bindings.scale == "nominal" or (bindings.scale == "ordinal" and bindings.labels is not None):
        return
    seen: dict[float, tuple[str, SeenColumn, int]] = {}
    for name in bindings.answers:
        column = table.columns[name]
        for code, text in enumerate(column.values):
            if text in bindings.states:
                continue
            number = number_of(text)
            if number is None:
                yield Diagnostic(
                    "T127",
                    "error",
                    _first_place(table, column, code),
                    f"the label `{text}` is not a number, and the scale is {bindings.scale}",
                    "give grades as numbers, or declare it as a state (--state) if it is no grade; "
                    "an order of words is declared in a taxonomy",
                    width=len(text),
                )
            elif seen.setdefault(number, (text, column, code))[0] != text:
                twin, other, number_code = seen[number]
                yield Diagnostic(
                    "T121",
                    "error",
                    _first_place(table, column, code),
                    f"the labels `{text}` and `{twin}` are the same number",
                    f"write one of them everywhere, for example `{min(text, twin, key=len)}`",
                    (Related(_first_place(table, other, number_code), f"`{twin}` stands here"),),
                    len(text),
                )


def _changing(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    """An annotator has one group; an item has one group, gold label, prediction, source, period."""
    for attribute, side, name in bindings.groups:
        owner = bindings.annotator if side == "annotator" else bindings.item
        yield from _two_values(table, owner, name, f"groups of {attribute}")
    of_items = (
        (bindings.gold, "gold labels"),
        (bindings.prediction, "predictions"),
        (bindings.source, "sources"),
        (bindings.period, "periods of collection"),
    )
    for column, what in of_items:
        if column is not None:
            yield from _two_values(table, bindings.item, column, what)


def _two_values(table: Seen, owner: str, name: str, what: str) -> Iterator[Diagnostic]:
    faulty, total = table.two_values(owner, name, LISTED + 1)
    places = table.places([(f.row, name) for f in faulty] + [(f.first_row, name) for f in faulty])
    for at, fault in enumerate(faulty[:LISTED]):
        yield Diagnostic(
            "T124",
            "error",
            places[at],
            f"`{fault.owner}` has two {what}: `{fault.value}` here, `{fault.first}` before",
            f"which is right? Each value of column `{owner}` needs one",
            (Related(places[len(faulty) + at], f"`{fault.first}` stands here"),),
            len(fault.value),
        )
    if (more := total - LISTED) > 0:
        yield Diagnostic(
            "T124",
            "error",
            places[LISTED],
            f"and {more:,} more values of column `{owner}` with two {what}",
            "repair the table, or leave the column out",
        )


def lone_groups(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    """An attribute with fewer than two groups compares nothing, and must not pass for compared.

    Asked by the commands: a table of one group can be reduced, but not audited.
    """
    for attribute, _, name in bindings.groups:
        column = table.columns[name]
        states = {*bindings.states, *bindings.attribute_states.get(attribute, ())}
        groups = [code for code, text in enumerate(column.values) if text not in states]
        if len(groups) > 1:
            continue
        place = _first_place(table, column, groups[0]) if groups else Place(table.path)
        only = column.values[groups[0]] if groups else ""
        holds = f"holds one group only, `{only}`" if groups else "holds no group"
        yield Diagnostic(
            "T132",
            "error",
            place,
            f"column `{name}` {holds}: there is nothing to compare",
            "is it the right column, and the whole table? Else leave the attribute out",
            width=max(1, len(only)),
        )


def _times(table: Seen, bindings: Bindings) -> Iterator[Diagnostic]:
    if bindings.time is None:
        return
    column = table.columns[bindings.time]
    unread = [code for code, text in enumerate(column.values) if moment_of(text) is None]
    for code in unread[:LISTED]:
        text = column.values[code]
        yield Diagnostic(
            "T128",
            "error",
            _first_place(table, column, code),
            f"`{text}` is not a time that can be put in order",
            "write 2026-01-31T09:30:00Z (with its offset from UTC), a date, or a number",
            width=len(text),
        )
    if (more := len(unread) - LISTED) > 0:
        yield Diagnostic(
            "T128",
            "error",
            _first_place(table, column, unread[LISTED]),
            f"and {more:,} more values that are not times",
            "repair the export",
        )
