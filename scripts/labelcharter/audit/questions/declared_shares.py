"""Counts of groups held against declared shares: one row a group, and one for all of them.

Nothing here looks at ratings, so a pool of annotators without any can be held against its plan too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from labelcharter.audit.questions.answer import Row
from labelcharter.audit.questions.figures import People
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.shares import (
    dissimilarity,
    exact_binomial,
    gap_by_chance,
    gap_from,
    goodness_of_fit,
    share_gap,
    sum_fault,
)
from labelcharter.audit.statistics.verdicts import (
    ANNOTATORS_FOR_A_VERDICT,
    ITEMS_FOR_A_VERDICT,
    Verdict,
    chance,
    figure,
    more_would_settle,
    too_few,
    with_interval,
    within,
    would_settle,
)

TOLERANCE = 0.05  # a choice of this project


@dataclass(frozen=True, slots=True)
class Counted:
    """Things counted by group against declared shares: `what` they are, in the plural.

    `estimates` has each group's share where it is not a plain count ("ratings"), else None.
    `annotators` and `items`: how many stand behind all of it, as far as they limit a verdict.
    """

    attribute: str
    what: str
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    estimates: Mapping[str, Estimate] | None = None
    annotators: int = ANNOTATORS_FOR_A_VERDICT
    items: int = ITEMS_FOR_A_VERDICT

    @property
    def groups(self) -> tuple[str, ...]:
        """Observed or declared, by name."""
        return tuple(sorted({*self.counts, *self.shares}))

    @property
    def figure(self) -> str:
        """`people`, `ratings` or `items`: the first word of its figures."""
        return "people" if self.what == "annotators" else self.what

    @property
    def present(self) -> tuple[str, ...]:
        """The groups that have any."""
        return tuple(g for g in self.groups if self.counts.get(g, 0))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def rows_of(counted: Counted, people: People | None, tolerance: float = TOLERANCE) -> list[Row]:
    """The gap of each group, and all of them as one figure. Pure: counts are all it needs.

    `people`: who stands behind the group that gives most away.
    """
    fault = sum_fault(list(counted.shares.values()))
    judged = (
        {"": _no_gap(fault)} if fault else {g: _gap(counted, g, tolerance) for g in counted.groups}
    )
    rows = [
        Row(
            counted.attribute,
            counted.present,
            f"{counted.figure}-gap",
            group,
            gap.estimate,
            gap.expected,
            p=gap.p,
            limits=(-tolerance, tolerance),
            verdict=gap.verdict,
            why=gap.why,
            people=people,
        )
        for group, gap in judged.items()
    ]
    plain = counted.estimates is None and counted.total > 0 and not fault
    if plain and all(counted.shares.get(group, 0) > 0 for group in counted.present):
        rows.append(_all_gaps(counted, people))
    return rows


@dataclass(frozen=True, slots=True)
class _Gap:
    """One group's gap, judged."""

    estimate: Estimate
    verdict: Verdict
    why: str
    expected: Estimate | None = None
    p: float | None = None


def _no_gap(reason: str, verdict: Verdict = "insufficient-evidence") -> _Gap:
    return _Gap(not_estimable(reason), verdict, reason)


def _gap(counted: Counted, group: str, tolerance: float) -> _Gap:
    count, total = counted.counts.get(group, 0), counted.total
    share = counted.shares.get(group)
    if share is None:
        return _no_gap("no share of it is declared")
    if not total:
        return _no_gap(f"no {counted.what}")
    if share == 0 and count:
        return _no_gap(
            f"a mistake in the data or in the declaration, not a gap: {count:,} of {total:,} "
            f"{counted.what}, and the declared share is 0",
            "breached",
        )
    expected, p, chances = None, None, ""
    if counted.estimates is not None:
        estimate = gap_from(share, counted.estimates[group])
    else:
        estimate = share_gap(count, total, share, counted.what)
        expected, p = gap_by_chance(total, share), exact_binomial(count, total, share)
        chances = f"; p {chance(p)}"
    if estimate.state != "estimated":
        return _no_gap(estimate.reason)
    verdict = within(estimate, -tolerance, tolerance)
    why = (
        f"{count:,} of {total:,} {counted.what} against {figure(share)}: "
        f"{with_interval(estimate)}, tolerance {figure(tolerance)}{chances}"
    )
    if few := too_few(counted.items, counted.annotators):
        verdict, why = "insufficient-evidence", f"{why}; {few}"
    elif verdict == "insufficient-evidence":
        why = f"{why}; {_settled(counted, estimate, tolerance)}"
    return _Gap(estimate, verdict, why, expected, p)


def _settled(counted: Counted, estimate: Estimate, tolerance: float) -> str:
    if counted.estimates is None:
        limits = (-tolerance, tolerance)
        return more_would_settle(estimate, *limits, counted.total, counted.what)
    words = would_settle(estimate, -tolerance, tolerance, counted.items, counted.annotators)
    return words.replace(" in the smaller group", "")


def _all_gaps(counted: Counted, people: People | None) -> Row:
    declared = [g for g in counted.groups if counted.shares.get(g, 0) > 0]
    counts = [counted.counts.get(g, 0) for g in declared]
    shares = [counted.shares[g] for g in declared]
    estimate, expected = dissimilarity(counts, shares)
    fit = goodness_of_fit(counts, shares)
    how = "drawn, since fewer than 5 are expected in a group" if fit.drawn else "chi-square"
    return Row(
        counted.attribute,
        counted.present,
        f"{counted.figure}-dissimilarity",
        "",
        estimate,
        expected,
        p=fit.p,
        why=f"{with_interval(estimate)} would have to be others, and {with_interval(expected)} "
        f"where the declared shares hold; goodness of fit {fit.chi2:.1f}, p {chance(fit.p)}, {how}",
        people=people,
    )
