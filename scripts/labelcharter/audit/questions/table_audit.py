"""The audit of one table: every figure, every comparison, before anything is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labelcharter.audit.questions.answer import Answer
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.catalogue import answers
from labelcharter.audit.questions.consensus import Consensus, agreement_of_majorities
from labelcharter.audit.questions.figures import GroupFigures, Name, label_figures, people_behind
from labelcharter.audit.questions.findings import Finding, findings_in, findings_of_answers
from labelcharter.audit.questions.gaps import MARGINS, Compared, Gap, Ratio, gaps_between, ratios_to
from labelcharter.audit.questions.predictions import Predicted, predictions_by_group
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.reductions.patterns import GroupReduction, groups_of
from labelcharter.audit.reductions.source import Source, Trait, source_in_memory
from labelcharter.audit.reductions.tally import TooManyPatterns
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.estimate import not_estimable
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Bindings, Scale, Side
from labelcharter.audit.tables.cleaning import Excluded, clean
from labelcharter.reading.tables import Table

MISSING = "missing"  # the figure ("missing", state): the share of answers with that state
UNANSWERED = ("unanswered", "")  # the share of answers that are a state or blank


@dataclass(frozen=True, slots=True)
class TableAudit:
    """The result. `predictions` is None where the table has none.

    `ungrouped`: by attribute, the figures of ratings that belong to no group. They are never
    printed; `disclosure` needs them, since a total less the groups gives them away.
    """

    labels: tuple[str, ...]
    states: tuple[str, ...]
    scale: Scale
    favourable: str | None
    margins: Mapping[str, float]
    floor: float
    rows: int
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
        gaps += _gaps(found, source, asked)
        ratios += _ratios(found, trait, source, asked)
        consensus += _consensus(trait, source, asked)
        if bindings.prediction and trait.side == "subject":
            counts = source.items(trait.attribute)
            predictions += predictions_by_group(counts, trait, source.labels, asked.favourable)
        if rest.answered:
            ungrouped[trait.attribute] = rest.figures
    everything = Asked(bindings, asked, source, everybody.figures, tuple(groups))
    found_answers = answers(everything, asked.checks, progress)
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
        gaps=tuple(gaps),
        ratios=tuple(ratios),
        predictions=tuple(predictions) if bindings.prediction else None,
        consensus=tuple(consensus),
        answers=tuple(found_answers),
        findings=(
            *findings_in(everybody.figures, groups, gaps, ratios, asked.floor),
            *findings_of_answers(found_answers),
        ),
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
    attribute, values = "", [""]
    side: Side = "annotator"
    if trait is not None:
        attribute, values, side = trait.attribute, [*trait.values, ""], trait.side
    counted = source.tally(attribute)
    by_label = groups_of(counted, len(values), len(source.labels))
    by_answer = by_label
    if source.missing:
        by_answer = groups_of(counted, len(values), len(source.answers))
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


def _gaps(found: list[_Group], source: Source, asked: Questions) -> list[Gap]:
    by_label = [group.labels for group in found]
    by_answer = [group.answers for group in found]
    labels: dict[Name, int | None] = {
        ("rate", label): code for code, label in enumerate(source.labels)
    }
    missing: dict[Name, int | None] = {**_missing(source)}
    margins = {**MARGINS, **asked.margins}
    against_gold: list[tuple[str, dict[Name, int | None]]] = []
    if source.gold:
        positive = _positive_labels(source.labels, asked.favourable)
        against_gold = [
            ("accuracy-gap", {("accuracy", ""): None}),
            ("false-positive-gap", {("fpr", label): None for label in positive}),
            ("false-negative-gap", {("fnr", label): None for label in positive}),
        ]
    return [
        *gaps_between(by_label, "agreement-gap", {("alpha", ""): None}, margins["agreement-gap"]),
        *gaps_between(by_label, "label-rate-gap", labels, margins["label-rate-gap"]),
        *gaps_between(by_answer, "missing-rate", missing, margins["missing-rate"]),
        *(
            gap
            for check, names in against_gold
            for gap in gaps_between(by_label, check, names, margins[check])
        ),
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
