"""What a rating shows besides the trait: its label, and columns such as the queue, as few cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.questions.asked import Attribute
from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.units import Units, annotator_units
from labelcharter.audit.tables.cleaning import Codes, Feature, Grouping, Ratings
from labelcharter.audit.tables.faults import number_of

MOST_CELLS = 50_000_000  # people times cells
FEW_NUMBERS = 20  # numbers with more different values than this are cut at their deciles


@dataclass(frozen=True, slots=True)
class Predictor:
    """One column, rating by rating; code -1 where it says nothing."""

    name: str
    codes: Codes
    cells: int


def of_feature(feature: Feature) -> Predictor:
    """A column of words as it is; of numbers too, unless they are many: then in tenths.

    The cuts are deciles of all ratings, made without looking at anybody's group.
    """
    numbers = [number_of(text) for text in feature.values]
    if len(numbers) <= FEW_NUMBERS or any(number is None for number in numbers):
        return Predictor(feature.column, feature.codes, len(feature.values))
    values = np.array(numbers, dtype=np.float64)
    given = values[feature.codes[feature.codes >= 0]]
    cuts = np.unique(np.quantile(given, np.arange(1, 10) / 10))
    tenth = np.searchsorted(cuts, values, side="right").astype(np.int32)
    codes = np.where(feature.codes < 0, -1, tenth[feature.codes]).astype(np.int32)
    return Predictor(feature.column, codes, len(cuts) + 1)


def together(predictors: Sequence[Predictor]) -> tuple[Predictor, Whole]:
    """All of them as one, a cell for each combination that occurs; and what each cell combines."""
    codes = np.column_stack([p.codes for p in predictors])
    known = (codes >= 0).all(axis=1)
    cells, number = np.unique(codes[known], axis=0, return_inverse=True)
    combined = np.full(len(codes), -1, dtype=np.int32)
    combined[known] = number.reshape(-1)
    return Predictor("all together", combined, len(cells)), cells.astype(np.int64)


def units_by_cell(
    predictor: Predictor,
    ratings: Ratings,
    grouping: Grouping,
    attribute: Attribute,
    kept: Sequence[str],
) -> tuple[Units, Whole] | None:
    """People by how many of their ratings show each cell, in the groups `kept`; None if too many.

    Only cells that occur are counted: the second part has their numbers.
    """
    place = {value: number for number, value in enumerate(kept)}
    number = np.array([*(place.get(value, -1) for value in attribute.values), -1])
    group = number[grouping.codes]
    known = (group >= 0) & (predictor.codes >= 0)
    owner = ratings.annotator if attribute.side == "annotator" else ratings.item
    cells, cell = np.unique(predictor.codes[known], return_inverse=True)
    people = len(np.unique(owner[known]))
    if people * max(1, len(cells)) > MOST_CELLS:
        return None
    entries = np.ones(int(known.sum()), dtype=np.int64)
    shape = (len(kept), len(cells))
    units = annotator_units(owner[known].astype(np.int64), group[known], cell, entries, shape)
    return units, cells.astype(np.int64)
