"""A figure of the audit against a published one: three states, and every mistake named."""

from __future__ import annotations

from typing import Any

import pytest
from ratings_tables import BINDINGS, Rating, chance, shared_file, table_of

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Request, Row
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

PAPER = {"name": "The paper", "source": "10.1234/x, table 4", "figure": "alpha"}


def pool(people: dict[str, int]) -> list[Rating]:
    stream = chance(6)
    truth = {i: stream.random() < 0.5 for i in range(80)}
    return [
        (f"i{i}", f"{g}{j}", g, "ny"[truth[i] if stream.random() < 0.85 else not truth[i]])
        for g, size in people.items()
        for j in range(size)
        for i in stream.sample(range(80), 40)
    ]


POOL = pool({"p": 15, "q": 15})


def audited(rows: list[Rating], *against: dict[str, Any]) -> TableAudit:
    request = Request("external-benchmark", {"against": against})
    return audit_table(table_of(rows), BINDINGS, Questions(checks=[request]))


def row(entry: dict[str, Any], rows: list[Rating] = POOL) -> Row:
    (found,) = audited(rows, entry).answers[0].rows
    return found


def test_inside_outside_and_across_the_tolerance() -> None:
    alpha = audited(POOL, PAPER).overall.estimates["alpha", ""]
    for value, tolerance, verdict in (
        (alpha.value, 0.2, "met"),
        (alpha.value + 0.3, 0.1, "breached"),
        (alpha.value - 0.3, 0.1, "breached"),
        (alpha.value + 0.1, 0.1, "insufficient-evidence"),
        (alpha.value, 0, "insufficient-evidence"),
    ):
        found = row({**PAPER, "value": value, "tolerance": tolerance})
        assert found.estimate == alpha
        assert found.verdict == verdict
        assert found.limits == (value - tolerance, value + tolerance)
    assert found.about == "The paper, 10.1234/x, table 4"


def test_a_group_and_a_label_can_be_meant() -> None:
    entry = {**PAPER, "figure": "rate", "label": "y", "attribute": "group", "group": "q"}
    audit = audited(POOL, {**entry, "value": 0.5, "tolerance": 0.3})
    (found,) = audit.answers[0].rows
    assert found.estimate == audit.groups[1].estimates["rate", "y"]
    assert (found.attribute, found.groups) == ("group", ("q",))
    assert (found.verdict, found.hidden_with) == ("met", ("rate", "y"))


def test_a_real_alpha_within_its_tolerance_is_met() -> None:
    bindings = Bindings("item_id", "annotator_id", "label", states=["2"])
    table = read_table(shared_file("crehate/ratings.csv"), "r.csv", bindings.columns)
    entry = {**PAPER, "value": 0.37, "tolerance": 0.05}
    questions = Questions(checks=[Request("external-benchmark", {"against": [entry]})])
    (found,) = audit_table(table, bindings, questions).answers[0].rows
    assert found.estimate.value == pytest.approx(0.3732, abs=5e-5)
    assert found.verdict == "met"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": ""}, "the entry does not say its source"),
        ({"value": None, "tolerance": None}, "the entry does not say its value, tolerance"),
        ({"figure": "alfa"}, "`alfa` is no figure of an audit. There are alpha, ac1"),
        ({"figure": "rate"}, "rate is of a label, and there is no label ``."),
        ({"figure": "fpr", "label": "z"}, "fpr is of a label, and there is no label `z`."),
        ({"attribute": "grup", "group": "p"}, "the audit has no attribute `grup`."),
        ({"attribute": "group", "group": "z"}, "group has no group `z`."),
        ({"group": "p"}, "a group is named by both `attribute` and `group`"),
        ({"value": "high"}, "its value is `high`, which is not a number"),
        ({"tolerance": float("nan")}, "its tolerance is `nan`, which is not a number"),
        ({"tolerance": -0.1}, "the tolerance is below 0"),
        ({"figure": "accuracy"}, "no gold labels"),
    ],
)
def test_what_cannot_be_compared_says_why(change: dict[str, Any], words: str) -> None:
    found = row({**PAPER, "value": 0.5, "tolerance": 0.1, **change})
    assert found.estimate.state == "not-estimable"
    assert found.verdict == "insufficient-evidence"
    assert found.why.startswith(words)


def test_few_people_get_no_verdict_and_are_hidden() -> None:
    entry = {**PAPER, "value": 0.5, "tolerance": 0.9, "attribute": "group", "group": "q"}
    rows = pool({"p": 15, "q": 5})
    found = row(entry, rows)
    assert found.verdict == "insufficient-evidence"
    assert "a verdict needs 10 annotators (there are 5)" in found.why
    (hidden,) = hide(audited(rows, entry), "default").answers[0].rows
    assert hidden.estimate.state == "suppressed"
    of_all = {**PAPER, "value": 0.5, "tolerance": 0.9}
    for people, state in ((12, "estimated"), (9, "suppressed")):
        (shown,) = hide(audited(pool({"p": people}), of_all), "default").answers[0].rows
        assert shown.estimate.state == state


def test_without_a_published_figure_there_is_nothing_to_compare() -> None:
    assert audited(POOL).answers[0].not_computed == (
        "no published figure is named in the option `against`"
    )
