"""The gap that is expected if group means nothing: its mean and range over permutations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.group_shares import Truth
from labelcharter.audit.statistics.jackknife import Real

Name = tuple[str, str]
Counted = Mapping[Name, tuple[Truth, Truth]]  # (having, of), each (n, items, groups)

MOST_UNDEFINED = 0.05  # of the permutations; a choice of this project


@dataclass(frozen=True, slots=True)
class Expected:
    """The gap over permutations.

    gaps (permutations,), those that have a value; influence (patterns,): how much one item of the
    pattern moves their mean; `undefined` permutations left some group without a share.
    """

    gaps: Real
    influence: Real
    undefined: int

    @property
    def mean(self) -> float:
        """The expected gap; NaN where no permutation has one."""
        return float(self.gaps.mean()) if len(self.gaps) else float("nan")

    def chance(self, observed: float) -> float:
        """The share of permutations with at least this gap, the table itself among them."""
        extreme = int((self.gaps >= observed - 1e-12).sum())
        return (extreme + 1) / (len(self.gaps) + 1)

    def estimate(self, reason: str = "") -> Estimate:
        """Mean and 95 % range; `n` is the permutations. Not where too many have no gap."""
        every = len(self.gaps) + self.undefined
        if not every or self.undefined > MOST_UNDEFINED * every:
            return not_estimable(
                f"in {self.undefined} of {every} permutations a group has no such item", every
            )
        if self.undefined:
            some = (
                f"{self.undefined} permutations that leave a group without such items are not in it"
            )
            reason = f"{reason}; {some}" if reason else some
        low, high = np.quantile(self.gaps, (0.025, 0.975))
        return estimated(self.mean, float(low), float(high), len(self.gaps), reason)


def collected(parts: Iterable[Counted], pattern: Whole, items: Whole) -> dict[Name, Expected]:
    """From what is counted in each permutation, some permutations at a time.

    pattern (items,) is the pattern of each item counted; items (patterns,), how many there are.
    """
    gaps: dict[Name, list[Real]] = {}
    moved: dict[Name, Real] = {}
    for part in parts:
        for name, (having, of) in part.items():
            found, influence = _gaps(having, of)
            gaps.setdefault(name, []).append(found)
            moved[name] = moved.get(name, np.zeros(len(pattern))) + influence
    result = {}
    for name, found_in_parts in gaps.items():
        every = np.concatenate(found_in_parts)
        defined = every[np.isfinite(every)]
        total = np.bincount(pattern, moved[name], minlength=len(items))
        influence = total / np.maximum(items, 1) / max(1, len(defined))
        result[name] = Expected(defined, influence, len(every) - len(defined))
    return result


def _gaps(having: Truth, of: Truth) -> tuple[Real, Real]:
    """The gap of each permutation (n,), NaN where a group has no share; what items move (items,).

    The second is summed over the permutations that have a gap.
    """
    counts, all_of = (
        np.stack([np.count_nonzero(t[:, :, g], axis=1) for g in range(t.shape[2])], axis=1)
        for t in (having, of)
    )
    with np.errstate(all="ignore"):
        values = counts / all_of
    most, least = values.argmax(axis=1), values.argmin(axis=1)
    rows = np.arange(len(values))
    gaps = np.asarray(values[rows, most] - values[rows, least])
    moved = np.zeros(having.shape[1])
    kept = np.flatnonzero(np.isfinite(gaps))
    for group, sign in ((most, 1.0), (least, -1.0)):
        at = kept, group[kept]
        mine, part = having[kept, :, group[kept]], of[kept, :, group[kept]]
        each = (mine - values[at][:, None]) / all_of[at][:, None]
        moved += sign * np.where(part, each, 0.0).sum(axis=0)
    return gaps, moved
