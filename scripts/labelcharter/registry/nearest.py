"""What someone may have meant: the nearest known word to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The closest of `known` within a third of the word's length (at least one), else None.

    Distance is optimal string alignment without regard to case: one swap of neighbours counts one.
    """
    from rapidfuzz.distance import OSA

    wanted = word.casefold()
    limit = max(1, len(word) // 3)
    best: tuple[int, str] | None = None
    for candidate in known:
        distance = OSA.distance(wanted, candidate.casefold(), score_cutoff=limit)
        if distance <= limit and (best is None or (distance, candidate) < best):
            best = (distance, candidate)
    return best[1] if best else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest of `known` was meant; empty when nothing is near."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else ""
