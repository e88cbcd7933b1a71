"""Rates of each group against its own people: what gold catches of what they call positive.

For policy P and group g, over the items that g's own strict majority calls positive, the share that
P's gold also calls positive is the group's true-positive rate; over those that its majority calls
something else, the share that the gold calls positive is its false-positive rate. An item that
the policy leaves without gold counts in neither.

Call `policy_shares(votes_of(reduction, positive), policy)` for the rates and gaps of one policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.annotator_permutation import Panel, expected_gaps_of_panel
from labelcharter.audit.statistics.expected_gap import Counted, Expected, Name
from labelcharter.audit.statistics.gold_policies import Policy, Votes, gold_of, own_verdicts
from labelcharter.audit.statistics.group_shares import Shares, Truth, shares
from labelcharter.audit.statistics.vote_permutation import PERMUTATIONS, expected_gaps, order_of

TPR, FPR = "tpr", "fpr"
OWN_LEFT_OUT = "-own-votes-left-out"


def counted(votes: Votes, policy: Policy) -> dict[str, tuple[Truth, Truth]]:
    """Figure to (having, of), each (..., patterns, groups): which items, and which are caught."""
    own = own_verdicts(votes)
    found = {}
    for own_left_out in (False, True):
        if own_left_out and policy.rule == "given":
            continue
        gold = gold_of(policy, votes, own_left_out=own_left_out)
        for figure, verdict in ((TPR, 1), (FPR, 0)):
            of = (own == verdict) & (gold >= 0)
            found[figure + OWN_LEFT_OUT * own_left_out] = (of & (gold == 1), of)
    return found


def policy_shares(votes: Votes, policy: Policy) -> dict[str, Shares]:
    """Figure ("tpr", "fpr", and each with own votes left out) to the shares of the groups.

    Gold that is given has no figures with own votes left out.
    """
    found = {}
    for figure, (having, of) in counted(votes, policy).items():
        certain = _by_construction(policy, figure, votes.size.shape[1])
        found[figure] = shares(having, of, votes.items, certain)
    return found


def _by_construction(policy: Policy, figure: str, groups: int) -> Truth:
    """The groups whose share the policy fixes, whatever the votes.

    A group is right about itself; what any group calls positive is positive if one group is enough,
    and what any calls harmless is harmless if all must agree.
    """
    certain = np.zeros(groups, dtype=np.bool_)
    if policy.rule == "majority-of" and figure in (TPR, FPR):
        certain[policy.group] = True
    if policy.rule == "at-least":
        fixed = (figure == TPR and policy.least == 1) or (figure == FPR and policy.least == groups)
        certain[:] = fixed
    return certain


def expected_policy_gaps(
    votes: Votes, policies: Sequence[Policy], times: int = PERMUTATIONS
) -> dict[Name, Expected]:
    """(policy's name, figure) to the gap over permutations of the votes within each item.

    Gold that is given stays as it is.
    """
    counts = np.stack((votes.size - votes.positive, votes.positive), axis=2)
    marks = [_mark(group, policies) for group in range(votes.size.shape[1])]
    order = order_of(counts, votes.given, votes.items, marks)
    place = {group: at for at, group in enumerate(order[0].tolist())}
    placed = [replace(policy, group=place.get(policy.group, -1)) for policy in policies]

    def count(dealt: Whole, pattern: Whole) -> Counted:
        of_items = replace(
            votes,
            positive=dealt[..., 1],
            size=votes.size[pattern][:, order[0]],
            given=votes.given[pattern],
        )
        return _of_all(of_items, placed)

    return expected_gaps(counts, votes.items, order, count, times)


def expected_policy_gaps_of_panel(
    panel: Panel, votes: Votes, policies: Sequence[Policy], times: int = PERMUTATIONS
) -> dict[Name, Expected]:
    """The same over permutations of annotators; `votes` are those of the panel, item by item."""

    def count(positive: Whole, size: Whole) -> Counted:
        found = _of_all(replace(votes, positive=positive, size=size), policies)
        return {name: (having[None], of[None]) for name, (having, of) in found.items()}

    return expected_gaps_of_panel(panel, count, times)


def _of_all(votes: Votes, policies: Sequence[Policy]) -> dict[Name, tuple[Truth, Truth]]:
    return {
        (policy.name, figure): truths
        for policy in policies
        for figure, truths in counted(votes, policy).items()
    }


def _mark(group: int, policies: Sequence[Policy]) -> int:
    """Which of the policies name this group, as the bits of a number."""
    return sum(1 << at for at, policy in enumerate(policies) if policy.group == group)
