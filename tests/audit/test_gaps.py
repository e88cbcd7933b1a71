"""Comparisons: the interval of a gap, its verdict in three states, its chance, ratios."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ratings_tables import BINDINGS, Rating, chance, table_of

from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.permutation import chances_of_rate_gaps
from labelcharter.audit.statistics.verdicts import (
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)


def pools(
    rates: dict[str, float], *, people: int = 14, items: int = 60, seed: int = 5
) -> list[Rating]:
    """Each group's people say "yes" at about the group's rate; every item is rated by five."""
    stream = chance(seed)
    rows = []
    for group, rate in rates.items():
        for item in range(items):
            for person in stream.sample(range(people), 5):
                label = "yes" if stream.random() < rate else "no"
                rows.append((f"i{item:03d}", f"{group}-{person:02d}", group, label))
    return rows


def audited(rows: list[Rating], **asked: object) -> TableAudit:
    return audit_table(table_of(rows), BINDINGS, Questions(**asked))


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (-0.05, 0.05, "met"),
        (-0.02, 0.04, "met"),
        (0.051, 0.2, "breached"),
        (-0.2, -0.051, "breached"),
        (0.05, 0.2, "insufficient-evidence"),
        (-0.2, 0.2, "insufficient-evidence"),
        (0.04, 0.06, "insufficient-evidence"),
    ],
)
def test_a_verdict_is_where_the_interval_lies(low: float, high: float, verdict: str) -> None:
    assert within(estimated((low + high) / 2, low, high, 10), -0.05, 0.05) == verdict


def test_without_a_figure_there_is_no_verdict() -> None:
    assert within(not_estimable("none"), -1, 1) == "insufficient-evidence"


def test_groups_too_small_for_a_verdict_say_what_is_needed() -> None:
    assert too_few(30, 10) == ""
    assert (
        too_few(29, 9) == "a verdict needs 10 annotators (there are 9) and 30 items (there are 29)"
    )


def test_what_would_settle_it_grows_with_the_square() -> None:
    estimate = estimated(0.03, -0.01, 0.07, 100)
    assert would_settle(estimate, -0.05, 0.05, 100, 20) == (
        "at 80 % power a value .056 beyond a limit shows; about 150 annotators and 730 items in "
        "the smaller group would settle it, if the value stays"
    )
    half_as_far = estimated(0.04, 0.0, 0.08, 100)
    assert "about 580 annotators and 2,900 items" in would_settle(half_as_far, -0.05, 0.05, 100, 20)
    at_the_limit = estimated(0.05, 0.0, 0.1, 100)
    assert "too near the limit: 100 times" in would_settle(at_the_limit, -0.05, 0.05, 100, 20)


def test_figures_are_written_without_a_leading_zero() -> None:
    assert [figure(x) for x in (0.4623, -0.03, 1.25, 0.0)] == [".462", "-.030", "1.250", ".000"]
    assert with_interval(estimated(0.5, -0.1, 1.0, 3)) == ".500 (-.100 to 1.000)"
    assert with_interval(not_estimable("no")) == "not estimable"


def test_a_planted_gap_is_breached_and_equal_groups_are_not() -> None:
    apart = audited(pools({"p": 0.75, "q": 0.35}))
    alike = audited(pools({"p": 0.5, "q": 0.5}, people=30, items=300))
    (gap,) = [g for g in apart.gaps if g.figure == ("rate", "yes")]
    assert gap.verdict == "breached"
    assert gap.chance is not None
    assert gap.chance.p == pytest.approx(1 / 2000)
    (gap,) = [g for g in alike.gaps if g.figure == ("rate", "yes")]
    assert gap.verdict != "breached"


def test_a_group_that_never_says_it_is_compared_through_both_intervals() -> None:
    rows = [r if r[2] == "p" else (*r[:3], "no") for r in pools({"p": 0.5, "q": 0.5})]
    audit = audited(rows)
    (gap,) = [g for g in audit.gaps if g.figure == ("rate", "yes")]
    assert gap.estimate.reason == "from the two groups' own intervals"
    p, q = (group.estimates["rate", "yes"] for group in audit.groups)
    assert q.value == q.low == 0
    below = ((p.value - p.low) ** 2 + (q.high - q.value) ** 2) ** 0.5
    assert gap.estimate.low == pytest.approx(p.value - below)
    assert gap.estimate.high == pytest.approx(p.high)


def test_a_gap_with_a_group_that_has_no_figure_has_none_and_names_the_group() -> None:
    rows = pools({"p": 0.5})
    rows += [(f"i{k:03d}", "q-0", "q", "yes") for k in range(40)]
    (gap,) = [g for g in audited(rows).gaps if g.check == "agreement-gap"]
    assert (gap.estimate.state, gap.estimate.reason) == (
        "not-estimable",
        "q: no item has two ratings",
    )
    assert gap.verdict == "insufficient-evidence"


def test_three_against_three_cannot_be_tested_below_one_in_ten() -> None:
    rows = pools({"p": 0.9, "q": 0.1}, people=5)
    rows = [r for r in rows if int(r[1][-1]) < 3]
    (gap,) = [g for g in audited(rows).gaps if g.figure == ("rate", "yes")]
    assert gap.chance is not None
    assert (gap.chance.p, gap.chance.least, gap.chance.splits) == (0.1, 0.1, 20)
    assert "cannot be tested: the least reachable p is .100" in gap.why


@st.composite
def units(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    totals = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    counts = [draw(st.integers(0, total)) for total in totals]
    counts_by_label = np.array([[c, t - c] for c, t in zip(counts, totals, strict=True)])
    return counts_by_label, np.array(totals)


@given(units(), units())
def test_small_groups_are_permuted_in_every_way(
    a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]
) -> None:
    counts = [*a[0][:, 0].tolist(), *b[0][:, 0].tolist()]
    totals = [*a[1].tolist(), *b[1].tolist()]
    everyone = range(len(totals))

    def gap(chosen: tuple[int, ...]) -> float:
        rest = [k for k in everyone if k not in chosen]
        one = sum(counts[k] for k in chosen) / sum(totals[k] for k in chosen)
        return abs(one - sum(counts[k] for k in rest) / sum(totals[k] for k in rest))

    first = len(a[1])
    observed = gap(tuple(range(first)))
    every = list(combinations(everyone, first))
    expected = sum(gap(chosen) >= observed - 1e-12 for chosen in every) / len(every)
    found = chances_of_rate_gaps(a, b)
    assert found is not None
    assert found[0].p == pytest.approx(expected)
    assert found[0].p >= found[0].least
    assert found[0].p == pytest.approx(chances_of_rate_gaps(b, a)[0].p)


def test_sampled_permutations_come_near_the_exact_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    from labelcharter.audit.statistics import permutation

    rng = np.random.default_rng(2)
    totals = rng.integers(5, 30, 14)
    counts = rng.binomial(totals, np.where(np.arange(14) < 6, 0.55, 0.4))
    both = np.column_stack((counts, totals - counts))
    a, b = (both[:6], totals[:6]), (both[6:], totals[6:])
    exact = chances_of_rate_gaps(a, b)
    monkeypatch.setattr(permutation, "_ALL_OF_THEM", 0)
    sampled = chances_of_rate_gaps(a, b)
    assert exact is not None
    assert sampled is not None
    assert exact[0].splits == math.comb(14, 6)
    assert sampled[0].splits == 1999
    assert sampled[0].p == pytest.approx(exact[0].p, abs=0.04)
    assert sampled[0].p == pytest.approx(sampled[1].p)  # two labels: one gap is the other's mirror
    again = chances_of_rate_gaps(b, a)
    assert again is not None
    assert again[0].p == sampled[0].p


def test_too_many_units_are_not_permuted(monkeypatch: pytest.MonkeyPatch) -> None:
    from labelcharter.audit.statistics import permutation

    monkeypatch.setattr(permutation, "_MOST_NUMBERS", 198 * 40)
    ones = np.ones(20, dtype=np.int64)
    assert chances_of_rate_gaps((ones[:, None], ones), (ones[:, None], ones)) is None
    nobody = (np.zeros((0, 1), dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert chances_of_rate_gaps((ones[:, None], ones), nobody) is None


def test_a_ratio_is_of_the_favourable_label_against_the_reference() -> None:
    audit = audited(
        pools({"p": 0.9, "q": 0.45}, people=20, items=80),
        favourable="yes",
        references={"group": "p"},
    )
    (ratio,) = audit.ratios
    groups = {g.value: g for g in audit.groups}
    rates = [groups[v].estimates["rate", "yes"].value for v in "qp"]
    assert ratio.estimate.value == pytest.approx(rates[0] / rates[1])
    assert ratio.estimate.low < ratio.estimate.value < ratio.estimate.high
    assert (ratio.value, ratio.reference, ratio.verdict) == ("q", "p", "breached")
    assert "nobody is selected" in ratio.why


def test_the_interval_of_a_ratio_is_that_of_the_difference_of_logarithms() -> None:
    """Turned round, reference and group, the ratio and its ends are the reciprocals."""
    rows = pools({"p": 0.7, "q": 0.5})
    there = audited(rows, favourable="yes", references={"group": "p"}).ratios[0].estimate
    back = audited(rows, favourable="yes", references={"group": "q"}).ratios[0].estimate
    assert there.value == pytest.approx(1 / back.value)
    assert there.low == pytest.approx(1 / back.high)
    assert there.high == pytest.approx(1 / back.low)


def test_a_ratio_to_a_group_that_never_gets_it_is_not_estimable() -> None:
    rows = [r if r[2] == "p" else (*r[:3], "no") for r in pools({"p": 0.5, "q": 0.5})]
    for reference in "pq":
        (ratio,) = audited(rows, favourable="yes", references={"group": reference}).ratios
        assert ratio.estimate.state == "not-estimable"
        assert ratio.verdict == "insufficient-evidence"


@given(st.integers(0, 1000))
@settings(max_examples=15)
def test_renaming_the_groups_changes_names_and_signs_only(seed: int) -> None:
    rows = pools({"p": 0.6, "q": 0.5}, people=8, items=12, seed=seed)
    renamed = [(i, j, {"p": "z", "q": "a"}[g], v) for i, j, g, v in rows]
    one, other = audited(rows), audited(renamed)
    figures = {(g.value, n): e for g in one.groups for n, e in g.estimates.items()}
    again = {
        ({"z": "p", "a": "q"}[g.value], n): e for g in other.groups for n, e in g.estimates.items()
    }
    assert figures == again
    for gap, turned in zip(one.gaps, other.gaps, strict=True):
        assert gap.chance == turned.chance
        assert gap.verdict == turned.verdict
        if gap.estimate.value is not None and turned.estimate.value is not None:
            assert gap.estimate.value == pytest.approx(-turned.estimate.value, abs=1e-15)
            assert gap.estimate.low == pytest.approx(-(turned.estimate.high or 0.0), abs=1e-15)


def test_permuting_the_rows_changes_no_bit_of_any_figure() -> None:
    rows = pools({"p": 0.6, "q": 0.5, "r": 0.55})
    shuffled = chance(1).sample(rows, len(rows))
    one, other = audited(rows, ties="no"), audited(shuffled, ties="no")
    assert [g.estimates for g in one.groups] == [g.estimates for g in other.groups]
    assert (one.gaps, one.consensus, one.findings) == (other.gaps, other.consensus, other.findings)


def test_twice_as_many_people_and_items_leave_rates_and_narrow_the_interval() -> None:
    rows = pools({"p": 0.6, "q": 0.5})
    twice = [*rows, *((f"{i}+", f"{j}+", g, v) for i, j, g, v in rows)]
    one, other = audited(rows).groups[0].estimates, audited(twice).groups[0].estimates
    assert other["rate", "yes"].value == pytest.approx(one["rate", "yes"].value)
    for name in (("rate", "yes"), ("alpha", "")):
        assert width(other[name]) < 0.8 * width(one[name])


def test_twice_the_items_by_the_same_people_help_little() -> None:
    rows = pools({"p": 0.6}, people=6)
    stream = chance(3)
    lean = {f"p-{k:02d}": stream.random() for k in range(6)}
    rows = [(i, j, g, "yes" if stream.random() < lean[j] else "no") for i, j, g, _ in rows]
    twice = [*rows, *((f"{i}+", j, g, v) for i, j, g, v in rows)]
    one, other = audited(rows).overall.estimates, audited(twice).overall.estimates
    assert width(other["rate", "yes"]) > 0.9 * width(one["rate", "yes"])


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low
