"""Two records of the same input compared: the committed one, and the one that was computed again.

A record holds figures, and words about them. Figures must agree. Where the program is another
version than the one that wrote the record, its words may have been put better and it may compute
more; both are told, and neither is a contradiction. An engine that does not bring the single
ratings leaves out what needs them: that is told too.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from labelcharter.audit.disclosure.hidden import NO_FIGURES
from labelcharter.audit.questions.asked import NEEDS_RATINGS

Kind = Literal["figure", "words", "addition", "hidden", "not-computed"]

# Two machines may round the last bits of a sum or a logarithm differently; no more than that.
SAME = 1e-9

# Sentences and method notes; everything else is a figure, a name of one, or a verdict on one.
_WORDS = frozenset(
    {"why", "reason", "title", "basis", "notes", "note", "cleaning", "intervals", "tool_version"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two records differ, and how."""

    kind: Kind
    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}"


# Counts of rows, which a version with stricter rules may no longer show.
_COUNTS = frozenset({"rows", "conflicting"})


def differences(
    committed: Any, computed: Any, *, single_ratings: bool = True
) -> Iterator[Difference]:
    """Every difference, in reading order of the record; numbers are the same within SAME.

    `single_ratings`: whether the computation had them. Without, tests of agreement and some checks
    are not computed, and corrections over the whole family (q) come out otherwise.
    """
    newer = _version(committed) != _version(computed)
    for difference in _compare(committed, computed, "", newer):
        needs = _needs_ratings(difference, computed) or _says_so(difference, computed)
        if needs and not single_ratings:
            yield Difference("not-computed", difference.path, difference.words)
        else:
            yield difference


_TESTS = frozenset({"p", "least_p", "q", "why", "notes"})


def _needs_ratings(difference: Difference, computed: Any) -> bool:
    """True for a test, and for all of a check that the computation has a reason not to answer."""
    if difference.path.rpartition(".")[2].partition("[")[0] in _TESTS:
        return True
    within = re.match(r"result\.checks\[(\d+)\]", difference.path)
    if within is None:
        return False
    check = computed["result"]["checks"][int(within[1])]
    return bool(check["not_computed"]) or ".expected" in difference.path


def _says_so(difference: Difference, computed: Any) -> bool:
    """True for a row of a check, or a finding, that says which ratings it has not.

    Where its sentence is hidden, the notes of its check say so.
    """
    within = re.match(r"result\.(?:checks\[(\d+)\]\.rows|findings)\[(\d+)\]", difference.path)
    if within is None:
        return False
    result = computed["result"]
    rows = result["findings"] if within[1] is None else result["checks"][int(within[1])]["rows"]
    if int(within[2]) >= len(rows):
        return False
    row = rows[int(within[2])]
    name = row["check"] if within[1] is None else result["checks"][int(within[1])]["check"]
    notes = [n for check in result["checks"] if check["check"] == name for n in check["notes"]]
    hidden = row["why"] == NO_FIGURES and any(NEEDS_RATINGS in note for note in notes)
    return hidden or NEEDS_RATINGS in row["why"]


def _compare(committed: Any, computed: Any, where: str, newer: bool) -> Iterator[Difference]:
    if isinstance(committed, dict) and isinstance(computed, dict):
        for key in sorted({*committed, *computed}):
            path = f"{where}.{key}".lstrip(".")
            if key not in computed:
                hidden = newer and key in _COUNTS
                yield Difference("hidden" if hidden else "figure", path, "only in the record")
            elif key not in committed:
                kind: Kind = "addition" if newer else "figure"
                yield Difference(kind, path, "only in the computation")
            else:
                yield from _compare(committed[key], computed[key], path, newer)
    elif isinstance(committed, list) and isinstance(computed, list):
        yield from _compare_lists(committed, computed, where, newer)
    elif not same(committed, computed):
        kind = "figure"
        if newer and where.rpartition(".")[2].partition("[")[0] in _WORDS:
            kind = "words"
        elif newer and committed is None:
            kind = "addition"
        elif newer and computed is None and where.rpartition(".")[2] in _COUNTS:
            kind = "hidden"
        words = f"{_shown(committed)} in the record, {_shown(computed)} computed"
        yield Difference(kind, where, words)


def _compare_lists(
    committed: list[Any], computed: list[Any], where: str, newer: bool
) -> Iterator[Difference]:
    """By the names of their entries, where they have names, so that one more shifts nothing."""
    ours, theirs = _by_name(committed), _by_name(computed)
    if ours is None or theirs is None:
        if len(committed) != len(computed):
            words = f"{len(committed)} entries in the record, {len(computed)} computed"
            yield Difference(
                "words" if newer and where.endswith("notes") else "figure", where, words
            )
        for at, (one, other) in enumerate(zip(committed, computed, strict=False)):
            yield from _compare(one, other, f"{where}[{at}]", newer)
        return
    for name, (at, one) in ours.items():
        if name in theirs:
            yield from _compare(one, theirs[name][1], f"{where}[{at}]", newer)
        else:
            yield Difference("figure", f"{where}[{at}]", f"{name} is only in the record")
    more: Kind = "addition" if newer else "figure"
    for name, (at, _) in theirs.items():
        if name not in ours:
            yield Difference(more, f"{where}[{at}]", f"{name} is only in the computation")


_NAMES = ("gate", "check", "attribute", "value", "a", "b", "reference", "label", "figure", "about")


def _by_name(entries: list[Any]) -> dict[str, tuple[int, Any]] | None:
    """Entries by what they are about; None where one says nothing about that."""
    found: dict[str, tuple[int, Any]] = {}
    for at, entry in enumerate(entries):
        if not isinstance(entry, dict):
            return None
        parts = [str(entry[key]) for key in _NAMES if entry.get(key)]
        if not parts:
            return None
        name = ", ".join([*parts, *map(str, entry.get("groups", ()))])
        while name in found:  # the second of two entries about the same
            name += "'"
        found[name] = (at, entry)
    return found


def same(one: Any, other: Any) -> bool:
    """Numbers within SAME of each other, anything else equal."""
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (one, other))
    if numbers:
        return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)
    return bool(one == other)


def _version(record: Any) -> Any:
    manifest = record.get("manifest") if isinstance(record, dict) else None
    return manifest.get("tool_version") if isinstance(manifest, dict) else None


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
