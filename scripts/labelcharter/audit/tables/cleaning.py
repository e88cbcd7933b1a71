"""A table becomes ratings: whole numbers, each (item, annotator) once, states and blanks set aside.

The cleaning rule, in this order:
1. rows without an item or an annotator are left out;
2. of several rows with the same item and annotator the one with the lowest time is kept, where
   there is a time column, else the first in the file (the one way in which the order of rows
   matters); where there is a column of guideline versions, the same version too;
3. rows without a version, or under another version than the audited one, are left out;
4. rows whose label is a state ("don't know") are left out, then rows without a label.
Repeats are resolved before states are left out: the first answer counts, even when it is a state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.tables import exclusions
from labelcharter.audit.tables.bindings import Bindings, Side
from labelcharter.audit.tables.faults import faults_in, label_order, moments
from labelcharter.reading.table_columns import Column
from labelcharter.reading.tables import Table, TableRefused

Codes = NDArray[np.int32]

NO_LABEL = ""  # how a missing label stands among the answers


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of one attribute, sorted by name; code -1 where a row belongs to none.

    `state_codes` say which of `states` ("consent revoked") such a row has instead, -1 for neither.
    """

    attribute: str
    side: Side
    values: tuple[str, ...]
    codes: Codes
    states: tuple[str, ...] = ()
    state_codes: Codes | None = None

    def where(self, kept: NDArray[np.bool_]) -> Grouping:
        """Only the rows marked True."""
        states = None if self.state_codes is None else self.state_codes[kept]
        return replace(self, codes=self.codes[kept], state_codes=states)


@dataclass(frozen=True, slots=True)
class Feature:
    """A column that is neither label nor trait, rating by rating; code -1 where it is blank."""

    column: str
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
    features: tuple[Feature, ...] = ()

    def feature(self, column: str) -> Feature:
        """The column of this name; KeyError where it is not bound."""
        for found in self.features:
            if found.column == column:
                return found
        raise KeyError(column)

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
            groupings=tuple(g.where(kept) for g in self.groupings),
            features=tuple(replace(f, codes=f.codes[kept]) for f in self.features),
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
    `every_version` has the labels given under all versions; None without a column of versions.
    """

    kept: Ratings
    answers: Ratings
    excluded: tuple[Excluded, ...]
    rows: int
    every_version: Ratings | None = None


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
            reason = exclusions.missing(what, getattr(bindings, what))
            excluded.append(Excluded(reason, missing))
    known = (everything.item >= 0) & (everything.annotator >= 0)
    times = None
    if bindings.time is not None:
        times = moments(table.columns[bindings.time])[known]
    everything = everything.where(known)
    order = np.arange(len(everything.item)) if times is None else np.argsort(times, kind="stable")
    first, conflicting = _first_of_each_pair(everything, order, bindings.version)
    if repeats := len(order) - len(first):
        excluded.append(Excluded(exclusions.repeated(bindings), repeats, conflicting=conflicting))
    once = np.zeros(len(order), dtype=np.bool_)
    once[first] = True
    everything = _with_what_is_known_of_items(everything.where(once))
    every_version = None
    if bindings.version is not None:
        every_version = _labelled(everything, labels)
        everything = _of_audited_version(everything, bindings, excluded)
    for code, state in enumerate(bindings.states, start=len(labels)):
        if rows := int((everything.label == code).sum()):
            excluded.append(Excluded(exclusions.no_label(state), rows))
    if rows := int((everything.label == len(answers) - 1).sum()):
        excluded.append(Excluded(exclusions.missing("label", bindings.label), rows))
    kept = _labelled(everything, labels)
    return Cleaned(kept, everything, tuple(excluded), table.rows, every_version)


def _with_what_is_known_of_items(ratings: Ratings) -> Ratings:
    """Gold and prediction are the item's: on whichever row they stand, they hold for all."""

    def of_items(codes: Codes) -> Codes:
        known = np.full(int(ratings.item.max(initial=-1)) + 1, -1, dtype=np.int32)
        np.maximum.at(known, ratings.item, codes)
        return known[ratings.item]

    return replace(ratings, gold=of_items(ratings.gold), prediction=of_items(ratings.prediction))


def _labelled(ratings: Ratings, labels: tuple[str, ...]) -> Ratings:
    return replace(ratings.where(ratings.label < len(labels)), labels=labels)


def _of_audited_version(ratings: Ratings, bindings: Bindings, excluded: list[Excluded]) -> Ratings:
    """The ratings of the audited version (of the only one, where none is named)."""
    under = ratings.feature(str(bindings.version))
    audited = bindings.audited_version or "".join(under.values)  # several are a fault, T130
    for code, version in enumerate(under.values):
        rows = int((under.codes == code).sum())
        if rows and version != audited:
            excluded.append(Excluded(exclusions.another_version(version, audited), rows))
    if rows := int((under.codes < 0).sum()):
        excluded.append(Excluded(exclusions.missing("version", str(bindings.version)), rows))
    number = under.values.index(audited) if audited in under.values else len(under.values)
    return ratings.where(under.codes == number)


def _first_of_each_pair(
    ratings: Ratings, order: NDArray[np.intp], version: str | None
) -> tuple[NDArray[np.intp], int]:
    """Indices of the first rating, in `order`, of each pair; pairs whose ratings disagree.

    A pair under another version is another pair.
    """
    width = int(ratings.annotator.max(initial=0)) + 1
    pair = (ratings.item.astype(np.int64) * width + ratings.annotator)[order]
    if version is not None:
        under = ratings.feature(version)
        pair = pair * (len(under.values) + 1) + under.codes[order] + 1
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
        features=tuple(_feature(table.columns[name]) for name in bindings.beside),
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
        instead = tuple(sorted(set(column.values) & states))
        codes, state_codes = _numbered(column, values), _numbered(column, instead)
        found.append(Grouping(attribute, side, values, codes, instead, state_codes))
    return found


def _feature(column: Column) -> Feature:
    values = tuple(sorted(column.values))
    return Feature(column.name, values, _numbered(column, values))
