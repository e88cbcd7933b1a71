"""The audit of tables of counts: what the rule of Local Law 144 asks, and what it can mean.

Two readings stand side by side. The rule's: each rate over the highest, a plain figure without a
threshold. Ours: the ratio to a declared reference (or, without one, to the highest true rate, with
simultaneous intervals), with an interval, a test, the adverse side and a verdict in three states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from typing import Literal

from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.four_fifths import (
    LIMITS,
    Outcome,
    Tested,
    chance_of_a_flag,
    difference_test,
    in_words,
    outcome,
)
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.ratio_interval import (
    Share,
    ratio_interval,
    ratios_to_best,
)
from labelcharter.audit.statistics.ratio_verdicts import JudgedRatio, Limits, judged_ratio
from labelcharter.audit.statistics.selection_tables import (
    Median,
    Mismatch,
    highest,
    impact_ratios,
    may_be_left_out,
    median_of,
    mismatches,
)
from labelcharter.audit.statistics.verdicts import Verdict
from labelcharter.audit.tables.counts import CountLine, Printed

Kind = Literal["selection", "scoring"]
PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Reading:
    """A category against `against`: the declared reference, or (None) the highest true rate.

    `adverse` is the ratio of the shares that are not selected. It, the test and the outcome are
    against the reference, else against the category observed highest: since that one was picked,
    the test is then corrected for all pairs of categories.
    """

    against: str | None
    ratio: Estimate
    adverse: Estimate
    limits: Limits
    verdict: Verdict
    outcome: Outcome
    tested: Tested | None
    why: str


@dataclass(frozen=True, slots=True)
class Category:
    """One line of a table. `impact_ratio` is the rule's; None where it is left out or has none."""

    name: str
    share: Share
    rate: Estimate
    under_two_percent: bool
    left_out: bool
    impact_ratio: Fraction | None
    reading: Reading | None
    printed_rate: Printed | None
    printed_ratio: Printed | None


@dataclass(frozen=True, slots=True)
class CountTable:
    """One table. `false_flag`: how often equal groups of these sizes would be flagged."""

    name: str
    categories: tuple[Category, ...]
    highest: str | None
    reference: str | None
    total: Share
    false_flag: float | None
    median: Median | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CountAudit:
    """All tables of a file, and where they contradict each other."""

    kind: Kind
    counts_from_rates: bool
    unknown: int | None
    tables: tuple[CountTable, ...]
    mismatches: tuple[Mismatch, ...]
    compared: int


@dataclass(frozen=True, slots=True)
class CountQuestions:
    """What is asked of the counts.

    `references`: categories, each of which is the reference of the tables that have it. `unknown`:
    how many people are of unknown category. `leave_out`: categories under 2 % get no ratio.
    `joint` joins the parts of a category ("White|Male").
    """

    kind: Kind
    references: Sequence[str] = ()
    unknown: int | None = None
    leave_out: bool = False
    joint: str = "|"
    counts_from_rates: bool = False


def audit_counts(
    tables: Mapping[str, Sequence[tuple[CountLine, Share]]], asked: CountQuestions
) -> CountAudit:
    """Every figure of every table; `tables` has each line with its share."""
    counts = {name: {line.group: share for line, share in lines} for name, lines in tables.items()}
    wrong, compared = mismatches(counts, asked.joint)
    return CountAudit(
        asked.kind,
        asked.counts_from_rates,
        asked.unknown,
        tuple(_table(name, lines, asked) for name, lines in tables.items()),
        tuple(wrong),
        compared,
    )


def _table(
    name: str, lines: Sequence[tuple[CountLine, Share]], asked: CountQuestions
) -> CountTable:
    counts = {line.group: share for line, share in lines}
    people = sum(share.of for share in counts.values())
    having = sum(share.having for share in counts.values())
    small = {group: may_be_left_out(share.of, people) for group, share in counts.items()}
    reference = next((group for group in asked.references if group in counts), None)
    kept = {
        group: share
        for group, share in counts.items()
        if not (asked.leave_out and small[group] and group != reference)
    }
    ratios, readings = impact_ratios(kept), _readings(kept, reference)
    sizes = [share.of for share in kept.values()]
    categories = [
        Category(
            name=line.group,
            share=share,
            rate=proportion(share.having, share.of, PEOPLE),
            under_two_percent=small[line.group],
            left_out=line.group not in kept,
            impact_ratio=ratios.get(line.group),
            reading=readings.get(line.group),
            printed_rate=line.printed_rate,
            printed_ratio=line.printed_ratio,
        )
        for line, share in lines
    ]
    return CountTable(
        name,
        tuple(categories),
        highest(kept),
        reference,
        Share(having, people),
        chance_of_a_flag(sizes, sum(s.having for s in kept.values()) / max(1, sum(sizes))),
        median_of(having, people, asked.unknown or 0) if asked.kind == "scoring" else None,
    )


def _readings(kept: Mapping[str, Share], reference: str | None) -> dict[str, Reading]:
    """Of every category but the one that it is compared with."""
    base = reference or highest(kept)
    if base is None or len(kept) < 2:
        return {}
    simultaneous = dict(zip(kept, ratios_to_best(list(kept.values())), strict=True))
    found = {}
    for name, share in kept.items():
        if name == base and reference is not None:
            continue
        interval = simultaneous[name]
        limits = (LIMITS[0], inf)
        if reference is not None:
            interval, limits = ratio_interval(share, kept[base]), LIMITS
        pairs = 1 if reference is not None else len(kept) * (len(kept) - 1) // 2
        tested = difference_test(share, kept[base]) if name != base else None
        found[name] = _reading(
            (name, share),
            (base, kept[base]),
            judged_ratio(share, kept[base], interval, limits, PEOPLE),
            None if tested is None else tested.picked_from(pairs),
            limits,
        )
        if reference is None:
            found[name] = replace(found[name], against=None)
    return found


def _reading(
    one: tuple[str, Share],
    base: tuple[str, Share],
    judged: JudgedRatio,
    tested: Tested | None,
    limits: Limits,
) -> Reading:
    (name, share), (against, most) = one, base
    away, from_ = share.others, most.others
    adverse = judged_ratio(away, from_, ratio_interval(away, from_), LIMITS, PEOPLE)
    words = "" if name == against else f"; {in_words(share, most, (name, against), tested)}"
    return Reading(
        against,
        judged.estimate,
        adverse.estimate,
        limits,
        judged.verdict,
        outcome(share, most, None if tested is None else tested.p),
        tested,
        f"{judged.why}{words}",
    )
