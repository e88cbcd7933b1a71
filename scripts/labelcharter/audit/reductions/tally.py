"""What an engine counts, whatever holds the rows: the reductions of the groups of one attribute.

R1, item patterns: how often each answer was given to an item by the people of one group, and how
many items look exactly so. Items that look alike are alike to every statistic here, so ten million
ratings weigh what their distinct patterns weigh.
R2, raters: for each annotator, how many ratings of which answer on items of which pattern. Leaving
an annotator out is then a sum over these, exactly.
What two groups share: how many items have this pattern in the one and that pattern in the other.
With it the covariance of two groups' figures is exact, and no joint pattern of all groups is ever
made: with sixteen groups nearly every item would have one of its own.

All are whole numbers in sorted order, so nothing after them can depend on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.packing import Packing, Whole

_LARGEST = 1 << 62
MOST_CELLS = 50_000_000  # distinct patterns x answers that are held at once: 400 MB


class TooManyPatterns(Exception):
    """The items look too different to be told apart by their patterns; the message says how."""


@dataclass(frozen=True, slots=True)
class Tally:
    """R1, R2 and what pairs of groups share.

    Patterns stand group by group and are sorted by gold and counts within a group: `group`
    (patterns,), `gold` (patterns,), -1 where an item has none, `counts` (patterns, codes), `items`
    (patterns,). Rater entries, sorted: `rater` (0 .. annotators - 1, in sorted order of their ids)
    gave answer `rater_code` on `rater_ratings` items of pattern `rater_pattern`. Shared entries,
    sorted: `shared` items have pattern `first` in one group and `second` in a later one.
    """

    group: Whole
    gold: Whole
    counts: Whole
    items: Whole
    annotators: int
    rater: Whole
    rater_pattern: Whole
    rater_code: Whole
    rater_ratings: Whole
    first: Whole
    second: Whole
    shared: Whole


@dataclass(frozen=True, slots=True)
class Found:
    """The same as an engine finds it: in any order, with the counts still packed.

    `patterns` (patterns, 2 + words): group, gold + 1, and the words of the counts. `raters`
    (entries, 4): rater, pattern, code, ratings. `shared` (entries, 3): first, second, items.
    """

    patterns: Whole
    items: Whole
    raters: Whole
    shared: Whole


def tally_of(found: Found, packing: Packing, what: str) -> Tally:
    """In canonical order. Raises TooManyPatterns, naming `what` has them."""
    refuse_too_many(len(found.patterns), packing.codes, what)
    group, gold = found.patterns[:, 0], found.patterns[:, 1] - 1
    counts = packing.unpack(found.patterns[:, 2:])
    order = np.argsort(row_numbers(np.column_stack((group, gold + 1, counts))), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    raters, shared = found.raters.copy(), found.shared.copy()
    ids, raters[:, 0] = np.unique(raters[:, 0], return_inverse=True)
    raters[:, 1] = place[raters[:, 1]]
    shared[:, :2] = place[shared[:, :2]]
    raters, shared = _sorted(raters, 3), _sorted(shared, 2)
    return Tally(
        group=group[order],
        gold=gold[order],
        counts=counts[order],
        items=found.items[order],
        annotators=len(ids),
        rater=raters[:, 0],
        rater_pattern=raters[:, 1],
        rater_code=raters[:, 2],
        rater_ratings=raters[:, 3],
        first=shared[:, 0],
        second=shared[:, 1],
        shared=shared[:, 2],
    )


def refuse_too_many(patterns: int, codes: int, what: str) -> None:
    """Raise TooManyPatterns where so many would not fit into memory."""
    if patterns * codes > MOST_CELLS:
        raise TooManyPatterns(
            f"{what} has {patterns:,} different items by {codes:,} kinds of answers; at most "
            f"{MOST_CELLS // codes:,} can be told apart in memory"
        )


def row_numbers(rows: Whole) -> Whole:
    """One whole number a row: equal for equal rows, and in their lexicographic order."""
    number = np.zeros(len(rows), dtype=np.int64)
    span = 1
    for column in rows.T:
        digit, width = column, int(column.max(initial=0)) + 1
        if span * width >= _LARGEST:
            distinct, number = np.unique(number, return_inverse=True)
            span = len(distinct)
        if span * width >= _LARGEST:
            distinct, digit = np.unique(column, return_inverse=True)
            width = len(distinct)
        number = number * width + digit
        span *= width
    return number


def summed(keys: Sequence[Whole], values: Whole) -> tuple[list[Whole], Whole]:
    """The distinct rows of `keys` (columns) in lexicographic order; the sum of their values."""
    number = row_numbers(np.column_stack(keys))
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, inverse, values)
    return [key[first] for key in keys], total


def _sorted(rows: Whole, keys: int) -> Whole:
    return rows[np.argsort(row_numbers(rows[:, :keys]), kind="stable")]
