"""`labelcharter audit findings`: where each breach stands, and who has answered it."""

import json
from collections.abc import Callable
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from running import Ran

from labelcharter.registry.schema_files import schema

Run = Callable[..., Ran]


def test_a_breach_that_went_and_one_that_stays_are_told_apart(run: Run, valid: Path) -> None:
    ran = run(valid, "audit", "findings")
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "  still open  AUD-0001  gate.agreement-floor: breached since REC-0001; FND-0002",
        "    resolved  AUD-0001  gate.question-gap for FR: breached since REC-0001; FND-0001",
    ]
    only = run(valid, "audit", "findings", "AUD-0001", "--open")
    assert only.out.splitlines() == ran.out.splitlines()[:1]


def test_a_breach_without_a_finding_is_said_to_have_none(run: Run, valid: Path) -> None:
    path = valid / "audits/notes/findings.yaml"
    path.write_text(path.read_text().replace("gate: gate.agreement-floor\n", "note: none\n"))
    assert "REC-0001; no finding says so" in run(valid, "audit", "findings").out


def test_json_keeps_its_schema_and_gives_every_record_of_a_thread(run: Run, valid: Path) -> None:
    told = json.loads(run(valid, "audit", "findings", "--format", "json").out)
    common = Resource.from_contents(schema("common"))
    registry = Registry().with_resource("common.schema.json", common)
    Draft202012Validator(schema("output-audit-findings"), registry=registry).validate(told)
    assert [r["record"] for r in told["threads"][0]["records"]] == ["REC-0001", "REC-0002"]


def test_an_audit_that_found_nothing_says_so_and_what_is_no_audit_is_refused(
    run: Run, valid: Path
) -> None:
    for record in (valid / "audits/notes/records").iterdir():
        record.unlink()
    assert run(valid, "audit", "findings").out == "No gate of any record is breached.\n"
    refused = run(valid, "audit", "findings", "FND-0001")
    assert (refused.status, refused.out) == (2, "")
    assert "FND-0001 is no audit" in refused.err
