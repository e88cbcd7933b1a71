"""Whom each way of making gold serves: real figures, edge cases, and what leaves them the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gold_by_hand as hand
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ratings_tables import BINDINGS, Rating, chance, cleaned, ratings, shared_file, table_of
from test_dawid_skene import by_hand as dawid_skene_by_hand

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.reductions.patterns import reduce_ratings
from labelcharter.audit.statistics.gold_policies import Policy, equal_weights, gold_of, votes_of
from labelcharter.audit.statistics.gold_rates import expected_policy_gaps, policy_shares
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

COUNTRIES = ["Australia", "Singapore", "South Africa", "United Kingdom", "United States"]
US = "majority of United States"
REAL: Mapping[str, tuple[Any, hand.Gold]] = {
    US: ({"majority_of": "United States"}, hand.of_group("United States")),
    "pooled majority": ("pooled-majority", hand.pooled),
    "group-balanced majority": ("balanced-majority", hand.balanced),
    "at least 3 of 5 groups": ({"at_least": 3}, hand.at_least(3)),
    "any group": ("any-group", hand.at_least(1)),
}


def asked(rows: list[Rating], labels: str = "", **options: Any) -> Answer:
    """The answer about invented rows; `y` is positive."""
    questions = Questions(
        favourable=None if labels else "n",
        ties="n",
        checks=[Request("gold-policy", {"permutations": 50, **options})],
    )
    return audit_table(table_of(rows), BINDINGS, questions).answers[0]


def row(answer: Answer, figure: str, about: str) -> Row:
    (found,) = [r for r in answer.rows if (r.figure, r.about) == (figure, about)]
    return found


@pytest.fixture(scope="module")
def real() -> TableAudit:
    file = shared_file("crehate/ratings.csv")
    bindings = Bindings(
        "item_id",
        "annotator_id",
        "label",
        annotator_groups={"nationality": "nationality"},
        states=["2"],
    )
    options = {
        "policies": [asked_for for asked_for, _ in REAL.values()],
        "floor": 0.70,
        "margin": 0.10,
        "permute": "annotators",
    }
    questions = Questions(favourable="0", ties="0", checks=[Request("gold-policy", options)])
    return audit_table(read_table(file, "ratings.csv", bindings.columns), bindings, questions)


@pytest.fixture(scope="module")
def answer(real: TableAudit) -> Answer:
    return real.answers[0]


@pytest.fixture(scope="module")
def votes() -> dict[str, dict[str, list[bool]]]:
    return hand.crehate()


def value(answer: Answer, figure: str, about: str) -> float:
    found = row(answer, figure, about).estimate.value
    assert found is not None
    return found


@pytest.mark.parametrize("policy", list(REAL))
@pytest.mark.parametrize("own_left_out", [False, True])
def test_every_rate_of_the_five_countries_is_that_counted_by_hand(
    answer: Answer, votes: dict[str, dict[str, list[bool]]], policy: str, own_left_out: bool
) -> None:
    if own_left_out and policy == US:
        assert not [r for r in answer.rows if r.about == policy and "own-votes" in r.figure]
        return
    found = hand.rates(votes, REAL[policy][1], COUNTRIES, own_left_out=own_left_out)
    suffix = "-own-votes-left-out" * own_left_out
    for figure, counts in found.items():
        for country, (having, of) in counts.items():
            one = row(answer, figure + suffix, f"{policy}: {country}")
            assert one.estimate.value == pytest.approx(having / of, abs=1e-9)
            assert one.estimate.n == of
        shown = value(answer, f"{figure}-gap{suffix}", policy)
        assert shown == pytest.approx(hand.gap(counts), abs=1e-9)


def test_the_figures_of_the_worked_example_come_out(answer: Answer) -> None:
    tpr = {c: round(value(answer, "tpr", f"{US}: {c}"), 3) for c in COUNTRIES}
    assert list(tpr.values()) == [0.723, 0.672, 0.725, 0.747, 1.0]
    pooled = {c: round(value(answer, "tpr", f"pooled majority: {c}"), 3) for c in COUNTRIES}
    assert list(pooled.values()) == [0.843, 0.775, 0.822, 0.854, 0.916]
    assert round(value(answer, "tpr-gap", US), 3) == 0.328
    assert round(value(answer, "tpr-gap", "pooled majority"), 3) == 0.140
    assert round(value(answer, "fpr-gap", US), 3) == 0.150
    assert round(value(answer, "fpr-gap", "pooled majority"), 3) == 0.075
    assert round(value(answer, "tpr-gap", "at least 3 of 5 groups"), 3) == 0.142
    assert value(answer, "tpr-gap", "any group") == 0
    removed = [value(answer, "fpr", f"any group: {c}") for c in COUNTRIES]
    assert (round(min(removed), 2), round(max(removed), 2)) == (0.36, 0.45)
    left_out = "-own-votes-left-out"
    assert round(value(answer, f"tpr-gap{left_out}", "pooled majority"), 3) == 0.160
    assert round(value(answer, f"tpr{left_out}", "pooled majority: United States"), 2) == 0.87
    assert round(value(answer, f"tpr{left_out}", "pooled majority: Singapore"), 2) == 0.71


def test_most_of_the_gap_is_there_when_country_means_nothing_and_the_excess_did_not_fall(
    answer: Answer,
) -> None:
    for policy, expected in ((US, 0.225), ("pooled majority", 0.027)):
        found = row(answer, "tpr-gap", policy).expected
        assert found is not None
        assert found.value == pytest.approx(expected, abs=0.003)
        assert found.n == 1000
    before, after = (value(answer, "tpr-gap-excess", p) for p in (US, "pooled majority"))
    assert (round(before, 2), round(after, 2)) == (0.10, 0.11)
    of_fpr = [value(answer, "fpr-gap-excess", p) for p in (US, "pooled majority")]
    assert of_fpr[0] < 0 < of_fpr[1]  # the headline halved; what lies beyond chance grew


def test_the_expected_gap_is_that_of_shuffled_votes(
    answer: Answer, votes: dict[str, dict[str, list[bool]]]
) -> None:
    """A second way to permute: sort the votes of each post by random keys, then cut into groups."""
    rng = np.random.default_rng(3)
    posts = list(votes.values())
    size = np.array([[len(post[c]) for c in COUNTRIES] for post in posts])
    width = size.sum(axis=1).max()
    padded = np.full((len(posts), width), False)
    for at, post in enumerate(posts):
        flat = [vote for c in COUNTRIES for vote in post[c]]
        padded[at, : len(flat)] = flat
    total = size.sum(axis=1, keepdims=True)
    ends = size.cumsum(axis=1)
    pooled = 2 * padded.sum(axis=1) > total[:, 0]
    gaps: dict[str, list[float]] = {US: [], "pooled majority": []}
    for _ in range(150):
        keys = np.where(np.arange(width) < total, rng.random(padded.shape), 2.0)
        dealt = np.take_along_axis(padded, keys.argsort(axis=1), axis=1).cumsum(axis=1)
        upto = np.take_along_axis(dealt, ends - 1, axis=1)
        own = 2 * np.diff(upto, axis=1, prepend=0) > size
        for policy, gold in ((US, own[:, 4]), ("pooled majority", pooled)):
            shares = [(gold & own[:, g]).sum() / own[:, g].sum() for g in range(5)]
            gaps[policy].append(max(shares) - min(shares))
    for policy, found in gaps.items():
        expected = row(answer, "tpr-gap", policy).expected
        assert expected is not None
        assert expected.value == pytest.approx(np.mean(found), abs=0.003)


def test_half_of_singapore_repeats_the_other_half_about_seven_times_in_ten(
    answer: Answer,
) -> None:
    found = [r for r in answer.rows if r.figure == "half-panel" and r.groups == ("Singapore",)]
    even, strict = (r.estimate.value for r in found)
    assert (round(even or 0, 2), round(strict or 0, 2)) == (0.70, 0.64)
    assert all(r.verdict is None for r in found)


def test_verdicts_are_given_these_votes_and_only_where_a_limit_is_declared(
    real: TableAudit, answer: Answer
) -> None:
    judged = [r for r in answer.rows if r.verdict is not None]
    assert {r.figure for r in judged} == {"tpr", "tpr-gap"}
    assert all("given these votes" in r.why for r in judged)
    assert row(answer, "tpr", f"{US}: Singapore").verdict == "insufficient-evidence"
    assert row(answer, "tpr", "pooled majority: Singapore").verdict == "met"
    assert row(answer, "tpr-gap", US).verdict == "breached"
    gap = row(answer, "tpr-gap", "pooled majority")
    assert gap.verdict == "insufficient-evidence"
    assert "such items would settle it" in gap.why
    assert "given these votes" in answer.notes[1]
    assert any(f.check == "gold-policy" and "pooled" in f.why for f in real.findings)


def test_five_votes_of_each_country_on_each_post_are_no_accident_so_votes_are_permuted(
    answer: Answer,
) -> None:
    (note,) = [n for n in answer.notes if n.startswith("nationality:")]
    assert "annotators are not permuted: by design" in note
    assert "1,000 permutations of the votes" in note
    assert all(r.p is None for r in answer.rows)


def test_of_five_large_countries_nothing_is_hidden(real: TableAudit) -> None:
    shown = hide(real, "default").answers[0].rows
    assert {r.estimate.state for r in shown} == {"estimated"}
    assert [r.estimate for r in shown] == [r.estimate for r in real.answers[0].rows]


POLICIES: Mapping[str, tuple[Policy, hand.Gold]] = {
    "majority of q": (Policy("majority of q", "majority-of", group=1), hand.of_group("q")),
    "pooled": (Policy("pooled", "pooled"), hand.pooled),
    "balanced": (Policy("balanced", "balanced"), hand.balanced),
    "any": (Policy("any", "at-least", least=1), hand.at_least(1)),
    "two": (Policy("two", "at-least", least=2), hand.at_least(2)),
}


def reduced(rows: list[Rating]) -> Any:
    kept = cleaned([*rows, *((f"only {g}", f"{g}0", g, "n") for g in "pqr")]).kept
    return reduce_ratings(kept, kept.groupings[0]), kept.labels


@given(ratings("ny", groups="pqr"))
def test_every_policy_is_its_definition_on_any_table(rows: list[Rating]) -> None:
    rows = [*rows, ("i0", "z", "p", "y"), *((f"only {g}", f"{g}0", g, "n") for g in "pqr")]
    kept = cleaned(rows).kept
    votes = votes_of(reduce_ratings(kept, kept.groupings[0]), kept.labels.index("y"))
    by_hand = hand.votes_in(rows, "y")
    for policy, gold in POLICIES.values():
        found = policy_shares(votes, policy)
        for own_left_out in (False, True):
            expected = hand.rates(by_hand, gold, "pqr", own_left_out=own_left_out)
            for figure, counts in expected.items():
                shares = found[figure + "-own-votes-left-out" * own_left_out]
                assert list(zip(shares.having, shares.of, strict=True)) == list(counts.values())


@settings(max_examples=15)
@given(st.lists(st.lists(st.sampled_from(["pn", "py", "qn", "qy"]), max_size=4), max_size=3))
def test_what_is_expected_is_the_mean_over_every_deal_of_the_votes(items: list[list[str]]) -> None:
    rows = [
        (f"i{i}", f"{vote}{i}{k}", vote[0], vote[1])
        for i, votes in enumerate([*items, ["py", "pn", "qy"], ["qn", "py"]])
        for k, vote in enumerate(votes)
    ]
    kept = cleaned(rows).kept
    votes = votes_of(reduce_ratings(kept, kept.groupings[0]), kept.labels.index("y"))
    for policy, gold in POLICIES.values():
        (found,) = [
            e
            for (_, figure), e in expected_policy_gaps(votes, [policy], 600).items()
            if figure == "tpr"
        ]
        every = hand.gaps_of_every_deal(hand.votes_in(rows, "y"), gold, "pq", "tpr")
        if len(every) and len(found.gaps) > 100:
            error = np.std(every) / len(found.gaps) ** 0.5
            assert found.mean == pytest.approx(np.mean(every), abs=5 * error + 1e-9)
            assert set(found.gaps.round(9)) <= set(np.round(every, 9))


def some_rows(seed: int, items: int = 90, groups: str = "pqr") -> list[Rating]:
    """Three votes of each group on each item; q says `y` more often."""
    random = chance(seed)
    return [
        (f"i{i}", f"{g}{i * 3 % 9 + k}", g, "ny"[random.random() < 0.4 + 0.2 * (g == "q")])
        for i in range(items)
        for g in groups
        for k in range(3)
    ]


def plain(answer: Answer, rename: Mapping[str, str] | None = None) -> dict[Any, Any]:
    """Row -> its figures, with the groups' names put back."""
    back = rename or {}
    return {
        (
            frozenset(back.get(g, g) for g in r.groups),
            r.figure,
            r.about.rsplit(" ", 1)[0]
            + " "
            + back.get(r.about.rsplit(" ", 1)[-1], r.about.rsplit(" ", 1)[-1]),
        ): (r.estimate, r.expected, r.verdict)
        for r in answer.rows
    }


def test_neither_the_order_of_rows_nor_the_names_of_groups_move_a_figure() -> None:
    rows = some_rows(1)
    options = {"policies": ["pooled-majority", {"at_least": 2}], "margin": 0.1}
    first = plain(asked(rows, **options))
    shuffled = rows.copy()
    chance(2).shuffle(shuffled)
    assert plain(asked(shuffled, **options)) == first
    names = {"p": "z", "q": "m", "r": "a"}
    renamed = [(i, j, names[g], label) for i, j, g, label in rows]
    back = {new: old for old, new in names.items()}
    assert plain(asked(renamed, **options), back) == first


@given(ratings("ny", groups="pqr"), st.permutations("pqr"))
@settings(max_examples=25)
def test_expected_gaps_know_no_names_even_where_groups_look_alike(
    rows: list[Rating], order: list[str]
) -> None:
    rows = [*rows, ("i0", "z", "p", "y"), *((f"only {g}", f"{g}0", g, "n") for g in "pqr")]
    names = dict(zip("pqr", order, strict=True))
    found = []
    for some in (rows, [(i, j, names[g], label) for i, j, g, label in rows]):
        kept = cleaned(some).kept
        votes = votes_of(reduce_ratings(kept, kept.groupings[0]), kept.labels.index("y"))
        group = kept.groupings[0].values.index("q" if some is rows else names["q"])
        policies = [Policy("q", "majority-of", group=group), Policy("pooled", "pooled")]
        expected = expected_policy_gaps(votes, policies, 20)
        found.append({name: one.gaps.tolist() for name, one in expected.items()})
    assert found[0] == found[1]


def test_the_same_items_twice_keep_every_rate_and_narrow_every_interval() -> None:
    rows = some_rows(3)
    twice = [*rows, *((f"again {i}", j, g, label) for i, j, g, label in rows)]
    once, doubled = asked(rows), asked(twice)
    for one, two in zip(once.rows, doubled.rows, strict=True):
        if one.expected is None and "excess" not in one.figure:
            assert two.estimate.value == pytest.approx(one.estimate.value)
        if one.figure == "tpr":
            assert (two.estimate.n or 0) == 2 * (one.estimate.n or 0)
            assert (two.estimate.low or 0) > (one.estimate.low or 0)


def test_a_group_without_a_positive_item_has_no_rate_and_no_gap_is_made_up_around_it() -> None:
    rows = [r if r[2] != "p" else (*r[:3], "n") for r in some_rows(4)]
    answer = asked(rows, floor=0.5, margin=0.1)
    empty = row(answer, "tpr", "pooled majority: p")
    assert empty.estimate.state == "not-estimable"
    assert "no items that its own majority calls positive" in empty.estimate.reason
    assert empty.verdict == "insufficient-evidence"
    gap = row(answer, "tpr-gap", "pooled majority")
    assert gap.estimate.state == "not-estimable"
    assert gap.estimate.reason.startswith("p: no items")
    assert row(answer, "tpr-gap-excess", "pooled majority").estimate.state == "not-estimable"
    assert row(answer, "tpr", "pooled majority: q").estimate.state == "estimated"
    assert row(answer, "fpr-gap", "pooled majority").estimate.state == "estimated"


def test_an_item_without_a_groups_vote_counts_for_the_others_alone() -> None:
    rows = some_rows(5)
    without = [r for r in rows if not (r[2] == "p" and r[0] in ("i0", "i1"))]
    answer = asked(without, policies=[{"majority_of": "p"}])
    counted = [
        row(answer, f, f"majority of p: {g}").estimate.n for f in ("tpr", "fpr") for g in "qr"
    ]
    assert sum(n or 0 for n in counted) == 2 * 88  # what p does not decide has no gold at all
    pooled = asked(without)
    for group, items in (("p", 88), ("q", 90)):
        tpr, fpr = (row(pooled, f, f"pooled majority: {group}").estimate.n for f in ("tpr", "fpr"))
        assert (tpr or 0) + (fpr or 0) == items


def test_a_table_of_ties_has_no_positive_item_and_one_item_is_no_rate() -> None:
    ties = [(f"i{i}", f"{g}{k}", g, "ny"[k]) for i in range(20) for g in "pq" for k in (0, 1)]
    for rows in (ties, ties[:4]):
        answer = asked(rows)
        assert {r.estimate.state for r in answer.rows if r.figure == "tpr"} == {"not-estimable"}
        json.dumps([r.estimate.as_json() for r in answer.rows], allow_nan=False)
    fpr = row(asked(ties), "fpr", "pooled majority: p").estimate
    assert (fpr.value, fpr.n) == (0.0, 20)


def test_a_tie_is_positive_where_the_taxonomy_says_so() -> None:
    ties = [(f"i{i}", f"{g}{k}", g, "ny"[k]) for i in range(20) for g in "pq" for k in (0, 1)]
    questions = Questions(favourable="n", ties="y", checks=[Request("gold-policy")])
    answer = audit_table(table_of(ties), BINDINGS, questions).answers[0]
    tpr = row(answer, "tpr", "pooled majority: p").estimate
    assert (tpr.value, tpr.n) == (1.0, 20)


def test_of_more_than_two_labels_one_is_positive_and_the_rest_are_not() -> None:
    rows = [(*r[:3], "z" if r[3] == "n" and r[0].endswith("1") else r[3]) for r in some_rows(6)]
    answer = asked(rows, labels="nyz", positive="y")
    counts = hand.rates(hand.votes_in(rows, "y"), hand.pooled, "pqr")["tpr"]
    for group, (having, of) in counts.items():
        assert value(answer, "tpr", f"pooled majority: {group}") == pytest.approx(having / of)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"positive": "x"}, "`x` is none of the labels"),
        ({"policies": [{"majority_of": "s"}]}, "no ratings of a group `s`"),
        ({"policies": [{"at_least": 4}]}, "at_least is from 1 to 3"),
        ({"policies": ["median"]}, "`median` is none of"),
        ({"policies": "pooled-majority"}, "is a list"),
        ({"policies": ["gold-column"]}, "no gold column"),
        ({"permutations": 0}, "not a whole number above zero"),
        ({"permute": "rows"}, "neither `votes` nor `annotators`"),
        ({"floor": 70}, "not a number from 0 to 1"),
        ({"attributes": ["age"]}, "`age` is none of `group`"),
    ],
)
def test_an_option_that_cannot_be_read_is_refused_in_words(
    options: dict[str, Any], words: str
) -> None:
    assert words in asked(some_rows(7), **options).not_computed
    assert asked(some_rows(7), policies=[{"majority_of": "q"}], floor=0.7).not_computed == ""


def test_without_a_declared_positive_label_nothing_is_guessed() -> None:
    questions = Questions(checks=[Request("gold-policy")])
    answer = audit_table(table_of(some_rows(8)), BINDINGS, questions).answers[0]
    assert "which label is positive" in answer.not_computed
    three = [*some_rows(8), ("i0", "z", "p", "u")]
    tied = Questions(ties="y", checks=[Request("gold-policy", {"positive": "y"})])
    (answer,) = audit_table(table_of(three), BINDINGS, tied).answers
    assert "more than two labels" in answer.not_computed


def test_one_group_alone_is_compared_with_nobody() -> None:
    assert "two groups" in asked(some_rows(9, groups="p")).not_computed


def test_gold_that_is_given_is_judged_as_it_is() -> None:
    rows = [(*r, "y" if int(r[0][1:]) % 2 else "n") for r in some_rows(10)]
    bindings = replace(BINDINGS, gold="gold")
    table = table_of(rows, "item,annotator,group,label,gold")
    questions = Questions(favourable="n", checks=[Request("gold-policy", {"permutations": 20})])
    answer = audit_table(table, bindings, questions).answers[0]
    gold = {r[0]: r[4] == "y" for r in rows}
    votes = hand.votes_in([r[:4] for r in rows], "y")
    for group in "pqr":
        own = [i for i in votes if hand.majority(votes[i][group])]
        found = row(answer, "tpr", f"gold column: {group}").estimate
        assert found.value == pytest.approx(sum(gold[i] for i in own) / len(own))
    assert not [r for r in answer.rows if "gold column" in r.about and "own" in r.figure]


def test_fitted_gold_is_judged_like_any_other_and_says_that_it_assumes_one_truth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = some_rows(13)
    answer = asked(rows, policies=["dawid-skene"], permute="annotators", permutations=20)
    (note,) = [n for n in answer.notes if "converged after" in n]
    posterior = dawid_skene_by_hand(rows, int(note.split(" ")[3]))
    votes = hand.votes_in(rows, "y")
    for group in "pqr":
        own = [i for i in votes if hand.majority(votes[i][group])]
        caught = sum(posterior[i]["y"] - posterior[i]["n"] > 1e-6 for i in own)
        assert value(answer, "tpr", f"Dawid-Skene: {group}") == pytest.approx(caught / len(own))
    assert any("may not be the only gold" in n for n in answer.notes)
    assert any("stays as it is while votes are permuted" in n for n in answer.notes)
    monkeypatch.setattr(Asked, "ratings", lambda self: None)
    both = asked(rows, policies=["dawid-skene", "pooled-majority"], permute="annotators")
    assert any(n.startswith("Dawid-Skene: it needs the single ratings") for n in both.notes)
    assert any("annotators are not permuted: it needs" in n for n in both.notes)
    assert row(both, "tpr", "pooled majority: p").estimate.state == "estimated"


def test_a_hidden_group_takes_every_row_with_it_that_its_votes_stand_in() -> None:
    rows = [*some_rows(11, items=60), *((f"i{i}", "s", "s", "y") for i in range(20))]
    rows = [(i, f"{j}-{n % 12}", g, label) for n, (i, j, g, label) in enumerate(rows)]
    questions = Questions(
        favourable="n",
        ties="n",
        checks=[Request("gold-policy", {"permutations": 20, "policies": ["pooled-majority"]})],
    )
    audit = audit_table(table_of(rows), BINDINGS, questions)
    shown = hide(audit, "default").answers[0]
    for one in shown.rows:
        if "s" in one.groups:
            assert one.estimate.state == "suppressed"
            assert one.expected is None or one.expected.state == "suppressed"
    assert any(r.figure == "tpr" and "s" in r.groups for r in shown.rows)


def test_weights_are_exact_where_whole_numbers_no_longer_fit() -> None:
    size = np.array([[41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89]], dtype=np.int64)
    each, of_one = equal_weights(size)
    assert [int(w) * int(n) for w, n in zip(each[0], size[0], strict=True)] == [int(of_one[0])] * 12
    assert int(of_one[0]) > 2**63
    small, whole = equal_weights(np.array([[2, 3, 0]]))
    assert (small.tolist(), whole.tolist()) == ([[3, 2, 0]], [6])


def test_gold_that_is_given_cannot_be_taken_apart() -> None:
    reduction, labels = reduced(some_rows(12))
    votes = votes_of(reduction, labels.index("y"))
    with pytest.raises(ValueError, match="own votes cannot be left out"):
        gold_of(Policy("gold column", "given"), votes, own_left_out=True)
