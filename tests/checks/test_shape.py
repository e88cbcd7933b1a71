"""The shape of files and elements: one sentence a cause, at its place, with the next step."""

import pytest
from repositories import changed, found_in, summary, valid_files, with_file


def test_an_audit_without_an_id_misses_its_id_and_nothing_else() -> None:
    found = found_in(changed("audits/notes/audit.yaml", "id: AUD-0001\n", ""))
    assert "S102 audits/notes/audit.yaml:1:1" in summary(found)
    assert [d.message for d in found if d.place.path == "audits/notes/audit.yaml"] == [
        "the field `id` is missing"
    ]


def test_a_misspelt_collection_is_one_mistake_and_not_an_element_without_fields() -> None:
    found = found_in(changed("policies/escalation.yaml", "escalations:", "escalation:"))
    here = [d for d in found if d.place.path == "policies/escalation.yaml"]
    assert [(d.code, d.message, d.help) for d in here] == [
        ("S101", "`escalation` is not a collection of elements", "did you mean `escalations`?")
    ]


def test_a_file_that_is_neither_element_nor_collection_says_what_its_folder_holds() -> None:
    (found,) = found_in(with_file("policies/roadmap/wishes.yaml", "wishes:\n  - more elephants\n"))
    assert (found.code, str(found.place)) == ("S110", "policies/roadmap/wishes.yaml:1:1")
    assert found.help == "give it an `id`, or list the actions under `actions:`"


def test_one_element_alone_in_a_file_needs_no_collection() -> None:
    path = "policies/escalation.yaml"
    lines = valid_files()[path].decode().splitlines()[1:]
    alone = "\n".join(line[4:] for line in lines) + "\n"
    assert alone.startswith("id: escalation.")
    assert found_in(with_file(path, alone)) == ()


@pytest.mark.parametrize("broken", ["escalations: later\n", "escalations:\n"])
def test_a_collection_that_is_no_list_says_how_to_start_one(broken: str) -> None:
    found = found_in(with_file("policies/escalation.yaml", broken))
    assert [d.help for d in found if d.code == "S103"] == [
        "start each escalation with `- id: escalation.some-words`"
    ]


CROSSWALK = "taxonomies/notes/crosswalks/1.0.0-to-2.0.0.csv"


def test_a_misspelt_column_of_a_crosswalk_is_one_mistake_and_not_one_a_row() -> None:
    (found,) = found_in(changed(CROSSWALK, "default_action", "default_acton"))
    assert (found.code, found.message) == ("S101", "unknown column `default_acton`")
    assert (found.place.line, found.place.column) == (1, 67)
    assert found.help == "did you mean `default_action`?"


def test_a_column_that_a_crosswalk_lacks_is_one_mistake() -> None:
    rows = valid_files()[CROSSWALK].decode().split("\r\n")
    without = "\r\n".join(row.rpartition(",")[0] for row in rows)
    (found,) = found_in(with_file(CROSSWALK, without))
    assert (found.code, found.message) == ("S102", "the column `decision` is missing")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("merged_into", "merged_in", f"S104 {CROSSWALK}:3:29"),
        (
            "misc,merged_into,label.notes.remark",
            "misc,merged_into,label.notes.remakr",
            f"R201 {CROSSWALK}:3:41",
        ),
    ],
)
def test_a_mistake_in_a_crosswalk_points_at_its_cell(old: str, new: str, expected: str) -> None:
    assert summary(found_in(changed(CROSSWALK, old, new))) == [expected]
