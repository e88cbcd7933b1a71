"""Which fields differ between two versions of an element, in the words of its reader.

Items of a list are matched by the name they carry, not by where they stand: an item taken out of
the middle is one change, not a change of all that follow.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

# What names an item among its neighbours, the first that all of them have and none shares.
NATURAL_KEYS = (
    *("id", "value", "seat", "metric", "name", "word", "change", "clause", "heading"),
    *("attribute", "role", "system"),
)
_ALIKE = 0.6  # share of text that an edited sentence keeps, else it is another sentence
_PAIRS = 2_000  # comparing every item with every other is worth this much and no more
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Change:
    """One field: `old` is None where there was nothing, `new` where nothing is left.

    Fields read like `harm.who`, `states[unsure].meaning`, `body: Why`. A text in a list that was
    added or taken out carries the list's name; `labels: order` is a new order of the same items.
    """

    field: str
    old: Any
    new: Any


def changes_between(
    old: Mapping[str, Any], new: Mapping[str, Any], old_body: str = "", new_body: str = ""
) -> tuple[Change, ...]:
    """The changed fields of an element, `id` apart: fields in the new order, then its text."""
    fields = _mappings(_without_id(old), _without_id(new), "")
    return (*fields, *_bodies(old_body, new_body))


def all_fields(new: Mapping[str, Any], body: str = "") -> tuple[Change, ...]:
    """What an element began with: each of its fields, whole."""
    fields = (
        Change(name, None, value) for name, value in _without_id(new).items() if value is not None
    )
    return (*fields, *_bodies("", body))


def sections(body: str) -> dict[str, str]:
    """The text under each `##` heading; under "" what stands before the first one."""
    found: dict[str, list[str]] = {"": []}
    title, fence = "", ""
    for line in body.replace("\r\n", "\n").split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
        if line.startswith("## ") and not fence:
            title = _unused(line[3:].strip().rstrip("#").strip(), found)
            found[title] = []
        else:
            found[title].append(line.rstrip())
    return {title: "\n".join(lines).strip("\n") for title, lines in found.items()}


def _unused(title: str, found: Mapping[str, Any]) -> str:
    number, name = 1, title
    while name in found:
        number += 1
        name = f"{title} ({number})"
    return name


def _bodies(old: str, new: str) -> Iterator[Change]:
    if old == new:
        return
    before, after = sections(old), sections(new)
    for title in (*after, *(t for t in before if t not in after)):
        was, now = before.get(title) or None, after.get(title) or None
        if was != now:
            yield Change(f"body: {title}" if title else "body", was, now)


def _without_id(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "id"}


def _mappings(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> Iterator[Change]:
    for key in (*new, *(k for k in old if k not in new)):
        was, now = old.get(key), new.get(key)
        if was is not now:  # a part that was read once is the same object in all its versions
            yield from _values(was, now, f"{name}.{key}" if name else key)


def _values(old: Any, new: Any, field: str) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mappings(old, new, field)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, field)
    elif not same(old, new):
        yield Change(field, old, new)


def same(old: Any, new: Any) -> bool:
    """Equal but for the writing: `0.80` is 0.8, a last line break is none; true is never 1."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, str) and isinstance(new, str):
        return old.rstrip("\n") == new.rstrip("\n")
    return bool(old == new)


def _lists(old: list[Any], new: list[Any], field: str) -> Iterator[Change]:
    key = natural_key(old, new)
    if key is not None:
        yield from _keyed(old, new, field, key)
        return
    gone, came, kept_old, kept_new = _unmatched(old, new)
    pairs = alike([old[i] for i in gone], [new[i] for i in came])
    paired_old = {gone[i] for i, _ in pairs}
    paired_new = {came[j]: gone[i] for i, j in pairs}
    for index in gone:
        if index not in paired_old:
            yield Change(field, old[index], None)
    for index in came:
        was = paired_new.get(index)
        if was is None:
            yield Change(field, None, new[index])
        elif isinstance(new[index], str):
            yield Change(field, old[was], new[index])
        else:
            yield from _values(old[was], new[index], f"{field}[{index}]")
    if kept_old != kept_new:
        yield Change(f"{field}: order", kept_old, kept_new)


def _keyed(old: list[Any], new: list[Any], field: str, key: str) -> Iterator[Change]:
    before = {item[key]: item for item in old}
    after = {item[key]: item for item in new}
    for name, item in after.items():
        yield from _values(before.get(name), item, f"{field}[{name}]")
    for name, item in before.items():
        if name not in after:
            yield Change(f"{field}[{name}]", item, None)
    kept_old = [name for name in before if name in after]
    kept_new = [name for name in after if name in before]
    if kept_old != kept_new:
        yield Change(f"{field}: order", kept_old, kept_new)


def natural_key(old: Sequence[Any], new: Sequence[Any]) -> str | None:
    """The key that names each item among its neighbours in both lists; None: they bear no names."""
    items = [*old, *new]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    for key in NATURAL_KEYS:
        if all(isinstance(item.get(key), str) for item in items) and all(
            len({item[key] for item in side}) == len(side) for side in (old, new)
        ):
            return key
    return None


def _unmatched(
    old: Sequence[Any], new: Sequence[Any]
) -> tuple[list[int], list[int], list[Any], list[Any]]:
    """Places of the items only `old` has, of those only `new` has, and what is in both, twice."""
    old_words, new_words = [word_of(item) for item in old], [word_of(item) for item in new]
    common = Counter(old_words) & Counter(new_words)
    gone, kept_old = _split(old_words, Counter(common))
    came, kept_new = _split(new_words, Counter(common))
    return gone, came, [old[i] for i in kept_old], [new[i] for i in kept_new]


def _split(words: Sequence[str], common: Counter[str]) -> tuple[list[int], list[int]]:
    alone, shared = [], []
    for index, word in enumerate(words):
        if common[word] > 0:
            common[word] -= 1
            shared.append(index)
        else:
            alone.append(index)
    return alone, shared


def word_of(item: Any) -> str:
    """What an item holds, as text: equal for equal items, whatever the order of their fields."""
    text = item.rstrip("\n") if isinstance(item, str) else item
    return json.dumps(text, sort_keys=True, default=str)


def alike(gone: Sequence[Any], came: Sequence[Any]) -> list[tuple[int, int]]:
    """Pairs of places (in `gone`, in `came`) that are one item, edited: nearest first."""
    if len(gone) * len(came) > _PAIRS:
        return list(zip(range(len(gone)), range(len(came)), strict=False))
    found = [
        (-likeness, i, j)
        for i, was in enumerate(gone)
        for j, now in enumerate(came)
        if (likeness := _likeness(was, now)) >= _ALIKE
    ]
    pairs: list[tuple[int, int]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, i, j in sorted(found):
        if i not in used_old and j not in used_new:
            used_old.add(i)
            used_new.add(j)
            pairs.append((i, j))
    return pairs


def _likeness(old: Any, new: Any) -> float:
    """How much of one item the other keeps, 0 to 1; a word without a space keeps all or none."""
    if isinstance(old, str) and isinstance(new, str):
        if " " not in old or " " not in new:
            return 0.0
        return SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio()
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = {*old, *new}
        shares = (
            1.0 if same(old.get(k), new.get(k)) else _likeness(old.get(k), new.get(k)) for k in keys
        )
        return sum(shares) / len(keys) if keys else 1.0
    return 0.0
