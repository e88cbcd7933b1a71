"""The ratio of two independent shares, with its score interval; the ratio to the best of several.

The interval holds every ratio r that the score test of H0: p_top = r p_bottom does not reject:
Z(r) = (x1/n1 - r x2/n2) / sqrt(p1 (1 - p1)/n1 + r^2 p2 (1 - p2)/n2), where p1 = r p2 are the shares
that are likeliest under H0; p2 solves N r p2^2 - (n1 r + x1 + n2 + r x2) p2 + x1 + x2 = 0.
Koopman 1984, Biometrics 40:513-517 (his chi-square is Z^2, term by term); Miettinen and Nurminen
1985, Stat Med 4:213-226, multiply the variance by N/(N - 1) (`corrected`). Unlike Katz's interval
on the logarithm it needs no cell above zero, and it covers (measured exactly, by enumeration, in
tests/audit/test_ratio_interval.py). No library gave it for every table when this was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from labelcharter.audit.statistics.estimate import CONFIDENCE

_HALVINGS = 200  # more than a double has bits: the bracket closes on two neighbouring numbers


@dataclass(frozen=True, slots=True)
class Share:
    """`having` out of `of` independent people (or items), each counted once."""

    having: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.having <= self.of:
            raise ValueError(f"{self.having} out of {self.of} is not a share")

    @property
    def others(self) -> Share:
        """The share of those who have it not: the adverse side."""
        return Share(self.of - self.having, self.of)


@dataclass(frozen=True, slots=True)
class RatioInterval:
    """`value` is None where the bottom share is zero; then `high` is infinite, else it never is."""

    value: float | None
    low: float
    high: float


def ratio_interval(
    top: Share, bottom: Share, confidence: float = CONFIDENCE, *, corrected: bool = False
) -> RatioInterval | None:
    """Of top over bottom; None where nothing can be said (nobody there, or nobody has it).

    `corrected`: with the factor N/(N - 1) of Miettinen and Nurminen.
    """
    if not top.of or not bottom.of or not top.having + bottom.having:
        return None
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    if corrected:
        both = top.of + bottom.of
        z *= sqrt(both / (both - 1))
    low = _lowest(top, bottom, z)
    if not bottom.having:
        return RatioInterval(None, low, inf)
    return RatioInterval(ratio(top, bottom), low, 1 / _lowest(bottom, top, z))


def ratio(top: Share, bottom: Share) -> float:
    """From whole numbers, rounded once: equal ratios of counts are equal numbers."""
    return (top.having * bottom.of) / (bottom.having * top.of)


def ratios_to_best(
    shares: Sequence[Share], confidence: float = CONFIDENCE
) -> list[RatioInterval | None]:
    """Each share over the highest true share of them all, with simultaneous intervals.

    The group that happened to come out highest is not the best one for certain, and taking it for
    that makes the others look worse than they are. So every pair is compared, at a joint level of
    `confidence` (Bonferroni, K (K - 1)/2 pairs): the ratio to the best is the least of the ratios
    to each, hence lies between the least of their low and the least of their high ends, and is 1 at
    most (multiple comparisons with the best; Hsu 1984, Ann Stat 12:1136-1144). `value` is the ratio
    to the group observed highest. None for all of them where nobody has it or a group is empty.
    """
    if len(shares) < 2 or any(not share.of for share in shares):
        return [None] * len(shares)
    pairs = len(shares) * (len(shares) - 1) // 2
    each = 1 - (1 - confidence) / pairs
    highest = max(shares, key=lambda share: share.having / share.of)
    found: list[RatioInterval | None] = []
    for at, share in enumerate(shares):
        others = [*shares[:at], *shares[at + 1 :]]
        if not highest.having:
            found.append(None)
            continue
        against = [ratio_interval(share, other, each) for other in others]
        ends = [(0.0, inf) if one is None else (one.low, one.high) for one in against]
        low, high = (min(1.0, *end) for end in zip(*ends, strict=True))
        found.append(RatioInterval(ratio(share, highest), low, high))
    return found


def _lowest(top: Share, bottom: Share, z: float) -> float:
    """The least ratio that is not rejected at z: where Z, which falls in r, comes down to z."""
    if not top.having:
        return 0.0
    low = high = ratio(top, bottom) if bottom.having else 1.0
    while not bottom.having and score(top, bottom, high) > z:
        high *= 2
    while low == high or score(top, bottom, low) < z:
        low /= 2
    for _ in range(_HALVINGS):
        middle = sqrt(low) * sqrt(high)
        if not low < middle < high:
            break
        if score(top, bottom, middle) > z:
            low = middle
        else:
            high = middle
    return low


def score(top: Share, bottom: Share, at: float) -> float:
    """Z of H0: the ratio is `at` (above 0); positive where the observed ratio lies above it."""
    likeliest = _likeliest_bottom(top, bottom, at)
    first = min(1.0, at * likeliest)
    spread = first * (1 - first) / top.of + at * at * likeliest * (1 - likeliest) / bottom.of
    apart = top.having / top.of - at * bottom.having / bottom.of
    if spread <= 0:
        return 0.0 if not apart else inf if apart > 0 else -inf
    return apart / sqrt(spread)


def _likeliest_bottom(top: Share, bottom: Share, at: float) -> float:
    """The smaller root, in the form that does not lose digits when `at` is very large or small."""
    having = top.having + bottom.having
    middle = top.of * at + top.having + bottom.of + at * bottom.having
    under = middle * middle - 4 * (top.of + bottom.of) * at * having
    return min(1.0, 1 / at, 2 * having / (middle + sqrt(max(0.0, under))))
