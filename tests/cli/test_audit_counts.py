"""`labelcharter audit counts` as a person or a program meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from running import Run

from labelcharter.registry.schema_files import schema

HEADER = "kind,group,people,chosen,rate,ratio"
LINES = (
    "sex,women,180,70,38.9%,0.78",
    "sex,men,210,105,50%,1.00",
    "both,x women,100,40,40%,0.80",
    "both,x men,120,60,50.0%,1.00",
    "both,y women,80,30,36%,0.74",
    "both,y men,90,45,50%,1.00",
)
NEEDED = ("audit", "counts", "t.csv", "--group", "group", "--people", "people")
SELECTED = (*NEEDED, "--selected", "chosen")
ALL = (
    *SELECTED, "--table", "kind", "--joint", " ", "--unknown", "12",
    "--printed-rate", "rate", "--printed-ratio", "ratio",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, *LINES)


def write(folder: Path, *lines: str, header: str = HEADER) -> Path:
    (folder / "t.csv").write_text("".join(f"{line}\n" for line in (header, *lines)))
    return folder


def test_json_keeps_its_schema_whatever_is_asked(run: Run, folder: Path) -> None:
    validator = Draft202012Validator(schema("output-audit-counts"))
    for options in (
        ALL,
        (*ALL, "--profile", "default"),
        (*ALL, "--reference", "men", "--leave-out-small"),
        (*SELECTED, "--table", "kind"),
        (*NEEDED, "--above-median", "chosen", "--table", "kind"),
    ):
        ran = run(folder, *options, "--format", "json")
        assert ran.status == 0
        result = json.loads(ran.out)
        assert [e.message for e in validator.iter_errors(result)] == []


def test_text_has_the_rules_figures_the_reading_and_what_it_rests_on(
    run: Run, folder: Path
) -> None:
    ran = run(folder, *ALL, "--reference", "men")
    assert (ran.status, ran.err) == (0, "")
    for words in (
        "Counts of t.csv: selections",
        "12 people of unknown category are in no table",
        "sex, read against men",
        "both, read against the highest true rate",
        "women     180        70  .389 (.321 to .462)  .778",
        "the rate of women is less than four fifths of that of men",
        "met  reconciliation: totals, and sums over parts, are the same in all tables",
        "BREACHED  printed-figures, both, y women: the rate is printed as 36%; from the counts",
        "sets no threshold",
    ):
        assert words in ran.out
    assert "\x1b[" not in ran.out
    assert "…" not in ran.out


def test_without_the_number_of_unknown_people_it_is_asked_for(run: Run, folder: Path) -> None:
    ran = run(folder, *SELECTED, "--table", "kind")
    assert ran.status == 0
    assert "--unknown N" in ran.err


def test_in_public_a_table_with_a_small_cell_shows_no_figure(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, "sex,women,180,7,x,", "sex,men,210,105,,")
    ran = run(folder, *SELECTED, "--profile", "default")
    assert "not an LL144 publication" in ran.out
    assert "hidden" in ran.out
    assert "180" not in ran.out
    assert "105" not in ran.out


def test_counts_may_come_from_the_printed_rates_where_they_leave_one(
    run: Run, tmp_path: Path
) -> None:
    folder = write(tmp_path, "s,a,25,,48%,", "s,b,11,,36.3%,")
    options = (*NEEDED, "--rates-of", "scoring", "--printed-rate", "rate", "--format", "json")
    table = json.loads(run(folder, *options).out)["tables"][0]
    assert [c["selected"] for c in table["categories"]] == [12, 4]
    folder = write(tmp_path, "s,a,1200,,48%,", "s,b,11,,36.6%,", "s,c,9,,,")
    ran = run(folder, *options)
    assert ran.status == 2
    assert "48% of 1,200 people may be any of 13 counts, 570 to 582" in ran.err
    assert "36.6% of 11 people is no count: none is printed so" in ran.err
    assert "column `rate` is blank, and there is no count" in ran.err
    assert ran.err.count("error[T145]") == 3
    assert "--> t.csv:2:11" in ran.err


@pytest.mark.parametrize(
    ("line", "code", "says", "place"),
    [
        ("sex,other,30,31,,", "T142", "31 of 30 people in `other` are counted", "t.csv:3:14"),
        ("sex,other,-30,3,,", "T141", "`-30` in column `people` is not a whole number", "3:11"),
        ("sex,other,30,2.5,,", "T141", "`2.5` in column `chosen` is not a whole number", "3:14"),
        ('sex,other,"1,200",2,,', "T141", "`1,200` in column `people`", "3:11"),
        ("sex,other,,2,,", "T141", "column `people` is blank", "3:11"),
        ("sex,other,nan,2,,", "T141", "`nan` in column `people`", "3:11"),
        ("sex,other,1e3,2,,", "T141", "`1e3` in column `people`", "3:11"),
        ("sex,,30,2,,", "T143", "column `group` is blank", "3:5"),
        ("sex,women,30,2,,", "T143", "`women` stands twice in table `sex`", "3:5"),
        ("age,young,30,2,,", "T143", "`young` is the only category of table `age`", "3:5"),
        ("sex,other,30,2,most,", "T144", "`most` is not a printed rate or ratio", "3:16"),
    ],
)
def test_a_slip_in_the_table_is_one_error_with_its_place(
    run: Run, tmp_path: Path, line: str, code: str, says: str, place: str
) -> None:
    folder = write(tmp_path, "sex,women,180,70,,", line, "sex,men,210,105,,")
    ran = run(folder, *ALL)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("error[") == 1
    assert f"error[{code}]: {says}" in ran.err
    assert f"--> t.csv:{place.removeprefix('t.csv:')}" in ran.err
    assert "nothing was computed" in ran.err
    folder = write(tmp_path, "sex,women,180,70,,", "sex,men,210,105,,")
    assert run(folder, *ALL).status == 0


def test_one_category_alone_is_refused_with_its_place(run: Run, tmp_path: Path) -> None:
    ran = run(write(tmp_path, "sex,women,180,70,,"), *SELECTED)
    assert ran.status == 2
    assert "error[T143]: `women` is the only category of the table" in ran.err
    assert "--> t.csv:2:5" in ran.err


def test_an_empty_file_is_refused_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("")
    ran = run(tmp_path, *SELECTED)
    assert ran.status == 2
    assert "error[T105]: the file is empty" in ran.err
    assert "--> t.csv:1:1" in ran.err
    ran = run(write(tmp_path), *SELECTED)
    assert ran.status == 2
    assert "--> t.csv:1:1" in ran.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((*NEEDED, "--selected", "chose"), "t.csv:1:1: there is no column `chose`. did you mean"),
        ((*SELECTED, "--table", "zzz"), "It has kind, group, people, chosen, rate, ratio."),
        ((*NEEDED,), "give one of --selected, --above-median and --rates-of"),
        ((*SELECTED, "--above-median", "chosen"), "give one of --selected"),
        ((*NEEDED, "--rates-of", "scoring"), "--printed-rate, which is not given"),
        ((*SELECTED, "--table", "people"), "column `people` is given twice"),
        ((*ALL, "--reference", "mem"), "there is no category `mem`. did you mean `men`?"),
        ((*ALL, "--reference", "zzzz"), "Categories: men, women, x men"),
        ((*SELECTED, "--unknown", "-1"), "-1 is not in the range x>=0"),
    ],
)
def test_a_slip_in_the_options_is_a_sentence(
    run: Run, folder: Path, options: tuple[str, ...], says: str
) -> None:
    ran = run(folder, *options)
    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_help_starts_without_numpy_or_scipy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from labelcharter.cli.main import main\n"
        "sys.argv = ['labelcharter', 'audit', 'counts', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'numpy', 'scipy', 'rich'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "--above-median" in done.stdout


def test_the_same_bytes_every_time(run: Run, folder: Path) -> None:
    assert run(folder, *ALL, "--format", "json").out == run(folder, *ALL, "--format", "json").out
