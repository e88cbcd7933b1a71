"""Decisions of a model: what two of its rates say of the third, and what a record hides for it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from published_records import HIDDEN, group, published_as, record, share
from ratings_tables import table_of

from labelcharter.audit.disclosure.attack.attacker import attack
from labelcharter.audit.disclosure.attack.cells import (
    LEFT_OUT,
    NO_GOLD,
    Table,
    table_of_items,
    table_of_ratings,
    table_of_rows,
)
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.tables.bindings import Bindings

Cells = tuple[int, int, int, int]  # gold in: decided in, out; gold out: decided in, out
OTHERS: Cells = (50, 50, 50, 50)


def published_decisions(cells: Cells, *, gold: bool = True) -> dict[str, Any]:
    """The record of two groups of data subjects: these, and two hundred others.

    Forty annotators rate each item twice; every third rating is wrong. Without `gold`, so many
    items without a gold label stand beside each group that nothing adds up.
    """
    rows = []
    kinds = [*product(("in", "out"), repeat=2)]
    for sex, counts in (("f", cells), ("m", OTHERS)):
        items = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
        items += [] if gold else [("", decided) for decided in ("in", "out") for _ in range(30)]
        for at, (right, decided) in enumerate(items):
            for again in range(2):
                said = ("in", "out")[(at + 2 * again) % 3 == 0]
                annotator = f"a{(7 * len(rows) + again) % 40}"
                rows.append((f"{sex}{at}", annotator, said, sex, right, decided))
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        subject_groups={"sex": "sex"},
        gold="gold",
        prediction="decided",
    )
    table = table_of(rows, "item,annotator,label,sex,gold,decided")
    return published_as(audit_table(table, bindings, Questions(favourable="in", checks=())))


def decisions(made: dict[str, Any], value: str = "f") -> dict[str, tuple[int, int] | None]:
    """(n, k) of each rate that is shown of the group."""
    (entry,) = [entry for entry in made["result"]["predictions"] if entry["value"] == value]
    return {
        name: None
        if entry[name]["n"] is None
        else (entry[name]["n"], round(entry[name]["n"] * entry[name]["value"]))
        for name in ("selection_rate", "tpr", "fpr")
    }


FEW_OF_ONE_KIND = [(30, 30, 5, 75), (30, 30, 75, 5), (5, 30, 30, 30), (30, 5, 30, 30)]


@pytest.mark.parametrize("cells", FEW_OF_ONE_KIND)
def test_where_one_rate_of_errors_is_hidden_the_other_does_not_give_it_away(cells: Cells) -> None:
    """Second computation: every group of so many items, so many selected, is written down."""
    shown = decisions(published_decisions(cells))
    assert shown["tpr"] is None
    assert shown["fpr"] is None
    assert shown["selection_rate"] == (sum(cells), cells[0] + cells[2])
    of, selected = shown["selection_rate"]
    possible = [
        (right, false_rejections, selected - right, of - selected - false_rejections)
        for right, false_rejections in product(range(selected + 1), range(of - selected + 1))
    ]
    for each in zip(*possible, strict=True):
        assert max(each) - min(each) >= 10
    assert attack([published_decisions(cells)]).recovered == ()


def test_where_ten_are_of_each_kind_all_three_rates_are_shown() -> None:
    shown = decisions(published_decisions((30, 30, 10, 70)))
    assert shown == {"selection_rate": (140, 40), "tpr": (60, 30), "fpr": (80, 10)}


def test_without_gold_labels_for_many_items_the_hidden_rates_are_still_hidden_together() -> None:
    shown = decisions(published_decisions((30, 30, 75, 5), gold=False))
    assert shown == {"selection_rate": (200, 135), "tpr": None, "fpr": None}


def careless(with_gold: int = 280, rejected: int = 5) -> dict[str, Any]:
    """A record that hides the false positives of 140 people and shows the other two rates."""
    of = 135 + rejected
    women = group("sex", "f", (30, 280, 120)) | {"side": "subject", "items": of}
    women["accuracy"] = share(with_gold // 2, with_gold)
    entry = {"attribute": "sex", "value": "f", "fpr": HIDDEN}
    entry |= {"selection_rate": share(105, of), "tpr": share(30, 60)}
    made = record((100, 1000, 400), {}, predictions=[entry])
    made["result"]["overall"]["items"] = 500
    made["result"]["groups"] = [women]
    return made


def found(made: dict[str, Any]) -> list[tuple[str, str, float]]:
    return [(one.figure, one.verdict, one.width) for one in attack([made]).recovered]


def test_selections_less_true_selections_are_the_false_ones_where_every_item_has_gold() -> None:
    """105 selected less 30 of 60: 75 of the other 80."""
    assert found(careless()) == [
        ("false selections", "exact", 0),
        ("predicted, gold other", "exact", 0),
        ("true rejections", "exact", 0),
    ]


def test_where_few_ratings_lack_gold_the_errors_are_known_but_for_as_many() -> None:
    assert found(careless(277, rejected=45)) == [
        ("false selections", "narrow", 3),
        ("predicted, gold other", "narrow", 3),
        ("true rejections", "narrow", 3),
    ]
    assert found(careless(270, rejected=45)) == []


def test_the_rest_of_a_hidden_share_is_a_count_of_people_too() -> None:
    """Without gold for anybody known: of 80 others, 5 were not selected, and no more can err."""
    assert found(careless(140)) == [("true rejections", "narrow", 5)]
    assert found(careless(140, rejected=45)) == []


def test_a_record_that_counts_no_gold_says_nothing_of_how_many_items_lack_it() -> None:
    made = careless(140, rejected=45)
    made["result"]["groups"][0]["accuracy"] = HIDDEN
    assert found(made) == []


def test_the_rows_of_everybody_less_those_shown_are_read_for_who_is_without() -> None:
    """Of 20 in two hidden groups 15 have it, so 5 do not."""
    row = {"attribute": "g", "figure": "odd", "about": "", "expected": None, "p": None}
    row |= {"least_p": None, "q": None, "limits": None, "verdict": None, "why": ""}

    def rows(everybody: int) -> dict[str, Any]:
        of_all = {**row, "attribute": "", "groups": [], "estimate": share(everybody, 100)}
        shown = {**row, "groups": ["a"], "estimate": share(40, 60)}
        hidden = [{**row, "groups": [g], "estimate": HIDDEN} for g in "bc"]
        checks = [{"check": "check", "rows": [of_all, shown, *hidden]}]
        return record((200, 2000, 900), {}, checks=checks)

    few = [("without", "narrow", 5.0)]
    assert found(rows(75)) == [*few, *few]
    assert found(rows(60)) == []


GOLD, SAID = ("in", "out", "odd"), ("in", "out", "odd")


def plain(kind: str, gold: str | None, said: str) -> bool:
    """Whether a rating (not left out) is counted, from the words alone; of the label `in`."""
    return {
        "answers": True,
        "rows": True,
        "ratings": said != "?",
        "rate": said == "in",
        "labels other than": said in ("out", "odd"),
        "with gold": gold is not None,
        "accuracy": gold == said,
        "errors": gold is not None and gold != said,
        "gold is": gold == "in",
        "fnr": gold == "in" and said in ("out", "odd"),
        "true positives": gold == "in" and said == "in",
        "gold is not": gold in ("out", "odd"),
        "fpr": gold in ("out", "odd") and said == "in",
        "true negatives": gold in ("out", "odd") and said in ("out", "odd"),
    }[kind]


RATINGS = table_of_ratings(GOLD, ["?"], ["repeated"], gold=True)
KINDS = ["answers", "rows", "ratings", "rate", "labels other than", "with gold", "accuracy"]
KINDS += ["errors", "gold is", "fnr", "true positives", "gold is not", "fpr", "true negatives"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_count_holds_the_ratings_that_its_words_say(kind: str) -> None:
    every = [(gold, said) for gold in (None, *GOLD) for said in SAID] + [(None, "?")]
    expected = {(gold or NO_GOLD, said) for gold, said in every if plain(kind, gold, said)}
    left_out = {(LEFT_OUT, "repeated")} if kind == "rows" else set()
    assert RATINGS.holds((kind, "in")) == expected | left_out


def test_states_and_reasons_are_counted_by_name() -> None:
    assert RATINGS.holds(("missing", "?")) == {(NO_GOLD, "?")}
    assert RATINGS.holds(("missing", "!")) == set()
    assert RATINGS.holds(("left out", "repeated")) == {(LEFT_OUT, "repeated")}
    assert RATINGS.holds(("left out", "?")) == set()


ITEMS = table_of_items(predicted=True)
DECIDED = {
    "items": ["favoured selected", "favoured other", "other selected", "other other"],
    "predicted, gold favourable": ["favoured selected", "favoured other"],
    "true selections": ["favoured selected"],
    "false rejections": ["favoured other"],
    "predicted, gold other": ["other selected", "other other"],
    "false selections": ["other selected"],
    "true rejections": ["other other"],
}
BESIDE = {"items": [" selected", " other", " undecided"], "predicted": [" selected", " other"]}
BESIDE |= {"selection_rate": [" selected"], "rejections": [" other"]}
BESIDE |= {"predicted, no gold": [" selected", " other"]}
DECIDED |= {"predicted": DECIDED["items"], "predicted, no gold": []}
DECIDED |= {"selection_rate": ["favoured selected", "other selected"]}
DECIDED |= {"rejections": ["favoured other", "other other"]}


@pytest.mark.parametrize("kind", DECIDED)
def test_a_kind_of_decision_holds_the_items_that_its_words_say(kind: str) -> None:
    expected = {*DECIDED[kind], *BESIDE.get(kind, ())}
    assert {f"{gold} {decided}" for gold, decided in ITEMS.holds((kind, ""))} == expected


def test_a_row_counts_those_who_have_it_and_those_who_do_not() -> None:
    table: Table = table_of_rows("check: odd")
    having, without = table.holds(("having", "")), table.holds(("without", ""))
    assert (len(having), len(without)) == (1, 1)
    assert having | without == table.holds(("of", ""))
