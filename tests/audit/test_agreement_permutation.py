"""The chance of a gap in agreement: people are dealt whole, items for traits of data subjects."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ratings_tables import (
    BINDINGS,
    Rating,
    by_item,
    chance,
    cleaned,
    nominal,
    plain_alpha,
    table_of,
)

from labelcharter.audit.questions.gaps import Gap
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.statistics import dealing, permutation
from labelcharter.audit.statistics.cross_agreement import alpha_gap
from labelcharter.audit.statistics.pools import pool_of
from labelcharter.audit.tables.bindings import Bindings

SUBJECTS = Bindings("item", "annotator", "label", subject_groups={"group": "group"})


def crowd(
    seed: int, sizes: dict[str, int], *, items: int = 12, labels: str = "01", share: float = 0.8
) -> list[Rating]:
    """Everybody rates about this share of the items, mostly alike."""
    stream = chance(seed)
    truth = [stream.choice(labels) for _ in range(items)]
    return [
        (f"i{item:02d}", f"{group}{person:02d}", group, right)
        for item in range(items)
        for group, size in sizes.items()
        for person in range(size)
        if stream.random() < share
        for right in [truth[item] if stream.random() < 0.75 else stream.choice(labels)]
    ]


def about(seed: int, sizes: dict[str, int], *, people: int = 4) -> list[Rating]:
    """Items about somebody of each group, each rated by everybody."""
    stream = chance(seed)
    groups = [group for group, size in sizes.items() for _ in range(size)]
    return [
        (f"i{item:02d}", f"j{person}", group, stream.choice("01"))
        for item, group in enumerate(groups)
        for person in range(people)
    ]


def agreement_gap(rows: Sequence[Rating], bindings: Bindings = BINDINGS) -> Gap:
    gaps = audit_table(table_of(rows), bindings, Questions(checks=[])).gaps
    (gap,) = [gap for gap in gaps if gap.check == "agreement-gap"]
    return gap


def oracle_alpha(rows: Sequence[Rating]) -> float:
    """Krippendorff's own package; NaN where it refuses."""
    labels = sorted({row[3] for row in rows})
    counts = np.array([[given.count(one) for one in labels] for given in by_item(rows).values()])
    if len(labels) < 2 or not (counts.sum(axis=1) > 1).any():
        return math.nan
    paired = counts[counts.sum(axis=1) > 1]
    if (paired.sum(axis=0) > 0).sum() < 2:
        return math.nan
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def every_split(
    rows: Sequence[Rating], unit: int, alpha: Callable[[Sequence[Rating]], float]
) -> tuple[float, int]:
    """The two-sided p over all ways to put the units into groups of the sizes they have."""
    group_of = {row[unit]: row[2] for row in rows}
    units = sorted(group_of)
    first = sorted(u for u in units if group_of[u] == min(group_of.values()))

    def gap(chosen: Sequence[str]) -> float:
        inside = [row for row in rows if row[unit] in chosen]
        outside = [row for row in rows if row[unit] not in chosen]
        return alpha(inside) - alpha(outside)

    observed = abs(gap(first))
    found = [abs(gap(chosen)) for chosen in combinations(units, len(first))]
    extreme = sum(not value < observed - 1e-9 for value in found)  # nan counts as extreme
    return extreme / len(found), len(found)


def plain(rows: Sequence[Rating]) -> float:
    return plain_alpha(rows, nominal)


@given(st.integers(0, 2000), st.integers(2, 4), st.integers(2, 3))
@settings(max_examples=12)
def test_few_people_are_dealt_in_every_way(seed: int, a: int, b: int) -> None:
    rows = crowd(seed, {"p": a, "q": b}, items=6)
    assume(len({row[1] for row in rows}) == a + b)
    gap = agreement_gap(rows)
    p, ways = every_split(rows, 1, plain)
    assume(gap.chance is not None)
    assert gap.chance is not None
    assert (gap.chance.p, gap.chance.splits) == (pytest.approx(p), ways)
    assert gap.chance.least == pytest.approx((2 if a == b else 1) / math.comb(a + b, a))
    assert gap.chance.p >= gap.chance.least - 1e-12


@given(st.integers(0, 2000), st.integers(2, 4), st.integers(2, 4))
@settings(max_examples=12)
def test_few_items_about_data_subjects_are_permuted_in_every_way(seed: int, a: int, b: int) -> None:
    rows = about(seed, {"p": a, "q": b})
    gap = agreement_gap(rows, SUBJECTS)
    p, ways = every_split(rows, 0, plain)
    assume(gap.chance is not None)
    assert gap.chance is not None
    assert (gap.chance.p, gap.chance.splits) == (pytest.approx(p), ways)


def test_the_same_deals_by_the_package_of_the_inventor_of_alpha() -> None:
    rows = crowd(3, {"p": 3, "q": 4}, items=15, labels="abc")
    gap = agreement_gap(rows)
    assert gap.chance is not None
    assert gap.chance.p == pytest.approx(every_split(rows, 1, oracle_alpha)[0])


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_each_deal_has_the_alphas_of_the_people_it_put_together(scale: str) -> None:
    rows = crowd(4, {"p": 5, "q": 4}, items=10, labels="1234")
    kept = cleaned(rows).kept
    pool = pool_of(kept.item, kept.annotator, kept.label, kept.groupings[0].codes, 4, [0, 1])
    dealt = dealing.deal(pool, [alpha_gap(scale, 4, (1.0, 2.0, 3.0, 4.0))], [0])
    assert dealt is not None
    assert dealt.every

    def alpha(people: Sequence[int]) -> float:
        mine = np.isin(pool.person, people)
        cell = pool.item[mine] * 4 + pool.label[mine]
        counts = np.bincount(cell, minlength=4 * pool.items).reshape(-1, 4)
        return float(
            krippendorff.alpha(
                value_counts=counts, value_domain=[1, 2, 3, 4], level_of_measurement=scale
            )
        )

    small = pool.sizes[0]
    ways = list(combinations(range(9), small))
    for number in (0, 17, 60, len(ways) - 1):
        rest = [person for person in range(9) if person not in ways[number]]
        expected = alpha(ways[number]) - alpha(rest)
        assert dealt.values[number, 0, 0] == pytest.approx(expected, abs=1e-9)


def test_sampled_deals_come_near_the_exact_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = crowd(5, {"p": 7, "q": 6}, items=30)
    exact = agreement_gap(rows).chance
    monkeypatch.setattr(dealing, "_ALL_OF_THEM", 0)
    sampled = agreement_gap(rows).chance
    assert exact is not None
    assert sampled is not None
    assert (exact.splits, sampled.splits) == (math.comb(13, 6), 1999)
    assert sampled.p == pytest.approx(exact.p, abs=0.04)
    assert sampled.least == pytest.approx(1 / 1716)  # there are no more ways, however many drawn


def test_sampled_items_come_near_the_exact_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = about(6, {"p": 8, "q": 6})
    exact = agreement_gap(rows, SUBJECTS).chance
    monkeypatch.setattr(permutation, "_ALL_OF_THEM", 0)
    sampled = agreement_gap(rows, SUBJECTS).chance
    assert exact is not None
    assert sampled is not None
    assert sampled.p == pytest.approx(exact.p, abs=0.04)


def test_a_planted_gap_is_not_chance_and_its_twin_may_be() -> None:
    alike = crowd(7, {"p": 12, "q": 12}, items=60)
    apart = [
        (*row[:3], chance(hash_of(row)).choice("01")) if row[2] == "q" else row for row in alike
    ]
    planted, twin = agreement_gap(apart).chance, agreement_gap(alike).chance
    assert planted is not None
    assert twin is not None
    assert planted.p == pytest.approx(1 / 2000)
    assert twin.p > 0.05


def hash_of(row: Rating) -> int:
    return int(row[0][1:]) * 100 + int(row[1][1:])


def test_three_against_three_cannot_be_tested_and_no_verdict_is_given_on_any_figure() -> None:
    rows = crowd(8, {"p": 3, "q": 3}, items=400)
    rows = [(*row[:3], "1") if row[2] == "p" else row for row in rows]
    audit = audit_table(table_of(rows), BINDINGS, Questions(checks=[]))
    told = [gap for gap in audit.gaps if gap.chance is not None]
    assert {gap.check for gap in told} == {"label-rate-gap"}  # p uses one label: it has no alpha
    for gap in told:
        assert (gap.chance.least, gap.verdict) == (pytest.approx(0.1), "insufficient-evidence")
        assert "cannot be tested: the least reachable p is .100" in gap.why
    gap = agreement_gap(crowd(8, {"p": 3, "q": 3}, items=400))
    assert (gap.verdict, gap.chance.least) == ("insufficient-evidence", pytest.approx(0.1))
    assert "cannot be tested: the least reachable p is .100" in gap.why


def test_without_the_rule_of_ten_the_least_reachable_p_still_forbids_a_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from labelcharter.audit.statistics import verdicts

    monkeypatch.setattr(verdicts, "ANNOTATORS_FOR_A_VERDICT", 2)
    rows = crowd(9, {"p": 3, "q": 3}, items=900, share=1.0)
    wide = Questions(checks=[], margins={"label-rate-gap": 0.9})
    few = audit_table(table_of(rows), BINDINGS, wide).gaps
    four = crowd(9, {"p": 4, "q": 4}, items=900, share=1.0)
    enough = audit_table(table_of(four), BINDINGS, wide).gaps
    for gaps, verdict in ((few, "insufficient-evidence"), (enough, "met")):
        assert {gap.verdict for gap in gaps if gap.check == "label-rate-gap"} == {verdict}


def test_a_group_of_one_person_gets_no_claim_on_any_figure() -> None:
    rows = crowd(10, {"p": 20, "q": 1}, items=300)
    audit = audit_table(
        table_of(rows),
        BINDINGS,
        Questions(checks=[], favourable="1", references={"group": "p"}),
    )
    assert audit.gaps
    assert audit.ratios
    for one in (*audit.gaps, *audit.ratios):
        assert one.verdict == "insufficient-evidence"
        assert "one person: no claim about a group" in one.why
    (finding,) = [f for f in audit.findings if (f.check, f.value) == ("agreement", "q")]
    assert "one person: no claim about a group" in finding.why


def test_accuracy_is_tested_by_dealing_annotators_too() -> None:
    rows = [(*row, str(int(row[0][1:]) % 2)) for row in crowd(11, {"p": 4, "q": 3}, items=40)]
    bindings = Bindings(
        "item", "annotator", "label", gold="gold", annotator_groups={"group": "group"}
    )
    table = table_of(rows, "item,annotator,group,label,gold")
    gaps = audit_table(table, bindings, Questions(checks=[])).gaps
    for check, used in (
        ("accuracy-gap", "01"),
        ("false-positive-gap", "0"),
        ("false-negative-gap", "1"),
    ):
        (gap,) = [gap for gap in gaps if gap.check == check]

        def rate(some: Sequence[Sequence[str]], used: str = used) -> float:
            some = [row for row in some if row[4] in used]
            return sum((row[3] == row[4]) for row in some) / len(some)

        assert gap.chance is not None
        assert gap.chance.p == pytest.approx(every_split(rows, 1, rate)[0])


def test_beyond_the_bound_on_work_nothing_is_tested_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = crowd(12, {"p": 12, "q": 12}, items=30)
    monkeypatch.setattr(dealing, "_MOST_WORK", 100_000)
    gap = agreement_gap(rows)
    assert gap.chance is None
    assert gap.why.endswith("not tested: too large for 199 permutations")
    monkeypatch.setattr(dealing, "_MOST_WORK", 1_000_000)
    fewer = agreement_gap(rows)
    assert fewer.chance is not None
    assert 199 <= fewer.chance.splits < 1999
    assert "not tested" not in fewer.why


def test_deals_in_parts_are_the_same_deals(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = crowd(13, {"p": 8, "q": 9}, items=20)
    whole = agreement_gap(rows)
    monkeypatch.setattr(dealing, "_NUMBERS_AT_A_TIME", 500)
    assert agreement_gap(rows) == whole


def test_counts_of_many_labels_in_several_numbers_are_the_same_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = crowd(14, {"p": 8, "q": 9}, items=20, labels="abcdef")
    whole = agreement_gap(rows)
    monkeypatch.setattr(dealing, "_LARGEST_NUMBER", 1000)
    assert agreement_gap(rows) == whole


@given(st.integers(0, 500))
@settings(max_examples=5)
def test_no_name_and_no_order_of_rows_changes_a_chance(seed: int) -> None:
    rows = crowd(seed, {"p": 9, "q": 9}, items=15)
    names = {"p": "z", "q": "a"}
    stream = chance(seed)
    people = sorted({row[1] for row in rows})
    called = dict(zip(people, stream.sample(people, len(people)), strict=True))
    other = [(f"k{99 - int(i[1:])}", called[j], names[g], v) for i, j, g, v in rows]
    other = stream.sample(other, len(other))
    assert agreement_gap(rows).chance == agreement_gap(other).chance


def test_people_who_share_no_item_leave_nothing_to_deal() -> None:
    rows = [(f"i{g}{j}", f"{g}{j}", g, "01"[j % 2]) for g in "pq" for j in range(4)]
    gap = agreement_gap(rows)
    assert (gap.chance, gap.estimate.state) == (None, "not-estimable")


@pytest.mark.slow
def test_two_alike_groups_are_told_apart_no_more_often_than_promised() -> None:
    """At a nominal 5 %, with people who differ in how often they are right."""
    rng = np.random.default_rng(4)
    alarms = 0
    for _ in range(200):
        items, people = 80, 16
        truth = rng.random(items) < 0.4
        right = np.clip(0.8 + 0.1 * rng.standard_normal(people), 0.5, 1)
        item = np.repeat(np.arange(items, dtype=np.int32), 6)
        person = np.argsort(rng.random((items, people)), axis=1)[:, :6].ravel().astype(np.int32)
        label = np.where(rng.random(len(item)) < right[person], truth[item], ~truth[item])
        pool = pool_of(item, person, label.astype(np.int32), person % 2, 2, [0, 1])
        dealt = dealing.deal(pool, [alpha_gap("nominal", 2)], [0])
        assert dealt is not None
        observed, values = float(dealt.observed[0, 0]), dealt.values[:, 0, 0]
        found = permutation.chance(
            observed, values, dealing.ways(pool.sizes), every=dealt.every, mirrored=True
        )
        assert found is not None
        alarms += found.p <= 0.05
    assert alarms / 200 <= 0.09
