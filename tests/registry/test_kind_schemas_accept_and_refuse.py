"""One believable element of each dated kind, and its twins with a single thing wrong.

A twin is the valid element of `kind_instances.json` with the fields under the given paths
replaced or, with GONE, left out. It must be refused at the one place named, by the one keyword
named: a twin refused for another reason would prove nothing.
"""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

HERE = Path(__file__).parent
SCHEMAS = HERE.parents[1] / "scripts" / "labelcharter" / "registry" / "schemas"
VALID: dict[str, dict[str, Any]] = json.loads((HERE / "kind_instances.json").read_bytes())
GONE = object()

Changes = Mapping[str, Any]

HUMAN_FALLBACK = "containment.3"
TABLE = {"path": "scores.csv", "columns": {"group": "country", "label": "gold", "score": "score"}}
RATES = VALID["scenario"]["annotators"]["errors"]["2.0.0"]

# kind, what the element is like, the changes that make it so
ACCEPTED: list[tuple[str, str, Changes]] = [
    ("crosswalk", "a state of knowing has no label id", {"from_id": "", "to_id": ""}),
    (
        "crosswalk",
        "nothing takes its place",
        {"relation": "no_map", "to_id": "", "to_value": "", "default_action": "freeze"},
    ),
    ("audit", "invented data need no fingerprint", {"data.synthetic": True, "data.sha256": GONE}),
    ("finding", "a gap between all groups", {"slice.value": GONE}),
    (
        "finding",
        "a risk accepted by decision",
        {"disposition.kind": "accept", "disposition.decision": "DEC-0005"},
    ),
    ("external-audit", "a report without findings", {"findings": []}),
    (
        "decision",
        "a proposal without date or votes",
        {"status": "proposed", "decided_on": GONE, "votes": GONE, "affects": []},
    ),
    ("decision", "superseded", {"status": "superseded", "superseded_by": "DEC-0009"}),
    ("decision", "a promise with an end", {"change": "promise", "expires": "2027-04-21"}),
    (
        "decision",
        "a patch with a single option",
        {"change": "patch", "options": VALID["decision"]["options"][:1]},
    ),
    ("action", "planned, not measured", {"progress": "planned", "measured_by": GONE}),
    (
        "tombstone",
        "a main line written anew",
        {"reduced": "history", "of": GONE, "before": "a" * 40, "after": "b" * 40},
    ),
    ("pilot", "go, with its result", {"outcome": "go", "result": "Every group reached its size."}),
    ("scenario", "a real table", {"population": {"table": TABLE}}),
    ("scenario", "measured error rates", {"annotators.errors": {"from_record": "AUD-0001"}}),
    ("scenario", "a class of one's own", {"model": {"estimator": "ours.models:Boosted"}}),
    ("scenario", "stopping altogether", {"containment": [{"kind": "stop"}]}),
    ("scenario", "an upper limit", {"expect.0.min": GONE, "expect.0.max": 1.2}),
    ("feedback", "not answered yet", {"outcome": GONE, "told_reporter": GONE, "triage": GONE}),
]

# kind, what is wrong, the changes that make it so, where it is refused, by which keyword
REFUSED: list[tuple[str, str, Changes, str, str]] = [
    ("crosswalk", "a yes is not true", {"approximate": "yes"}, "approximate", "enum"),
    ("crosswalk", "a number is not text", {"to_value": 1}, "to_value", "type"),
    ("crosswalk", "a column is missing", {"condition": GONE}, "", "required"),
    ("crosswalk", "a new value is missing", {"to_value": ""}, "to_value", "minLength"),
    (
        "crosswalk",
        "nothing cannot be mapped",
        {"relation": "no_map", "to_id": "", "to_value": "", "default_action": "map"},
        "default_action",
        "enum",
    ),
    ("audit", "real data without fingerprint", {"data.sha256": GONE}, "data", "required"),
    ("audit", "data without licence", {"data.licence": GONE}, "data", "required"),
    ("audit", "no objective", {"objectives": []}, "objectives", "minItems"),
    ("audit", "a misspelt column", {"columns.anotator_id": "x"}, "columns", "additionalProperties"),
    ("audit", "a cadence in words", {"cadence.every": "monthly"}, "cadence.every", "pattern"),
    ("record", "no manifest", {"manifest": GONE}, "", "required"),
    (
        "record",
        "an abbreviated commit",
        {"manifest.commit": "4f1c2d3"},
        "manifest.commit",
        "pattern",
    ),
    (
        "record",
        "a result that the audit table would not print",
        {"result.overall.mean": 0.5},
        "result.overall",
        "additionalProperties",
    ),
    (
        "record",
        "a figure without its interval",
        {"result.overall.alpha.low": GONE},
        "result.overall.alpha",
        "required",
    ),
    (
        "record",
        "a verdict that hides doubt",
        {"gates.0.verdict": "unclear"},
        "gates.0.verdict",
        "enum",
    ),
    ("finding", "no disposition", {"disposition": GONE}, "", "required"),
    (
        "finding",
        "a risk accepted by nobody's decision",
        {"disposition.kind": "accept"},
        "disposition",
        "required",
    ),
    ("finding", "about no label", {"labels": []}, "labels", "minItems"),
    (
        "finding",
        "an unlisted cause",
        {"root_cause.class": "annotators"},
        "root_cause.class",
        "enum",
    ),
    (
        "external-audit",
        "a finding not answered",
        {"findings.0.response": GONE},
        "findings.0",
        "required",
    ),
    ("external-audit", "ties not declared", {"independence": " "}, "independence", "pattern"),
    ("decision", "accepted without a day", {"decided_on": GONE}, "", "required"),
    ("decision", "accepted without votes", {"votes": GONE}, "", "required"),
    ("decision", "rejected without votes", {"status": "rejected", "votes": GONE}, "", "required"),
    ("decision", "accepted but affecting nothing", {"affects": []}, "affects", "minItems"),
    ("decision", "superseded by nothing", {"status": "superseded"}, "", "required"),
    ("decision", "a promise without end", {"change": "promise"}, "", "required"),
    (
        "decision",
        "a major change without alternative",
        {"options": VALID["decision"]["options"][:1]},
        "options",
        "minItems",
    ),
    ("decision", "a vote of maybe", {"votes.0.vote": "maybe"}, "votes.0.vote", "enum"),
    ("action", "done but not measured", {"measured_by": GONE}, "", "required"),
    ("action", "no effect expected", {"expected_effect.to": GONE}, "expected_effect", "required"),
    ("pilot", "go without a result", {"outcome": "go"}, "", "required"),
    (
        "pilot",
        "a group of nobody",
        {"subpopulations.0.annotators": 0},
        "subpopulations.0.annotators",
        "minimum",
    ),
    (
        "pilot",
        "a difference of nothing",
        {"smallest_detectable_difference": 0},
        "smallest_detectable_difference",
        "exclusiveMinimum",
    ),
    ("scenario", "groups beside a table", {"population.table": TABLE}, "population", "not"),
    ("scenario", "groups without a score", {"population.score": GONE}, "population", "required"),
    (
        "scenario",
        "rates beside measured ones",
        {"annotators.errors": {"from_record": "AUD-0001", "2.0.0": RATES}},
        "annotators.errors",
        "maxProperties",
    ),
    (
        "scenario",
        "a rate above one",
        {"annotators.errors": {"2.0.0": {"dialect": {"miss": 1.5, "false_alarm": 0}}}},
        "annotators.errors.2.0.0.dialect.miss",
        "maximum",
    ),
    (
        "scenario",
        "an unknown containment",
        {"containment.0.kind": "hope"},
        "containment.0.kind",
        "enum",
    ),
    (
        "scenario",
        "no version to go back to",
        {"containment.1.version": GONE},
        "containment.1",
        "required",
    ),
    (
        "scenario",
        "nobody to fall back on",
        {f"{HUMAN_FALLBACK}.reviewer": GONE},
        HUMAN_FALLBACK,
        "required",
    ),
    ("scenario", "nobody to relabel", {"containment.4.group": GONE}, "containment.4", "required"),
    ("scenario", "a band without width", {"containment.5.band": GONE}, "containment.5", "required"),
    ("scenario", "no constraint", {"containment.6.constraint": GONE}, "containment.6", "required"),
    ("scenario", "appeals by nobody", {"containment.7.uptake": GONE}, "containment.7", "required"),
    (
        "scenario",
        "a logistic model half described",
        {"model.kind": "logistic"},
        "model",
        "required",
    ),
    ("scenario", "a class without name", {"model.kind": "estimator"}, "model", "required"),
    ("scenario", "no model", {"model": {}}, "model", "required"),
    *(
        (
            "scenario",
            f"a bare {kind}",
            {"containment": [{"kind": kind}]},
            "containment.0",
            "required",
        )
        for kind in ("previous_model", "abstain", "more_annotators")
    ),
    ("scenario", "an expectation without limit", {"expect.0.min": GONE}, "expect.0", "required"),
    ("scenario", "active without playbook", {"status": "active", "playbook": GONE}, "", "required"),
    ("playbook", "no first hour", {"first_hour": []}, "first_hour", "minItems"),
    ("playbook", "a role that does nothing", {"roles.0.does": GONE}, "roles.0", "required"),
    ("training", "an answer without reason", {"exercises.0.why": GONE}, "exercises.0", "required"),
    ("training", "a pass mark in percent", {"pass_mark": 80}, "pass_mark", "maximum"),
    ("feedback", "the reporter was not told", {"told_reporter": GONE}, "", "required"),
    ("feedback", "an unknown channel", {"channel": "press"}, "channel", "enum"),
    ("exception", "no end", {"expires": GONE}, "", "required"),
    ("exception", "no decision", {"decision": GONE}, "", "required"),
    ("tombstone", "no decision", {"decision": GONE}, "", "required"),
    ("tombstone", "an input of nothing", {"of": GONE}, "", "required"),
    ("tombstone", "half a hash", {"before": "edbff443"}, "before", "pattern"),
    ("tombstone", "a history that is gone", {"reduced": "history"}, "after", "pattern"),
]


@pytest.fixture(scope="module")
def registry() -> Registry[Any]:
    resources = (Resource.from_contents(json.loads(p.read_bytes())) for p in SCHEMAS.glob("*.json"))
    return Registry().with_resources((r.id() or "", r) for r in resources)


def with_changes(element: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    changed = copy.deepcopy(dict(element))
    for path, value in changes.items():
        *way, last = path.split(".")
        inner: Any = changed
        for step in way:
            inner = inner[int(step) if isinstance(inner, list) else step]
        if value is GONE:
            del inner[last]
        else:
            inner[last] = value
    return changed


def refusals(
    kind: str, element: Mapping[str, Any], registry: Registry[Any]
) -> set[tuple[str, str]]:
    """Place and keyword of every complaint; the same gap asked for twice counts once."""
    schema = registry.contents(f"{kind}.schema.json")
    errors = Draft202012Validator(schema, registry=registry).iter_errors(element)
    return {(".".join(map(str, e.absolute_path)), str(e.validator)) for e in errors}


@pytest.mark.parametrize("kind", sorted(VALID))
def test_a_believable_element_of_each_kind_is_accepted(kind: str, registry: Registry[Any]) -> None:
    assert refusals(kind, VALID[kind], registry) == set()


@pytest.mark.parametrize(
    ("kind", "changes"),
    [pytest.param(kind, changes, id=f"{kind}: {what}") for kind, what, changes in ACCEPTED],
)
def test_what_a_condition_does_not_ask_for_may_be_left_out(
    kind: str, changes: Changes, registry: Registry[Any]
) -> None:
    assert refusals(kind, with_changes(VALID[kind], changes), registry) == set()


@pytest.mark.parametrize(
    ("kind", "changes", "place", "keyword"),
    [pytest.param(kind, *rest, id=f"{kind}: {wrong}") for kind, wrong, *rest in REFUSED],
)
def test_a_twin_with_one_thing_wrong_is_refused_for_that_alone(
    kind: str, changes: Changes, place: str, keyword: str, registry: Registry[Any]
) -> None:
    assert refusals(kind, with_changes(VALID[kind], changes), registry) == {(place, keyword)}


@pytest.mark.parametrize("kind", sorted(VALID))
def test_a_misspelt_field_is_refused_in_every_kind(kind: str, registry: Registry[Any]) -> None:
    twin = VALID[kind] | {"tilte": "A"}
    assert refusals(kind, twin, registry) == {("", "additionalProperties")}


@pytest.mark.parametrize("kind", ["audit", "playbook", "scenario", "training"])
def test_what_is_retired_says_why_and_what_takes_its_place(
    kind: str, registry: Registry[Any]
) -> None:
    retired = VALID[kind] | {"status": "retired", "retired_because": "Closed."}
    assert refusals(kind, retired | {"replaced_by": "none"}, registry) == set()
    assert refusals(kind, retired, registry) == {("", "required")}
