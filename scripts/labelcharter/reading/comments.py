"""Comments in governed YAML: text they swallow, and text that a form editor would lose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from labelcharter.reading.diagnostic import Diagnostic, Place

_SWALLOWED = re.compile(r"[ \t]+#")
_EDITOR_LINE = "yaml-language-server:"


def comment_problems(
    text: str,
    path: str,
    first_line: int,
    plain_ends: Sequence[tuple[int, int]],
    multi_line: Sequence[tuple[int, int]],
) -> list[Diagnostic]:
    """Find `title: Item #4` (every parser cuts it to `Item`) and lines that are only a comment.

    `plain_ends` are the ends (line, column from 0) of unquoted texts; `multi_line` the line ranges
    of texts over several lines, in which a `#` is just a character.
    """
    lines = text.split("\n")
    found = []
    for line, column in plain_ends:
        rest = lines[line][column:] if line < len(lines) else ""
        match = _SWALLOWED.match(rest)
        if match:
            start = column + match.end() - 1
            found.append(
                Diagnostic(
                    "Y012",
                    "error",
                    Place(path, line + first_line, start + 1),
                    f"`{rest.strip()}` is dropped here: from ` #` on it is not part of the text",
                    "quote the whole text if the # belongs to it; use a `note:` field for a remark",
                    width=len(rest.strip()),
                )
            )
    inside = {n for first, last in multi_line for n in range(first, last + 1) if last > first}
    for number, content in enumerate(lines):
        stripped = content.strip()
        if stripped.startswith("#") and number not in inside and _EDITOR_LINE not in stripped:
            found.append(
                Diagnostic(
                    "Y016",
                    "warning",
                    Place(path, number + first_line, content.index("#") + 1),
                    "a comment here has no history and is lost when a form saves the file",
                    "move it into the `note:` field of the element it speaks of",
                    width=len(stripped),
                )
            )
    return found
