"""Impact ratios: the four outcomes, both sides, one outcome a subject, within strata."""

from __future__ import annotations

import math
import warnings
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ratings_tables import BINDINGS, chance, table_of
from scipy.optimize import brentq
from scipy.stats import chi2, fisher_exact, hypergeom, norm
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportions_ztest

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Answer, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics import strata as strata_module
from labelcharter.audit.statistics.four_fifths import (
    chance_of_a_flag,
    difference_test,
    expected_ratio,
    in_words,
    least_p,
    outcome,
)
from labelcharter.audit.statistics.ratio_interval import Share, ratio_interval
from labelcharter.audit.statistics.ratio_verdicts import judged_ratio
from labelcharter.audit.statistics.strata import Stratified, stratified
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


# The four outcomes


@pytest.mark.parametrize(
    ("lower", "higher", "found"),
    [
        (Share(12, 40), Share(48, 80), "below-and-significant"),
        (Share(7, 18), Share(210, 400), "below-by-chance"),
        (Share(3, 20), Share(16, 80), "below-by-chance"),
        (Share(110, 260), Share(210, 400), "above-but-significant"),
        (Share(470, 1000), Share(480, 1000), "neither"),
        (Share(48, 100), Share(60, 100), "neither"),  # exactly four fifths
    ],
)
def test_the_four_outcomes_are_ratio_by_significance(
    lower: Share, higher: Share, found: str
) -> None:
    tested = difference_test(lower, higher)
    assert tested is not None
    assert outcome(lower, higher, tested.p) == found
    assert outcome(higher, lower, tested.p) == found


def test_each_outcome_is_a_sentence_for_a_lawyer() -> None:
    def said(a: Share, b: Share) -> str:
        return in_words(a, b, ("f", "m"), difference_test(a, b))

    assert said(Share(12, 40), Share(48, 80)) == (
        "the rate of f is less than four fifths of that of m, and the difference is larger than "
        "chance explains (p = .002, two-proportion z test): the rule of thumb regards this as "
        "evidence of adverse impact"
    )
    by_chance = said(Share(3, 20), Share(16, 80))
    assert "crossed, but no disparity is shown" in by_chance
    assert by_chance.endswith("one person more would make the ratio 1.000")
    assert "may still be adverse impact" in said(Share(110, 260), Share(210, 400))
    assert "chance alone can explain the difference" in said(Share(470, 1000), Share(480, 1000))
    assert said(Share(3, 9), Share(1, 3)) == "the rates of f and m are equal"
    turned = said(Share(48, 80), Share(12, 40))
    assert turned.startswith("the rate of m is less than four fifths of that of f")
    assert "p < .001" in said(Share(10, 400), Share(390, 400))


@given(st.integers(1, 30), st.integers(1, 30), st.data())
def test_the_tests_are_those_of_scipy_and_statsmodels(
    n1: int, n2: int, data: st.DataObject
) -> None:
    a = Share(data.draw(st.integers(0, n1)), n1)
    b = Share(data.draw(st.integers(0, n2)), n2)
    if a.having + b.having in (0, n1 + n2):
        assert difference_test(a, b) is None
        return
    fisher, z = difference_test(a, b, "fisher"), difference_test(a, b, "z")
    assert fisher is not None
    assert z is not None
    having = a.having + b.having
    support = range(max(0, having - n2), min(n1, having) + 1)
    pmf = [hypergeom.pmf(x, n1 + n2, having, n1) for x in support]
    own = hypergeom.pmf(a.having, n1 + n2, having, n1)
    assert fisher.p == pytest.approx(sum(p for p in pmf if p <= own * (1 + 1e-7)))
    _, p = proportions_ztest([a.having, b.having], [n1, n2])
    assert z.p == pytest.approx(p, abs=1e-9)
    every = [fisher_exact([[x, n1 - x], [having - x, n2 - having + x]]).pvalue for x in support]
    assert least_p(a, b) == pytest.approx(min(every))
    auto = difference_test(a, b)
    smallest = min(n1, n2) * min(having, n1 + n2 - having) / (n1 + n2)
    assert auto == (fisher if smallest < 5 else z)


def test_boschloo_is_more_powerful_than_fisher_and_is_a_choice() -> None:
    a, b = Share(1, 12), Share(6, 13)
    fisher, boschloo = difference_test(a, b, "fisher"), difference_test(a, b, "boschloo")
    assert fisher is not None
    assert boschloo is not None
    assert boschloo.p < fisher.p


# How often the extremes of equal groups differ by a fifth


def brute_flag(sizes: list[int], rate: float) -> float:
    total = 0.0
    for counts in product(*(range(n + 1) for n in sizes)):
        shares = [Fraction(x, n) for x, n in zip(counts, sizes, strict=True)]
        if min(shares) < Fraction(4, 5) * max(shares):
            total += math.prod(
                math.comb(n, x) * rate**x * (1 - rate) ** (n - x)
                for x, n in zip(counts, sizes, strict=True)
            )
    return total


@pytest.mark.parametrize(
    ("sizes", "rate"), [([1, 1], 0.5), ([5, 10, 7], 0.3), ([25, 5], 0.9), ([3, 3, 3, 3], 0.0)]
)
def test_the_chance_of_a_false_flag_is_exact(sizes: list[int], rate: float) -> None:
    assert chance_of_a_flag(sizes, rate) == pytest.approx(brute_flag(sizes, rate), abs=1e-12)


def test_five_equal_groups_of_200_are_flagged_58_times_in_a_hundred() -> None:
    assert chance_of_a_flag([200] * 5, 0.3) == pytest.approx(0.583, abs=0.0005)
    assert chance_of_a_flag([200] * 10, 0.3) == pytest.approx(0.903, abs=0.0005)
    assert chance_of_a_flag([500] * 5, 0.3) == pytest.approx(0.143, abs=0.0005)
    assert chance_of_a_flag([300_000, 300_000], 0.3) == pytest.approx(0, abs=1e-9)
    assert chance_of_a_flag([0, 5], 0.3) is None
    assert chance_of_a_flag([600_000, 600_000], 0.3) is None


def test_what_is_expected_if_group_meant_nothing_is_that_of_all_permutations() -> None:
    assert expected_ratio(Share(4, 10), Share(6, 10)) == (1.0, 3 / 7, 7 / 3)
    assert expected_ratio(Share(1, 10), Share(0, 10)) is None


# Verdicts


def judged(top: Share, bottom: Share) -> tuple[str, str, str]:
    found = judged_ratio(top, bottom, ratio_interval(top, bottom), (0.8, 1.25), "people")
    return found.verdict, found.estimate.state, found.why


def test_a_verdict_is_three_state_and_says_what_would_settle_it() -> None:
    assert judged(Share(500, 1000), Share(500, 1000))[0] == "met"
    assert judged(Share(200, 1000), Share(500, 1000))[0] == "breached"
    assert judged(Share(500, 1000), Share(200, 1000))[0] == "breached"
    verdict, _, why = judged(Share(30, 60), Share(100, 200))
    assert verdict == "insufficient-evidence"
    assert "people in the smaller group would settle it" in why
    assert "on the limit itself" in judged(Share(400, 1000), Share(500, 1000))[2]


def test_no_verdict_is_given_on_fewer_than_thirty() -> None:
    assert judged(Share(0, 29), Share(900, 1000))[0] == "insufficient-evidence"
    assert (
        "a verdict needs 30 people in each (there are 29)"
        in judged(Share(0, 29), Share(900, 1000))[2]
    )
    assert judged(Share(0, 30), Share(900, 1000))[0] == "breached"


def test_where_the_reference_never_has_it_there_is_no_value_but_a_verdict() -> None:
    verdict, state, why = judged(Share(50, 100), Share(0, 100))
    assert (verdict, state) == ("breached", "not-estimable")
    assert "the ratio has no value, but is at least" in why
    assert judged(Share(2, 100), Share(0, 100))[0] == "insufficient-evidence"
    assert judged(Share(0, 100), Share(0, 100)) == (
        "insufficient-evidence",
        "not-estimable",
        "none of the people of either group has it",
    )
    assert judged(Share(0, 0), Share(3, 10))[2] == "no people"


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


def plain_mantel_haenszel(cells: list[tuple[Share, Share]]) -> Fraction:
    above = sum(Fraction(t.having * b.of, t.of + b.of) for t, b in cells)
    below = sum(Fraction(b.having * t.of, t.of + b.of) for t, b in cells)
    return above / below


def plain_cmh(cells: list[tuple[Share, Share]]) -> float:
    apart = spread = 0.0
    for t, b in cells:
        n, having = t.of + b.of, t.having + b.having
        apart += t.having - t.of * having / n
        spread += t.of * b.of * having * (n - having) / (n * n * (n - 1))
    return float(chi2.sf(apart**2 / spread, 1))


@st.composite
def cells(draw: st.DrawFn) -> list[tuple[Share, Share]]:
    found = []
    for _ in range(draw(st.integers(2, 4))):
        pair = [draw(st.integers(2, 30)) for _ in range(2)]
        found.append(tuple(Share(draw(st.integers(0, n)), n) for n in pair))
    return found  # type: ignore[return-value]


@given(cells())
def test_the_common_ratio_and_its_test_are_those_of_the_definition(
    found: list[tuple[Share, Share]],
) -> None:
    assume(any(0 < t.having + b.having < t.of + b.of for t, b in found))
    got = stratified(found)
    assert isinstance(got, Stratified)
    assert got.p == pytest.approx(plain_cmh(found), abs=1e-9)
    if got.ratio is not None:
        assert got.ratio.value == pytest.approx(float(plain_mantel_haenszel(found)))
        assert got.ratio.low < plain_mantel_haenszel(found) < got.ratio.high


@given(cells())
def test_homogeneity_is_that_of_statsmodels_where_it_has_an_answer(
    found: list[tuple[Share, Share]],
) -> None:
    vary = [(t, b) for t, b in found if 0 < t.having + b.having < t.of + b.of]
    assume(len(vary) > 1)
    tables = [[[t.having, t.others.having], [b.having, b.others.having]] for t, b in vary]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        table = StratifiedTable(np.array(tables, dtype=float).transpose(1, 2, 0))
        peer, odds = table.test_equal_odds(adjust=True).pvalue, table.oddsratio_pooled
    got = stratified(found)
    assert isinstance(got, Stratified)
    if odds in (0, math.inf) or math.isnan(odds):
        assert got.homogeneity is None
        return
    assert got.homogeneity == pytest.approx(plain_homogeneity(vary, odds), abs=1e-9)
    if abs(odds - 1) > 1e-6:
        assert got.homogeneity == pytest.approx(peer, abs=1e-6)


def plain_homogeneity(vary: list[tuple[Share, Share]], odds: float) -> float:
    """Breslow and Day's test with Tarone's correction, the expected counts found by bisection."""
    apart, spreads, total = 0.0, [], 0.0
    for t, b in vary:
        m = t.having + b.having

        def off(e: float, t: Share = t, b: Share = b, m: int = m) -> float:
            return e * (b.of - m + e) - odds * (t.of - e) * (m - e)

        e = brentq(off, max(0, m - b.of), min(t.of, m), xtol=1e-14)
        spreads.append(1 / (1 / e + 1 / (t.of - e) + 1 / (m - e) + 1 / (b.of - m + e)))
        total += (t.having - e) ** 2 / spreads[-1]
        apart += t.having - e
    return float(chi2.sf(total - apart**2 / sum(spreads), len(vary) - 1))


def test_in_strata_that_are_all_alike_the_interval_is_the_one_on_the_logarithm() -> None:
    """K copies of one stratum: Katz's variance over K."""
    got = stratified([(Share(12, 40), Share(48, 80))] * 3)
    assert isinstance(got, Stratified)
    assert got.ratio is not None
    deviation = math.sqrt((1 / 12 - 1 / 40 + 1 / 48 - 1 / 80) / 3)
    assert got.ratio.value == pytest.approx(0.5)
    factor = math.exp(norm.ppf(0.975) * deviation)
    assert [got.ratio.low, got.ratio.high] == pytest.approx([0.5 / factor, 0.5 * factor])
    assert got.homogeneity == pytest.approx(1)


def test_strata_with_one_group_are_left_out_and_one_stratum_is_none() -> None:
    both = (Share(3, 9), Share(5, 10))
    got = stratified([both, both, (Share(0, 0), Share(3, 7))])
    assert isinstance(got, Stratified)
    assert (got.strata, got.people, got.left_out) == (2, 38, 7)
    assert stratified([both]) == "1 strata hold both groups: there is nothing to compare within"
    never = stratified([(Share(0, 9), Share(5, 10))] * 2)
    assert isinstance(never, Stratified)
    assert never.ratio is None


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


@pytest.mark.slow
def test_the_interval_within_strata_covers_what_it_says() -> None:
    rng = np.random.RandomState(7)
    covered, runs = 0, 2000
    sizes = [(40, 60), (80, 30), (50, 50)]
    base, true = (0.3, 0.5, 0.6), 0.8
    for _ in range(runs):
        found = [
            (Share(rng.binomial(a, true * p), a), Share(rng.binomial(b, p), b))
            for (a, b), p in zip(sizes, base, strict=True)
        ]
        got = stratified(found)
        assert isinstance(got, Stratified)
        assert got.ratio is not None
        covered += got.ratio.low <= true <= got.ratio.high
    assert 0.935 < covered / runs < 0.965
