"""What a person sees: the line, its word underlined, and nothing that moves a cursor."""

import json

import pytest
from repositories import DAY, found_in, loaded, with_file

from labelcharter.checks.report import FORMATS
from labelcharter.checks.run import check
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.printable import as_json, visible, visible_lines

PATH = "policies/feedback/more.yaml"


def full(content: str) -> list[str]:
    repository = loaded(with_file(PATH, content))
    found = check(repository, DAY)
    return FORMATS["full"](found, repository, False).split("\n")


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a: {b: 1, b: 2}", 10),
        ("🐘: {b: 1, b: 2}", 11),
        ("象: {b: 1, b: 2}", 11),
        ("e\u0301: {b: 1, b: 2}", 10),
        ("👩\u200d💻: {b: 1, b: 2}", 19),
    ],
    ids=["plain", "emoji", "wide letter", "accent", "joined emoji"],
)
def test_the_word_is_underlined_where_it_stands_on_the_screen(line: str, cells: int) -> None:
    shown = full(f"{line}\n")
    under = shown[shown.index(f"1 | {visible(line)}") + 1]
    assert under.startswith("  | " + " " * cells + "^ keep one of the two")


def test_a_line_too_long_for_the_screen_is_cut_around_the_word() -> None:
    shown = full("a: {" + "x: 1, " * 1 + '"' + "y" * 300 + '": 1, x: 2}\n')
    line = next(text for text in shown if text.startswith("1 | "))
    assert len(line) <= 164
    assert "x: 2}" in line
    under = shown[shown.index(line) + 1]
    assert line[under.index("^")] == "x"


def test_a_message_never_takes_a_second_line() -> None:
    found = (Diagnostic("S104", "error", Place("a.yaml"), "`a\nb` is no\x1b[2J value", "or\nso"),)
    for name in ("full", "concise"):
        text = FORMATS[name](found, loaded({}), False)
        assert "`a\\u000ab` is no\\u001b[2J value" in text
        assert "or\\u000aso" in text


def test_colours_are_the_tools_own_and_only_where_they_are_wanted() -> None:
    found = (Diagnostic("S104", "error", Place("a.yaml"), "no"),)
    assert "\x1b[" in FORMATS["concise"](found, loaded({}), True)
    assert "\x1b[" not in FORMATS["concise"](found, loaded({}), False)


@pytest.mark.parametrize("hidden", ["\x1b", "\x9b", "\u202e", "\u200b", "\U000e0041"])
def test_json_escapes_what_is_invisible_and_reads_back_the_same(hidden: str) -> None:
    value = {"title": f"é 🐘 {hidden}"}
    text = as_json(value)
    assert hidden not in text
    assert "é 🐘" in text
    assert json.loads(text) == value


def test_text_over_lines_keeps_its_lines_and_nothing_else() -> None:
    assert visible_lines("a\nb\r\x1bc") == "a\nb\\u000d\\u001bc"


def test_an_escape_in_yaml_is_refused_and_its_message_is_harmless() -> None:
    (found,) = found_in(with_file(PATH, 'feedback: []\nnote: "x\\e[31m"\n'))
    assert (found.code, str(found.place)) == ("Y010", f"{PATH}:2:7")
    assert found.message == "an escape in this text stands for a control character (U+001B)"


def test_the_log_of_a_step_lists_what_the_annotations_leave_out() -> None:
    found = tuple(
        Diagnostic("R201", "error", Place("a.yaml", n), f"`x{n}` ##[error]no\n::error::no")
        for n in range(1, 15)
    )
    lines = FORMATS["github"](found, loaded({}), False).split("\n")
    assert all(line.startswith("::error title=labelcharter") for line in lines[:10])
    assert [line.split(" ")[0] for line in lines[10:]] == [f"a.yaml:{n}:1:" for n in range(10, 15)]
    assert lines[10] == "a.yaml:10:1: error[R201] `x10` ## [error]no\\u000a::error::no"


def test_a_fingerprint_does_not_change_with_the_passing_of_days() -> None:
    def prints(days: str) -> list[str]:
        found = [Diagnostic("D101", "warning", Place("a.yaml"), f"it passed {days} ago")] * 2
        issues = json.loads(FORMATS["gitlab"](found, loaded({}), False))
        (run,) = json.loads(FORMATS["sarif"](found, loaded({}), False))["runs"]
        both: list[str] = [issue["fingerprint"] for issue in issues]
        assert both == [r["partialFingerprints"]["labelcharter/v1"] for r in run["results"]]
        return both

    assert prints("1 day") == prints("2,345 days")
    assert len(set(prints("1 day"))) == 2
