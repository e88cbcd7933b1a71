"""Counts rounded to a base, and every figure made again from the rounded counts.

An interval that is symmetrical about the exact rate would give the rate away, so intervals are
moved to the rounded rate and widened outwards to whole hundredths. What cannot be made again from
counts (agreement, p) is shown to two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil, floor

from labelcharter.audit.questions.answer import Answer
from labelcharter.audit.questions.consensus import Consensus
from labelcharter.audit.questions.figures import GroupFigures, Name
from labelcharter.audit.questions.gaps import Gap, Ratio
from labelcharter.audit.questions.table_audit import TableAudit
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.permutation import Chance
from labelcharter.audit.statistics.verdicts import with_interval

_WHOLE = 1e-6
ROUNDED = "from rounded counts"


def round_count(count: int, base: int) -> int:
    """To the nearest multiple of `base`, halves up."""
    return (2 * count + base) // (2 * base) * base


def rounded(audit: TableAudit, base: int) -> TableAudit:
    """The audit with every count a multiple of `base`; unchanged where `base` is 1.

    Call it after hiding: sentences are replaced by the rounded figures.
    """
    if base == 1:
        return audit
    groups = tuple(_group(group, base) for group in audit.groups)
    rates = {(g.attribute, g.value): g.estimates for g in groups}
    return replace(
        audit,
        rows=None if audit.rows is None else round_count(audit.rows, base),
        excluded=tuple(
            replace(e, rows=None if e.rows is None else round_count(e.rows, base), conflicting=None)
            for e in audit.excluded
        ),
        overall=_group(audit.overall, base),
        groups=groups,
        gaps=tuple(_gap(gap, rates, base) for gap in audit.gaps),
        ratios=tuple(_ratio(ratio, rates, base) for ratio in audit.ratios),
        predictions=None
        if audit.predictions is None
        else tuple(
            replace(
                one,
                selection_rate=rounded_estimate(one.selection_rate, base),
                tpr=rounded_estimate(one.tpr, base),
                fpr=rounded_estimate(one.fpr, base),
            )
            for one in audit.predictions
        ),
        consensus=tuple(_consensus(one, base) for one in audit.consensus),
        answers=tuple(_answer(answer, base) for answer in audit.answers),
        findings=tuple(replace(f, why=f"{f.verdict}, {ROUNDED}") for f in audit.findings),
    )


def rounded_estimate(estimate: Estimate, base: int) -> Estimate:
    """A share of counts from its rounded counts; another figure to two decimals; n rounded."""
    n = None if estimate.n is None else round_count(estimate.n, base)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        reason = "too few to estimate" if estimate.state == "not-estimable" else estimate.reason
        return replace(estimate, n=n, reason=reason)
    value = round(estimate.value, 2)
    having = estimate.value * (estimate.n or 0)
    of_counts = 0 <= estimate.value <= 1 and abs(having - round(having)) < _WHOLE * (1 + having)
    if of_counts and n:
        value = round_count(round(having), base) / n
    low = floor(100 * (value - (estimate.value - estimate.low))) / 100
    high = ceil(100 * (value + (estimate.high - estimate.value))) / 100
    if of_counts:
        low, high = max(0.0, low), min(1.0, high)
    return replace(estimate, value=value, low=low, high=high, n=n, reason=ROUNDED)


def _group(group: GroupFigures, base: int) -> GroupFigures:
    return replace(
        group,
        ratings=round_count(group.ratings, base),
        items=round_count(group.items, base),
        annotators=round_count(group.annotators, base),
        estimates={name: rounded_estimate(e, base) for name, e in group.estimates.items()},
    )


def _gap(gap: Gap, rates: Mapping[tuple[str, str], Mapping[Name, Estimate]], base: int) -> Gap:
    estimate = rounded_estimate(gap.estimate, base)
    a, b = (rates[gap.attribute, value][gap.figure].value for value in (gap.a, gap.b))
    if gap.estimate.state != "estimated" or a is None or b is None:
        return replace(gap, estimate=estimate, chance=_chance(gap.chance))
    estimate = _moved(gap.estimate, a - b, estimate.n)
    why = f"{with_interval(estimate)}, {ROUNDED}"
    return replace(gap, estimate=estimate, chance=_chance(gap.chance), why=why)


def _ratio(
    ratio: Ratio, rates: Mapping[tuple[str, str], Mapping[Name, Estimate]], base: int
) -> Ratio:
    name = ("rate", ratio.label)
    top, bottom = (
        rates[ratio.attribute, value][name].value for value in (ratio.value, ratio.reference)
    )
    if ratio.estimate.state != "estimated" or top is None or not bottom:
        return replace(ratio, estimate=rounded_estimate(ratio.estimate, base))
    n = None if ratio.estimate.n is None else round_count(ratio.estimate.n, base)
    estimate = _moved(ratio.estimate, top / bottom, n)
    return replace(ratio, estimate=estimate, why=f"{with_interval(estimate)}, {ROUNDED}")


def _moved(estimate: Estimate, value: float, n: int | None) -> Estimate:
    """The same interval about another value, its ends outwards to whole hundredths."""
    below = (estimate.value or 0.0) - (estimate.low or 0.0)
    above = (estimate.high or 0.0) - (estimate.value or 0.0)
    low, high = floor(100 * (value - below)) / 100, ceil(100 * (value + above)) / 100
    return replace(estimate, value=value, low=low, high=high, n=n, reason=ROUNDED)


def _chance(chance: Chance | None) -> Chance | None:
    if chance is None:
        return None
    return replace(chance, p=round(chance.p, 2), least=round(chance.least, 2))


def _consensus(one: Consensus, base: int) -> Consensus:
    return replace(one, agree_on_all_groups=rounded_estimate(one.agree_on_all_groups, base))


def _answer(answer: Answer, base: int) -> Answer:
    return answer.with_rows(
        tuple(
            replace(
                row,
                estimate=rounded_estimate(row.estimate, base),
                expected=None if row.expected is None else rounded_estimate(row.expected, base),
                p=_hundredths(row.p),
                least_p=_hundredths(row.least_p),
                q=_hundredths(row.q),
                why=f"{row.verdict or 'for information'}, {ROUNDED}",
            )
            for row in answer.rows
        )
    )


def _hundredths(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
