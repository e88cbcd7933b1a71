"""libyaml's syntax errors in plain words, placed where the mistake began, not where it surfaced."""

from __future__ import annotations

from typing import Any

import yaml

from labelcharter.reading.diagnostic import Diagnostic, Place

_CHARACTER_HELP = {
    "\t": ("a tab cannot indent YAML", "use spaces: two per level"),
    "@": ("text that starts with `@` needs quotes", 'write it as "@…"'),
    "`": ("text that starts with a backtick needs quotes", "put the whole text in quotes"),
    "%": ("text that starts with `%` needs quotes", "put the whole text in quotes"),
}


def explain_syntax_error(
    error: yaml.MarkedYAMLError, text: str, path: str, first_line: int
) -> Diagnostic:
    """One diagnostic for the one syntax error that libyaml stops at (code Y001)."""
    problem = error.problem or ""
    context = error.context or ""
    mark = error.problem_mark or error.context_mark
    character = _character(text, mark)
    message, help_ = _words(problem, context, character)
    begins_earlier = (
        "quoted scalar" in context or "flow sequence" in context or "flow mapping" in context
    )
    if begins_earlier and error.context_mark is not None:
        mark = error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = text.split("\n")
    if line >= len(lines) or (line == len(lines) - 1 and not lines[line] and line > 0):
        line, column = max(0, len(lines) - 2), 0
    return Diagnostic("Y001", "error", Place(path, line + first_line, column + 1), message, help_)


def _character(text: str, mark: Any) -> str:
    if mark is None:
        return ""
    lines = text.split("\n")
    if mark.line >= len(lines):
        return ""
    found: str = lines[mark.line][mark.column : mark.column + 1]
    return found


def _words(problem: str, context: str, character: str) -> tuple[str, str]:
    """What and what next, for the problems that people really make."""
    if "mapping values are not allowed" in problem:
        return (
            "a second `: ` stands on this line, so it cannot be told where the text ends",
            "put text that contains `: ` in quotes, or check the indentation of this line",
        )
    if "cannot start any token" in problem:
        what, next_ = _CHARACTER_HELP.get(
            character, (f"`{character}` cannot begin a value here", "put the text in quotes")
        )
        return what, next_
    if "quoted scalar" in context:
        if "escape" in problem:
            return (
                "the text in double quotes has a backslash that means nothing",
                "use single quotes, or write the backslash twice",
            )
        return "a quote is opened here and never closed", "close it at the end of the text"
    if "flow sequence" in context:
        return "the list opened here with `[` is never closed", "add `]`, or a comma between items"
    if "flow mapping" in context:
        return "the mapping opened here with `{` is never closed", "add `}`, or a comma"
    if "could not find expected ':'" in problem:
        return (
            "this line has no `:` after its field name",
            "write `field: value`; text over several lines needs `|` or `>` after the colon",
        )
    if "block mapping" in context or "block collection" in context or "block sequence" in context:
        return (
            "this line is indented differently from its neighbours",
            "fields of one element start in the same column; list items start with `- `",
        )
    if "tab" in problem:
        return _CHARACTER_HELP["\t"]
    if "undefined alias" in problem or "alias" in context or "anchor" in context:
        return "text that starts with `*` or `&` needs quotes", "put the whole text in quotes"
    if "tag" in context or "directive" in context:
        return "text that starts with `!` or `%` needs quotes", "put the whole text in quotes"
    plain = f"{context}: {problem}" if context else problem
    return (
        f"this is not YAML ({plain.strip()})",
        "compare with a neighbouring file that is accepted",
    )
