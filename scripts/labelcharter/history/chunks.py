"""Reading only what is new: a file cut where each part provably means the same alone.

Nearly all the time of a history goes into parsing, and most of what is parsed was the same in the
version before. So a YAML text is cut at its fields; the list below one of them at its items, where
these are elements; and an item at its fields again. Each part is read once, however many versions
hold it.

What makes this safe: every byte belongs to a part, a part begins where no text of the part before
can continue (a field at the margin, an item at the list's own indentation), and parts that are read
without their neighbours must come out as exactly the fields that they were cut as. Quotes, brackets
and blocks that run on leave a part unreadable or hide a field that was counted; then, as in any
doubt, more is read at once: the item, and at last the whole file. A test compares all of this with
reading whole files, on damaged ones.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labelcharter.history.remembered import Remembered
from labelcharter.history.versions import Version, version, version_of
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.reading.front_matter import split_page
from labelcharter.reading.undoubted import undoubted_fields
from labelcharter.reading.yaml_events import read_yaml
from labelcharter.registry.documents import elements_in
from labelcharter.registry.kinds import COLLECTIONS, NESTED, kind_of_id

# Each pattern begins with the line break itself, which is found many times faster than `^`.
_NAME = r"[A-Za-z_][A-Za-z0-9_]*:(?=[ \n]|\Z)"
_FIRST_ITEM = re.compile(r"[^:\n]*: *(?=\n( *)- )")
_REMARKS = re.compile(r"(?:\n(?:#[^\n]*)?)*\Z")

_Found = tuple[tuple[Version, ...], tuple[Any, ...]] | tuple[()]


@dataclass(slots=True)
class Parts:
    """Parts already read. Nothing in them depends on the file in which they were first met.

    - `values`: the text of a field, with its indentation -> its value, in a tuple;
    - `items`: where a list stands and the text of an item -> the versions in it, and what the
      element around it keeps of it.

    An empty tuple stands for what cannot be read alone.
    """

    values: Remembered[tuple[Any, ...]] = field(default_factory=Remembered)
    items: Remembered[_Found] = field(default_factory=Remembered)

    def field(self, text: str, name: str) -> tuple[Any, ...]:
        """The value of one field at the margin, in a tuple."""
        known = self.values.get(text)
        return self.values.put(text, _alone(f"{text}\n", name)) if known is None else known

    def fields(self, texts: Mapping[str, str]) -> dict[str, Any] | None:
        """The values of fields, name -> text; the new ones are parsed at once, or not at all."""
        found: dict[str, Any] = {}
        new = []
        for name, text in texts.items():
            known = self.values.get(text)
            if known is None:
                new.append(name)
                found[name] = None  # the place in the order is taken
            elif not known:
                return None
            else:
                found[name] = known[0]
        if new:
            read = undoubted_fields("\n".join([texts[name] for name in new]) + "\n")
            if read is None or list(read) != new:
                return None
            for name, value in read.items():
                self.values.put(texts[name], (value,))
                found[name] = value
        return found

    def item(self, text: str, name: str) -> tuple[Any, ...]:
        """What one item of the list `name` is, in a tuple."""
        dash = text.index("-")
        margin = " " * (dash + 2)
        texts = _fields(f"\n{margin}{text[dash + 2 :]}", margin)
        value = self.fields(texts) if texts else None
        if value is not None:
            return (value,)
        alone = _alone(f"{name}:\n{text}\n", name)
        return (
            tuple(alone[0]) if alone and isinstance(alone[0], list) and len(alone[0]) == 1 else ()
        )


def read_parts(data: bytes, parts: Parts, form: str = ".yaml") -> tuple[Version, ...] | None:
    """The elements of a YAML or Markdown file, read in parts; None when it must be read whole."""
    if len(data) > LARGEST_FILE:
        return None
    try:
        text, body = data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return None
    if form == ".md":
        page = split_page(text) if text.replace("\n", "").isprintable() else None
        if page is None:
            return None
        text, body = page
    fields = _fields(f"\n{text[:-1]}", "") if text.endswith("\n") else None
    if not fields:
        return None
    if "id" in fields:
        return _one_element(fields, body, parts)
    return _collections(fields, parts) if form != ".md" else None


def _collections(fields: Mapping[str, str], parts: Parts) -> tuple[Version, ...] | None:
    found: list[Version] = []
    for name, lines in fields.items():
        items = _items(lines) if name in COLLECTIONS else None
        if items is None:
            value = parts.field(lines, name)
            if not value:
                return None
            found += map(version_of, elements_in({name: value[0]}))
            continue
        for item in items:
            held = _item(name, item, parts)
            if not held:
                return None
            found += held[0]
    return tuple(found)


def _item(name: str, item: str, parts: Parts, around: str = "") -> _Found:
    """An item that is an element: of a collection, or nested in the element `around`."""
    key = f"{around}\n{name}:\n{item}"
    known = parts.items.get(key)
    if known is not None:
        return known
    value = parts.item(item, name)
    if not value:
        return parts.items.put(key, ())
    held = {"id": around, name: list(value)} if around else {name: list(value)}
    versions = tuple(map(version_of, elements_in(held)))
    if not around:
        return parts.items.put(key, (versions, ()))
    return parts.items.put(key, (versions[:-1], tuple(versions[-1].data[name])))


def _one_element(fields: Mapping[str, str], body: str, parts: Parts) -> tuple[Version, ...] | None:
    """A file that is one element: its fields joined again, and the elements nested in it."""
    identifier = parts.field(fields["id"], "id")
    if not identifier or not isinstance(identifier[0], str):
        return None
    kind = kind_of_id(identifier[0])
    nested = NESTED[kind.name][0] if kind is not None and kind.name in NESTED else ""
    items = _items(fields[nested]) if nested in fields else None
    inner: list[Version] = []
    ids: list[Any] = []
    for item in items or ():
        held = _item(nested, item, parts, identifier[0])
        if not held:
            return None
        inner += held[0]
        ids += held[1]
    own = {name: text for name, text in fields.items() if items is None or name != nested}
    data = parts.fields(own)
    if data is None:
        alone = {name: parts.field(text, name) for name, text in own.items()}
        if not all(alone.values()):
            return None
        data = {name: value[0] for name, value in alone.items()}
    if kind is None or items is None:
        return tuple(map(version_of, elements_in(data, body)))
    data = {name: ids if name == nested else data[name] for name in fields}
    return (*inner, version(identifier[0], kind.name, None, data, body))


def _alone(text: str, name: str) -> tuple[Any, ...]:
    """The value of the one field that a text holds, in a tuple; () when it is not that."""
    value = undoubted_fields(text)
    if value is None:
        document = read_yaml(text.encode("utf-8"), "")
        if any(problem.severity == "error" for problem in document.problems):
            return ()
        value = document.value
    return (value[name],) if isinstance(value, dict) and list(value) == [name] else ()


def _fields(text: str, margin: str) -> dict[str, str] | None:
    """The text cut at its fields, name -> lines; None where it is not made of these alone."""
    field_at, runs_on = _field_lines(margin)
    if runs_on.search(text):
        return None
    before, *written = field_at.split(text)
    if before and (margin or not _REMARKS.match(before) or not before[1:].isprintable()):
        return None
    fields = {lines[len(margin) : lines.index(":")]: lines for lines in written}
    return fields if len(fields) == len(written) else None  # else one is given twice


def _items(lines: str) -> list[str] | None:
    """A field cut at the items of its list; None where it is no list, one line an item or more."""
    first = _FIRST_ITEM.match(lines)
    if first is None:
        return None
    item_at, runs_on = _item_lines(first[1])
    return None if runs_on.search(lines, first.end()) else item_at.split(lines[first.end() :])[1:]


@functools.cache
def _field_lines(margin: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a field begins with, and what would be neither that, nor inside it, nor blank."""
    inside = "[ #]" if not margin else " "
    return (
        re.compile(rf"\n(?={margin}{_NAME})"),
        re.compile(rf"\n(?!{margin}(?:{_NAME}|{inside}|- )|\n|\Z)"),
    )


@functools.cache
def _item_lines(indentation: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What an item begins with, and what would be neither that, nor inside it, nor blank."""
    return (
        re.compile(rf"\n(?={indentation}- )"),
        re.compile(rf"\n(?!{indentation}(?:- |  )|\n|\Z)"),
    )
