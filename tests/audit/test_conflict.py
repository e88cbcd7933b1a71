"""On how many items people do not decide, and whose decisions gold overturns."""

from __future__ import annotations

from dataclasses import replace
from math import comb
from typing import Any

import gold_by_hand as hand
import numpy as np
import pytest
from hypothesis import given
from ratings_tables import BINDINGS, Rating, chance, cleaned, ratings, shared_file, table_of

from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.reductions.patterns import reduce_ratings
from labelcharter.audit.statistics.consensus_labels import overturned, undecided
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

GOLD = replace(BINDINGS, gold="gold")
HEADER = "item,annotator,group,label,gold"


def asked(
    rows: list[Any], bindings: Bindings = BINDINGS, header: str = "", **options: Any
) -> Answer:
    table = table_of(rows, header) if header else table_of(rows)
    request = Request("conflict", {"permutations": 300, **options})
    return audit_table(table, bindings, Questions(checks=[request])).answers[0]


def row(answer: Answer, figure: str, *groups: str, attribute: str = "group") -> Row:
    (found,) = [
        r
        for r in answer.rows
        if (r.figure, r.groups) == (figure, groups) and r.attribute in (attribute, "")
    ]
    return found


def some_rows(seed: int, q_votes: int = 3, items: int = 60) -> list[Rating]:
    random = chance(seed)
    return [
        (f"i{i}", f"{g}{k}", g, random.choice("ny"))
        for i in range(items)
        for g, votes in (("p", 3), ("q", q_votes))
        for k in range(votes)
    ]


def test_on_real_posts_a_conflict_within_a_country_is_as_rare_as_counted_by_hand() -> None:
    file = shared_file("crehate/ratings.csv")
    bindings = Bindings(
        "item_id", "annotator_id", "label", annotator_groups={"c": "nationality"}, states=["2"]
    )
    request = Request("conflict", {"permutations": 100})
    table = read_table(file, "ratings.csv", bindings.columns)
    answer = audit_table(table, bindings, Questions(checks=[request])).answers[0]
    votes = hand.crehate()
    for country in ("Singapore", "United States"):
        voted = [v[country] for v in votes.values() if len(v[country]) > 1]
        tied = sum(2 * sum(v) == len(v) for v in voted)
        found = row(answer, "conflict", country, attribute="c").estimate
        assert (found.value, found.n) == (pytest.approx(tied / len(voted), abs=1e-9), len(voted))
    excess = next(r for r in answer.rows if r.figure == "conflict-gap-excess")
    assert excess.verdict == "met"
    assert "given these votes" in excess.why


@given(ratings("abc", groups="pq"))
def test_undecided_and_overturned_are_their_definitions_on_any_table(rows: list[Rating]) -> None:
    rows = [*rows, ("i0", "z", "q", "b")]
    kept = cleaned(rows).kept
    reduction = reduce_ratings(kept, kept.groupings[0])
    gold = np.arange(len(reduction.counts)) % 3 - 1
    found = [*undecided(reduction.counts), *overturned(reduction.counts, gold)]
    for pattern, counts in enumerate(reduction.counts.tolist()):
        for group, votes in enumerate(counts):
            strict = [c for c, v in enumerate(votes) if 2 * v > sum(votes)]
            decided = bool(strict) and gold[pattern] >= 0
            assert [bool(table[pattern, group]) for table in found] == [
                sum(votes) > 1 and not strict,
                sum(votes) > 1,
                decided and strict[0] != gold[pattern],
                decided,
            ]


def test_four_votes_tie_where_three_cannot_so_the_margin_is_for_what_lies_beyond() -> None:
    answer = asked(some_rows(1, q_votes=4))
    gap, excess = (
        row(answer, "conflict-gap", "p", "q"),
        row(answer, "conflict-gap-excess", "p", "q"),
    )
    assert row(answer, "conflict", "p").estimate.value == 0
    assert (gap.estimate.value or 0) > 0.2
    assert gap.verdict is None
    assert gap.expected is not None
    assert abs((gap.estimate.value or 0) - (gap.expected.value or 0)) < 0.15
    assert excess.limits == (None, 0.05)
    assert excess.verdict in ("met", "insufficient-evidence")


def test_what_is_expected_is_the_mean_over_every_deal() -> None:
    """Of a, a, b, b each group gets two and both tie or neither; of a, a, a, b, b only p can tie.

    p ties in 6 of the 10 ways to deal it two of five votes, on four of the twelve items.
    """
    rows = [
        (f"i{i}", f"{g}{k}", g, label)
        for i in range(12)
        for g, k, label in (("p", 0, "a"), ("p", 1, "a"), ("q", 0, "b"), ("q", 1, "b"))
    ]
    rows += [(f"i{i}", "q2", "q", "a") for i in range(4)]
    found = row(asked(rows, permutations=1000), "conflict-gap", "p", "q").expected
    assert found is not None
    exact = sum(comb(4, k) * 0.6**k * 0.4 ** (4 - k) * k / 12 for k in range(5))
    assert found.value == pytest.approx(exact, abs=0.01)


def test_whose_verdicts_gold_overturns_is_counted_by_hand() -> None:
    rows = [(*r, "y") for r in some_rows(2)]
    rows = [r if r[2] == "p" else (*r[:3], "n" if int(r[0][1:]) % 3 else "y", "y") for r in rows]
    answer = asked(rows, GOLD, HEADER)
    votes = hand.votes_in([r[:4] for r in rows], "y")
    for group in "pq":
        lost = sum(not hand.majority(v[group]) for v in votes.values())
        found = row(answer, "overturn", group).estimate
        assert (found.value, found.n) == (pytest.approx(lost / 60, abs=1e-9), 60)
    assert row(answer, "overturn-gap-excess", "p", "q").estimate.state == "estimated"
    assert not [r for r in asked(some_rows(2)).rows if r.figure.startswith("overturn")]


def test_groups_of_people_that_items_are_about_are_tested_by_permuting_items() -> None:
    random = chance(3)
    rows = [
        (
            f"i{i}",
            f"j{k}",
            random.choice("ny") if i % 2 else "ny"[random.random() < 0.9],
            "ab"[i % 2],
            "n",
        )
        for i in range(200)
        for k in range(4)
    ]
    bindings = Bindings(
        "item", "annotator", "label", gold="gold", subject_groups={"about": "about"}
    )
    answer = asked(rows, bindings, "item,annotator,label,about,gold")
    for group, parity in (("a", 0), ("b", 1)):
        given_votes = [
            [r[2] == "y" for r in rows if r[0] == f"i{i}"] for i in range(parity, 200, 2)
        ]
        found = row(answer, "conflict", group, attribute="about")
        tied = sum(2 * sum(v) == len(v) for v in given_votes)
        assert found.estimate.value == pytest.approx(tied / 100, abs=1e-9)
        assert found.people is not None
        assert (found.people.all, found.people.having) == (100, tied)
        decided = [hand.majority(v) for v in given_votes if 2 * sum(v) != len(v)]
        overturn = row(answer, "overturn", group, attribute="about").estimate
        assert overturn.value == pytest.approx(sum(map(bool, decided)) / len(decided), abs=1e-9)
    gap = row(answer, "conflict-gap", "a", "b", attribute="about")
    assert gap.p == pytest.approx(1 / 301)
    assert gap.least_p == pytest.approx(1 / 301)
    assert gap.verdict == "breached"
    assert not [r for r in answer.rows if r.figure.endswith("excess")]


def test_figures_know_neither_the_order_of_rows_nor_the_names_of_groups() -> None:
    rows = some_rows(4, q_votes=4)
    first = asked(rows)
    shuffled = rows.copy()
    chance(5).shuffle(shuffled)
    renamed = [(i, j, {"p": "z", "q": "b"}[g], label) for i, j, g, label in rows]
    for other, back in ((asked(shuffled), {}), (asked(renamed), {"z": "p", "b": "q"})):
        figures = {
            (r.figure, frozenset(back.get(g, g) for g in r.groups)): (r.estimate, r.expected)
            for r in other.rows
        }
        assert figures == {
            (r.figure, frozenset(r.groups)): (r.estimate, r.expected) for r in first.rows
        }


def test_doubled_items_keep_every_share() -> None:
    rows = some_rows(6, q_votes=4)
    once, twice = asked(rows), asked([*rows, *((f"again {i}", j, g, x) for i, j, g, x in rows)])
    for group in ("p", "q"):
        one, two = (row(a, "conflict", group).estimate for a in (once, twice))
        assert one.value == two.value
        assert (two.n or 0) == 2 * (one.n or 0)


def test_single_votes_have_no_conflict_and_a_group_without_votes_no_share() -> None:
    single = [r for r in some_rows(7) if r[1] in ("p0", "q0", "q1")]
    answer = asked(single)
    assert row(answer, "conflict", "p").estimate.state == "not-estimable"
    assert "no items with two votes or more" in row(answer, "conflict", "p").estimate.reason
    gap = row(answer, "conflict-gap", "p", "q")
    assert gap.estimate.reason.startswith("p: no items")
    excess = row(answer, "conflict-gap-excess", "p", "q")
    assert excess.verdict == "insufficient-evidence"
    assert row(answer, "conflict", "q").estimate.n == 60


def test_all_ties_are_all_in_conflict_and_one_item_is_no_share() -> None:
    ties = [(f"i{i}", f"{g}{k}", g, "ny"[k]) for i in range(20) for g in "pq" for k in (0, 1)]
    found = row(asked(ties), "conflict", "p").estimate
    assert (found.value, found.high) == (1.0, 1.0)
    assert row(asked(ties[:4]), "conflict", "p").estimate.state == "not-estimable"


def test_an_option_that_cannot_be_read_is_refused_in_words() -> None:
    assert "not a number" in asked(some_rows(8), margin="wide").not_computed
    assert "is a list" in asked(some_rows(8), attributes="group").not_computed
    assert asked(some_rows(8), attributes=["group"]).not_computed == ""
