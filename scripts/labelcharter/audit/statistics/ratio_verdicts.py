"""A ratio of two shares as an estimate with its verdict, and what would settle an open one."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, log

from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.ratio_interval import RatioInterval, Share
from labelcharter.audit.statistics.verdicts import (
    ITEMS_FOR_A_VERDICT,
    Verdict,
    figure,
    with_interval,
)

Limits = tuple[float, float]  # the second may be infinite: no limit above


@dataclass(frozen=True, slots=True)
class JudgedRatio:
    """A ratio, where it lies against its limits, and why in a sentence."""

    estimate: Estimate
    verdict: Verdict
    why: str


def judged_ratio(
    top: Share, bottom: Share, interval: RatioInterval | None, limits: Limits, things: str
) -> JudgedRatio:
    """By interval against limits; no verdict on groups of fewer than 30. `things`: "people".

    Where the bottom share is zero there is no value and so no figure; but an interval without an
    upper end can lie outside the limits all the same, and then the verdict says so.
    """
    smaller = min(top.of, bottom.of)
    low, high = limits
    if interval is None:
        reason = f"no {things}" if not smaller else f"none of the {things} of either group has it"
        return JudgedRatio(not_estimable(reason, smaller), "insufficient-evidence", reason)
    verdict: Verdict = "insufficient-evidence"
    if low <= interval.low and interval.high <= high:
        verdict = "met"
    elif interval.high < low or interval.low > high:
        verdict = "breached"
    if interval.value is None:
        reason = (
            f"none of the {bottom.of:,} {things} it is divided by has it: the ratio has no value, "
            f"but is at least {figure(interval.low)}"
        )
        estimate, why = not_estimable(reason, smaller), reason
    else:
        estimate = estimated(interval.value, interval.low, interval.high, smaller)
        limit = f"at least {figure(low)}" if high == inf else f"{figure(low)} to {figure(high)}"
        why = f"{with_interval(estimate)}, limit{'s' * (high < inf)} {limit}"
    if smaller < ITEMS_FOR_A_VERDICT:
        few = f"a verdict needs {ITEMS_FOR_A_VERDICT} {things} in each (there are {smaller})"
        return JudgedRatio(estimate, "insufficient-evidence", f"{why}; {few}")
    if verdict == "insufficient-evidence" and (more := _doubt(interval, limits, smaller)):
        why = f"{why}; {more.format(things=things)}"
    return JudgedRatio(estimate, verdict, why)


def _doubt(interval: RatioInterval, limits: Limits, smaller: int) -> str:
    """On the scale of the logarithm, where the interval is even and shrinks with the root of n."""
    if not interval.value or interval.low <= 0 or interval.high == inf:
        return ""
    half = log(interval.high / interval.low) / 2
    if limits[1] == inf:
        half = log(interval.value / interval.low)
    distance = min(abs(log(interval.value / limit)) for limit in limits if 0 < limit < inf)
    return would_settle(half, distance, smaller)


def would_settle(half: float, distance: float, smaller: int) -> str:
    """How many things in the smaller group ("{things}") would end the doubt, as a sentence.

    `half` of the interval shrinks with the root of their number; `distance` is to the limit.
    """
    if distance * 10 < half:
        return "the value lies on the limit itself: more data of this kind will not settle it soon"
    needed = smaller * (half / distance) ** 2
    step = int(10 ** max(0, len(str(int(needed))) - 2))
    number = ceil(needed / step) * step
    return f"about {number:,} {{things}} in the smaller group would settle it, if the value stays"
