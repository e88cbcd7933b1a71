"""Which of a group's items a policy's gold catches, which shares are fixed, what chance gives."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from test_gold_policies import POLICIES, Item, by_hand, items_of, votes_in

from labelcharter.audit.statistics.annotator_permutation import Panel
from labelcharter.audit.statistics.gold_policies import Policy, Votes
from labelcharter.audit.statistics.gold_rates import (
    expected_policy_gaps,
    expected_policy_gaps_of_panel,
    policy_shares,
)

FIGURES = ("tpr", "fpr", "tpr-own-votes-left-out", "fpr-own-votes-left-out")


def plain(policy: Policy, items: list[Item], figure: str, group: int) -> tuple[int, int]:
    """(caught, of): items that the group's own majority calls so, and that have gold."""
    left_out = group if "own" in figure else None
    caught = of = 0
    for item in items:
        positive, voted = item[group]
        if not voted or (2 * positive > voted) != figure.startswith("tpr"):
            continue
        gold = by_hand(policy, item, left_out, ties=False)
        caught, of = caught + (gold == 1), of + (gold >= 0)
    return caught, of


@given(items_of)
@settings(max_examples=40)
def test_the_shares_of_every_policy_are_counted_item_by_item(items: list[Item]) -> None:
    for policy in POLICIES:
        found = policy_shares(votes_in(items), policy)
        assert set(found) == set(FIGURES)
        for figure, of_groups in found.items():
            expected = [plain(policy, items, figure, g) for g in range(3)]
            assert list(zip(of_groups.having, of_groups.of, strict=True)) == expected


@given(items_of)
@settings(max_examples=40)
def test_a_share_that_is_called_fixed_is_the_same_on_any_table(items: list[Item]) -> None:
    for policy in POLICIES:
        for figure, of_groups in policy_shares(votes_in(items), policy).items():
            for share in of_groups.values[of_groups.certain & (of_groups.of > 0)]:
                assert share == (1.0 if figure == "tpr" else 0.0)


def test_the_shares_that_a_policy_fixes_are_known_and_no_other() -> None:
    items = [[(1, 1), (0, 1), (1, 1)], [(0, 1), (1, 1), (0, 1)]]
    fixed = {
        (policy.name, figure): np.flatnonzero(of_groups.certain).tolist()
        for policy in POLICIES
        for figure, of_groups in policy_shares(votes_in(items), policy).items()
        if of_groups.certain.any()
    }
    assert fixed == {
        ("first", "tpr"): [0],
        ("first", "fpr"): [0],
        ("last", "tpr"): [2],
        ("last", "fpr"): [2],
        ("1", "tpr"): [0, 1, 2],
        ("3", "fpr"): [0, 1, 2],
    }


def test_gold_that_is_given_has_no_figures_with_own_votes_left_out() -> None:
    table = np.array([[1, 0], [0, 1], [1, 1]])
    one = np.ones_like(table)
    votes = Votes(table, one, np.array([1, -1, 0]), np.array([2, 3, 4]))
    found = policy_shares(votes, Policy("gold", "given"))
    assert set(found) == {"tpr", "fpr"}
    # of group 0: item 0 (two of them) is caught, item 2 (four) is not; item 1 has no gold
    assert (found["tpr"].having.tolist(), found["tpr"].of.tolist()) == ([2, 0], [6, 4])
    assert (found["fpr"].having.tolist(), found["fpr"].of.tolist()) == ([0, 2], [0, 2])
    assert not found["tpr"].certain.any()


def deals(item: Item) -> Iterator[Item]:
    """Every way in which the votes of an item fall to its two groups, each vote told apart."""
    (a, m), (b, n) = item
    for chosen in combinations(range(m + n), m):
        mine = sum(vote < a + b for vote in chosen)
        yield [(mine, m), (a + b - mine, n)]


ITEMS: list[Item] = [[(2, 2), (0, 1)], [(1, 2), (1, 1)], [(0, 2), (2, 2)], [(1, 1), (1, 2)]]


@pytest.mark.parametrize(
    "policy",
    [
        Policy("first", "majority-of", group=0),
        Policy("second", "majority-of", group=1),
        Policy("pooled", "pooled"),
        Policy("any", "at-least", least=1),
    ],
)
@pytest.mark.parametrize("figure", FIGURES[:3])
def test_the_expected_gap_is_the_mean_over_every_deal_of_the_votes(
    policy: Policy, figure: str
) -> None:
    gaps = []
    for table in product(*(list(deals(item)) for item in ITEMS)):
        counts = [plain(policy, list(table), figure, group) for group in (0, 1)]
        if all(of for _, of in counts):
            first, second = (Fraction(*count) for count in counts)
            gaps.append(float(abs(first - second)))
    both = expected_policy_gaps(votes_in(ITEMS), [policy, Policy("other", "balanced")], 3000)
    found = both[policy.name, figure]
    if not gaps:
        assert len(found.gaps) == 0
        return
    assert set(found.gaps.round(9)) <= set(np.round(gaps, 9))
    assert found.mean == pytest.approx(np.mean(gaps), abs=5 * np.std(gaps) / 3000**0.5 + 1e-9)


def test_given_gold_stays_as_it_is_while_votes_and_people_change_groups() -> None:
    """Two people, one a group, of whom one says yes to all: 1 and 0 of either, whoever is whose."""
    item, annotator = np.repeat([0, 1, 2, 3], 2), np.tile([0, 1], 4)
    panel = Panel(item, annotator, np.array([1, 0] * 4), np.array([0, 1]), 2)
    positive, size = panel.counts(panel.group)
    one = np.ones(4, dtype=np.int64)
    votes = Votes(positive, size, np.array([1, 1, 0, -1]), one)
    gold = Policy("gold", "given")
    found = expected_policy_gaps_of_panel(panel, votes, [gold], 20)
    # of the one tpr is 2/3 and fpr has no item, of the other the other way round
    assert {name: one.undefined for name, one in found.items()} == {
        ("gold", "tpr"): 20,
        ("gold", "fpr"): 20,
    }
    dealt = expected_policy_gaps(votes, [gold], 400)
    assert {name for name, _ in dealt} == {"gold"}
    gaps = []
    for mine in product((0, 1), repeat=3):  # who of the two says yes, on the items with gold
        rates = []
        for group in (0, 1):
            own = [at for at in range(3) if mine[at] == group]
            rates.append([bool(votes.given[at]) for at in own])
        if all(rates):
            gaps.append(abs(np.mean(rates[0]) - np.mean(rates[1])))
    tpr = dealt["gold", "tpr"]
    assert set(tpr.gaps.round(9)) == set(np.round(gaps, 9))
    assert tpr.mean == pytest.approx(np.mean(gaps), abs=0.1)
