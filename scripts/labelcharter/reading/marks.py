"""Where each key and value of a document stands, kept beside the value and walked only on demand.

A node is a plain tuple, because two thousand files make half a million of them:
(line, column, children, raw), line and column from 0; children is None for a scalar, a dict
key -> (key line, key column, node) for a mapping, a list of nodes for a list; raw is the source
text of an unquoted scalar, None for a quoted one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labelcharter.reading.diagnostic import Place

Node = tuple[int, int, Any, str | None]
Step = str | int

_QUOTED = re.compile(r"""\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'""")


@dataclass(frozen=True, slots=True)
class Marks:
    """The places of one document's keys and values."""

    path: str
    text: str
    root: Node | None
    first_line: int = 1

    def node(self, steps: Sequence[Step]) -> tuple[Node | None, tuple[int, int] | None]:
        """The deepest node on the way along `steps`, and the mark of the key that led to it."""
        node, key = self.root, None
        for step in steps:
            if node is None:
                break
            children = node[2]
            if isinstance(children, dict) and step in children:
                line, column, node = children[step]
                key = (line, column)
            elif isinstance(children, list) and isinstance(step, int) and step < len(children):
                node, key = children[step], None
            else:
                break
        return node, key

    def place(self, steps: Sequence[Step], *, at_key: bool = False) -> Place:
        """The place of the value at `steps`, or of its key; of the nearest parent if absent."""
        node, key = self.node(steps)
        if node is None:
            return Place(self.path, self.first_line, 1)
        line, column = key if at_key and key is not None else (node[0], node[1])
        return Place(self.path, line + self.first_line, column + 1)

    def steps_at(self, place: Place) -> tuple[Step, ...]:
        """The way to the value that holds a place: the other direction of `place`."""
        target = (place.line - self.first_line, place.column - 1)
        steps: list[Step] = []
        node = self.root
        while node is not None and node[2]:
            children = node[2]
            begins: list[tuple[tuple[int, int], Step, Node]]
            if isinstance(children, dict):
                begins = [((line, column), key, n) for key, (line, column, n) in children.items()]
            else:
                begins = [((n[0], n[1]), index, n) for index, n in enumerate(children)]
            before = [begin for begin in begins if begin[0] <= target]
            if not before:
                break
            _, step, node = max(before, key=lambda begin: begin[0])
            steps.append(step)
        return tuple(steps)

    def raw(self, steps: Sequence[Step]) -> str | None:
        """The unquoted source text of the scalar at `steps`; None when quoted or not a scalar."""
        node, _ = self.node(steps)
        return None if node is None else node[3]

    def width(self, place: Place) -> int:
        """How many characters the word, quoted text or key at `place` takes on its line."""
        lines = self.text.split("\n")
        index = place.line - self.first_line
        if not 0 <= index < len(lines):
            return 1
        rest = lines[index][place.column - 1 :].rstrip("\r")
        quoted = _QUOTED.match(rest)
        if quoted:
            return quoted.end()
        in_flow = lines[index][: place.column - 1].count("[") > lines[index].count(
            "]", 0, place.column
        )
        in_flow = in_flow or "{" in lines[index][: place.column - 1]
        end = re.search(r"[,\]}]|:(?:\s|$)|\s#|\s*$" if in_flow else r":(?:\s|$)|\s#|\s*$", rest)
        return max(1, end.start() if end else len(rest))
