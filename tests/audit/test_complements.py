"""What is hidden besides: step by step, the least that could protect what was recovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from published_records import HIDDEN, Counts, record
from ratings_tables import table_of

from labelcharter.audit.disclosure.complements import WouldDisclose, to_hide
from labelcharter.audit.disclosure.hidden import Hidden
from labelcharter.audit.disclosure.profiles import RULES
from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import Excluded

ENOUGH = People(30, 15, 15)


def plain(sizes: Mapping[str, int]) -> TableAudit:
    """Groups of so many people, who rate four items each and give both labels."""
    rows = [
        (f"i{item}", f"{g}{person:02d}", g, "yes" if (item + person) % 2 else "no")
        for g, size in sizes.items()
        for person in range(size)
        for item in range(4)
    ]
    bindings = Bindings("item", "annotator", "label", annotator_groups={"group": "group"})
    return audit_table(table_of(rows), bindings, Questions(favourable="yes", checks=()))


def crossed_row(attribute: str, value: str, people: int = 30, ratings: int = 60) -> Row:
    behind = People(people, people // 2, people // 2)
    estimate = proportion(ratings // 2, ratings, "ratings")
    return Row(attribute, (value,), "rate", "yes", estimate, people=behind)


def with_rows(rows: Sequence[Row], check: str = "intersections") -> TableAudit:
    return replace(plain({"a": 30, "b": 30}), answers=(Answer(check, "Check", "", tuple(rows)),))


class Press:
    """Publishes the rows of an audit, in a record by hand, and remembers what was to be hidden."""

    def __init__(
        self, audit: TableAudit, total: Counts = (1000, 4000, 2000), **groups: Any
    ) -> None:
        self.audit, self.total, self.groups = audit, total, groups
        self.asked: list[Hidden] = []

    def __call__(self, hidden: Hidden) -> dict[str, Any]:
        self.asked.append(hidden)
        checks = []
        for answer in self.audit.answers:
            rows = []
            for row in answer.rows:
                said = {"attribute": row.attribute, "groups": list(row.groups), "why": ""}
                said |= {"figure": row.figure, "about": row.about, "verdict": None}
                said |= dict.fromkeys(("expected", "p", "least_p", "q", "limits"))
                away = hidden.hides_row(answer, row)
                rows.append({**said, "estimate": HIDDEN if away else row.estimate.as_json()})
            checks.append({"check": answer.check, "rows": rows})
        return record(self.total, self.groups, checks=checks)


def pairs(attribute: str, count: int) -> list[Row]:
    first, second = attribute.split(" × ")
    return [crossed_row(attribute, f"{first}{n} × {second}{n}") for n in range(count)]


def test_where_too_many_groups_are_crossed_to_attack_them_the_largest_pair_is_hidden_first() -> (
    None
):
    """11 × 11 × 12 groups are too many; 11 × 11 and 11 × 12 by themselves are not."""
    rows = [*pairs("g × h", 11), *pairs("h × k", 12), *pairs("m × n", 13)]
    audit = with_rows(rows)
    press = Press(audit)
    hidden = to_hide(audit, RULES["default"], press)
    steps = [sorted({attribute for attribute, _ in one.groups}) for one in press.asked]
    assert steps == [[], [], ["h × k"], ["g × h", "h × k"]]
    assert hidden.groups == {
        (row.attribute, row.groups[0]) for row in rows if row.attribute != "m × n"
    }
    assert not hidden.figures
    assert not hidden.families


def test_what_cannot_be_attacked_even_hidden_is_refused_once_it_was_hidden() -> None:
    audit = with_rows(pairs("g × h", 36))
    press = Press(audit)
    with pytest.raises(WouldDisclose, match="too many groups to attack: g × h: 1,296 groups"):
        to_hide(audit, RULES["default"], press)
    assert len(press.asked[-1].groups) == 36


def test_of_two_attributes_at_once_the_smallest_cell_that_is_shown_is_hidden_next() -> None:
    """By hand: the row, then the column, then the corner of a cell of four people."""
    sizes = {"a × x": 4, "a × y": 31, "a × z": 40, "b × x": 32, "b × y": 33, "b × z": 50}
    rows = [crossed_row("g × h", value, n, 2 * n) for value, n in sizes.items()]
    audit = with_rows(rows)
    g = {"a": (75, 150, 75), "b": (115, 230, 115)}
    h = {"x": (36, 72, 36), "y": (64, 128, 64), "z": (90, 180, 90)}
    press = Press(audit, (190, 380, 190), g=g, h=h)
    hidden = to_hide(audit, RULES["default"], press)
    order = [sorted(value for _, value in one.groups) for one in press.asked]
    assert order[1:] == [
        ["a × x"],
        ["a × x", "a × y"],
        ["a × x", "a × y", "b × x"],
        ["a × x", "a × y", "b × x", "b × y"],
    ]
    assert {value for _, value in hidden.groups} == set(order[-1])


def shares_of(check: str, *named: tuple[str, str, int, int, People]) -> Answer:
    rows = [
        Row("group" if g else "", (g,) if g else (), figure, "", proportion(k, n, "x"), people=who)
        for g, figure, k, n, who in named
    ]
    return Answer(check, "Check", "", tuple(rows))


def test_rows_that_give_a_hidden_group_away_go_in_every_group_and_others_stay() -> None:
    """Group c is hidden; 100 of all less 90 of a and b are its ten."""
    counts = ((("", 40, 100), ("a", 20, 50), ("b", 16, 40), ("c", 4, 10)), "odd")
    odd = shares_of("check", *((g, counts[1], k, n, ENOUGH) for g, k, n in counts[0]))
    even = shares_of("check", ("a", "even", 20, 50, ENOUGH), ("b", "even", 20, 50, ENOUGH))
    answer = replace(odd, rows=(*odd.rows, *even.rows))
    audit = replace(plain({"a": 30, "b": 30, "c": 4, "d": 12}), answers=(answer,))
    hidden = to_hide(audit, RULES["default"], Press(audit))
    assert hidden.families == {("check", "group", "odd", ""), ("check", "", "odd", "")}
    assert {value for _, value in hidden.groups} == {"c", "d"}


def left_out(*rows: int) -> tuple[TableAudit, Hidden]:
    reasons = tuple(Excluded(f"reason {n}", count, None) for n, count in enumerate(rows))
    audit = replace(plain({"a": 30, "b": 30}), excluded=reasons)

    def publish(hidden: Hidden) -> dict[str, Any]:
        excluded = [
            {"reason": e.reason, "rows": None if e.reason in hidden.excluded else e.rows}
            for e in audit.excluded
        ]
        made = record((60, 240, 120), {}, excluded=excluded)
        made["result"]["method"]["rows"] = 240 + sum(rows)
        return made

    return audit, to_hide(audit, RULES["default"], publish)


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ((12, 20, 30), set()),
        ((12, 5, 30), {"reason 0", "reason 1"}),
        ((30, 5, 12), {"reason 1", "reason 2"}),
        ((11, 5, 11), {"reason 0", "reason 1"}),
        ((2, 3, 12, 40), {"reason 0", "reason 1", "reason 2"}),
        ((0, 12, 30), set()),
    ],
)
def test_few_rows_left_out_hide_behind_the_next_smallest_reason(
    rows: tuple[int, ...], hidden: set[str]
) -> None:
    """The rows of the table less the ratings are all that were left out."""
    assert left_out(*rows)[1].excluded == hidden


def test_where_hiding_everything_does_not_help_everything_was_hidden_before_it_is_refused() -> None:
    audit, _ = left_out(12, 5)
    row = Row("", (), "odd", "", proportion(40, 100, "x"), people=ENOUGH)
    audit = replace(audit, answers=(Answer("check", "Check", "", (row,)),))
    asked: list[Hidden] = []

    def careless(hidden: Hidden) -> dict[str, Any]:
        asked.append(hidden)
        return record((100, 1000, 400), {"group": {"a": (50, 500, 220), "b": None}})

    with pytest.raises(WouldDisclose, match="of group b, exactly"):
        to_hide(audit, RULES["default"], careless)
    last = asked[-1]
    assert last.groups == {("", ""), ("group", "a"), ("group", "b")}
    assert last.families == {("check", "", "odd", "")}
    assert last.excluded == {"reason 0", "reason 1"}


def test_what_an_earlier_record_gives_away_by_itself_is_no_reason_to_hide_more() -> None:
    """It was published; no later record can mend it."""
    audit = plain({"a": 30, "b": 30})
    leaking = record((100, 1000, 400), {"group": {"a": (50, 500, 220), "b": None}})
    mine = record((60, 240, 120), {}, identifier="REC-0002", data="b" * 64)
    assert to_hide(audit, RULES["default"], lambda _: mine, [leaking]) == Hidden()
