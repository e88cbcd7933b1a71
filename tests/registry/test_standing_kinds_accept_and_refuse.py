"""What a standing kind asks for under a condition: an element that keeps it, and its twin.

The element is made of the examples in the kind's own schema. The twin differs in one thing and
must be refused at one place by one keyword, or it would prove nothing about that thing.
"""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from labelcharter.registry.schema_files import schema

GONE = object()
Element = dict[str, Any]
Changes = dict[str, Any]

COMMON_STATUS = (
    *("term", "standard", "control", "attribute", "metric", "objective", "escalation", "gate"),
    *("taxonomy", "label", "guideline", "seat", "audit", "playbook", "training"),
)
RETIRED = {"status": "retired", "retired_because": "Nobody used it.", "replaced_by": "none"}
DRAFT = {"status": "draft", "not_audited": "not audited: no data yet, pilot planned"}
LAW = {"measures.0.basis": "statute", "measures.0.clause": "clause.nyc-ll144.bias-audit"}
ONE_GROUP = {
    "consensus.votes": "one-group",
    "consensus.attribute": "attribute.annotator-country",
    "consensus.group": "US",
}
REPEALED = {"legal_status": "repealed", "in_force_to": "2026-07-20"}
QUORUM = "rules.0.quorum.seats"

# kind, what the twin gets wrong, the element's changes, the twin's further change, place, keyword
TWINS: list[tuple[str, str, Changes, Changes, str, str]] = [
    *((k, "retired for no reason", RETIRED, {"retired_because": GONE}, "", "required")
      for k in COMMON_STATUS),
    *((k, "retired without saying what follows", RETIRED, {"replaced_by": GONE}, "", "required")
      for k in COMMON_STATUS),
    ("label", "a draft that does not say so", DRAFT, {"not_audited": GONE}, "", "required"),
    ("label", "a draft that says nothing", DRAFT, {"not_audited": " "}, "not_audited", "pattern"),
    *(("label", f"active with no {field}", {}, {field: []}, field, "minItems")
      for field in ("includes", "excludes", "examples", "near_misses")),
    ("label", "a polarity of its own", {}, {"polarity": "bad"}, "polarity", "enum"),
    ("taxonomy", "whose votes?", ONE_GROUP, {"consensus.group": GONE}, "consensus", "required"),
    ("taxonomy", "what group?", ONE_GROUP, {"consensus.attribute": GONE}, "consensus", "required"),
    ("taxonomy", "no objective", {}, {"objectives": []}, "objectives", "minItems"),
    ("taxonomy", "half a version", {}, {"version": "1.0"}, "version", "pattern"),
    ("taxonomy", "a wrong label", {}, {"labels.0.polarity": "bad"}, "labels.0.polarity", "enum"),
    ("objective", "a law unnamed", LAW, {"measures.0.clause": GONE}, "measures.0", "required"),
    ("objective", "a limit in words", {}, {"measures.0.value": "low"}, "measures.0.value", "type"),
    ("objective", "no such day", {}, {"review_by": "2027-02-29"}, "review_by", "format"),
    ("standard", "repealed, but when?", REPEALED, {"in_force_to": GONE}, "", "required"),
    ("standard", "a half-read law", {}, {"verification": "skimmed"}, "verification", "enum"),
    ("control", "evidence of no kind", {}, {"evidence": ["memo"]}, "evidence.0", "enum"),
    ("attribute", "a share in percent", {"reference_population.shares": {"SG": 0.2}},
     {"reference_population.shares.SG": 20}, "reference_population.shares.SG", "maximum"),
    ("attribute", "no reason to process it", {}, {"necessity.why_no_substitute": GONE},
     "necessity", "required"),
    ("council", "a quorum in words", {QUORUM: 2}, {QUORUM: "most"}, QUORUM, "pattern"),
    ("council", "a quorum of nobody", {QUORUM: "all"}, {QUORUM: 0}, QUORUM, "minimum"),
    ("escalation", "a deadline in words", {"tiers.0.within": "P10D"},
     {"tiers.0.within": "P"}, "tiers.0.within", "pattern"),
    ("escalation", "an empty time of day", {"tiers.0.within": "P1DT12H"},
     {"tiers.0.within": "P1DT"}, "tiers.0.within", "pattern"),
    ("gate", "a limit nobody can find", {}, {"basis_note": GONE}, "", "required"),
    ("term", "renamed from nothing", {"renamed_from": ["term.a"]}, {"renamed_from": []},
     "renamed_from", "minItems"),
    ("term", "renamed from a number", {"renamed_from": "term.a"}, {"renamed_from": 7},
     "renamed_from", "type"),
]  # fmt: skip


def made_of_examples(kind: str) -> Element:
    """The first example of each field that must be there, and of objects that may be."""
    parts = schema(kind)["properties"]
    required = schema(kind)["required"]
    wanted = [*required, *(n for n, part in parts.items() if part.get("type") == "object")]
    return {name: copy.deepcopy(parts[name]["examples"][0]) for name in wanted}


def with_changes(element: Element, changes: Changes) -> Element:
    changed = copy.deepcopy(element)
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


def refusals(kind: str, element: Element) -> set[tuple[str, str]]:
    """Place and keyword of every complaint."""
    validator = Draft202012Validator(schema(kind), format_checker=FormatChecker())
    errors = validator.iter_errors(element)
    return {(".".join(map(str, e.absolute_path)), str(e.validator)) for e in errors}


@pytest.mark.parametrize(
    ("kind", "kept", "broken", "place", "keyword"),
    [pytest.param(kind, *rest, id=f"{kind}: {wrong}") for kind, wrong, *rest in TWINS],
)
def test_a_condition_is_kept_by_one_and_broken_by_its_twin(
    kind: str, kept: Changes, broken: Changes, place: str, keyword: str
) -> None:
    element = with_changes(made_of_examples(kind), kept)
    assert refusals(kind, element) == set()
    assert refusals(kind, with_changes(element, broken)) == {(place, keyword)}


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        pytest.param("label", {"near_misses": [], "examples": [], **DRAFT}, id="a draft label"),
        pytest.param("objective", {"measures.0.basis": "guidance"}, id="a limit from guidance"),
        pytest.param("taxonomy", {"consensus.votes": "pooled"}, id="everybody's votes"),
        pytest.param("standard", {"legal_status": "unknown"}, id="a law we are unsure of"),
        pytest.param("seat", {"status": "deprecated"}, id="a seat on its way out"),
    ],
)
def test_what_a_condition_does_not_ask_for_may_be_left_out(kind: str, changes: Changes) -> None:
    assert refusals(kind, with_changes(made_of_examples(kind), changes)) == set()
