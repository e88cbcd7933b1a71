"""Reading only what is new: a file cut where each part provably means the same alone.

Nearly all the time of a history goes into parsing, and most of what is parsed was the same in the
version before. So a YAML text is cut at its top-level fields, and a list below one of them at its
items; each part is read alone, once, however many versions hold it.

What makes this safe: every byte belongs to a part, a part begins where no text of the part before
can continue (a field at the margin, an item at the list's own indentation), and each part must be
readable alone. Quotes, brackets and blocks that run on leave a part unreadable, and then, as in
any doubt, the caller reads the whole file. A test compares both ways on damaged files.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labelcharter.history.versions import Version, version, version_of
from labelcharter.registry.documents import read_source

_HELD = 64 << 20  # characters of parts remembered at a time

# Line breaks other than \n, marks and controls may end a line or a file: whole files only.
_SAFE = re.compile(
    r"[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*\Z"
)
# Each pattern begins with the line break itself, which is found many times faster than `^`.
_NAME = r"[A-Za-z_][A-Za-z0-9_]*:(?=[ \n]|\Z)"
_FIELD = re.compile(rf"\n(?={_NAME})")
_NOT_CUT = re.compile(rf"\n(?!{_NAME}|[ \n]|- |\Z)")
_FIRST_ITEM = re.compile(r"[^:\n]*: *(?=\n( *)- )")


@dataclass(slots=True)
class Parts:
    """Parts already read: text -> what it holds; None: it cannot be read alone."""

    known: dict[str, tuple[Version, ...] | None] = field(default_factory=dict)
    held: int = 0

    def read(self, text: str) -> tuple[Version, ...] | None:
        """The elements that a part holds."""
        if text in self.known:
            return self.known[text]
        if self.held > _HELD:
            self.known.clear()
            self.held = 0
        self.held += len(text)
        source = read_source(text.encode("utf-8"), ".yaml")
        doubtful = any(problem.severity == "error" for problem in source.document.problems)
        readable = isinstance(source.document.value, dict) and not doubtful
        found = tuple(map(version_of, source.elements)) if readable else None
        self.known[text] = found
        return found


def read_parts(data: bytes, parts: Parts) -> tuple[Version, ...] | None:
    """The elements of a YAML file, read part by part; None when it must be read whole."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    text = f"\n{text}"
    if not text.endswith("\n") or not _SAFE.match(text) or _NOT_CUT.search(text):
        return None
    before, *written = _FIELD.split(text[:-1])
    fields = {lines.partition(":")[0]: lines for lines in written}
    if before or not fields or len(fields) < len(written):
        return None  # text before the first field, no field at all, or one given twice
    if "id" in fields:
        return _one_element(fields, parts)
    found: list[Version] = []
    for piece, _ in _pieces(fields):
        elements = parts.read(piece)
        if elements is None:
            return None
        found += elements
    return tuple(found)


def _pieces(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(part, its field): each item of a list is a part of its own, under the list's name."""
    for name, lines in fields.items():
        first = _FIRST_ITEM.match(lines)
        item, runs_on = _item_lines(first[1]) if first else (_FIELD, _NOT_CUT)
        if first is None or runs_on.search(lines, first.end()):
            yield f"{lines}\n", name
        else:
            yield from ((f"{name}:\n{one}\n", name) for one in item.split(lines[first.end() :])[1:])


@functools.cache
def _item_lines(indentation: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What an item begins with, and what would be neither that, nor inside it, nor blank."""
    return (
        re.compile(rf"\n(?={indentation}- )"),
        re.compile(rf"\n(?!{indentation}(?:- |  )|\n|\Z)"),
    )


def _one_element(fields: Mapping[str, str], parts: Parts) -> tuple[Version, ...] | None:
    """A file that is one element: its fields joined again, and the elements nested in it."""
    data: dict[str, Any] = {}
    nested: list[Version] = []
    element: Version | None = None
    for piece, name in _pieces(fields):
        found = parts.read(piece if name == "id" else f"{fields['id']}\n{piece}")
        if not found or not found[-1].data.keys() <= {"id", name}:
            return None
        *inner, element = found
        nested += inner
        value = element.data[name]
        data[name] = [*data[name], *value] if name in data else value
    if element is None:
        return None
    return (*nested, version(element.id, element.kind, None, data))
