"""Real tables: what may be published of them passes the attacker, and is not nothing."""

from __future__ import annotations

import csv
import io
from functools import cache

import pytest
from published_records import published_as, truth
from ratings_tables import shared_file

from labelcharter.audit.disclosure.attack.attacker import attack
from labelcharter.audit.disclosure.attack.margins import cell_bounds
from labelcharter.audit.disclosure.attack.reading import published
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

STATES = ("DATA_EXPIRED", "Prefer not to say", "CONSENT_REVOKED")
TRAITS = {"gender": "Gender", "ethnicity": "Ethnicity simplified", "nationality": "Nationality"}


@cache
def multipico(*traits: str) -> TableAudit:
    """These traits of 506 annotators, joined from the file about them; ages in bands of ten."""
    with shared_file("multipico/annotators.csv").open(encoding="utf-8") as file:
        about = {row["annotator_id"]: row for row in csv.DictReader(file)}
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(["item", "annotator", "label", *TRAITS, "age"])
    with shared_file("multipico/ratings.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            who = about.get(row["annotator_id"], {})
            known = [who.get(column, "") for column in TRAITS.values()]
            age = band(who.get("Age", ""))
            write([row["item_id"], row["annotator_id"], row["ironic"], *known, age])
    table = read_table(out.getvalue().encode(), "multipico.csv")
    columns = {name: name for name in traits}
    bindings = Bindings("item", "annotator", "label", annotator_groups=columns, states=STATES)
    return audit_table(table, bindings, Questions(favourable="0", ties="0", checks=()))


def band(age: str) -> str:
    try:
        low = int(float(age)) // 10 * 10
    except ValueError:
        return age
    return f"{low} to {low + 9}"


def assert_nobody_is_given_away(audit: TableAudit) -> dict[str, int | None]:
    """The annotators of each group, as published."""
    record = published_as(audit)
    attacked = attack([record])
    assert attacked.recovered == ()
    assert attacked.hidden > 20
    bounds = cell_bounds([published(record)])
    assert bounds is not None
    true = truth(audit)
    assert all(b.low <= true[cell] <= b.high for cell, b in bounds.items() if cell in true)
    assert record["result"]["method"]["ungrouped"] == ["age", "ethnicity", "gender"]
    return {g["value"]: g["annotators"] for g in record["result"]["groups"]}


def test_multipico_by_three_traits_gives_nobody_away() -> None:
    shown = assert_nobody_is_given_away(multipico("gender", "ethnicity", "age"))
    assert shown["White"] == 315
    assert shown["60 to 69"] is None


@pytest.mark.slow
def test_multipico_by_four_traits_gives_nobody_away() -> None:
    shown = assert_nobody_is_given_away(multipico("gender", "ethnicity", "nationality", "age"))
    assert shown["White"] == 315
    assert shown["Algeria"] is None
    assert shown["United States"] == 42


def test_two_people_without_a_gender_hide_a_group_that_has_enough() -> None:
    """230 women and 274 men of 506: with both shown, the two of no gender would be counted."""
    audit = multipico("gender", "ethnicity", "age")
    assert audit.ungrouped["gender"].annotators == 2
    groups = published_as(audit)["result"]["groups"]
    hidden = [g["value"] for g in groups if g["attribute"] == "gender" and g["ratings"] is None]
    assert hidden == ["Female"]


def test_crehate_by_country_shows_every_country() -> None:
    table = read_table(shared_file("crehate/ratings.csv"), "ratings.csv")
    columns = {"nationality": "nationality"}
    bindings = Bindings("item_id", "annotator_id", "label", annotator_groups=columns, states=("2",))
    audit = audit_table(table, bindings, Questions(favourable="0", ties="0", checks=()))
    record = published_as(audit)
    assert attack([record]).recovered == ()
    assert all(group["annotators"] >= 100 for group in record["result"]["groups"])


def test_hs_brexit_hides_its_groups_of_three() -> None:
    table = read_table(shared_file("hs-brexit/ratings.csv"), "ratings.csv")
    bindings = Bindings(
        "item_id", "annotator_id", "hate_speech", annotator_groups={"group": "group"}
    )
    record = published_as(audit_table(table, bindings))
    assert attack([record]).recovered == ()
    result = record["result"]
    assert [group["ratings"] for group in result["groups"]] == [None, None]
    assert result["overall"]["annotators"] is None
    assert record["manifest"]["rows"] is None
