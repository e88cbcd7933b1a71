"""The audit of one table: every figure, every comparison, before anything is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from labelcharter.audit.questions.answer import Answer
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.catalogue import answers, reconsiderations
from labelcharter.audit.questions.chances import of_alpha, of_rates, of_shares
from labelcharter.audit.questions.consensus import Consensus, agreement_of_majorities
from labelcharter.audit.questions.families import FamilyTests, correct
from labelcharter.audit.questions.figures import GroupFigures, Name, label_figures, people_behind
from labelcharter.audit.questions.findings import Finding, findings_in, findings_of_answers
from labelcharter.audit.questions.gaps import (
    MARGINS,
    Compared,
    Gap,
    Ratio,
    Tests,
    gaps_between,
)
from labelcharter.audit.questions.predictions import Predicted, predictions_by_group
from labelcharter.audit.questions.rating_ratios import ratios_to
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Bindings, Scale, Side
from labelcharter.audit.tables.cleaning import NO_LABEL, Cleaned, Excluded, Grouping, clean
from labelcharter.audit.tables.faults import number_of
from labelcharter.reading.tables import Table

MISSING = "missing"  # the figure ("missing", state): the share of answers with that state
UNANSWERED = ("unanswered", "")  # the share of answers that are a state or blank


@dataclass(frozen=True, slots=True)
class TableAudit:
    """The result. `predictions` is None where the table has none.

    `questions` are those that were asked; `families` the tests that were corrected together.
    `ungrouped`: by attribute, the figures of ratings that belong to no group. They are never
    printed; `disclosure` needs them, since a total less the groups gives them away. `rows` is None
    where their number is hidden.
    """

    labels: tuple[str, ...]
    states: tuple[str, ...]
    scale: Scale
    favourable: str | None
    margins: Mapping[str, float]
    floor: float
    rows: int | None
    excluded: tuple[Excluded, ...]
    overall: GroupFigures
    groups: tuple[GroupFigures, ...]
    ungrouped: Mapping[str, GroupFigures]
    gaps: tuple[Gap, ...]
    ratios: tuple[Ratio, ...]
    predictions: tuple[Predicted, ...] | None
    consensus: tuple[Consensus, ...]
    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    questions: Questions = field(default_factory=Questions)
    families: tuple[FamilyTests, ...] = ()


class NothingLeft(Exception):
    """No rating is left to audit; the message says what was left out."""


def audit_table(
    table: Table,
    bindings: Bindings,
    questions: Questions | None = None,
    progress: Callable[[str], None] = lambda _step: None,
) -> TableAudit:
    """Clean, reduce, compute, compare. Raises TableRefused or NothingLeft.

    `progress` is called with what is done next, in words.
    """
    asked = questions or Questions()
    progress("cleaning the table")
    cleaned = clean(table, bindings)
    if not len(cleaned.kept.item):
        left_out = "; ".join(f"{e.rows:,} rows: {e.reason}" for e in cleaned.excluded)
        raise NothingLeft(f"no rating is left to audit ({left_out})")
    (everybody,) = _groups(cleaned, None, bindings)
    groups: list[GroupFigures] = []
    ungrouped: dict[str, GroupFigures] = {}
    gaps: list[Gap] = []
    ratios: list[Ratio] = []
    predictions: list[Predicted] = []
    consensus: list[Consensus] = []
    for grouping in cleaned.kept.groupings:
        progress(f"groups of {grouping.attribute}")
        found = _groups(cleaned, grouping, bindings)
        groups += [group.figures for group in found]
        gaps += _gaps(found, grouping, cleaned, bindings.scale, asked)
        ratios += _ratios(found, grouping, cleaned, asked)
        consensus += _consensus(grouping, cleaned, asked)
        if bindings.prediction and grouping.side == "subject":
            predictions += predictions_by_group(cleaned.kept, grouping, asked.favourable)
        if rest := _ungrouped(cleaned, grouping, bindings):
            ungrouped[grouping.attribute] = rest
    everything = Asked(bindings, asked, cleaned, everybody.figures, tuple(groups))
    corrected = correct(
        answers(everything, asked.checks, progress),
        gaps,
        asked.families,
        asked.earlier,
        reconsiderations(),
    )
    return TableAudit(
        labels=cleaned.kept.labels,
        states=tuple(bindings.states),
        scale=bindings.scale,
        favourable=asked.favourable,
        margins={**MARGINS, **asked.margins},
        floor=asked.floor,
        rows=cleaned.rows,
        excluded=cleaned.excluded,
        overall=everybody.figures,
        groups=tuple(groups),
        ungrouped=ungrouped,
        gaps=corrected.gaps,
        ratios=tuple(ratios),
        predictions=tuple(predictions) if bindings.prediction else None,
        consensus=tuple(consensus),
        answers=corrected.answers,
        findings=(
            *findings_in(everybody.figures, groups, corrected.gaps, ratios, asked.floor),
            *findings_of_answers(corrected.answers, ratios),
        ),
        questions=asked,
        families=corrected.families,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """One group: its figures beside the reductions of its labels and of all its answers."""

    figures: GroupFigures
    labels: Compared
    answers: Compared


def _groups(
    cleaned: Cleaned, grouping: Grouping | None, bindings: Bindings, side: Side = "annotator"
) -> list[_Group]:
    """The groups of one attribute; with `grouping` None one group of everybody, of that side."""
    same = None
    if grouping is not None:
        names = [g.attribute for g in cleaned.answers.groupings]
        same = cleaned.answers.groupings[names.index(grouping.attribute)]
    by_label, by_answer = (
        reduce_ratings(cleaned.kept, grouping),
        reduce_ratings(cleaned.answers, same),
    )
    side = grouping.side if grouping else side
    gold = bindings.gold is not None
    found = []
    for number, value in enumerate(grouping.values if grouping else ("",)):
        of_labels, of_answers = one_group(by_label, number), one_group(by_answer, number)
        labels = cleaned.kept.labels
        estimates, jacks, people = label_figures(of_labels, labels, bindings.scale, side, gold=gold)
        missing = _missing(cleaned)
        unanswered = {UNANSWERED: tuple(missing.values())} if missing else {}
        for name, codes in {**{n: (c,) for n, c in missing.items()}, **unanswered}.items():
            statistic = rates.label_rate(*codes)
            jacks[name] = jackknife(of_answers, statistic)
            estimates[name] = rate_estimate(jacks[name])
            people[name] = people_behind(of_answers, statistic, side)
        rated = of_labels.counts.sum(axis=1)
        figures = GroupFigures(
            attribute=grouping.attribute if grouping else "",
            value=value,
            side=side,
            ratings=int((rated * of_labels.items).sum()),
            items=int(of_labels.items[rated > 0].sum()),
            annotators=len(set(of_labels.rater.tolist())),
            estimates=estimates,
            jackknives=jacks,
            people=people,
        )
        found.append(_Group(figures, Compared(of_labels, figures), Compared(of_answers, figures)))
    return found


def _missing(cleaned: Cleaned) -> dict[Name, int]:
    """The states that occur, and the blank, with their numbers among the answers."""
    answers = cleaned.answers
    first = len(cleaned.kept.labels)
    return {
        (MISSING, state): code
        for code, state in enumerate(answers.labels)
        if code >= first and (state != NO_LABEL or (answers.label == code).any())
    }


def _gaps(
    found: list[_Group], grouping: Grouping, cleaned: Cleaned, scale: Scale, asked: Questions
) -> list[Gap]:
    by_label = [group.labels for group in found]
    by_answer = [group.answers for group in found]
    labels = cleaned.kept.labels
    values = [number_of(label) or 0.0 for label in labels]
    given = {("rate", label): code for code, label in enumerate(labels)}
    missing = _missing(cleaned)
    margins = {**MARGINS, **asked.margins}
    wanted: list[tuple[str, list[Compared], list[Name], Tests]] = [
        (
            "agreement-gap",
            by_label,
            [("alpha", "")],
            of_alpha(scale, values, cleaned.kept, grouping),
        ),
        ("label-rate-gap", by_label, [*given], of_rates(given)),
        ("missing-rate", by_answer, [*missing], of_rates(missing)),
    ]
    if (cleaned.kept.gold >= 0).any():
        codes = [labels.index(one) for one in _positive_labels(labels, asked.favourable)]
        for check, statistics in (
            ("accuracy-gap", {("accuracy", ""): rates.accuracy()}),
            (
                "false-positive-gap",
                {("fpr", labels[c]): rates.false_positive_rate(c) for c in codes},
            ),
            (
                "false-negative-gap",
                {("fnr", labels[c]): rates.false_negative_rate(c) for c in codes},
            ),
        ):
            wanted.append((check, by_label, [*statistics], of_shares(statistics)))
    return [
        gap
        for check, groups, names, tests in wanted
        for gap in gaps_between(groups, check, names, margins[check], tests)
    ]


def _positive_labels(labels: Sequence[str], favourable: str | None) -> Sequence[str]:
    """The labels whose errors are compared: of two, the one that is not favourable, else the last.

    The false positives of one are the false negatives of the other.
    """
    if len(labels) != 2:
        return labels
    return [label for label in labels if label != favourable][-1:]


def _ratios(
    found: list[_Group], grouping: Grouping, cleaned: Cleaned, asked: Questions
) -> list[Ratio]:
    reference = asked.references.get(grouping.attribute)
    if reference is None or asked.favourable is None:
        return []
    code = cleaned.kept.labels.index(asked.favourable)
    return ratios_to([group.labels for group in found], reference, asked.favourable, code)


def _consensus(grouping: Grouping, cleaned: Cleaned, asked: Questions) -> list[Consensus]:
    if asked.ties is None or grouping.side != "annotator" or len(grouping.values) < 2:
        return []
    joint = reduce_ratings(cleaned.kept, grouping)
    return [agreement_of_majorities(joint, grouping.attribute, cleaned.kept.labels, asked.ties)]


def _ungrouped(cleaned: Cleaned, grouping: Grouping, bindings: Bindings) -> GroupFigures | None:
    outside = [
        ratings.where(
            next(g.codes for g in ratings.groupings if g.attribute == grouping.attribute) < 0
        )
        for ratings in (cleaned.kept, cleaned.answers)
    ]
    if not len(outside[1].item):
        return None
    rest = replace(cleaned, kept=outside[0], answers=outside[1])
    (group,) = _groups(rest, None, bindings, grouping.side)
    return replace(group.figures, attribute=grouping.attribute)
