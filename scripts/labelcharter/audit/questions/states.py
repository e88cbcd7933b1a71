"""Who belongs to no group: people whose trait is a state ("consent revoked"), or is not given.

A person who does not say is not nobody. By attribute: the share of people in each state, and by
label whether they rate (or are rated) otherwise than people whose group is known; for information.

Options: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.figures import People, people_behind
from labelcharter.audit.questions.together import fewest
from labelcharter.audit.reductions.patterns import Reduction, Whole, one_group, reduce_ratings
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.contrasts import contrast
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import Real, jackknife
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.reshuffle import (
    chance_of,
    reshuffle,
    under_no_difference,
)
from labelcharter.audit.statistics.units import units_of
from labelcharter.audit.statistics.verdicts import chance, with_interval
from labelcharter.audit.tables.cleaning import Codes, Grouping, Ratings

NOT_GIVEN = "not given"


@dataclass(frozen=True, slots=True)
class _Side:
    """People of one state beside people whose group is known: code 0 and 1 of a reduction."""

    state: str
    size: int
    reduction: Reduction


def _ask(asked: Asked, _request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    cleaned = asked.ratings()
    if cleaned is None:
        return NEEDS_RATINGS
    rows = [row for a in asked.attributes for row in _rows(asked, a, cleaned.kept)]
    if not rows:
        return "the group of everybody is known"
    return tuple(rows), ("for information: states are not groups and get no verdict",)


def _rows(asked: Asked, attribute: Attribute, kept: Ratings) -> list[Row]:
    grouping = asked.grouping(attribute.name)
    owner = kept.annotator if grouping.side == "annotator" else kept.item
    state, names = _state_of_each(owner, grouping)
    present = np.unique(owner)
    total = len(present)
    sides = []
    for code, name in enumerate(names):
        size = int((state[present] == code).sum())
        if size:
            codes = np.where(state[owner] == code, 0, np.where(state[owner] < 0, 1, -1))
            two = Grouping(attribute.name, attribute.side, (name, "known"), codes.astype(np.int32))
            sides.append(_Side(name, size, reduce_ratings(kept, two)))
    known = tuple(m.value for m in asked.members(attribute.name) if m.size)
    behind = [People(total, side.size, total - side.size) for side in sides]
    found: list[Row] = []
    for side in sides:
        share = proportion(side.size, total, "people")
        what = "annotators" if attribute.side == "annotator" else "items"
        why = f"{side.size:,} of {total:,} {what}: {with_interval(share)}"
        found.append(Row(attribute.name, known, "state-share", side.state, share, why=why))
        if 1 < side.size < total and known:  # one person's ratings are not a group's
            gaps, people = _gaps(asked.labels, attribute, side, known)
            found += gaps
            behind += people
    least = fewest(behind)
    return [replace(row, people=least) for row in found]


def _state_of_each(owner: Codes, grouping: Grouping) -> tuple[Whole, tuple[str, ...]]:
    """The number of each person's state, -1 with a group; the states, the last being NOT_GIVEN.

    A person's blank in one row is filled by what other rows say.
    """
    names = (*grouping.states, NOT_GIVEN)
    state = np.full(int(owner.max(initial=0)) + 1, len(names) - 1, dtype=np.int64)
    if grouping.state_codes is not None:
        told = grouping.state_codes >= 0
        state[owner[told]] = grouping.state_codes[told]
    state[owner[grouping.codes >= 0]] = -1
    return state, names


def _gaps(
    labels: Sequence[str], attribute: Attribute, side: _Side, known: tuple[str, ...]
) -> tuple[list[Row], list[People]]:
    """By label, the rate of people in the state less that of people whose group is known."""
    units = units_of(side.reduction, attribute.side)
    dealt = reshuffle(units)
    two = [one_group(side.reduction, number) for number in range(2)]
    rows, behind = [], []
    for code, label in enumerate(labels):
        rate = rates.label_rate(code)
        behind += [people_behind(group, rate, attribute.side) for group in two]
        if len(labels) == 2 and code == 0:
            continue  # the mirror of the other
        jacks = [jackknife(group, rate) for group in two]
        own = [rate_estimate(jack) for jack in jacks]
        estimate = contrast(jacks, own, (1, -1), min(jack.ratings for jack in jacks), 1.0)
        expected, p, least, chances = None, None, None, ""
        if dealt is not None:
            drawn = _rate_gap(dealt.tables, code)
            observed = abs(float(_rate_gap(units.table[None], code)[0]))
            found = chance_of(observed, np.abs(drawn), dealt)
            expected, p, least = under_no_difference(drawn), found.p, found.least
            chances = f"; p {chance(found.p)}"
        why = f"{with_interval(estimate)} against people whose group is known{chances}"
        rows.append(
            Row(
                attribute.name,
                known,
                "state-rate-gap",
                f"{side.state}, `{label}`",
                estimate,
                expected,
                p=p,
                least_p=least,
                why=why if estimate.state == "estimated" else estimate.reason,
            )
        )
    return rows, behind


def _rate_gap(tables: Whole, code: int) -> Real:
    shares = tables[:, :, code] / tables.sum(axis=2)
    return np.asarray(shares[:, 0] - shares[:, 1])


CHECK = Check(
    "states",
    "People whose group is not known",
    "Wilson 1927 for shares of people; two-way jackknife, and permutations of people, for gaps",
    _ask,
)
