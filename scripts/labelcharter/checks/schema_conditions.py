"""Why a schema asks for a field just here: its description, and the condition that asks for it."""

from __future__ import annotations

from typing import Any

from labelcharter.registry.schema_files import Schema


def purpose(whole: Schema, error: Any, name: str) -> str:
    """What a missing field is for, in the schema's own words; empty where it has none."""
    for part in reversed(_along(whole, error)):
        description = part.get("properties", {}).get(name, {}).get("description")
        if description:
            return f"`{name}`: {description}"
    return ""


def because(whole: Schema, error: Any) -> str:
    """The condition under which the schema asks, as the rest of a sentence; empty if always."""
    path = list(error.absolute_schema_path)
    branch = next((step for step in reversed(path) if step in ("then", "else")), None)
    if branch is None:
        return ""
    parts = _along(whole, error)
    condition: Schema = next((part["if"] for part in reversed(parts) if "if" in part), {})
    said = [
        f"`{field}` is {_plain(error.instance.get(field))}"
        for field in condition.get("properties", {})
        if field in error.instance
    ]
    if branch == "else" and not said:
        said = [f"`{field}` is not given" for field in condition.get("required", ())]
    return f"; it is needed because {' and '.join(said)}" if said else ""


def is_conditional(error: Any) -> bool:
    """True when the schema asks only under a condition."""
    return any(step in ("then", "else") for step in error.absolute_schema_path)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _along(whole: Schema, error: Any) -> list[Schema]:
    """The parts of the schema on the way to the error, references followed."""
    part: Any = whole
    parts = [part]
    for step in error.absolute_schema_path:
        part = part[step]
        if isinstance(part, dict):
            if "$ref" in part:
                part = {**whole["$defs"][part["$ref"].rpartition("/")[2]], **part}
            parts.append(part)
    return parts
