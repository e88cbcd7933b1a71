"""The audit of one table: every figure, every comparison, before anything is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

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
from labelcharter.audit.reductions.patterns import GroupReduction, groups_of
from labelcharter.audit.reductions.source import Source, Trait, source_in_memory
from labelcharter.audit.reductions.tally import TooManyPatterns
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.estimate import not_estimable
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Bindings, Scale, Side
from labelcharter.audit.tables.cleaning import Excluded, Grouping, Ratings, clean
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
    """Clean, reduce, compute, compare. Raises TableRefused, NothingLeft or TooManyPatterns.

    `progress` is called with what is done next, in words.
    """
    progress("cleaning the table")
    return audit_source(source_in_memory(clean(table, bindings)), bindings, questions, progress)


def audit_source(
    source: Source,
    bindings: Bindings,
    questions: Questions | None = None,
    progress: Callable[[str], None] = lambda _step: None,
) -> TableAudit:
    """Reduce, compute, compare, whatever engine holds the rows. Raises as `audit_table` does."""
    asked = questions or Questions()
    if not source.ratings:
        left_out = "; ".join(f"{e.rows:,} rows: {e.reason}" for e in source.excluded)
        raise NothingLeft(f"no rating is left to audit ({left_out})")
    progress("everybody")
    (everybody,) = _groups(source, None, bindings)
    groups: list[GroupFigures] = []
    ungrouped: dict[str, GroupFigures] = {}
    gaps: list[Gap] = []
    ratios: list[Ratio] = []
    predictions: list[Predicted] = []
    consensus: list[Consensus] = []
    for trait in source.traits:
        progress(f"groups of {trait.attribute}")
        *found, rest = _groups(source, trait, bindings)
        groups += [group.figures for group in found]
        gaps += _gaps(found, trait, source, bindings.scale, asked)
        ratios += _ratios(found, trait, source, asked)
        consensus += _consensus(trait, source, asked)
        if bindings.prediction and trait.side == "subject":
            counts = source.items(trait.attribute)
            predictions += predictions_by_group(counts, trait, source.labels, asked.favourable)
        if rest.answered:
            ungrouped[trait.attribute] = rest.figures
    everything = Asked(bindings, asked, source, everybody.figures, tuple(groups))
    corrected = correct(
        answers(everything, asked.checks, progress),
        gaps,
        asked.families,
        asked.earlier,
        reconsiderations(),
    )
    return TableAudit(
        labels=source.labels,
        states=tuple(bindings.states),
        scale=bindings.scale,
        favourable=asked.favourable,
        margins={**MARGINS, **asked.margins},
        floor=asked.floor,
        rows=source.rows,
        excluded=source.excluded,
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

    @property
    def answered(self) -> bool:
        """True when there is any answer, be it a state or a blank."""
        return bool(self.answers.reduction.items.any())


def _groups(source: Source, trait: Trait | None, bindings: Bindings) -> list[_Group]:
    """The groups of one attribute, then those of no group as one; without `trait` everybody."""
    attribute, values, parts = "", [""], [range(1)]
    side: Side = "annotator"
    if trait is not None:
        groups = len(trait.values)
        attribute, values, side = trait.attribute, [*trait.values, ""], trait.side
        parts = [range(groups), range(groups, groups + 1)]
    counted = source.tally(attribute)

    def split(answers: int) -> list[GroupReduction]:
        return [one for part in parts for one in groups_of(counted, part, answers)]

    by_label = split(len(source.labels))
    by_answer = split(len(source.answers)) if source.missing else by_label
    found = []
    for value, of_labels, of_answers in zip(values, by_label, by_answer, strict=True):
        figures = _figures(source, bindings, (attribute, value, side), of_labels, of_answers)
        found.append(_Group(figures, Compared(of_labels, figures), Compared(of_answers, figures)))
    return found


def _figures(
    source: Source,
    bindings: Bindings,
    who: tuple[str, str, Side],
    of_labels: GroupReduction,
    of_answers: GroupReduction,
) -> GroupFigures:
    attribute, value, side = who
    gold = bindings.gold is not None
    estimates, jacks, people = label_figures(
        of_labels, source.labels, bindings.scale, side, gold=gold
    )
    missing = _missing(source)
    unanswered = {UNANSWERED: tuple(missing.values())} if missing else {}
    for name, codes in {**{n: (c,) for n, c in missing.items()}, **unanswered}.items():
        statistic = rates.label_rate(*codes)
        jacks[name] = jackknife(of_answers, statistic)
        estimates[name] = rate_estimate(jacks[name])
        people[name] = people_behind(of_answers, statistic, side)
    return GroupFigures(
        attribute=attribute,
        value=value,
        side=side,
        ratings=int((of_labels.counts.sum(axis=1) * of_labels.items).sum()),
        items=int(of_labels.items.sum()),
        annotators=len(np.unique(of_labels.rater)),
        estimates=estimates,
        jackknives=jacks,
        people=people,
    )


def _missing(source: Source) -> dict[Name, int]:
    return {(MISSING, state): code for state, code in source.missing.items()}


def _single(source: Source, trait: Trait) -> tuple[Ratings, Grouping] | None:
    """The single ratings with the groups of a trait, where the engine brings them."""
    if source.cleaned is None:
        return None
    kept = source.cleaned.kept
    return kept, next(g for g in kept.groupings if g.attribute == trait.attribute)


def _gaps(
    found: list[_Group], trait: Trait, source: Source, scale: Scale, asked: Questions
) -> list[Gap]:
    by_label = [group.labels for group in found]
    by_answer = [group.answers for group in found]
    labels = source.labels
    values = [number_of(label) or 0.0 for label in labels]
    given: dict[Name, int] = {("rate", label): code for code, label in enumerate(labels)}
    missing = _missing(source)
    margins = {**MARGINS, **asked.margins}
    wanted: list[tuple[str, list[Compared], list[Name], Tests]] = [
        (
            "agreement-gap",
            by_label,
            [("alpha", "")],
            of_alpha(scale, values, trait.side, _single(source, trait)),
        ),
        ("label-rate-gap", by_label, [*given], of_rates(given)),
        ("missing-rate", by_answer, [*missing], of_rates(missing)),
    ]
    if source.gold:
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


def _ratios(found: list[_Group], trait: Trait, source: Source, asked: Questions) -> list[Ratio]:
    reference = asked.references.get(trait.attribute)
    if reference is None or asked.favourable is None:
        return []
    code = source.labels.index(asked.favourable)
    return ratios_to([group.labels for group in found], reference, asked.favourable, code)


def _consensus(trait: Trait, source: Source, asked: Questions) -> list[Consensus]:
    if asked.ties is None or trait.side != "annotator" or len(trait.values) < 2:
        return []
    try:
        joint = source.joint(trait.attribute)
    except TooManyPatterns as reason:
        return [Consensus(trait.attribute, asked.ties, not_estimable(str(reason)))]
    return [agreement_of_majorities(joint, trait.attribute, source.labels, asked.ties)]
