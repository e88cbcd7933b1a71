"""Ratios of label rates against a declared reference group, from the ratings themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp, log

from labelcharter.audit.questions.answer import Row
from labelcharter.audit.questions.asked import Asked, Attribute
from labelcharter.audit.questions.chances import ratings_by_unit
from labelcharter.audit.questions.figures import Name
from labelcharter.audit.questions.gaps import ONE_PERSON, TESTABLE, Compared, Ratio
from labelcharter.audit.questions.outcomes import weakest
from labelcharter.audit.reductions.patterns import one_group
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.four_fifths import LIMITS
from labelcharter.audit.statistics.intervals import rate_estimate, spread_of_difference
from labelcharter.audit.statistics.jackknife import NOTHING, jackknife
from labelcharter.audit.statistics.permutation import chances_of_rate_gaps
from labelcharter.audit.statistics.power import Precision, precision_of_difference
from labelcharter.audit.statistics.ratio_interval import Share, ratio_interval
from labelcharter.audit.statistics.ratio_verdicts import JudgedRatio, Limits, judged_ratio
from labelcharter.audit.statistics.verdicts import (
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)

NOBODY_IS_SELECTED = (
    "between groups of annotators it is a ratio of labeling rates, clustered by annotator: nobody "
    "is selected"
)


def ratios_to(groups: Sequence[Compared], reference: str, label: str, code: int) -> list[Ratio]:
    """The rate of `label` (number `code`) in each group over that in the reference group.

    Between groups of data subjects with one rating each it is a ratio of two independent shares,
    with the score interval; else the interval is the two-way jackknife's on the logarithm. None
    where the reference group does not occur in the table.
    """
    base = next((group for group in groups if group.figures.value == reference), None)
    found: list[Ratio] = []
    if base is None:
        return found
    for group in groups:
        if group is base:
            continue
        judged = _judged(group, base, (code,), f"`{label}`", LIMITS)
        if group.figures.side == "annotator":
            words = "a ratio of labeling rates between pools of annotators: nobody is selected"
            judged = replace(judged, why=f"{judged.why}; {words}")
        attribute, value = group.figures.attribute, group.figures.value
        found.append(
            Ratio(attribute, value, reference, label, judged.estimate, judged.verdict, judged.why)
        )
    return found


def rating_rows(asked: Asked, attribute: Attribute, reference: str, limits: Limits) -> list[Row]:
    """The same for groups of annotators as rows of a check, with the adverse side.

    p: a permutation of annotators of the difference between the two rates.
    """
    label = asked.questions.favourable or ""
    code = asked.labels.index(label)
    joint = asked.joint(attribute.name)
    groups = [
        Compared(one_group(joint, number), figures)
        for number, figures in enumerate(asked.members(attribute.name))
    ]
    base = next(group for group in groups if group.figures.value == reference)
    adverse = tuple(other for other in range(len(asked.labels)) if other != code)
    found = []
    for group in groups:
        if group is not base:
            row = _row(group, base, label, _judged(group, base, (code,), f"`{label}`", limits))
            chances = chances_of_rate_gaps(ratings_by_unit(group), ratings_by_unit(base))
            if chances:
                chance = chances[code]
                row = replace(row, p=chance.p, least_p=chance.least)
                if chance.least > TESTABLE:
                    words = f"cannot be tested: the least reachable p is {figure(chance.least)}"
                    row = replace(row, verdict="insufficient-evidence", why=f"{row.why}; {words}")
            judged = _judged(group, base, adverse, f"other than `{label}`", limits)
            other = _row(group, base, label, judged)
            name, about = "adverse-ratio", f"not {label}"
            found += [row, replace(other, figure=name, about=about)]
    return [replace(row, limits=limits) for row in found]


def _row(group: Compared, base: Compared, label: str, judged: JudgedRatio) -> Row:
    name: Name = ("rate", label)
    return Row(
        group.figures.attribute,
        (group.figures.value, base.figures.value),
        "impact-ratio",
        label,
        judged.estimate,
        verdict=judged.verdict,
        why=judged.why,
        hidden_with=name,
        people=weakest(one.figures.people[name] for one in (group, base)),
    )


def _judged(
    group: Compared, base: Compared, codes: tuple[int, ...], what: str, limits: Limits
) -> JudgedRatio:
    shares = [share for one in (group, base) for share in _one_outcome_each(one, codes)]
    if len(shares) == 2:
        interval = ratio_interval(shares[0], shares[1])
        return judged_ratio(shares[0], shares[1], interval, limits, "data subjects")
    estimate, now = _clustered(group, base, codes, what)
    low, high = limits
    verdict = within(estimate, low, high)
    items = min(group.figures.items, base.figures.items)
    annotators = min(group.figures.annotators, base.figures.annotators)
    why = f"{with_interval(estimate)}, limits {figure(low)} to {figure(high)}"
    if estimate.state != "estimated":
        why = estimate.reason
    else:
        if few := too_few(items, annotators):
            why = f"{why}; {few}"
        if verdict == "insufficient-evidence":
            bounds = (log(low), log(high), items, annotators, now)
            why = f"{why}; {would_settle(_logarithm(estimate), *bounds, ratio=True)}"
        verdict = "insufficient-evidence" if few else verdict
    if min(group.figures.size, base.figures.size) == 1:
        verdict, why = "insufficient-evidence", f"{why}; {ONE_PERSON}"
    return JudgedRatio(estimate, verdict, why)


def _one_outcome_each(group: Compared, codes: tuple[int, ...]) -> Iterator[Share]:
    """The group's share, where it is of data subjects and each of them has one rating."""
    counts, items = group.reduction.counts, group.reduction.items
    ratings = counts.sum(axis=1)
    if group.figures.side == "subject" and (ratings <= 1).all():
        having = counts[:, list(codes)].sum(axis=1)
        yield Share(int((having * items).sum()), int((ratings * items).sum()))


def _logarithm(estimate: Estimate) -> Estimate:
    value, low, high = (log(x or 1.0) for x in (estimate.value, estimate.low, estimate.high))
    return estimated(value, low, high, estimate.n or 0)


def _clustered(
    group: Compared, base: Compared, codes: tuple[int, ...], what: str
) -> tuple[Estimate, Precision | None]:
    """The ratio with the two-way jackknife's interval on its logarithm, and that precision."""
    both = [jackknife(one.reduction, rates.label_rate(*codes)) for one in (group, base)]
    for one, jack in zip((group, base), both, strict=True):
        estimate = rate_estimate(jack)
        if estimate.state != "estimated" or not estimate.value:
            reason = estimate.reason if estimate.state != "estimated" else f"no rating is {what}"
            return not_estimable(f"{one.figures.value}: {reason}"), None
    log_rate = rates.log_label_rate(*codes)
    top, bottom = (jackknife(one.reduction, log_rate) for one in (group, base))
    reach = spread_of_difference(top, bottom)
    if reach is None or reach.half_width**2 < NOTHING:
        words = "the label is given too rarely, or always: no interval can be given"
        return not_estimable(words), None
    factor = exp(reach.half_width) if reach.half_width < 50 else float("inf")
    if factor == float("inf"):
        return not_estimable("the interval has no end: too few annotators"), None
    value, n = both[0].value / both[1].value, min(jack.ratings for jack in both)
    estimate = estimated(value, value / factor, value * factor, n, reach.reason)
    return estimate, precision_of_difference(top, bottom)
