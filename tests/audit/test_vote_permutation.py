"""What is expected if group means nothing: every deal equally likely, whoever is dealt to."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product
from math import comb

import gold_by_hand as hand
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ratings_tables import BINDINGS, chance, table_of

from labelcharter.audit.questions.answer import Answer, Request
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.statistics.annotator_permutation import (
    Panel,
    expected_gaps_of_panel,
    kept_apart,
    least_chance,
)
from labelcharter.audit.statistics.gold_policies import Policy, Votes
from labelcharter.audit.statistics.gold_rates import expected_policy_gaps_of_panel
from labelcharter.audit.statistics.item_permutation import expected_gap_of_items
from labelcharter.audit.statistics.vote_permutation import (
    deals,
    expected_gaps,
    order_of,
    possible_permutations,
)


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(0, 99),
)
def test_a_deal_keeps_the_votes_of_each_item_and_the_size_of_each_group(
    rows: list[list[int]], seed: int
) -> None:
    counts = np.array(rows).reshape(len(rows), 2, 3)
    size, votes = counts.sum(axis=2), counts.sum(axis=1)
    dealt = np.concatenate(list(deals(size, votes, 7, np.random.RandomState(seed))))
    assert dealt.shape == (7, *counts.shape)
    assert (dealt >= 0).all()
    assert (dealt.sum(axis=3) == size).all()
    assert (dealt.sum(axis=2) == votes).all()


def test_each_deal_is_as_frequent_as_there_are_ways_to_it() -> None:
    """Two groups of three and two, of votes a, a, b, b, c: against all 120 orders of the votes."""
    ways = Counter()
    for order in permutations("aabbc"):
        ways["".join(sorted(order[:3]))] += 1
    size, votes = np.array([[3, 2]]), np.array([[2, 2, 1]])
    dealt = np.concatenate(list(deals(size, votes, 20_000, np.random.RandomState(1))))[:, 0, 0]
    found = Counter(
        "".join(x * n for x, n in zip("abc", row, strict=True)) for row in dealt.tolist()
    )
    assert set(found) == set(ways)
    for deal, count in ways.items():
        assert found[deal] / 20_000 == pytest.approx(count / 120, abs=0.02)


def test_groups_that_look_alike_are_ordered_by_the_whole_table() -> None:
    counts = np.array(
        [[[1, 0], [0, 1], [1, 0]], [[0, 1], [1, 0], [1, 1]], [[2, 0], [0, 1], [1, 1]]]
    )
    gold, items = np.array([0, -1, 1]), np.array([2, 1, 3])
    tables = set()
    for names in permutations(range(3)):
        groups, patterns = order_of(counts[:, names], gold, items, [0, 0, 0])
        tables.add(counts[:, names][patterns][:, groups].tobytes())
    assert len(tables) == 1


def test_so_many_votes_are_permuted_as_can_be_and_too_few_permutations_are_none() -> None:
    assert possible_permutations(39_467) == 1000
    assert possible_permutations(39_467, 50) == 50
    assert possible_permutations(2_000_000) == 200
    assert possible_permutations(10_000_000) == 0
    assert possible_permutations(400_000_000 // 99) == 99  # the fewest that say something
    assert possible_permutations(400_000_000 // 98) == 0
    assert possible_permutations(8_000_000, 50) == 50  # fewer, where fewer are asked for
    assert possible_permutations(8_000_001, 50) == 0
    assert possible_permutations(0) == 1000


def test_many_deals_come_in_parts_of_bounded_memory() -> None:
    size, votes = np.array([[2, 1]] * 40), np.array([[1, 1, 1]] * 40)
    parts = list(deals(size, votes, 20_000, np.random.RandomState(2)))
    assert sum(len(part) for part in parts) == 20_000
    assert len(parts) > 1
    assert max(part.size for part in parts) <= 1 << 21
    nobody = list(deals(np.zeros((0, 2), dtype=int), np.zeros((0, 3), dtype=int), 5,
                        np.random.RandomState(2)))  # fmt: skip
    assert [part.shape for part in nobody] == [(5, 0, 2, 3)]


def test_the_expected_gap_is_the_mean_over_every_deal_of_the_votes_of_each_item() -> None:
    """Majorities of two groups on five items, by walking over the orders of each item's votes."""
    counts = np.array([[[0, 3], [1, 1]], [[2, 1], [0, 2]]])  # (patterns, groups, labels)
    items = np.array([3, 2])

    def ways(pattern: int) -> Counter[tuple[bool, bool]]:
        votes = [v for v in (0, 1) for _ in range(counts[pattern].sum(axis=0)[v])]
        first = counts[pattern, 0].sum()
        return Counter(
            (2 * sum(o[:first]) > first, 2 * sum(o[first:]) > len(o) - first)
            for o in permutations(votes)
        )

    expected = total = 0.0
    for outcome in product(*(ways(p).items() for p, n in enumerate(items) for _ in range(n))):
        weight = float(np.prod([times for _, times in outcome]))
        shares = np.array([majority for majority, _ in outcome]).mean(axis=0)
        total += weight
        expected += weight * np.ptp(shares)

    def count(dealt: np.ndarray, pattern: np.ndarray) -> dict[tuple[str, str], object]:
        assert pattern.shape == (5,)
        positive = dealt[..., 1] * 2 > dealt.sum(axis=3)
        return {("positive", ""): (positive, np.ones_like(positive))}

    order = order_of(counts, np.array([-1, -1]), items, [0, 0])
    found = expected_gaps(counts, items, order, count, 20_000)["positive", ""]  # type: ignore[arg-type]
    assert found.mean == pytest.approx(expected / total, abs=0.01)
    assert len(found.gaps) == 20_000
    turned, often = counts[::-1, ::-1], items[::-1]
    order = order_of(turned, np.array([-1, -1]), often, [0, 0])
    again = expected_gaps(turned, often, order, count, 20_000)["positive", ""]  # type: ignore[arg-type]
    assert (again.gaps == found.gaps).all()
    assert (again.influence[::-1] == found.influence).all()


def test_marks_tell_apart_groups_and_an_order_is_found_however_many_look_alike() -> None:
    counts = np.array([[[1, 0], [1, 0], [0, 2]]])
    nothing, one = np.array([-1]), np.array([4])
    assert order_of(counts, nothing, one, [1, 0, 1])[0].tolist() == [1, 2, 0]
    assert order_of(counts, nothing, one, [0, 1, 0])[0].tolist() == [2, 0, 1]
    alike = np.ones((1, 9, 2), dtype=np.int64)  # 362,880 orders
    groups, patterns = order_of(alike, nothing, one, [0] * 9)
    assert sorted(groups.tolist()) == list(range(9))
    assert patterns.tolist() == [0]


def test_items_are_dealt_to_groups_of_their_size() -> None:
    """Two groups of 3 and 5 items, 4 of which have something: the exact mean of the gap."""
    exact = sum(
        comb(4, k) * comb(4, 3 - k) / comb(8, 3) * abs(k / 3 - (4 - k) / 5) for k in range(4)
    )
    found = expected_gap_of_items(np.array([1, 3]), np.array([3, 5]), 20_000)
    assert found.mean == pytest.approx(exact, abs=0.01)
    again = expected_gap_of_items(np.array([3, 1]), np.array([5, 3]), 20_000)
    assert (again.gaps == found.gaps).all()


def panel(votes: list[tuple[int, int, int]], group: list[int]) -> Panel:
    item, annotator, positive = (np.array(column) for column in zip(*votes, strict=True))
    return Panel(item, annotator, positive, np.array(group), max(group) + 1)


@settings(max_examples=6)
@given(st.lists(st.integers(0, 1), min_size=24, max_size=24))
def test_permuting_annotators_gives_the_mean_over_every_way_to_group_them(
    labels: list[int],
) -> None:
    given_votes = [(i, j, labels[i * 6 + j]) for i in range(4) for j in range(6)]
    some = panel(given_votes, [0, 0, 0, 1, 1, 1])
    positive, size = some.counts(some.group)
    nothing = np.full(4, -1)
    votes = Votes(positive, size, nothing, np.ones(4, dtype=np.int64))
    policy = Policy("pooled", "pooled")
    found = expected_policy_gaps_of_panel(some, votes, [policy], 200)["pooled", "tpr"]
    every = []
    for group in set(permutations([0, 0, 0, 1, 1, 1])):
        table = {
            str(i): {
                g: [bool(v) for k, j, v in given_votes if k == i and str(group[j]) == g]
                for g in "01"
            }
            for i in range(4)
        }
        every.append(hand.gap(hand.rates(table, hand.pooled, "01")["tpr"]))
    defined = [gap for gap in every if gap is not None]
    if len(found.gaps) > 50:
        error = np.std(defined) / len(found.gaps) ** 0.5
        assert found.mean == pytest.approx(np.mean(defined), abs=5 * error + 1e-9)
    assert found.undefined + len(found.gaps) == 200


def test_three_people_against_three_cannot_reach_less_than_one_in_ten() -> None:
    group = np.array([0, 0, 0, 1, 1, 1])
    assert least_chance(group, frozenset(), 1000) == pytest.approx(2 / 20)
    assert least_chance(group, frozenset({0}), 1000) == pytest.approx(1 / 20)
    assert least_chance(np.repeat([0, 1], 50), frozenset(), 999) == pytest.approx(1 / 1000)


def test_a_design_that_keeps_groups_apart_is_noticed_and_one_that_does_not_is_not() -> None:
    rng = np.random.default_rng(4)
    people, items = 40, 60
    group = np.repeat([0, 1], people // 2)
    mixed = [(i, j, 1) for i in range(items) for j in rng.choice(people, 6, replace=False)]
    assert not kept_apart(panel(mixed, group.tolist()))
    even = [
        (i, int(j), 1)
        for i in range(items)
        for g in (0, 1)
        for j in rng.choice(np.flatnonzero(group == g), 3, replace=False)
    ]
    assert kept_apart(panel(even, group.tolist()))
    own = [
        (i, int(j), 1)
        for i in range(items)
        for j in rng.choice(np.flatnonzero(group == i % 2), 6, replace=False)
    ]
    assert kept_apart(panel(own, group.tolist()))


def test_where_everybody_rated_everything_no_permutation_tells_a_design() -> None:
    """Every permutation is as even as the table itself: that is neither more even nor less."""
    votes = [(i, j, (i + j) % 2) for i in range(5) for j in range(7)]
    assert not kept_apart(panel(votes, [0, 0, 0, 1, 1, 1, 1]))


def test_without_votes_there_is_nothing_to_count_or_to_keep_apart() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    empty = Panel(nothing, nothing, nothing, np.array([0, 1, 1]), 2)
    for table in empty.counts(empty.group):
        assert table.shape == (0, 2)
    assert not kept_apart(empty)

    def count(positive: np.ndarray, size: np.ndarray) -> dict[tuple[str, str], object]:
        return {("all", ""): ((positive > 0)[None], (size > 0)[None])}

    found = expected_gaps_of_panel(empty, count, 5)["all", ""]  # type: ignore[arg-type]
    assert (found.undefined, len(found.gaps), len(found.influence)) == (5, 0, 0)
    assert np.isnan(found.mean)
    assert found.estimate().state == "not-estimable"


def test_a_panel_counts_the_votes_of_each_group_on_each_item() -> None:
    votes = [(0, 0, 1), (0, 1, 0), (0, 2, 1), (2, 2, 1), (2, 0, 0), (2, 1, 0)]
    positive, size = panel(votes, [1, 0, 1]).counts(np.array([1, 0, 1]))
    assert positive.tolist() == [[0, 2], [0, 0], [0, 1]]
    assert size.tolist() == [[1, 2], [0, 0], [1, 2]]


def test_groups_of_one_size_are_alike_only_among_themselves() -> None:
    """Sizes 1, 1, 2, 2, 2: 8!/(1! 1! 2! 2! 2!) ways, of which 2! 3! are one gap."""
    group = np.array([0, 1, 2, 2, 3, 3, 4, 4])
    ways = 5040
    assert least_chance(group, frozenset(), 10**6) == pytest.approx(12 / ways)
    assert least_chance(group, frozenset({4}), 10**6) == pytest.approx(4 / ways)
    assert least_chance(group, frozenset({0, 4}), 10**6) == pytest.approx(2 / ways)
    assert least_chance(group, frozenset({0, 2}), 99) == pytest.approx(1 / 100)


def test_one_item_moves_a_mean_gap_as_leaving_it_out_does_to_first_order() -> None:
    """The influence of an item is how the gap moves with its weight, by small differences."""
    rng = np.random.default_rng(8)
    items, step = 6, 1e-6
    votes = [(i, j, int(rng.integers(2))) for i in range(items) for j in range(8)]
    some = panel(votes, [0, 0, 0, 1, 1, 2, 2, 2])
    seen: list[tuple[np.ndarray, np.ndarray]] = []

    def count(positive: np.ndarray, size: np.ndarray) -> dict[tuple[str, str], object]:
        seen.append((2 * positive > size, size > 0))
        return {("all", ""): tuple(table[None] for table in seen[-1])}

    found = expected_gaps_of_panel(some, count, 40)["all", ""]  # type: ignore[arg-type]

    def mean(weights: np.ndarray) -> float:
        gaps = []
        for having, of in seen:
            shares = (having * weights[:, None]).sum(axis=0) / (of * weights[:, None]).sum(axis=0)
            gaps.append(shares.max() - shares.min())
        return float(np.mean(gaps))

    assert found.undefined == 0
    assert found.mean == pytest.approx(mean(np.ones(items)))
    no_ties = [having.sum(axis=0) for having, _ in seen if len(set(having.sum(axis=0))) == 3]
    assert no_ties
    for item in range(items):
        up, down = np.ones(items), np.ones(items)
        up[item] += step
        down[item] -= step
        slope = (mean(up) - mean(down)) / (2 * step)
        # where two groups share an end, either of them may be taken for it: half of a slope each
        assert found.influence[item] == pytest.approx(slope, abs=0.05)


def answer_of(rows: list[tuple[str, str, str, str]]) -> Answer:
    options = {"permute": "annotators", "permutations": 60, "policies": ["pooled-majority"]}
    questions = Questions(favourable="n", checks=[Request("gold-policy", options)])
    return audit_table(table_of(rows), BINDINGS, questions).answers[0]


def test_where_the_design_allows_annotators_are_permuted_and_only_then_there_is_a_p() -> None:
    random = chance(5)
    rows = [
        (f"i{i}", f"{'pq'[j % 2]}{j}", "pq"[j % 2], "ny"[random.random() < 0.5 + 0.3 * (j % 2)])
        for i in range(120)
        for j in random.sample(range(40), 9)
    ]
    answer = answer_of(rows)
    gap = next(r for r in answer.rows if r.figure == "tpr-gap")
    assert gap.expected is not None
    assert gap.expected.reason == "60 permutations of the annotators"
    assert gap.p is not None
    assert gap.least_p == pytest.approx(1 / 61)
    assert gap.p >= gap.least_p
    own_items = [r for r in rows if (r[2] == "q") == (int(r[0][1:]) % 2 > 0)]
    other = answer_of(own_items)
    assert any("annotators are not permuted" in note for note in other.notes)
    assert all(r.p is None for r in other.rows)


def test_every_annotator_of_one_item_says_no_more_than_votes_do() -> None:
    rows = [
        (f"i{i}", f"j{i}{g}{k}", g, "ny"[k > i % 3])
        for i in range(40)
        for g in "pq"
        for k in range(3)
    ]
    assert any("fewer than two items each" in note for note in answer_of(rows).notes)


def test_counts_are_collected_for_each_permutation() -> None:
    some = panel([(0, 0, 1), (0, 1, 0), (1, 0, 1), (1, 1, 1)], [0, 1])

    def count(positive: np.ndarray, size: np.ndarray) -> dict[tuple[str, str], object]:
        return {("all", ""): ((positive > 0)[None], (size > 0)[None])}

    found = expected_gaps_of_panel(some, count, 10)["all", ""]  # type: ignore[arg-type]
    assert found.gaps.tolist() == [0.5] * 10
    assert found.chance(0.5) == 1
    assert found.chance(0.6) == pytest.approx(1 / 11)
