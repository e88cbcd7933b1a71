"""`labelcharter audit table` as a person or a program meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from repository import table, without_single_ratings, write_table

from labelcharter.cli.main import main
from labelcharter.registry.schema_files import schema

Run = Callable[..., tuple[int, str, str]]

COLUMNS = ("--item", "item", "--annotator", "annotator", "--label", "label")
GROUPED = (*COLUMNS, "--annotator-group", "region", "--state", "2")


# what Ibis calls of DuckDB is named otherwise from DuckDB 2 on
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def _run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["labelcharter", "audit", "table", *arguments])
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
def file(tmp_path: Path) -> str:
    return str(write_table(tmp_path / "notes.csv", table()))


def test_json_has_every_key_of_the_contract_and_says_so_in_its_schema(run: Run, file: str) -> None:
    status, out, err = run(
        file, *GROUPED, "--favourable", "0", "--reference", "region=north", "--format", "json"
    )
    assert (status, err) == (0, "")
    result = json.loads(out)
    assert [e["rows"] for e in result["excluded"]] == [33]
    assert len(result["ratios"]) == 1
    common = Resource.from_contents(schema("common"))
    registry = Registry().with_resource("common.schema.json", common)
    validator = Draft202012Validator(schema("output-audit-table"), registry=registry)
    assert [e.message for e in validator.iter_errors(result)] == []


def test_text_names_groups_differences_and_what_it_comes_to(run: Run, file: str) -> None:
    status, out, _ = run(file, *GROUPED, "--favourable", "0")
    assert status == 0
    for words in (
        "Audit of notes.csv: 640 rows",
        "left out 33: state `2` is not a label",
        "Agreement",
        "north less south",
        "Differences in how often `1` is given, margin .050",
        "What it comes to",
        "two-way (items x annotators) delete-one jackknife",
    ):
        assert words in out
    assert "\x1b[" not in out


def test_the_public_profile_is_a_choice_and_hides_small_groups(run: Run, tmp_path: Path) -> None:
    file = str(write_table(tmp_path / "few.csv", table(people=9)))
    internal = json.loads(run(file, *GROUPED, "--format", "json")[1])
    public = json.loads(run(file, *GROUPED, "--format", "json", "--profile", "default")[1])
    assert internal["groups"][0]["annotators"] == 9
    assert public["groups"][0]["annotators"] is None
    assert public["method"]["profile"] == "default"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--annotator-group", "regoin"), "no column `regoin`. did you mean `region`?"),
        (("--gold", "truth"), "no column `truth`. It has item, annotator, region, label."),
        (("--gold", "label"), "column `label` is given as --label and as --gold"),
        (("--favourable", "00"), "the table has no label `00`. did you mean `0`?"),
        (("--ties", "maybe"), "--ties: the table has no label `maybe`. Labels: 0, 1, 2."),
        (("--reference", "region"), "--reference: write COL=VALUE, not `region`"),
        (
            ("--annotator-group", "region", "--reference", "reigon=north"),
            "--reference: `reigon` is not one of the groups. did you mean `region`?",
        ),
        (
            ("--annotator-group", "region", "--reference", "region=nort"),
            "no group `nort` in `region`. did you mean `north`?",
        ),
    ],
)
def test_a_slip_in_the_options_is_a_sentence_and_exit_status_two(
    run: Run, file: str, more: tuple[str, ...], says: str
) -> None:
    status, out, err = run(file, *COLUMNS, *more)
    assert (status, out) == (2, "")
    assert says in err


def test_a_state_that_does_not_occur_and_ratios_without_a_favourable_label_are_remarks(
    run: Run, file: str
) -> None:
    status, _, err = run(file, *GROUPED, "--state", "unsure", "--reference", "region=north")
    assert status == 0
    assert "The state `unsure` does not occur in the table." in err
    assert "Ratios need --favourable; none was computed." in err


def test_a_table_that_cannot_be_audited_shows_every_place_and_exits_with_two(
    run: Run, tmp_path: Path
) -> None:
    lines = [*table(), "i000,north-00,north,1,extra", "i001"]
    file = str(write_table(tmp_path / "bad.csv", lines))
    status, out, err = run(file, *GROUPED)
    assert (status, out) == (2, "")
    assert "error[T108]: this row has 5 fields, the header names 4" in err
    assert f"--> {file}:642:23" in err
    assert "642 | i000,north-00,north,1,extra" in err
    assert err.count("error[T108]") == 2
    assert "cannot be audited as it stands; nothing was computed" in err


def test_two_forms_of_a_label_are_shown_with_the_form_to_keep(run: Run, tmp_path: Path) -> None:
    lines = ["item,annotator,label", "1,a,toxic", "1,b,toxic", "2,a,Toxic"]
    file = str(write_table(tmp_path / "t.csv", lines))
    status, _, err = run(file, *COLUMNS)
    assert status == 2
    assert "the label `Toxic` is also written `toxic`" in err
    assert f"{file}:2:5: `toxic` first stands here" in err


def test_a_table_of_states_alone_leaves_nothing_and_says_what_was_left_out(
    run: Run, tmp_path: Path
) -> None:
    file = str(write_table(tmp_path / "t.csv", ["item,annotator,label", "1,a,2", "2,a,2"]))
    status, _, err = run(file, *COLUMNS, "--state", "2")
    assert status == 2
    assert "no rating is left to audit (2 rows: state `2` is not a label)" in err


def test_a_table_by_one_annotator_has_rates_and_no_agreement(run: Run, tmp_path: Path) -> None:
    lines = ["item,annotator,label", *(f"{k},a,{k % 2}" for k in range(40))]
    file = str(write_table(tmp_path / "t.csv", lines))
    result = json.loads(run(file, *COLUMNS, "--format", "json")[1])
    assert result["overall"]["alpha"]["state"] == "not-estimable"
    assert result["overall"]["alpha"]["value"] is None
    assert result["overall"]["rates"]["1"]["value"] == 0.5


def test_help_starts_without_pandas_git_or_numpy() -> None:
    code = (
        "import sys\n"
        "from labelcharter.cli.main import main\n"
        "sys.argv = ['labelcharter', 'audit', 'table', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'git', 'numpy', 'scipy', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "--annotator-group" in done.stdout


def test_errors_against_gold_and_predictions_are_shown_too(run: Run, tmp_path: Path) -> None:
    rows = [
        f"i{k},j{j},{'in' if (k + j) % 3 else 'out'},{'fm'[k % 2]},{'in' if k % 4 else 'out'},in"
        for k in range(60)
        for j in range(3)
    ]
    file = str(write_table(tmp_path / "t.csv", ["item,annotator,label,sex,gold,model", *rows]))
    status, out, _ = run(
        file, *COLUMNS, "--subject-group", "sex", "--gold", "gold", "--prediction", "model",
        "--favourable", "in",
    )  # fmt: skip
    assert status == 0
    assert "Against gold" in out
    assert "`out` where gold is not" in out
    assert "Predictions, each item once" in out
    assert "Differences in accuracy against gold" in out


def test_grades_are_listed_below_one_another_and_their_scale_is_said(
    run: Run, tmp_path: Path
) -> None:
    rows = [f"i{k},j{j},{1 + (k + j * j) % 6}" for k in range(40) for j in range(3)]
    file = str(write_table(tmp_path / "t.csv", ["item,annotator,label", *rows]))
    status, out, _ = run(file, *COLUMNS, "--scale", "ordinal")
    assert status == 0
    assert "labels are ordinal" in out
    assert [line.split()[0] for line in out.splitlines() if line.startswith("`")] == [
        f"`{grade}`" for grade in range(1, 7)
    ]


def test_duckdb_prints_what_pandas_prints_without_the_single_ratings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_single_ratings(monkeypatch)
    file = str(write_table(tmp_path / "t.csv", table()))
    asked = (file, *GROUPED, "--favourable", "0", "--reference", "region=north", "--format", "json")
    found = [run(*asked, "--engine", engine) for engine in ("pandas", "duckdb")]
    assert found[0][0] == 0
    assert found[1] == found[0]


def test_duckdb_refuses_a_faulty_table_in_the_same_words(run: Run, tmp_path: Path) -> None:
    lines = [*table(), "i000,north-00,south,1", "i1,a,North,1"]
    file = str(write_table(tmp_path / "t.csv", lines))
    found = [run(file, *GROUPED, "--engine", engine) for engine in ("pandas", "duckdb")]
    assert found[0][0] == 2
    assert "T124" in found[0][2]
    assert found[1] == found[0]


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_column_that_is_not_there_is_named_by_either_engine(
    run: Run, tmp_path: Path, engine: str
) -> None:
    file = str(write_table(tmp_path / "t.csv", table()))
    status, _, err = run(file, *COLUMNS, "--annotator-group", "regions", "--engine", engine)
    assert status == 2
    assert "t.csv has no column `regions`. did you mean `region`?" in err


def test_another_engine_is_none(run: Run, tmp_path: Path) -> None:
    file = str(write_table(tmp_path / "t.csv", table()))
    status, _, err = run(file, *COLUMNS, "--engine", "spark")
    assert status == 2
    assert "'pandas', 'duckdb'" in err


def test_progress_is_shown_on_a_terminal_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from labelcharter.cli import site_progress

    file = str(write_table(tmp_path / "t.csv", table()))
    assert run(file, *GROUPED)[2] == ""
    told: list[str] = []
    terminal = type("Terminal", (), {"isatty": lambda _self: True})()
    status = type("Status", (), {"update": lambda _self, step: told.append(step)})()
    shown = type("Shown", (), {"__enter__": lambda _: status, "__exit__": lambda *_: None})()
    monkeypatch.setattr(site_progress.sys, "stderr", terminal)
    monkeypatch.setattr("rich.console.Console.status", lambda *_args: shown)
    with site_progress.telling(quiet=False) as tell:
        tell("groups of region")
    with site_progress.telling(quiet=True) as tell:
        tell("nothing")
    assert told == ["groups of region …"]
