"""Numbers that stand where the schema wants text are that text: version 1.10 is not version 1.1.

Without quotes `1.10` reads as the number 1.1, and a change from one to the other would be none.
Where the schema of a kind takes a number, 0.80 stays 0.8: that is only another way to write it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.registry.schema_files import NoSuchSchema, Schema, schema

# Decimals whose writing a number does not keep: a last zero, an exponent, more digits than it has.
# (It begins with the dot itself, which is found many times faster than a digit.)
_LOSSY = re.compile(r"\.(?:[0-9]*0(?![0-9.])|[0-9]+[eE]|[0-9]{15})")
_ALTERNATIVES = ("allOf", "anyOf", "oneOf")
_NUMBERS = {"number", "integer"}

Steps = tuple[str | int, ...]


def as_written(element: Element) -> Mapping[str, Any]:
    """The element's data, with the text as written where a number stands in place of text."""
    if not _may_lose(element.marks.text):
        return element.data
    rebuilt = _rebuilt(element, element.data, ())
    return rebuilt if isinstance(rebuilt, dict) else element.data


@functools.lru_cache(maxsize=1)  # the elements of one file are asked for one after the other
def _may_lose(text: str) -> bool:
    return _LOSSY.search(text) is not None


def _rebuilt(element: Element, value: Any, steps: Steps) -> Any:
    if isinstance(value, dict):
        return {key: _rebuilt(element, held, (*steps, key)) for key, held in value.items()}
    if isinstance(value, list):
        return [_rebuilt(element, held, (*steps, index)) for index, held in enumerate(value)]
    if isinstance(value, float):
        raw = element.marks.raw((*element.steps, *steps))
        path = tuple("*" if isinstance(step, int) else step for step in steps)
        if raw is not None and raw != repr(value) and _wants_text(element.kind, path):
            return raw
    return value


@functools.cache
def _wants_text(kind: str, path: tuple[str, ...]) -> bool:
    """True where the schema says text, or knows no such field."""
    try:
        whole = schema(kind)
    except NoSuchSchema:
        return False
    found = [whole]
    for step in path:
        found = [below for part in found for below in _below(part, step, whole)]
    types = {t for part in found for t in _types(part, whole)}
    return not found or ("string" in types and not types & _NUMBERS)


def _below(part: Schema, step: str, whole: Schema) -> Iterator[Schema]:
    for variant in _variants(part, whole):
        if step == "*":
            inner = variant.get("items")
        else:
            inner = variant.get("properties", {}).get(step, variant.get("additionalProperties"))
        if isinstance(inner, dict):
            yield inner


def _types(part: Schema, whole: Schema) -> Iterator[str]:
    for variant in _variants(part, whole):
        named = variant.get("type", ())
        yield from (named,) if isinstance(named, str) else named


def _variants(part: Schema, whole: Schema) -> Iterator[Schema]:
    """The schema itself, what it refers to, and each of its alternatives."""
    yield part
    if "$ref" in part:
        target = whole.get("$defs", {}).get(part["$ref"].rpartition("/")[2])
        if isinstance(target, dict):
            yield from _variants(target, whole)
    for name in _ALTERNATIVES:
        for other in part.get(name, ()):
            yield from _variants(other, whole)
    for name in ("then", "else"):
        if isinstance(part.get(name), dict):
            yield from _variants(part[name], whole)
