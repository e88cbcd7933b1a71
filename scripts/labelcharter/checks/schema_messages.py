"""jsonschema's errors turned into one plain sentence a cause, with the place and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from labelcharter.checks.schema_catalogue import SCHEMA_RULES
from labelcharter.checks.schema_conditions import because, is_conditional, purpose
from labelcharter.checks.schema_words import words_for
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.marks import Marks
from labelcharter.registry.graph import Step
from labelcharter.registry.nearest import nearest
from labelcharter.registry.schema_files import Schema


def explain_schema_error(
    errors: Sequence[Any], value: Any, marks: Marks, steps: tuple[Step, ...], whole: Schema
) -> Iterator[Diagnostic]:
    """Each cause once: a misspelt field is not also a missing field.

    `whole` is the schema that was not satisfied, `steps` the way to `value` in its file.
    """
    missing = _missing(errors)
    unknown = _unknown(errors, missing)
    renamed = {(at, meant) for at, _, meant in unknown if meant}
    misspelt_at = {at for at, _ in renamed}
    for at, name, meant in unknown:
        place = marks.place((*steps, *at, name), at_key=True)
        help_ = f"did you mean `{meant}`?" if meant else _known_fields(errors, at)
        yield SCHEMA_RULES["S101"].at(
            place, f"unknown field `{name}`", help_, width=marks.width(place)
        )
    for (at, name), error in missing.items():
        # What a condition asks for may hang on the very field that is misspelt.
        follows = is_conditional(error) and at in misspelt_at
        if (at, name) not in renamed and not follows:
            has_id = "id" in (_at(value, at) or {})
            place = marks.place((*steps, *at, "id") if has_id else (*steps, *at), at_key=not has_id)
            yield SCHEMA_RULES["S102"].at(
                place,
                f"the field `{name}` is missing{_of(at)}{because(whole, error)}",
                purpose(whole, error, name) or "add it",
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


def _missing(errors: Sequence[Any]) -> dict[tuple[tuple[Step, ...], str], Any]:
    """{(where, missing field): the error that asks for it}."""
    found: dict[tuple[tuple[Step, ...], str], Any] = {}
    for error in errors:
        if error.validator == "required":
            at = tuple(error.absolute_path)
            for name in error.validator_value:
                if isinstance(error.instance, dict) and name not in error.instance:
                    found.setdefault((at, name), error)
    return found


def _unknown(
    errors: Sequence[Any], missing: Iterable[tuple[tuple[Step, ...], str]]
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
                meant = nearest(name, required, likely=True) or nearest(name, absent)
                found.append((at, name, meant))
    return found


def _known_fields(errors: Sequence[Any], at: tuple[Step, ...]) -> str:
    for error in errors:
        if tuple(error.absolute_path) == at and error.validator == "additionalProperties":
            return "known fields: " + ", ".join(error.schema.get("properties", {}))
    return ""


def _one(error: Any, marks: Marks, steps: tuple[Step, ...]) -> Diagnostic:
    field = next((s for s in reversed(steps) if isinstance(s, str)), "value")
    place = marks.place(steps)
    width = marks.width(place)
    code, message, help_ = words_for(error, field, marks.raw(steps))
    return SCHEMA_RULES[code].at(place, message, help_, width=width)


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
