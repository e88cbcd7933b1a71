"""A table whose rows stay in a database, as the search for faults sees it.

Only what may be at fault is brought here: the distinct values of columns of words (at most a few
hundred each), and of ids and times those that are not plainly written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labelcharter.audit.reductions.queries.times import odd_times
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.diagnostic import Place
from labelcharter.reading.table_columns import TwoValues
from labelcharter.reading.table_values import ODD_ID, twin_key

Expression = Any  # of Ibis, which carries no types

ROW = "row"
_LISTED = 1000  # distinct values of a column of words that are brought here
_AT_A_TIME = 1000  # values named in one query


class Refused(Exception):
    """This engine cannot audit the table as it stands; the message says why and what next."""


class Missing(Exception):
    """Columns that are bound and not in the table; `names` are all that it has."""

    def __init__(self, path: str, missing: Sequence[str], names: Sequence[str]) -> None:
        super().__init__(f"{path} has no column `{missing[0]}`")
        self.path, self.missing, self.names = path, tuple(missing), tuple(names)


@dataclass(frozen=True, slots=True)
class HeldColumn:
    """The distinct texts of a column (see `seen.SeenColumn`), and where each first stands."""

    name: str
    values: tuple[str, ...]
    counts: tuple[int, ...]
    first_rows: tuple[int, ...]
    distinct: int

    def first_row_of(self, code: int) -> int:
        """The first row (from 0) that has the text with this number; 0 where rows have no order."""
        return self.first_rows[code]


@dataclass(frozen=True, slots=True)
class HeldTable:
    """A table in a database.

    `rows_of` is an Ibis table: the bound columns under their `inner_names` as text (a column of
    times may keep its type), and `row` (from 0) where the rows have an order (`ordered`).
    `blanks` are the texts without anything visible that stand for a missing item or annotator.
    `keep` stores an Ibis table for the length of the session, so that it is computed once; `find`
    says where cells stand.
    """

    path: str
    names: tuple[str, ...]
    rows: int
    sha256: str | None
    rows_of: Expression
    ordered: bool
    columns: Mapping[str, HeldColumn]
    blanks: Mapping[str, tuple[str, ...]]
    keep: Callable[[Expression], Expression]
    find: Callable[[Sequence[tuple[int, str]]], list[Place]]
    _owners_at_fault: dict[tuple[str, str], int] = field(default_factory=dict)
    _owned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _inner: Mapping[str, str] = field(default_factory=dict)

    def places(self, cells: Sequence[tuple[int, str]]) -> list[Place]:
        """Where these (row from 0, column name) cells stand, as far as the database knows."""
        return self.find(cells) if self.ordered else [Place(self.path)] * len(cells)

    def text(self, name: str) -> Expression:
        """The column of this name."""
        return self.rows_of[self._inner[name]]

    def codes(self, name: str) -> Expression:
        """The number of each row's text among `columns[name].values`, null where it is blank."""
        return coded(self.text(name), self.columns[name].values, None)

    def key(self, name: str) -> Expression:
        """An id, null where it is missing."""
        text = self.text(name)
        blanks = self.blanks[name]
        return text.cases(*((blank, None) for blank in blanks), else_=text) if blanks else text

    def two_values(self, owner: str, name: str, most: int) -> tuple[list[TwoValues], int]:
        """Values of column `owner` with two values of column `name`: some, and how many."""
        if (owner, name) not in self._owners_at_fault:
            self._owners_at_fault.update(_owners_at_fault(self, owner, self._owned[owner]))
        total = self._owners_at_fault[owner, name]
        return (_two_values(self, owner, name, most), total) if total else ([], 0)


def inner_names(bindings: Bindings) -> dict[str, str]:
    """The bound columns under names that no database reads otherwise: many fold `A` and `a`."""
    return {name: f"c{number}" for number, name in enumerate(bindings.columns)}


def coded(text: Expression, values: Sequence[str], missing: int | None = -1) -> Expression:
    """The place of each text among `values`, else `missing`; 32 bits wide."""
    import ibis

    otherwise = ibis.literal(missing, "int32")
    if not values:
        return otherwise
    numbered = ((value, ibis.literal(n, "int32")) for n, value in enumerate(values))
    return text.cases(*numbered, else_=otherwise)


def hold(
    rows_of: Expression,
    bindings: Bindings,
    *,
    path: str,
    names: Sequence[str],
    keep: Callable[[Expression], Expression],
    find: Callable[[Sequence[tuple[int, str]]], list[Place]],
    sha256: str | None = None,
) -> HeldTable:
    """Look at the values of the bound columns. `rows_of` is as in HeldTable."""
    ordered, inner = ROW in rows_of.columns, inner_names(bindings)
    columns: dict[str, HeldColumn] = {}
    blanks: dict[str, tuple[str, ...]] = {}
    for name, within in inner.items():
        some = rows_of.select(value=rows_of[within], **({ROW: rows_of[ROW]} if ordered else {}))
        some = some.filter(some.value.notnull())
        if name in (bindings.item, bindings.annotator):
            columns[name], blanks[name] = _ids(some, name)
        elif name == bindings.time:
            columns[name] = _words(some.filter(odd_times(some.value)), name, None)
        elif name in bindings.features:
            columns[name] = _feature(some, name)
        else:
            columns[name] = _words(some, name, _LISTED)
    groups = {
        owner: tuple(column for _, side, column in bindings.groups if side == of)
        for owner, of in ((bindings.item, "subject"), (bindings.annotator, "annotator"))
    }
    of_items = (bindings.gold, bindings.prediction, bindings.source, bindings.period)
    groups[bindings.item] += tuple(name for name in of_items if name is not None)
    return HeldTable(
        path=path,
        names=tuple(names),
        rows=int(rows_of.count().to_pyarrow().as_py()),
        sha256=sha256,
        rows_of=rows_of,
        ordered=ordered,
        columns=columns,
        blanks=blanks,
        keep=keep,
        find=find,
        _owned=groups,
        _inner=inner,
    )


def _counted(some: Expression) -> Expression:
    """Each distinct text with how often and where first it stands, in the order of the table."""
    import ibis

    first = some[ROW].min() if ROW in some.columns else ibis.literal(0)
    counted = some.group_by("value").agg(times=some.count(), first=first)
    return counted.order_by(["first", "value"])


def _words(some: Expression, name: str, most: int | None) -> HeldColumn:
    counted = _counted(some)
    brought = (counted if most is None else counted.limit(most)).to_pyarrow().to_pylist()
    kept = [row for row in brought if row["value"].strip()]
    distinct = len(kept)
    if len(brought) == most:
        distinct += int(counted.count().to_pyarrow().as_py()) - len(brought)
    return _column(name, kept, distinct)


def _feature(some: Expression, name: str) -> HeldColumn:
    """Numbers may be many, and only the first are brought; a text among them is brought as well."""
    words = _words(some, name, _LISTED)
    if words.distinct == len(words.values):
        return words
    text = _words(some.filter(odd_times(some.value)), name, _LISTED)
    if not text.values:
        return words
    return HeldColumn(
        name,
        (*words.values, text.values[0]),
        (*words.counts, text.counts[0]),
        (*words.first_rows, text.first_rows[0]),
        words.distinct,
    )


def _column(name: str, rows: Sequence[Mapping[str, Any]], distinct: int) -> HeldColumn:
    return HeldColumn(
        name,
        tuple(row["value"] for row in rows),
        tuple(row["times"] for row in rows),
        tuple(row["first"] for row in rows),
        distinct,
    )


def _ids(some: Expression, name: str) -> tuple[HeldColumn, tuple[str, ...]]:
    """Those ids that may be another's twin, and the texts that are no id."""
    odd = some.filter((some.value == "") | some.value.re_search(ODD_ID)).select("value").distinct()
    blanks: list[str] = []
    changed: dict[str, None] = {}
    for batch in odd.to_pyarrow().to_batches(_AT_A_TIME):
        for value in batch.column(0).to_pylist():
            if not value.strip():
                blanks.append(value)
            elif (key := twin_key(value, fold_case=False)) != value:
                changed[value] = changed[key] = None
    # each text that is changed, and each that it is changed to, wherever that stands by itself
    found: list[Mapping[str, Any]] = []
    wanted = list(changed)
    for start in range(0, len(wanted), _AT_A_TIME):
        among = some.filter(some.value.isin(wanted[start : start + _AT_A_TIME]))
        found += _counted(among).to_pyarrow().to_pylist()
    found.sort(key=lambda row: (row["first"], row["value"]))
    return _column(name, found, len(found)), tuple(sorted(blanks))


def _owners_at_fault(
    held: HeldTable, owner: str, names: Sequence[str]
) -> dict[tuple[str, str], int]:
    """How many values of `owner` have two values of each of `names`: one pass for all of them."""
    if not names:
        return {}
    rows = held.rows_of.select(
        owner=held.key(owner), **{f"c{n}": held.codes(name) for n, name in enumerate(names)}
    )
    rows = rows.filter(rows.owner.notnull())
    spans: dict[str, Expression] = {}
    for n in range(len(names)):
        spans |= {f"low{n}": rows[f"c{n}"].min(), f"high{n}": rows[f"c{n}"].max()}
    each = rows.group_by("owner").agg(**spans)
    faulty = {f"n{n}": (each[f"low{n}"] < each[f"high{n}"]).sum() for n in range(len(names))}
    (totals,) = each.agg(**faulty).to_pyarrow().to_pylist()
    return {(owner, name): int(totals[f"n{n}"] or 0) for n, name in enumerate(names)}


def _two_values(held: HeldTable, owner: str, name: str, most: int) -> list[TwoValues]:
    import ibis

    row = held.rows_of[ROW] if held.ordered else ibis.literal(0, "int64")
    rows = held.rows_of.select(owner=held.key(owner), code=held.codes(name), row=row)
    rows = rows.filter(rows.owner.notnull() & rows.code.notnull())
    values = held.columns[name].values
    order = [rows.row, rows.code]
    first = ibis.window(group_by=rows.owner, order_by=order)
    rows = rows.mutate(before=rows.code.first().over(first), first_row=rows.row.first().over(first))
    rows = rows.filter(rows.code != rows.before)
    turn = ibis.row_number().over(group_by=rows.owner, order_by=[rows.row, rows.code])
    rows = rows.mutate(turn=turn)
    rows = rows.filter(rows.turn == 0).order_by(["row", "owner"]).limit(most)
    return [
        TwoValues(r["owner"], r["row"], values[r["code"]], r["first_row"], values[r["before"]])
        for r in rows.to_pyarrow().to_pylist()
    ]
