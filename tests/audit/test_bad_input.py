"""What must stop `audit run`: one clear error each, file and row named, and no record begun."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from repository import table, write_repository, write_table

from labelcharter.cli.main import main

Run = Callable[..., tuple[int, str, str]]

LINES = table()
HEADER, *ROWS = LINES


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    write_repository(tmp_path)

    def _run(lines: list[str]) -> tuple[int, str, str]:
        write_table(tmp_path / "notes.csv", lines)
        monkeypatch.chdir(tmp_path)
        words = ["audit", "run", "AUD-0001", "--data", "notes.csv", "--as-of", "2026-03-31"]
        monkeypatch.setattr(sys, "argv", ["labelcharter", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        printed = capsys.readouterr()
        code = stop.value.code
        return (code if isinstance(code, int) else 0), printed.out, printed.err

    return _run


def test_the_table_itself_is_audited(run: Run, tmp_path: Path) -> None:
    assert run(LINES)[0] == 0
    assert (tmp_path / "audits/notes/records/REC-0001.json").is_file()


def with_row(number: int, row: str) -> list[str]:
    return [HEADER, *ROWS[:number], row, *ROWS[number:]]


@pytest.mark.parametrize(
    ("lines", "code", "place", "says"),
    [
        (
            [line.rpartition(",")[0] for line in LINES],
            "",
            "notes.csv",
            "has no column `label`",
        ),
        (with_row(8, "i000,north-00,north,toxic"), "T123", "notes.csv:10:21", "`toxic` in column"),
        (with_row(8, "i000,north-00,north,1.0"), "T123", "notes.csv:10:21", "`1.0` in column"),
        (with_row(8, "i000,new-00,Nord,1"), "T123", "notes.csv:10:13", "`Nord` in column"),
        (with_row(8, "i000,north-00,south,1"), "T124", "notes.csv:12:15", "has two groups"),
        (with_row(8, "i000,north-00,north,1,1"), "T108", "notes.csv:10:23", "5 fields"),
        ([HEADER], "T105", "notes.csv", "a header and no rows"),
        ([], "T105", "notes.csv", ""),
        (
            [HEADER, *(row for row in ROWS if ",north," in row)],
            "T132",
            "notes.csv:2:15",
            "column `region` holds one group only, `north`: there is nothing to compare",
        ),
        (
            [
                HEADER,
                *(row.replace(",north,", ",revoked,").replace(",south,", ",,") for row in ROWS),
            ],
            "T132",
            "notes.csv",
            "column `region` holds no group",
        ),
        ([HEADER, *(f"{row[:-1]}2" for row in ROWS)], "", "notes.csv", "no rating is left"),
    ],
)
def test_it_is_one_error_with_its_place_and_nothing_is_written(
    run: Run, tmp_path: Path, lines: list[str], code: str, place: str, says: str
) -> None:
    status, out, err = run(lines)
    assert (status, out) == (2, "")
    assert place in err
    assert says in err
    assert "Traceback" not in err
    assert err.count("error[") == (1 if code else 0)
    if code:
        assert f"error[{code}]" in err
    assert not (tmp_path / "audits/notes/records").exists()
