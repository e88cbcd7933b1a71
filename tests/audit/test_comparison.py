"""A record computed again: figures must agree; another version's words and additions are told."""

from __future__ import annotations

import copy
from typing import Any

from labelcharter.audit.records.comparison import differences


def estimate(value: float | None) -> dict[str, Any]:
    return {"value": value, "low": 0.1, "high": 0.9, "n": 8, "state": "estimated", "reason": ""}


RECORD: dict[str, Any] = {
    "manifest": {"tool_version": "1", "licence": "CC0"},
    "result": {
        "groups": [
            {"attribute": "region", "value": "north", "alpha": estimate(0.5)},
            {"attribute": "region", "value": "south", "alpha": estimate(0.4)},
        ],
        "gaps": [{"check": "agreement-gap", "a": "north", "b": "south", "p": None, "why": "so"}],
        "excluded": [{"reason": "blank", "rows": 3}, {"reason": "state", "rows": 4}],
    },
    "gates": [{"gate": "gate.floor", "verdict": "met", "why": "high"}],
}


def kinds(other: dict[str, Any]) -> list[tuple[str, str]]:
    return [(d.kind, d.path) for d in differences(RECORD, other)]


def changed(version: str = "1") -> dict[str, Any]:
    other = copy.deepcopy(RECORD)
    other["manifest"]["tool_version"] = version
    return other


def test_a_record_holds_against_itself_and_against_the_last_bits_of_a_machine() -> None:
    assert kinds(RECORD) == []
    other = changed()
    other["result"]["groups"][0]["alpha"]["value"] *= 1 + 1e-12
    assert kinds(other) == []


def test_every_figure_that_differs_is_named() -> None:
    other = changed()
    other["result"]["groups"][0]["alpha"]["value"] += 1e-6
    other["gates"][0]["verdict"] = "breached"
    other["result"]["groups"].pop()
    del other["manifest"]["licence"]
    assert kinds(other) == [
        ("figure", "gates[0].verdict"),
        ("figure", "manifest.licence"),
        ("figure", "result.groups[0].alpha.value"),
        ("figure", "result.groups[1]"),
    ]


def test_the_same_version_must_say_the_same_words_and_add_nothing() -> None:
    other = changed()
    other["gates"][0]["why"] = "higher"
    other["result"]["checks"] = []
    other["result"]["gaps"][0]["p"] = 0.2
    assert {kind for kind, _ in kinds(other)} == {"figure"}
    assert len(kinds(other)) == 3


def test_another_version_may_word_and_add_and_that_is_told_apart() -> None:
    other = changed("2")
    other["gates"][0]["why"] = "higher"
    other["result"]["checks"] = []
    other["result"]["gaps"][0]["p"] = 0.2
    other["result"]["gaps"].insert(0, {"check": "label-rate-gap", "a": "north", "b": "south"})
    assert sorted(kinds(other)) == [
        ("addition", "result.checks"),
        ("addition", "result.gaps[0]"),
        ("addition", "result.gaps[0].p"),
        ("words", "gates[0].why"),
        ("words", "manifest.tool_version"),
    ]


def test_another_version_may_not_change_a_figure_hide_one_or_lose_one() -> None:
    other = changed("2")
    other["result"]["groups"][0]["alpha"] = {**estimate(None), "state": "suppressed"}
    other["result"]["gaps"] = []
    other["result"]["excluded"][1]["rows"] = 5
    other["result"]["excluded"][0]["rows"] = None
    found = [d for d in differences(RECORD, other) if d.kind == "figure"]
    assert [d.path for d in found] == [
        "result.excluded[1].rows",
        "result.gaps[0]",
        "result.groups[0].alpha.state",
        "result.groups[0].alpha.value",
    ]


def test_entries_without_names_are_compared_by_place_and_counted() -> None:
    other = changed("2")
    other["result"]["excluded"].append({"reason": "more", "rows": 1})
    assert ("figure", "result.excluded") in kinds(other)


def test_a_number_is_not_a_truth_value_and_text_is_shown_as_it_is() -> None:
    other = changed()
    other["result"]["excluded"][0]["rows"] = True
    (found,) = differences(RECORD, other)
    assert str(found) == "result.excluded[0].rows: 3 in the record, true computed"


def test_a_stricter_version_may_no_longer_show_how_many_rows_were_left_out() -> None:
    other = changed("2")
    other["result"]["excluded"][0]["rows"] = None
    assert ("hidden", "result.excluded[0].rows") in kinds(other)
    other["manifest"]["tool_version"] = "1"
    assert kinds(other) == [("figure", "result.excluded[0].rows")]


def test_two_entries_about_the_same_are_compared_in_their_order() -> None:
    record = {"findings": [{"check": "c", "why": "one"}, {"check": "c", "why": "two"}]}
    other = {"findings": [{"check": "c", "why": "one"}, {"check": "c", "why": "three"}]}
    assert [d.path for d in differences(record, other)] == ["findings[1].why"]


def test_what_needs_single_ratings_is_told_apart_where_the_engine_has_none() -> None:
    other = changed()
    other["result"]["gaps"][0]["p"] = 0.2
    other["result"]["checks"] = []
    with_ratings = [d.kind for d in differences(RECORD, other)]
    assert with_ratings == ["figure", "figure"]
    found = {d.path: d.kind for d in differences(RECORD, other, single_ratings=False)}
    assert found == {"result.checks": "figure", "result.gaps[0].p": "not-computed"}
