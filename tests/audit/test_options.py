"""Checks and their options in an audit file: known names, known forms, refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from repository import write_repository

from labelcharter.audit.questions.catalogue import BY_NAME, CHECKS
from labelcharter.audit.questions.option_kinds import option_faults
from labelcharter.audit.records.definition import Definition, DefinitionFault, definition_of
from labelcharter.registry.load import load_repository
from labelcharter.registry.schema_files import schema


def defined(root: Path, added: str) -> Definition:
    graph = load_repository(
        write_repository(root, audit=("status: active", f"{added}\nstatus: active"))
    ).graph
    return definition_of(graph.elements["AUD-0001"], graph)


def test_the_schema_of_audits_names_every_check_and_no_other() -> None:
    named = schema("audit")["properties"]["checks"]["items"]["properties"]["check"]["enum"]
    assert sorted(named) == sorted(check.name for check in CHECKS)


def test_a_check_that_is_named_is_asked_with_its_options_and_nothing_else(tmp_path: Path) -> None:
    found = defined(tmp_path, "checks: [{check: conflict, family: one, options: {margin: 0.1}}]")
    (request,) = found.questions.checks or ()
    assert (request.check, request.family, dict(request.options)) == (
        "conflict",
        "one",
        {"margin": 0.1},
    )


def test_no_word_about_checks_asks_the_usual_ones_and_an_empty_list_none(tmp_path: Path) -> None:
    assert defined(tmp_path / "a", "note: none").questions.checks is None
    assert defined(tmp_path / "b", "checks: []").questions.checks == ()


@pytest.mark.parametrize(
    ("check", "says"),
    [
        ("{check: conflct}", "there is no check `conflct`. did you mean `conflict`?"),
        (
            "{check: conflict, options: {margn: 0.1}}",
            "the check `conflict`: there is no option `margn`; did you mean `margin`?",
        ),
        (
            "{check: conflict, options: {margin: wide}}",
            "the option `margin` is a number from 0 to 1, not `wide`",
        ),
        ("{check: states, options: {any: 1}}", "there is no option `any`; it takes none"),
    ],
)
def test_what_a_check_does_not_take_stops_the_run(tmp_path: Path, check: str, says: str) -> None:
    with pytest.raises(DefinitionFault) as fault:
        defined(tmp_path, f"checks: [{check}]")
    assert says in str(fault.value)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("share", [0, 0.5, 1], [-0.1, 1.1, True, "0.5", None]),
        ("number", [-3, 2.5], [True, "2"]),
        ("whole", [1, 2000], [0, 1.5, True, "1"]),
        ("word", ["gold"], ["", 1, None]),
        ("words", [["a"], ["a", "b"]], [[], "a", [1], ["a", ""]]),
        ("range", [[0.8, 1.25], [1, 1]], [[1.25, 0.8], [1], [1, 2, 3], ["a", "b"], 1]),
        ("truth", [True, False], [1, "yes", None]),
        ("table", [{"a": 1}], [{}, [1]]),
        ("list", [[1], [{"majority_of": "US"}]], [[], {}, "a"]),
    ],
)
def test_each_form_takes_what_it_is_for(kind: Any, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert list(option_faults({"o": value}, {"o": kind})) == []
    for value in bad:
        assert len(list(option_faults({"o": value}, {"o": kind}))) == 1


def test_every_option_of_a_check_is_told_in_its_own_words() -> None:
    import sys

    for check in CHECKS:
        told = sys.modules[check.ask.__module__].__doc__ or ""
        assert [name for name in check.options if f"`{name}`" not in told] == []
    assert len(BY_NAME) == len(CHECKS)
