"""A table becomes ratings: whole numbers, each (item, annotator) once, states and blanks set aside.

The cleaning rule, in this order:
1. rows without an item or an annotator are left out;
2. of several rows with the same item and annotator the one with the lowest time is kept, where
   there is a time column, else the first in the file (the one way in which the order of rows
   matters);
3. rows whose label is a state ("don't know") are left out, then rows without a label.
Repeats are resolved before states are left out: the first answer counts, even when it is a state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.tables.bindings import Bindings, Side
from labelcharter.audit.tables.faults import faults_in, label_order, moments
from labelcharter.reading.table_columns import Column
from labelcharter.reading.tables import Table, TableRefused

Codes = NDArray[np.int32]

NO_LABEL = ""  # how a missing label stands among the answers


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of one attribute, sorted by name; code -1 where a row belongs to none."""

    attribute: str
    side: Side
    values: tuple[str, ...]
    codes: Codes


@dataclass(frozen=True, slots=True)
class Ratings:
    """One entry a rating. Codes count from 0; annotators and groups are numbered in sorted order.

    item, annotator, label: int32 (ratings,); gold and prediction likewise, numbered as labels, -1
    where there is none.
    """

    item: Codes
    annotator: Codes
    label: Codes
    gold: Codes
    prediction: Codes
    labels: tuple[str, ...]
    groupings: tuple[Grouping, ...]

    @property
    def items(self) -> int:
        """How many items have a rating."""
        return len(np.unique(self.item))

    @property
    def annotators(self) -> int:
        """How many annotators have a rating."""
        return len(np.unique(self.annotator))

    def where(self, kept: NDArray[np.bool_]) -> Ratings:
        """Only the ratings marked True."""
        return replace(
            self,
            item=self.item[kept],
            annotator=self.annotator[kept],
            label=self.label[kept],
            gold=self.gold[kept],
            prediction=self.prediction[kept],
            groupings=tuple(replace(g, codes=g.codes[kept]) for g in self.groupings),
        )


@dataclass(frozen=True, slots=True)
class Excluded:
    """Rows left out for one reason. `conflicting`: pairs whose repeated rows disagree.

    `rows` is None where their number is hidden.
    """

    reason: str
    rows: int | None
    conflicting: int | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What the rule of cleaning left, and what it took.

    `kept` has labels only. `answers` also has the rows with a state or without a label: its labels
    are those of `kept`, then the states, then NO_LABEL; it serves the rates of "don't know".
    """

    kept: Ratings
    answers: Ratings
    excluded: tuple[Excluded, ...]
    rows: int


def clean(table: Table, bindings: Bindings) -> Cleaned:
    """Bind and clean. Raises TableRefused with every fault in the values."""
    faults = faults_in(table, bindings)
    if faults:
        raise TableRefused(faults)
    labels = label_order(table, bindings)
    answers = (*labels, *bindings.states, NO_LABEL)
    everything = _bound(table, bindings, answers)
    excluded: list[Excluded] = []
    for codes, what in ((everything.item, "item"), (everything.annotator, "annotator")):
        if missing := int((codes < 0).sum()):
            excluded.append(Excluded(f"no {what} in column `{getattr(bindings, what)}`", missing))
    known = (everything.item >= 0) & (everything.annotator >= 0)
    times = None
    if bindings.time is not None:
        times = moments(table.columns[bindings.time])[known]
    everything = everything.where(known)
    order = np.arange(len(everything.item)) if times is None else np.argsort(times, kind="stable")
    first, conflicting = _first_of_each_pair(everything, order)
    if repeats := len(order) - len(first):
        rule = "the first in the file" if times is None else f"the lowest `{bindings.time}`"
        excluded.append(
            Excluded(
                f"repeated item and annotator: {rule} is kept", repeats, conflicting=conflicting
            )
        )
    once = np.zeros(len(order), dtype=np.bool_)
    once[first] = True
    everything = everything.where(once)
    for code, state in enumerate(bindings.states, start=len(labels)):
        if rows := int((everything.label == code).sum()):
            excluded.append(Excluded(f"state `{state}` is not a label", rows))
    if rows := int((everything.label == len(answers) - 1).sum()):
        excluded.append(Excluded(f"no label in column `{bindings.label}`", rows))
    kept = replace(everything.where(everything.label < len(labels)), labels=labels)
    return Cleaned(kept, everything, tuple(excluded), table.rows)


def _first_of_each_pair(ratings: Ratings, order: NDArray[np.intp]) -> tuple[NDArray[np.intp], int]:
    """Indices of the first rating, in `order`, of each pair; pairs whose ratings disagree."""
    width = int(ratings.annotator.max(initial=0)) + 1
    pair = (ratings.item.astype(np.int64) * width + ratings.annotator)[order]
    _, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
    chosen = order[first]
    differs = ratings.label[order] != ratings.label[chosen][inverse]
    return chosen, len(np.unique(inverse[differs]))


def _bound(table: Table, bindings: Bindings, answers: Sequence[str]) -> Ratings:
    states = range(len(answers) - 1 - len(bindings.states), len(answers))
    label = _numbered(table.columns[bindings.label], answers)
    label[label < 0] = len(answers) - 1
    others = []
    for name in (bindings.gold, bindings.prediction):
        codes = np.full(table.rows, -1, dtype=np.int32)
        if name is not None:
            codes = _numbered(table.columns[name], answers)
            codes[np.isin(codes, states)] = -1  # a gold "don't know" is no gold
        others.append(codes)
    return Ratings(
        item=table.columns[bindings.item].codes,
        annotator=_numbered(
            table.columns[bindings.annotator], sorted(table.columns[bindings.annotator].values)
        ),
        label=label,
        gold=others[0],
        prediction=others[1],
        labels=tuple(answers),
        groupings=tuple(_groupings(table, bindings)),
    )


def _numbered(column: Column, order: Sequence[str]) -> Codes:
    """The column's codes, renumbered by the place of each text in `order`; -1 if it has none."""
    number = {text: i for i, text in enumerate(order)}
    renumber = np.array([*(number.get(text, -1) for text in column.values), -1], dtype=np.int32)
    return renumber[column.codes]


def _groupings(table: Table, bindings: Bindings) -> list[Grouping]:
    found = []
    for attribute, side, name in bindings.groups:
        column = table.columns[name]
        states = {*bindings.states, *bindings.attribute_states.get(attribute, ())}
        values = tuple(sorted(set(column.values) - states))
        found.append(Grouping(attribute, side, values, _numbered(column, values)))
    return found
