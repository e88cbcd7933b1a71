"""What the attacker reads in a record, count by count; what the rules hide, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from published_records import HIDDEN, NO_GOLD, group, record, share
from ratings_tables import table_of

from labelcharter.audit.disclosure.attack.attacker import attack
from labelcharter.audit.disclosure.attack.bounds import LINEAR_ALGEBRA, LINEAR_PROGRAM, bounds_of
from labelcharter.audit.disclosure.attack.cells import REST, Cell, Fact, table_of_people
from labelcharter.audit.disclosure.attack.counts import Reader
from labelcharter.audit.disclosure.attack.reading import published
from labelcharter.audit.disclosure.attack.system import asked_together, system_of
from labelcharter.audit.disclosure.hidden import Hidden, family_of
from labelcharter.audit.disclosure.primary import state_left_out, to_hide_first
from labelcharter.audit.disclosure.profiles import RULES
from labelcharter.audit.disclosure.rounding import rounded
from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.tables.bindings import Bindings

TOTAL = (100, 1000, 400)
GROUPS = {"g": {"a": (50, 500, 220), "b": (50, 500, 180)}}
LABEL = ("rate", "yes")
OF = ("ratings", "")


def read(estimate: dict[str, Any], step: int = 1) -> dict[tuple[str, str], tuple[float, float]]:
    """What one estimate of a label rate says of its counts; nothing for what it hides."""
    reader = Reader(step)
    reader.read("ratings", (), OF, LABEL, estimate)
    return {fact.cell.what: (fact.low, fact.high) for fact in reader.facts}


def test_a_share_is_two_counts() -> None:
    assert read(share(7, 20)) == {OF: (20, 20), LABEL: (7, 7)}
    assert read(share(0, 20)) == {OF: (20, 20), LABEL: (0, 0)}
    assert read(share(20, 20)) == {OF: (20, 20), LABEL: (20, 20)}


def test_what_is_no_share_of_its_n_is_no_count() -> None:
    estimate = {**share(7, 20), "value": 0.3512}
    assert read(estimate) == {}
    assert read({**estimate, "value": -0.35}) == {}
    assert read({**estimate, "value": 2.0}) == {}
    assert read({**share(7, 20), "n": None}) == {}


def test_a_figure_without_a_value_still_says_its_n() -> None:
    unknown = {**HIDDEN, "state": "not-estimable", "n": 12}
    assert read(unknown) == {OF: (12, 12)}
    assert read({**unknown, "n": 0}) == {}
    reader = Reader(1)
    reader.read("ratings", (), OF, LABEL, HIDDEN)
    assert [cell.what for cell in reader.hidden] == [OF, LABEL]


def test_rounded_counts_are_ranges_and_none_is_below_nobody() -> None:
    assert read(share(10, 20), step=5) == {OF: (18, 22), LABEL: (8, 12)}
    assert read(share(0, 20), step=5)[LABEL] == (0, 2)


def test_of_annotators_people_are_counted_and_of_data_subjects_items() -> None:
    made = record(TOTAL, GROUPS)
    assert units(made) == {("annotators", "g"), ("ratings", "g"), *EVERYBODY}
    for entry in made["result"]["groups"]:
        entry["side"] = "subject"
    assert units(made) == {("items", "g"), ("ratings", "g"), *EVERYBODY}


EVERYBODY = {("annotators", ""), ("items", ""), ("ratings", "")}


def units(made: dict[str, Any]) -> set[tuple[str, str]]:
    facts = published(made).facts
    return {(f.cell.unit, f.cell.where[0][0] if f.cell.where else "") for f in facts}


@pytest.mark.parametrize(
    ("reason", "missing", "what"),
    [
        ("state `?` is not a label", ["?"], ("missing", "?")),
        ("state `!` is not a label", ["?"], ("left out", "state `!` is not a label")),
        ("no label in column `x`", ["no label"], ("missing", "no label")),
        ("no label in column `x`", ["?"], ("left out", "no label in column `x`")),
        ("repeated", ["?"], ("left out", "repeated")),
    ],
)
def test_rows_left_out_for_a_state_are_its_ratings(
    reason: str, missing: list[str], what: tuple[str, str]
) -> None:
    reader = Reader(1)
    reader.read_excluded([{"reason": reason, "rows": 12}], missing)
    assert [(fact.cell.what, fact.low) for fact in reader.facts] == [(what, 12)]
    hidden = Reader(1)
    hidden.read_excluded([{"reason": reason, "rows": None}], missing)
    assert hidden.facts == []
    assert [cell.what for cell in hidden.hidden] == ([what] if what[0] == "left out" else [])


def test_a_state_of_the_audit_is_found_in_the_reason() -> None:
    assert state_left_out("state `?` is not a label", ["!", "?"]) == "?"
    assert state_left_out("no label in column `x`", ["?"]) == ""
    assert state_left_out("repeated", ["?"]) is None


def gates(*estimates: tuple[str, int, int]) -> dict[str, Any]:
    made = record(TOTAL, {"g": {"a": (50, 500, 220), "b": (30, 300, 100)}}, ungrouped=["g"])
    gate = {"gate": "gate.people", "attribute": "g", "verdict": "met", "why": ""}
    made["gates"] = [{**gate, "value": v, "estimate": share(k, n)} for v, k, n in estimates]
    return made


def of_no_group(made: dict[str, Any]) -> list[float]:
    return [fact.low for fact in published(made).of_rows if fact.cell.where == (("g", REST),)]


def test_one_n_of_all_shares_is_everybody_who_belongs_to_a_group() -> None:
    assert of_no_group(gates(("a", 50, 93), ("b", 30, 93))) == [7]
    assert of_no_group(gates(("a", 50, 80), ("b", 30, 80))) == [20]
    assert of_no_group(gates(("a", 50, 100), ("b", 30, 100))) == [0]
    assert of_no_group(gates(("a", 50, 93))) == []
    assert of_no_group(gates(("a", 50, 93), ("b", 30, 92))) == []
    assert of_no_group(gates(("a", 50, 101), ("b", 30, 101))) == []
    assert of_no_group(gates(("a", 50, 79), ("b", 30, 79))) == []
    assert of_no_group(gates(("a less b", 50, 93), ("b less a", 30, 93))) == []
    hiding = gates(("a", 50, 80), ("b", 30, 80))
    hiding["result"]["groups"].append(group("g", "c", None))
    assert of_no_group(hiding) == [20]  # nobody is known to be in the hidden group


def test_a_rate_in_a_sentence_is_a_range_of_counts() -> None:
    row = {"attribute": "g × h", "groups": ["a × x"], "figure": "rate-gap", "about": "yes"}
    row |= {"expected": None, "p": None, "least_p": None, "q": None, "limits": None}
    row |= {"verdict": None, "estimate": {**share(1, 4000), "value": 0.1234}}
    row["why"] = ".440 (.400 to .480) against .300 (.2 to .4)"
    made = record(TOTAL, GROUPS, checks=[{"check": "intersections", "rows": [row]}])
    found = {f.cell.what: (f.low, f.high) for f in published(made).of_rows}
    assert found == {OF: (4000, 4000), LABEL: (1758, 1762)}


def people(**where: str) -> Cell:
    return Cell("annotators", tuple(sorted(where.items())), ("annotators", ""))


def test_what_is_known_only_since_no_count_is_below_nobody_is_told_apart() -> None:
    facts = [
        Fact(people(), 10, 10),
        Fact(people(g="a"), 10, 10),
    ]
    found = bounds_of(system_of(table_of_people(), facts, [people(g="b"), people(g="c")], REST_OF))
    assert {cell: bounds.how for cell, bounds in found.items()} == {
        people(g="b"): LINEAR_PROGRAM,
        people(g="c"): LINEAR_PROGRAM,
    }
    found = bounds_of(system_of(table_of_people(), facts, [people(g="b")], REST_OF))
    assert found[people(g="b")].how == LINEAR_ALGEBRA


REST_OF: frozenset[str] = frozenset()


def test_bounds_that_are_far_enough_apart_are_not_looked_for_further() -> None:
    facts = [Fact(people(), 100, 100)]
    asked = [people(g=value) for value in "abcde"]
    system = system_of(table_of_people(), facts, asked, REST_OF)
    assert {(b.low, b.high) for b in bounds_of(system).values()} == {(0, 100)}
    for bounds in bounds_of(system, 10).values():
        assert 10 <= bounds.width <= 100
    assert all(b.width == 100 for b in bounds_of(system, 101).values())


def test_hidden_cells_of_two_attributes_need_only_these_two_crossed() -> None:
    facts = [Fact(people(a="1", b="1"), 5, 5)]
    asked = [people(a="1"), people(a="1", b="2"), people(c="1", d="1"), people(c="2", d="1")]
    assert asked_together(facts, asked) == [asked[:2], asked[2:]]
    assert asked_together(facts, []) == [[]]


def rows_hidden(*rows: Row) -> Hidden:
    """What the rules hide of these rows of one check, on a table of enough people."""
    audit = replace(plain(), answers=(Answer("check", "Check", "", rows),))
    return to_hide_first(audit, RULES["default"], frozenset())


def plain(people_each: int = 30) -> TableAudit:
    rows = [
        (f"i{item}", f"{g}{person:02d}", g, "yes" if (item + person) % 2 else "no")
        for g in "ab"
        for person in range(people_each)
        for item in range(4)
    ]
    bindings = Bindings("item", "annotator", "label", annotator_groups={"group": "group"})
    return audit_table(table_of(rows), bindings, Questions(favourable="yes", checks=()))


FEW, ENOUGH = People(30, 3, 27), People(30, 15, 15)


def row(groups: tuple[str, ...], behind: People, figure: str = "odd", attribute: str = "g") -> Row:
    return Row(attribute, groups, figure, "", proportion(3, 30, "ratings"), people=behind)


def test_a_row_of_one_group_with_few_people_hides_that_figure_of_every_group() -> None:
    few, other = row(("a",), FEW), row(("b",), ENOUGH)
    hidden = rows_hidden(few, other)
    answer = Answer("check", "Check", "")
    assert hidden.families == {family_of(answer, few)}
    assert hidden.hides_row(answer, other)
    assert not hidden.hides_row(replace(answer, check="another"), other)
    assert not hidden.hides_row(answer, row(("a",), FEW, figure="even"))
    assert rows_hidden(other) == Hidden()


def test_a_row_that_compares_groups_is_hidden_alone() -> None:
    few, other = row(("a", "b"), FEW), row(("a", "c"), ENOUGH)
    hidden = rows_hidden(few, other)
    answer = Answer("check", "Check", "")
    assert hidden.hides_row(answer, few)
    assert not hidden.hides_row(answer, other)
    assert not hidden.hides_row(answer, row(("b", "a"), ENOUGH))


def test_a_group_of_two_attributes_or_a_label_rate_with_few_people_is_hidden_whole() -> None:
    assert rows_hidden(row(("y × x",), FEW, attribute="h × g")).groups == {("g × h", "x × y")}
    assert rows_hidden(row(("a",), FEW, figure="rate")).groups == {("g", "a")}


def test_rounding_to_one_changes_nothing_and_to_five_every_comparison() -> None:
    audit = plain(31)
    assert rounded(audit, 1) is audit
    found = rounded(audit, 5)
    a, b = (group.estimates["rate", "yes"].value for group in found.groups)
    gap = next(gap for gap in found.gaps if gap.figure == ("rate", "yes"))
    assert a is not None
    assert b is not None
    assert gap.estimate.value == a - b
    exact = next(gap for gap in audit.gaps if gap.figure == ("rate", "yes")).estimate
    assert gap.estimate.low is not None
    assert gap.estimate.high is not None
    assert exact.low is not None
    assert exact.high is not None
    assert gap.estimate.low <= a - b - ((exact.value or 0) - exact.low)
    assert gap.estimate.high >= a - b + (exact.high - (exact.value or 0))
    assert gap.estimate.high - gap.estimate.low <= exact.high - exact.low + 0.02 + 1e-9
    assert gap.why.endswith("from rounded counts")
    assert found.rows == 250


def test_a_record_without_gold_has_no_counts_against_gold() -> None:
    assert not published(record(TOTAL, GROUPS)).gold
    made = record(TOTAL, GROUPS)
    assert made["result"]["overall"]["accuracy"] == NO_GOLD
    made["result"]["overall"]["accuracy"] = share(80, 100)
    seen = published(made)
    assert seen.gold
    found = {fact.cell.what: fact.low for fact in seen.facts if not fact.cell.where}
    assert found["with gold", ""] == 100
    assert found["accuracy", ""] == 80
    assert attack([made]).recovered == ()


def check_row(groups: list[str], estimate: dict[str, Any], **more: Any) -> dict[str, Any]:
    row = {"attribute": "g" if groups else "", "groups": groups, "figure": "odd", "about": ""}
    row |= {"estimate": estimate, "expected": None, "p": None, "least_p": None, "q": None}
    return {**row, "limits": None, "verdict": None, "why": "", **more}


def test_the_rows_of_a_check_are_sums_too_where_it_counts_everybody() -> None:
    shown = [check_row([], share(40, 100)), check_row(["a"], share(25, 60))]
    rows = [*shown, check_row(["b"], HIDDEN)]
    made = record(TOTAL, GROUPS, checks=[{"check": "check", "rows": rows}])
    assert [(one.figure, one.group, one.width) for one in attack([made]).recovered] == [
        ("having", "g b", 0.0),
        ("of", "g b", 0.0),
        ("without", "g b", 0.0),
    ]
    made["result"]["checks"][0]["rows"] = rows[1:]
    assert attack([made]).recovered == ()


@pytest.mark.parametrize("key", ["expected", "p", "least_p", "q"])
def test_nothing_may_stand_beside_a_hidden_figure_of_a_row(key: str) -> None:
    def made(value: object) -> dict[str, Any]:
        rows = [check_row(["c"], HIDDEN, **{key: value})]
        groups = {"g": {"a": (50, 500, 220), "b": (30, 300, 100), "c": None, "d": None}}
        return record(TOTAL, groups, checks=[{"check": "check", "rows": rows}])

    value = share(3, 9) if key == "expected" else 0.04
    (one,) = attack([made(value)]).recovered
    assert (one.figure, one.group, one.verdict, one.width) == (key, "g c", "exact", 0.0)
    assert attack([made(HIDDEN if key == "expected" else None)]).recovered == ()


def test_the_people_with_a_state_are_counted_from_their_share() -> None:
    states = check_row(["a", "b"], share(15, 60), figure="state-share", about="revoked")
    made = record(TOTAL, GROUPS, checks=[{"check": "states", "rows": [states]}])
    (fact,) = published(made).of_rows
    assert (fact.cell.unit, fact.cell.where) == ("annotators", (("g", "\0revoked"),))
    assert (fact.low, fact.high) == (15, 15)


def test_every_figure_of_a_row_and_every_chance_is_rounded() -> None:
    share_of = proportion(13, 52, "ratings")
    odd = Row("g", ("a",), "odd", "", share_of, expected=share_of, p=0.0314, least_p=0.0005, q=0.06)
    audit = replace(plain(31), answers=(Answer("check", "Check", "", (odd, row(("b",), ENOUGH))),))
    found, other = rounded(audit, 5).answers[0].rows
    assert found.expected is not None
    assert (found.estimate.value, found.expected.value) == (0.3, 0.3)
    assert (found.p, found.least_p, found.q) == (0.03, 0.0, 0.06)
    assert found.why == "for information, from rounded counts"
    assert (other.expected, other.p) == (None, None)
    for before, after in zip(audit.gaps, rounded(audit, 5).gaps, strict=True):
        if before.chance is not None and after.chance is not None:
            assert after.chance.p == round(before.chance.p, 2)
            assert after.chance.least == round(before.chance.least, 2)
