"""Figures that pass through a majority: estimates and verdicts that hold for these votes alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labelcharter.audit.questions.figures import People
from labelcharter.audit.reductions.patterns import Reduction
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.expected_gap import Expected
from labelcharter.audit.statistics.group_shares import (
    Shares,
    Truth,
    excess_interval,
    gap_interval,
)
from labelcharter.audit.statistics.intervals import EVENTS_NEEDED
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.verdicts import (
    ITEMS_FOR_A_VERDICT,
    Verdict,
    figure,
    with_interval,
    within,
)

GIVEN = "given these votes"
NOTHING_OF_OTHERS = (
    "given these votes: every interval and verdict is over items; a majority is not smooth, so "
    "nothing is said about other annotators"
)
ON_THE_EXCESS = (
    "a gap against a consensus is mostly there when group means nothing: claim an effect on the "
    "excess only, which is over what this many items and votes would show by chance"
)


def share_of_group(found: Shares, group: int, what: str, certain: str = "") -> Estimate:
    """The share of one group, with Wilson's interval over items; `n` is the items it is of.

    `what` follows the number of items where they are too few, `certain` says why a share that is
    what it is by construction has no interval.
    """
    having, of = int(found.having[group]), int(found.of[group])
    if of < EVENTS_NEEDED:
        return not_estimable(f"{counted_items(of)} {what}; {EVENTS_NEEDED} are needed", of)
    if found.certain[group]:
        return estimated(having / of, having / of, having / of, of, certain)
    return proportion(having, of, "items", GIVEN)


def gap_of_groups(found: Shares, values: Sequence[str], what: str) -> Estimate:
    """The largest share less the smallest; `n` is the items of the group with fewest.

    Not estimable while any group has too few: a group that is left out might be the worst.
    """
    for value, of in zip(values, found.of.tolist(), strict=True):
        if of < EVENTS_NEEDED:
            reason = f"{value}: {counted_items(of)} {what}; {EVENTS_NEEDED} are needed"
            return not_estimable(reason, int(found.of.min()))
    low, high = gap_interval(found)
    return estimated(found.gap, low, high, int(found.of.min()), GIVEN)


def excess_of_gap(found: Shares, gap: Estimate, chance: Expected) -> Estimate:
    """The gap less the mean of its permutations, with the interval over items of both together."""
    if gap.state != "estimated":
        return not_estimable(gap.reason, gap.n or 0)
    expected = chance.estimate()
    if expected.state != "estimated":
        return not_estimable(expected.reason, gap.n or 0)
    low, high = excess_interval(found, chance.mean, chance.influence)
    return estimated(found.gap - chance.mean, low, high, gap.n or 0, GIVEN)


def judged(
    estimate: Estimate, low: float | None, high: float | None, items: int
) -> tuple[Verdict | None, str]:
    """Verdict and sentence of an estimate between two limits, an open end being None.

    No verdict where there is no limit; `items` are those of the group with fewest.
    """
    if estimate.state != "estimated":
        limited = low is not None or high is not None
        return "insufficient-evidence" if limited else None, estimate.reason
    why = with_interval(estimate)
    if low is None and high is None:
        return None, f"{why}, {GIVEN}"
    floor = "" if low is None else f", floor {figure(low)}"
    margin = "" if high is None else f", margin {figure(high)}"
    why = f"{why}{floor}{margin}, {GIVEN}"
    if items < ITEMS_FOR_A_VERDICT:
        return (
            "insufficient-evidence",
            f"{why}; a verdict needs {ITEMS_FOR_A_VERDICT} items (there are {items})",
        )
    bottom = float("-inf") if low is None else low
    top = float("inf") if high is None else high
    verdict = within(estimate, bottom, top)
    if verdict == "insufficient-evidence":
        why = f"{why}; {_items_that_settle(estimate, bottom, top, items)}"
    return verdict, why


def _items_that_settle(estimate: Estimate, low: float, high: float, items: int) -> str:
    value, bottom, top = estimate.value or 0.0, estimate.low or 0.0, estimate.high or 0.0
    below = abs(value - low), abs(value - high)
    edge = low if below[0] < below[1] else high
    reach = value - bottom if value > edge else top - value
    if abs(value - edge) * 10 < reach:
        return "the value lies on the limit itself: more items will not settle it soon"
    times = (reach / abs(value - edge)) ** 2
    return f"about {_rounded_up(items * times):,} such items would settle it, if the value stays"


def _rounded_up(number: float) -> int:
    step = int(10 ** max(0, len(str(int(number))) - 2))
    return -(-int(number + 0.999) // step) * step


def counted_items(number: int) -> str:
    """`no items`, `1 item`, `7 items`."""
    return f"{number or 'no'} item{'s' * (number != 1)}"


def people_behind_share(
    reduction: Reduction, group: int | None, having: Truth, of: Truth
) -> People:
    """Annotators of one group (None: of all) by what they voted on; having, of (patterns,)."""
    rater, pattern = reduction.rater, reduction.rater_pattern
    if group is not None:
        mine = reduction.rater_group == group
        rater, pattern = rater[mine], pattern[mine]
    parts = (of, of & having, of & ~having)
    return People(*(len(np.unique(rater[part[pattern]])) for part in parts))


def scarcest(everybody: Sequence[People]) -> People:
    """Those of several groups whose figure gives most away: a gap may show if they may.

    A side that is empty weighs a third of all, since none or all may show among three times as
    many people as a side must have (`disclosure.suppression`).
    """

    def standing(people: People) -> float:
        smaller = min(people.having, people.without)
        return min(people.all, smaller or people.all / 3)

    return min(everybody, key=standing)
