"""The words for one schema error: what is wrong, and what to do next."""

from __future__ import annotations

import json
from typing import Any

from labelcharter.registry.nearest import did_you_mean

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "fields with names",
    "null": "nothing",
}
_SIDES = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}
_FORMS = {
    "date": ("a date", "write it as 2026-11-30"),
    "semver": ("a version", 'write it as "1.2.0" (major.minor.patch)'),
    "duration": ("a duration", "write it as PT4H (hours), P10D (days), P2W, P3M or P1Y"),
    "sha256": ("a SHA-256 hash", "64 characters 0-9 and a-f, as `sha256sum FILE` prints it"),
}


def words_for(error: Any, field: str, raw: str | None) -> tuple[str, str, str]:
    """(code, message, help) for one error that sits at a value."""
    validator, wanted, found = error.validator, error.validator_value, error.instance
    if validator == "type":
        return "S103", *_type_words(wanted, found, field, raw)
    if validator in ("enum", "const"):
        allowed = [str(w) for w in (wanted if validator == "enum" else [wanted])]
        help_ = did_you_mean(str(found), allowed)
        return (
            "S104",
            f"`{shortened(found)}` is not a value of `{field}`",
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
        return "S105", f"`{shortened(found)}` is not {name}", how
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
        return "S107", f"`{field}` names `{shortened(doubled)}` twice", "keep one of the two"
    if validator in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        share = error.schema.get("minimum") == 0 and error.schema.get("maximum") == 1
        return (
            "S109",
            f"`{field}` is {found}; it must be {_SIDES[validator]} {wanted}",
            "a share runs from 0 to 1: 14 % is 0.14" if share else "check the number",
        )
    if validator == "not" and isinstance(wanted, dict) and "required" in wanted:
        others = " and ".join(f"`{name}`" for name in wanted["required"])
        return "S108", f"`{field}` holds {others} beside what excludes it", "keep one of them"
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
            f"`{field}` must be true or false, not `{shortened(found)}`",
            "write true or false, without quotes",
        )
    if kinds == ["array"] and found is not None and not isinstance(found, dict):
        return (
            f"`{field}` must be a list, not `{shortened(found)}`",
            f"write `{field}: [{shortened(found)}]`",
        )
    if found is None and raw:
        return (
            f"`{field}` must be {expected}, and `{raw}` without quotes means nothing at all",
            f'quote it: {field}: "{raw}"' if "string" in kinds else "write it, or take it out",
        )
    if found is None:
        return f"`{field}` is empty; it must be {expected}", "write it, or take the field out"
    if kinds[0] in ("number", "integer") and isinstance(found, str) and raw is None:
        return f"`{field}` must be {expected}, not text in quotes", (
            "write a decimal number without quotes, such as 0.05"
        )
    if kinds[0] in ("number", "integer") and isinstance(found, str):
        return f"`{field}` must be {expected}, not the text `{shortened(found)}`", (
            "write a decimal number without quotes, such as 0.05"
        )
    return (
        f"`{field}` must be {expected}, not `{shortened(found)}`",
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


def shortened(found: Any) -> str:
    """A value as it fits into a sentence: 40 characters at most."""
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"
