"""The reductions of ratings that are here, one by one, in memory."""

from __future__ import annotations

import numpy as np

from labelcharter.audit.reductions.packing import Whole, packing
from labelcharter.audit.reductions.tally import Found, Tally, row_numbers, summed, tally_of
from labelcharter.audit.tables.cleaning import Codes


def tally(
    item: Codes,
    rater: Codes,
    group: Codes | Whole,
    code: Codes | Whole,
    gold: Codes,
    *,
    groups: int,
    codes: int,
    what: str,
) -> Tally:
    """R1, R2 and what groups share, of ratings (all arguments (ratings,)).

    `gold` is the item's, on each of its ratings. Raises TooManyPatterns.
    """
    import pandas as pd

    unit, keys = pd.factorize(item.astype(np.int64) * groups + group)  # an item in a group
    units = len(keys)
    packed = packing(codes, int(np.bincount(unit).max(initial=0)))
    gold_of_unit = np.full(units, -1, dtype=np.int64)
    np.maximum.at(gold_of_unit, unit, gold)
    table = np.empty((units, 2 + packed.words), dtype=np.int64)
    table[:, 0], table[:, 1] = keys % groups, gold_of_unit + 1
    for word in range(packed.words):
        weights = packed.weights(word)[code]
        table[:, 2 + word] = np.bincount(unit, weights=weights, minlength=units)
    pattern, _ = pd.factorize(row_numbers(table))
    patterns = int(pattern.max(initial=-1)) + 1
    example = np.empty(patterns, dtype=np.int64)
    example[pattern] = np.arange(units)
    key = (rater.astype(np.int64) * patterns + pattern[unit]) * codes + code
    entries, ratings = np.unique(key, return_counts=True)
    raters = np.column_stack(
        (
            entries // (codes * max(1, patterns)),
            entries // codes % max(1, patterns),
            entries % codes,
            ratings,
        )
    )
    shared = _shared(keys, pattern, groups)
    return tally_of(
        Found(table[example], np.bincount(pattern, minlength=patterns), raters, shared),
        packed,
        what,
    )


def _shared(keys: Whole, pattern: Whole, groups: int) -> Whole:
    """(entries, 3): pattern in one group, pattern in a later one, items that have both.

    keys (units,) are item * groups + group. In order of keys the groups of an item are neighbours.
    """
    found: list[Whole] = []
    order = np.argsort(keys)
    item, pattern = keys[order] // groups, pattern[order]
    for apart in range(1, groups):
        same = item[apart:] == item[:-apart]
        if not same.any():
            break
        first, second = pattern[:-apart][same], pattern[apart:][same]
        found.append(_counted(first, second))
    if not found:
        return np.zeros((0, 3), dtype=np.int64)
    rows = np.concatenate(found)
    (first, second), items = summed((rows[:, 0], rows[:, 1]), rows[:, 2])
    return np.column_stack((first, second, items))


def _counted(first: Whole, second: Whole) -> Whole:
    width = int(second.max(initial=0)) + 1
    pairs, items = np.unique(first * width + second, return_counts=True)
    return np.column_stack((pairs // width, pairs % width, items))
