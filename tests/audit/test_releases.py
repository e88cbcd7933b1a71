"""Slices that changed by too few since they were last shown are not shown anew."""

from __future__ import annotations

from typing import Any

import pytest
from published_records import record
from ratings_tables import table_of

from labelcharter.audit.disclosure.profiles import RULES
from labelcharter.audit.disclosure.releases import carried_forward
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings

RULE = RULES["default"]


def audit() -> TableAudit:
    """Groups a and b of 30 people each, who rate the same 20 items: 1,200 ratings."""
    rows = [
        (f"i{item:02d}", f"{g}{person:02d}", g, "yes" if (item + person) % 2 else "no")
        for g in "ab"
        for person in range(30)
        for item in range(20)
    ]
    bindings = Bindings("item", "annotator", "label", annotator_groups={"g": "group"})
    return audit_table(table_of(rows), bindings, Questions(favourable="yes", checks=()))


NOW = audit()


def earlier(name: str = "REC-0001", **group_a: int | None) -> dict[str, Any]:
    """A record that shows everybody and both groups as they are now, but for these counts of a."""
    made = record((60, 1200, 600), {"g": {"a": (30, 600, 300), "b": (30, 600, 300)}})
    for entry in (made["result"]["overall"], *made["result"]["groups"]):
        entry["items"] = 20
    made["result"]["groups"][0] |= group_a
    return {**made, "id": name}


@pytest.mark.parametrize(("count", "now"), [("annotators", 30), ("items", 20), ("ratings", 600)])
@pytest.mark.parametrize(
    ("change", "carried"), [(0, False), (1, True), (9, True), (10, False), (-9, True), (-10, False)]
)
def test_one_to_nine_more_or_fewer_people_items_or_ratings_are_too_few(
    count: str, now: int, change: int, carried: bool
) -> None:
    found = carried_forward(NOW, [earlier(**{count: now - change})], RULE)
    assert found == ({("g", "a"): "REC-0001"} if carried else {})


def test_what_an_earlier_record_hid_or_did_not_have_is_no_reason() -> None:
    hidden = earlier(annotators=None, items=None, ratings=None)
    assert carried_forward(NOW, [hidden], RULE) == {}
    without = earlier(ratings=595)
    without["result"]["groups"].pop(0)
    assert carried_forward(NOW, [without], RULE) == {}
    assert carried_forward(NOW, [], RULE) == {}
    partly = earlier(annotators=None, ratings=595)  # one count that shows is enough
    assert carried_forward(NOW, [partly], RULE) == {("g", "a"): "REC-0001"}


def test_everybody_is_a_slice_too() -> None:
    made = earlier()
    made["result"]["overall"]["annotators"] = 55
    assert carried_forward(NOW, [made], RULE) == {("", ""): "REC-0001"}


def test_each_earlier_record_counts_and_the_last_one_is_named() -> None:
    first, second = earlier("REC-0001", ratings=595), earlier("REC-0002", ratings=500)
    assert carried_forward(NOW, [first, second], RULE) == {("g", "a"): "REC-0001"}
    second["result"]["groups"][0]["ratings"] = 599
    assert carried_forward(NOW, [first, second], RULE) == {("g", "a"): "REC-0002"}
