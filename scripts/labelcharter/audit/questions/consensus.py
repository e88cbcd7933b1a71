"""What each group would have decided: strict majorities, and how often they all decide the same.

A majority is strict: more than half of the votes. Without one the item gets the declared tie label,
which is not adverse: a person is not harmed by a coin toss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import Reduction, Whole
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.proportion import proportion

GIVEN_THESE_VOTES = (
    "given these votes: the interval is over items; a majority is not smooth, so nothing is said "
    "about other annotators"
)


@dataclass(frozen=True, slots=True)
class Consensus:
    """The share of items on which the majorities of all groups of `attribute` agree."""

    attribute: str
    ties: str
    agree_on_all_groups: Estimate


def majorities(reduction: Reduction, tie: int) -> Whole:
    """The label that each group's strict majority gives to each pattern (patterns, groups).

    `tie` where there is no strict majority, -1 where the group has no vote.
    """
    votes = reduction.counts.sum(axis=2)
    most = reduction.counts.argmax(axis=2)
    strict = 2 * reduction.counts.max(axis=2, initial=0) > votes
    return np.where(votes == 0, -1, np.where(strict, most, tie))


def agreement_of_majorities(
    reduction: Reduction, attribute: str, labels: tuple[str, ...], ties: str
) -> Consensus:
    """Over the items that every group has voted on."""
    decided = majorities(reduction, labels.index(ties))
    voted = (decided >= 0).all(axis=1)
    alike = voted & (decided == decided[:, :1]).all(axis=1)
    share = proportion(
        int(reduction.items[alike].sum()),
        int(reduction.items[voted].sum()),
        "items that every group has voted on",
        GIVEN_THESE_VOTES,
    )
    return Consensus(attribute, ties, share)
