"""The cleaning rule, and the values that are refused before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ratings_tables import table_of

from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import Cleaned, Excluded, clean
from labelcharter.reading.diagnostic import Place
from labelcharter.reading.tables import TableRefused

PLAIN = Bindings("item", "annotator", "label")


def run(
    rows: Sequence[str], bindings: Bindings = PLAIN, header: str = "item,annotator,label"
) -> Cleaned:
    return clean(table_of([row.split(",") for row in rows], header), bindings)


def given(found: Cleaned) -> list[str]:
    return [found.kept.labels[code] for code in found.kept.label]


def faults(rows: Sequence[str], bindings: Bindings = PLAIN, header: str = "item,annotator,label"):
    with pytest.raises(TableRefused) as refusal:
        run(rows, bindings, header)
    return [(p.code, p.place.line, p.place.column) for p in refusal.value.problems]


def test_of_repeats_the_first_in_the_file_is_kept_and_conflicts_are_counted() -> None:
    found = run(["1,a,yes", "1,a,no", "1,b,no", "2,a,yes", "2,a,yes", "1,a,no"])
    assert given(found) == ["yes", "no", "yes"]
    assert found.excluded == (
        Excluded("repeated item and annotator: the first in the file is kept", 3, conflicting=1),
    )


def test_with_a_time_the_earliest_is_kept_and_a_blank_time_is_last() -> None:
    header = "item,annotator,label,when"
    bindings = Bindings("item", "annotator", "label", time="when")
    rows = [
        "1,a,late,2024-03-01T12:00:00Z",
        "1,a,early,2024-03-01T13:30:00+02:00",
        "1,b,dated,2024-03-01",
        "1,b,blank,",
        "1,c,two,10",
        "1,c,one,9.5",
        "1,d,first,5",
        "1,d,second,5",
    ]
    found = run(rows, bindings, header)
    assert given(found) == ["early", "dated", "one", "first"]
    assert found.excluded[0].reason == "repeated item and annotator: the lowest `when` is kept"


def test_repeats_are_resolved_before_states_are_left_out() -> None:
    bindings = Bindings("item", "annotator", "label", states=["unsure"])
    found = run(["1,a,unsure", "1,a,yes", "1,b,yes"], bindings)
    assert given(found) == ["yes"]
    assert [(e.rows, e.reason) for e in found.excluded] == [
        (1, "repeated item and annotator: the first in the file is kept"),
        (1, "state `unsure` is not a label"),
    ]
    assert [found.answers.labels[c] for c in found.answers.label] == ["unsure", "yes"]


def test_blank_labels_items_and_annotators_are_left_out_and_counted() -> None:
    found = run(["1,a,yes", "1,b,", ",a,yes", "2,,no", "2,c, "])
    assert given(found) == ["yes"]
    assert [(e.rows, e.reason) for e in found.excluded] == [
        (1, "no item in column `item`"),
        (1, "no annotator in column `annotator`"),
        (2, "no label in column `label`"),
    ]


def test_ids_are_text_so_007_is_not_7() -> None:
    found = run(["007,a,yes", "7,a,no", "1e5,a,yes", "100000,a,yes"])
    assert found.kept.items == 4


def test_a_state_is_never_a_group_and_a_blank_group_is_none() -> None:
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        annotator_groups={"job": "job"},
        states=["DATA_EXPIRED"],
        attribute_states={"job": ["PREFER_NOT"]},
    )
    rows = ["1,a,x,NA", "1,b,x,DATA_EXPIRED", "1,c,x,PREFER_NOT", "1,d,x,", "1,e,x,None"]
    (grouping,) = run(rows, bindings, "item,annotator,label,job").kept.groupings
    assert grouping.values == ("NA", "None")
    assert grouping.codes.tolist() == [0, -1, -1, -1, 1]


def test_a_gold_state_is_no_gold() -> None:
    bindings = Bindings("item", "annotator", "label", gold="gold", states=["unsure"])
    rows = ["1,a,x,y", "2,a,y,unsure", "3,a,x,"]
    kept = run(rows, bindings, "item,annotator,label,gold").kept
    assert kept.labels == ("x", "y")
    assert kept.gold.tolist() == [1, -1, -1]


def test_labels_that_are_numbers_are_in_numeric_order() -> None:
    assert run(["1,a,10", "1,b,9", "1,c,-1"]).kept.labels == ("-1", "9", "10")
    assert run(["1,a,10", "1,b,9", "1,c,x"]).kept.labels == ("10", "9", "x")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["1,a,toxic", "2,a,toxic", "3,a,Toxic"], [("T121", 4, 5)]),
        (["1,a,toxic", "2,a,toxic ", "3,a,x"], [("T121", 3, 5)]),
        (["1,a,caf\u00e9", "2,a,cafe\u0301"], [("T121", 3, 5)]),
        (["1,a,not  hate", "2,a,not hate", "3,a,not hate"], [("T121", 2, 5)]),
        (["1,a,toxic\u200b", "2,a,x"], [("T122", 2, 5)]),
        (["1,a,toxic ", "2,a,x"], [("T122", 2, 5)]),
        (["1,a,x", "1 ,b,x"], [("T121", 3, 1)]),
        (["1,a,x", "1,a ,y"], [("T121", 3, 3)]),
    ],
)
def test_two_forms_of_one_value_are_refused_at_the_rarer(
    rows: list[str], expected: list[tuple[str, int, int]]
) -> None:
    assert faults(rows) == expected


def test_ids_that_differ_in_case_alone_are_two_ids() -> None:
    assert run(["dQw4,a,x", "dQw4,A,x", "dqw4,a,x"]).kept.items == 2


def test_labels_and_gold_are_compared_as_one_vocabulary() -> None:
    bindings = Bindings("item", "annotator", "label", gold="gold")
    header = "item,annotator,label,gold"
    assert faults(["1,a,hate,Hate", "2,a,hate,hate"], bindings, header) == [("T121", 2, 10)]


def test_the_form_to_keep_is_named_with_how_often_it_stands() -> None:
    with pytest.raises(TableRefused) as refusal:
        run(["1,a,toxic", "2,a,toxic", "3,a,Toxic"])
    (problem,) = refusal.value.problems
    assert problem.message == "the label `Toxic` is also written `toxic`"
    assert problem.help.startswith("write `toxic` everywhere (2 of 3 do)")
    assert problem.related[0].place == Place("t.csv", 2, 5)


def test_a_label_that_is_not_declared_is_refused_with_the_nearest() -> None:
    bindings = Bindings("item", "annotator", "label", labels=["hate", "not hate"], states=["?"])
    with pytest.raises(TableRefused) as refusal:
        run(["1,a,hate", "1,b,?", "2,a,hatte"], bindings)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.place.line) == ("T123", 4)
    assert problem.help == "did you mean `hate`? declared: hate, not hate, ?"
    assert run(["1,a,hate", "1,b,?"], bindings).kept.labels == ("hate", "not hate")


def test_a_group_that_is_not_declared_is_refused() -> None:
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        annotator_groups={"g": "g"},
        categories={"g": ["north", "south"]},
        attribute_states={"g": ["revoked"]},
    )
    header = "item,annotator,label,g"
    assert faults(["1,a,x,north", "1,b,x,west", "1,c,x,revoked"], bindings, header) == [
        ("T123", 3, 7)
    ]


def test_an_annotator_with_two_groups_is_refused_once_with_both_places() -> None:
    bindings = Bindings("item", "annotator", "label", annotator_groups={"g": "g"})
    header = "item,annotator,label,g"
    rows = ["1,a,x,north", "1,b,x,south", "2,a,x,south", "3,a,x,south", "4,a,x,"]
    with pytest.raises(TableRefused) as refusal:
        run(rows, bindings, header)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.place) == ("T124", Place("t.csv", 4, 7))
    assert problem.related[0].place == Place("t.csv", 2, 7)
    assert run(rows[:2], bindings, header).kept.items == 1


@pytest.mark.parametrize("role", ["subject", "gold", "prediction"])
def test_an_item_has_one_subject_group_one_gold_and_one_prediction(role: str) -> None:
    bindings = {
        "subject": Bindings("item", "annotator", "label", subject_groups={"g": "g"}),
        "gold": Bindings("item", "annotator", "label", gold="g"),
        "prediction": Bindings("item", "annotator", "label", prediction="g"),
    }[role]
    header = "item,annotator,label,g"
    assert faults(["1,a,x,p", "1,b,x,q", "2,a,y,q"], bindings, header) == [("T124", 3, 7)]
    assert run(["1,a,x,p", "1,b,x,p", "2,a,y,q"], bindings, header).kept.items == 2


def test_of_many_faults_ten_are_listed_and_the_rest_counted() -> None:
    bindings = Bindings("item", "annotator", "label", gold="g")
    rows = [f"{i},{j},x,{'pq'[j]}" for i in range(30) for j in range(2)]
    with pytest.raises(TableRefused) as refusal:
        run(rows, bindings, "item,annotator,label,g")
    messages = [problem.message for problem in refusal.value.problems]
    assert len(messages) == 11
    assert messages[-1] == "and 20 more values of column `item` with two gold labels"


@pytest.mark.parametrize("scale", ["ordinal", "interval"])
def test_grades_must_be_numbers_unless_their_order_is_declared(scale: str) -> None:
    bindings = Bindings("item", "annotator", "label", scale=scale)
    assert faults(["1,a,1", "1,b,high"], bindings) == [("T127", 3, 5)]
    assert faults(["1,a,1", "1,b,1.0"], bindings) == [("T121", 3, 5)]
    assert run(["1,a,1", "1,b,2.5"], bindings).kept.labels == ("1", "2.5")
    for odd in ("inf", "nan", "1_000"):
        assert faults(["1,a,1", f"1,b,{odd}"], bindings) == [("T127", 3, 5)]


def test_declared_grades_keep_their_declared_order() -> None:
    bindings = Bindings(
        "item", "annotator", "label", scale="ordinal", labels=["low", "mid", "high"]
    )
    assert run(["1,a,high", "1,b,low"], bindings).kept.labels == ("low", "mid", "high")


def test_a_time_without_its_offset_cannot_be_put_in_order() -> None:
    bindings = Bindings("item", "annotator", "label", time="when")
    header = "item,annotator,label,when"
    assert faults(["1,a,x,2024-03-01T12:00:00", "1,b,x,noon"], bindings, header) == [
        ("T128", 2, 7),
        ("T128", 3, 7),
    ]


def test_a_column_of_ids_is_not_taken_for_a_column_of_groups() -> None:
    bindings = Bindings("item", "annotator", "label", annotator_groups={"g": "g"})
    rows = [f"1,{j},x,person {j}" for j in range(201)]
    assert faults(rows, bindings, "item,annotator,label,g")[0][0] == "T126"
    assert len(run(rows[:200], bindings, "item,annotator,label,g").kept.groupings[0].values) == 200
