"""Which fields changed, in words that stay the same when something else moves."""

from typing import Any

import pytest

from labelcharter.history.field_changes import changes_between, sections


def between(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    return [(c.field, c.old, c.new) for c in changes_between(old, new)]


def test_a_field_inside_another_is_named_with_dots() -> None:
    old = {"harm": {"who": "Roma", "how": "Removal"}}
    new = {"harm": {"who": "Roma people", "how": "Removal"}}
    assert between(old, new) == [("harm.who", "Roma", "Roma people")]


def test_a_field_that_came_and_one_that_went() -> None:
    assert between({"a": "x"}, {"b": "y"}) == [("b", None, "y"), ("a", "x", None)]


@pytest.mark.parametrize(
    ("old", "new"),
    [(0.8, 0.80), (1, 1.0), ("text", "text\n"), (None, None), ([], []), ({}, {})],
)
def test_the_same_value_written_otherwise_is_no_change(old: Any, new: Any) -> None:
    assert between({"a": old}, {"a": new}) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1, True),
        (0, False),
        ("1", 1),
        ("1.10", "1.1"),
        ("a", "a "),
        ("", None),
        ([], None),
        ({}, []),
    ],
)
def test_values_that_only_look_alike_differ(old: Any, new: Any) -> None:
    assert between({"a": old}, {"a": new}) == [("a", old, new)]


@pytest.mark.parametrize("key", ["id", "value", "seat", "metric", "name", "word", "heading"])
def test_items_are_matched_by_the_name_they_carry(key: str) -> None:
    first, second, third = ({key: w, "why": w.upper()} for w in ("a", "b", "c"))
    changed = {key: "c", "why": "Other"}
    assert between({"x": [first, second, third]}, {"x": [first, changed]}) == [
        ("x[c].why", "C", "Other"),
        ("x[b]", second, None),
    ]


def test_an_item_that_came_is_shown_whole() -> None:
    item = {"value": "unsure", "meaning": "Cannot tell."}
    assert between({"states": []}, {"states": [item]}) == [("states[unsure]", None, item)]


def test_a_name_that_two_items_share_does_not_tell_them_apart() -> None:
    old = [{"metric": "m", "value": 1, "note": "one thing"}, {"metric": "m", "value": 2}]
    new = [{"metric": "m", "value": 1, "note": "one thing"}, {"metric": "m", "value": 3}]
    assert between({"x": old}, {"x": new}) == [("x", old[1], None), ("x", None, new[1])]


def test_an_edited_item_without_a_name_is_one_change() -> None:
    case = {"case": "A slur in a song", "rule": "Go by the sentence it is in", "why": "Art quotes"}
    other = {"case": "Satire", "rule": "Ask who is laughed at", "why": "Aim decides"}
    edited = {**case, "rule": "Go by the verse it is in"}
    assert between({"edge_cases": [other, case]}, {"edge_cases": [edited, other]}) == [
        ("edge_cases[0].rule", "Go by the sentence it is in", "Go by the verse it is in")
    ]


def test_an_item_taken_out_of_the_middle_is_one_change() -> None:
    items = [{"text": f"text {n}", "why": f"because {n}"} for n in ("one", "two", "three")]
    assert between({"x": items}, {"x": [items[0], items[2]]}) == [("x", items[1], None)]


def test_texts_in_a_list_come_go_and_are_edited() -> None:
    old = ["Calls for harm to people", "Slurs", "Jokes at the cost of a group"]
    new = ["Calls for any harm to people", "Jokes at the cost of a group", "Threats"]
    assert between({"includes": old}, {"includes": new}) == [
        ("includes", "Slurs", None),
        ("includes", "Calls for harm to people", "Calls for any harm to people"),
        ("includes", None, "Threats"),
    ]


def test_ids_in_a_list_are_never_edited_only_exchanged() -> None:
    assert between({"labels": ["label.a.one"]}, {"labels": ["label.a.ones"]}) == [
        ("labels", "label.a.one", None),
        ("labels", None, "label.a.ones"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "order"),
    [
        (["a", "b", "c"], ["c", "a", "b"], (["a", "b", "c"], ["c", "a", "b"])),
        ([{"id": "a"}, {"id": "b"}], [{"id": "b"}, {"id": "a"}], (["a", "b"], ["b", "a"])),
    ],
)
def test_another_order_of_the_same_items_is_said_once(
    old: list[Any], new: list[Any], order: tuple[list[Any], list[Any]]
) -> None:
    assert between({"x": old}, {"x": new}) == [("x: order", *order)]


def test_an_item_given_twice_is_counted() -> None:
    assert between({"x": ["a", "a"]}, {"x": ["a"]}) == [("x", "a", None)]


def test_very_long_lists_are_paired_by_place() -> None:
    old = [{"text": f"old words {n}"} for n in range(60)]
    new = [{"text": f"new terms {n}"} for n in range(60)]
    assert len(between({"x": old}, {"x": new})) == 60


def test_the_id_is_never_a_changed_field() -> None:
    assert between({"id": "a"}, {"id": "b"}) == []


def test_a_body_is_cut_at_its_second_headings() -> None:
    body = "Before.\n\n## Why\n\nB.\n\n### Detail\n\nC.\n\n## Why ##\n\nD.\n"
    assert sections(body) == {"": "Before.", "Why": "B.\n\n### Detail\n\nC.", "Why (2)": "D."}


def test_a_heading_inside_a_code_block_is_none() -> None:
    body = "## A\n\n```md\n## B\n~~~\n```\n\n~~~~\n~~~\n## C\n~~~~\n\n## D\n\nText."
    assert list(sections(body)) == ["", "A", "D"]


def test_a_section_that_came_went_or_changed() -> None:
    found = changes_between({}, {}, "Top.\n## A\na\n## B\nb", "## A\nother\n## C\nc\n")
    assert [(c.field, c.old, c.new) for c in found] == [
        ("body", "Top.", None),
        ("body: A", "a", "other"),
        ("body: C", None, "c"),
        ("body: B", "b", None),
    ]
