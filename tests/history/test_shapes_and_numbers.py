"""Old versions put into today's shape, and numbers kept as text where text is wanted."""

from typing import Any

import pytest
from builder import Builder

from labelcharter.history import git
from labelcharter.history.earlier_shapes import todays_shape
from labelcharter.history.versions import version_of
from labelcharter.registry.documents import read_source

OLD = {"id": "FB-0001", "triage": {"by": "seat.support", "on": "2026-05-05"}}
NEW = {"id": "FB-0001", "triage": {"by": "seat.support", "triaged_on": "2026-05-05"}}


def data_of(text: str, identifier: str, path: str = ".yaml") -> Any:
    (found,) = (e for e in read_source(text.encode(), path).elements if e.id == identifier)
    return version_of(found).data


def test_an_old_field_gets_the_name_it_has_today_and_keeps_its_place() -> None:
    converted = todays_shape("feedback", OLD)
    assert converted == NEW
    assert list(converted["triage"]) == ["by", "triaged_on"]
    assert "on" in OLD["triage"]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("feedback", NEW),
        ("feedback", {"triage": {"on": "2026-05-05", "triaged_on": "2026-05-06"}}),
        ("feedback", {"triage": "on"}),
        ("feedback", {"on": "2026-05-05"}),
        ("term", OLD),
    ],
    ids=["today's", "both names", "no mapping", "elsewhere", "another kind"],
)
def test_what_does_not_show_the_old_shape_is_left_alone(kind: str, data: dict[str, Any]) -> None:
    assert todays_shape(kind, data) is data


@pytest.mark.parametrize("number", ["1.10", "1.0e3", "0.12345678901234567", "-2.50"])
def test_a_number_in_place_of_text_is_the_text_that_stands_there(number: str) -> None:
    text = f"terms:\n  - id: term.a\n    title: Other\n  - id: term.b\n    title: {number}\n"
    assert data_of(text, "term.b")["title"] == number


def test_a_number_in_a_list_of_texts_is_text_as_well() -> None:
    text = "id: label.hate.a\nexcludes:\n  - text: 1.10\n"
    taxonomy = "id: taxonomy.hate\nlabels:\n  - " + text.replace("\n", "\n    ")
    assert data_of(taxonomy.rstrip() + "\n", "label.hate.a")["excludes"] == [{"text": "1.10"}]


@pytest.mark.parametrize(("written", "value"), [("0.80", 0.8), ("0.8", 0.8), ("1", 1)])
def test_a_number_where_a_number_is_wanted_is_a_number(written: str, value: float) -> None:
    text = f"gates:\n  - id: gate.a\n    threshold: {written}\n"
    assert data_of(text, "gate.a")["threshold"] == value


def test_a_number_in_a_field_that_no_schema_knows_is_kept_as_written() -> None:
    assert (
        data_of("terms:\n  - id: term.a\n    unheard_of: 1.10\n", "term.a")["unheard_of"] == "1.10"
    )


def test_the_text_of_a_page_that_looks_like_a_number_is_no_fault() -> None:
    text = "---\nid: DEC-0001\ntitle: 1.10\n---\n\n## Why\n\nSee 1.10.\n"
    assert data_of(text, "DEC-0001", ".md")["title"] == "1.10"


def test_commits_behind_stand_after_their_parents_and_begin_after_a_given_one(
    repository: Builder,
) -> None:
    first = repository.commit({"a": "1"})
    side = repository.commit({"b": "1"}, branch="side", start=first)
    second = repository.commit({"a": "2"})
    merge = repository.commit({"b": "1"}, "Merge side", merge=(side,))
    behind = git.commits_behind(repository.root, merge, None)
    assert behind == {first: (), side: (first,), second: (first,), merge: (second, side)}
    assert next(iter(behind)) == first
    assert list(behind)[-1] == merge
    assert set(git.commits_behind(repository.root, merge, second)) == {side, merge}
    assert git.mainline(repository.root, merge)[-1][1] == (second, side)
    assert [row[:2] for row in git.first_parents(repository.root, merge)] == [
        (first, None),
        (second, first),
        (merge, second),
    ]
