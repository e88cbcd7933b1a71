"""The six formats of one list: the same words for a person, a pull request and a program."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from repositories import AWFUL, DAY
from sarif_pydantic import Sarif

from labelcharter.checks.report import FORMATS
from labelcharter.checks.run import check
from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.registry.load import Repository, load_repository
from labelcharter.registry.schema_files import schema


@cache
def awful() -> tuple[Repository, tuple[Diagnostic, ...]]:
    repository = load_repository(AWFUL)
    return repository, check(repository, DAY)


def printed(format_: str, found: tuple[Diagnostic, ...] | None = None) -> str:
    repository, everything = awful()
    return FORMATS[format_](everything if found is None else found, repository, False)


def many(severity: str, number: int) -> tuple[Diagnostic, ...]:
    one = next(d for d in awful()[1] if d.severity == severity)
    return tuple(replace(one, place=Place(one.place.path, n)) for n in range(1, number + 1))


def test_a_person_sees_the_line_as_written_the_word_underlined_and_where_the_nearest_one_is() -> (
    None
):
    found = tuple(d for d in awful()[1] if d.message == "`term.replyy` does not exist")
    assert printed("full", found).splitlines()[:8] == [
        "error[R201]: `term.replyy` does not exist",
        "  --> policies/glossary.yaml:94:18",
        "   |",
        "94 |     replaced_by: term.replyy",
        "   |                  ^^^^^^^^^^^ did you mean `term.reply` (policies/glossary.yaml:10)?",
        "   = policies/glossary.yaml:10:9: `term.reply` is defined here",
        "   = more: labelcharter explain R201",
        "",
    ]


def test_the_concise_form_is_a_line_each_and_a_count() -> None:
    lines = printed("concise").splitlines()
    assert len(lines) == len(awful()[1]) + 1
    assert re.fullmatch(r"Checked \d+ elements in \d+ files: 104 errors, 12 warnings\.", lines[-1])


def test_the_json_is_the_bare_list_that_its_schema_describes() -> None:
    value = json.loads(printed("json"))
    jsonschema.Draft202012Validator(schema("output-check")).validate(value)
    assert [(d["code"], d["path"], d["line"], d["column"]) for d in value] == [
        (d.code, d.place.path, d.place.line, d.place.column) for d in awful()[1]
    ]


def test_github_shows_ten_of_a_level_and_says_how_many_more_there_are() -> None:
    lines = printed("github").splitlines()
    errors = [line for line in lines if line.startswith("::error ")]
    warnings = [line for line in lines if line.startswith("::warning ")]
    assert (len(errors), len(warnings)) == (10, 10)
    assert "95 more errors are not shown here" in errors[-1]
    assert "3 more warnings are not shown here" in warnings[-1]


def test_github_shows_ten_mistakes_whole_when_there_are_ten() -> None:
    assert len(printed("github", many("error", 10)).splitlines()) == 10
    assert "more errors" not in printed("github", many("error", 10))


@given(st.integers(0, 40), st.integers(0, 40))
def test_github_never_gets_more_than_it_shows(errors: int, warnings: int) -> None:
    lines = printed("github", many("error", errors) + many("warning", warnings)).splitlines()
    for level, number in (("error", errors), ("warning", warnings)):
        shown = [line for line in lines if line.startswith(f"::{level} ")]
        assert len(shown) == min(10, number)


def test_text_of_the_repository_cannot_end_an_annotation_or_begin_another() -> None:
    hostile = Diagnostic(
        "R201", "error", Place("a,b:c.yaml", 3, 4), "100 %\n::error::no", "help", (), 2
    )
    (line,) = printed("github", (hostile,)).splitlines()
    assert line.startswith(
        "::error title=labelcharter (R201),file=a%2Cb%3Ac.yaml,line=3,col=4,endLine=3,endColumn=6::"
    )
    assert line.endswith("100 %25%0A::error::no%0Ahelp")


def test_text_of_the_repository_cannot_move_the_cursor_of_a_terminal() -> None:
    hostile = Diagnostic("R201", "error", Place("a.yaml"), "\x1b[2J gone", "\x1b[31m")
    for format_ in ("full", "concise"):
        assert "\x1b" not in printed(format_, (hostile,))
        assert "\\u001b[2J gone" in printed(format_, (hostile,))


def test_gitlab_fingerprints_are_distinct_and_do_not_move_with_the_lines() -> None:
    issues = json.loads(printed("gitlab"))
    assert len({issue["fingerprint"] for issue in issues}) == len(awful()[1])
    moved = tuple(
        replace(d, place=Place(d.place.path, d.place.line + 7, d.place.column)) for d in awful()[1]
    )
    again = json.loads(printed("gitlab", moved))
    assert [i["fingerprint"] for i in again] == [i["fingerprint"] for i in issues]
    assert {i["severity"] for i in issues} == {"major", "minor"}


def test_the_sarif_is_valid_and_holds_every_diagnostic_with_its_place() -> None:
    text = printed("sarif")
    Sarif.model_validate_json(text)
    (run,) = json.loads(text)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(awful()[1])
    for result, diagnostic in zip(run["results"], awful()[1], strict=True):
        # What validators are known to accept though it is wrong: a rule index that points at
        # another rule, a result without a place, a line 0.
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == diagnostic.code
        (location,) = result["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] == diagnostic.place.line >= 1
        assert region["startColumn"] == diagnostic.place.column >= 1
        assert region["endColumn"] > region["startColumn"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]


def test_sarif_results_carry_their_related_places() -> None:
    related = Related(Place("b.yaml", 2, 3), "defined here")
    found = (Diagnostic("R201", "error", Place("a.yaml"), "gone", "", (related,)),)
    (result,) = json.loads(printed("sarif", found))["runs"][0]["results"]
    (place,) = result["relatedLocations"]
    assert place["message"]["text"] == "defined here"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "b.yaml"
