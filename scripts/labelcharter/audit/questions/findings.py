"""What the comparisons come to: one statement for each check and group, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.figures import GroupFigures, Name
from labelcharter.audit.questions.gaps import ONE_PERSON, Gap, Ratio
from labelcharter.audit.statistics.power import precision_of
from labelcharter.audit.statistics.verdicts import (
    WORST_FIRST,
    Verdict,
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)

RELIABLE, TENTATIVE = 0.800, 0.667  # Krippendorff, Content Analysis: customary floors of alpha


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict about one group (or about everybody: attribute and value empty).

    `about` and `figure` name the groups and the figure that stand in `why`, for disclosure; an
    `internal` one is about single annotators and stays in the house. `least_p` is the least that a
    test of it could reach, where there was one.
    """

    check: str
    attribute: str
    value: str
    verdict: Verdict
    why: str
    about: tuple[str, ...] = ()
    figure: Name = ("", "")
    internal: bool = False
    least_p: float | None = None


def findings_in(
    overall: GroupFigures,
    groups: Sequence[GroupFigures],
    gaps: Sequence[Gap],
    ratios: Sequence[Ratio],
    floor: float = TENTATIVE,
) -> Iterator[Finding]:
    """Agreement of everybody and of each group; each group's worst gap; each ratio."""
    for group in (overall, *groups):
        yield _agreement(group, floor)
    for group in groups:
        for check in dict.fromkeys(gap.check for gap in gaps):
            mine = [
                gap
                for gap in gaps
                if gap.check == check
                and gap.attribute == group.attribute
                and group.value in (gap.a, gap.b)
            ]
            if mine:
                yield _worst_gap(group, check, mine)
    for ratio in ratios:
        yield Finding(
            "impact-ratio",
            ratio.attribute,
            ratio.value,
            ratio.verdict,
            f"`{ratio.label}` against {ratio.reference}: {ratio.why}",
            (ratio.value, ratio.reference),
            ("rate", ratio.label),
        )


def findings_of_answers(
    answers: Sequence[Answer], ratios: Sequence[Ratio] = ()
) -> Iterator[Finding]:
    """Each check's worst row for each attribute and what it is about, where a verdict is given.

    A row that repeats one of `ratios` is left out: that has a finding of its own.
    """
    told = {(r.attribute, (r.value, r.reference), r.estimate) for r in ratios}
    for answer in answers:
        judged: dict[tuple[str, str, str, bool], list[Row]] = {}
        for row in answer.rows:
            known = (row.attribute, row.groups, row.estimate) in told
            if row.verdict is not None and not known:
                key = row.attribute, row.figure, row.about, row.internal
                judged.setdefault(key, []).append(row)
        for (attribute, shown, about, internal), rows in judged.items():
            worst = min(rows, key=lambda row: WORST_FIRST.index(row.verdict or "met"))
            what = f"{shown}, {about}" if about else shown
            between = " over " if "ratio" in shown else " less "
            yield Finding(
                answer.check,
                attribute,
                between.join(worst.groups) if len(worst.groups) <= 2 else "",
                worst.verdict or "met",
                f"{what}: {worst.why}",
                worst.groups,
                worst.hidden_with or ("", ""),
                internal,
                worst.least_p,
            )


def _agreement(group: GroupFigures, floor: float) -> Finding:
    estimate = group.estimates["alpha", ""]
    verdict = within(estimate, floor, float("inf"))
    why = f"alpha {with_interval(estimate)}, floor {figure(floor)}"
    if estimate.state != "estimated":
        why = estimate.reason
    elif few := too_few(group.items, group.annotators):
        if verdict == "insufficient-evidence":
            few = f"{few}; {_to_settle(group, floor)}"
        verdict, why = "insufficient-evidence", f"{why}; {few}"
    elif verdict == "breached":
        why += " (a floor for tasks not declared subjective beforehand)"
    elif verdict == "met" and within(estimate, RELIABLE, float("inf")) != "met":
        why += f"; tentative, reliable from {figure(RELIABLE)}"
    elif verdict == "insufficient-evidence":
        why = f"{why}; {_to_settle(group, floor)}"
    if group.attribute and group.size == 1:
        verdict, why = "insufficient-evidence", f"{why}; {ONE_PERSON}"
    return Finding(
        "agreement", group.attribute, group.value, verdict, why, (group.value,), ("alpha", "")
    )


def _to_settle(group: GroupFigures, floor: float) -> str:
    estimate, now = group.estimates["alpha", ""], precision_of(group.jackknives["alpha", ""])
    return would_settle(estimate, floor, float("inf"), group.items, group.annotators, now)


def _worst_gap(group: GroupFigures, check: str, gaps: Sequence[Gap]) -> Finding:
    worst = min(
        reversed(gaps),  # of two labels whose gaps mirror each other, the second
        key=lambda gap: (WORST_FIRST.index(gap.verdict), -round(abs(gap.estimate.value or 0), 12)),
    )
    other = worst.b if worst.a == group.value else worst.a
    label = f" in `{worst.label}`" if worst.label else ""
    return Finding(
        check,
        group.attribute,
        group.value,
        worst.verdict,
        f"widest gap{label}: {worst.a} less {worst.b}, {worst.why}",
        (group.value, other),
        worst.figure,
        least_p=worst.chance.least if worst.chance else None,
    )
