"""Strict YAML on libyaml's event stream: values with positions, and every trap refused.

Events are the only way through PyYAML that gives positions for keys and values at the speed of C,
and the only one that survives deep nesting (`yaml.load` crashes the interpreter on a file of
30,000 opening brackets). Anchors, aliases, merge keys, tags and second documents are refused: a
lawyer must be able to read what is written where it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from labelcharter.reading import scalars
from labelcharter.reading.characters import decode, hidden_in, is_readable
from labelcharter.reading.comments import Layout, comment_problems
from labelcharter.reading.diagnostic import Diagnostic, Place, Related, Severity
from labelcharter.reading.marks import Marks, Node
from labelcharter.reading.repetitions import Repetitions
from labelcharter.reading.yaml_syntax import explain_syntax_error

DEEPEST = 64


class NoFastYaml(RuntimeError):
    """PyYAML was installed without libyaml; reading would be fifteen times slower."""


class _Stop(Exception):
    """Raised to leave the event stream early; the problem is already recorded."""


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML text: its value (None when unreadable), its marks, and what is wrong with it."""

    path: str
    value: Any
    marks: Marks
    problems: tuple[Diagnostic, ...]


def read_yaml(data: bytes, path: str) -> Document:
    """Read one YAML file; never raises for what the bytes hold, reports all it finds."""
    text, problems = decode(data, path)
    if any(d.code in ("Y008", "Y009") for d in problems):
        return Document(path, None, Marks(path, text, None), problems)
    return read_yaml_text(text, path, 1, problems)


def read_yaml_text(
    text: str, path: str, first_line: int = 1, problems: tuple[Diagnostic, ...] = ()
) -> Document:
    """Read decoded YAML that starts on `first_line` of its file (front matter starts on 2)."""
    if not yaml.__with_libyaml__:
        raise NoFastYaml("PyYAML has no libyaml here: install the binary wheel of PyYAML 6")
    if problems and not is_readable(text):
        return Document(path, None, Marks(path, text, None, first_line), problems)
    reader = _Reader(text, path, first_line, list(problems))
    value, root = reader.read()
    reader.problems.extend(reader.repetitions.problems())
    if "#" in text and root is not None:
        reader.problems.extend(comment_problems(text, path, first_line, reader.layout))
    marks = Marks(path, text, root, first_line)
    return Document(path, value, marks, tuple(reader.problems))


class _Reader:
    """Builds value and marks from the event stream; collects problems instead of raising."""

    def __init__(self, text: str, path: str, first_line: int, problems: list[Diagnostic]) -> None:
        self.text, self.path, self.first_line = text, path, first_line
        self.problems = problems
        self.layout = Layout()
        self.watch_comments = "#" in text
        self.repetitions = Repetitions()
        self.depth = 0
        loader = yaml.CSafeLoader(text)
        self.next: Callable[[], Any] = loader.get_event

    def report(
        self,
        code: str,
        mark: Any,
        message: str,
        help_: str = "",
        *,
        width: int = 1,
        severity: Severity = "error",
        related: tuple[Related, ...] = (),
    ) -> None:
        self.problems.append(
            Diagnostic(code, severity, self.place(mark), message, help_, related, width)
        )

    def place(self, mark: Any) -> Place:
        return Place(self.path, mark.line + self.first_line, mark.column + 1)

    def read(self) -> tuple[Any, Node | None]:
        try:
            self.next()  # stream start
            event = self.next()
            if isinstance(event, yaml.StreamEndEvent):
                self.empty()
                return None, None
            value, node = self.value(self.next())
            self.next()  # document end
            event = self.next()
        except _Stop:
            return None, None
        except yaml.MarkedYAMLError as error:
            problem = explain_syntax_error(error, self.text, self.path, self.first_line)
            self.repetitions.forget_uses_on(problem.place.line)
            self.problems.append(problem)
            return None, None
        if isinstance(event, yaml.DocumentStartEvent):
            self.report(
                "Y006",
                event.start_mark,
                "a second YAML document starts here",
                "one file holds one document; move this part to a file of its own",
                width=3,
            )
        elif value is None and node[3] == "":
            self.empty()
        elif not isinstance(value, dict):
            found = "a list" if isinstance(value, list) else "a single value"
            self.problems.append(
                Diagnostic(
                    "Y014",
                    "error",
                    Place(self.path, node[0] + self.first_line, node[1] + 1),
                    f"the file holds {found}, not fields with names",
                    "write `field: value` lines, starting with `id:`",
                )
            )
        return (value if isinstance(value, dict) else None), node

    def empty(self) -> None:
        only_comments = "#" in self.text
        self.problems.append(
            Diagnostic(
                "Y013",
                "error",
                Place(self.path, self.first_line),
                "the file holds only comments" if only_comments else "the file is empty",
                "delete it, or write an element with at least an id",
            )
        )

    def value(self, event: Any) -> tuple[Any, Node]:
        start = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            self.repetitions.uses.append((str(event.anchor), self.place(start)))
            return None, (start.line, start.column, None, None)
        if event.anchor is not None:
            self.repetitions.names.append((str(event.anchor), self.place(start)))
        if event.tag is not None:
            tag = self.as_written(start, "!")
            self.report(
                "Y004",
                start,
                f"`{tag}` is a YAML tag, which is not allowed",
                "put text that starts with `!` in quotes",
                width=len(tag),
            )
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, start)
        self.depth += 1
        if self.depth > DEEPEST:
            self.report(
                "Y007",
                start,
                f"nested more than {DEEPEST} levels deep",
                "no element needs that; look for a bracket that is never closed",
            )
            raise _Stop
        result = (
            self.mapping(start)
            if isinstance(event, yaml.MappingStartEvent)
            else self.sequence(start)
        )
        self.depth -= 1
        return result

    def as_written(self, mark: Any, first: str) -> str:
        """The word at a mark that begins with `first`, as it stands in the file."""
        line: str = self.text.split("\n")[mark.line]
        word: str = line[line.index(first, mark.column) :].split(maxsplit=1)[0]
        return word

    def scalar(self, event: Any, start: Any) -> tuple[Any, Node]:
        text = event.value
        if not event.implicit[0]:  # quoted or block text
            if self.watch_comments:
                self.layout.add_text(start, event)
            hidden = hidden_in(text) if event.style == '"' else None
            if hidden and "\\" in self.text:
                self.report(
                    "Y010",
                    start,
                    f"an escape in this text stands for {hidden}",
                    "delete it: a page or a terminal would show something else than you see here",
                )
            return text, (start.line, start.column, None, None)
        value = scalars.plain_value(text)
        if scalars.is_not_finite(text, value):
            self.report(
                "Y015",
                start,
                f"`{text}` is not a number that can be compared or published",
                "give a finite decimal number",
                width=len(text),
            )
            return None, (start.line, start.column, None, text)
        if text in scalars.OLD_BOOLEANS:
            self.report(
                "Y011",
                start,
                f"`{text}` means true or false to some tools and text to others",
                f'write true or false, or quote it: "{text}"',
                width=len(text),
            )
        elif text in scalars.OLD_NULLS:
            self.report(
                "Y011",
                start,
                f"`{text}` means nothing at all to some tools and text to others",
                f'take the field out, or quote it: "{text}"',
                width=len(text),
            )
        if self.watch_comments:
            self.layout.add_plain(start, event.end_mark, is_text=isinstance(value, str))
        return value, (start.line, start.column, None, text)

    def sequence(self, start: Any) -> tuple[list[Any], Node]:
        values: list[Any] = []
        nodes: list[Node] = []
        event = self.next()
        while not isinstance(event, yaml.SequenceEndEvent):
            value, node = self.value(event)
            values.append(value)
            nodes.append(node)
            event = self.next()
        if self.watch_comments:
            self.layout.add_end(event.end_mark)
        return values, (start.line, start.column, nodes, None)

    def mapping(self, start: Any) -> tuple[dict[str, Any], Node]:
        values: dict[str, Any] = {}
        nodes: dict[str, tuple[int, int, Node]] = {}
        event = self.next()
        while not isinstance(event, yaml.MappingEndEvent):
            key = self.key(event)
            mark = event.start_mark
            value, node = self.value(self.next())
            if key is not None and key in values:
                line, column, _ = nodes[key]
                first = Place(self.path, line + self.first_line, column + 1)
                self.report(
                    "Y002",
                    mark,
                    f"`{key}` is given twice",
                    f"keep one of the two; the first is on line {first.line}",
                    width=len(key or ""),
                    related=(Related(first, f"`{key}` is first given here"),),
                )
            elif key is not None:
                values[key] = value
                nodes[key] = (mark.line, mark.column, node)
            event = self.next()
        if self.watch_comments:
            self.layout.add_end(event.end_mark)
        return values, (start.line, start.column, nodes, None)

    def key(self, event: Any) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            self.report(
                "Y017",
                event.start_mark,
                "a key must be a word, not a list or a mapping",
                "look for a missing quote or a stray `[`, `{` or `?` before this",
            )
            if not isinstance(event, yaml.AliasEvent):
                self.value(event)
            return None
        key: str = event.value
        mark = event.start_mark
        if self.watch_comments:
            self.layout.add_text(mark, event)
        if event.anchor is not None or event.tag is not None:
            code, what = ("Y003", "an anchor") if event.anchor else ("Y004", "a tag")
            self.report(
                code,
                mark,
                f"the key `{key}` carries {what}, which is not allowed",
                "write the key as a plain word",
                width=1,
            )
        if event.implicit[0]:
            if key == "<<":
                self.report(
                    "Y005",
                    mark,
                    "`<<` merges another mapping in without showing it",
                    "write the fields out, so that each value stands where it applies",
                    width=2,
                )
                return None
            if key in scalars.OLD_BOOLEANS:
                self.report(
                    "Y011",
                    mark,
                    f"the key `{key}` means true or false to some tools",
                    f'quote it: "{key}"',
                    width=len(key),
                )
        return key
