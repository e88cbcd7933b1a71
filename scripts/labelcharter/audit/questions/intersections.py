"""People who are two things at once: the cells of two attributes crossed.

A group and another can each look alike and their cell not. Every cell is compared with everybody
else (or with the largest cell) in alpha and in how often each label is given. Attributes are
crossed with others of their own side: annotators' with annotators', data subjects' with theirs. The
cells are many and nobody named them beforehand, so they are exploratory: there is a p for each and
no verdict; a cell that matters is declared as an attribute, and then has one.

Options: `pairs`, which attributes to cross, [["a", "b"], …] (default: all pairs of one side);
`against`, "rest" (default) or "largest".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.chances import TOO_LARGE, of_alpha, of_rates
from labelcharter.audit.questions.figures import GroupFigures, Name, People, label_figures
from labelcharter.audit.questions.gaps import (
    MARGINS,
    ONE_PERSON,
    TESTABLE,
    Compared,
    Gap,
    gaps_between,
)
from labelcharter.audit.reductions.merging import merged
from labelcharter.audit.reductions.patterns import Reduction, one_group, reduce_ratings
from labelcharter.audit.statistics.verdicts import figure, with_interval
from labelcharter.audit.tables.cleaning import Codes, Grouping, Ratings
from labelcharter.audit.tables.faults import number_of

CROSS = " × "
BASIS = (
    "exploratory: Prabhakaran et al. 2024 (GRASP) cross two traits; p by permuting annotators, or "
    "items for traits of data subjects"
)
NOTE = (
    "exploratory: no verdict is given on a cell; one that matters is declared as an attribute of "
    "its own beforehand"
)
_REST = ("everybody else", "the largest cell")


def ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    """Every cell of every pair of attributes of one side."""
    cleaned = asked.ratings()
    if cleaned is None:
        return NEEDS_RATINGS
    pairs = _pairs(asked, request)
    if isinstance(pairs, str):
        return pairs
    largest = request.options.get("against", "rest") == "largest"
    rows: list[Row] = []
    for a, b in pairs:
        crossed = cross(a, b)
        if len(crossed.values) > 1:
            rows += _rows(asked, cleaned.kept, crossed, largest=largest)
    if not rows:
        return "no two attributes make two cells"
    return tuple(rows), (NOTE, f"each cell is compared with {_REST[largest]}")


CHECK = Check(
    "intersections",
    "Two attributes at once",
    BASIS,
    ask,
    options={"pairs": "list", "against": "word"},
)


def cross(a: Grouping, b: Grouping) -> Grouping:
    """The cells that occur, "value of a × value of b"; a rating without one of the two has none."""
    both = (a.codes >= 0) & (b.codes >= 0)
    cell = np.where(both, a.codes.astype(np.int64) * len(b.values) + b.codes, -1)
    found = np.unique(cell[both])
    codes: Codes = np.where(both, np.searchsorted(found, cell), -1).astype(np.int32)
    values = [
        CROSS.join((a.values[one // len(b.values)], b.values[one % len(b.values)]))
        for one in found.tolist()
    ]
    return Grouping(CROSS.join((a.attribute, b.attribute)), a.side, tuple(values), codes)


def _pairs(asked: Asked, request: Request) -> list[tuple[Grouping, Grouping]] | str:
    """The attributes to cross, in the order of the bindings."""
    groupings = {a.name: asked.grouping(a.name) for a in asked.attributes}
    named: Sequence[Sequence[str]] | None = request.options.get("pairs")
    if named is None:
        sides = [
            list(g) for g in (_of_side(groupings, "annotator"), _of_side(groupings, "subject"))
        ]
        found = [pair for side in sides for pair in combinations(side, 2)]
        return found or "no side has two attributes"
    for pair in named:
        unknown = [name for name in pair if name not in groupings]
        if unknown or len(set(pair)) != 2:
            what = f"`{unknown[0]}` is no attribute" if unknown else "a pair is two attributes"
            return f"{what} (pairs: {', '.join(pair)})"
        if groupings[pair[0]].side != groupings[pair[1]].side:
            return f"{pair[0]} and {pair[1]} are about different people: they make no cells"
    return [(groupings[a], groupings[b]) for a, b in named]


def _of_side(groupings: dict[str, Grouping], side: str) -> Iterator[Grouping]:
    return (grouping for grouping in groupings.values() if grouping.side == side)


def _rows(asked: Asked, kept: Ratings, crossed: Grouping, *, largest: bool) -> Iterator[Row]:
    joint = reduce_ratings(kept, crossed)
    cells = range(len(crossed.values))
    sizes = [_size(joint, crossed, cell) for cell in cells]
    top = max(cells, key=lambda cell: (sizes[cell], -cell))
    for cell in cells:
        if largest and cell == top:
            continue
        others = [top] if largest else [other for other in cells if other != cell]
        yield from _compared(asked, kept, joint, crossed, cell, others)


def _size(joint: Reduction, crossed: Grouping, cell: int) -> int:
    """People of a cell."""
    if crossed.side == "annotator":
        return len(np.unique(joint.rater[joint.rater_group == cell]))
    return int(joint.items[joint.counts[:, cell].sum(axis=1) > 0].sum())


def _compared(
    asked: Asked,
    kept: Ratings,
    joint: Reduction,
    crossed: Grouping,
    cell: int,
    others: Sequence[int],
) -> Iterator[Row]:
    """One cell less the others, in alpha and in each label."""
    sides = Grouping(
        crossed.attribute,
        crossed.side,
        ("cell", "others"),
        np.where(crossed.codes == cell, 0, np.where(np.isin(crossed.codes, others), 1, -1)).astype(
            np.int32
        ),
    )
    two = merged(joint, [[cell], others])
    groups = [_figures(asked, two, sides, number) for number in (0, 1)]
    labels, margins = asked.labels, {**MARGINS, **asked.questions.margins}
    values = [number_of(label) or 0.0 for label in labels]
    given: dict[Name, int] = {("rate", label): code for code, label in enumerate(labels)}
    if len(labels) == 2:  # one is the other's mirror
        telling = [label for label in labels if label != asked.questions.favourable][-1]
        given = {("rate", telling): labels.index(telling)}
    alone = min(group.figures.size for group in groups) == 1
    wanted = [
        (
            "agreement-gap",
            [("alpha", "")],
            of_alpha(asked.bindings.scale, values, sides.side, (kept, sides)),
        ),
        ("label-rate-gap", [*given], of_rates(given)),
    ]
    for check, names, tests in wanted:
        asks = of_rates({}) if alone else tests
        for gap in gaps_between(groups, check, names, margins[check], asks):
            yield _row(gap, crossed.values[cell], groups[0].figures, groups[1].figures)


def _figures(asked: Asked, two: Reduction, sides: Grouping, number: int) -> Compared:
    """The figures of one of the two sides."""
    group = one_group(two, number)
    estimates, jacks, people = label_figures(
        group, asked.labels, asked.bindings.scale, sides.side, gold=False
    )
    rated = group.counts.sum(axis=1)
    return Compared(
        group,
        GroupFigures(
            attribute=sides.attribute,
            value=sides.values[number],
            side=sides.side,
            ratings=int((rated * group.items).sum()),
            items=int(group.items[rated > 0].sum()),
            annotators=len(np.unique(group.rater)),
            estimates=estimates,
            jackknives=jacks,
            people=people,
        ),
    )


def _row(gap: Gap, value: str, cell: GroupFigures, others: GroupFigures) -> Row:
    """For information: the gap, its chance, and what it is the difference of."""
    here, there = (with_interval(one.estimates[gap.figure]) for one in (cell, others))
    row = Row(
        gap.attribute,
        (value,),
        "alpha-gap" if gap.figure[0] == "alpha" else "rate-gap",
        gap.label,
        gap.estimate,
        p=gap.chance.p if gap.chance else None,
        least_p=gap.chance.least if gap.chance else None,
        why=f"{here} against {there}",
        hidden_with=gap.figure,
        people=_behind(cell, others, gap.figure),
    )
    if min(cell.size, others.size) == 1:
        return replace(row, verdict="insufficient-evidence", why=ONE_PERSON)
    if gap.chance and gap.chance.least > TESTABLE:
        why = f"{row.why}; cannot be tested: the least reachable p is {figure(gap.chance.least)}"
        return replace(row, verdict="insufficient-evidence", why=why)
    if gap.why.endswith(TOO_LARGE):
        return replace(row, why=f"{row.why}; {TOO_LARGE}")
    return row


def _behind(cell: GroupFigures, others: GroupFigures, name: Name) -> People:
    """The fewer of the two sides: a gap beside a total gives away the one as well as the other."""
    a, b = (
        side.people.get(name, People(side.size, side.size, side.size)) for side in (cell, others)
    )
    return People(min(a.all, b.all), min(a.having, b.having), min(a.without, b.without))
