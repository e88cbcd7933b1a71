"""At the edge of what can be estimated: a reason, and never a silent 0, 1, infinity or NaN."""

from __future__ import annotations

import json

import pytest
from benchmarks.edge_cases import CASES, Case, faults_in
from jsonschema import Draft202012Validator

from labelcharter.registry.schema_files import schema

EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@EACH
def test_nothing_in_the_whole_json_stands_for_what_cannot_be_known(case: Case) -> None:
    result = case.audit()
    assert list(faults_in(result)) == []
    text = json.dumps(result, allow_nan=False)
    Draft202012Validator(schema("output-audit-table")).validate(json.loads(text))


@EACH
def test_what_was_asked_has_a_figure_only_where_it_can_be_estimated(case: Case) -> None:
    estimate = case.figure(case.audit())
    if case.estimable:
        assert estimate["state"] == "estimated"
        assert estimate["low"] < estimate["high"]
    elif case.name == "empty group":
        assert estimate["state"] == "absent"
    else:
        assert estimate["state"] == "not-estimable"
        assert len(estimate["reason"]) > 10


@EACH
def test_no_verdict_rests_on_what_could_not_be_estimated(case: Case) -> None:
    result = case.audit()
    for entry in [*result["gaps"], *result["ratios"]]:
        if entry["estimate"]["state"] != "estimated":
            assert entry["verdict"] == "insufficient-evidence"


def test_three_against_three_cannot_be_tested_and_the_reason_is_said() -> None:
    (case,) = [case for case in CASES if case.name == "3 against 3 annotators"]
    assert "cannot be tested: the least reachable p is .100" in case.said(case.audit())


@pytest.mark.parametrize(
    ("estimate", "fault"),
    [
        ({"value": 0.0, "low": None, "high": None, "state": "not-estimable", "reason": "x"}, "and"),
        (
            {"value": None, "low": None, "high": None, "state": "not-estimable", "reason": ""},
            "reas",
        ),
        ({"value": 0.2, "low": 0.3, "high": 0.4, "state": "estimated", "reason": ""}, "and yet"),
        ({"value": 0.2, "low": None, "high": 0.4, "state": "estimated", "reason": ""}, "and yet"),
        ({"value": 1.0, "low": 1.0, "high": 1.0, "state": "estimated", "reason": ""}, "without"),
        ({"value": float("nan")}, "nan"),
    ],
)
def test_the_search_finds_each_kind_of_fault(estimate: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in faults_in({"gaps": [estimate]}))


def test_the_search_is_silent_where_all_is_well() -> None:
    good = {"value": 0.2, "low": 0.1, "high": 0.4, "state": "estimated", "reason": ""}
    none = {"value": None, "low": None, "high": None, "state": "not-estimable", "reason": "why"}
    assert list(faults_in({"a": [good, none]})) == []
