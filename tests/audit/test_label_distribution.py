"""Label distribution by group: figures beside chance, and a verdict that q can take back."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from ratings_tables import BINDINGS, Rating, chance, shared_file, table_of
from scipy.stats import permutation_test
from scipy.stats.contingency import association

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.label_distribution import reconsider, verdict_of
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.association import cramers_v
from labelcharter.audit.statistics.estimate import estimated, not_estimable
from labelcharter.audit.statistics.reshuffle import around, reshuffle, statistic_of
from labelcharter.audit.statistics.units import Units
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

SUBJECTS = Bindings("item", "annotator", "label", subject_groups={"group": "group"})


def pool(
    rates: dict[str, float], people: int = 14, each: int = 20, spread: float = 0.0
) -> list[Rating]:
    """Each person rates `each` items of forty, and says "yes" at about their group's rate."""
    stream = chance(3)
    rows = []
    for group, rate in rates.items():
        for person in range(people):
            own = min(1.0, max(0.0, rate + stream.uniform(-spread, spread)))
            rows += [
                (f"i{i:02d}", f"{group}-{person}", group, "yes" if stream.random() < own else "no")
                for i in stream.sample(range(40), each)
            ]
    return rows


def audited(rows: list[Rating], bindings: Bindings = BINDINGS, **options: float) -> TableAudit:
    request = Request("label-distribution", options)
    return audit_table(table_of(rows), bindings, Questions(checks=[request]))


def row_of(audit: TableAudit, figure: str = "cramers-v", about: str = "") -> Row:
    (answer,) = audit.answers
    (row,) = [row for row in answer.rows if row.figure == figure and row.about == about]
    return row


def test_a_planted_difference_is_breached_and_equal_groups_are_met() -> None:
    apart = row_of(audited(pool({"p": 0.8, "q": 0.3})))
    assert (apart.verdict, apart.p, apart.least_p) == ("breached", 1 / 2000, 1 / 2000)
    assert apart.limits == (None, 0.1)
    alike = row_of(audited(pool({"p": 0.5, "q": 0.5}, people=40, each=35)))
    assert alike.verdict == "met"
    assert alike.expected is not None
    assert alike.expected.low == 0


def test_the_figures_are_those_of_the_plain_table() -> None:
    rows = pool({"p": 0.7, "q": 0.4, "r": 0.5}, spread=0.2)
    counts = Counter((row[2], row[3]) for row in rows)
    table = np.array([[counts[g, label] for label in ("no", "yes")] for g in "pqr"])
    found = row_of(audited(rows))
    plain = association(table, "cramer")
    n = table.sum()
    width = min(3 - 4 / (n - 1), 2 - 1 / (n - 1)) - 1
    assert found.estimate.value == pytest.approx(((plain**2 - 2 / (n - 1)) / width) ** 0.5)
    assert found.groups == ("p", "q", "r")
    assert found.estimate.n == n


def test_the_chance_is_that_of_dealing_people_not_ratings() -> None:
    """scipy permutes the same people; a test of the ratings would call it certain."""
    rows = pool({"p": 0.6, "q": 0.5}, people=8, each=38, spread=0.45)
    rates = {(g, j): np.mean([r[3] == "yes" for r in rows if r[1] == j]) for _, j, g, _ in rows}
    groups = [[rate for (g, _), rate in rates.items() if g == group] for group in "pq"]
    expected = permutation_test(
        groups,
        lambda a, b: abs(np.mean(a) - np.mean(b)),
        n_resamples=np.inf,
        alternative="greater",
    ).pvalue  # every person rates as many, so the gap of means is the gap of rates
    found = row_of(audited(rows))
    assert found.p == pytest.approx(expected, abs=1e-12)
    assert found.p > 0.05


def test_of_three_groups_each_has_its_distance_from_the_rest_and_of_two_both_have_one() -> None:
    three = audited(pool({"p": 0.8, "q": 0.4, "r": 0.4}))
    distances = [row for row in three.answers[0].rows if row.figure == "js-distance"]
    assert [row.about for row in distances] == [f"{g} from the rest" for g in "pqr"]
    assert {row.groups for row in distances} == {("p", "q", "r")}  # the rest is all the others
    assert {row.verdict for row in distances} == {None}
    assert distances[0].p < distances[1].p
    two = audited(pool({"p": 0.8, "q": 0.4}))
    assert [row.about for row in two.answers[0].rows if row.figure == "js-distance"] == [""]


def test_for_a_trait_of_data_subjects_items_are_dealt() -> None:
    rows = [
        (f"i{i}", f"j{j}", "pq"[i % 2], "yes" if (i * 7 + j) % 10 < 3 + 4 * (i % 2) else "no")
        for i in range(80)
        for j in range(12)
    ]
    audit = audited(rows, SUBJECTS)
    assert row_of(audit).verdict == "breached"
    assert audit.answers[0].notes[0].startswith("given these annotators: items were dealt")


@pytest.mark.parametrize(
    ("p", "value", "high", "verdict"),
    [
        (0.049, 0.1, 0.3, "breached"),
        (0.05, 0.1, 0.3, "insufficient-evidence"),
        (0.001, 0.0999, 0.3, "insufficient-evidence"),
        (0.001, 0.05, 0.09, "met"),
        (0.9, 0.05, 0.0999, "met"),
        (0.9, 0.05, 0.1, "insufficient-evidence"),
        (None, 0.4, 0.5, "insufficient-evidence"),
    ],
)
def test_a_flag_needs_a_small_p_and_a_v_worth_it(
    p: float | None, value: float, high: float, verdict: str
) -> None:
    assert verdict_of(p, estimated(value, 0.0, high, 100), 0.1) == verdict
    assert verdict_of(p, not_estimable("none"), 0.1) == "insufficient-evidence"


def test_a_verdict_is_reconsidered_from_q_both_ways_and_only_its_words_change() -> None:
    row = row_of(audited(pool({"p": 0.8, "q": 0.3})))
    lost = reconsider(replace(row, q=0.2))
    assert lost.verdict == "insufficient-evidence"
    assert lost.why.endswith("; q .2000: insufficient evidence")
    won = reconsider(replace(lost, q=0.01))
    assert won.verdict == "breached"
    assert won.why == f"{row.why}; q .0100: breached"
    assert replace(won, q=None, why=row.why) == row
    assert reconsider(row) == row  # before there is a q


def test_a_group_too_small_for_a_verdict_gets_none_whatever_q_is() -> None:
    rows = pool({"p": 0.9}, people=20) + pool({"q": 0.1}, people=3)
    row = row_of(audited(rows))
    assert (row.verdict, row.limits) == ("insufficient-evidence", None)
    assert "a verdict needs 10 annotators (there are 3) in each group" in row.why
    assert reconsider(replace(row, q=0.001)).verdict == "insufficient-evidence"


def test_one_person_against_one_cannot_be_tested_and_says_so() -> None:
    row = row_of(audited(pool({"p": 0.9, "q": 0.1}, people=1)))
    assert (row.p, row.least_p) == (1.0, 1.0)
    assert "cannot be tested: the least reachable p is 1" in row.why


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("i", "a", "p", "x"), ("i", "b", "p", "y")], "only one group has ratings"),
        ([("i", "a", "p", "x"), ("i", "b", "q", "x")], "only one label is in use"),
        ([("i", "a", "p", "x"), ("i", "b", "q", "y")], "too few ratings to correct its bias"),
    ],
)
def test_what_cannot_be_compared_says_why(rows: list[Rating], reason: str) -> None:
    row = audited(rows).answers[0].rows[0]
    assert (row.estimate.state, row.estimate.reason, row.verdict) == (
        "not-estimable",
        reason,
        None,
    )


def test_a_table_without_attributes_has_nothing_to_compare() -> None:
    rows = pool({"p": 0.5})
    audit = audited(rows, Bindings("item", "annotator", "label"))
    assert audit.answers[0].not_computed == "the table has no attribute to compare"


def test_neither_order_of_rows_nor_names_of_groups_nor_doubled_items_change_p() -> None:
    rows = pool({"p": 0.62, "q": 0.5}, spread=0.3)
    row = row_of(audited(rows))
    turned = row_of(audited(rows[::-1]))
    assert turned == row
    renamed = row_of(audited([(i, j, {"p": "z", "q": "a"}[g], x) for i, j, g, x in rows]))
    assert (renamed.p, renamed.estimate, renamed.expected) == (row.p, row.estimate, row.expected)
    doubled = [*rows, *((f"{i}-again", j, g, x) for i, j, g, x in rows)]
    twice = row_of(audited(doubled))
    assert twice.p == row.p  # the same people, each twice as sure of themselves
    assert twice.verdict == row.verdict


def test_a_hidden_group_takes_every_row_that_it_stands_in() -> None:
    audit = hide(audited(pool({"p": 0.5, "q": 0.5}) + pool({"r": 0.5}, people=4)), "default")
    assert {row.estimate.state for row in audit.answers[0].rows} == {"suppressed"}
    assert {row.p for row in audit.answers[0].rows} == {None}


def covered(shares: list[list[float]], people: int, runs: int, seed: int) -> tuple[float, float]:
    """How often this interval, and a jackknife of the plug-in V, hold the true V."""
    stream = np.random.default_rng(seed)
    truth = float(cramers_v(np.array(shares)))
    group = np.repeat(np.arange(len(shares)), people)
    holds = np.zeros(2)
    for _ in range(runs):
        own = [stream.dirichlet(np.array(shares[g]) * 8) for g in group]
        units = Units(
            np.array([stream.multinomial(20, p) for p in own]),
            np.ones(len(group), dtype=np.int64),
            group,
            len(shares),
        )
        dealt = reshuffle(units)
        assert dealt is not None
        table = units.table.astype(float)
        plug_in = float(cramers_v(table))
        found = around(plug_in, plug_in, statistic_of(dealt.tables[:499], cramers_v), 1)
        holds[0] += found.low - 1e-12 <= truth <= found.high
        left = np.repeat(table[None], len(group), axis=0)
        left[np.arange(len(group)), group] -= units.counts
        replicates = cramers_v(left)
        half = 2.09 * np.sqrt((len(group) - 1) * replicates.var())
        holds[1] += plug_in - half <= truth <= plug_in + half
    return holds[0] / runs, holds[1] / runs


def test_the_interval_holds_no_difference_where_a_jackknife_loses_it() -> None:
    ours, jackknifed = covered([[0.25] * 4] * 5, people=20, runs=40, seed=1)
    assert ours >= 0.85
    assert jackknifed <= 0.3


@pytest.mark.slow
def test_the_interval_covers_with_and_without_a_difference() -> None:
    none, _ = covered([[0.25] * 4] * 5, people=20, runs=400, seed=2)
    two, _ = covered([[0.6, 0.4], [0.4, 0.6]], people=30, runs=400, seed=3)
    five, _ = covered(
        [[0.4, 0.2, 0.2, 0.2], *[[0.25] * 4] * 3, [0.1, 0.3, 0.3, 0.3]], 20, runs=400, seed=4
    )
    assert none >= 0.915
    assert two >= 0.93
    assert five >= 0.95


@pytest.fixture(scope="module")
def crehate() -> tuple[Answer, np.ndarray, tuple[str, ...]]:
    """The answer, and a plain table of nationality by label."""
    bindings = Bindings(
        "item_id",
        "annotator_id",
        "label",
        annotator_groups={"nationality": "nationality"},
        states=["2"],
    )
    file = shared_file("crehate/ratings.csv")
    audit = audit_table(
        read_table(file, "ratings.csv", bindings.columns),
        bindings,
        Questions(checks=[Request("label-distribution")]),
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    seen = set()
    with file.open(newline="") as lines:
        for row in csv.DictReader(lines):
            pair = row["item_id"], row["annotator_id"]
            if pair not in seen and row["label"] != "2":
                counts[row["nationality"]][row["label"]] += 1
            seen.add(pair)
    groups = tuple(sorted(counts))
    return audit.answers[0], np.array([[counts[g][x] for x in "01"] for g in groups]), groups


def test_five_countries_differ_beyond_chance_and_by_little(
    crehate: tuple[Answer, np.ndarray, tuple[str, ...]],
) -> None:
    answer, table, groups = crehate
    row = answer.rows[0]
    n, plain = table.sum(), association(table, "cramer")
    assert row.estimate.value == pytest.approx((plain**2 - 4 / (n - 1)) ** 0.5, abs=1e-4)
    assert row.estimate.value == pytest.approx(0.0567, abs=5e-4)
    assert (row.p, row.verdict) == (1 / 2000, "met")  # a difference, and less than a small effect
    by_group = {r.about: r.p for r in answer.rows[1:]}
    assert by_group["United States from the rest"] == 1 / 2000
    assert by_group["United Kingdom from the rest"] > 0.5
    assert groups == row.groups
