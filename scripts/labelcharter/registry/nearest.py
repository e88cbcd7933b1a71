"""What someone may have meant: the nearest known word or id to a mistyped one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DATED = re.compile(r"([A-Za-z]+)[-_ ]?0*([0-9]+)")
# Farther than any misspelling: a part of the id was left out.
_PART_LEFT_OUT = 50


def nearest(word: str, known: Iterable[str], *, likely: bool = False) -> str | None:
    """The closest of `known` within a third of the word's length (at least one), else None.

    Distance is optimal string alignment without regard to case: one swap of neighbours counts one.
    Within half of it where one of them is `likely`, because it is missing where the word stands.
    """
    limit = max(1, len(word) // (2 if likely else 3))
    found = ((_distance(word, k, limit), k) for k in known)
    return _closest((distance, k) for distance, k in found if distance is not None)


def nearest_id(word: str, known: Iterable[str]) -> str | None:
    """The closest of the ids `known`, else None.

    Every part between dots must be near its counterpart, because all ids of a kind begin alike; a
    numbered record is only meant by its number. `label.slur` and `slur` may mean
    `label.hate-speech.slur`.
    """
    return _closest((distance, k) for k in known if (distance := _id_distance(word, k)) is not None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of `known` was meant; empty when nothing is near."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""


def _closest(found: Iterable[tuple[int, str]]) -> str | None:
    return min(found, default=(0, None))[1]


def _distance(word: str, other: str, limit: int | None = None) -> int | None:
    from rapidfuzz.distance import OSA

    limit = limit or max(1, len(word) // 3)
    distance = OSA.distance(word.casefold(), other.casefold(), score_cutoff=limit)
    return distance if distance <= limit else None


def _id_distance(word: str, other: str) -> int | None:
    dated, other_dated = _DATED.fullmatch(word), _DATED.fullmatch(other)
    if dated and other_dated:
        same = dated[2] == other_dated[2]
        return _distance(dated[1], other_dated[1]) if same else None
    parts, others = word.split("."), other.split(".")
    if len(parts) == len(others):
        distances = [_part_distance(p, o) for p, o in zip(parts, others, strict=True)]
        known = [d for d in distances if d is not None]
        return sum(known) if len(known) == len(distances) else None
    left_out = len(parts) < len(others) and parts[-1] == others[-1]
    return _PART_LEFT_OUT if left_out and (len(parts) == 1 or parts[0] == others[0]) else None


def _part_distance(part: str, other: str) -> int | None:
    """Word by word where there are as many; `old-rules` does not mean `rules`."""
    words, others = part.split("-"), other.split("-")
    if len(words) != len(others):
        distance = _distance(part, other)
        return distance if distance is not None and distance <= 2 else None
    distances = [_distance(w, o) for w, o in zip(words, others, strict=True)]
    known = [d for d in distances if d is not None]
    return sum(known) if len(known) == len(distances) else None
