"""What gaps against a consensus would be if group meant nothing, and by which permutation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from labelcharter.audit.questions.answer import Request
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.options import OptionRefused
from labelcharter.audit.questions.options import times as times_wanted
from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.annotator_permutation import Panel, kept_apart, least_chance
from labelcharter.audit.statistics.expected_gap import Expected, Name
from labelcharter.audit.statistics.gold_policies import Policy, Votes
from labelcharter.audit.statistics.gold_rates import (
    expected_policy_gaps,
    expected_policy_gaps_of_panel,
)
from labelcharter.audit.statistics.jackknife import Real
from labelcharter.audit.statistics.vote_permutation import possible_permutations
from labelcharter.audit.tables.cleaning import Codes


@dataclass(frozen=True, slots=True)
class Null:
    """Expected gaps by (policy's name, figure); `how` they were made, and `short` in a few words.

    `least`: by policy the least p that permuting annotators can reach; None where votes were
    permuted, from which no p is given.
    """

    expected: Mapping[Name, Expected] = field(default_factory=dict)
    how: str = ""
    short: str = ""
    least: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """`permute`: "votes" or "annotators"; how many permutations."""

    permute: str
    times: int


def wanted_of(request: Request) -> Wanted:
    """The options `permute` and `permutations`. Raises OptionRefused."""
    permute = request.options.get("permute", "votes")
    if permute not in ("votes", "annotators"):
        raise OptionRefused(f"`permute`: `{permute}` is neither `votes` nor `annotators`")
    return Wanted(permute, times_wanted(request.options))


def null_of(
    asked: Asked,
    attribute: Attribute,
    positive: str,
    fitted: Codes | None,
    votes: Votes,
    policies: Sequence[Policy],
    wanted: Wanted,
) -> Null:
    """By votes, or by annotators where that is asked for and the design allows it.

    fitted (ratings,): the label that a model gives the item of each kept rating, if one did.
    """
    times = possible_permutations(int(votes.items @ votes.size.sum(axis=1)), wanted.times)
    if not times:
        return Null(how="too many votes to permute: what is expected of chance is not computed")
    why_not = ""
    if wanted.permute == "annotators":
        panel = _panel(asked, attribute, positive, fitted)
        if not isinstance(panel, str):
            return _by_annotators(*panel, votes, policies, times)
        why_not = f"annotators are not permuted: {panel}; "
    short = f"{times:,} permutations of the votes within each item"
    return Null(expected_policy_gaps(votes, policies, times), f"{why_not}{short}", short)


def _panel(
    asked: Asked, attribute: Attribute, positive: str, fitted: Codes | None
) -> tuple[Panel, Whole] | str:
    """The single votes and the items' given verdicts, or why annotators cannot change groups."""
    cleaned = asked.ratings()
    if cleaned is None:
        return NEEDS_RATINGS
    codes = asked.grouping(attribute.name).codes
    inside = codes >= 0
    kept = cleaned.kept.where(inside)
    _, first, item = np.unique(kept.item, return_index=True, return_inverse=True)
    people, annotator = np.unique(kept.annotator, return_inverse=True)
    group = np.zeros(len(people), dtype=np.int64)
    group[annotator] = codes[inside]  # each has one group: `tables.faults` sees to it
    if len(item) < 2 * len(people):
        return "annotators rate fewer than two items each, so that votes say the same"
    code = asked.labels.index(positive)
    for_it = (kept.label == code).astype(np.int64)
    panel = Panel(item, annotator, for_it, group, len(attribute.values))
    if kept_apart(panel):
        return (
            "by design each group has its own number of votes on each item, or its own items, so "
            "its people could not have been in another"
        )
    gold = cleaned.kept.gold if fitted is None else fitted
    given = gold[inside][first].astype(np.int64)
    return panel, np.where(given < 0, -1, (given == code).astype(np.int64))


def _by_annotators(
    panel: Panel, given: Whole, votes: Votes, policies: Sequence[Policy], times: int
) -> Null:
    positive, size = panel.counts(panel.group)
    by_item = replace(
        votes, positive=positive, size=size, given=given, items=np.ones(len(size), dtype=np.int64)
    )
    expected = expected_policy_gaps_of_panel(panel, by_item, policies, times)
    short = f"{times:,} permutations of the annotators"
    return Null(
        {
            name: replace(one, influence=_by_pattern(one.influence, by_item, votes))
            for name, one in expected.items()
        },
        short,
        short,
        {
            policy.name: least_chance(panel.group, frozenset({policy.group}), times)
            for policy in policies
        },
    )


def _by_pattern(influence: Real, by_item: Votes, votes: Votes) -> Real:
    """The mean influence of the items of each pattern."""
    rows = [np.column_stack((v.positive, v.size, v.given)) for v in (by_item, votes)]
    _, number = np.unique(np.concatenate(rows), axis=0, return_inverse=True)
    of_items, of_patterns = np.split(number.reshape(-1), [len(influence)])
    items = np.bincount(of_items, minlength=int(number.max()) + 1)
    total = np.bincount(of_items, influence, minlength=len(items))
    return np.asarray(total[of_patterns] / np.maximum(items[of_patterns], 1))
