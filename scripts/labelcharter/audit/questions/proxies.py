"""Whether a label, the queue or another column gives a trait away.

For each attribute and each column: the cross-validated AUC of telling the trait from the column
(one group against the rest, the mean over groups), with whole people in folds and beside what it is
when groups are dealt at random; and, for information, corrected V and mutual information. Flagged
where the interval lies above .70; above .60 the verdict is open and the words are a warning. Groups
too small for a verdict are left out.

Options: `features`, the columns (default: all that the table binds as features); `label` (default
true) whether the label is tried too; `warn` and `flag` (.60 and .70, choices of this project).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.predictors import (
    Predictor,
    of_feature,
    together,
    units_by_cell,
)
from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.association import corrected_v, cramers_v, mutual_information
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.logistic import logistic
from labelcharter.audit.statistics.optional import NotInstalled
from labelcharter.audit.statistics.predictability import Told, told
from labelcharter.audit.statistics.reshuffle import (
    around,
    reshuffle,
    statistic_of,
    under_no_difference,
)
from labelcharter.audit.statistics.units import Units
from labelcharter.audit.statistics.verdicts import (
    ANNOTATORS_FOR_A_VERDICT,
    ITEMS_FOR_A_VERDICT,
    Verdict,
    figure,
    more_would_settle,
    with_interval,
    within,
)
from labelcharter.audit.tables.cleaning import Ratings

WARN, FLAG = 0.60, 0.70
LABEL = "label"
DRAWS_OF_A_MODEL = 39  # each fits five models: the least p is 1 in 40


@dataclass(frozen=True, slots=True)
class _Tried:
    """An attribute, the groups of it that are large enough, and the limits."""

    attribute: Attribute
    groups: tuple[str, ...]
    warn: float
    flag: float


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    cleaned = asked.ratings()
    if cleaned is None:
        return NEEDS_RATINGS
    if not asked.attributes:
        return "the table has no attribute to tell"
    wanted = [str(c) for c in request.options.get("features", asked.bindings.features)]
    if unknown := [c for c in wanted if c not in asked.bindings.features]:
        bound = ", ".join(asked.bindings.features) or "none"
        return f"not bound as features: {', '.join(unknown)}; bound are {bound}"
    predictors = [of_feature(cleaned.kept.feature(column)) for column in wanted]
    if request.options.get("label", True):
        predictors.insert(0, Predictor(LABEL, cleaned.kept.label, len(asked.labels)))
    if not predictors:
        return "neither the label nor a feature is to be tried"
    limits = float(request.options.get("warn", WARN)), float(request.options.get("flag", FLAG))
    rows: list[Row] = []
    notes = ["folds hold whole people; a trait is told from one rating at a time"]
    for attribute in asked.attributes:
        groups = _large_enough(asked, attribute)
        if left_out := [value for value in attribute.values if value not in groups]:
            notes.append(f"{attribute.name}: too small for a verdict: {', '.join(left_out)}")
        if len(groups) < 2:
            notes.append(f"{attribute.name}: fewer than two groups are large enough")
            continue
        rows += _rows(asked, cleaned.kept, _Tried(attribute, groups, *limits), predictors)
    return tuple(rows), tuple(notes)


def _large_enough(asked: Asked, attribute: Attribute) -> tuple[str, ...]:
    people = attribute.side == "annotator"
    least = ANNOTATORS_FOR_A_VERDICT if people else ITEMS_FOR_A_VERDICT
    return tuple(m.value for m in asked.members(attribute.name) if m.size >= least)


def _rows(
    asked: Asked, kept: Ratings, tried: _Tried, predictors: Sequence[Predictor]
) -> Iterator[Row]:
    grouping = asked.grouping(tried.attribute.name)
    for predictor in predictors:
        counted = units_by_cell(predictor, kept, grouping, tried.attribute, tried.groups)
        if counted is None or _unusable(counted[0], tried):
            yield _no_auc(tried, predictor.name, counted)
        else:
            yield _auc(tried, predictor.name, told(counted[0]), counted[0])
            yield from _associations(tried, predictor.name, counted[0])
    if len(predictors) > 1:
        combined, cells = together(predictors)
        counted = units_by_cell(combined, kept, grouping, tried.attribute, tried.groups)
        if counted is None or _unusable(counted[0], tried):
            yield _no_auc(tried, combined.name, counted)
        else:
            yield _all_together(tried, combined.name, cells[counted[1]], counted[0])


def _least(tried: _Tried) -> int:
    people = tried.attribute.side == "annotator"
    return ANNOTATORS_FOR_A_VERDICT if people else ITEMS_FOR_A_VERDICT


def _unusable(units: Units, tried: _Tried) -> str:
    if int(units.sizes.min()) < _least(tried):
        return "too few people of a group have a value in this column"
    return "the column has one value" if units.counts.shape[1] < 2 else ""


def _no_auc(tried: _Tried, name: str, counted: tuple[Units, Whole] | None) -> Row:
    reason = "too many people and values to count"
    if counted is not None:
        reason = _unusable(counted[0], tried)
    return _missing(tried, name, reason)


def _missing(tried: _Tried, name: str, reason: str) -> Row:
    return Row(tried.attribute.name, tried.groups, "auc", name, not_estimable(reason), why=reason)


def _all_together(tried: _Tried, name: str, cells: Whole, units: Units) -> Row:
    """Logistic regression of all columns at once, which may tell what none of them tells alone."""
    try:
        result = told(units, logistic(cells), repeats=1, draws=DRAWS_OF_A_MODEL)
    except NotInstalled as missing:
        return _missing(tried, name, str(missing))
    return _auc(tried, name, result, units)


def verdict_of(auc: Estimate, warn: float, flag: float) -> tuple[Verdict, str]:
    """By the interval against `flag`; but what lies wholly above `warn` is never met: a warning."""
    verdict = within(auc, float("-inf"), flag)
    if verdict != "breached" and auc.low is not None and auc.low > warn:
        return "insufficient-evidence", "warning: "
    return verdict, ""


def _auc(tried: _Tried, name: str, result: Told, units: Units) -> Row:
    verdict, word = verdict_of(result.auc, tried.warn, tried.flag)
    expected = under_no_difference(result.by_chance)
    why = (
        f"{word}{with_interval(result.auc)}, and {with_interval(expected)} if groups are dealt at "
        f"random; flagged where the interval lies above {figure(tried.flag)}, a warning above "
        f"{figure(tried.warn)}"
    )
    if result.auc.state != "estimated":
        why = result.auc.reason
    elif verdict == "insufficient-evidence" and not word:
        what = "annotators" if tried.attribute.side == "annotator" else "items"
        least = int(units.sizes.min())
        what = f"{what} in the smallest group"
        why += "; " + more_would_settle(result.auc, float("-inf"), tried.flag, least, what)
    return Row(
        tried.attribute.name,
        tried.groups,
        "auc",
        name,
        result.auc,
        expected,
        p=result.p,
        least_p=1 / (len(result.by_chance) + 1),
        limits=(None, tried.flag),
        verdict=verdict,
        why=why,
    )


def _associations(tried: _Tried, name: str, units: Units) -> Iterator[Row]:
    """Corrected V and mutual information of the column with the trait, for information."""
    dealt = reshuffle(units)
    if dealt is None:
        return
    table = units.table.astype(float)
    n = int(table.sum())
    drawn = statistic_of(dealt.tables, cramers_v)
    corrected = statistic_of(dealt.tables, corrected_v)
    v = around(float(corrected_v(table)), float(cramers_v(table)), drawn, n)
    shared = statistic_of(dealt.tables, mutual_information)
    # mutual information grows as the square of a distance, so its root is what noise shifts
    root = around(*(float(mutual_information(table)) ** 0.5,) * 2, shared**0.5, n)
    low, high = ((end or 0.0) ** 2 for end in (root.low, root.high))
    information = estimated(float(mutual_information(table)), low, high, n)
    for shown, estimate, expected in (
        ("cramers-v", v, under_no_difference(corrected)),
        ("mutual-information", information, under_no_difference(shared)),
    ):
        yield Row(
            tried.attribute.name,
            tried.groups,
            shown,
            name,
            estimate,
            expected,
            why=f"{with_interval(estimate)}, and {with_interval(expected)} if group meant nothing",
        )


CHECK = Check(
    "proxies",
    "Proxies of a trait",
    "AUC above .60 a warning, above .70 a flag: choices of this project; interval over people as "
    "in LeDell, Petersen and van der Laan 2015",
    _ask,
    by_default=False,
    options={"features": "words", "label": "truth", "warn": "share", "flag": "share"},
)
