"""Gold policies: whose votes make the label, and on which side of "positive" each item falls.

Votes are cut into two: for the positive label, and for any other. A strict majority for the
positive label then means the same with two labels or with twenty. A tie is not positive, unless the
declared tie label is the positive one.

A verdict is 1 (positive), 0 (not) or -1 where there is none: nobody voted whose vote would count.
Everything is compared as whole numbers; no share is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Reduction, Whole

Rule = Literal["majority-of", "pooled", "balanced", "at-least", "given"]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that makes gold from votes.

    `majority-of`: the strict majority of group number `group`. `pooled`: of all votes together.
    `balanced`: of the groups' shares, each group with a vote weighing the same. `at-least`: at
    least `least` groups have a strict majority for the positive label. `given`: no rule, but the
    gold label that the table brings.
    """

    name: str
    rule: Rule
    group: int = -1
    least: int = 0


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes for the positive label, and all votes, by item pattern and group.

    positive (..., patterns, groups), with a leading axis where votes are permuted; size (patterns,
    groups); given (patterns,), the verdict of the gold that the table brings, -1 where there is
    none; items (patterns,), how many items look so.
    """

    positive: Whole
    size: Whole
    given: Whole
    items: Whole
    ties_are_positive: bool = False


def votes_of(reduction: Reduction, positive: int, *, ties_are_positive: bool = False) -> Votes:
    """The votes of a reduction for label number `positive`.

    With more than two labels "no strict majority" cannot be told from the votes for one of them,
    so ties may be positive only where there are two: else ValueError.
    """
    if ties_are_positive and reduction.labels > 2:
        raise ValueError("a tie can only be the positive label where there are two labels")
    gold = reduction.gold
    return Votes(
        reduction.counts[:, :, positive],
        reduction.counts.sum(axis=2),
        np.where(gold < 0, -1, (gold == positive).astype(np.int64)),
        reduction.items,
        ties_are_positive,
    )


def own_verdicts(votes: Votes) -> Whole:
    """The verdict of each group's own strict majority (..., patterns, groups)."""
    return _decided(2 * votes.positive, votes.size, votes.size > 0, votes)


def gold_of(policy: Policy, votes: Votes, *, own_left_out: bool = False) -> Whole:
    """The policy's verdict (..., patterns, 1), or (..., patterns, groups) with own votes left out.

    With own votes left out, entry g is the gold as it would be without the votes of group g
    (`at-least` keeps its number); -1 where no vote is left that counts, as for the group whose
    majority is the gold. Gold that is given cannot be taken apart: ValueError.
    """
    positive, voted = votes.positive, votes.size > 0
    if policy.rule == "given":
        if own_left_out:
            raise ValueError("own votes cannot be left out of a gold label that is given")
        return np.broadcast_to(votes.given[:, None], (*positive.shape[:-1], 1))
    if policy.rule == "majority-of":
        own = own_verdicts(votes)
        one = own[..., policy.group : policy.group + 1]
        if not own_left_out:
            return one
        others = np.repeat(one, positive.shape[-1], axis=-1)
        others[..., policy.group] = -1
        return others
    if policy.rule == "at-least":
        for_it = _summed((own_verdicts(votes) == 1).astype(np.int64), own_left_out=own_left_out)
        enough = _summed(voted.astype(np.int64), own_left_out=own_left_out) >= policy.least
        return np.where(enough, (for_it >= policy.least).astype(np.int64), -1)
    if policy.rule == "pooled":
        weighted, whole = positive, votes.size
    else:
        each, of_one = equal_weights(votes.size)
        weighted, whole = positive * each, np.where(voted, of_one[:, None], 0)
    return _decided(
        2 * _summed(weighted, own_left_out=own_left_out),
        _summed(whole, own_left_out=own_left_out),
        _summed(voted.astype(np.int64), own_left_out=own_left_out) > 0,
        votes,
    )


def equal_weights(size: Whole) -> tuple[Whole, Whole]:
    """Whole numbers that weigh each group's votes on an item so that its groups weigh the same.

    size (patterns, groups) to weights (patterns, groups), 0 for a group without a vote, and what
    each group then weighs (patterns,): the least common multiple of the sizes. Python's own whole
    numbers where 64 bits could overflow.
    """
    distinct, number = np.unique(size, axis=0, return_inverse=True)
    rows = distinct.tolist()
    multiple = [lcm(*(n for n in row if n)) for row in rows]
    weights = [
        [of_one // n if n else 0 for n in row] for row, of_one in zip(rows, multiple, strict=True)
    ]
    fits = 2 * size.shape[1] * max(multiple, default=1) < 1 << 62
    kind = np.int64 if fits else object
    number = number.reshape(-1)
    return (
        np.array(weights, dtype=kind).reshape(len(rows), size.shape[1])[number],
        np.array(multiple, dtype=kind)[number],
    )


def _summed(values: Whole, *, own_left_out: bool) -> Whole:
    """Over groups (..., 1), or over the other groups (..., groups)."""
    total = (values @ np.ones(values.shape[-1], dtype=values.dtype))[..., None]
    return np.asarray(total - values if own_left_out else total)


def _decided(twice: Whole, whole: Whole, voted: Truth, votes: Votes) -> Whole:
    more = (twice >= whole) if votes.ties_are_positive else (twice > whole)
    return np.where(voted, more.astype(np.int64), -1)
