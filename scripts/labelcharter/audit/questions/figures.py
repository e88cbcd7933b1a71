"""All figures of one group: estimates to print, jackknives to compare groups with, people to count.

A figure is named by (what, label): ("alpha", ""), ("rate", "hate"), ("fpr", "hate") and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.reductions.patterns import GroupReduction
from labelcharter.audit.statistics import agreement, rates
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.intervals import (
    agreement_estimate,
    gold_estimate,
    percent_estimate,
    rate_estimate,
)
from labelcharter.audit.statistics.jackknife import Jackknife, Statistic, jackknife
from labelcharter.audit.tables.bindings import Scale, Side
from labelcharter.audit.tables.faults import number_of

Name = tuple[str, str]

NO_GOLD = "no gold labels"


@dataclass(frozen=True, slots=True)
class People:
    """How many people stand behind a figure: in all, with and without what it counts.

    `without` counts people with at least one rating in the denominator that is not in the
    numerator; where each person has one rating it is everybody else.
    """

    all: int
    having: int
    without: int


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group. `side` says whose attribute it is and so who its people are.

    The counts of a group that is `hidden` are 0 and are not printed either.
    """

    attribute: str
    value: str
    side: Side
    ratings: int
    items: int
    annotators: int
    estimates: Mapping[Name, Estimate]
    jackknives: Mapping[Name, Jackknife]
    people: Mapping[Name, People]
    hidden: bool = False

    @property
    def size(self) -> int:
        """How many people the group has: annotators, or the items of data subjects."""
        return self.annotators if self.side == "annotator" else self.items


def label_figures(
    group: GroupReduction, labels: Sequence[str], scale: Scale, side: Side, *, gold: bool
) -> tuple[dict[Name, Estimate], dict[Name, Jackknife], dict[Name, People]]:
    """Agreement, label rates and, where there is gold, accuracy and error rates of one group."""
    estimates: dict[Name, Estimate] = {}
    jacks: dict[Name, Jackknife] = {}
    people: dict[Name, People] = {}
    _agreement(group, labels, scale, estimates, jacks)
    for code, label in enumerate(labels):
        statistic = rates.label_rate(code)
        jacks["rate", label] = jack = jackknife(group, statistic)
        estimates["rate", label] = rate_estimate(jack)
        people["rate", label] = people_behind(group, statistic, side)
    against_gold = [(("accuracy", ""), rates.accuracy(), "with a gold label")]
    for code, label in enumerate(labels):
        against_gold += [
            (("fpr", label), rates.false_positive_rate(code), f"whose gold is not `{label}`"),
            (("fnr", label), rates.false_negative_rate(code), f"whose gold is `{label}`"),
        ]
    for name, statistic, what in against_gold:
        if gold:
            jacks[name] = jack = jackknife(group, statistic)
            estimates[name] = gold_estimate(jack, what)
            people[name] = people_behind(group, statistic, side)
        else:
            estimates[name] = not_estimable(NO_GOLD)
    return estimates, jacks, people


def figure_of(
    group: GroupReduction, name: Name, labels: Sequence[str], scale: Scale
) -> tuple[Estimate, Jackknife]:
    """One figure alone: ("alpha", ""), ("accuracy", "") or ("rate", label), as `label_figures`."""
    what, label = name
    if what == "alpha":
        return _alpha(group, labels, scale, jackknife(group, agreement.percent_agreement()))
    if what == "accuracy":
        jack = jackknife(group, rates.accuracy())
        return gold_estimate(jack, "with a gold label"), jack
    jack = jackknife(group, rates.label_rate(labels.index(label)))
    return rate_estimate(jack), jack


def _agreement(
    group: GroupReduction,
    labels: Sequence[str],
    scale: Scale,
    estimates: dict[Name, Estimate],
    jacks: dict[Name, Jackknife],
) -> None:
    agreeing = jackknife(group, agreement.percent_agreement())
    estimates["percent_agreement", ""] = percent_estimate(agreeing)
    if scale == "ordinal" and len(labels) > agreement.MOST_GRADES:
        most = agreement.MOST_GRADES
        estimates["alpha", ""] = not_estimable(
            f"{len(labels)} grades: ordinal alpha is computed for at most {most}; use interval"
        )
    else:
        estimates["alpha", ""], jacks["alpha", ""] = _alpha(group, labels, scale, agreeing)
    if len(labels) < 2:
        estimates["ac1", ""] = not_estimable("only one label is in use: AC1 is undefined")
        return
    jacks["ac1", ""] = jack = jackknife(group, agreement.ac1(len(labels)))
    shares = jack.sums[3:] / max(1.0, jack.sums[2])
    expected = float((shares * (1 - shares)).sum()) / (len(labels) - 1)
    estimates["ac1", ""] = agreement_estimate(jack, agreeing, 1.0 / (1.0 - expected))


def _alpha(
    group: GroupReduction, labels: Sequence[str], scale: Scale, agreeing: Jackknife
) -> tuple[Estimate, Jackknife]:
    paired = group.counts.sum(axis=1) > 1
    given = (group.counts[paired] * group.items[paired, None]).sum(axis=0)
    values = [number_of(label) or 0.0 for label in labels]
    jack = jackknife(group, agreement.alpha(scale, values))
    return agreement_estimate(jack, agreeing, agreement.dearest(scale, given, values)), jack


def people_behind(group: GroupReduction, statistic: Statistic, side: Side) -> People:
    """Who has a rating in the numerator of a rate, and who has one only in its denominator."""
    labels = group.counts.shape[1]
    patterns, given = np.nonzero(group.counts)
    single = np.zeros((len(patterns), labels), dtype=np.int64)
    single[np.arange(len(patterns)), given] = 1
    part, whole = statistic.terms(single, group.gold[patterns]).T
    having, without = part > 0, (whole > 0) & (part <= 0)
    if side == "subject":
        counts = [
            int(group.items[np.unique(patterns[mask])].sum())
            for mask in (having | without, having, without)
        ]
        return People(*counts)
    key = patterns * labels + given  # in ascending order: np.nonzero walks row by row
    entry = np.searchsorted(key, group.rater_pattern * labels + group.rater_label)
    counts = [
        len(np.unique(group.rater[mask[entry]])) for mask in (having | without, having, without)
    ]
    return People(*counts)
