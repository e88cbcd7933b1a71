"""Traits in a table of their own: joined by key, faults named in the file they stand in."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import clean
from labelcharter.audit.tables.joins import SideTable, join
from labelcharter.reading.tables import Table, TableRefused, read_table

MAIN = ("item,annotator,label", "i1,a1,1", "i1,a2,0", "i2,a2,1", "i2,a3,1")
PEOPLE = ("who,region", "a3,south", "a1,north", "a2,revoked")


def table(lines: Iterable[str], name: str) -> Table:
    return read_table("".join(f"{line}\n" for line in lines).encode(), name)


def joined(people: Iterable[str] = PEOPLE, main: Iterable[str] = MAIN) -> Table:
    side = SideTable(table(people, "people.csv"), "who", "annotator")
    return join(table(main, "ratings.csv"), side, ["region"])


def test_each_rating_gets_the_trait_of_its_annotator() -> None:
    region = joined().columns["region"]
    assert [region.values[code] for code in region.codes] == [
        "north",
        "revoked",
        "revoked",
        "south",
    ]


def test_a_blank_trait_stays_blank_and_a_blank_key_has_none() -> None:
    region = joined(["who,region", "a1,", "a2,north", "a3,south"]).columns["region"]
    assert [region.values[c] if c >= 0 else "" for c in region.codes] == [
        "",
        "north",
        "north",
        "south",
    ]
    region = joined(main=[*MAIN, "i3,,1"]).columns["region"]
    assert region.codes[-1] == -1


def test_a_column_of_the_main_table_is_never_replaced() -> None:
    main = ("item,annotator,label,region", "i1,a1,1,west")
    assert joined(main=main).columns["region"].values == ("west",)


def test_an_annotator_without_a_row_is_refused_where_the_ratings_name_them() -> None:
    with pytest.raises(TableRefused) as refusal:
        joined(["who,region", "a1,north", "a2,south"])
    (problem,) = refusal.value.problems
    assert (problem.code, str(problem.place)) == ("T133", "ratings.csv:5:4")
    assert "`a3` has no row in people.csv" in problem.message


def test_an_annotator_with_two_rows_is_refused_and_both_are_named() -> None:
    with pytest.raises(TableRefused) as refusal:
        joined([*PEOPLE, "a1,south"])
    (problem,) = refusal.value.problems
    assert (problem.code, str(problem.place)) == ("T131", "people.csv:5:1")
    assert [str(r.place) for r in problem.related] == ["people.csv:3:1"]


def test_many_faults_are_counted_and_not_all_listed() -> None:
    main = [MAIN[0], *(f"i1,b{n:02d},1" for n in range(30))]
    with pytest.raises(TableRefused) as refusal:
        joined(main=main)
    assert 1 < len(refusal.value.problems) < 30
    assert "more values that people.csv does not have" in refusal.value.problems[-1].message
    with pytest.raises(TableRefused) as refusal:
        joined([*PEOPLE, *["a1,south"] * 30])
    assert "more rows that repeat a key" in refusal.value.problems[-1].message


def test_a_group_that_is_not_declared_is_named_in_the_file_it_stands_in() -> None:
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        annotator_groups={"region": "region"},
        attribute_states={"region": ["revoked"]},
        categories={"region": ["north", "south"]},
    )
    assert clean(joined(), bindings).kept.groupings[0].values == ("north", "south")
    with pytest.raises(TableRefused) as refusal:
        clean(joined(["who,region", "a3,sooth", "a1,north", "a2,revoked"]), bindings)
    (problem,) = refusal.value.problems
    assert (problem.code, str(problem.place)) == ("T123", "people.csv:2:4")
