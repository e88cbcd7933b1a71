"""Whether one person makes a finding.

For each group of annotators, the largest share of its ratings that one annotator gave. For each gap
between groups in alpha, in accuracy and in the rate of a label, the range of the gap when each
annotator in turn is left out. For each gap with a verdict, whether the verdict and the sign of a
breach survive leaving out any one annotator: everything is computed anew without that person,
nothing is approximated.

Shares, ranges and who it is are internal. What may be published is whether a finding survives, and
that only where its groups are shown.

Option: `share`, the largest share of one annotator that is not remarked on (default .20, a choice
of this project).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.figures import GroupFigures, Name, figure_of
from labelcharter.audit.questions.gaps import (
    MARGINS,
    ONE_PERSON,
    Gap,
    difference,
    gap_between,
    turns_without_one,
    without_one,
)
from labelcharter.audit.reductions.left_out import item_by_item, without
from labelcharter.audit.reductions.patterns import GroupReduction, Reduction
from labelcharter.audit.statistics.estimate import estimated, not_estimable
from labelcharter.audit.statistics.verdicts import Verdict, figure, within

LARGEST_SHARE = 0.20
BASIS = (
    "leave-one-annotator-out, exactly; a share above .20 is remarked on (a choice of this project)"
)
NOTE = (
    "a gap survives when, whichever one annotator is left out, its interval gives the same verdict "
    "(and a breach keeps its sign)"
)
_MOST_WORK = 40_000_000  # ratings read anew, over all annotators left out: some ten seconds
_TOO_LARGE = "too large to be computed anew without each annotator"
_CHECKS = {"alpha": "agreement-gap", "accuracy": "accuracy-gap", "rate": "label-rate-gap"}


@dataclass(frozen=True, slots=True)
class _Survival:
    """Whether a gap's verdict survives; None where that is not known, `because` of what."""

    gap: Gap
    survives: bool | None
    turns: bool
    because: str = ""


def ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    """Every attribute of annotators, and the gaps of those of data subjects."""
    if not asked.attributes:
        return "no attribute is declared"
    most = Fraction(str(request.options.get("share", LARGEST_SHARE)))
    rows: list[Row] = []
    for attribute in asked.attributes:
        if attribute.side == "annotator":
            rows += _shares(asked.joint(attribute.name), attribute, most)
        gaps = list(_gaps(asked, attribute))
        rows += (_range(asked, gap) for gap in gaps)
        rows += (_survival_row(one) for one in _survivals(asked, attribute, gaps))
    known = () if asked.ratings() is not None else (f"whether it survives: {NEEDS_RATINGS}",)
    return tuple(rows), (NOTE, *known)


CHECK = Check(
    "one-annotator",
    "Whether one annotator makes a finding",
    BASIS,
    ask,
    options={"share": "share"},
)


def _shares(joint: Reduction, attribute: Attribute, most: Fraction) -> Iterator[Row]:
    """Internal: the annotator with the most ratings of each group, by number."""
    for number, value in enumerate(attribute.values):
        mine = joint.rater_group == number
        ratings = np.bincount(joint.rater[mine], joint.rater_ratings[mine]).astype(np.int64)
        if not ratings.sum():
            continue
        largest, total = int(ratings.max()), int(ratings.sum())
        share = largest / total
        who = int(ratings.argmax()) + 1
        verdict: Verdict | None = "breached" if Fraction(largest, total) > most else None
        why = (
            f"annotator {who:,} of {joint.annotators:,}, in the order of their ids, gave "
            f"{largest:,} of {total:,} ratings ({figure(share)}), remarked on above "
            f"{figure(float(most))}"
        )
        yield Row(
            attribute.name,
            (value,),
            "largest-share",
            value,
            estimated(share, share, share, total, "counted, not estimated"),
            limits=(None, float(most)),
            verdict=verdict,
            why=f"{why}; {ONE_PERSON}" if (ratings > 0).sum() == 1 else why,
            internal=True,
        )


def _names(asked: Asked) -> Sequence[Name]:
    """Alpha, accuracy, and the rate of each label; of two labels one, the other is its mirror."""
    labels = list(asked.labels)
    if len(labels) == 2:
        labels = [one for one in labels if one != asked.questions.favourable][-1:]
    return [("alpha", ""), ("accuracy", ""), *(("rate", label) for label in labels)]


def _gaps(asked: Asked, attribute: Attribute) -> Iterator[Gap]:
    """The gaps that have a figure in both groups."""
    margins: Mapping[str, float] = {**MARGINS, **asked.questions.margins}
    for name in _names(asked):
        check = _CHECKS[name[0]]
        for a, b in combinations(asked.members(attribute.name), 2):
            gap = gap_between(a, b, check, name, "", margins[check])
            if gap.estimate.state == "estimated":
                yield gap


def _pair(asked: Asked, gap: Gap) -> tuple[GroupFigures, GroupFigures]:
    by_value = {member.value: member for member in asked.members(gap.attribute)}
    return by_value[gap.a], by_value[gap.b]


def _about(gap: Gap) -> str:
    return f"{gap.figure[0]} {gap.figure[1]}".strip()


def _range(asked: Asked, gap: Gap) -> Row:
    """Internal: the least and the greatest gap without one annotator, and who moves it most."""
    a, b = _pair(asked, gap)
    value, left_out = gap.estimate.value or 0.0, without_one(a, b, gap.figure)
    groups, about = (gap.a, gap.b), _about(gap)
    if not np.isfinite(left_out).all():
        who = int(np.flatnonzero(~np.isfinite(left_out))[0]) + 1
        reason = f"without annotator {who:,}, in the order of their ids, there is no gap"
        estimate = not_estimable(reason, len(left_out))
        return Row(gap.attribute, groups, "gap-without-one", about, estimate, internal=True)
    who = int(np.abs(left_out - value).argmax()) + 1
    low, high = min(value, float(left_out.min())), max(value, float(left_out.max()))
    turns = "; its sign turns" if turns_without_one(a, b, gap.figure) else ""
    reason = f"annotator {who:,} of {len(left_out):,}, in the order of their ids, moves it most"
    return Row(
        gap.attribute,
        groups,
        "gap-without-one",
        about,
        estimated(value, low, high, len(left_out), f"the range, not an interval; {reason}{turns}"),
        hidden_with=gap.figure,
        internal=True,
    )


def _survivals(asked: Asked, attribute: Attribute, gaps: Sequence[Gap]) -> Iterator[_Survival]:
    """The gaps with a verdict, in order."""
    claims = [gap for gap in gaps if gap.verdict != "insufficient-evidence"]
    if not claims:
        return
    flipped = _flipped(asked, attribute, claims)
    because = _TOO_LARGE if asked.ratings() is not None else NEEDS_RATINGS
    for gap in claims:
        turns = gap.verdict == "breached" and turns_without_one(*_pair(asked, gap), gap.figure)
        if flipped is None:
            yield _Survival(gap, False if turns else None, turns, because)
        else:
            yield _Survival(gap, not (turns or gap in flipped), turns)


def _flipped(asked: Asked, attribute: Attribute, claims: Sequence[Gap]) -> list[Gap] | None:
    """The gaps whose verdict changes without some one annotator; None if it cannot be computed."""
    cleaned = asked.ratings()
    if cleaned is None:
        return None
    groups = item_by_item(cleaned.kept, asked.grouping(attribute.name))
    by_name = {gap.figure: [g for g in claims if g.figure == gap.figure] for gap in claims}
    work = 0
    for some in by_name.values():
        for number in _numbers(attribute, some):
            group = groups[number]
            people = len(np.unique(group.rater))
            work += people * (len(group.rater) + group.counts.size)
    if work > _MOST_WORK:
        return None
    return [gap for some in by_name.values() for gap in _flipped_in(asked, attribute, groups, some)]


def _numbers(attribute: Attribute, claims: Sequence[Gap]) -> Sequence[int]:
    """The groups that stand in these gaps."""
    values = {value for gap in claims for value in (gap.a, gap.b)}
    return [number for number, value in enumerate(attribute.values) if value in values]


def _flipped_in(
    asked: Asked, attribute: Attribute, groups: Sequence[GroupReduction], claims: Sequence[Gap]
) -> list[Gap]:
    """In one figure: every annotator left out of every group that they are in."""
    name, numbers = claims[0].figure, _numbers(attribute, claims)
    members = {m.value: m for m in asked.members(attribute.name)}
    of = {attribute.values[k]: groups[k] for k in numbers}
    whole = {value: _with(members[value], group, name, asked) for value, group in of.items()}
    left, flipped = list(claims), []
    for annotator in range(groups[0].annotators):
        inside = [value for value, group in of.items() if (group.rater == annotator).any()]
        touched = [gap for gap in left if gap.a in inside or gap.b in inside]
        needed = {value for gap in touched for value in (gap.a, gap.b)}
        less = {
            value: _with(members[value], without(of[value], annotator), name, asked)
            for value in inside
            if value in needed
        }
        for gap in touched:
            a, b = (less.get(value, whole[value]) for value in (gap.a, gap.b))
            estimate = difference(a, b, name)
            if within(estimate, -gap.margin, gap.margin) != gap.verdict:
                flipped.append(gap)
                left.remove(gap)
    return flipped


def _with(member: GroupFigures, group: GroupReduction, name: Name, asked: Asked) -> GroupFigures:
    """The member with this one figure, from another reduction."""
    estimate, jack = figure_of(group, name, asked.labels, asked.bindings.scale)
    return replace(member, estimates={name: estimate}, jackknives={name: jack})


def _survival_row(one: _Survival) -> Row:
    """May be published: it says whether the finding survives, and neither who nor how much."""
    gap, what = one.gap, f"{one.gap.a} less {one.gap.b} in {_about(one.gap)}: {one.gap.verdict}"
    verdict: Verdict
    if one.survives is None:
        sign = "; the sign does not turn" if gap.verdict == "breached" else ""
        verdict, why = "insufficient-evidence", f"{what}; {one.because}{sign}"
        estimate = not_estimable(f"{one.because}{sign}")
    else:
        survives = float(one.survives)
        estimate = estimated(survives, survives, survives, 1, "1: it survives, 0: it does not")
        verdict = "met" if one.survives else "breached"
        why = f"{what}, whichever one annotator is left out"
        if not one.survives:
            turned = "the sign turns" if one.turns else "the verdict changes"
            why = f"{what}; it rests on one person: without one annotator {turned}"
    return Row(
        gap.attribute,
        (gap.a, gap.b),
        "survives-without-one",
        _about(gap),
        estimate,
        verdict=verdict,
        why=why,
        hidden_with=gap.figure,
    )
