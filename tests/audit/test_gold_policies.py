"""Each policy's verdict on each item, vote by vote, with ties either way and own votes left out."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelcharter.audit.reductions.patterns import Reduction
from labelcharter.audit.statistics.gold_policies import (
    Policy,
    Votes,
    equal_weights,
    gold_of,
    own_verdicts,
    votes_of,
)

Item = list[tuple[int, int]]  # (positive, all) votes of each group

items_of = st.lists(
    st.lists(
        st.integers(0, 4).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=3,
        max_size=3,
    ),
    min_size=1,
    max_size=5,
)


def votes_in(items: list[Item], *, ties: bool = False) -> Votes:
    table = np.array(items)
    one = np.ones(len(items), dtype=np.int64)
    return Votes(table[:, :, 0], table[:, :, 1], -one, one, ties)


def decided(share: Fraction, *, ties: bool) -> int:
    return int(share > Fraction(1, 2) or (ties and share == Fraction(1, 2)))


def by_hand(policy: Policy, item: Item, left_out: int | None, *, ties: bool) -> int:
    """1, 0 or -1, from the docstring of `Policy`."""
    voted = {g: (p, n) for g, (p, n) in enumerate(item) if n and g != left_out}
    own = {g: decided(Fraction(p, n), ties=ties) for g, (p, n) in voted.items()}
    if policy.rule == "majority-of":
        return own.get(policy.group, -1)
    if policy.rule == "at-least":
        return int(sum(own.values()) >= policy.least) if len(own) >= policy.least else -1
    if not voted:
        return -1
    if policy.rule == "pooled":
        share = Fraction(sum(p for p, _ in voted.values()), sum(n for _, n in voted.values()))
    else:
        share = sum((Fraction(p, n) for p, n in voted.values()), Fraction(0)) / len(voted)
    return decided(share, ties=ties)


POLICIES = [
    Policy("first", "majority-of", group=0),
    Policy("last", "majority-of", group=2),
    Policy("pooled", "pooled"),
    Policy("balanced", "balanced"),
    *(Policy(f"{n}", "at-least", least=n) for n in (1, 2, 3)),
]


@given(items_of, st.booleans())
def test_every_policy_is_its_definition_item_by_item(items: list[Item], ties: bool) -> None:
    votes = votes_in(items, ties=ties)
    own = own_verdicts(votes).tolist()
    for at, item in enumerate(items):
        alone = [decided(Fraction(p, n), ties=ties) if n else -1 for p, n in item]
        assert own[at] == alone
    for policy in POLICIES:
        whole, apart = gold_of(policy, votes), gold_of(policy, votes, own_left_out=True)
        assert (whole.shape, apart.shape) == ((len(items), 1), (len(items), 3))
        for at, item in enumerate(items):
            assert whole[at, 0] == by_hand(policy, item, None, ties=ties)
            assert apart[at].tolist() == [by_hand(policy, item, g, ties=ties) for g in range(3)]


def test_permuted_votes_are_each_judged_as_alone() -> None:
    rng = np.random.default_rng(2)
    size = rng.integers(0, 5, (4, 3))
    permuted = rng.integers(0, 1 + size, (6, 4, 3))
    one = np.ones(4, dtype=np.int64)
    for policy in [*POLICIES, Policy("gold", "given")]:
        for left_out in (False, True) if policy.rule != "given" else (False,):
            given_gold = np.array([0, 1, -1, 1])
            together = gold_of(
                policy, Votes(permuted, size, given_gold, one), own_left_out=left_out
            )
            for positive, found in zip(permuted, together, strict=True):
                alone = Votes(positive, size, given_gold, one)
                assert (gold_of(policy, alone, own_left_out=left_out) == found).all()


def reduction(labels: int) -> Reduction:
    """Two patterns, two groups, gold of label 1, none, and label 0."""
    counts = np.arange(3 * 2 * labels).reshape(3, 2, labels)
    nothing = np.zeros(0, dtype=np.int64)
    gold, items = np.array([1, -1, 0]), np.array([4, 5, 6])
    return Reduction(counts, gold, items, 0, nothing, nothing, nothing, nothing, nothing)


def test_votes_are_for_the_positive_label_or_for_any_other() -> None:
    found = votes_of(reduction(3), 1)
    assert found.positive.tolist() == [[1, 4], [7, 10], [13, 16]]
    assert found.size.tolist() == [[3, 12], [21, 30], [39, 48]]
    assert found.given.tolist() == [1, -1, 0]
    assert votes_of(reduction(3), 0).given.tolist() == [0, -1, 1]
    assert found.items.tolist() == [4, 5, 6]
    assert not found.ties_are_positive


def test_a_tie_is_positive_only_of_two_labels() -> None:
    assert votes_of(reduction(2), 1, ties_are_positive=True).ties_are_positive
    with pytest.raises(ValueError, match="two labels"):
        votes_of(reduction(3), 1, ties_are_positive=True)


def test_given_gold_is_what_the_table_brings() -> None:
    votes = votes_of(reduction(3), 1)
    assert gold_of(Policy("gold", "given"), votes).tolist() == [[1], [-1], [0]]


@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=1, max_size=5))
def test_weights_make_every_group_that_voted_weigh_the_same(sizes: list[list[int]]) -> None:
    weights, of_one = equal_weights(np.array(sizes))
    for row, each, whole in zip(sizes, weights.tolist(), of_one.tolist(), strict=True):
        assert [w * n for w, n in zip(each, row, strict=True)] == [whole * (n > 0) for n in row]
        assert whole >= 1
    assert weights.shape == (len(sizes), 4)


def test_twelve_groups_of_prime_sizes_are_weighed_beyond_64_bits() -> None:
    """Each group of p people has (p + 1)/2 votes for an item, and one less for another."""
    primes = [41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89]
    for more, verdict in ((1, 1), (-1, 0)):
        item = [((p + more) // 2, p) for p in primes]
        votes = votes_in([item])
        assert gold_of(Policy("balanced", "balanced"), votes).tolist() == [[verdict]]
    # in all but one group just below half, there unanimous: (1/2 - 1/2p) summed, and one
    item = [((p - 1) // 2, p) for p in primes[:-1]] + [(89, 89)]
    share = sum((Fraction(p, n) for p, n in item), Fraction(0)) / 12
    found = gold_of(Policy("balanced", "balanced"), votes_in([item])).tolist()
    assert found == [[int(share > Fraction(1, 2))]]
