"""`labelcharter attack`: exit 0 when nothing is recovered, 1 when it is, 2 when it cannot tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from published_records import record
from repository import AUDIT, table, write_repository, write_table

from labelcharter.cli.common import CannotWork
from labelcharter.cli.main import cli
from labelcharter.registry.schema_files import schema

TOTAL = (100, 1000, 400)
SHOWN = {"a": (50, 500, 220), "b": (30, 300, 100)}
SAFE = record(TOTAL, {"group": {**SHOWN, "c": None, "d": None}})
LEAKING = record(TOTAL, {"group": {**SHOWN, "c": None}})


@pytest.fixture(autouse=True)
def _no_repository_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of a repository around the present folder would be attacked together with ours."""
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["attack", *arguments])


def written(path: Path, content: Any) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


def test_a_record_that_gives_nothing_away_ends_in_0(tmp_path: Path) -> None:
    done = run(written(tmp_path / "safe.json", SAFE))
    assert done.exit_code == 0
    assert done.stdout == "REC-0001: 8 hidden counts, none recovered\n"


def test_a_record_that_gives_something_away_ends_in_1_and_says_what_but_no_value(
    tmp_path: Path,
) -> None:
    done = run(written(tmp_path / "leaking.json", LEAKING))
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == (
        "REC-0001: annotators of group c, exactly: it is a sum and difference of shown figures"
    )
    assert done.stdout.splitlines()[-1] == "REC-0001: 4 hidden counts, 4 recovered"
    assert "20" not in done.stdout


def test_the_json_is_as_its_published_schema_says(tmp_path: Path) -> None:
    for name, content, status in (("safe", SAFE, 0), ("leaking", LEAKING, 1)):
        done = run(written(tmp_path / f"{name}.json", content), "--format", "json")
        assert done.exit_code == status
        found = json.loads(done.stdout)
        validator = Draft202012Validator(schema("output-attack"))
        assert [e.message for e in validator.iter_errors(found)] == []
        assert len(found["recovered"]) == 4 * status
        assert found["records"] == ["REC-0001"]


def test_two_records_are_attacked_together(tmp_path: Path) -> None:
    shows = record(TOTAL, {"group": {"c": (8, 80, 30)}}, identifier="REC-0002")
    paths = [written(tmp_path / "1.json", SAFE), written(tmp_path / "2.json", shows)]
    assert [run(path).exit_code for path in paths] == [0, 0]
    assert run(*paths).exit_code == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[]", "is not a record"),
        ("{", "cannot be read as JSON"),
        ('{"result": {}}', "not as its schema says"),
        (json.dumps(record((10, 100, 40), {"g": {**SHOWN, "c": None}})), "contradict one another"),
    ],
)
def test_what_is_not_a_record_cannot_be_attacked(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content, "utf-8")
    done = run(str(path))
    assert isinstance(done.exception, CannotWork)
    assert why in str(done.exception)


def test_a_path_that_does_not_exist_is_said_to_be_missing(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.json"))
    assert isinstance(done.exception, CannotWork)
    assert "there is no file or folder" in str(done.exception)
    done = run(str(tmp_path))
    assert "not a built site" in str(done.exception)


def released(root: Path, monkeypatch: pytest.MonkeyPatch, *days: tuple[str, list[str]]) -> Path:
    """A repository with one record for each day and table."""
    write_repository(root)
    monkeypatch.chdir(root)
    for number, (day, lines) in enumerate(days, 1):
        data = write_table(root / f"{number}.csv", lines)
        arguments = ["audit", "run", "AUD-0001", "--data", str(data), "--as-of", day]
        done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    return root / "audits/notes/records"


def more_lines(people: int) -> list[str]:
    """The repository's table, and some people from the north more."""
    extra = [
        f"i{item:03d},north-new-{person},north,{(item + person) % 2}"
        for person in range(people)
        for item in range(4)
    ]
    return [*table(), *extra]


def hidden(path: Path) -> list[str]:
    groups = json.loads(path.read_text())["result"]["groups"]
    return [group["value"] for group in groups if group["ratings"] is None]


def test_audit_run_looks_at_earlier_records_and_attack_takes_them_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [("2026-03-31", table()), ("2026-06-30", more_lines(3))]
    records = released(tmp_path, monkeypatch, *days)
    assert hidden(records / "REC-0001.json") == []
    assert "north" in hidden(records / "REC-0002.json")
    done = run("REC-0002", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["records"] == ["REC-0002", "REC-0001"]
    again = ["audit", "run", "AUD-0001", "--data", str(tmp_path / "2.csv"), "--verify", "REC-0002"]
    assert CliRunner().invoke(cli, again).exit_code == 0


def test_a_release_with_ten_more_people_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [("2026-03-31", table()), ("2026-06-30", more_lines(12))]
    records = released(tmp_path, monkeypatch, *days)
    assert hidden(records / "REC-0002.json") == []
    assert run("REC-0002").exit_code == 0


def test_an_id_that_is_no_record_is_said_to_be_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_repository(tmp_path))
    assert "is of the kind audit, not a record" in str(run("AUD-0001").exception)
    assert "there is no element `REC-0009`" in str(run("REC-0009").exception)


def test_ll144_needs_a_legal_and_a_privacy_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "profile: default" in AUDIT
    monkeypatch.chdir(write_repository(tmp_path, audit=("profile: default", "profile: ll144")))
    data = write_table(tmp_path / "t.csv", table())
    arguments = ["audit", "run", "AUD-0001", "--data", str(data), "--as-of", "2026-03-31"]
    done = CliRunner().invoke(cli, arguments)
    assert "profile ll144 needs a legal and a privacy decision" in str(done.exception)
