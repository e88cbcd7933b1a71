"""The example of 6 RCNY 5-301, recomputed figure by figure; the table is not in this repository."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ratings_tables import shared_file

from labelcharter.cli.main import main

Audit = Callable[..., dict[str, Any]]


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Audit:
    def _audit(file: Path, *options: str) -> dict[str, Any]:
        arguments = ["audit", "counts", str(file), "--group", "category", "--people", "applicants"]
        more = ["--table", "table", "--printed-ratio", "printed_impact_ratio", "--format", "json"]
        monkeypatch.setattr(sys, "argv", ["labelcharter", *arguments, *more, *options])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 0
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        return result

    return _audit


@pytest.fixture
def selection(audit: Audit) -> dict[str, Any]:
    return audit(shared_file("ll144-rule-example/selection_example.csv"), *SELECTION)


SELECTION = (
    "--selected", "selected", "--printed-rate", "printed_selection_rate", "--unknown", "250",
)  # fmt: skip
SCORING = (
    "--rates-of", "scoring", "--printed-rate", "printed_scoring_rate", "--unknown", "15",
)  # fmt: skip


def category(result: dict[str, Any], table: str, name: str) -> dict[str, Any]:
    (found,) = [
        one
        for t in result["tables"]
        if t["table"] == table
        for one in t["categories"]
        if one["category"] == name
    ]
    return dict(found)


def printed(result: dict[str, Any]) -> list[tuple[str, str, str, dict[str, str]]]:
    return [
        (t["table"], one["category"], what, figure)
        for t in result["tables"]
        for one in t["categories"]
        for what, figure in one["printed"].items()
    ]


def test_every_printed_rate_and_ratio_of_the_selection_tables_is_recomputed(
    selection: dict[str, Any],
) -> None:
    figures = printed(selection)
    with shared_file("ll144-rule-example/selection_example.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(figures) == 2 * len(rows)
    assert {figure["agreement"] for *_, figure in figures} == {"agrees"}
    for row in rows:
        found = category(selection, row["table"], row["category"])["printed"]
        for key, column in (("rate", "printed_selection_rate"), ("ratio", "printed_impact_ratio")):
            assert float(found[key]["recomputed"].strip("%")) == float(row[column].strip("%"))


def test_every_printed_figure_of_the_scoring_tables_is_recomputed_and_one_is_cut_off(
    audit: Audit,
) -> None:
    result = audit(shared_file("ll144-rule-example/scoring_example.csv"), *SCORING)
    figures = printed(result)
    off = [(t, name, what) for t, name, what, f in figures if f["agreement"] != "agrees"]
    assert off == [("race_ethnicity", "Hispanic or Latino", "rate")]
    assert category(result, *off[0][:2])["printed"]["rate"]["agreement"] == "truncated"
    assert {f["agreement"] for *_, f in figures} == {"agrees", "truncated"}
    # the counts that the rates imply add up to the same half in all three tables
    people = {t["people"] for t in result["tables"]}
    above = {t["selected"] for t in result["tables"]}
    assert len(people) == len(above) == 1
    assert 2 * above.pop() == people.pop()
    assert [t["ties_at_the_median"] for t in result["tables"]] == [[0, 7]] * 3
    assert result["method"]["counts_from_rates"] is True
    assert result["unknown"] == 15


def test_the_race_table_does_not_add_up_to_the_intersectional_one(
    selection: dict[str, Any],
) -> None:
    found = selection["reconciliation"]["mismatches"]
    named = [m for m in found if m["category"]]
    assert [(m["table"], m["against"], m["category"]) for m in named] == [
        ("race_ethnicity", "intersectional", "Hispanic or Latino")
    ]
    (one,) = named
    assert one["people_here"] - one["people_there"] == 13
    assert one["selected_here"] - one["selected_there"] == 32
    assert round(one["ratio_there"], 3) == 0.842
    totals = [(m["table"], m["against"]) for m in found if not m["category"]]
    assert totals == [("sex", "race_ethnicity"), ("race_ethnicity", "intersectional")]
    verdicts = [f["verdict"] for f in selection["findings"] if f["check"] == "reconciliation"]
    assert verdicts == ["breached"] * 3


def test_the_scoring_tables_add_up(audit: Audit) -> None:
    result = audit(shared_file("ll144-rule-example/scoring_example.csv"), *SCORING)
    assert result["reconciliation"]["mismatches"] == []
    assert [f["verdict"] for f in result["findings"] if f["check"] == "reconciliation"] == ["met"]


def test_categories_under_two_per_cent_are_those_the_research_names(
    selection: dict[str, Any],
) -> None:
    small = [
        (t["table"], c["category"])
        for t in selection["tables"]
        for c in t["categories"]
        if c["under_two_percent"]
    ]
    native, pacific = "Native American or Alaska Native", "Native Hawaiian or Pacific Islander"
    assert small == [
        ("race_ethnicity", native),
        ("intersectional", f"{native}|Male"),
        ("intersectional", f"{pacific}|Female"),
        ("intersectional", f"{native}|Female"),
    ]


def test_left_out_they_keep_their_number_and_rate(audit: Audit) -> None:
    file = shared_file("ll144-rule-example/selection_example.csv")
    result = audit(file, *SELECTION, "--leave-out-small")
    left = [c for t in result["tables"] for c in t["categories"] if c["left_out"]]
    assert len(left) == 4
    for one in left:
        assert one["impact_ratio"] is None
        assert one["reading"] is None
        assert one["people"] > 0
        assert one["rate"]["state"] == "estimated"


def test_the_four_outcomes_are_all_in_the_rules_own_tables(audit: Audit) -> None:
    """Against a declared reference: .789 by chance, .806 significant, .979 neither, .583 both."""
    file = shared_file("ll144-rule-example/selection_example.csv")
    references = ("--reference", "Male", "--reference", "White|Male", "--reference", "White")
    result = audit(file, *SELECTION, *references)
    native = category(result, "intersectional", "Native American or Alaska Native|Female")
    black = category(result, "intersectional", "Black or African American|Male")
    women = category(result, "sex", "Female")
    assert native["reading"]["outcome"] == "below-by-chance"
    assert native["reading"]["verdict"] == "insufficient-evidence"
    assert native["below_four_fifths"] is True
    assert black["reading"]["outcome"] == "above-but-significant"
    assert black["below_four_fifths"] is False
    assert women["reading"]["outcome"] == "neither"
    assert women["reading"]["verdict"] == "met"
    scores = audit(
        shared_file("ll144-rule-example/scoring_example.csv"),
        *SCORING,
        "--reference",
        "Hispanic or Latino",
    )
    white = category(scores, "race_ethnicity", "White")
    assert white["reading"]["outcome"] == "below-and-significant"
    assert white["reading"]["verdict"] == "insufficient-evidence"  # fewer than thirty in one


def test_without_a_reference_the_simultaneous_reading_is_wider_and_says_how_often_it_misleads(
    selection: dict[str, Any],
) -> None:
    fine = selection["tables"][2]
    assert fine["false_flag"] > 0.9
    assert {c["reading"]["verdict"] for c in fine["categories"]} == {"insufficient-evidence"}
    sex = selection["tables"][0]
    assert {c["reading"]["verdict"] for c in sex["categories"]} == {"met"}


def test_in_public_the_small_cells_hide_their_tables(audit: Audit) -> None:
    file = shared_file("ll144-rule-example/selection_example.csv")
    result = audit(file, *SELECTION, "--profile", "default")
    assert [t["people"] is None for t in result["tables"]] == [False, False, True]
    assert result["publication"].startswith("not an LL144 publication")
