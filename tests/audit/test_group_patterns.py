"""Each group by its own patterns, with what pairs share, says all that joint patterns say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ratings_tables import Rating, cleaned, ratings, table_of

from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.reductions import tally
from labelcharter.audit.reductions.patterns import GroupReduction, groups_of, one_group
from labelcharter.audit.reductions.source import source_in_memory
from labelcharter.audit.reductions.tally import TooManyPatterns
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.jackknife import jackknife, variance, variance_of_difference
from labelcharter.audit.statistics.rates import label_rate
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import clean

STATES = Bindings("item", "annotator", "label", annotator_groups={"group": "group"}, states=["c"])


def both_ways(
    rows: list[Rating], bindings: Bindings = STATES
) -> tuple[list[GroupReduction], list[GroupReduction]]:
    """Every group from its own patterns, and taken out of the joint ones."""
    source = source_in_memory(clean(table_of(rows), bindings))
    (trait,) = source.traits
    groups = len(trait.values)
    alone = groups_of(source.tally("group"), range(groups), len(source.labels))
    joint = source.joint("group")
    return alone, [one_group(joint, number) for number in range(groups)]


@given(ratings(groups="xyz"))
def test_a_group_has_the_same_patterns_and_ratings_either_way(rows: list[Rating]) -> None:
    for alone, taken_out in zip(*both_ways(rows), strict=True):
        rated = taken_out.counts.sum(axis=1) > 0
        assert np.array_equal(alone.counts, taken_out.counts[rated])
        assert np.array_equal(alone.items, taken_out.items[rated])
        assert alone.annotators == taken_out.annotators
        by_rater = [np.bincount(g.rater, g.rater_ratings).tolist() for g in (alone, taken_out)]
        assert by_rater[0] == by_rater[1]


@given(ratings("abcd", groups="xyz"))
def test_variances_and_covariances_are_those_of_the_joint_patterns(rows: list[Rating]) -> None:
    assume({row[3] for row in rows} - set(STATES.states))
    alone, taken_out = both_ways(rows)
    for statistic in (label_rate(0), alpha("nominal")):
        one = [jackknife(group, statistic) for group in alone]
        other = [jackknife(group, statistic) for group in taken_out]
        for a in range(len(one)):
            for b in range(len(one)):
                found = variance_of_difference(one[a], one[b]) if a != b else variance(one[a])
                expected = (
                    variance_of_difference(other[a], other[b]) if a != b else variance(other[a])
                )
                for part in ("item", "annotator", "rating"):
                    assert getattr(found, part) == pytest.approx(
                        getattr(expected, part), abs=1e-14, nan_ok=True
                    )


@given(ratings(groups="xyz"))
def test_two_groups_share_the_items_that_both_have_rated(rows: list[Rating]) -> None:
    alone, _ = both_ways(rows)
    labels = sorted({row[3] for row in rows} - {"c"})
    groups = sorted({row[2] for row in rows})
    for a, one in enumerate(alone):
        for b, other in enumerate(alone):
            if a == b:
                continue
            expected: Counter[tuple[tuple[int, ...], tuple[int, ...]]] = Counter()
            for item in {row[0] for row in rows}:
                given_by = [
                    tuple(
                        sum(r[0] == item and r[2] == groups[g] and r[3] == label for r in rows)
                        for label in labels
                    )
                    for g in (a, b)
                ]
                if any(given_by[0]) and any(given_by[1]):
                    expected[given_by[0], given_by[1]] += 1
            assert one.shared is not None
            found = {
                (tuple(one.counts[p].tolist()), tuple(other.counts[q].tolist())): n
                for p, q, n in zip(*one.shared.between(a, b), strict=True)
            }
            assert found == expected


@given(ratings("abcd", groups="xyz"), st.randoms(use_true_random=False))
def test_the_order_of_rows_leaves_no_trace(rows: list[Rating], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = (
        source_in_memory(clean(table_of(some), STATES)).tally("group") for some in (rows, shuffled)
    )
    for name in one.__slots__:
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_an_item_has_its_gold_on_every_row_wherever_it_stands() -> None:
    bindings = Bindings("item", "annotator", "label", gold="gold", prediction="prediction")
    header = "item,annotator,label,gold,prediction"
    rows = [["1", "a", "x", "", "y"], ["1", "b", "y", "x", ""], ["2", "a", "y", "", ""]]
    kept = clean(table_of(rows, header), bindings).kept
    assert kept.gold.tolist() == [0, 0, -1]
    assert kept.prediction.tolist() == [1, 1, -1]


def test_items_count_by_group_gold_and_prediction() -> None:
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        gold="gold",
        prediction="prediction",
        subject_groups={"s": "s"},
    )
    header = "item,annotator,label,s,gold,prediction"
    rows = [
        *([str(i), j, "x", "m", "x", "y"] for i in range(3) for j in "ab"),
        ["3", "a", "y", "", "", "x"],
    ]
    source = source_in_memory(clean(table_of(rows, header), bindings))
    cells = source.items("s")
    found = list(zip(cells.group, cells.gold, cells.prediction, cells.items, strict=True))
    assert found == [(-1, -1, 0, 1), (0, 0, 1, 3)]


def test_too_many_joint_patterns_are_refused_and_the_audit_says_so() -> None:
    rows = [
        (f"i{i}", f"j{j}", "xy"[j % 2], "ab"[(i >> j) & 1]) for i in range(32) for j in range(5)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "MOST_CELLS", 40)
        source = source_in_memory(cleaned(rows))
        assert len(source.tally("group").items) == 7
        with pytest.raises(TooManyPatterns, match=r"the groups of group together has 12 different"):
            source.joint("group")
        bindings = Bindings("item", "annotator", "label", annotator_groups={"group": "group"})
        (consensus,) = audit_table(table_of(rows), bindings, Questions(ties="a")).consensus
    assert consensus.agree_on_all_groups.state == "not-estimable"
    assert "at most 10 can be told apart in memory" in consensus.agree_on_all_groups.reason
    (consensus,) = audit_table(table_of(rows), bindings, Questions(ties="a")).consensus
    assert consensus.agree_on_all_groups.state == "estimated"
