"""Comments in governed YAML: text they swallow, and text that a form editor would lose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from labelcharter.reading.diagnostic import Diagnostic, Place

_SWALLOWED = re.compile(r"[ \t]+#")
# After a key, a quoted text, a number or a closing bracket; `|` and `>` begin text over lines.
_AFTER = re.compile(r"[,:]?(?:[ \t]+[|>][-+0-9]*)?[ \t]+#")
_EDITOR_LINE = "yaml-language-server:"


@dataclass(slots=True)
class Layout:
    """Where texts and brackets end, and which lines lie within a text, all from 0."""

    plain_ends: list[tuple[int, int]] = field(default_factory=list)
    other_ends: list[tuple[int, int]] = field(default_factory=list)
    within_text: set[int] = field(default_factory=set)

    def add_plain(self, start: Any, end: Any, *, is_text: bool) -> None:
        """An unquoted value: text, or a number and the like."""
        (self.plain_ends if is_text else self.other_ends).append((end.line, end.column))
        self.within_text.update(range(start.line + 1, end.line + 1))

    def add_text(self, start: Any, event: Any) -> None:
        """A key, a quoted text, or a block that begins with `|` or `>`."""
        end, block = event.end_mark, event.style in ("|", ">")
        if not block:
            self.other_ends.append((end.line, end.column))
        # A block ends at the start of the line after it.
        last = end.line - 1 if block and end.column == 0 else end.line
        self.within_text.update(range(start.line + 1, last + 1))

    def add_end(self, end: Any) -> None:
        """A list or mapping in brackets."""
        self.other_ends.append((end.line, end.column))


def comment_problems(text: str, path: str, first_line: int, layout: Layout) -> list[Diagnostic]:
    """Find `title: Item #4` (every parser cuts it to `Item`) and comments."""
    lines = text.split("\n")
    found = []
    swallowed = set()
    for line, start, rest in _beginnings(lines, layout.plain_ends, _SWALLOWED):
        swallowed.add(line)
        found.append(
            Diagnostic(
                "Y012",
                "error",
                Place(path, line + first_line, start + 1),
                f"`{rest}` is dropped here: from ` #` on it is not part of the text",
                "quote the whole text if the # belongs to it; use a `note:` field for a remark",
                width=len(rest),
            )
        )
    comments = {
        number: (content.index("#"), content.strip())
        for number, content in enumerate(lines)
        if content.strip().startswith("#") and number not in layout.within_text
    }
    ends = [*layout.plain_ends, *layout.other_ends]
    for line, start, rest in _beginnings(lines, ends, _AFTER):
        if line not in swallowed:
            comments.setdefault(line, (start, rest))
    found += [
        Diagnostic(
            "Y016",
            "warning",
            Place(path, number + first_line, start + 1),
            "a comment here has no history and is lost when a form saves the file",
            "move it into the `note:` field of the element it speaks of",
            width=len(rest),
        )
        for number, (start, rest) in comments.items()
        if _EDITOR_LINE not in rest
    ]
    return found


def _beginnings(
    lines: list[str], ends: list[tuple[int, int]], pattern: re.Pattern[str]
) -> Iterator[tuple[int, int, str]]:
    """(line, column, text) of each comment that begins right after one of the ends."""
    for line, column in ends:
        match = pattern.match(lines[line], column) if line < len(lines) else None
        if match:
            yield line, match.end() - 1, lines[line][match.end() - 1 :].strip()
