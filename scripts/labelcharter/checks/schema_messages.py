"""jsonschema's errors turned into one plain sentence a cause, with the place and the way out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from labelcharter.checks.rule import Rule
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.marks import Marks
from labelcharter.registry.graph import Step
from labelcharter.registry.nearest import did_you_mean, nearest

SCHEMA_RULES = {
    rule.code: rule
    for rule in (
        Rule(
            "S101",
            "error",
            "Only fields that the kind knows.",
            "A misspelt field is ignored by every reader, so the rule it states is not in force.",
            "treshold: 0.05",
            "threshold: 0.05",
        ),
        Rule(
            "S102",
            "error",
            "Every required field is there.",
            "A missing owner, basis or review date is a promise that nobody keeps.",
            "(an objective without `owner`)",
            "owner: seat.policy",
        ),
        Rule(
            "S103",
            "error",
            "Every field has its type: text, number, true/false, list or fields.",
            "`1.10` without quotes is a number and becomes 1.1; a list of one is not its item.",
            "version: 1.10",
            'version: "1.10.0"',
        ),
        Rule(
            "S104",
            "error",
            "A field with a fixed set of words uses one of them.",
            "Pages, audits and the plan act on these words.",
            "polarity: negative",
            "polarity: adverse",
        ),
        Rule(
            "S105",
            "error",
            "Dates, versions, durations and hashes are written in their form.",
            "2026-06-31 does not exist, and `1.2` says nothing about what may break.",
            "review_by: 31.6.2026",
            "review_by: 2026-06-30",
        ),
        Rule(
            "S106",
            "error",
            "Text and lists that must say something are not empty.",
            "An empty definition satisfies a form and helps no annotator.",
            "examples: []",
            "examples: [{text: …, why: …}]",
        ),
        Rule(
            "S107",
            "error",
            "A list names each thing once.",
            "A repeated entry is usually a wrong one.",
            "attributes: [attribute.age, attribute.age]",
            "attributes: [attribute.age]",
        ),
        Rule(
            "S108",
            "error",
            "A field is used only where it applies.",
            "A field that does not apply misleads whoever reads it.",
            "votes: pooled, with group: Singapore",
            "votes: one-group, with group: Singapore",
        ),
        Rule(
            "S109",
            "error",
            "Numbers lie in their range.",
            "A share above 1 or a negative count is a slip.",
            "value: 1.4",
            "value: 0.14",
        ),
        Rule(
            "S110",
            "error",
            "A YAML file is one element or lists of elements.",
            "A file without an id is not part of the graph.",
            "title: Gold",
            "id: term.gold\ntitle: Gold",
        ),
    )
}

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "fields with names",
    "null": "nothing",
}
_FORMS = {
    "date": ("a date", "write it as 2026-11-30"),
    "semver": ("a version", 'write it as "1.2.0" (major.minor.patch)'),
    "duration": ("a duration", "write it as PT4H (hours), P10D (days), P2W, P3M or P1Y"),
    "sha256": ("a SHA-256 hash", "64 characters 0-9 and a-f, as `sha256sum FILE` prints it"),
}


def explain_schema_error(
    errors: Sequence[Any], value: Any, marks: Marks, steps: tuple[Step, ...]
) -> Iterator[Diagnostic]:
    """Each cause once: a misspelt field is not also a missing field."""
    missing = _missing(errors)
    unknown = _unknown(errors, missing)
    renamed = {(at, meant) for at, _, meant in unknown if meant}
    for at, name, meant in unknown:
        place = marks.place((*steps, *at, name), at_key=True)
        help_ = f"did you mean `{meant}`?" if meant else _known_fields(errors, at)
        yield SCHEMA_RULES["S101"].at(
            place, f"unknown field `{name}`", help_, width=marks.width(place)
        )
    for at, name in missing:
        if (at, name) not in renamed:
            place = marks.place(
                (*steps, *at, "id") if "id" in (_at(value, at) or {}) else (*steps, *at)
            )
            yield SCHEMA_RULES["S102"].at(
                place,
                f"the field `{name}` is missing{_of(at)}",
                _purpose(errors, at, name),
                width=marks.width(place),
            )
    said: set[tuple[Step, ...]] = set()
    for error in errors:
        at = tuple(error.absolute_path)
        if error.validator in ("required", "additionalProperties", "unevaluatedProperties"):
            continue
        if at in said or (value is not None and _at(value, at) is None and _is_absent(value, at)):
            continue
        said.add(at)
        yield _one(error, marks, (*steps, *at))


def _missing(errors: Sequence[Any]) -> list[tuple[tuple[Step, ...], str]]:
    found: dict[tuple[tuple[Step, ...], str], None] = {}
    for error in errors:
        if error.validator == "required":
            at = tuple(error.absolute_path)
            for name in error.validator_value:
                if isinstance(error.instance, dict) and name not in error.instance:
                    found[at, name] = None
    return list(found)


def _unknown(
    errors: Sequence[Any], missing: Sequence[tuple[tuple[Step, ...], str]]
) -> list[tuple[tuple[Step, ...], str, str | None]]:
    """(where, unknown field, the field that was meant): required fields are tried first."""
    found = []
    for error in errors:
        if error.validator not in ("additionalProperties", "unevaluatedProperties"):
            continue
        at = tuple(error.absolute_path)
        known = error.schema.get("properties", {})
        for name in error.instance:
            if name not in known:
                required = [n for where, n in missing if where == at]
                absent = [n for n in known if n not in error.instance]
                found.append((at, name, nearest(name, required) or nearest(name, absent)))
    return found


def _known_fields(errors: Sequence[Any], at: tuple[Step, ...]) -> str:
    for error in errors:
        if tuple(error.absolute_path) == at and error.validator == "additionalProperties":
            return "known fields: " + ", ".join(error.schema.get("properties", {}))
    return ""


def _purpose(errors: Sequence[Any], at: tuple[Step, ...], name: str) -> str:
    """What the missing field is for, in the schema's own words."""
    for error in errors:
        if tuple(error.absolute_path) == at and error.validator == "required":
            description = error.schema.get("properties", {}).get(name, {}).get("description", "")
            if description:
                return f"`{name}`: {description}"
    return "add it, or `labelcharter schema` shows what it holds"


def _one(error: Any, marks: Marks, steps: tuple[Step, ...]) -> Diagnostic:
    field = next((s for s in reversed(steps) if isinstance(s, str)), "value")
    place = marks.place(steps)
    width = marks.width(place)
    code, message, help_ = _words(error, field, marks.raw(steps))
    return SCHEMA_RULES[code].at(place, message, help_, width=width)


def _words(error: Any, field: str, raw: str | None) -> tuple[str, str, str]:
    """(code, message, help) for one error that sits at a value."""
    validator, wanted, found = error.validator, error.validator_value, error.instance
    if validator == "type":
        return "S103", *_type_words(wanted, found, field, raw)
    if validator in ("enum", "const"):
        allowed = [str(w) for w in (wanted if validator == "enum" else [wanted])]
        help_ = did_you_mean(str(found), allowed)
        return (
            "S104",
            f"`{_short(found)}` is not a value of `{field}`",
            (
                f"{help_} allowed: {', '.join(allowed)}"
                if help_
                else f"allowed: {', '.join(allowed)}"
            ),
        )
    if validator in ("format", "pattern"):
        name, how = _form(error)
        if name == "text":
            return "S106", f"`{field}` must say something", "write it, or take the field out"
        return "S105", f"`{_short(found)}` is not {name}", how
    if validator == "maxProperties":
        return "S108", f"`{field}` holds two things that exclude each other", "keep one of them"
    if validator in ("minLength", "minItems", "minProperties"):
        return (
            "S106",
            f"`{field}` must say something"
            if validator == "minLength"
            else (f"`{field}` needs at least {wanted}"),
            "write it, or take the field out",
        )
    if validator == "uniqueItems":
        doubled = next((x for i, x in enumerate(found) if x in found[:i]), "")
        return "S107", f"`{field}` names `{_short(doubled)}` twice", "keep one of the two"
    if validator in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        side = "at least" if "inimum" in validator else "at most"
        side = side.replace("at least", "more than") if validator == "exclusiveMinimum" else side
        return (
            "S109",
            f"`{field}` is {found}; it must be {side} {wanted}",
            "check the unit: shares run from 0 to 1",
        )
    if validator == "not" or error.schema is False or validator is None:
        return (
            "S108",
            f"`{field}` is not used here",
            "take it out, or change the field that decides",
        )
    return (
        "S108",
        f"`{field}` does not fit: {error.message[:120]}",
        "compare with a neighbouring element",
    )


def _type_words(
    wanted: str | list[str], found: Any, field: str, raw: str | None
) -> tuple[str, str]:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    expected = " or ".join(_TYPES.get(k, k) for k in kinds)
    if "string" in kinds and raw is not None and isinstance(found, int | float):
        return (
            f"`{field}` must be text, and `{raw}` without quotes is not",
            f'quote it: {field}: "{raw}"',
        )
    if kinds == ["boolean"]:
        return (
            f"`{field}` must be true or false, not `{_short(found)}`",
            "write true or false, without quotes",
        )
    if kinds == ["array"] and not isinstance(found, dict):
        return (
            f"`{field}` must be a list, not `{_short(found)}`",
            f"write `{field}: [{_short(found)}]`",
        )
    if found is None:
        return f"`{field}` is empty; it must be {expected}", "write it, or take the field out"
    if kinds[0] in ("number", "integer") and isinstance(found, str):
        return f"`{field}` must be {expected}, not the text `{_short(found)}`", (
            "write a decimal number without quotes, such as 0.05"
        )
    return (
        f"`{field}` must be {expected}, not `{_short(found)}`",
        "compare with a neighbouring element",
    )


def _form(error: Any) -> tuple[str, str]:
    if error.validator == "format":
        return _FORMS.get(
            error.validator_value, (f"a {error.validator_value}", "check how it is written")
        )
    path = [str(s) for s in error.absolute_schema_path]
    pattern = error.validator_value
    if "\\S" in pattern or pattern == "[^ ]":
        return "text", ""
    for name, words in _FORMS.items():
        if name in path:
            return words
    if "P" in pattern and "T" in pattern:
        return _FORMS["duration"]
    if "a-f" in pattern:
        return _FORMS["sha256"]
    if pattern.startswith("^(0|[1-9]"):
        return _FORMS["semver"]
    return "written as it must be", f"the form is {pattern}"


def _at(value: Any, at: tuple[Step, ...]) -> Any:
    for step in at:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _is_absent(value: Any, at: tuple[Step, ...]) -> bool:
    parent = _at(value, at[:-1]) if at else value
    return bool(at) and isinstance(parent, dict) and at[-1] not in parent


def _of(at: tuple[Step, ...]) -> str:
    """Say where a field is missing, when it is not at the top of the element."""
    if not at:
        return ""
    text = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in at).lstrip(".")
    return f" in `{text}`"


def _short(found: Any) -> str:
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"
