"""Which fields of a kind refer to other elements, read from `x-ref` in its schema."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from labelcharter.registry.kinds import NESTED
from labelcharter.registry.schema_files import Schema, schema

# {field or "*" (every item, or every key of a map): (kinds it may name, or None; deeper fields)}
Tree = dict[str, tuple[tuple[str, ...] | None, "Tree"]]
Step = str | int

# The keys of a map are the references: {attribute.nationality: column}.
KEYS = "(keys)"


@cache
def reference_tree(kind: str) -> Tree:
    """The reference fields of one kind, without those of the elements nested in it."""
    whole = schema(kind)
    nested = NESTED.get(kind)
    tree = _of_object(whole, whole.get("$defs", {}))
    if kind == "crosswalk":  # its schema describes one row
        return {"rows": (None, {"*": (None, tree)})}
    if nested:
        tree.pop(nested[0], None)
    return tree


def _of_object(part: Schema, definitions: Schema) -> Tree:
    tree: Tree = {}
    for source in (part, *part.get("allOf", ()), part.get("then", {}), part.get("else", {})):
        for name, sub in source.get("properties", {}).items():
            _add(tree, name, sub, definitions)
        if "x-ref" in source.get("propertyNames", {}):
            tree[KEYS] = (tuple(source["propertyNames"]["x-ref"]), {})
        for key in ("items", "additionalProperties"):
            if isinstance(source.get(key), dict):
                _add(tree, "*", source[key], definitions)
    return tree


def _add(tree: Tree, name: str, sub: Schema, definitions: Schema) -> None:
    kinds = tuple(sub["x-ref"]) if "x-ref" in sub else None
    resolved = sub
    if "$ref" in sub:
        resolved = {**definitions.get(sub["$ref"].rpartition("/")[2], {}), **sub}
        kinds = kinds or (tuple(resolved["x-ref"]) if "x-ref" in resolved else None)
    deeper = _of_object(resolved, definitions)
    if kinds is None and not deeper:
        return
    old_kinds, old_deeper = tree.get(name, (None, {}))
    tree[name] = (kinds or old_kinds, {**old_deeper, **deeper})


def references_in(
    value: Any, tree: Tree
) -> Iterator[tuple[tuple[Step, ...], str, tuple[str, ...]]]:
    """Each reference in an element's value: (steps to it, the id it names, kinds allowed)."""
    yield from _walk(value, tree, ())


def _walk(
    value: Any, tree: Tree, steps: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], str, tuple[str, ...]]]:
    if isinstance(value, dict):
        for name, (kinds, deeper) in tree.items():
            if name == KEYS:
                for key in value:
                    yield (*steps, key), key, kinds or ()
            elif name == "*":
                for key, item in value.items():
                    yield from _one(item, kinds, deeper, (*steps, key))
            elif name in value:
                yield from _one(value[name], kinds, deeper, (*steps, name))
    elif isinstance(value, list) and "*" in tree:
        kinds, deeper = tree["*"]
        for index, item in enumerate(value):
            yield from _one(item, kinds, deeper, (*steps, index))


def _one(
    item: Any, kinds: tuple[str, ...] | None, deeper: Tree, steps: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], str, tuple[str, ...]]]:
    if kinds is not None and isinstance(item, str):
        yield steps, item, kinds
    elif deeper:
        yield from _walk(item, deeper, steps)


def field_name(steps: tuple[Step, ...]) -> str:
    """("measures", 1, "metric") as people write it: measures[1].metric."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text
