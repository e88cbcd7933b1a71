"""Three states: inside the tolerance, outside it, or not enough evidence to say."""

from __future__ import annotations

from math import exp
from typing import Literal

from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.power import (
    MOST_TIMES,
    Precision,
    from_interval,
    needed,
    smallest_shown,
)

Verdict = Literal["met", "breached", "insufficient-evidence"]

# The smallest groups that a verdict is given on, each of them; a choice of this project. With six
# people a test on normal quantiles still raised 13 % false alarms at a nominal 5 %.
ANNOTATORS_FOR_A_VERDICT = 10
ITEMS_FOR_A_VERDICT = 30

ON_THE_LIMIT = "the value lies on the limit itself: more data of this kind will not settle it soon"

WORST_FIRST: tuple[Verdict, ...] = ("breached", "insufficient-evidence", "met")


def within(estimate: Estimate, low: float, high: float) -> Verdict:
    """Met when the interval lies inside [low, high], breached when it lies wholly outside."""
    if estimate.low is None or estimate.high is None:
        return "insufficient-evidence"
    if low <= estimate.low and estimate.high <= high:
        return "met"
    if estimate.high < low or estimate.low > high:
        return "breached"
    return "insufficient-evidence"


def too_few(items: int, annotators: int) -> str:
    """Why no verdict is given on groups of this size, or nothing."""
    short = []
    if annotators < ANNOTATORS_FOR_A_VERDICT:
        short.append(f"{ANNOTATORS_FOR_A_VERDICT} annotators (there are {annotators})")
    if items < ITEMS_FOR_A_VERDICT:
        short.append(f"{ITEMS_FOR_A_VERDICT} items (there are {items})")
    return f"a verdict needs {' and '.join(short)}" if short else ""


def would_settle(
    estimate: Estimate,
    low: float,
    high: float,
    items: int,
    annotators: int,
    now: Precision | None = None,
    *,
    ratio: bool = False,
) -> str:
    """What this table shows with 80 % power, and what would settle it if the value stays.

    Without `now` (how the variance falls) it is taken from the interval, and nothing is said about
    items alone. `ratio`: estimate and limits are logarithms, and the difference is a factor.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ""
    known = now is not None
    if now is None:
        now = from_interval(estimate.high - estimate.low, items, annotators)
    if now is None or now.degrees() < 1:
        return ""
    shown = smallest_shown(now.variance() ** 0.5, now.degrees())
    beyond = f"a factor of {exp(shown):.2f}" if ratio else figure(shown)
    seen = f"at 80 % power a value {beyond} beyond a limit shows"
    more = needed(now, estimate.value - low, high - estimate.value)
    if more.both is None:
        return (
            f"{seen}; the value lies too near the limit: {MOST_TIMES} times the data would not do"
        )
    people = _round_up(max(ANNOTATORS_FOR_A_VERDICT, now.annotators * more.both))
    of_items = _round_up(max(ITEMS_FOR_A_VERDICT, now.items * more.both))
    settle = f"{seen}; about {people:,} annotators and {of_items:,} items in the smaller group"
    settle += " would settle it, if the value stays"
    if not known:
        return settle
    if more.only_items is None:
        return f"{settle}; more items alone would not"
    alone = _round_up(max(ITEMS_FOR_A_VERDICT, now.items * more.only_items))
    return f"{settle}; with these annotators, {alone:,} items"


def more_would_settle(estimate: Estimate, low: float, high: float, number: int, what: str) -> str:
    """The same where only one kind of thing is counted: `number` of `what` there are now.

    By how much the data would have to grow for the interval to reach the nearer limit only; not
    told where the value is nearer to it than a tenth of its reach: a hundred times would not do.
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ""
    half = (estimate.high - estimate.low) / 2
    distance = min(abs(estimate.value - edge) for edge in (low, high) if abs(edge) < float("inf"))
    if distance * 10 < half:
        return ON_THE_LIMIT
    more = _round_up(number * (half / distance) ** 2)
    return f"about {more:,} {what} would settle it, if the value stays"


def figure(value: float) -> str:
    """`.4623`, `-.03`, `1.2`: three decimals, no leading zero."""
    text = f"{value:.3f}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def chance(p: float) -> str:
    """`.0005`: four decimals, since that is as far down as 1,999 permutations reach."""
    return f"{p:.4f}".removeprefix("0") if p < 1 else "1"


def with_interval(estimate: Estimate) -> str:
    """`.462 (.426 to .498)`."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return estimate.state.replace("-", " ")
    return f"{figure(estimate.value)} ({figure(estimate.low)} to {figure(estimate.high)})"


def _round_up(number: float) -> int:
    """To two digits: more would pretend to know."""
    digits = max(0, len(str(int(number))) - 2)
    step = int(10**digits)
    return -(-int(number + 0.999) // step) * step
