"""`labelcharter audit run`: a record is written, numbered, verified, or refused with a reason."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from repository import table, without_single_ratings, write_repository, write_table

from labelcharter.cli.main import main

Run = Callable[..., tuple[int, str, str]]

# what Ibis calls of DuckDB is named otherwise from DuckDB 2 on
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

DAY = ("--as-of", "2026-03-31")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_table(tmp_path / "notes.csv", table())
    return write_repository(tmp_path)


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def _run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["labelcharter", "audit", "run", *arguments])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return (code if isinstance(code, int) else 0), printed.out, printed.err

    return _run


def test_a_record_is_written_under_the_next_number_in_the_folder_of_its_audit(
    run: Run, root: Path
) -> None:
    for number in ("REC-0001", "REC-0002"):
        status, out, _ = run("AUD-0001", "--data", "notes.csv", *DAY)
        assert status == 0
        assert f"{number} written to" in out
        record = json.loads((root / f"audits/notes/records/{number}.json").read_text())
        assert record["id"] == number
        assert record["computed_for"] == "2026-03-31"
    assert [p.name for p in sorted((root / "audits/notes/records").iterdir())] == [
        "REC-0001.json",
        "REC-0002.json",
    ]


def test_the_same_input_gives_the_same_bytes(run: Run, root: Path) -> None:
    for name in ("one", "two"):
        run("AUD-0001", "--data", "notes.csv", "--out", f"{name}/REC-0001.json", *DAY)
    assert (root / "one/REC-0001.json").read_bytes() == (root / "two/REC-0001.json").read_bytes()


def test_json_on_standard_output_is_the_record(run: Run, root: Path) -> None:
    status, out, _ = run("AUD-0001", "--data", "notes.csv", "--format", "json", *DAY)
    assert status == 0
    assert json.loads(out) == json.loads((root / "audits/notes/records/REC-0001.json").read_text())


def test_a_record_that_holds_is_said_to_hold(run: Run) -> None:
    run("AUD-0001", "--data", "notes.csv", *DAY)
    status, out, _ = run("AUD-0001", "--data", "notes.csv", "--verify", "REC-0001")
    assert status == 0
    assert out.startswith("REC-0001 holds: all ")


def test_a_record_with_an_altered_figure_does_not_hold(run: Run, root: Path) -> None:
    run("AUD-0001", "--data", "notes.csv", *DAY)
    path = root / "audits/notes/records/REC-0001.json"
    record = json.loads(path.read_text())
    record["result"]["overall"]["alpha"]["value"] += 0.001
    path.write_text(json.dumps(record))
    status, out, err = run("AUD-0001", "--data", "notes.csv", "--verify", "REC-0001")
    assert status == 1
    assert out.startswith("result.overall.alpha.value: ")
    assert "REC-0001 does not hold: 1 differences" in err


def test_a_limit_moved_after_the_record_is_noticed(run: Run, root: Path) -> None:
    run("AUD-0001", "--data", "notes.csv", *DAY)
    write_repository(root, gates=("threshold: 0.1\n", "threshold: 0.9\n"))
    status, out, _ = run("AUD-0001", "--data", "notes.csv", "--verify", "REC-0001")
    assert status == 1
    assert "gates[0].verdict" in out


def test_another_table_than_the_defined_one_is_refused_with_both_hashes(
    run: Run, root: Path
) -> None:
    write_repository(root, audit=("synthetic: true", f"synthetic: true\n  sha256: {'ab' * 32}"))
    status, out, err = run("AUD-0001", "--data", "notes.csv", *DAY)
    assert (status, out) == (2, "")
    assert f"sha256 in the definition: {'ab' * 32}" in err
    assert "sha256 of the file:" in err
    assert not (root / "audits/notes/records").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("AUD-0001",), "say with --data where the table is. How to obtain it: Run the tests."),
        (("AUD-0009", "--data", "notes.csv"), "there is no element `AUD-0009`"),
        (("gate.floor", "--data", "notes.csv"), "gate.floor is no audit (it is of the kind gate)"),
        (("AUD-0001", "--data", "none.csv", *DAY), "the file cannot be opened"),
        (("AUD-0001", "--data", "notes.csv"), "there is no commit yet to take the day from"),
        (
            ("AUD-0001", "--data", "notes.csv", "--verify", "AUD-0001"),
            "AUD-0001 is not a record of AUD-0001",
        ),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_exit_status_two(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    status, _, err = run(*arguments)
    assert status == 2
    assert says in err


def test_an_internal_record_is_never_put_among_the_committed_ones(run: Run, root: Path) -> None:
    write_repository(root, audit=("profile: default", "profile: internal"))
    status, _, err = run("AUD-0001", "--data", "notes.csv", *DAY)
    assert status == 2
    assert "an internal record is never committed" in err
    assert run("AUD-0001", "--data", "notes.csv", "--out", "mine.json", *DAY)[0] == 0


def test_a_column_that_the_definition_binds_and_the_table_lacks_is_named(
    run: Run, root: Path
) -> None:
    write_repository(root, audit=("annotator: annotator\n", "annotator: anotator\n"))
    status, _, err = run("AUD-0001", "--data", "notes.csv", *DAY)
    assert status == 2
    assert "no column `anotator`. did you mean `annotator`?" in err


def test_a_write_that_fails_leaves_no_half_a_record(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status, _, err = run("AUD-0001", "--data", "notes.csv", *DAY)
    assert status == 2
    assert "No space left on device" in err
    assert list((root / "audits/notes/records").iterdir()) == []


OBTAIN = "  obtain: Run the tests.\n"
WAREHOUSE = "{backend: postgres, table: ratings}"
CONNECTED = (OBTAIN, f"{OBTAIN}  connections:\n    warehouse: {WAREHOUSE}\n")


def test_without_the_single_ratings_a_record_is_the_same_by_either_engine(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_single_ratings(monkeypatch)
    for engine in ("pandas", "duckdb"):
        out = f"{engine}/REC-0001.json"
        assert (
            run("AUD-0001", "--data", "notes.csv", "--engine", engine, "--out", out, *DAY)[0] == 0
        )
    assert (root / "pandas/REC-0001.json").read_bytes() == (
        root / "duckdb/REC-0001.json"
    ).read_bytes()


def test_a_record_written_by_one_engine_is_verified_by_the_other(run: Run) -> None:
    run("AUD-0001", "--data", "notes.csv", *DAY)
    status, out, _ = run(
        "AUD-0001", "--data", "notes.csv", "--verify", "REC-0001", "--engine", "duckdb"
    )
    assert (status, out[:15]) == (0, "REC-0001 holds:")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--engine", "lake"), "AUD-0001 has no connection `lake`."),
        (("--engine", "warehose"), "did you mean `warehouse`?"),
        (("--engine", "warehouse", "--data", "notes.csv"), "give one of the two"),
        (("--engine", "duckdb"), "say with --data where the table is"),
    ],
)
def test_an_engine_is_a_file_engine_or_a_connection_of_the_audit(
    run: Run, root: Path, arguments: tuple[str, ...], says: str
) -> None:
    write_repository(root, audit=CONNECTED)
    status, _, err = run("AUD-0001", *arguments, *DAY)
    assert status == 2
    assert says in err


def test_an_audit_with_a_connection_has_no_mistake_and_a_password_in_it_is_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def codes() -> list[str]:
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["labelcharter", "check", "--format", "json"])
        with pytest.raises(SystemExit):
            main()
        found = json.loads(capsys.readouterr().out)
        return [d["message"] for d in found if d["path"].endswith("audit.yaml")]

    write_repository(root)
    before = codes()
    write_repository(root, audit=CONNECTED)
    assert codes() == before
    told = "{backend: postgres, url: 'postgres://me:pass@db/x', table: ratings}"
    write_repository(root, audit=(OBTAIN, CONNECTED[1].replace(WAREHOUSE, told)))
    assert len(codes()) > len(before)
