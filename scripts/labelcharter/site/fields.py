"""The fields of an element as its JSON Schema describes them: titles, and a shape for each value.

Every kind can be shown from its schema alone. Templates choose the order and leave out what the
first screen has said; they never reach into the data themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import NESTED
from labelcharter.registry.schema_files import Schema, schema
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert, paragraphs
from labelcharter.site.linking import link, web_link
from labelcharter.site.wording import day, duration, estimate_words, number, words

Shape = Literal["fact", "prose", "list", "table", "cards", "facts"]
_WIDE = 4  # columns; a table with more becomes a card for each row
_LONG = 90  # characters; a longer text is prose, a shorter one a fact in a row of facts

# Said by the first screen, by the chain, or of no use to a reader.
_SAID = {
    "id",
    "title",
    "status",
    "note",
    "owner",
    "renamed_from",
    "retired_because",
    "replaced_by",
    "not_audited",
    "lifecycle",
    "progress",
    "contact",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field, ready for a template. `rows` are rows of a table, items of a list, or one cell.

    `columns` of a table or the names of a group of facts are (key, title).
    """

    name: str
    title: str
    description: str
    shape: Shape
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Markup, ...], ...]


def field(edition: Edition, page: str, element: Element, name: str) -> Field | None:
    """One field of an element by its name; None when it is absent or empty."""
    value = element.data.get(name)
    if value in (None, "", [], {}):
        return None
    whole = schema(element.kind)
    return _field(edition, page, name, whole.get("properties", {}).get(name, {}), value, whole)


def other_fields(
    edition: Edition, page: str, element: Element, shown: frozenset[str] = frozenset()
) -> tuple[Field, ...]:
    """The fields that neither the first screen nor `shown` has said, in the schema's order."""
    nested = NESTED.get(element.kind)
    left_out = _SAID | shown | ({nested[0]} if nested else set())
    names = [n for n in schema(element.kind).get("properties", {}) if n not in left_out]
    found = (field(edition, page, element, name) for name in names)
    return tuple(f for f in found if f is not None)


def _field(
    edition: Edition, page: str, name: str, part: Schema, value: Any, whole: Schema
) -> Field:
    part = _resolved(part, whole)
    title = str(part.get("title") or words(name.replace("_", "-")))
    description = str(part.get("description", ""))

    def made(shape: Shape, columns: Any, rows: Any) -> Field:
        return Field(name, title, description, shape, tuple(columns), tuple(rows))

    if isinstance(value, list):
        items = _resolved(part.get("items", {}), whole)
        if value and all(isinstance(v, Mapping) for v in value):
            columns = tuple(_columns(items, value, whole))
            rows = [
                tuple(_cell(edition, page, sub, row.get(key), whole) for key, _, sub in columns)
                for row in value
            ]
            shape: Shape = "cards" if len(columns) > _WIDE else "table"
            return made(shape, [(key, head) for key, head, _ in columns], rows)
        return made("list", (), [(_cell(edition, page, items, v, whole),) for v in value])
    if isinstance(value, Mapping):
        columns = tuple(_columns(part, [value], whole))
        cells = [_cell(edition, page, sub, value.get(key), whole) for key, _, sub in columns]
        return made("facts", [(key, head) for key, head, _ in columns], [tuple(cells)])
    if isinstance(value, str) and len(value) > _LONG and "enum" not in part:
        return made("prose", (), [(paragraphs(value),)])
    return made("fact", (), [(_cell(edition, page, part, value, whole),)])


def _columns(part: Schema, values: list[Any], whole: Schema) -> Iterator[tuple[str, str, Schema]]:
    """(key, title, schema) of every key that some value has: the schema's order, then the rest."""
    known = part.get("properties", {})
    used = dict.fromkeys(key for value in values for key in value)
    extra = part.get("additionalProperties")
    for key in (*known, *(k for k in used if k not in known)):
        if key in used and key != "id":
            sub = known.get(key) or (extra if isinstance(extra, dict) else {})
            title = _resolved(sub, whole).get("title") if key in known else None
            yield key, str(title or key), sub


def _cell(edition: Edition, page: str, part: Schema, value: Any, whole: Schema) -> Markup:
    """One value inside a sentence, a cell or a row of facts."""
    raw, part = part, _resolved(part, whole)
    if value is None or value == "":
        return Markup("")
    if isinstance(value, bool):
        return inert("yes" if value else "no")
    if isinstance(value, int | float):
        return inert(number(value))
    if isinstance(value, list):
        parts = [_cell(edition, page, part.get("items", {}), v, whole) for v in value]
        return Markup('<ul class="lc-plain">%s</ul>') % Markup("").join(
            Markup("<li>%s</li>") % p for p in parts
        )
    if isinstance(value, Mapping):
        return _mapping(edition, page, part, value, whole)
    text = str(value)
    if "enum" in part:
        return inert(words(text))
    if "x-ref" in part or ("." in text and text in edition.graph.elements):
        return link(edition, page, text)
    if part.get("format") == "date":
        return Markup('<time datetime="%s">%s</time>') % (inert(text), inert(day(text)))
    if raw.get("$ref", "").endswith("/duration"):
        return inert(duration(text))
    return web_link(text) if text.startswith(("http://", "https://")) else inert(text)


def _mapping(
    edition: Edition, page: str, part: Schema, value: Mapping[str, Any], whole: Schema
) -> Markup:
    if set(value) >= {"value", "low", "high", "n", "state"}:
        return inert(estimate_words(value))
    known, extra = part.get("properties", {}), part.get("additionalProperties")
    lines = []
    for key, sub_value in value.items():
        sub = known.get(key) or (extra if isinstance(extra, dict) else {})
        title = _resolved(sub, whole).get("title", key) if key in known else key
        shown = (
            link(edition, page, str(title))
            if title in edition.graph.elements
            else inert(str(title))
        )
        lines.append(
            Markup("<li>%s: %s</li>") % (shown, _cell(edition, page, sub, sub_value, whole))
        )
    return Markup('<ul class="lc-plain">%s</ul>') % Markup("").join(lines)


def _resolved(part: Any, whole: Schema) -> Schema:
    """A part of a schema with what it refers to; its own words win over the shared ones."""
    if not isinstance(part, Mapping):
        return {}
    reference = part.get("$ref", "")
    if not reference.startswith("#/$defs/"):
        return dict(part)
    definition = whole.get("$defs", {}).get(reference.removeprefix("#/$defs/"), {})
    return {**_resolved(definition, whole), **part}
