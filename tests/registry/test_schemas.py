"""What every schema file must be, so that one file serves checks, editors, pages and forms.

The house rules of a schema are written as one generator of complaints. A deliberately awful
schema shows each complaint once; every schema of ours must give none.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from labelcharter.registry.kinds import COLLECTIONS, KINDS
from labelcharter.registry.schema_files import schema as compiled

SCHEMAS = Path(__file__).parents[2] / "scripts" / "labelcharter" / "registry" / "schemas"
FILES = {path.name: json.loads(path.read_bytes()) for path in sorted(SCHEMAS.glob("*.json"))}
OURS = Registry().with_resources(
    (name, Resource.from_contents(content)) for name, content in FILES.items()
)
CLASSES = {"editorial", "governance", "additive", "behavioural", "breaking"}
MAPS = ("properties", "$defs", "patternProperties", "dependentSchemas")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE = ("items", "additionalProperties", "then", "else", "contains", "not", "propertyNames")

Schema = dict[str, Any]


def parts(schema: Schema, pointer: str = "") -> Iterator[tuple[str, Schema]]:
    """A schema and all schemas within it, except those under `if`, which describe nothing."""
    yield pointer, schema
    for key in MAPS:
        for name, sub in schema.get(key, {}).items():
            yield from parts(sub, f"{pointer}/{key}/{name}")
    for key in LISTS:
        for index, sub in enumerate(schema.get(key, [])):
            yield from parts(sub, f"{pointer}/{key}/{index}")
    for key in SINGLE:
        if isinstance(schema.get(key), dict):
            yield from parts(schema[key], f"{pointer}/{key}")


def declared(pointer: str) -> bool:
    """True at a property's declaration, false where a condition narrows one declared elsewhere."""
    *way, parent, _ = ["", "", *pointer.split("/")]
    return parent == "properties" and not {"then", "else"} & set(way)


def complaints(name: str, schema: Schema, registry: Registry[Any]) -> Iterator[str]:
    """Everything that is wrong with a schema by the rules of the house."""
    if schema.get("$schema") != "https://json-schema.org/draft/2020-12/schema":
        yield "the dialect is not 2020-12"
    if schema.get("$id") != name:
        yield "$id is not the name of the file"
    for pointer, part in parts(schema):
        if described := missing(name, pointer, part):
            yield f"{pointer}: says no {', '.join(described)}"
        yield from wrong_examples(name, pointer, part, registry)
        yield from wrong_shape(pointer, part)
        yield from wrong_links(pointer, part)


def missing(name: str, pointer: str, part: Schema) -> list[str]:
    """The words that a reader needs beside a property or a shared definition, and has not got."""
    output = name.startswith("output-")
    wanted = ["title", "description"] if declared(pointer) or pointer == "" else []
    if declared(pointer) and not output:
        wanted += ["examples", "x-change-class"]
    if pointer.startswith("/$defs/") and pointer.count("/") == 2 and not output:
        wanted += ["title", "description", "examples"]
    lacks = [key for key in wanted if not part.get(key)]
    if "x-change-class" in part and part["x-change-class"] not in CLASSES:
        lacks.append(f"known class of change ({part['x-change-class']})")
    return lacks


def wrong_examples(name: str, pointer: str, part: Schema, registry: Registry[Any]) -> Iterator[str]:
    """Examples that the part itself would refuse."""
    validator = Draft202012Validator(
        {"$ref": f"{name}#{pointer}"}, registry=registry, format_checker=FormatChecker()
    )
    for example in part.get("examples", []):
        for error in validator.iter_errors(example):
            yield f"{pointer}: example is refused: {error.message}"


def wrong_shape(pointer: str, part: Schema) -> Iterator[str]:
    """Objects that let unknown keys pass, or whose mistakes could not be worded."""
    if part.get("type") == "object" and "properties" in part:
        if part.get("additionalProperties", True) is True:
            yield f"{pointer}: unknown keys would pass"
        if unknown := set(part.get("required", [])) - set(part["properties"]):
            yield f"{pointer}: requires undeclared {', '.join(sorted(unknown))}"
    for keyword in ("oneOf", "anyOf"):
        if keyword in part:
            yield f"{pointer}: {keyword}, whose messages help nobody; use an enum and if/then"


def wrong_links(pointer: str, part: Schema) -> Iterator[str]:
    """References to no kind, and references between files that the compiler does not follow."""
    kinds = part.get("x-ref")
    if kinds is not None:
        if part.get("type") == "array":
            yield f"{pointer}: x-ref belongs on the items"
        if not kinds or (kinds != ["*"] and set(kinds) - set(KINDS)):
            yield f"{pointer}: x-ref names no kind: {kinds}"
    file, _, fragment = part.get("$ref", "").partition("#")
    known = {f"{kind}.schema.json" for kind in KINDS} | set(FILES) - {"common.schema.json"}
    follows = {"": fragment.startswith("/$defs/"), "common.schema.json": fragment.count("/") == 2}
    if "$ref" in part and not follows.get(file, file in known and not fragment):
        yield f"{pointer}: the compiler cannot follow {part['$ref']}"


AWFUL: Schema = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "$id": "other.schema.json",
    "title": "Awful",
    "type": "object",
    "required": ["id", "gone"],
    "properties": {
        "id": {"type": "string", "title": "Id", "description": "An id.", "examples": []},
        "day": {
            "$ref": "common.schema.json#/$defs/date",
            "title": "Day",
            "description": "A day.",
            "examples": ["2026-02-30"],
            "x-change-class": "minor",
        },
        "links": {
            "type": "array",
            "x-ref": ["labels"],
            "title": "Links",
            "description": "Links.",
            "examples": [[]],
            "x-change-class": "additive",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"to": {"$ref": "common.schema.json#/$defs/id/title"}},
            },
        },
    },
    "$defs": {"word": {"type": "string", "examples": [1]}},
    "anyOf": [{"required": ["day"]}],
    "if": {"properties": {"day": {"const": "2026-01-01"}}},
    "then": {"properties": {"links": {"minItems": 1}}},
}
TO = "/properties/links/items/properties/to"


def test_an_awful_schema_is_told_everything_that_is_wrong_with_it() -> None:
    registry = OURS.with_resource("awful.schema.json", DRAFT202012.create_resource(AWFUL))
    assert list(complaints("awful.schema.json", AWFUL, registry)) == [
        "the dialect is not 2020-12",
        "$id is not the name of the file",
        ": says no description",
        ": unknown keys would pass",
        ": requires undeclared gone",
        ": anyOf, whose messages help nobody; use an enum and if/then",
        "/properties/id: says no examples, x-change-class",
        "/properties/day: says no known class of change (minor)",
        "/properties/day: example is refused: '2026-02-30' is not a 'date'",
        "/properties/links: x-ref belongs on the items",
        "/properties/links: x-ref names no kind: ['labels']",
        f"{TO}: says no title, description, examples, x-change-class",
        f"{TO}: the compiler cannot follow common.schema.json#/$defs/id/title",
        "/$defs/word: says no title, description",
        "/$defs/word: example is refused: 1 is not of type 'string'",
    ]


@pytest.mark.parametrize("name", FILES)
def test_every_schema_keeps_the_rules_of_the_house(name: str) -> None:
    assert list(complaints(name, FILES[name], OURS)) == []


@pytest.mark.parametrize("name", FILES)
def test_every_schema_is_valid_2020_12(name: str) -> None:
    Draft202012Validator.check_schema(FILES[name])
    with pytest.raises(SchemaError):
        Draft202012Validator.check_schema(FILES[name] | {"required": "id"})


@pytest.mark.parametrize("name", FILES)
def test_a_condition_narrows_only_what_is_declared(name: str) -> None:
    for _, part in parts(FILES[name]):
        rules = [part, *part.get("allOf", [])]
        branches = [rule[key] for rule in rules for key in ("then", "else") if key in rule]
        asked = {field for branch in branches for field in branch.get("required", [])}
        asked |= {field for branch in branches for field in branch.get("properties", {})}
        tested = {field for rule in rules for field in rule.get("if", {}).get("properties", {})}
        assert asked | tested <= set(part.get("properties", asked | tested))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema_that_needs_no_other_file(kind: str) -> None:
    whole = compiled(kind)
    Draft202012Validator.check_schema(whole)
    assert all(part.get("$ref", "#").startswith("#") for _, part in parts(whole))
    assert not list(Draft202012Validator(whole).iter_errors(believable(kind)))


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"crosswalk"}))
def test_every_kind_can_be_annotated_renamed_and_retired(kind: str) -> None:
    every = {"id", "title", "note", "renamed_from", "retired_because", "replaced_by"}
    assert every <= set(FILES[f"{kind}.schema.json"]["properties"])


def test_a_control_can_be_proved_by_any_kind() -> None:
    evidence = FILES["control.schema.json"]["properties"]["evidence"]
    assert set(evidence["items"]["enum"]) == set(KINDS)


def test_editors_know_every_collection_and_nothing_else() -> None:
    fields = FILES["governed-file.schema.json"]["properties"]
    held = {key: part["items"]["$ref"] for key, part in fields.items() if key != "note"}
    assert held == {key: f"{kind.name}.schema.json" for key, kind in COLLECTIONS.items()}


def believable(kind: str) -> dict[str, Any]:
    """An element made of the first example of each field."""
    fields = FILES[f"{kind}.schema.json"]["properties"]
    return {field: part["examples"][0] for field, part in fields.items()}
