"""Whether people, work and items have the shares that they should have.

Three questions, three sets of rows, since ten in a hundred annotators may give forty in a hundred
ratings: `people-gap` (annotators by group), `ratings-gap` (who gave the ratings, or whom they are
about) and `items-gap` (data subjects by group; items by source and by period of collection). Each
is a share less the declared one. `…-dissimilarity` is all gaps of a set in one figure.

Options: `shares`, by attribute ("source" and "period" too) the share of each group, where the audit
file has no reference population; `tolerance` (default .05, a choice of this project).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.declared_shares import TOLERANCE, Counted, rows_of
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.together import fewest
from labelcharter.audit.statistics.shares import group_share


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    given = request.options.get("shares", {})
    declared = {**asked.questions.populations, **given}
    tolerance = float(request.options.get("tolerance", TOLERANCE))
    rows: list[Row] = []
    notes: list[str] = []
    for attribute in asked.attributes:
        if shares := declared.get(attribute.name):
            rows += _of_attribute(asked, attribute, shares, tolerance)
        else:
            notes.append(f"no population is declared for {attribute.name}: nothing to compare with")
    for name, column in (("source", asked.bindings.source), ("period", asked.bindings.period)):
        if column is None:
            continue
        if shares := declared.get(name):
            counts = _items_by(asked, column)
            if counts is None:
                notes.append(f"items by {name}: {NEEDS_RATINGS}")
                continue
            rows += _of_items(name, counts, shares, tolerance)
        else:
            notes.append(f"no shares are declared for each {name}: nothing to compare with")
    if not rows:
        return "; ".join(notes) or "the table has neither attributes nor a source nor a period"
    return tuple(rows), tuple(notes)


def _of_attribute(
    asked: Asked, attribute: Attribute, shares: Mapping[str, float], tolerance: float
) -> list[Row]:
    members = {m.value: m for m in asked.members(attribute.name)}
    sizes = {value: member.size for value, member in members.items() if member.size}
    what = "annotators" if attribute.side == "annotator" else "items"
    counted = Counted(attribute.name, what, sizes, shares)
    people = fewest(_people(counted))
    if what == "annotators":
        counted = replace(counted, annotators=counted.total)
    else:
        counted = replace(counted, items=counted.total)
    rows = rows_of(counted, people, tolerance)
    joint = asked.joint(attribute.name)
    given = {value: member.ratings for value, member in members.items() if member.ratings}
    at = {value: number for number, value in enumerate(attribute.values)}
    workload = Counted(attribute.name, "ratings", given, shares)
    estimates = {g: group_share(joint, at.get(g, joint.groups)) for g in workload.groups}
    work = replace(
        workload, estimates=estimates, annotators=joint.annotators, items=int(joint.items.sum())
    )
    return rows + rows_of(work, people, tolerance)


def _of_items(
    name: str, counts: Mapping[str, int], shares: Mapping[str, float], tolerance: float
) -> list[Row]:
    counted = Counted(name, "items", counts, shares)
    return rows_of(replace(counted, items=counted.total), fewest(_people(counted)), tolerance)


def _people(counted: Counted) -> list[People]:
    total = counted.total
    return [People(total, n, total - n) for n in (counted.counts.get(g, 0) for g in counted.groups)]


def _items_by(asked: Asked, column: str) -> dict[str, int] | None:
    cleaned = asked.ratings()
    if cleaned is None:
        return None
    feature = cleaned.kept.feature(column)
    known = feature.codes >= 0  # a blank in one row of an item may be filled in another
    pairs = np.unique(np.column_stack((cleaned.kept.item[known], feature.codes[known])), axis=0)
    counts = np.bincount(pairs[:, 1], minlength=len(feature.values)).tolist()
    return {value: n for value, n in zip(feature.values, counts, strict=True) if n}


CHECK = Check(
    "representation",
    "Representation",
    "tolerance .05, a choice of this project; Wilson 1927 for people and items, a two-way "
    "jackknife for ratings; exact binomial; Pearson's goodness of fit",
    _ask,
    options={"shares": "table", "tolerance": "share"},
)
