"""`check` as a command: exit status, selection, folders, days, old debts, watching."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from running import DAY, Ran, Run, replace

from labelcharter.registry.schema_files import schema

OBJECTIVE = "policies/objectives/answers.yaml"


@pytest.fixture
def overdue(valid: Path) -> Path:
    """A repository with one warning: a review that is a month late."""
    replace(valid, OBJECTIVE, "review_by: 2027-06-30", "review_by: 2026-06-01")
    return valid


@pytest.fixture
def broken(overdue: Path) -> Path:
    """A repository with that warning and one error besides."""
    replace(overdue, "policies/controls.yaml", "seat.readers", "seat.raeders")
    return overdue


def codes(done: Ran) -> list[str]:
    return [found["code"] for found in json.loads(done.out)]


def check(run: Run, folder: Path, *arguments: str) -> list[str]:
    return codes(run(folder, "check", "--as-of", DAY, "--format", "json", *arguments))


def test_a_repository_without_mistakes_ends_with_zero(run: Run, valid: Path) -> None:
    done = run(valid, "check", "--as-of", DAY)
    assert done == Ran(0, "Checked 48 elements in 30 files: nothing found.\n", "")


def test_a_mistake_ends_with_one(run: Run, broken: Path) -> None:
    done = run(broken, "check", "--as-of", DAY)
    assert done.status == 1
    assert "error[R201]" in done.out
    assert done.out.endswith("Checked 48 elements in 30 files: 1 error, 1 warning.\n")
    assert done.err == ""


@pytest.mark.parametrize(
    ("level", "only_a_warning", "an_error_too"),
    [("error", 0, 1), ("warning", 1, 1), ("note", 1, 1), ("never", 0, 0)],
)
def test_the_level_decides_what_ends_with_one(
    run: Run, broken: Path, level: str, only_a_warning: int, an_error_too: int
) -> None:
    arguments = ("check", "--as-of", DAY, "--fail-on", level)
    assert run(broken, *arguments).status == an_error_too
    assert run(broken, *arguments, "--ignore", "R").status == only_a_warning


@pytest.mark.parametrize("format_", ["full", "concise", "json", "github", "gitlab", "sarif"])
def test_every_format_ends_alike(run: Run, broken: Path, format_: str) -> None:
    done = run(broken, "check", "--as-of", DAY, "--format", format_)
    assert done.status == 1
    assert "R201" in done.out
    assert "D101" in done.out


def test_json_is_what_its_published_schema_says(run: Run, broken: Path, valid: Path) -> None:
    done = run(broken, "check", "--as-of", DAY, "--format", "json")
    published = json.loads(run(valid, "schema", "check").out)
    assert published == schema("output-check")
    jsonschema.Draft202012Validator(published).validate(json.loads(done.out))
    assert len(json.loads(done.out)) == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--select", "R201"), ["R201"]),
        (("--select", "R"), ["R201"]),
        (("--select", "r2,d1"), ["R201", "D101"]),
        (("--select", "R", "--select", "D"), ["R201", "D101"]),
        (("--ignore", "D101"), ["R201"]),
        (("--ignore", "R,D"), []),
        (("--select", "R,D", "--ignore", "R2"), ["D101"]),
        (("--select", "S"), []),
    ],
)
def test_codes_and_families_are_chosen_and_left_out(
    run: Run, broken: Path, arguments: tuple[str, ...], expected: list[str]
) -> None:
    assert check(run, broken, *arguments) == expected


@pytest.mark.parametrize(
    ("code", "next_"),
    [("R291", "did you mean `R201`?"), ("r20l", "did you mean `R201`?"), ("QQQQ", "")],
)
def test_a_code_that_does_not_exist_stops_with_two(
    run: Run, valid: Path, code: str, next_: str
) -> None:
    for option in ("--select", "--ignore"):
        done = run(valid, "check", option, code)
        assert (done.status, done.out) == (2, "")
        assert (
            done.err == f"labelcharter: there is no rule `{code.upper()}`. {next_}".rstrip() + "\n"
        )


def test_only_the_files_and_folders_asked_for_are_shown(run: Run, broken: Path) -> None:
    assert check(run, broken, "policies") == ["R201", "D101"]
    assert check(run, broken, "policies/controls.yaml") == ["R201"]
    assert check(run, broken, OBJECTIVE, "taxonomies") == ["D101"]
    assert check(run, broken, "taxonomies") == []
    assert check(run, broken, ".") == ["R201", "D101"]


def test_a_path_is_meant_from_where_one_stands(run: Run, broken: Path) -> None:
    assert check(run, broken / "policies", "controls.yaml") == ["R201"]
    assert check(run, broken / "policies" / "objectives", ".") == ["D101"]
    assert check(run, broken / "taxonomies", "../policies/controls.yaml") == ["R201"]


def test_from_any_folder_the_whole_repository_is_checked(run: Run, broken: Path) -> None:
    assert check(run, broken / "docs" / "decisions") == ["R201", "D101"]


def test_a_path_that_is_not_there_or_not_inside_stops_with_two(run: Run, valid: Path) -> None:
    done = run(valid, "check", "--as-of", DAY, "policies/nothing.yaml")
    assert done == Ran(2, "", "labelcharter: there is no file or folder policies/nothing.yaml\n")
    done = run(valid, "check", "--as-of", DAY, "..")
    assert done == Ran(2, "", "labelcharter: .. lies outside the repository\n")


def test_without_a_repository_it_stops_with_two_and_says_where_to_go(
    run: Run, tmp_path: Path
) -> None:
    done = run(tmp_path, "check")
    assert (done.status, done.out) == (2, "")
    assert "no labelcharter.yaml in" in done.err
    assert "Go to a governance repository" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "1.7.2026"])
def test_a_day_that_is_none_stops_with_two(run: Run, valid: Path, day: str) -> None:
    done = run(valid, "check", "--as-of", day)
    assert done.status == 2
    assert f"`{day}` is not a date; write it as 2026-11-30" in done.err


def test_without_any_day_dates_are_not_checked_and_that_is_said(run: Run, overdue: Path) -> None:
    done = run(overdue, "check", "--format", "json")
    assert (done.status, codes(done)) == (0, [])
    assert done.err == (
        "Dates were not checked: there is no commit yet. Give a day with --as-of.\n"
    )


def test_the_day_is_that_of_the_last_commit(
    run: Run, overdue: Path, commit_all: Callable[[Path, str], None]
) -> None:
    commit_all(overdue, "2026-07-01T12:00:00Z")
    assert codes(run(overdue, "check", "--format", "json")) == ["D101"]


def test_source_date_epoch_goes_before_the_commit_and_as_of_before_both(
    run: Run,
    overdue: Path,
    commit_all: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit_all(overdue, "2026-07-01T12:00:00Z")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")  # 2026-06-01
    reviews = ("check", "--format", "json", "--select", "D101")
    assert codes(run(overdue, *reviews)) == []
    assert codes(run(overdue, *reviews, "--as-of", "2026-06-02")) == ["D101"]


def test_old_debt_is_a_note_until_its_day_and_counts_again_the_day_after(
    run: Run, overdue: Path
) -> None:
    settings = overdue / "labelcharter.yaml"
    debt = '  - code: D101\n    paths: ["policies/objectives/*"]\n    until: {}\n    reason: Old.\n'
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + debt.format("2026-07-01"), encoding="utf-8")
    done = run(overdue, "check", "--as-of", DAY, "--format", "json", "--fail-on", "warning")
    (found,) = json.loads(done.out)
    assert (done.status, found["severity"]) == (0, "note")
    assert found["message"].endswith("(tolerated until 2026-07-01: Old.)")
    done = run(overdue, "check", "--as-of", "2026-07-02", "--format", "json")
    assert sorted((d["code"], d["severity"], d["path"]) for d in json.loads(done.out)) == [
        ("D101", "warning", OBJECTIVE),
        ("D104", "warning", "labelcharter.yaml"),
    ]


def test_old_debt_covers_its_rule_and_its_files_only(run: Run, broken: Path) -> None:
    settings = broken / "labelcharter.yaml"
    text = settings.read_text(encoding="utf-8")
    debt = '  - code: R201\n    paths: ["policies/objectives/*"]\n    until: 2027-01-01\n'
    settings.write_text(f"{text}{debt}    reason: Old.\n", encoding="utf-8")
    assert run(broken, "check", "--as-of", DAY).status == 1


def watched(folder: Path, changes: Callable[[], None]) -> str:
    """What `check --watch` prints until it has checked a second time; ten seconds at most."""
    process = subprocess.Popen(
        [sys.executable, "-m", "labelcharter", "check", "--watch", "--as-of", DAY],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    limit = threading.Timer(20, process.kill)
    limit.start()
    printed = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            printed.append(line)
            if line.startswith("Watching"):
                changes()
            if sum(text.startswith("Checked") for text in printed) == 2:
                process.send_signal(signal.SIGINT)
                break
        process.communicate(timeout=10)
    finally:
        limit.cancel()
        process.kill()
    assert process.returncode == 130
    return "".join(printed)


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        ("policies/controls.yaml", "seat.readers", "seat.raeders", "R201"),
        ("labelcharter.yaml", "organisation:", "orgnisation:", "S101"),
    ],
)
def test_watching_checks_again_when_a_file_or_the_settings_change(
    valid: Path, path: str, old: str, new: str, code: str
) -> None:
    printed = watched(valid, lambda: replace(valid, path, old, new))
    assert "nothing found" in printed
    assert f"error[{code}]" in printed
    assert "Traceback" not in printed
