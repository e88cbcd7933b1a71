"""`labelcharter sample-size` as a person or a program meets it, typed in or from a record."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from repository import record_from, table, write_repository, write_table

from labelcharter.audit.records.definition import definition_of
from labelcharter.audit.records.observed import observed
from labelcharter.audit.records.record import record_bytes
from labelcharter.audit.statistics.sample_size import Aim, Design, NoSize, of_rates, size
from labelcharter.cli.main import main
from labelcharter.reading.tables import read_table
from labelcharter.registry.load import load_repository
from labelcharter.registry.schema_files import schema

Run = Callable[..., tuple[int, str, str]]
TYPED = ("--value", ".3", "--per-annotator", "50", "--per-item", "5", "--correlation", ".05")
T_15 = 2.131449545559323  # the 97.5 % point of Student's t of 15 degrees
REGION = ("--from", "REC-0001", "--attribute", "attribute.region")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def _run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["labelcharter", "sample-size", *arguments])
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
def plan(run: Run) -> Callable[..., dict[str, Any]]:
    """The JSON of a run, held against its schema."""

    def _plan(*arguments: str) -> dict[str, Any]:
        status, out, err = run(*arguments, "--format", "json")
        assert (status, err) == (0, "")
        value: dict[str, Any] = json.loads(out)
        Draft202012Validator(schema("output-sample-size")).validate(value)
        return value

    return _plan


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A repository around the present folder with one record; its result."""
    root = write_repository(tmp_path)
    graph = load_repository(root).graph
    record = record_from(
        definition_of(graph.elements["AUD-0001"], graph),
        read_table(write_table(root / "table.csv", table()), "table.csv"),
        identifier="REC-0001",
        computed_for="2026-03-31",
        commit=None,
        definition_bytes=b"",
    )
    folder = root / "audits" / "notes" / "records"
    folder.mkdir()
    (folder / "REC-0001.json").write_bytes(record_bytes(record))
    monkeypatch.chdir(root)
    result: dict[str, Any] = record["result"]
    return result


def test_typed_in_values_give_the_size_of_each_group_and_of_all(plan: Run) -> None:
    found = plan(*TYPED, "--difference", ".05", "--groups", "3")
    expected = size(Design(of_rates(0.3, 0.35), 50, 5, 0.05), Aim(0.05, 0.0, level=0.05 / 3))
    keys = ("annotators", "items", "ratings", "reached_power", "smallest_shown")
    assert [found[key] for key in keys] == [
        expected.annotators,
        expected.items,
        expected.ratings,
        expected.power,
        expected.shown,
    ]
    assert (found["comparisons"], found["level_each"]) == (3, pytest.approx(0.05 / 3))
    assert found["design_effect"] == pytest.approx(1 + 49 * 0.05)
    assert found["total"] == {
        "annotators": 3 * expected.annotators,
        "items": expected.items,
        "ratings": 3 * expected.ratings,
    }


def test_groups_that_items_are_about_share_the_annotators(plan: Run) -> None:
    found = plan(*TYPED, "--difference", ".05", "--side", "subject")
    assert found["total"]["annotators"] == found["annotators"]
    assert found["total"]["items"] == 2 * found["items"]


def test_equivalence_is_claimed_of_all_pairs_and_each_keeps_the_whole_level(plan: Run) -> None:
    found = plan(*TYPED, "--equivalence", "--margin", ".05", "--groups", "4")
    assert (found["aim"], found["difference"], found["level_each"]) == ("equivalence", 0.0, 0.05)


def test_a_ratio_and_its_margin_are_read_alike_from_both_sides(plan: Run) -> None:
    four_fifths = ("--figure", "ratio", *TYPED, "--equivalence", "--margin")
    assert plan(*four_fifths, ".8")["annotators"] == plan(*four_fifths, "1.25")["annotators"]
    found = plan("--figure", "ratio", *TYPED, "--difference", ".7", "--margin", ".8")
    assert 0.8 / found["smallest_shown"] == pytest.approx(0.7, rel=0.01)


def test_agreement_typed_in_needs_the_rate_of_a_label(run: Run, plan: Run) -> None:
    status, _, err = run("--figure", "alpha", *TYPED, "--difference", ".1")
    assert status == 2
    assert "the rate of one of two labels" in err
    assert (
        plan("--figure", "alpha", *TYPED, "--rate", ".3", "--difference", ".1")["annotators"] > 10
    )


def test_text_says_what_was_assumed_and_what_ratings_cannot_replace(run: Run) -> None:
    status, out, err = run(*TYPED, "--difference", "-.05")
    assert (status, err) == (0, "")
    for words in (
        "To show a difference of -0.05 in a rate of 0.3:",
        "annotators in each group",
        "design effect 3.45, correlation 0.05.",
        "However many ratings each gives, fewer than ",
    ):
        assert words in out


def test_a_record_gives_value_counts_and_the_correlation_behind_its_interval(
    recorded: dict[str, Any], plan: Run
) -> None:
    found = plan(*REGION, "--label", "1", "--difference", ".1")
    assert found["source"] == "REC-0001"
    north, south = recorded["groups"]
    rates = [g["rates"]["1"]["value"] for g in (north, south)]
    assert found["value"] == pytest.approx(sum(rates) / 2)
    assert found["ratings_per_annotator"] == (north["ratings"] + south["ratings"]) / 32
    dearer = plan(*REGION, "--label", "1", "--difference", ".1", "--correlation", ".3")
    assert dearer["annotators"] > found["annotators"]


def test_planned_with_as_many_people_as_there_were_the_interval_is_the_records_own(
    recorded: dict[str, Any],
) -> None:
    """Widened until there is something for a correlation to explain."""
    (gap,) = [g for g in recorded["gaps"] if (g["check"], g["label"]) == ("label-rate-gap", "1")]
    gap["estimate"].update(low=0.10, high=0.40)
    design = observed(recorded, "attribute.region", "rate", "1").design
    assert 0.05 < design.correlation < 1
    assert design.error(16) * T_15 == pytest.approx(0.15, rel=0.01)
    of_ratio = observed(recorded, "attribute.region", "ratio", "1").design
    assert of_ratio.correlation == design.correlation
    gap["estimate"].update(low=0.2499, high=0.2501)
    assert observed(recorded, "attribute.region", "rate", "1").design.correlation == 0.0


def test_agreement_from_a_record_holds_at_its_own_numbers_only(
    recorded: dict[str, Any], run: Run, plan: Run
) -> None:
    found = plan(*REGION, "--figure", "alpha", "--difference", ".2")
    assert (found["correlation"], found["design_effect"]) == (None, None)
    (gap,) = [g for g in recorded["gaps"] if g["check"] == "agreement-gap"]
    half = (gap["estimate"]["high"] - gap["estimate"]["low"]) / 2
    seen = observed(recorded, "attribute.region", "alpha", "").design
    assert seen.error(16) * T_15 == pytest.approx(half, rel=0.01)
    status, _, err = run(*REGION, "--figure", "alpha", "--difference", ".2", "--per-item", "9")
    assert status == 2
    assert "give no per item, or no record" in err


def test_hidden_groups_and_wrong_names_are_said_so(recorded: dict[str, Any]) -> None:
    with pytest.raises(NoSize, match=r"no groups of `x`; attributes: attribute.region"):
        observed(recorded, "x", "rate", "1")
    with pytest.raises(NoSize, match="no label `7`; labels: 1, 0"):
        observed(recorded, "attribute.region", "rate", "7")
    for group in recorded["groups"]:
        group.update(ratings=None, items=None, annotators=None)
    with pytest.raises(NoSize, match="shows no interval of a gap"):
        observed(recorded, "attribute.region", "rate", "1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*TYPED,), "--difference"),
        ((*TYPED, "--equivalence"), "needs the --margin"),
        (("--difference", ".1"), "the figure in one group is needed"),
        (("--value", ".3", "--difference", ".1"), "per annotator, per item, correlation"),
        ((*TYPED, "--difference", ".9"), "lies between 0 and 1"),
        ((*TYPED, "--difference", ".05", "--margin", ".05"), "never shows"),
        ((*TYPED, "--figure", "ratio", "--difference", "-1"), "larger than 0"),
        (("--from", "REC-0001", "--difference", ".1"), "needs the --attribute"),
        ((*REGION, "--difference", ".1"), "needs the --label"),
        (("--from", "AUD-0001", "--difference", ".1"), "is not a record"),
        (("--from", "REC-0002", "--difference", ".1"), "there is no element `REC-0002`"),
    ],
)
def test_a_question_without_an_answer_stops_with_two_and_what_is_missing(
    recorded: dict[str, Any], run: Run, arguments: tuple[str, ...], said: str
) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
