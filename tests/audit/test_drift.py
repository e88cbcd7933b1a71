"""Drift: what changed on a bridge set, and what cannot be known without one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from ratings_tables import chance, delete_one, nominal, plain_alpha, shared_file, table_of
from scipy.stats import t

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Request, Row
from labelcharter.audit.questions.bridge import in_order
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings

HEADER = "item,annotator,group,label,v"
BINDINGS = Bindings(
    "item",
    "annotator",
    "label",
    annotator_groups={"group": "group"},
    version="v",
    audited_version="2.0.0",
)
Given = tuple[str, str, str, str, str]  # item, annotator, group, label, version


def rated(
    rates: dict[str, dict[str, float]],
    people: int = 15,
    items: int = 60,
    each: int = 40,
    same: bool = True,
    apart: bool = False,
) -> list[Given]:
    """Version -> group -> the rate at which its people say "yes"; by the same people or others."""
    stream = chance(4)
    return [
        (
            f"{'i' if not apart else version}{i:03d}",
            f"{group}{j}" if same else f"{group}{j}-{version}",
            group,
            "yes" if stream.random() < rate else "no",
            version,
        )
        for version, groups in rates.items()
        for group, rate in groups.items()
        for j in range(people)
        for i in stream.sample(range(items), each)
    ]


def audited(rows: Sequence[Given], bindings: Bindings = BINDINGS, **asked: object) -> TableAudit:
    request = Request("drift", asked.pop("options", {}))  # type: ignore[arg-type]
    return audit_table(table_of(rows, HEADER), bindings, Questions(checks=[request], **asked))


def rows_of(audit: TableAudit, figure: str) -> list[Row]:
    return [row for row in audit.answers[0].rows if row.figure == figure]


STEADY = {"p": 0.4, "q": 0.4}


def test_a_planted_change_is_breached_and_none_is_not() -> None:
    changed = audited(rated({"1.0.0": STEADY, "2.0.0": {"p": 0.6, "q": 0.6}}))
    (row,) = rows_of(changed, "rate-change")
    assert row.about == "`yes`, 1.0.0 to 2.0.0"
    assert (row.verdict, row.limits) == ("breached", (-0.02, 0.02))
    assert row.estimate.value == pytest.approx(0.2, abs=0.05)
    steady = audited(rated({"1.0.0": STEADY, "2.0.0": STEADY}))
    assert {r.verdict for r in steady.answers[0].rows} <= {None, "met", "insufficient-evidence"}


def test_only_items_rated_under_both_versions_count() -> None:
    rows = rated({"1.0.0": STEADY, "2.0.0": STEADY})
    more = [("new", f"p{j}", "p", "yes", "2.0.0") for j in range(15)]
    more += [("old", f"q{j}", "q", "no", "1.0.0") for j in range(15)]
    one, other = (audited(r).answers[0] for r in (rows, [*rows, *more]))
    one_rows, other_rows = ([replace(row, q=None) for row in a.rows] for a in (one, other))
    assert one_rows == other_rows  # q looks at the other tests of the table as well


def statistic_of(label: str) -> Callable[[Sequence[Given]], float]:
    def change(rows: Sequence[Given]) -> float:
        after, before = ([r for r in rows if r[4] == v] for v in ("2.0.0", "1.0.0"))
        if label:
            rates = [np.mean([r[3] == label for r in part]) for part in (after, before)]
        else:
            rates = [plain_alpha([r[:4] for r in part], nominal) for part in (after, before)]
        return float(rates[0] - rates[1])

    return change


@pytest.mark.parametrize(("figure", "label"), [("rate-change", "yes"), ("alpha-change", "")])
def test_a_change_has_the_interval_of_leaving_out_items_and_people_of_both_versions(
    figure: str, label: str
) -> None:
    rows = rated(
        {"1.0.0": {"p": 0.4, "q": 0.5}, "2.0.0": {"p": 0.5, "q": 0.6}}, people=4, items=12, each=9
    )
    statistic = statistic_of(label)
    item = delete_one(rows, statistic, lambda r: r[0])
    person = delete_one(rows, statistic, lambda r: r[1])
    rating = sum(
        delete_one(
            [r for r in rows if r[4] == v],
            lambda part: statistic([*part, *(r for r in rows if r[4] != v)]),  # noqa: B023 - used at once
            lambda r: (r[0], r[1]),
        )
        for v in ("1.0.0", "2.0.0")
    )
    (row,) = rows_of(audited(rows), figure)
    half = t.ppf(0.975, 7) * max(item + person - rating, item) ** 0.5
    assert row.estimate.value == pytest.approx(statistic(rows), abs=1e-12)
    assert (row.estimate.high - row.estimate.low) / 2 == pytest.approx(half, abs=1e-9)
    assert row.verdict == "insufficient-evidence"
    assert "a verdict needs" in row.why


def test_a_gap_that_widened_is_a_difference_of_differences() -> None:
    rows = rated({"1.0.0": STEADY, "2.0.0": {"p": 0.7, "q": 0.4}})

    def rate(group: str, version: str) -> float:
        return float(np.mean([r[3] == "yes" for r in rows if r[2] == group and r[4] == version]))

    (row,) = rows_of(audited(rows), "gap-change")
    expected = rate("p", "2.0.0") - rate("q", "2.0.0") - rate("p", "1.0.0") + rate("q", "1.0.0")
    assert row.estimate.value == pytest.approx(expected)
    assert (row.attribute, row.groups) == ("group", ("p", "q"))
    assert (row.verdict, row.limits) == ("breached", (-0.05, 0.05))


def test_a_group_missing_under_one_version_has_no_change_of_gap() -> None:
    rows = rated({"1.0.0": {"p": 0.4}, "2.0.0": STEADY})
    (row,) = rows_of(audited(rows), "gap-change")
    assert row.why == "q: no ratings under version 1.0.0"
    assert row.verdict == "insufficient-evidence"


def test_majorities_that_moved_carry_a_chance_and_no_verdict() -> None:
    votes = {"1.0.0": "yyn", "2.0.0": "nny"}
    rows = [
        (f"i{k:02d}", f"p{j}", "p", {"y": "yes", "n": "no"}[label], version)
        for k in range(40)
        for version in votes
        for j, label in enumerate(votes[version] if k < 12 else "nnn")
    ]
    audit = audited(rows)
    (row,) = rows_of(audit, "stuart-maxwell")
    assert row.estimate.value == pytest.approx(12 / 40)
    assert row.why == "12 of 40 majorities changed; chi-square 12.00 on 1, p .0005"
    assert row.estimate.reason.startswith("given these votes")
    (row,) = rows_of(audit, "mcnemar")
    assert row.estimate.value == pytest.approx(-12 / 40)
    assert row.p == pytest.approx(2 / 2**12)
    for figure in ("stuart-maxwell", "bowker", "mcnemar"):
        assert {r.verdict for r in rows_of(audit, figure)} == {None}


def test_items_without_a_majority_are_left_out_or_get_the_declared_label() -> None:
    rows = [
        (f"i{k:02d}", f"p{j}", "p", label, version)
        for k in range(30)
        for version in ("1.0.0", "2.0.0")
        for j, label in enumerate(["yes", "no"] if k < 10 else ["no", "no"])
    ]
    (left_out,) = rows_of(audited(rows), "stuart-maxwell")
    assert left_out.estimate.n == 20
    (tied,) = rows_of(audited(rows, ties="no"), "stuart-maxwell")
    assert tied.estimate.n == 30
    assert tied.why.endswith("no p, since fewer than 10 changed")


def test_without_a_bridge_set_the_difference_is_shown_as_confounded_and_not_judged() -> None:
    audit = audited(rated({"1.0.0": STEADY, "2.0.0": {"p": 0.8, "q": 0.8}}, apart=True))
    assert {row.figure for row in audit.answers[0].rows} == {"unpaired-rate-change"}
    (row,) = audit.answers[0].rows
    assert row.verdict is None
    assert row.estimate.low > 0.2
    confounded = "confounded with item mix and annotator turnover"
    assert confounded in row.why
    assert confounded in audit.answers[0].notes[0]


@pytest.mark.parametrize(
    ("same", "words"),
    [(True, "by the same annotators"), (False, "by other annotators, so that it may be theirs")],
)
def test_it_is_said_whether_the_annotators_are_the_same(same: bool, words: str) -> None:
    rows = rated({"1.0.0": STEADY, "2.0.0": STEADY}, same=same)
    assert words in audited(rows).answers[0].notes[0]
    mixed = [*rows, ("i000", "extra", "p", "yes", "1.0.0")]
    if same:
        assert "partly by the same annotators" in audited(mixed).answers[0].notes[0]


def test_the_audited_version_is_held_against_each_other_one_in_order() -> None:
    rows = rated({"10.0.0": STEADY, "1.0.0": STEADY, "2.0.0": STEADY}, people=4)
    notes = audited(rows).answers[0].notes
    assert [note.partition(":")[0] for note in notes][:2] == ["1.0.0 to 2.0.0", "2.0.0 to 10.0.0"]
    assert in_order(["b", "a"], None) == ["a", "b"]
    assert in_order(["b", "a"], ["c", "b", "a"]) == ["b", "a"]


def test_what_cannot_be_compared_says_why() -> None:
    one = audited(rated({"2.0.0": STEADY}, people=3))
    assert one.answers[0].not_computed == (
        "every rating is under version 2.0.0: there is nothing to compare it with"
    )
    none = audited(rated({"2.0.0": STEADY}, people=3), replace(BINDINGS, version=None))
    assert none.answers[0].not_computed == "no column of guideline versions is bound"


def test_three_labels_have_a_row_each_and_margins_can_be_set() -> None:
    rows = [
        (f"i{k}", f"p{j}", "p", "abc"[(k + j * v) % 3], f"{v}.0.0")
        for k in range(30)
        for j in range(12)
        for v in (1, 2)
    ]
    audit = audited(rows, options={"rate_margin": 0.5, "alpha_margin": 2.0})
    assert [row.limits for row in rows_of(audit, "rate-change")] == [(-0.5, 0.5)] * 3
    assert {row.verdict for row in rows_of(audit, "rate-change")} == {"met"}
    assert len(rows_of(audit, "mcnemar")) == 3


def test_a_version_with_few_people_is_hidden_with_every_figure_of_it() -> None:
    rows = rated({"1.0.0": STEADY, "2.0.0": STEADY}, people=15)
    few = [r for r in rows if r[4] == "2.0.0" or int(r[1][1:]) < 2]
    for kept, state in ((rows, "estimated"), (few, "suppressed")):
        shown = hide(audited(kept), "default").answers[0].rows
        assert {row.estimate.state for row in shown if row.attribute == ""} == {state}


def test_neither_order_of_rows_nor_names_of_groups_leave_a_trace() -> None:
    rows = rated({"1.0.0": STEADY, "2.0.0": {"p": 0.5, "q": 0.3}}, people=6)
    assert audited(rows[::-1]).answers == audited(rows).answers
    renamed = [(i, j, {"p": "z", "q": "a"}[g], x, v) for i, j, g, x, v in rows]
    one, other = (rows_of(audited(r), "gap-change")[0].estimate for r in (rows, renamed))
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low), abs=1e-12)


@pytest.mark.slow
def test_the_change_of_a_rate_covers_when_people_and_items_differ() -> None:
    stream = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        people, items = stream.normal(0, 0.5, 24), stream.normal(0, 0.8, 60)
        odds = people[:, None] + items[None, :]
        rows = [
            (f"i{i}", f"j{j}", "p", "yes" if stream.random() < 1 / (1 + np.exp(-x)) else "no", v)
            for v in ("1.0.0", "2.0.0")
            for (j, i), x in np.ndenumerate(odds)
            if stream.random() < 0.3 and (j < 16 if v == "1.0.0" else j >= 8)
        ]
        (row,) = rows_of(audited(rows), "rate-change")
        # the pools are drawn from the same people at large: in truth nothing changed
        held += row.estimate.low <= 0 <= row.estimate.high
    assert held / 200 >= 0.92


def test_two_halves_of_one_real_pool_under_one_guideline_show_no_drift() -> None:
    """Real people, invented versions: the pool is split in two at random."""
    with shared_file("crehate/ratings.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["label"] != "2"]
    people = sorted({r["annotator_id"] for r in rows})
    later = set(chance(1).sample(people, len(people) // 2))
    given = [
        (
            r["item_id"],
            r["annotator_id"],
            r["nationality"],
            r["label"],
            "2.0.0" if r["annotator_id"] in later else "1.0.0",
        )
        for r in rows
    ]
    audit = audited(given)
    (rate,) = rows_of(audit, "rate-change")
    (alpha,) = rows_of(audit, "alpha-change")
    assert rate.estimate.low < 0 < rate.estimate.high
    assert alpha.verdict == "met"
    assert len(rows_of(audit, "gap-change")) == 10
    assert "breached" not in {row.verdict for row in audit.answers[0].rows}
