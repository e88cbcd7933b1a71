"""The state at any commit, from its tree alone and by another reader: the oracle of the history.

PyYAML's own constructor reads each whole file, with the words of YAML 1.2's core schema; elements
are cut out by what the generator is known to write. Nothing of the package is used but the list of
collections. A file that cannot be read keeps what it last held, as the history says it does.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

from benchmarks.history_steps import contents, git
from labelcharter.registry.kinds import COLLECTIONS

State = dict[str, tuple[Any, str]]  # id -> (fields, text below them)


class _Core(yaml.CSafeLoader):
    """CSafeLoader with the words of YAML 1.2, and no field twice."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found = super().construct_mapping(node, deep)
        if len(found) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "twice", node.start_mark)
        return found


for _tag, _words, _first in (
    ("bool", "true|false", "tf"),
    ("null", "null|~|", ["n", "~", ""]),
    ("int", "-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?", "-0123456789"),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_words})\Z"), _first)


def state_of(root: str, commit: str) -> State:
    """Every element in the tree of a commit, by id."""
    rows = git(root, "ls-tree", "-r", "-z", commit).split(b"\0")[:-1]
    files = {
        path.decode(): words.split(b" ")[2] for words, _, path in (r.partition(b"\t") for r in rows)
    }
    del files["labelcharter.yaml"]
    found: State = {}
    for path, data in zip(files, contents(root, list(files.values())), strict=True):
        held = _elements(data, path)
        found |= _last_held(root, commit, path) if held is None else held
    return found


def _last_held(root: str, commit: str, path: str) -> State:
    """What a file that cannot be read held when it last could."""
    for older in git(root, "rev-list", "--first-parent", commit, "--", path).decode().split():
        found = _elements(git(root, "cat-file", "blob", f"{older}:{path}"), path)
        if found is not None:
            return found
    return {}


def _elements(data: bytes, path: str) -> State | None:
    text, body = data.decode(), ""
    if path.endswith(".md"):
        _, text, body = text.split("---\n", 2)
    try:
        value = yaml.load(text, _Core)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError):
        return None
    if "id" not in value:
        items = [item for name, some in value.items() if name in COLLECTIONS for item in some]
        return {item["id"]: (item, "") for item in items}
    labels = value.get("labels", []) if value["id"].startswith("taxonomy.") else []
    if labels:
        value["labels"] = [label["id"] for label in labels]
    return {value["id"]: (value, body)} | {label["id"]: (label, "") for label in labels}
