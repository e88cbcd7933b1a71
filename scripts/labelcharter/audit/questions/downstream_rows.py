"""The rows of the check `downstream`: rates by group, ranges over all groups, pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from labelcharter.audit.questions.answer import Row
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.model_outcomes import DENOMINATORS, GroupOutcomes
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.four_fifths import difference_test
from labelcharter.audit.statistics.group_rates import (
    Interval,
    chance_of_range,
    difference,
    range_of,
)
from labelcharter.audit.statistics.intervals import EVENTS_NEEDED
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.ratio_interval import RatioInterval, Share, ratios_to_best
from labelcharter.audit.statistics.ratio_verdicts import judged_ratio, would_settle
from labelcharter.audit.statistics.verdicts import (
    ITEMS_FOR_A_VERDICT,
    Verdict,
    figure,
    with_interval,
    within,
)

# Each difference with the rates that it is the range of.
DIFFERENCES: Mapping[str, tuple[str, ...]] = {
    "demographic-parity-difference": ("selection-rate",),
    "equal-opportunity-difference": ("tpr",),
    "false-positive-rate-difference": ("fpr",),
    "equalised-odds-difference": ("tpr", "fpr"),
    "accuracy-difference": ("accuracy",),
    "precision-difference": ("precision",),
}
PARITY_RATIO = "demographic-parity-ratio"


@dataclass(frozen=True, slots=True)
class Compared:
    """The groups of one attribute. `margin` of a difference by its name, `limits` of the ratio.

    `people` is the share, of all rates and of the truth, that comes nearest to being hidden: the
    rates of a group give each other away, so they are shown or hidden together.
    """

    attribute: str
    positive: str
    groups: tuple[GroupOutcomes, ...]
    reference: str | None
    margin: Callable[[str], float]
    limits: tuple[float, float]
    people: People | None

    def row(self, groups: tuple[str, ...], name: str, estimate: Estimate) -> Row:
        """A row of this attribute, hidden with its people."""
        return Row(self.attribute, groups, name, self.positive, estimate, people=self.people)


def estimable(share: Share, name: str) -> str:
    """Why the rate has no figure, or nothing."""
    if share.of >= EVENTS_NEEDED:
        return ""
    return f"{share.of} {DENOMINATORS[name]}; {EVENTS_NEEDED} are needed"


def rate_rows(compared: Compared) -> Iterator[Row]:
    """For information, each group's rates."""
    for group in compared.groups:
        for name, share in group.shares.items():
            estimate = proportion(share.having, share.of, DENOMINATORS[name])
            if missing := estimable(share, name):
                estimate = not_estimable(missing, share.of)
            yield replace(compared.row((group.value,), name, estimate), why=estimate.reason)


def range_rows(compared: Compared) -> Iterator[Row]:
    """The range of each difference over all groups, and the parity ratio."""
    everybody = tuple(group.value for group in compared.groups)
    for name, rates in DIFFERENCES.items():
        families, without = _families(compared, rates)
        margin = compared.margin(name)
        if any(len(family) < 2 for family in families):
            why = f"fewer than two groups have the figure: {'; '.join(without)}"
            yield _open(compared, everybody, name, why, (0.0, margin))
            continue
        found, chance = range_of(families), chance_of_range(families)
        smallest = min(share.of for family in families for share in family)
        estimate = _estimate(found, smallest, without)
        verdict, why = _judged(estimate, 0.0, margin, smallest, DENOMINATORS[rates[-1]])
        why = (
            f"{why}; groups of these sizes range over {figure(chance.expected.value or 0)} when "
            "group means nothing"
        )
        if without:
            verdict = "insufficient-evidence" if verdict == "met" else verdict
            why = f"{why}; without {'; '.join(without)}"
        yield replace(
            compared.row(everybody, name, estimate),
            expected=chance.expected,
            p=chance.p,
            least_p=chance.least,
            limits=(0.0, margin),
            verdict=verdict,
            why=why,
        )
    yield _parity_ratio(compared, everybody)


def _families(
    compared: Compared, rates: Sequence[str]
) -> tuple[list[list[Share]], tuple[str, ...]]:
    families, without = [], []
    for name in rates:
        family = []
        for group in compared.groups:
            if missing := estimable(group.shares[name], name):
                without.append(f"{group.value}: {missing}")
            else:
                family.append(group.shares[name])
        families.append(family)
    return families, tuple(dict.fromkeys(without))


def _parity_ratio(compared: Compared, everybody: tuple[str, ...]) -> Row:
    """The lowest selection rate over the highest: the least of the ratios to the best."""
    (family,), without = _families(compared, ("selection-rate",))
    low = compared.limits[0]
    limits = (low, None)
    intervals = [one for one in ratios_to_best(family) if one is not None]
    if without or not intervals:
        why = "; ".join(without) or "nobody is selected in any group"
        return _open(compared, everybody, PARITY_RATIO, why, limits)
    least = RatioInterval(
        min(one.value or 0.0 for one in intervals),
        min(one.low for one in intervals),
        min(one.high for one in intervals),
    )
    by_rate = sorted(family, key=lambda share: share.having / share.of)
    judged = judged_ratio(by_rate[0], by_rate[-1], least, (low, inf), "predictions")
    return replace(
        compared.row(everybody, PARITY_RATIO, judged.estimate),
        limits=limits,
        verdict=judged.verdict,
        why=judged.why,
    )


def pair_rows(compared: Compared) -> Iterator[Row]:
    """Each group less the declared reference, where there is one."""
    of_group = {group.value: group for group in compared.groups}
    base = of_group.get(compared.reference or "")
    if base is None:
        return
    for name, rates in DIFFERENCES.items():
        if len(rates) > 1:
            continue
        margin = compared.margin(name)
        for value, group in of_group.items():
            if group is base:
                continue
            a, b = group.shares[rates[0]], base.shares[rates[0]]
            pair = (value, base.value)
            missing = [
                f"{who}: {reason}"
                for who, share in zip(pair, (a, b), strict=True)
                if (reason := estimable(share, rates[0]))
            ]
            if missing:
                yield _open(compared, pair, name, "; ".join(missing), (-margin, margin))
                continue
            smallest = min(a.of, b.of)
            estimate = _estimate(difference(a, b), smallest, ())
            verdict, why = _judged(estimate, -margin, margin, smallest, DENOMINATORS[rates[0]])
            tested = difference_test(a, b)
            yield replace(
                compared.row(pair, name, estimate),
                p=None if tested is None else tested.p,
                limits=(-margin, margin),
                verdict=verdict,
                why=why,
            )


def _open(
    compared: Compared,
    groups: tuple[str, ...],
    name: str,
    why: str,
    limits: tuple[float, float | None],
) -> Row:
    estimate = not_estimable(why)
    verdict: Verdict = "insufficient-evidence"
    row = compared.row(groups, name, estimate)
    return replace(row, limits=limits, verdict=verdict, why=why)


def _estimate(found: Interval, n: int, without: tuple[str, ...]) -> Estimate:
    reason = f"without {'; '.join(without)}" if without else ""
    return estimated(found.value, found.low, found.high, n, reason)


def _judged(
    estimate: Estimate, low: float, high: float, smallest: int, things: str
) -> tuple[Verdict, str]:
    why = f"{with_interval(estimate)}, margin {figure(high)}"
    if smallest < ITEMS_FOR_A_VERDICT:
        needed = f"a verdict needs {ITEMS_FOR_A_VERDICT} {things} in each group"
        return "insufficient-evidence", f"{why}; {needed} (there are {smallest})"
    verdict = within(estimate, low, high)
    if verdict == "insufficient-evidence":
        value, half = estimate.value or 0.0, ((estimate.high or 0) - (estimate.low or 0)) / 2
        edges = (low, high) if low < 0 else (high,)  # a range has no limit below
        distance = min(abs(value - edge) for edge in edges)
        why = f"{why}; {would_settle(half, distance, smallest).format(things=things)}"
    return verdict, why
