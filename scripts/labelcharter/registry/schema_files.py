"""Schemas as they are used: self-contained, with shared and nested definitions inlined.

On disk a schema refers to `common.schema.json` and to nested kinds, so that nothing is written
twice; a reader elsewhere (an editor, a validator, an adopter's pipeline) gets one file that needs
no other.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from labelcharter.registry.kinds import KINDS

Schema = dict[str, Any]

_COMMON = '"common.schema.json#/$defs/'
_OTHER_FILE = re.compile(r'"\$ref": ?"([a-z-]+)\.schema\.json"')


class NoSuchSchema(LookupError):
    """The name is neither a kind nor a command's output."""


@cache
def _text(name: str) -> str:
    source = files("labelcharter.registry.schemas").joinpath(f"{name}.schema.json")
    if not source.is_file():
        raise NoSuchSchema(name)
    return source.read_text(encoding="utf-8")


def schema_names() -> tuple[str, ...]:
    """Every published schema: the kinds in the order of the chain, then the outputs."""
    folder = files("labelcharter.registry.schemas")
    all_names = {
        p.name.removesuffix(".schema.json") for p in folder.iterdir() if p.name.endswith(".json")
    }
    kinds = [name for name in KINDS if name in all_names]
    return (*kinds, *sorted(all_names - set(kinds) - {"common"}))


@cache
def schema(name: str) -> Schema:
    """One schema with everything it refers to inlined under `$defs`. Raises NoSuchSchema."""
    definitions: Schema = {}
    body = _inline(name, definitions)
    if definitions:
        body["$defs"] = {**body.get("$defs", {}), **dict(sorted(definitions.items()))}
    return body


def _inline(name: str, definitions: Schema) -> Schema:
    text = _text(name)
    if _COMMON in text:
        for common_name, definition in json.loads(_text("common"))["$defs"].items():
            definitions.setdefault(common_name, definition)
        text = text.replace(_COMMON, '"#/$defs/')
    for other in dict.fromkeys(_OTHER_FILE.findall(text)):
        text = re.sub(rf'"{other}\.schema\.json"', f'"#/$defs/{other}"', text)
        if other not in definitions:
            definitions[other] = {}  # holds the place while its own references are inlined
            nested = _inline(other, definitions)
            definitions.update(nested.pop("$defs", {}))
            for key in ("$schema", "$id"):
                nested.pop(key, None)
            definitions[other] = nested
    body: Schema = json.loads(text)
    return body
