"""Many tests at once: p values corrected within their family.

Holm (1979, Scand J Statist 6:65-70) keeps the chance of even one false claim in the family at the
level, whatever hangs together; Benjamini and Hochberg (1995, JRSS B 57:289-300) keep the expected
share of false claims among the claims. A corrected p ("q") is the smallest level at which the test
would be claimed, so q < .05 reads as p < .05 would for a test that stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Correction = Literal["holm", "bh"]


@dataclass(frozen=True, slots=True)
class Corrected:
    """`q` stands where each p stood, None where there was none.

    `tests` were corrected together (those of earlier looks and those only planned included),
    `without_p` had no p and were left out first.
    """

    q: tuple[float | None, ...]
    tests: int
    without_p: int


def corrected(
    p: Sequence[float | None],
    correction: Correction,
    earlier: Sequence[float] = (),
    looks: int = 1,
) -> Corrected:
    """The p values of one family, corrected together with those of `earlier` looks at it.

    A p that is None is a test that could not be made: it is dropped, and counted. `looks` is how
    often the family is to be tested in all, where that was fixed beforehand: it then counts that
    many times the tests of today from the first look on, and a claim once made still stands at the
    last one (tests not yet made count as p = 1, and a p that falls lowers every q). Without it the
    claims that stand at any one time keep the level when earlier ones are corrected anew; that one
    was ever made wrongly in K looks is bounded by the level times 1 + 1/2 + ... + 1/K.
    Raises ValueError where a p is no probability.
    """
    made = [value for value in p if value is not None]
    for value in (*made, *earlier):
        if not 0 <= value <= 1:
            raise ValueError(f"{value} is no p value")
    tests = max(len(made) + len(earlier), len(made) * looks)
    together = sorted((*made, *earlier))
    q_of = CORRECTIONS[correction](together, tests)
    q = tuple(None if value is None else q_of[value] for value in p)
    return Corrected(q, tests, len(p) - len(made))


def holm(ascending: Sequence[float], tests: int) -> Mapping[float, float]:
    """Each p with its q. `tests` may be more than there are: the others count as 1."""
    found: dict[float, float] = {}
    highest = 0.0
    for smaller, p in enumerate(ascending):
        highest = max(highest, min(1.0, (tests - smaller) * p))
        found.setdefault(p, highest)
    return found


def benjamini_hochberg(ascending: Sequence[float], tests: int) -> Mapping[float, float]:
    """The same, as in `holm`."""
    found: dict[float, float] = {}
    lowest = 1.0
    for up_to, p in reversed(list(enumerate(ascending, start=1))):
        lowest = min(lowest, tests * p / up_to)
        found.setdefault(p, lowest)
    return found


CORRECTIONS: Mapping[Correction, Callable[[Sequence[float], int], Mapping[float, float]]] = {
    "holm": holm,
    "bh": benjamini_hochberg,
}
