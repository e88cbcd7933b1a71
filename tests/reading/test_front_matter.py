"""Pages: the fields with their places, the text as it is, and where it begins."""

import pytest

from labelcharter.reading.diagnostic import Place
from labelcharter.reading.front_matter import read_markdown

PAGE = "---\nid: DEC-0001\ntitle: A decision\n---\n# Heading\n\nText.\n"


def test_fields_and_text_are_read_with_their_lines() -> None:
    page = read_markdown(PAGE.encode(), "d.md")
    assert page.front.problems == ()
    assert page.front.value == {"id": "DEC-0001", "title": "A decision"}
    assert page.front.marks.place(("title",)) == Place("d.md", 3, 8)
    assert (page.body, page.body_line) == ("# Heading\n\nText.\n", 5)


def test_a_byte_order_mark_and_windows_line_ends_change_no_place() -> None:
    page = read_markdown(b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode(), "d.md")
    assert page.front.problems == ()
    assert page.front.value == {"id": "DEC-0001", "title": "A decision"}
    assert page.front.marks.place(("title",)) == Place("d.md", 3, 8)
    assert page.body_line == 5


def test_a_page_may_end_with_its_fields() -> None:
    page = read_markdown(b"---\nid: DEC-0001\n---", "d.md")
    assert page.front.value == {"id": "DEC-0001"}
    assert page.body == ""


def test_a_line_of_hyphens_in_the_text_is_only_a_line() -> None:
    page = read_markdown(f"{PAGE}\n---\nMore.\n".encode(), "d.md")
    assert page.front.problems == ()
    assert page.body.endswith("---\nMore.\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "this page has no fields: a governed page starts with a block between two `---` lines",
        ),
        ("# A decision\n", "this page has no fields: a governed page starts with a block"),
        ("\n" + PAGE, "this page has no fields: a governed page starts with a block"),
        ("---\nid: DEC-0001\n", "the block of fields opened by `---` is never closed"),
        ("---\n---\nText.\n", "there is no field between the two `---` lines"),
        ("---\n\n \n---\nText.\n", "there is no field between the two `---` lines"),
    ],
)
def test_a_page_without_fields_is_one_mistake(text: str, message: str) -> None:
    (found,) = read_markdown(text.encode(), "d.md").front.problems
    assert (found.code, found.place) == ("Y018", Place("d.md", 1, 1))
    assert found.message.startswith(message)


def test_a_mistake_in_the_fields_has_its_line_in_the_file() -> None:
    (found,) = read_markdown(PAGE.replace("A decision", "@you").encode(), "d.md").front.problems
    assert (found.code, found.place) == ("Y001", Place("d.md", 3, 8))


def test_hidden_characters_in_the_text_are_found_and_the_fields_still_read() -> None:
    page = read_markdown(PAGE.replace("Text", "Te\x1bxt").encode(), "d.md")
    (found,) = page.front.problems
    assert (found.code, found.place) == ("Y010", Place("d.md", 7, 3))
    assert page.front.value == {"id": "DEC-0001", "title": "A decision"}


def test_control_characters_in_the_fields_make_them_unreadable_but_only_once() -> None:
    page = read_markdown(PAGE.replace("A decision", "A\x85decision").encode(), "d.md")
    (found,) = page.front.problems
    assert (found.code, found.place) == ("Y010", Place("d.md", 3, 9))
    assert page.front.value is None
