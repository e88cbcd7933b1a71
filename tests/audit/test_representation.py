"""Representation: people, work and items against the shares that they should have."""

from __future__ import annotations

import csv
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ratings_tables import BINDINGS, Rating, chance, shared_file, table_of
from scipy.stats import binom, chisquare
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.disclosure.suppression import hide, may_show
from labelcharter.audit.questions.answer import Request, Row
from labelcharter.audit.questions.declared_shares import Counted, rows_of
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.questions.together import fewest
from labelcharter.audit.statistics import shares as module
from labelcharter.audit.statistics.shares import (
    dissimilarity,
    exact_binomial,
    gap_by_chance,
    goodness_of_fit,
    share_gap,
    sum_fault,
)
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

HALVES = {"p": 0.5, "q": 0.5}


def pool(sizes: dict[str, int], work: dict[str, int] | None = None) -> list[Rating]:
    """So many people in each group, each rating so many items of sixty."""
    stream = chance(1)
    return [
        (f"i{i:02d}", f"{group}{j}", group, stream.choice("xy"))
        for group, size in sizes.items()
        for j in range(size)
        for i in stream.sample(range(60), (work or {}).get(group, 10))
    ]


def audited(
    rows: list[Rating], shares: object, bindings: Bindings = BINDINGS, **options: object
) -> TableAudit:
    request = Request("representation", {"shares": shares, **options})
    return audit_table(table_of(rows), bindings, Questions(checks=[request]))


def rows_by(audit: TableAudit, figure: str) -> dict[str, Row]:
    return {row.about: row for row in audit.answers[0].rows if row.figure == figure}


def row(rows: list[Row], about: str) -> Row:
    return next(r for r in rows if r.about == about)


@given(st.integers(1, 400), st.data(), st.floats(0.01, 0.99))
def test_a_gap_is_the_share_less_the_declared_one_with_wilsons_interval(total, data, share) -> None:  # type: ignore[no-untyped-def]
    count = data.draw(st.integers(0, total))
    found = share_gap(count, total, share, "people")
    low, high = proportion_confint(count, total, method="wilson")
    assert found.value == pytest.approx(count / total - share, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((low - share, high - share), abs=1e-9)


@given(st.integers(1, 60), st.data(), st.floats(0.05, 0.95))
def test_the_chance_of_a_count_is_that_of_all_counts_no_likelier(total, data, share) -> None:  # type: ignore[no-untyped-def]
    count = data.draw(st.integers(0, total))
    each = binom.pmf(np.arange(total + 1), total, share)
    expected = each[each <= each[count] * (1 + 1e-7)].sum()
    assert exact_binomial(count, total, share) == pytest.approx(min(1, expected), abs=1e-9)


def test_what_chance_gives_holds_95_percent_of_draws() -> None:
    found = gap_by_chance(40, 0.3)
    inside = binom.cdf(round((found.high + 0.3) * 40), 40, 0.3) - binom.cdf(
        round((found.low + 0.3) * 40) - 1, 40, 0.3
    )
    assert 0.95 <= inside < 0.98
    assert found.value == 0


def test_goodness_of_fit_is_scipys_where_enough_are_expected() -> None:
    fit = goodness_of_fit([30, 50, 20], [0.2, 0.5, 0.3])
    expected = chisquare([30, 50, 20], [20, 50, 30])
    assert (fit.chi2, fit.p, fit.drawn) == (
        pytest.approx(expected.statistic, abs=1e-9),
        pytest.approx(expected.pvalue, abs=1e-9),
        False,
    )


def test_goodness_of_fit_is_drawn_where_few_are_expected_and_comes_near_the_exact_chance() -> None:
    """With two groups the exact chance is a sum over binomial counts."""
    for count in range(8):
        fit = goodness_of_fit([count, 20 - count], [0.1, 0.9])
        far = (np.arange(21) - 2) ** 2
        exact = binom.pmf(np.arange(21), 20, 0.1)[far >= (count - 2) ** 2].sum()
        assert fit.drawn
        assert fit.p == pytest.approx(exact, abs=0.04)
    again = goodness_of_fit([13, 7], [0.9, 0.1])
    assert again == goodness_of_fit([7, 13], [0.1, 0.9])  # whatever the groups are called


def test_dissimilarity_is_the_share_that_would_have_to_be_others() -> None:
    found, by_chance = dissimilarity([30, 50, 20], [0.2, 0.5, 0.3])
    assert found.value == pytest.approx(0.1)
    assert found.low < 0.1 < found.high
    assert by_chance.low < by_chance.value < by_chance.high
    exact, _ = dissimilarity([50, 50], [0.5, 0.5])
    assert (exact.value, exact.low) == (0, 0)
    assert exact.high == pytest.approx(0.1, abs=0.02)  # 1.96 standard errors of a half


def test_the_interval_of_dissimilarity_covers() -> None:
    stream = np.random.default_rng(6)
    declared = [0.25, 0.25, 0.25, 0.25]
    for true, least in (([0.25] * 4, 0.9), ([0.4, 0.3, 0.2, 0.1], 0.93)):
        truth = np.abs(np.array(true) - 0.25).sum() / 2
        held = 0
        for _ in range(200):
            found, _ = dissimilarity(stream.multinomial(150, true).tolist(), declared)
            held += found.low - 1e-12 <= truth <= found.high
        assert held / 200 >= least


def test_a_gap_is_breached_or_met_or_says_what_would_settle_it() -> None:
    far = row(
        rows_of(Counted("a", "annotators", {"p": 70, "q": 30}, HALVES, annotators=100), None), "p"
    )
    assert (far.verdict, far.limits) == ("breached", (-0.05, 0.05))
    near = row(
        rows_of(Counted("a", "annotators", {"p": 5050, "q": 4950}, HALVES, annotators=9999), None),
        "p",
    )
    assert near.verdict == "met"
    wide = row(
        rows_of(Counted("a", "annotators", {"p": 52, "q": 48}, HALVES, annotators=100), None), "q"
    )
    assert wide.verdict == "insufficient-evidence"
    assert wide.why.endswith("annotators would settle it, if the value stays")
    assert "48 of 100 annotators against .500" in wide.why


def test_nine_people_get_no_verdict_however_far_off_they_are() -> None:
    found = row(rows_of(Counted("a", "annotators", {"p": 9}, HALVES, annotators=9), None), "p")
    assert found.verdict == "insufficient-evidence"
    assert "a verdict needs 10 annotators (there are 9)" in found.why
    ten = row(rows_of(Counted("a", "annotators", {"p": 10}, HALVES, annotators=10), None), "p")
    assert ten.verdict == "breached"


def test_a_declared_group_that_nobody_belongs_to_is_a_group() -> None:
    rows = rows_of(Counted("a", "annotators", {"p": 60}, HALVES, annotators=60), None)
    assert row(rows, "q").estimate.value == -0.5
    assert row(rows, "q").verdict == "breached"


def test_people_in_a_group_whose_share_is_nothing_are_a_mistake_and_not_a_gap() -> None:
    shares = {"p": 1.0, "q": 0.0}
    rows = rows_of(Counted("a", "annotators", {"p": 60, "q": 3}, shares, annotators=63), None)
    found = row(rows, "q")
    assert (found.estimate.state, found.verdict) == ("not-estimable", "breached")
    assert found.why.startswith("a mistake in the data or in the declaration, not a gap: 3 of 63")
    assert [r.figure for r in rows] == ["people-gap", "people-gap"]  # and no fit to infinity
    nobody = rows_of(Counted("a", "annotators", {"p": 60}, shares, annotators=60), None)
    assert row(nobody, "q").estimate.value == 0


def test_a_group_without_a_declared_share_has_no_gap() -> None:
    rows = rows_of(Counted("a", "annotators", {"p": 60, "r": 3}, HALVES, annotators=63), None)
    assert row(rows, "r").why == "no share of it is declared"
    assert row(rows, "r").verdict == "insufficient-evidence"
    assert "people-dissimilarity" not in [r.figure for r in rows]


@pytest.mark.parametrize(
    ("shares", "fault"),
    [
        ([0.5, 0.5], ""),
        ([0.333, 0.333, 0.333], ""),
        ([0.5, 0.4], "the declared shares add up to 0.900, not to 1"),
        ([50, 50], "the declared shares add up to 100.000, not to 1"),
        ([1.2, -0.2], "a declared share is below 0"),
    ],
)
def test_declared_shares_add_up_to_one(shares: list[float], fault: str) -> None:
    assert sum_fault(shares) == fault
    if fault:
        named = dict(zip("pq", shares, strict=True))
        (found,) = rows_of(Counted("a", "annotators", {"p": 60}, named, annotators=60), None)
        assert (found.why, found.verdict) == (fault, "insufficient-evidence")


def test_few_people_may_give_most_ratings() -> None:
    audit = audited(pool({"p": 15, "q": 45}, {"p": 45, "q": 10}), {"group": {"p": 0.25, "q": 0.75}})
    people, ratings = rows_by(audit, "people-gap"), rows_by(audit, "ratings-gap")
    assert people["p"].estimate.value == 0
    assert ratings["p"].estimate.value == pytest.approx(0.6 - 0.25)
    assert ratings["p"].verdict == "breached"
    assert "675 of 1,125 ratings against .250" in ratings["p"].why
    assert ratings["p"].p is None  # ratings of one person are not draws


def test_a_share_of_ratings_is_as_sure_as_its_people_are_many_and_no_surer() -> None:
    """Twice the items by the same people change nothing; Wilson on ratings would shrink."""
    rows = pool({"p": 12, "q": 12}, {"p": 30, "q": 20})
    again = [*rows, *((f"{i}-b", j, g, x) for i, j, g, x in rows)]
    one, more = (rows_by(audited(r, {"group": HALVES}), "ratings-gap")["p"] for r in (rows, again))
    assert one.estimate.value == pytest.approx(more.estimate.value)
    width = one.estimate.high - one.estimate.low
    assert more.estimate.high - more.estimate.low == pytest.approx(width, rel=0.15)
    naive = share_gap(360, 600, 0.5, "ratings")
    assert width > 2 * (naive.high - naive.low)


def test_a_share_of_ratings_has_the_jackknifes_interval_by_brute_force() -> None:
    rows = pool({"p": 8, "q": 12}, {"p": 21, "q": 17})

    def share(kept: list[Rating]) -> float:
        return sum(r[2] == "p" for r in kept) / len(kept)

    def spread(unit: int | None) -> float:
        units = sorted({r[unit] if unit is not None else r[:2] for r in rows})
        left = [
            share([r for r in rows if (r[unit] if unit is not None else r[:2]) != u]) for u in units
        ]
        return (len(units) - 1) * float(np.var(left))

    item, person, rating = spread(0), spread(1), spread(None)
    variance = max(item + person - rating, item, person)
    found = rows_by(audited(rows, {"group": HALVES}), "ratings-gap")["p"].estimate
    assert found.value == pytest.approx(share(rows) - 0.5)
    assert (found.high - found.low) / 2 == pytest.approx(2.0930240544 * variance**0.5)  # t, 19


def test_items_are_counted_by_group_source_and_period() -> None:
    rows = [
        (
            f"i{i}",
            f"j{j}",
            "pq"[i % 4 == 0],
            "xy"[(i + j) % 2],
            f"s{i % 2}",
            "2024" if i < 90 else "2025",
        )
        for i in range(120)
        for j in range(3)
    ]
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        subject_groups={"group": "group"},
        source="from",
        period="when",
    )
    shares = {
        "group": {"p": 0.75, "q": 0.25},
        "source": {"s0": 0.2, "s1": 0.8},
        "period": {"2024": 0.5, "2025": 0.5},
    }
    request = Request("representation", {"shares": shares})
    table = table_of(rows, "item,annotator,group,label,from,when")
    (answer,) = audit_table(table, bindings, Questions(checks=[request])).answers
    found = {(r.attribute, r.about): r for r in answer.rows if r.figure == "items-gap"}
    assert found["group", "p"].estimate.value == 0
    assert found["source", "s0"].estimate.value == pytest.approx(0.3)
    assert found["source", "s0"].verdict == "breached"
    assert found["period", "2025"].estimate.value == pytest.approx(-0.25)
    assert found["period", "2025"].estimate.n == 120
    partly = audit_table(
        table,
        bindings,
        Questions(populations={"group": shares["group"]}, checks=[Request("representation")]),
    )
    assert partly.answers[0].notes == (
        "no shares are declared for each source: nothing to compare with",
        "no shares are declared for each period: nothing to compare with",
    )


def test_without_a_population_nothing_is_compared_and_the_answer_says_so() -> None:
    rows = pool({"p": 5})
    audit = audit_table(table_of(rows), BINDINGS, Questions(checks=[Request("representation")]))
    assert audit.answers[0].not_computed == (
        "no population is declared for group: nothing to compare with"
    )


def test_a_share_hidden_in_one_group_is_hidden_in_all() -> None:
    """Four people in q: the share of p would give them away."""
    shown = hide(audited(pool({"p": 40, "q": 4}), {"group": HALVES}), "default")
    assert {r.estimate.state for r in shown.answers[0].rows} == {"suppressed"}
    open_ = hide(audited(pool({"p": 40, "q": 14}), {"group": HALVES}), "default")
    assert {r.estimate.state for r in open_.answers[0].rows} == {"estimated"}


@pytest.mark.parametrize(
    "counts", [[40, 14], [40, 4], [40, 14, 0], [12, 12, 0], [12, 9, 0], [40, 9, 0], [0], [40, 40]]
)
def test_rows_of_a_set_stand_and_fall_with_the_entry_that_gives_most_away(
    counts: list[int],
) -> None:
    people = [People(sum(counts), n, sum(counts) - n) for n in counts]
    chosen = fewest(people)
    assert chosen is not None
    assert may_show(chosen) == all(may_show(one) for one in people)
    assert fewest([]) is None


def test_a_pool_of_4309_raters_in_21_countries_against_equal_shares() -> None:
    with shared_file("d3code-raters/d3-raters.csv").open(newline="") as file:
        counts = Counter(row["Country"] for row in csv.DictReader(file))
    assert (len(counts), sum(counts.values())) == (21, 4309)
    shares = dict.fromkeys(counts, 1 / 21)
    rows = rows_of(Counted("country", "annotators", counts, shares, annotators=4309), None)
    assert len(rows) == 22
    verdicts = {r.about: r.verdict for r in rows[:-1]}
    assert {c for c, verdict in verdicts.items() if verdict != "met"} == {
        "India"
    }  # 444: 5.5 points
    for found in rows[:-1]:
        share = counts[found.about] / 4309
        assert found.estimate.value == pytest.approx(share - 1 / 21, abs=1e-12)
        ends = proportion_confint(counts[found.about], 4309, method="wilson")
        expected = [end - 1 / 21 for end in ends]
        assert [found.estimate.low, found.estimate.high] == pytest.approx(expected, abs=1e-9)
    fit = chisquare(list(counts.values()))
    assert rows[-1].p == pytest.approx(fit.pvalue, abs=1e-9)
    assert f"goodness of fit {fit.statistic:.1f}" in rows[-1].why
    assert rows[-1].estimate.value == pytest.approx(
        sum(abs(n / 4309 - 1 / 21) for n in counts.values()) / 2
    )


def test_the_pool_of_five_countries_is_even_by_people_and_by_ratings() -> None:
    bindings = Bindings(
        "item_id",
        "annotator_id",
        "label",
        annotator_groups={"nationality": "nationality"},
        states=["2"],
    )
    file = shared_file("crehate/ratings.csv")
    names = ["Australia", "Singapore", "South Africa", "United Kingdom", "United States"]
    request = Request("representation", {"shares": {"nationality": dict.fromkeys(names, 0.2)}})
    audit = audit_table(
        read_table(file, "ratings.csv", bindings.columns), bindings, Questions(checks=[request])
    )
    work = rows_by(audit, "ratings-gap")
    assert sum(r.estimate.value for r in work.values()) == pytest.approx(0)
    for group in audit.groups:
        assert work[group.value].estimate.value == pytest.approx(group.ratings / 39467 - 0.2)
        people = rows_by(audit, "people-gap")[group.value].estimate
        assert people.value == pytest.approx(group.annotators / 1062 - 0.2)


def test_draws_are_the_same_every_time() -> None:
    assert dissimilarity([3, 7], [0.5, 0.5]) == dissimilarity([3, 7], [0.5, 0.5])
    assert module.goodness_of_fit([3, 2], [0.5, 0.5]) == goodness_of_fit([2, 3], [0.5, 0.5])
