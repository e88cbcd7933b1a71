"""A defined audit becomes a record: its gates, its bytes, and what makes it stop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ratings_tables import chance
from referencing import Registry, Resource
from repository import record_from, table, write_repository, write_table

from labelcharter.audit.records.definition import Definition, DefinitionFault, definition_of
from labelcharter.audit.records.judged import GateCannotBeJudged
from labelcharter.audit.records.record import next_id, record_bytes
from labelcharter.reading.tables import TableRefused, read_table
from labelcharter.registry.load import load_repository
from labelcharter.registry.schema_files import schema

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def definition(root: Path, **changed: tuple[str, str]) -> Definition:
    graph = load_repository(write_repository(root, **changed)).graph
    return definition_of(graph.elements["AUD-0001"], graph)


def recorded(root: Path, lines: list[str], **changed: tuple[str, str]) -> dict[str, Any]:
    data = write_table(root / "table.csv", lines)
    defined, read = definition(root, **changed), read_table(data, "table.csv")
    return record_from(
        defined,
        read,
        identifier="REC-0001",
        computed_for="2026-03-31",
        commit=COMMIT,
        definition_bytes=(root / "audits/notes/audit.yaml").read_bytes(),
    )


def gates(record: dict[str, Any], gate: str) -> dict[str, dict[str, Any]]:
    return {g["value"]: g for g in record["gates"] if g["gate"] == gate}


def test_the_definition_binds_labels_states_groups_and_limits(tmp_path: Path) -> None:
    found = definition(tmp_path)
    assert found.bindings.labels == ["1", "0"]  # the draft is not a label yet
    assert found.bindings.states == ("2",)
    assert found.bindings.categories == {"attribute.region": ("north", "south")}
    assert found.bindings.attribute_states == {"attribute.region": ("revoked",)}
    assert (found.questions.favourable, found.questions.ties) == ("0", "0")
    assert found.questions.margins == {"label-rate-gap": 0.1}
    assert found.questions.floor == 0.1
    assert found.remarks == ()


def test_a_record_names_its_input_its_definition_and_its_limits(tmp_path: Path) -> None:
    record = recorded(tmp_path, table())
    manifest = record["manifest"]
    assert manifest["rows"] == 640
    assert manifest["commit"] == COMMIT
    assert len(manifest["data_sha256"]) == len(manifest["definition_sha256"]) == 64
    assert manifest["synthetic"] is True
    assert record["title"] == "Notes in two regions, 2026-03-31"
    assert record["result"]["method"]["margins"]["label-rate-gap"] == 0.1
    assert record["result"]["method"]["profile"] == "default"


def test_a_record_is_as_its_published_schema_says(tmp_path: Path) -> None:
    registry = Registry().with_resources(
        (f"{name}.schema.json", Resource.from_contents(schema(name)))
        for name in ("common", "output-audit-table")
    )
    validator = Draft202012Validator(schema("record"), registry=registry)
    for people in (16, 9):
        record = recorded(tmp_path, table(people=people))
        assert [e.message for e in validator.iter_errors(record)] == []


def test_gates_are_judged_in_three_states(tmp_path: Path) -> None:
    apart = recorded(tmp_path, table(north=0.6, south=0.25))
    assert gates(apart, "gate.rates")["north less south"]["verdict"] == "breached"
    alike = recorded(tmp_path, table(north=0.5, south=0.5, items=320))
    assert gates(alike, "gate.rates")["north less south"]["verdict"] == "met"
    between = recorded(tmp_path, table(north=0.55, south=0.45))
    assert gates(between, "gate.rates")["north less south"]["verdict"] == "insufficient-evidence"
    assert gates(apart, "gate.floor")[""]["verdict"] == "met"
    assert gates(apart, "gate.unsure")[""]["verdict"] == "met"
    assert gates(apart, "gate.people")["north"]["estimate"]["value"] == 0.0
    assert gates(apart, "gate.people")["north"]["verdict"] == "met"
    assert all(g["why"] for g in apart["gates"])


def test_a_gate_on_agreement_may_be_by_group_and_by_another_measure(tmp_path: Path) -> None:
    by_group = (
        "metric: metric.krippendorff-alpha",
        "metric: metric.gwet-ac1\n    attribute: attribute.region",
    )
    record = recorded(tmp_path, table(), gates=by_group)
    found = gates(record, "gate.floor")
    assert list(found) == ["north", "south"]
    shown = {g["value"]: g["ac1"]["value"] for g in record["result"]["groups"]}
    assert {value: g["estimate"]["value"] for value, g in found.items()} == shown


def test_a_gate_on_missing_answers_with_an_attribute_compares_its_groups(tmp_path: Path) -> None:
    record = recorded(
        tmp_path,
        table(),
        gates=("metric: metric.unsure", "metric: metric.unsure\n    attribute: attribute.region"),
    )
    assert list(gates(record, "gate.unsure")) == ["north less south"]


def test_a_group_of_the_population_that_nobody_is_from_is_judged_too(tmp_path: Path) -> None:
    north = [line for line in table(people=40) if "south" not in line]
    record = recorded(tmp_path, north)
    found = gates(record, "gate.people")["south"]
    assert found["estimate"]["value"] == pytest.approx(-0.5)
    assert found["verdict"] == "breached"


def test_a_check_that_is_not_computed_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(GateCannotBeJudged, match="`horoscope` is not computed"):
        recorded(tmp_path, table(), gates=("check: missing-rate", "check: horoscope"))
    with pytest.raises(GateCannotBeJudged, match="names no attribute"):
        recorded(tmp_path, table(), gates=("check: missing-rate", "check: agreement-gap"))
    with pytest.raises(GateCannotBeJudged, match="not a label here"):
        recorded(tmp_path, table(), gates=("label.notes.toxic", "label.notes.later"))


def test_hidden_groups_leave_no_figure_in_the_gates(tmp_path: Path) -> None:
    lines = table(people=9)
    record = recorded(tmp_path, lines)
    rates = gates(record, "gate.rates")["north less south"]
    assert rates["estimate"]["state"] == "suppressed"
    assert not any(character.isdigit() for character in rates["why"])
    open_record = recorded(tmp_path, lines, audit=("profile: default", "profile: internal"))
    assert gates(open_record, "gate.rates")["north less south"]["estimate"]["state"] == "estimated"


def test_a_label_that_the_taxonomy_has_only_as_a_draft_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableRefused) as refusal:
        recorded(tmp_path, [*table(), "i000,north-99,north,9"])
    assert [p.code for p in refusal.value.problems] == ["T123"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"taxonomy": ("mode: single", "mode: multi")}, "multi-label"),
        ({"audit": ("gate.unsure]", "gate.none]")}, "the gate `gate.none` does not exist"),
        ({"audit": ("taxonomy: taxonomy.notes", "taxonomy: gate.floor")}, "the taxonomy"),
    ],
)
def test_a_definition_that_cannot_be_run_says_why(
    tmp_path: Path, changed: dict[str, tuple[str, str]], why: str
) -> None:
    with pytest.raises(DefinitionFault, match=why):
        definition(tmp_path, **changed)


def test_another_version_of_the_taxonomy_is_remarked_on(tmp_path: Path) -> None:
    found = definition(tmp_path, audit=('taxonomy_version: "1.0.0"', 'taxonomy_version: "0.9.0"'))
    assert found.remarks == (
        "The audit is of taxonomy.notes 0.9.0; its labels are read as of 1.0.0.",
    )


def test_the_order_of_the_rows_leaves_no_trace_in_the_bytes(tmp_path: Path) -> None:
    lines = table()
    one = recorded(tmp_path, lines)
    other = recorded(tmp_path, [lines[0], *chance(2).sample(lines[1:], len(lines) - 1)])
    assert one["manifest"].pop("data_sha256") != other["manifest"].pop("data_sha256")
    assert record_bytes(one) == record_bytes(other)


def test_the_bytes_are_sorted_end_in_one_newline_and_hold_no_nan(tmp_path: Path) -> None:
    data = record_bytes(recorded(tmp_path, table()))
    assert data.endswith(b"}\n")
    assert not data.endswith(b"\n\n")
    text = data.decode()
    assert json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) == text[:-1]
    with pytest.raises(ValueError, match="not JSON compliant"):
        record_bytes({"value": float("nan")})


def test_numbers_of_records_go_on_and_none_is_used_again() -> None:
    assert next_id([]) == "REC-0001"
    assert next_id(["REC-0007", "REC-0002", "AUD-0009", "notes"]) == "REC-0008"
