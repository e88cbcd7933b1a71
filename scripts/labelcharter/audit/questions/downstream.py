"""Check `downstream`: what the model's predictions do to groups of data subjects.

Model error is kept apart from label quality: here a prediction is held against gold (or against the
consensus of the votes); ratings against gold are another check. Each item counts once.

For each attribute of data subjects: selection rate, accuracy, true and false positive rate and
precision of each group; then the ranges between groups: demographic parity (difference and ratio),
equal opportunity (true positive rates), equalised odds (the larger of the ranges of true and false
positive rates), and those of accuracy, false positive rates and precision. With a declared
reference, each group less the reference too.

Options: `truth`: gold or consensus (default: gold where there is one). `positive`: the label whose
prediction counts as positive (default: the favourable one). `margin`: tolerated range of every
difference; `margins`: by figure, before it; else the audit's margins by figure or for `downstream`,
else .05, a choice of this project. `limits`: of the parity ratio, default [.80, 1.25].
`attributes`: only these.
"""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.consensus import GIVEN_THESE_VOTES
from labelcharter.audit.questions.downstream_rows import Compared, pair_rows, range_rows, rate_rows
from labelcharter.audit.questions.model_outcomes import model_outcomes
from labelcharter.audit.questions.outcomes import people_of, weakest
from labelcharter.audit.statistics.four_fifths import LIMITS

MARGIN = 0.05
BASIS = (
    "margin .05 of a difference and at least 10 events of a rate: choices of this project; limits "
    "[.80, 1.25] of the parity ratio: the rule of thumb of 29 CFR 1607.4 D; Wilson and Newcombe "
    "intervals over items, simultaneous (Bonferroni) for a range over several groups"
)
MODEL_ERROR = (
    "these are the model's errors against {}, each item counted once; how good the labels are "
    "themselves is another question"
)
NOT_ALL_AT_ONCE = (
    "where the groups' true rates differ, equal error rates and equal precision cannot both hold "
    "(Chouldechova 2017): which of them is owed is for the objective to say"
)


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    options = request.options
    positive = str(options.get("positive") or asked.questions.favourable or "")
    truth = str(options.get("truth") or ("gold" if asked.bindings.gold else "consensus"))
    if not asked.bindings.prediction:
        return "no column of predictions is bound"
    if positive not in asked.labels:
        return f"there is no label `{positive}`" if positive else "no favourable label is declared"
    if truth not in ("gold", "consensus"):
        return f"there is no truth `{truth}`: it is gold or consensus"
    if truth == "gold" and not asked.bindings.gold:
        return "no column of gold labels is bound"
    cleaned = asked.ratings()
    if cleaned is None:
        return NEEDS_RATINGS
    low, high = options.get("limits", LIMITS)
    rows: list[Row] = []
    for attribute in asked.attributes:
        wanted = attribute.name in options.get("attributes", (attribute.name,))
        if attribute.side != "subject" or not wanted:
            continue
        grouping = asked.grouping(attribute.name)
        groups = model_outcomes(asked, cleaned.kept, grouping, truth, asked.labels.index(positive))
        people = weakest(
            people_of(share) for group in groups for share in (*group.shares.values(), group.base)
        )
        compared = Compared(
            attribute.name,
            positive,
            tuple(groups),
            asked.references.get(attribute.name),
            lambda name: _margin(name, asked, request),
            (float(low), float(high)),
            people,
        )
        rows += _rows(compared)
    if not rows:
        return "no attribute of data subjects is bound"
    notes = (
        MODEL_ERROR.format(truth if truth == "gold" else f"the consensus, {GIVEN_THESE_VOTES}"),
    )
    return tuple(rows), (*notes, NOT_ALL_AT_ONCE)


def _rows(compared: Compared) -> Iterator[Row]:
    yield from rate_rows(compared)
    if len(compared.groups) > 1:
        yield from range_rows(compared)
        yield from pair_rows(compared)


def _margin(name: str, asked: Asked, request: Request) -> float:
    options, declared = request.options, asked.questions.margins
    for found in (
        options.get("margins", {}).get(name),
        options.get("margin"),
        declared.get(name),
        declared.get(CHECK.name),
    ):
        if found is not None:
            return float(found)
    return MARGIN


CHECK = Check(
    "downstream",
    "What the model's predictions do to groups",
    BASIS,
    _ask,
    options={
        "truth": "word",
        "positive": "word",
        "margin": "share",
        "margins": "table",
        "limits": "range",
        "attributes": "words",
    },
)
