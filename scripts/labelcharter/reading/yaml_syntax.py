"""libyaml's syntax errors in plain words, placed where the mistake began, not where it surfaced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from labelcharter.reading.diagnostic import Diagnostic, Place

_QUOTE_IT = "put the whole text in quotes"
_CHARACTERS = {
    "\t": ("a tab cannot indent YAML", "use spaces: two per level"),
    "@": ("text that starts with `@` needs quotes", 'write it as "@…"'),
    "`": ("text that starts with a backtick needs quotes", _QUOTE_IT),
    "%": ("text that starts with `%` needs quotes", _QUOTE_IT),
}
_AFTER_CLOSING = {
    '"': (
        "text stands after the closing quote",
        'put the whole text in quotes, and a backslash before each `"` inside it',
    ),
    "'": (
        "text stands after the closing quote",
        "write '' for an apostrophe inside single quotes, or use double quotes",
    ),
    "]": ("text stands after the closing `]`", "put the whole text in quotes"),
    "}": ("text stands after the closing `}`", "put the whole text in quotes"),
}
_NO_COLON = (
    "this line has no `:` after its field name",
    "write `field: value`; text over several lines needs `|` or `>` after the colon",
)
_INDENTED = (
    "this line is indented differently from its neighbours",
    "fields of one element start in the same column; list items start with `- `",
)


@dataclass(frozen=True, slots=True)
class _Spot:
    """The place at which libyaml gave up, with what stands around it; line and column from 0."""

    lines: list[str]
    line: int
    column: int

    @property
    def text(self) -> str:
        return self.lines[self.line] if self.line < len(self.lines) else ""

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def character(self) -> str:
        return self.text[self.column : self.column + 1]

    def at(self, mark: Any) -> _Spot:
        return self if mark is None else _Spot(self.lines, mark.line, mark.column)


_Words = tuple[str, str, _Spot]


def explain_syntax_error(
    error: yaml.MarkedYAMLError, text: str, path: str, first_line: int
) -> Diagnostic:
    """One diagnostic for the one syntax error that libyaml stops at (code Y001)."""
    mark = error.problem_mark or error.context_mark
    lines = text.split("\n")
    spot = _Spot(lines, mark.line, mark.column) if mark else _Spot(lines, 0, 0)
    message, help_, spot = _words(error, spot)
    line, column = spot.line, spot.column
    if line >= len(lines) or (line == len(lines) - 1 and not lines[line] and line > 0):
        line, column = max(0, len(lines) - 2), 0  # the end of the file: show its last line
    width = len(lines[line][column:].rstrip()) if "needs quotes" in message else 1
    place = Place(path, line + first_line, column + 1)
    return Diagnostic("Y001", "error", place, message, help_, width=max(1, width))


def _words(error: yaml.MarkedYAMLError, spot: _Spot) -> _Words:
    """What, what next and where it began, for the problems that people really make."""
    problem, context = error.problem or "", error.context or ""
    began = spot.at(error.context_mark)
    if "mapping values are not allowed" in problem:
        return _colon(spot)
    if "cannot start any token" in problem or "tab character" in problem:
        words = _CHARACTERS.get(spot.character)
        return (*(words or (f"`{spot.character}` cannot begin a value here", _QUOTE_IT)), spot)
    if "quoted scalar" in context:
        if "escape" in problem:
            what = "the text in double quotes has a backslash that means nothing"
            return what, "use single quotes, or write the backslash twice", began
        return "a quote is opened here and never closed", "close it at the end of the text", began
    if "flow sequence" in context:
        what = "the list opened here with `[` is not closed, or lacks a comma"
        return what, "add `]` at its end, or a comma between two items", began
    if "flow mapping" in context:
        what = "the fields opened here with `{` are not closed, or lack a comma"
        return what, "add `}` at the end, or a comma between two fields", began
    if "could not find expected ':'" in problem:
        return (*_NO_COLON, began)
    if "block scalar" in context:
        what = "text cannot stand on the same line as `|` or `>`"
        return what, "start it on the next line, indented; or put it in quotes", spot
    if "alias" in context or "anchor" in context or "tag" in context:
        return f"text that starts with `{began.character}` needs quotes", _QUOTE_IT, began
    if "node content" in problem or "not allowed in this context" in problem:
        what = f"text that starts with `{spot.character}` needs quotes"
        return what, f"{_QUOTE_IT}; a list starts on the next line", spot
    if "parsing a block" in context:
        return _expected_key(spot)
    plain = f"{context}: {problem}" if context else problem
    return f"this is not YAML ({plain})", "compare with a neighbouring file that is accepted", spot


def _colon(spot: _Spot) -> _Words:
    """A `:` where no field can begin: unquoted text, a forgotten colon above, or indentation."""
    field = re.match(r"[ ]*(?:- +)*[^\s:'\"]+: +", spot.before)
    if field:
        return (
            "text with `: ` in it needs quotes: it is read as two fields",
            _QUOTE_IT,
            _Spot(spot.lines, spot.line, field.end()),
        )
    indent = len(spot.text) - len(spot.text.lstrip(" "))
    above = spot.lines[spot.line - 1] if spot.line else ""
    if above.strip() and len(above) - len(above.lstrip(" ")) == indent and ":" not in above:
        return (*_NO_COLON, _Spot(spot.lines, spot.line - 1, indent))
    return (
        "this line is indented under a line that already has a value",
        "start it in the same column as the line above; text over several lines needs `|`",
        _Spot(spot.lines, spot.line, indent),
    )


def _expected_key(spot: _Spot) -> _Words:
    """Something stands where the next field or list item was expected."""
    before = spot.before.rstrip()
    if before.strip(" -"):  # the line had begun well
        repeated = re.search(r"\*\S+$", before)
        if repeated:
            start = _Spot(spot.lines, spot.line, repeated.start())
            return "text that starts with `*` needs quotes", _QUOTE_IT, start
        if before[-1] in _AFTER_CLOSING:
            return (*_AFTER_CLOSING[before[-1]], spot)
    if spot.character in tuple("]}"):
        return f"`{spot.character}` closes nothing here", "take it out", spot
    if spot.text[spot.column : spot.column + 2] == "- ":
        return (
            "a list item stands where a field is expected",
            "items of one list start in the same column, under a field of their own",
            spot,
        )
    return (*_INDENTED, spot)
