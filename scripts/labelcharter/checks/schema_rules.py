"""The shape of every element, checked against its JSON Schema, in words without the schema (S)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from labelcharter.checks.rule import Context
from labelcharter.checks.schema_catalogue import SCHEMA_RULES
from labelcharter.checks.schema_messages import explain_schema_error
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.reading.marks import Marks
from labelcharter.registry.documents import Piece, Source
from labelcharter.registry.graph import Step
from labelcharter.registry.kinds import COLLECTIONS, Kind, kind_of_home
from labelcharter.registry.nearest import did_you_mean, nearest
from labelcharter.registry.schema_files import schema
from labelcharter.registry.settings import SETTINGS_FILE


@cache
def _gate(kind: str) -> Any:
    """A fast yes-or-no validator (Rust); the slow one is asked only about what it refuses."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema(kind), validate_formats=True)


@cache
def _explainer(kind: str) -> Any:
    import jsonschema

    return jsonschema.Draft202012Validator(
        schema(kind), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def elements_have_their_shape(context: Context) -> Iterator[Diagnostic]:
    """Every element satisfies the JSON Schema of its kind."""
    for path, source in context.repository.sources.items():
        value = source.document.value
        if not isinstance(value, dict):
            continue
        marks = source.document.marks
        if path == SETTINGS_FILE:
            yield from shape_problems("settings", value, marks, ())
            continue
        home = kind_of_home(path)
        if "id" not in value and home is not None:
            yield from _without_id(source, home, marks)
            continue
        for piece in source.pieces:
            kind = piece.kind or home
            if kind is not None:
                yield from shape_problems(_schema_of(kind, piece), piece.value, marks, piece.steps)


def _without_id(source: Source, home: Kind, marks: Marks) -> Iterator[Diagnostic]:
    """What a file without an id was meant to be: collections, or one element without its id."""
    value = source.document.value
    if any(key in COLLECTIONS for key in value) and home.collection is not None:
        yield from _unknown_collections(value, marks)
        for piece in source.pieces:
            if piece.kind is not None:
                yield from shape_problems(piece.kind.name, piece.value, marks, piece.steps)
    elif home.collection is None or "title" in value:
        yield from shape_problems(home.name, value, marks, ())
    else:
        yield _neither(value, marks, home)


def _schema_of(kind: Kind, piece: Piece) -> str:
    return "crosswalk-rows" if kind.name == "crosswalk" and "rows" in piece.value else kind.name


def shape_problems(
    kind: str, value: Any, marks: Marks, steps: tuple[Step, ...]
) -> Iterator[Diagnostic]:
    """What is wrong with the shape of one element, each cause once."""
    if kind == "crosswalk-rows":
        columns = tuple(_columns(value["columns"], marks))
        yield from columns
        for index, row in enumerate(() if columns else value["rows"]):
            yield from shape_problems("crosswalk", row, marks, (*steps, "rows", index))
        return
    if _gate(kind).is_valid(value):
        return
    errors = sorted(
        _explainer(kind).iter_errors(value), key=lambda e: [str(s) for s in e.absolute_path]
    )
    explained = tuple(explain_schema_error(errors, value, marks, steps, schema(kind)))
    yield from explained or _refused_all_the_same(kind, value, marks, steps)


def _columns(header: list[str], marks: Marks) -> Iterator[Diagnostic]:
    """The header of a crosswalk, so that a misspelt column is not a mistake of every row."""
    columns = schema("crosswalk")["properties"]
    missing = [name for name in columns if name not in header]
    for index, name in enumerate(header):
        if name not in columns:
            meant = nearest(name, missing, likely=True)
            missing = [m for m in missing if m != meant]
            place = marks.place(("columns", index))
            yield SCHEMA_RULES["S101"].at(
                place,
                f"unknown column `{name}`",
                f"did you mean `{meant}`?" if meant else "take it out",
                width=max(1, len(name)),
            )
    for name in missing:
        yield SCHEMA_RULES["S102"].at(
            marks.place(("columns", 0)),
            f"the column `{name}` is missing",
            f"`{name}`: {columns[name]['description']}",
        )


def _refused_all_the_same(
    kind: str, value: Any, marks: Marks, steps: tuple[Step, ...]
) -> Iterator[Diagnostic]:
    """The two validators differ (a line break after a version, say): the stricter wins."""
    for error in _gate(kind).iter_errors(value):
        at = (*steps, *error.instance_path)
        place = marks.place(at)
        yield SCHEMA_RULES["S105"].at(
            place,
            "this is not written as it must be",
            "look for a space or a line break at the end of the text",
            width=marks.width(place),
        )


def _unknown_collections(value: Mapping[str, Any], marks: Marks) -> Iterator[Diagnostic]:
    """A file of collections may hold only collections and a note."""
    for key in value:
        if key in COLLECTIONS:
            yield from _items(key, value[key], marks)
        elif key != "note":
            place = marks.place((key,), at_key=True)
            yield SCHEMA_RULES["S101"].at(
                place,
                f"`{key}` is not a collection of elements",
                did_you_mean(key, (*COLLECTIONS, "note")) or _collections_known(),
                width=marks.width(place),
            )


def _neither(value: Mapping[str, Any], marks: Marks, home: Kind) -> Diagnostic:
    """No id and no collection: the name of the collection is misspelt, or everything is missing."""
    for key in value:
        meant = nearest(key, COLLECTIONS)
        if meant:
            place = marks.place((key,), at_key=True)
            return SCHEMA_RULES["S101"].at(
                place,
                f"`{key}` is not a collection of elements",
                f"did you mean `{meant}`?",
                width=marks.width(place),
            )
    return SCHEMA_RULES["S110"].at(
        marks.place(()),
        "this is neither an element nor a list of elements",
        f"give it an `id`, or list the {home.plural.lower()} under `{home.collection}:`",
    )


def _items(key: str, items: Any, marks: Marks) -> Iterator[Diagnostic]:
    kind = COLLECTIONS[key]
    if not isinstance(items, list):
        yield SCHEMA_RULES["S103"].at(
            marks.place((key,)),
            f"`{key}` must be a list of elements",
            f"start each {kind.title.lower()} with `- id: {kind.id_form}`",
        )
        return
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            place = marks.place((key, index))
            yield SCHEMA_RULES["S103"].at(
                place,
                f"this is not {_article(kind)}: it has no fields",
                f"write `- id: {kind.id_form}` and its fields below",
                width=marks.width(place),
            )


def _article(kind: Kind) -> str:
    title = kind.title.lower()
    return f"an {title}" if title[0] in "aeiou" else f"a {title}"


def _collections_known() -> str:
    return "a file lists elements under one of: " + ", ".join(sorted(COLLECTIONS))
