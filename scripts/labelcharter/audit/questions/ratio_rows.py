"""Ratios between groups of data subjects: to a declared reference, and to the best of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

from labelcharter.audit.questions.answer import Row
from labelcharter.audit.questions.figures import People
from labelcharter.audit.statistics.estimate import Estimate, estimated
from labelcharter.audit.statistics.four_fifths import (
    Test,
    chance_of_a_flag,
    difference_test,
    expected_ratio,
    in_words,
    least_p,
)
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.ratio_interval import Share, ratio_interval, ratios_to_best
from labelcharter.audit.statistics.ratio_verdicts import JudgedRatio, Limits, judged_ratio
from labelcharter.audit.statistics.verdicts import figure

THINGS = "data subjects"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The groups of an attribute, each with its share of the favourable outcome.

    `people` is the share that comes nearest to being hidden: it hides all of them together.
    """

    attribute: str
    favourable: str
    groups: Mapping[str, Share]
    limits: Limits
    test: Test
    people: People | None

    def row(
        self,
        groups: tuple[str, ...],
        name: str,
        about: str,
        judged: JudgedRatio,
        expected: Estimate | None = None,
    ) -> Row:
        """A ratio with its verdict."""
        return Row(
            self.attribute,
            groups,
            name,
            about,
            judged.estimate,
            expected=expected,
            limits=self.limits,
            verdict=judged.verdict,
            why=judged.why,
            hidden_with=("rate", self.favourable),
            people=self.people,
        )


def rate_rows(outcomes: Outcomes) -> Iterator[Row]:
    """Each group's rate, for information."""
    for value, share in outcomes.groups.items():
        yield Row(
            outcomes.attribute,
            (value,),
            "favourable-rate",
            outcomes.favourable,
            proportion(share.having, share.of, "items with an outcome"),
            hidden_with=("rate", outcomes.favourable),
            people=outcomes.people,
        )


def rows_to_reference(outcomes: Outcomes, reference: str) -> Iterator[Row]:
    """The favourable side with its test and the four outcomes, then the adverse side."""
    base = outcomes.groups[reference]
    for value, share in outcomes.groups.items():
        if value == reference:
            continue
        tested = difference_test(share, base, outcomes.test)
        judged = _judged(share, base, outcomes.limits)
        words = f"{judged.why}; {in_words(share, base, (value, reference), tested)}"
        lowest = None if tested is None else least_p(share, base)
        if lowest is not None and lowest > 0.05:
            words = f"{words}; cannot be tested: the least reachable p is {figure(lowest)}"
        pair, favourable = (value, reference), outcomes.favourable
        row = outcomes.row(
            pair, "impact-ratio", favourable, replace(judged, why=words), _expected(share, base)
        )
        yield replace(row, p=None if tested is None else tested.p, least_p=lowest)
        away, from_ = share.others, base.others
        yield outcomes.row(
            pair,
            "adverse-ratio",
            f"not {favourable}",
            _judged(away, from_, outcomes.limits),
            _expected(away, from_),
        )


def rows_to_best(outcomes: Outcomes) -> Iterator[Row]:
    """Every group's data stand in each of these figures, so all are named.

    A ratio to the best is 1 at most: only the lower limit holds.
    """
    everybody = tuple(outcomes.groups)
    found = list(outcomes.groups.values())
    sizes, having = [share.of for share in found], sum(share.having for share in found)
    chance = chance_of_a_flag(sizes, having / sum(sizes)) if all(sizes) else None
    highest = max(found, key=lambda share: share.having / max(1, share.of))
    low = outcomes.limits[0]
    for value, interval in zip(everybody, ratios_to_best(found), strict=True):
        judged = judged_ratio(outcomes.groups[value], highest, interval, (low, inf), THINGS)
        if chance is not None:
            words = (
                f"{judged.why}; if all groups had the same rate, the lowest would lie below four "
                f"fifths of the highest in {chance:.0%} of tables of these sizes"
            )
            judged = replace(judged, why=words)
        about = f"{outcomes.favourable}: {value} over the best"
        row = outcomes.row(everybody, "impact-ratio-to-best", about, judged)
        yield replace(row, limits=(low, None))


def _judged(top: Share, bottom: Share, limits: Limits) -> JudgedRatio:
    return judged_ratio(top, bottom, ratio_interval(top, bottom), limits, THINGS)


def _expected(top: Share, bottom: Share) -> Estimate | None:
    found = expected_ratio(top, bottom)
    if found is None:
        return None
    reason = "median, and 95 % of permutations of items"
    return estimated(*found, min(top.of, bottom.of), reason)
