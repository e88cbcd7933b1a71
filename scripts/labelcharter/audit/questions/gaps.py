"""Differences between the groups of one attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from labelcharter.audit.questions.figures import GroupFigures, Name
from labelcharter.audit.reductions.patterns import GroupReduction
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.intervals import spread_of_difference
from labelcharter.audit.statistics.jackknife import NOTHING, variance
from labelcharter.audit.statistics.permutation import Chance
from labelcharter.audit.statistics.power import precision_of_difference
from labelcharter.audit.statistics.verdicts import (
    Verdict,
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)

MARGINS = {
    "agreement-gap": 0.10,
    "label-rate-gap": 0.05,
    "missing-rate": 0.05,
    "accuracy-gap": 0.05,
    "false-positive-gap": 0.05,
    "false-negative-gap": 0.05,
}
ONE_PERSON = "one person: no claim about a group"
TESTABLE = 0.05  # a table whose least reachable p lies above this cannot be tested at all
_ZERO = 1e-12  # a gap nearer to 0 than this has no sign: it is rounding


@dataclass(frozen=True, slots=True)
class Gap:
    """The figure of a minus that of b; `chance` of a permutation of people, where there is one.

    `q`: the p of `chance` corrected within its family, once that is known.
    """

    check: str
    attribute: str
    a: str
    b: str
    figure: Name
    estimate: Estimate
    chance: Chance | None
    margin: float
    verdict: Verdict
    why: str
    q: float | None = None

    @property
    def label(self) -> str:
        """The label or state that the gap is in; empty for agreement, and for a blank."""
        return self.figure[1]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The rate of the favourable label in `value` over the rate in `reference`."""

    attribute: str
    value: str
    reference: str
    label: str
    estimate: Estimate
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A group's reduction beside its figures."""

    reduction: GroupReduction
    figures: GroupFigures


Tests = Callable[[Compared, Compared], Mapping[Name, Chance | str]]


def gaps_between(
    groups: Sequence[Compared], check: str, names: Sequence[Name], margin: float, tests: Tests
) -> list[Gap]:
    """Every pair of groups, for each of the figures named.

    `tests` gives for two groups the chance of each figure's gap, or why there is none.
    """
    found = []
    for a, b in combinations(groups, 2):
        chances = tests(a, b)
        for name in names:
            tested = chances.get(name, "")
            found.append(gap_between(a.figures, b.figures, check, name, tested, margin))
    return found


def gap_between(
    a: GroupFigures,
    b: GroupFigures,
    check: str,
    name: Name,
    tested: Chance | str,
    margin: float,
) -> Gap:
    """The gap of one figure, its verdict and why; `tested` is a chance, or why there is none."""
    estimate = difference(a, b, name)
    items, annotators = min(a.items, b.items), min(a.annotators, b.annotators)
    verdict = within(estimate, -margin, margin)
    why = f"{with_interval(estimate)}, margin {figure(margin)}"
    if estimate.state != "estimated":
        why = estimate.reason
    else:
        if few := too_few(items, annotators):
            why = f"{why}; {few}"
        if verdict == "insufficient-evidence":
            now = precision_of_difference(a.jackknives[name], b.jackknives[name])
            why = f"{why}; {would_settle(estimate, -margin, margin, items, annotators, now)}"
        verdict = "insufficient-evidence" if few else verdict
    if abs(estimate.value or 0.0) > margin and turns_without_one(a, b, name):
        why = f"{why}; one annotator makes the gap: left out, its sign turns"
    chance = None if isinstance(tested, str) else tested
    if chance and chance.least > TESTABLE:
        verdict = "insufficient-evidence"
        why = f"{why}; cannot be tested: the least reachable p is {figure(chance.least)}"
    elif isinstance(tested, str) and tested:
        why = f"{why}; {tested}"
    if min(a.size, b.size) == 1:
        verdict, why = "insufficient-evidence", f"{why}; {ONE_PERSON}"
    return Gap(check, a.attribute, a.value, b.value, name, estimate, chance, margin, verdict, why)


def without_one(
    a: GroupFigures, b: GroupFigures, name: Name
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """(annotators,): the gap of a less b with each annotator left out; NaN where there is none."""
    return np.asarray(a.jackknives[name].without - b.jackknives[name].without)


def turns_without_one(a: GroupFigures, b: GroupFigures, name: Name) -> bool:
    """True when leaving out some one annotator turns the sign of the gap, or leaves no gap."""
    gap = a.jackknives[name].value - b.jackknives[name].value
    left_out = without_one(a, b, name)
    return bool(((left_out * np.sign(gap)) < _ZERO).any()) if abs(gap) > _ZERO else False


def difference(a: GroupFigures, b: GroupFigures, name: Name) -> Estimate:
    """The figure of a minus that of b, with its two-way interval; `n` is the smaller group's."""
    of_a, of_b = a.estimates[name], b.estimates[name]
    for group, estimate in ((a, of_a), (b, of_b)):
        if estimate.state != "estimated":
            return not_estimable(f"{group.value}: {estimate.reason}", 0)
    jack_a, jack_b = a.jackknives[name], b.jackknives[name]
    value = jack_a.value - jack_b.value
    n = min(of_a.n or 0, of_b.n or 0)
    reach = spread_of_difference(jack_a, jack_b)
    moves = [variance(jack).two_way > NOTHING for jack in (jack_a, jack_b)]
    if reach is None or not all(moves) or reach.half_width**2 < NOTHING:
        return _from_both(of_a, of_b, value, n)
    return estimated(value, value - reach.half_width, value + reach.half_width, n, reach.reason)


def _from_both(a: Estimate, b: Estimate, value: float, n: int) -> Estimate:
    """From the two intervals, where one group shows no variation of its own.

    The squares of the distances to the bounds add (Zou and Donner 2008, Stat Med 27:1693-1702).
    """
    low_a, high_a, low_b, high_b = (x or 0.0 for x in (a.low, a.high, b.low, b.high))
    value_a, value_b = a.value or 0.0, b.value or 0.0
    low = value - ((value_a - low_a) ** 2 + (high_b - value_b) ** 2) ** 0.5
    high = value + ((high_a - value_a) ** 2 + (value_b - low_b) ** 2) ** 0.5
    return estimated(value, low, high, n, "from the two groups' own intervals")
