"""The names of groups as readers know them, and the numbers that may stand beside each.

A number beside the name of a hidden group is no leak where the record itself publishes it there: a
margin, a limit, a figure of an earlier record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from labelcharter.audit.disclosure.attack.reading import result_of

Group = tuple[str, str]

_NUMBER = re.compile(r"(?<![\w.])[-−+]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?!\w)")
_NOT_FIGURES = (
    re.compile(r"\b95\s*%"),  # of every interval
    re.compile(r"\b[A-Z]{3}-\d{4,}\b"),  # an id
    re.compile(r"\b[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+"),  # an element's id
    re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),  # a day
    re.compile(r"\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b"),  # a day, to sort by
    re.compile(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b"),
    re.compile(r"\b\d+\.\d+\.\d+\b"),  # a version
    re.compile(r"`[^`]*`"),  # a label
)
_SHORTEST = 3  # letters of a name that is looked for in running text


@dataclass(frozen=True, slots=True)
class Named:
    """A group of a record, the names that it goes by, and the numbers it may stand beside."""

    record: str
    group: Group
    names: tuple[str, ...]
    allowed: tuple[float, ...]


def hidden_groups(content: Mapping[str, Any]) -> list[Group]:
    """(attribute, value) of every group whose counts the record hides."""
    return [
        (group["attribute"], group["value"])
        for group in result_of(content)["groups"]
        if group["ratings"] is None
    ]


def numbers_beside(content: Mapping[str, Any], group: Group) -> list[float]:
    """Every number that the record itself puts beside the group."""
    return [number for entry in _entries(content, group) for number in _numbers_in(entry)]


def _entries(content: Mapping[str, Any], group: Group) -> Iterator[Any]:
    """Every entry of the record that is about the group, alone or with another."""
    attribute, value = group
    result = result_of(content)
    rows = [row for check in result.get("checks", ()) for row in check["rows"]]
    of_result = ("groups", "gaps", "ratios", "findings", "predictions")
    listed = [entry for key in of_result for entry in result.get(key, ())]
    for entry in [*listed, *rows, *content.get("gates", ())]:
        named = [entry.get(key) for key in ("value", "a", "b", "reference")]
        named += [*entry.get("groups", ()), *str(entry.get("value") or "").split(" less ")]
        if entry.get("attribute") == attribute and value in named:
            yield entry


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, str):
        yield from (number for number, _ in numbers_said(value))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _numbers_in(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _numbers_in(part)


def numbers_said(text: str, names: Iterable[str] = ()) -> list[tuple[float, int]]:
    """(number, its decimals) of every number in a text that is not part of a name, id or day."""
    for pattern in _NOT_FIGURES:
        text = pattern.sub(" ", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    found = []
    for match in _NUMBER.finditer(text):
        plain = match[0].replace(",", "").replace("−", "-")
        decimals = len(plain.partition(".")[2])
        found.append((float(plain), decimals))
    return found


def may_stand(number: float, decimals: int, allowed: Iterable[float]) -> bool:
    """True where a published number prints so, as it is or in hundredths."""
    half = 0.5 * 10.0**-decimals + 1e-9
    return any(abs(number - each) <= half or abs(number - 100 * each) <= half for each in allowed)


def leaks_in(text: str, named: Named, others: Iterable[str] = ()) -> bool:
    """True where a text beside the group's name has a number that may not stand there."""
    names = (*named.names, *others)
    return any(not may_stand(n, d, named.allowed) for n, d in numbers_said(text, names))


def mentions(text: str, names: Iterable[str]) -> int:
    """Where in a text one of the names stands as a word of its own; -1 where none does."""
    found = [match.start() for name in names if (match := _as_a_word(name).search(text))]
    return min(found, default=-1)


@cache
def _as_a_word(name: str) -> re.Pattern[str]:
    """The name by itself: neither within a word nor the first part of an element's id."""
    return re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w|\.[a-z])")


def windows(text: str, named: Named, all_names: Sequence[str], reach: int = 120) -> Iterator[str]:
    """What follows each mention of the group, up to the next group, sentence or clause."""
    names = [name for name in named.names if len(name) >= _SHORTEST]
    for name in names:
        for match in _as_a_word(name).finditer(text):
            rest = text[match.end() : match.end() + reach]
            ends = [rest.find(mark) for mark in (";", ". ", "<", "\n")]
            ends += [mentions(rest, [n for n in all_names if len(n) >= _SHORTEST])]
            yield rest[: min([end for end in ends if end >= 0], default=len(rest))]
