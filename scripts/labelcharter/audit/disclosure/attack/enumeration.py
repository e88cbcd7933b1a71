"""A rate with its interval is a count in disguise: which k of n could have been printed so.

Looks at every k of every n up to a limit, with the interval formulas that this product prints for
counts: Wilson's, and the exact bound beside 0 % and 100 %. At three decimals one pair only is left
for every n up to 50. The two-way jackknife's interval depends on more than k and n and is not
looked up; where it is shown for a hidden group, the figure itself is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.statistics.estimate import CONFIDENCE

MOST = 400  # the greatest n that is looked at: beyond it few pairs are alone


@dataclass(frozen=True, slots=True)
class Printed:
    """A rate and the ends of its interval, as shown; `decimals` of a share, None where exact."""

    value: float
    low: float
    high: float
    decimals: int | None = None


def pairs_behind(printed: Printed, most: int = MOST) -> list[tuple[int, int]]:
    """Every (k, n), n up to `most`, that prints exactly so; in ascending order of n."""
    found = {*_by_wilson(printed, most), *_by_exact_bound(printed, most)}
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _by_wilson(printed: Printed, most: int) -> Iterator[tuple[int, int]]:
    """Wilson 1927, JASA 22:209-212."""
    from scipy.special import ndtri

    z = float(ndtri((1 + CONFIDENCE) / 2))
    for n in range(1, most + 1):
        k = np.arange(n + 1)
        share = k / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        low = np.where(k == 0, 0.0, middle - half)
        high = np.where(k == n, 1.0, middle + half)
        fits = (
            _fits(share, printed.value, printed.decimals)
            & _fits(low, printed.low, printed.decimals)
            & _fits(high, printed.high, printed.decimals)
        )
        for at in np.flatnonzero(fits):
            yield int(at), n


def _by_exact_bound(printed: Printed, most: int) -> Iterator[tuple[int, int]]:
    """None or all of n units (Clopper and Pearson 1934, Biometrika 26:404-413)."""
    n = np.arange(1, most + 1)
    reach = 1.0 - ((1.0 - CONFIDENCE) / 2) ** (1.0 / n)
    ends = ((0.0, 0 * n, reach), (1.0, 1.0 - reach, 0 * n + 1.0))
    for value, low, high in ends:
        if printed.value != value:
            continue
        fits = _fits(low, printed.low, printed.decimals) & _fits(
            high, printed.high, printed.decimals
        )
        for at in np.flatnonzero(fits):
            yield (0 if value == 0.0 else int(n[at])), int(n[at])


def _fits(computed: NDArray[Any], shown: float, decimals: int | None) -> NDArray[np.bool_]:
    within = 1e-9 if decimals is None else 0.5 * 10.0**-decimals + 1e-9
    return np.abs(computed - shown) <= within
