"""The three reductions as queries: the database counts, and only what it counted comes here.

An item in a group is one row: its answers as the digits of a few whole numbers (see `packing`), its
gold label. R1 counts the rows that are alike, R2 joins the ratings to them, and what two groups
share joins them to themselves by item.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from labelcharter.audit.reductions import tally as tallies
from labelcharter.audit.reductions.packing import Packing, Whole, packing
from labelcharter.audit.reductions.patterns import Reduction, reduction_of
from labelcharter.audit.reductions.queries.cleaning import clean_held
from labelcharter.audit.reductions.queries.held_table import HeldTable
from labelcharter.audit.reductions.source import ItemCounts, Source
from labelcharter.audit.reductions.tally import Found, Tally, refuse_too_many, row_numbers, tally_of
from labelcharter.audit.tables.bindings import Bindings

Expression = Any  # of Ibis

MOST_WORDS = 32  # whole numbers that an item's answers may take; more columns are no database's


def source_held(held: HeldTable, bindings: Bindings) -> Source:
    """Clean and reduce in the database. Raises TableRefused or Refused."""
    ratings = clean_held(held, bindings)
    labels = len(ratings.labels)
    numbers = {trait.attribute: n for n, trait in enumerate(ratings.traits)}
    labelled = ratings.rows_of.filter(ratings.rows_of.code < labels)

    def counted(attribute: str) -> Tally:
        import ibis

        rows = ratings.rows_of
        group, groups, what = ibis.literal(0, "int32"), 1, "the table"
        if attribute:
            number = numbers[attribute]
            groups, what = len(ratings.traits[number].values) + 1, f"`{attribute}`"
            of_row = rows[f"g{number}"]
            group = ibis.ifelse(of_row < 0, ibis.literal(groups - 1, "int32"), of_row)
        rows = rows.select("item", "annotator", "gold", "code", group=group)
        return _tally(rows, groups, packing(len(ratings.answers), ratings.most), held, what)

    def joint(attribute: str) -> Reduction:
        import ibis

        rows, groups, what, code = labelled, 1, "the table", labelled.code
        if attribute:
            number = numbers[attribute]
            groups = len(ratings.traits[number].values)
            what = f"the groups of {attribute} together"
            rows = labelled.filter(labelled[f"g{number}"] >= 0)
            code = rows[f"g{number}"] * labels + rows.code
        rows = rows.select("item", "annotator", "gold", code=code, group=ibis.literal(0, "int32"))
        found = _tally(rows, 1, packing(groups * labels, ratings.most), held, what)
        return reduction_of(found, groups, labels)

    def items(attribute: str) -> ItemCounts:
        return _item_counts(labelled, f"g{numbers[attribute]}")

    return Source(
        answers=ratings.answers,
        labels=ratings.labels,
        blanks=bool(ratings.times.get(len(ratings.answers) - 1)),
        gold=bool(labelled.filter(labelled.gold >= 0).count().to_pyarrow().as_py()),
        ratings=sum(times for code, times in ratings.times.items() if code < labels),
        rows=held.rows,
        excluded=ratings.excluded,
        traits=ratings.traits,
        tally=counted,
        joint=joint,
        items=items,
    )


def _tally(rows: Expression, groups: int, packed: Packing, held: HeldTable, what: str) -> Tally:
    """R1, R2 and what groups share of rows (item, annotator, gold, code, group)."""
    if packed.words > MOST_WORDS:
        raise tallies.TooManyPatterns(
            f"{what} has {packed.codes:,} kinds of answers, up to {packed.base - 1:,} to an item: "
            "too many for one query"
        )
    words = [f"w{number}" for number in range(packed.words)]
    weights = {
        word: coded_as(rows.code, packed.weights(number).tolist()).sum().cast("int64")
        for number, word in enumerate(words)
    }
    units = held.keep(rows.group_by(["item", "group"]).agg(gold=rows.gold.max(), **weights))
    looks = ["group", "gold", *words]
    alike = units.group_by(looks).agg(items=units.count())
    most = tallies.MOST_CELLS // max(1, packed.codes)
    found = _columns(alike.limit(most + 1), [*looks, "items"])
    if len(found) > most:
        refuse_too_many(int(alike.count().to_pyarrow().as_py()), packed.codes, what)
    patterns = found[:, :-1]
    patterns[:, 1] += 1  # gold, so that none is 0
    number = _Numbers(patterns)
    return tally_of(
        Found(
            patterns,
            found[:, -1],
            _raters(rows, units, looks, number),
            _shared(units, looks, number, groups),
        ),
        packed,
        what,
    )


class _Numbers:
    """Looks of an item in a group, as the database gives them, to the number of their pattern."""

    def __init__(self, patterns: Whole) -> None:
        self._patterns = patterns

    def of(self, looks: Whole) -> Whole:
        """The numbers (n,) of looks (n, 2 + words)."""
        known = len(self._patterns)
        wanted = looks.copy()
        wanted[:, 1] += 1
        every = row_numbers(np.concatenate((self._patterns, wanted)))
        order = np.argsort(every[:known])
        return order[np.searchsorted(every[:known], every[known:], sorter=order)]


def coded_as(code: Expression, numbers: Sequence[int]) -> Expression:
    """What stands for each code, 64 bits wide; 0 is left to the end, so that queries stay short."""
    import ibis

    some = [(n, ibis.literal(number, "int64")) for n, number in enumerate(numbers) if number]
    zero = ibis.literal(0, "int64")
    return code.cases(*some, else_=zero) if some else zero


def _raters(rows: Expression, units: Expression, looks: Sequence[str], number: _Numbers) -> Whole:
    import pyarrow.compute as pc

    both = rows.select("item", "annotator", "group", "code").inner_join(units, ["item", "group"])
    entries = both.group_by(["annotator", "code", *looks]).agg(ratings=both.count()).to_pyarrow()
    coded_ids = pc.dictionary_encode(entries.column("annotator")).combine_chunks()
    ids = coded_ids.dictionary.to_pylist()
    place = np.empty(len(ids), dtype=np.int64)
    place[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return np.column_stack(
        (
            place[coded_ids.indices.to_numpy()],
            number.of(_of(entries, looks)),
            _of(entries, ["code", "ratings"]),
        )
    )


def _shared(units: Expression, looks: Sequence[str], number: _Numbers, groups: int) -> Whole:
    if groups < 2:
        return np.zeros((0, 3), dtype=np.int64)
    other = units.select("item", **{f"{name}_2": units[name] for name in looks})
    both = units.inner_join(other, "item")
    both = both.filter(both["group"] < both.group_2)
    seconds = [f"{name}_2" for name in looks]
    found = _columns(
        both.group_by([*looks, *seconds]).agg(items=both.count()), [*looks, *seconds, "items"]
    )
    wide = len(looks)
    return np.column_stack(
        (number.of(found[:, :wide]), number.of(found[:, wide : 2 * wide]), found[:, -1])
    )


def _item_counts(labelled: Expression, group: str) -> ItemCounts:
    roles = {"group": labelled[group], "gold": labelled.gold, "prediction": labelled.prediction}
    each = labelled.group_by("item").agg(**{name: code.max() for name, code in roles.items()})
    counted = each.group_by([*roles]).agg(items=each.count())
    found = _columns(counted, [*roles, "items"])
    found = found[np.argsort(row_numbers(found[:, :3] + 1))]
    return ItemCounts(*(np.ascontiguousarray(column) for column in found.T))


def _columns(query: Expression, names: Sequence[str]) -> Whole:
    return _of(query.to_pyarrow(), names)


def _of(table: Any, names: Sequence[str]) -> Whole:
    columns = [table.column(name).to_numpy().astype(np.int64) for name in names]
    return np.column_stack(columns) if columns else np.zeros((len(table), 0), dtype=np.int64)
