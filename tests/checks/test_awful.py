"""One awful repository, and everything that is wrong with it.

`awful/` holds more than a hundred mistakes; `awful.expected.txt` lists each with its place. The
list was written with the mistakes, not taken from the tool; `make bless` renews it, and the diff
of the list is then what changed for the person who made the mistake.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from repositories import AWFUL, DAY, HERE, summary, valid_files, with_file

from labelcharter.checks.registry import all_rules
from labelcharter.checks.run import check
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.load import load_repository, load_sources

EXPECTED = HERE / "awful.expected.txt"
# What a file in git cannot hold well is made by the tests below, or by those of the tables; K201
# and K202, and the rules on the past, need a history, which the tests of history make.
SHOWN_BESIDE = {"F104", "F105", "H101", "H102", "H103", "H104", "K201", "K202", "Y008", "Y009"}


@cache
def found() -> tuple[Diagnostic, ...]:
    return check(load_repository(AWFUL), DAY)


def test_every_planted_mistake_is_found_at_its_place_and_nothing_else_is() -> None:
    if os.environ.get("LABELCHARTER_BLESS"):
        lines = sorted(summary(found()), key=lambda line: [*line.split(" ")[1:], line])
        EXPECTED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    expected = Counter(EXPECTED.read_text(encoding="utf-8").splitlines())
    assert Counter(summary(found())) == expected
    assert sum(expected.values()) >= 100


def test_each_mistake_gives_exactly_one_diagnostic() -> None:
    places = Counter(d.place for d in found())
    assert [place for place, times in places.items() if times > 1] == []


def test_the_mistakes_cover_every_rule_about_the_repository() -> None:
    rules = {code for code in all_rules() if not code.startswith("T1")}
    assert rules - {d.code for d in found()} == SHOWN_BESIDE


def test_every_diagnostic_says_what_next_in_one_line_without_the_schema() -> None:
    for diagnostic in found():
        assert diagnostic.help
        assert "\n" not in diagnostic.message + diagnostic.help
        assert len(diagnostic.message) < 200
        assert "$defs" not in diagnostic.message + diagnostic.help


def test_the_valid_twin_of_the_awful_repository_has_nothing_wrong() -> None:
    assert check(load_sources(valid_files()), DAY) == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"note: " + b"x" * (1 << 20), "Y008"),
        ("note: K\xf6ln".encode("latin-1"), "Y009"),
        ("note: text".encode("utf-16"), "Y009"),
        (b"note: a\x00b", "Y010"),
        (b"note: " + b"[" * 30_000, "Y007"),
    ],
    ids=["too large", "Latin-1", "UTF-16", "NUL", "30,000 brackets"],
)
def test_a_file_that_cannot_be_text_is_one_mistake_with_a_place(content: bytes, code: str) -> None:
    diagnostics = check(load_sources(with_file("policies/scenarios/bad.yaml", content)), DAY)
    assert [(d.code, d.place.path) for d in diagnostics] == [(code, "policies/scenarios/bad.yaml")]


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake_and_move_no_column() -> None:
    text = "﻿scenarios:\r\n  - id: SCN-9\r\n"
    (diagnostic,) = (
        d
        for d in check(load_sources(with_file("policies/scenarios/b.yaml", text)), DAY)
        if d.code == "I101"
    )
    assert str(diagnostic.place) == "policies/scenarios/b.yaml:2:9"


def test_what_is_no_ordinary_file_is_named_and_not_waited_for(tmp_path: Path) -> None:
    repository = Path(shutil.copytree(HERE / "valid", tmp_path / "repository"))
    os.mkfifo(repository / "policies/scenarios/pipe.yaml")
    assert summary(check(load_repository(repository), DAY)) == [
        "F104 policies/scenarios/pipe.yaml:1:1"
    ]


def test_a_name_that_cannot_be_shown_is_shown_escaped(tmp_path: Path) -> None:
    repository = Path(shutil.copytree(HERE / "valid", tmp_path / "repository"))
    (repository / "policies/scenarios/fo\u200bg.yaml").write_text("scenarios: []\n")
    assert summary(check(load_repository(repository), DAY)) == [
        "F105 policies/scenarios/fo\\u200bg.yaml:1:1"
    ]
