"""A model's decisions by group of data subjects, each item counted once."""

from __future__ import annotations

import pytest
from ratings_tables import table_of
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings

HEADER = "item,annotator,label,sex,gold,prediction"
BOUND = Bindings(
    "item",
    "annotator",
    "label",
    subject_groups={"sex": "sex"},
    gold="gold",
    prediction="prediction",
)


def rows(f: tuple[int, int, int, int], m: tuple[int, int, int, int]) -> list[list[str]]:
    """For each sex the items (true, false) x (selected, not): each rated by three people."""
    found = []
    for sex, counts in (("f", f), ("m", m)):
        kinds = [("in", "in"), ("in", "out"), ("out", "in"), ("out", "out")]
        for (gold, predicted), count in zip(kinds, counts, strict=True):
            for k in range(count):
                item = f"{sex}-{gold}-{predicted}-{k}"
                found += [[item, f"j{j}", gold, sex, gold, predicted] for j in range(3)]
    return found


def audited(favourable: str | None = "in", **counts: tuple[int, int, int, int]) -> TableAudit:
    table = table_of(rows(**counts), HEADER)
    return audit_table(table, BOUND, Questions(favourable=favourable))


def test_selection_true_and_false_positive_rates_are_over_items() -> None:
    audit = audited(f=(30, 10, 5, 55), m=(60, 20, 8, 12))
    assert audit.predictions is not None
    woman = audit.predictions[0]
    assert (woman.value, woman.selection_rate.value, woman.selection_rate.n) == ("f", 0.35, 100)
    assert (woman.tpr.value, woman.tpr.n) == (0.75, 40)
    assert (woman.fpr.value, woman.fpr.n) == (5 / 60, 60)
    low, high = proportion_confint(30, 40, method="wilson")
    assert [woman.tpr.low, woman.tpr.high] == pytest.approx([low, high])


def test_a_group_without_negatives_has_no_false_positive_rate_instead_of_a_perfect_one() -> None:
    audit = audited(f=(30, 10, 0, 0), m=(60, 20, 8, 12))
    assert audit.predictions is not None
    assert audit.predictions[0].fpr.state == "not-estimable"
    assert audit.predictions[0].fpr.reason.startswith("no items with a prediction")
    assert audit.predictions[1].fpr.state == "estimated"


def test_nine_events_are_too_few_and_ten_are_enough() -> None:
    audit = audited(f=(30, 10, 1, 8), m=(60, 20, 1, 9))
    assert audit.predictions is not None
    assert [p.fpr.state for p in audit.predictions] == ["not-estimable", "estimated"]


def test_without_a_favourable_label_nothing_is_selected() -> None:
    audit = audited(favourable=None, f=(30, 10, 5, 55), m=(60, 20, 8, 12))
    assert audit.predictions is not None
    for predicted in audit.predictions:
        assert predicted.selection_rate.reason == "no favourable label is declared"


def test_a_rate_of_few_people_is_hidden_for_both_groups() -> None:
    audit = hide(audited(f=(30, 10, 5, 55), m=(60, 20, 12, 12)), "default")
    assert audit.predictions is not None
    for predicted in audit.predictions:
        assert predicted.fpr.state == "suppressed"
        assert predicted.selection_rate.state == "estimated"


def test_without_predictions_there_is_no_list_of_them() -> None:
    table = table_of([["i", "a", "x", "p"], ["i", "b", "x", "q"]])
    assert audit_table(table, Bindings("item", "annotator", "label")).predictions is None
