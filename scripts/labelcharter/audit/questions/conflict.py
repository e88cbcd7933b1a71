"""`conflict`: on how many items people do not decide, and whose decisions gold overturns.

`conflict` is the share of items without a strict majority, of those with two votes or more: within
each group's own votes for a trait of annotators, of the group's items for a trait of the people
that items are about. `overturn`, where there is a gold or adjudicated label: of the items on which
there is a strict majority, the share on which gold is another label: whose votes lose.

Beside each gap stands what it would be if group meant nothing: votes permuted within each item, or
items permuted for the groups of the people that they are about. The number of votes alone makes a
gap between groups of annotators (three votes for two labels cannot tie, four can), so there the
margin is for what lies beyond what is expected.

Options: `margin`, .05, a choice of this project; `attributes`, all; `permutations`, 1,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import Asked, Attribute
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.given_votes import (
    NOTHING_OF_OTHERS,
    excess_of_gap,
    gap_of_groups,
    judged,
    people_behind_share,
    scarcest,
    share_of_group,
)
from labelcharter.audit.questions.options import OptionRefused, asked_attributes, share, times
from labelcharter.audit.reductions.patterns import Reduction, Whole
from labelcharter.audit.statistics.consensus_labels import overturned, undecided
from labelcharter.audit.statistics.expected_gap import Counted, Expected
from labelcharter.audit.statistics.group_shares import Shares, Truth, shares
from labelcharter.audit.statistics.item_permutation import expected_gap_of_items
from labelcharter.audit.statistics.vote_permutation import (
    expected_gaps,
    order_of,
    possible_permutations,
)

MARGIN = 0.05  # a choice of this project
CONFLICT, OVERTURN = "conflict", "overturn"
_OF = {
    CONFLICT: "with two votes or more",
    OVERTURN: "with a strict majority and a gold label",
}


@dataclass(frozen=True, slots=True)
class _Counted:
    """One share of one attribute: (having, of), each (patterns, groups), and what comes of it."""

    attribute: Attribute
    reduction: Reduction
    figure: str
    having: Truth
    of: Truth

    @property
    def shares(self) -> Shares:
        return shares(self.having, self.of, self.reduction.items)

    def people(self, group: int) -> People:
        """Annotators, or the items of data subjects."""
        if self.attribute.side == "annotator":
            having, of = self.having[:, group], self.of[:, group]
            return people_behind_share(self.reduction, group, having, of)
        having_items, of_items = int(self.shares.having[group]), int(self.shares.of[group])
        return People(of_items, having_items, of_items - having_items)


def ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    """Everybody first, then by attribute, figure and group."""
    try:
        margin = share(request.options, "margin")
        wanted = times(request.options)
        attributes = asked_attributes(asked, request.options, ("annotator", "subject"))
    except OptionRefused as refused:
        return str(refused)
    if margin is None:
        margin = asked.questions.margins.get("conflict", MARGIN)
    rows: list[Row] = []
    notes = [NOTHING_OF_OTHERS]
    everybody = asked.joint()
    for figure, (having, of) in _figures(everybody.counts, everybody.gold).items():
        estimate = share_of_group(shares(having, of, everybody.items), 0, _OF[figure])
        people = people_behind_share(everybody, 0, having[:, 0], of[:, 0])
        _, why = judged(estimate, None, None, 0)
        rows.append(Row("", (), figure, "", estimate, why=why, people=people))
    for attribute in attributes:
        joint = asked.joint(attribute.name)
        votes = int(joint.items @ joint.counts.sum(axis=(1, 2)))
        permuted = possible_permutations(votes, wanted)
        what = "votes within each item" if attribute.side == "annotator" else "items"
        notes.append(
            f"{attribute.name}: {permuted:,} permutations of the {what}"
            if permuted
            else f"{attribute.name}: too many votes to permute: nothing is expected"
        )
        counted = [
            _Counted(attribute, joint, figure, having, of)
            for figure, (having, of) in _figures(joint.counts, joint.gold).items()
        ]
        chances = _expected(counted, permuted) if permuted else {}
        for one in counted:
            rows += _rows(one, chances.get(one.figure), margin, permuted)
    return tuple(rows), tuple(notes)


def _figures(counts: Whole, gold: Whole) -> dict[str, tuple[Truth, Truth]]:
    found = {CONFLICT: undecided(counts)}
    if (gold >= 0).any():
        found[OVERTURN] = overturned(counts, gold)
    return found


def _expected(counted: list[_Counted], permuted: int) -> dict[str, Expected]:
    """Figure to the gap if group meant nothing."""
    joint, side = counted[0].reduction, counted[0].attribute.side
    if side == "subject":
        return {
            one.figure: expected_gap_of_items(one.shares.having, one.shares.of, permuted)
            for one in counted
            if one.shares.of.all()
        }

    def count(dealt: Whole, pattern: Whole) -> Counted:
        return {(figure, ""): t for figure, t in _figures(dealt, joint.gold[pattern]).items()}

    marks = np.zeros(joint.groups, dtype=np.int64).tolist()
    order = order_of(joint.counts, joint.gold, joint.items, marks)
    found = expected_gaps(joint.counts, joint.items, order, count, permuted)
    return {figure: expected for (figure, _), expected in found.items()}


def _rows(one: _Counted, chance: Expected | None, margin: float, permuted: int) -> Iterator[Row]:
    name, values, found = one.attribute.name, one.attribute.values, one.shares
    people = [one.people(group) for group in range(len(values))]
    for group, value in enumerate(values):
        estimate = share_of_group(found, group, _OF[one.figure])
        _, why = judged(estimate, None, None, 0)
        yield Row(name, (value,), one.figure, "", estimate, why=why, people=people[group])
    gap, fewest = gap_of_groups(found, values, _OF[one.figure]), int(found.of.min())
    of_people = one.attribute.side == "annotator"
    expected = chance.estimate() if chance else None
    tested = chance is not None and not of_people and gap.state == "estimated"
    limit = None if of_people else margin
    verdict, why = judged(gap, None, limit, fewest)
    yield Row(
        name,
        values,
        f"{one.figure}-gap",
        "",
        gap,
        expected=expected,
        p=chance.chance(found.gap) if chance and tested else None,
        least_p=1 / (permuted + 1) if tested else None,
        limits=None if limit is None else (None, limit),
        verdict=verdict,
        why=why,
        people=scarcest(people),
    )
    if of_people and chance is not None:
        excess = excess_of_gap(found, gap, chance)
        verdict, why = judged(excess, None, margin, fewest)
        yield Row(
            name,
            values,
            f"{one.figure}-gap-excess",
            "",
            excess,
            limits=(None, margin),
            verdict=verdict,
            why=why,
            people=scarcest(people),
        )


CHECK = Check(
    "conflict",
    "Where people do not decide, and whose decisions are overturned",
    "strict majority of the votes; margin .05, a choice of this project",
    ask,
    by_default=False,
    options={"margin": "share", "attributes": "words", "permutations": "whole"},
)
