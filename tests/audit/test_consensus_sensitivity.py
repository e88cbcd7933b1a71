"""How many labels change with the rule that makes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gold_by_hand as hand
import pytest
from hypothesis import given
from ratings_tables import BINDINGS, Rating, chance, cleaned, ratings, shared_file, table_of
from test_dawid_skene import by_hand

from labelcharter.audit.questions import consensus_sensitivity
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.reductions.patterns import reduce_ratings
from labelcharter.audit.statistics.consensus_labels import balanced_labels, pooled_labels
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

DS = "majority or Dawid-Skene"
BALANCED = "majority or group-balanced majority by group"


def asked(
    rows: list[Any], bindings: Bindings = BINDINGS, header: str = "", **options: Any
) -> Answer:
    table = table_of(rows, header) if header else table_of(rows)
    questions = Questions(
        favourable="n", ties="n", checks=[Request("consensus-sensitivity", options)]
    )
    return audit_table(table, bindings, questions).answers[0]


def row(answer: Answer, about: str) -> Row:
    (found,) = [r for r in answer.rows if r.about == about]
    return found


def uneven(seed: int, items: int = 80) -> list[Rating]:
    """Five votes of p and one or two of q on each item; q says `y` more often."""
    random = chance(seed)
    return [
        (f"i{i}", f"{g}{k}", g, "ny"[random.random() < (0.4 if g == "p" else 0.8)])
        for i in range(items)
        for g, votes in (("p", 5), ("q", 1 + i % 2))
        for k in range(votes)
    ]


def test_on_real_posts_less_than_one_in_twenty_changes_and_it_is_counted_by_hand() -> None:
    file = shared_file("crehate/ratings.csv")
    bindings = Bindings(
        "item_id", "annotator_id", "label", annotator_groups={"c": "nationality"}, states=["2"]
    )
    questions = Questions(favourable="0", ties="0", checks=[Request("consensus-sensitivity")])
    table = read_table(file, "ratings.csv", bindings.columns)
    answer = audit_table(table, bindings, questions).answers[0]
    overall = row(answer, DS)
    assert overall.estimate.n == 1580
    assert overall.estimate.value == pytest.approx(59 / 1580, abs=1e-9)
    assert overall.verdict == "met"
    assert "given these votes" in overall.why
    votes = hand.crehate()
    flips = sum(hand.pooled(v, None) is not hand.balanced(v, None) for v in votes.values())
    about = "majority or group-balanced majority by c"
    assert row(answer, about).estimate.value == flips / 1580
    positive = [v for v in votes.values() if hand.majority(v["Singapore"])]
    assert row(answer, f"{DS}: Singapore").estimate.n == len(positive)
    assert any("converged after" in note for note in answer.notes)
    assert any("declared subjective" in note for note in answer.notes)


def test_the_flips_of_dawid_and_skene_are_those_of_a_plain_implementation() -> None:
    rows = uneven(1)
    answer = asked(rows)
    (note,) = [n for n in answer.notes if "converged after" in n]
    posterior = by_hand(rows, int(note.split(" ")[3]))
    votes = hand.votes_in(rows, "y")
    fitted = {i: p["y"] - p["n"] > 1e-6 for i, p in posterior.items()}
    flips = {i for i, v in votes.items() if hand.pooled(v, None) is not fitted[i]}
    assert row(answer, DS).estimate.value == pytest.approx(len(flips) / len(votes), abs=1e-9)
    for group in "pq":
        own = {i for i, v in votes.items() if hand.majority(v[group])}
        found = row(answer, f"{DS}: {group}").estimate
        assert (found.value, found.n) == (pytest.approx(len(own & flips) / len(own)), len(own))


def test_a_group_with_few_votes_counts_the_same_when_groups_are_balanced() -> None:
    rows = uneven(2)
    answer = asked(rows)
    votes = hand.votes_in(rows, "y")
    flips = {i for i, v in votes.items() if hand.pooled(v, None) is not hand.balanced(v, None)}
    found = row(answer, BALANCED)
    assert len(flips) / len(votes) > 0.1
    assert found.estimate.value == pytest.approx(len(flips) / len(votes), abs=1e-9)
    assert found.verdict == "breached"
    assert found.groups == ("p", "q")
    assert row(asked(rows, margin=0.9), BALANCED).verdict == "met"


@given(ratings("abc", groups="pq"))
def test_both_majorities_are_strict_on_any_table(rows: list[Rating]) -> None:
    kept = cleaned([*rows, ("i0", "z", "q", "b")]).kept
    reduction = reduce_ratings(kept, kept.groupings[0])
    expected = []
    for counts in reduction.counts.tolist():
        labels = []
        for weights in ([1.0] * len(counts), [1 / sum(g) if sum(g) else 0.0 for g in counts]):
            votes = [
                sum(w * g[c] for w, g in zip(weights, counts, strict=True))
                for c in range(len(counts[0]))
            ]
            strict = [c for c, v in enumerate(votes) if 2 * v > sum(votes) + 1e-9]
            labels.append(strict[0] if strict else 0)
        expected.append(labels)
    found = [pooled_labels(reduction.counts, 0), balanced_labels(reduction.counts, 0)]
    assert [list(pair) for pair in zip(*found, strict=True)] == expected


def test_with_groups_of_the_people_that_items_are_about_flips_are_of_their_items() -> None:
    rows = [(*r, "ab"[int(r[0][1:]) < 30]) for r in uneven(3)]
    bindings = replace(BINDINGS, subject_groups={"about": "about"})
    answer = asked(rows, bindings, "item,annotator,group,label,about")
    votes = hand.votes_in([r[:4] for r in rows], "y")
    flips = {i for i, v in votes.items() if hand.pooled(v, None) is not hand.balanced(v, None)}
    for group, mine in (("a", range(30, 80)), ("b", range(30))):
        items = {f"i{i}" for i in mine}
        found = row(answer, f"{BALANCED}: {group}")
        assert found.estimate.value == pytest.approx(len(flips & items) / len(items), abs=1e-9)
        assert found.people is not None
        assert (found.people.all, found.people.having) == (len(items), len(flips & items))
        assert row(answer, f"{DS}: {group}").estimate.n == len(items)
    assert not [r for r in answer.rows if r.attribute == "group" and r.about.startswith(DS)]


def test_of_three_labels_without_a_positive_one_flips_are_of_what_a_group_decides() -> None:
    rows = [(*r[:3], "u" if r[0].endswith("3") and r[3] == "y" else r[3]) for r in uneven(4)]
    answer = asked(rows)
    assert row(answer, f"{DS}: p").estimate.n == 80 - sum(
        1
        for i in range(80)
        if max([r[3] for r in rows if r[0] == f"i{i}" and r[2] == "p"].count(c) for c in "nuy") <= 2
    )


def test_without_single_ratings_the_balanced_majority_is_still_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = uneven(5)
    monkeypatch.setattr(Asked, "ratings", lambda self: None)
    answer = asked(rows)
    assert row(answer, BALANCED).estimate.state == "estimated"
    assert not [r for r in answer.rows if r.about.startswith(DS)]
    assert any("needs the single ratings" in note for note in answer.notes)


def test_an_item_alone_is_too_few_and_an_option_is_refused_in_words() -> None:
    few = asked(
        [r for r in uneven(6) if r[0] == "i0"] + [("i1", "z", "p", "y"), ("i1", "z2", "p", "n")]
    )
    assert row(few, DS).estimate.state == "not-estimable"
    assert row(few, DS).verdict == "insufficient-evidence"
    assert "not a number from 0 to 1" in asked(uneven(6), margin=5).not_computed
    assert consensus_sensitivity.CHECK.by_default is False
