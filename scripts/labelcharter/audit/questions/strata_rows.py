"""Impact ratios within the strata of a confounder, beside the crude ones."""

from __future__ import annotations

from dataclasses import replace

from labelcharter.audit.questions.answer import Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.outcomes import Source, crossed, shares
from labelcharter.audit.questions.ratio_rows import THINGS, Outcomes
from labelcharter.audit.statistics.estimate import not_estimable
from labelcharter.audit.statistics.ratio_interval import Share, ratio
from labelcharter.audit.statistics.ratio_verdicts import JudgedRatio, judged_ratio
from labelcharter.audit.statistics.strata import DIFFERS, Stratified, stratified
from labelcharter.audit.statistics.verdicts import figure

FEW = 10


def strata_rows(
    asked: Asked, outcomes: Outcomes, strata: str, reference: str, source: Source
) -> list[Row] | str:
    """The common ratio of each group over the reference, within the strata of an attribute."""
    if asked.ratings() is None:
        return NEEDS_RATINGS
    by = next(
        (a for a in asked.attributes if a.side == "subject" and strata in (a.name, a.column)), None
    )
    if by is None or by.name == outcomes.attribute:
        return (
            f"strata `{strata}`: bind the column as another attribute of the data subjects, so "
            "that each item has one stratum"
        )
    grouping = asked.grouping(outcomes.attribute)
    both = crossed(grouping, asked.grouping(by.name))
    code = asked.labels.index(outcomes.favourable)
    cells = shares(asked, both, source, code, crossed=True)
    if isinstance(cells, str):
        return cells
    width = len(by.values)
    of_group = {
        value: cells[at * width : (at + 1) * width] for at, value in enumerate(grouping.values)
    }
    rows = []
    for value in outcomes.groups:
        if value == reference:
            continue
        found = stratified(list(zip(of_group[value], of_group[reference], strict=True)))
        if isinstance(found, str):
            return f"within strata of {by.name}: {found}"
        crude = (outcomes.groups[value], outcomes.groups[reference])
        rows += _rows(outcomes, (value, reference), by.name, found, crude)
    return rows


def _rows(
    outcomes: Outcomes,
    pair: tuple[str, str],
    strata: str,
    found: Stratified,
    crude: tuple[Share, Share],
) -> list[Row]:
    about = f"{outcomes.favourable}, within strata of {strata}"
    smaller = min(share.of for share in crude)
    if found.ratio is None:
        reason = "a group never has the outcome within the strata, or always: there is no ratio"
        judged = JudgedRatio(not_estimable(reason, smaller), "insufficient-evidence", reason)
    else:
        judged = judged_ratio(*crude, found.ratio, outcomes.limits, THINGS)
        judged = replace(judged, why=f"{judged.why}; {_beside_crude(found, crude, strata)}")
    if found.left_out:
        # a few people are not counted here: the sentence is shown where the pair's figures are
        number = f"{found.left_out:,}" if found.left_out >= FEW else f"fewer than {FEW}"
        words = f"{number} {THINGS} stand in strata that hold one group only: left out"
        judged = replace(judged, why=f"{judged.why}; {words}")
    row = outcomes.row(pair, "impact-ratio-within-strata", about, judged)
    rows = [replace(row, p=found.p)]
    if found.homogeneity is not None:
        rows.append(
            Row(
                outcomes.attribute,
                pair,
                "homogeneity-of-strata",
                about,
                not_estimable("a test, without a figure of its own", found.people),
                p=found.homogeneity,
                why=_homogeneous(found.homogeneity, strata),
                hidden_with=("rate", outcomes.favourable),
                people=outcomes.people,
            )
        )
    return rows


def _beside_crude(found: Stratified, crude: tuple[Share, Share], strata: str) -> str:
    top, bottom = crude
    if found.ratio is None or not found.ratio.value or not bottom.having or not top.having:
        return f"over {found.strata} strata"
    apart = ratio(top, bottom)
    if abs(apart / found.ratio.value - 1) > DIFFERS:
        return (
            f"the crude ratio is {figure(apart)}: more than {DIFFERS:.0%} apart, so part of the "
            f"difference between the groups goes with {strata}"
        )
    return f"the crude ratio is {figure(apart)}: {strata} explains little of it"


def _homogeneous(p: float, strata: str) -> str:
    if p < 0.05:
        return f"the strata of {strata} differ: one ratio does not describe them all"
    return f"nothing shows that the strata of {strata} differ"
