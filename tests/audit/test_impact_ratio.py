"""The check of impact ratios: one outcome a subject, both sides, within strata."""

from __future__ import annotations

from itertools import product

import pytest
from ratings_tables import BINDINGS, chance, table_of

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics import strata as strata_module
from labelcharter.audit.statistics.four_fifths import (
    difference_test,
)
from labelcharter.audit.statistics.ratio_interval import Share, ratio_interval
from labelcharter.audit.tables.bindings import Bindings

HEADER = "item,annotator,label,sex,level,gold,prediction"
BOUND = Bindings(
    "item",
    "annotator",
    "label",
    subject_groups={"sex": "sex", "level": "level"},
    gold="gold",
    prediction="prediction",
)
Counts = dict[tuple[str, str], tuple[int, int]]  # (sex, level) -> (selected, not)


def rows(counts: Counts, raters: int = 3) -> list[list[str]]:
    """Items with that prediction; each rated "in" by two of three where it is selected."""
    found = []
    for (sex, level), (yes, no) in counts.items():
        for k in range(yes + no):
            selected = "in" if k < yes else "out"
            other = "out" if selected == "in" else "in"
            for j in range(raters):
                label = other if j == 2 else selected
                item = f"{sex}-{level}-{k}"
                found.append([item, f"j{(k + j) % 12}", label, sex, level, other, selected])
    return found


def audited(
    table: list[list[str]], bound: Bindings = BOUND, header: str = HEADER, **options: object
) -> TableAudit:
    questions = Questions(
        favourable="in",
        references={} if "reference" in options else {"sex": "m"},
        checks=[Request("impact-ratio", options)],
    )
    return audit_table(table_of(table, header), bound, questions)


def answer(audit: TableAudit) -> Answer:
    (found,) = audit.answers
    return found


def row(audit: TableAudit, figure: str) -> Row:
    (found,) = [r for r in answer(audit).rows if r.figure == figure]
    return found


SIMPLE: Counts = {("f", "a"): (12, 28), ("m", "a"): (48, 32)}


# The check, on tables


def test_each_item_counts_once_by_its_prediction() -> None:
    audit = audited(rows(SIMPLE))
    found = row(audit, "impact-ratio")
    expected = ratio_interval(Share(12, 40), Share(48, 80))
    assert expected is not None
    assert (found.estimate.value, found.estimate.low, found.estimate.high, found.estimate.n) == (
        0.5,
        expected.low,
        expected.high,
        40,
    )
    assert (found.groups, found.verdict, found.limits) == (("f", "m"), "breached", (0.8, 1.25))
    tested = difference_test(Share(12, 40), Share(48, 80))
    assert tested is not None
    assert found.p == tested.p
    assert found.expected is not None
    assert "evidence of adverse impact" in found.why
    assert "the prediction of each item, counted once" in " ".join(answer(audit).notes)
    rates = [r.estimate.value for r in answer(audit).rows if r.figure == "favourable-rate"]
    assert rates == [0.3, 0.6]


def test_the_outcome_may_be_gold_or_the_consensus_of_the_votes() -> None:
    by_votes, by_gold = (audited(rows(SIMPLE), outcome=o) for o in ("consensus", "gold"))
    assert row(by_votes, "impact-ratio").estimate.value == 0.5  # two of three say as predicted
    assert row(by_gold, "impact-ratio").estimate.value == pytest.approx((28 / 40) / (32 / 80))
    assert "given these votes" in " ".join(answer(by_votes).notes)


def test_a_tie_is_the_favourable_label_unless_declared_otherwise() -> None:
    table = rows({("f", "a"): (0, 40), ("m", "a"): (0, 40)}, raters=2)
    table = [[*r[:2], "in" if r[1] in ("j0", "j2") else r[2], *r[3:]] for r in table]
    found = audited(table, outcome="consensus")
    tied = sum(
        1 for k in range(40) if len({k % 12, (k + 1) % 12} & {0, 2}) == 1
    )  # one of two says in
    rates = [r.estimate for r in answer(found).rows if r.figure == "favourable-rate"]
    assert rates[0].value == tied / 40


def test_the_two_sides_can_disagree_and_both_are_said() -> None:
    """90 % against 96 % is .94; that 10 % against 4 % fail is 2.5 times as many."""
    audit = audited(rows({("f", "a"): (900, 100), ("m", "a"): (960, 40)}, raters=1))
    favourable, adverse = row(audit, "impact-ratio"), row(audit, "adverse-ratio")
    assert favourable.estimate.value == pytest.approx(0.9375)
    assert adverse.estimate.value == pytest.approx(2.5)
    assert (favourable.verdict, adverse.verdict) == ("met", "breached")


def test_against_the_best_all_groups_are_named_and_the_false_flags_are_said() -> None:
    audit = audited(rows(SIMPLE), reference="best", attributes=["sex"])
    found = [r for r in answer(audit).rows if r.figure == "impact-ratio-to-best"]
    assert [r.groups for r in found] == [("f", "m"), ("f", "m")]
    assert [r.about for r in found] == ["in: f over the best", "in: m over the best"]
    assert [r.verdict for r in found] == ["breached", "met"]
    assert "of tables of these sizes" in found[0].why
    assert "58 %" in " ".join(answer(audit).notes)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"outcome": "wish"}, "there is no outcome `wish`"),
        ({"test": "t"}, "there is no test `t`"),
        ({"reference": "x"}, "no group `x` of sex occurs in the table"),
        ({"attributes": ["town"]}, "no reference group is declared"),
    ],
)
def test_an_option_that_cannot_be_had_is_a_reason(options: dict[str, str], says: str) -> None:
    assert says in answer(audited(rows(SIMPLE), **options)).not_computed


def test_an_outcome_without_its_column_is_a_reason() -> None:
    bare = Bindings("item", "annotator", "label", subject_groups={"sex": "sex"})
    for source in ("gold", "prediction"):
        audit = audited(rows(SIMPLE), bare, outcome=source)
        assert answer(audit).not_computed.startswith("no column of")
    assert row(audited(rows(SIMPLE), bare), "impact-ratio").estimate.value == 0.5


def test_small_groups_are_hidden_with_every_figure_of_their_attribute() -> None:
    audit = hide(audited(rows({("f", "a"): (9, 31), ("m", "a"): (48, 32)})), "default")
    shown = answer(audit).rows
    assert {r.estimate.state for r in shown} == {"suppressed"}
    assert {r.p for r in shown} == {None}
    plain = hide(audited(rows(SIMPLE)), "default")
    assert {r.estimate.state for r in answer(plain).rows} == {"estimated"}


def test_the_order_of_rows_and_the_names_of_groups_leave_no_trace() -> None:
    table = rows(SIMPLE)
    one = audited(table)
    other = audited(chance(4).sample(table, len(table)))
    assert answer(one) == answer(other)
    named = [[*r[:3], {"f": "z", "m": "m"}[r[3]], *r[4:]] for r in table]
    renamed = row(audited(named), "impact-ratio")
    assert renamed.estimate == row(one, "impact-ratio").estimate
    assert (renamed.p, renamed.least_p) == (
        row(one, "impact-ratio").p,
        row(one, "impact-ratio").least_p,
    )


# `ratios`, the contract of the table audit


def test_a_declared_reference_that_does_not_occur_is_said_and_breaks_nothing() -> None:
    audit = audited(rows({("f", "a"): (12, 28), ("x", "a"): (48, 32)}))
    assert audit.ratios == ()
    assert answer(audit).not_computed == "no group `m` of sex occurs in the table"


def test_with_one_rating_a_subject_the_contracts_ratio_has_the_score_interval() -> None:
    audit = audited(rows(SIMPLE, raters=1))
    (ratio,) = audit.ratios
    expected = ratio_interval(Share(12, 40), Share(48, 80))
    assert expected is not None
    assert (ratio.estimate.low, ratio.estimate.high) == (expected.low, expected.high)
    several = audited(rows(SIMPLE))
    assert several.ratios[0].estimate.low != expected.low


# Groups of annotators


def test_between_annotators_it_is_clustered_and_nobody_is_selected() -> None:
    stream = chance(5)
    table = [
        [f"i{item:03d}", f"{g}{k}", g, "in" if stream.random() < rate else "out"]
        for g, rate in (("f", 0.4), ("m", 0.8))
        for item in range(60)
        for k in stream.sample(range(14), 5)
    ]
    audit = audit_table(
        table_of(table),
        BINDINGS,
        Questions(favourable="in", references={"group": "m"}, checks=[Request("impact-ratio", {})]),
    )
    favourable, adverse = row(audit, "impact-ratio"), row(audit, "adverse-ratio")
    assert favourable.estimate == audit.ratios[0].estimate
    assert favourable.p == pytest.approx(1 / 2000)
    groups = {g.value: g.estimates["rate", "out"].value for g in audit.groups}
    assert adverse.estimate.value == pytest.approx(groups["f"] / groups["m"])
    assert "nobody is selected" in " ".join(answer(audit).notes)
    told = [(f.value, f.why[:5]) for f in audit.findings if f.check == "impact-ratio"]
    assert told == [("f", "`in` "), ("f over m", "adver")]  # the ratio once, the adverse side once


# Strata

SIMPSON: Counts = {
    ("f", "hard"): (20, 80),
    ("m", "hard"): (10, 40),
    ("f", "easy"): (40, 10),
    ("m", "easy"): (160, 40),
}


def test_a_confounder_is_said_where_the_crude_ratio_differs_from_the_common_one() -> None:
    audit = audited(rows(SIMPSON, raters=1), strata="level", attributes=["sex"])
    crude, common = row(audit, "impact-ratio"), row(audit, "impact-ratio-within-strata")
    assert crude.estimate.value == pytest.approx((60 / 150) / (170 / 250))
    assert common.estimate.value == pytest.approx(1)
    assert (crude.verdict, common.verdict) == ("breached", "met")
    assert "part of the difference between the groups goes with level" in common.why
    assert common.p == pytest.approx(1)
    assert "nothing shows that the strata" in row(audit, "homogeneity-of-strata").why


def test_a_stratum_that_explains_nothing_is_said_too() -> None:
    even: Counts = {(s, v): (30 if s == "m" else 20, 30) for s, v in product("fm", "ab")}
    audit = audited(rows(even, raters=1), strata="level", attributes=["sex"])
    assert "level explains little of it" in row(audit, "impact-ratio-within-strata").why


def test_strata_that_point_in_opposite_directions_are_found() -> None:
    apart: Counts = {
        ("f", "a"): (50, 10),
        ("m", "a"): (20, 40),
        ("f", "b"): (20, 40),
        ("m", "b"): (50, 10),
    }
    audit = audited(rows(apart, raters=1), strata="level", attributes=["sex"])
    found = row(audit, "homogeneity-of-strata")
    assert found.p is not None
    assert found.p < 0.001
    assert "one ratio does not describe them all" in found.why


def test_strata_that_are_not_bound_or_without_statsmodels_are_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    audit = audited(rows(SIMPLE), strata="town")
    assert "bind the column as another attribute" in " ".join(answer(audit).notes)
    assert row(audit, "impact-ratio").estimate.state == "estimated"

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(strata_module, "import_module", missing)
    audit = audited(rows(SIMPSON), strata="level", attributes=["sex"])
    assert 'pip install "labelcharter[statistics]"' in " ".join(answer(audit).notes)


def test_people_in_strata_of_one_group_are_counted_only_where_they_are_many() -> None:
    for alone, words in ((3, "fewer than 10"), (12, "12")):
        some: Counts = {**SIMPSON, ("f", "odd"): (alone, 0)}
        audit = audited(rows(some, raters=1), strata="level", attributes=["sex"])
        said = row(audit, "impact-ratio-within-strata").why
        assert f"{words} data subjects stand in strata that hold one group only" in said


def test_without_single_ratings_predictions_and_strata_say_so_and_votes_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_ratings = audited(rows(SIMPSON), outcome="consensus", attributes=["sex"])
    monkeypatch.setattr(Asked, "ratings", lambda _: None)
    assert answer(audited(rows(SIMPSON))).not_computed == NEEDS_RATINGS
    assert answer(audited(rows(SIMPSON), outcome="consensus", attributes=["sex"])) == answer(
        with_ratings
    )
    strata = audited(rows(SIMPSON), outcome="consensus", attributes=["sex"], strata="level")
    assert NEEDS_RATINGS in answer(strata).notes
