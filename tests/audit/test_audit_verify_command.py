"""`labelcharter audit verify`: a record is computed again with the definition it was made with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from repository import table, write_repository, write_table

from labelcharter.cli.main import main
from labelcharter.registry.schema_files import schema

Run = Callable[..., tuple[int, str, str]]

RECORD = "audits/notes/records/REC-0001.json"


def git(root: Path, *words: str) -> None:
    names = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *names, *words], check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "audit: as it stands")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def _run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["labelcharter", "audit", *arguments])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return (code if isinstance(code, int) else 0), printed.out, printed.err

    return _run


@pytest.fixture
def root(tmp_path: Path, run: Run) -> Path:
    """A committed repository with one record of its audit."""
    write_table(tmp_path / "notes.csv", table())
    write_repository(tmp_path)
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    assert run("run", "AUD-0001", "--data", "notes.csv")[0] == 0
    commit(tmp_path)
    return tmp_path


def test_a_record_holds_and_says_how_many_figures_agree(root: Path, run: Run) -> None:
    status, out, err = run("verify", "REC-0001", "--data", "notes.csv")
    assert (status, err) == (0, "")
    assert out.startswith("REC-0001 holds: all ")


def test_it_still_holds_after_the_definition_and_a_gate_have_changed(root: Path, run: Run) -> None:
    write_repository(
        root,
        audit=("profile: default", "profile: default\nnote: changed since"),
        gates=("threshold: 0.1\n", "threshold: 0.9\n"),
    )
    assert run("verify", "REC-0001", "--data", "notes.csv")[0] == 0
    commit(root)
    assert run("verify", "REC-0001", "--data", "notes.csv")[0] == 0


def test_a_definition_that_no_commit_knows_is_no_basis_to_verify_on(root: Path, run: Run) -> None:
    record = json.loads((root / RECORD).read_text())
    record["manifest"]["definition_sha256"] = "ab" * 32
    (root / RECORD).write_text(json.dumps(record))
    status, out, err = run("verify", "REC-0001", "--data", "notes.csv")
    assert (status, out) == (2, "")
    assert "the definition of AUD-0001 that this record was computed with" in err


def test_an_altered_figure_and_another_table_do_not_hold(root: Path, run: Run) -> None:
    content = (root / RECORD).read_text()
    record = json.loads(content)
    record["result"]["overall"]["alpha"]["value"] += 0.001
    (root / RECORD).write_text(json.dumps(record))
    status, out, err = run("verify", "REC-0001", "--data", "notes.csv")
    assert status == 1
    assert out.startswith("result.overall.alpha.value: ")
    assert "REC-0001 does not hold: 1 differences" in err
    (root / RECORD).write_text(content)
    write_table(root / "other.csv", table(north=0.6))
    status, out, _ = run("verify", "REC-0001", "--data", "other.csv")
    assert status == 1
    assert "manifest.data_sha256: " in out


def test_another_version_of_the_program_may_word_it_otherwise(root: Path, run: Run) -> None:
    record = json.loads((root / RECORD).read_text())
    record["manifest"]["tool_version"] = "0.0.1"
    record["gates"][0]["why"] = "as it was said then"
    (root / RECORD).write_text(json.dumps(record))
    status, out, err = run("verify", "REC-0001", "--data", "notes.csv")
    assert status == 0
    assert "REC-0001 holds" in out
    assert "was written by version 0.0.1" in err
    status, out, _ = run("verify", "REC-0001", "--data", "notes.csv", "--format", "json")
    told = json.loads(out)
    Draft202012Validator(schema("output-audit-verify")).validate(told)
    assert told["holds"] is True
    assert [d["kind"] for d in told["differences"]] == ["words", "words"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("AUD-0001", "--data", "notes.csv"), "AUD-0001 is no record"),
        (("REC-0009", "--data", "notes.csv"), "there is no element `REC-0009`"),
        (("REC-0001",), "say with --data where the table is. How to obtain it: Run the tests."),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_status_two(
    root: Path, run: Run, arguments: tuple[str, ...], says: str
) -> None:
    status, _, err = run("verify", *arguments)
    assert status == 2
    assert says in err
