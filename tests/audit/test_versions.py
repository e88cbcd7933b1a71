"""Ratings under several guideline versions: one is audited, the others are counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ratings_tables import table_of

from labelcharter.audit.questions.table_audit import NothingLeft, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import Cleaned, clean
from labelcharter.reading.diagnostic import Place
from labelcharter.reading.tables import TableRefused

HEADER = "item,annotator,label,v"
BINDINGS = Bindings("item", "annotator", "label", version="v", audited_version="2.0.0")
ROWS = ["1,a,x,1.0.0", "1,a,y,2.0.0", "1,b,x,2.0.0", "2,a,x,1.0.0", "2,b,y,2.0.0", "2,b,x,2.0.0"]


def run(rows: list[str], bindings: Bindings = BINDINGS, header: str = HEADER) -> Cleaned:
    return clean(table_of([row.split(",") for row in rows], header), bindings)


def faults(rows: list[str], bindings: Bindings, header: str = HEADER) -> list[tuple[str, Place]]:
    with pytest.raises(TableRefused) as refusal:
        run(rows, bindings, header)
    return [(problem.code, problem.place) for problem in refusal.value.problems]


def test_an_item_rated_again_under_another_version_is_no_repeat() -> None:
    found = run(ROWS)
    assert [(e.reason, e.rows, e.conflicting) for e in found.excluded] == [
        ("repeated version, item and annotator: the first in the file is kept", 1, 1),
        ("given under version 1.0.0, not 2.0.0", 2, None),
    ]
    assert len(found.kept.item) == 3


def test_every_row_is_kept_or_counted_as_left_out_once() -> None:
    found = run([*ROWS, "3,a,x,", "3,b,,1.0.0"])
    assert len(found.kept.item) + sum(e.rows for e in found.excluded) == found.rows == 8
    assert ("no version in column `v`", 1) in [(e.reason, e.rows) for e in found.excluded]


def test_drift_sees_the_labels_of_all_versions() -> None:
    found = run(ROWS)
    assert found.every_version is not None
    assert len(found.every_version.item) == 5
    assert found.every_version.feature("v").values == ("1.0.0", "2.0.0")
    assert (
        run(
            ["1,a,x", "1,b,y"], Bindings("item", "annotator", "label"), "item,annotator,label"
        ).every_version
        is None
    )


def test_figures_are_those_of_a_table_with_the_audited_version_alone() -> None:
    rows = [
        f"{i},{j},{'xy'[(i * j + v) % 3 % 2]},{v}.0.0"
        for v in (1, 2)
        for i in range(9)
        for j in range(5)
    ]
    alone = [row for row in rows if row.endswith("2.0.0")]
    whole = audit_table(table_of([r.split(",") for r in rows], HEADER), BINDINGS)
    part = audit_table(table_of([r.split(",") for r in alone], HEADER), BINDINGS)
    assert whole.overall.estimates == part.overall.estimates
    assert whole.overall.ratings == 45


def test_a_version_that_the_taxonomy_never_had_is_refused_with_its_place() -> None:
    known = replace(BINDINGS, versions=("1.0.0", "2.0.0"))
    assert faults(["1,a,x,2.0.0", "1,b,x,2.0.1"], known) == [("T129", Place("t.csv", 3, 7))]
    assert run(["1,a,x,2.0.0", "1,b,x,1.0.0"], known).kept.items == 1


def test_of_many_unknown_versions_ten_are_listed_and_the_rest_counted() -> None:
    known = replace(BINDINGS, versions=("2.0.0",))
    found = faults([f"1,{k},x,0.{k}.0" for k in range(13)], known)
    assert len(found) == 11
    assert found[-1] == ("T129", Place("t.csv", 12, 8))


def test_of_several_versions_the_audited_one_must_be_named() -> None:
    unsaid = replace(BINDINGS, audited_version=None)
    assert faults(ROWS, unsaid) == [("T130", Place("t.csv", 3, 7))]
    assert run(["1,a,x,1.0.0", "1,b,y,1.0.0"], unsaid).kept.items == 1


def test_an_audited_version_that_nobody_rated_under_leaves_nothing_and_says_so() -> None:
    with pytest.raises(NothingLeft, match=r"given under version 1\.0\.0, not 2\.0\.0"):
        audit_table(table_of([["1", "a", "x", "1.0.0"]], HEADER), BINDINGS)


@pytest.mark.parametrize("role", ["source", "period"])
def test_an_item_has_one_source_and_one_period(role: str) -> None:
    bindings = Bindings("item", "annotator", "label", **{role: "v"})
    assert faults(["1,a,x,web", "1,b,x,app"], bindings) == [("T124", Place("t.csv", 3, 7))]
    assert run(["1,a,x,web", "1,b,x,web", "2,a,x,app"], bindings).kept.items == 2


def test_a_feature_of_many_numbers_is_welcome_and_one_of_many_texts_is_not() -> None:
    bindings = Bindings("item", "annotator", "label", features=("v",))
    numbers = [f"{k},a,x,{k / 7}" for k in range(201)]
    assert run(numbers, bindings).kept.items == 201
    texts = [f"{k},a,x,text {k}" for k in range(201)]
    assert faults(texts, bindings)[0][0] == "T126"


def test_states_of_a_trait_stay_known_beside_its_groups() -> None:
    bindings = Bindings(
        "item", "annotator", "label", annotator_groups={"v": "v"}, states=["revoked"]
    )
    grouping = run(["1,a,x,north", "1,b,x,revoked", "1,c,x,"], bindings).kept.groupings[0]
    assert (grouping.values, grouping.states) == (("north",), ("revoked",))
    assert grouping.state_codes is not None
    assert grouping.codes.tolist() == [0, -1, -1]
    assert grouping.state_codes.tolist() == [-1, 0, -1]
