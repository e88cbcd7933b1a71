"""`consensus-sensitivity`: how many items change their label with the rule that makes it.

Against the strict majority of all votes: the group-balanced majority (each group that voted weighs
the same, one comparison for each attribute of annotators) and Dawid and Skene's model. `flips` is
the share of items whose label differs: of all; of the items about each group of people; and, where
no attribute of such groups is bound, of the items that each group of annotators calls positive (of
those that it decides, where no label is declared positive).

Options: `margin`, .05 of the items, a choice of this project; `attributes`, all; `positive`, as in
`gold-policy`. An item without a majority has the declared tie label, else the favourable one, else
the first. Dawid-Skene needs the single ratings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.given_votes import (
    NOTHING_OF_OTHERS,
    judged,
    people_behind_share,
    share_of_group,
)
from labelcharter.audit.questions.gold_policies_asked import DAWID_SKENE, positive_label
from labelcharter.audit.questions.options import OptionRefused, asked_attributes, share
from labelcharter.audit.questions.single_truth import (
    ONE_TRUTH,
    fitted_labels,
    how_it_stopped,
    label_without_majority,
)
from labelcharter.audit.reductions.patterns import Reduction, Whole, reduce_ratings
from labelcharter.audit.statistics.consensus_labels import balanced_labels, pooled_labels
from labelcharter.audit.statistics.group_shares import Shares, Truth, shares

MARGIN = 0.05  # a choice of this project


@dataclass(frozen=True, slots=True)
class _View:
    """One rule beside the majority, over the items of one reduction.

    other (patterns,): the rule's labels. `attribute` None: all items together.
    """

    rule: str
    reduction: Reduction
    other: Whole
    attribute: Attribute | None = None
    made_of: Attribute | None = None


def ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    """Rows by rule: everybody first, then groups."""
    try:
        margin = share(request.options, "margin")
        attributes = asked_attributes(asked, request.options, ("annotator", "subject"))
        positive = _positive(asked, request)
    except OptionRefused as refused:
        return str(refused)
    if margin is None:
        margin = asked.questions.margins.get("consensus-sensitivity", MARGIN)
    tie = label_without_majority(asked)
    subjects = [attribute for attribute in attributes if attribute.side == "subject"]
    people = [attribute for attribute in attributes if attribute.side == "annotator"]
    notes = [NOTHING_OF_OTHERS, f"an item without a majority is `{asked.labels[tie]}`"]
    views: list[_View] = []
    for attribute in people:
        views += _balanced(asked, attribute, subjects, tie)
    fit = fitted_labels(asked, tie)
    if fit is None:
        notes.append(f"{DAWID_SKENE}: {NEEDS_RATINGS}")
    else:
        notes += [how_it_stopped(fit.fitted), ONE_TRUTH]
        everybody = fit.reduction(asked)
        views.append(_View(DAWID_SKENE, everybody, everybody.gold))
        for attribute in subjects or people:
            joint = fit.reduction(asked, attribute.name)
            views.append(_View(DAWID_SKENE, joint, joint.gold, attribute))
    rows = [row for view in views for row in _rows(view, tie, positive, margin, asked.labels)]
    return tuple(rows), tuple(notes)


def _positive(asked: Asked, request: Request) -> int | None:
    """The label whose items are looked at by group of annotators, if one is known."""
    if "positive" not in request.options and asked.questions.favourable is None:
        return None
    if "positive" not in request.options and len(asked.labels) != 2:
        return None
    return asked.labels.index(positive_label(asked, request))


def _balanced(
    asked: Asked, attribute: Attribute, subjects: Sequence[Attribute], tie: int
) -> Iterator[_View]:
    """The group-balanced majority of one attribute, over the votes that belong to its groups."""
    name = f"group-balanced majority by {attribute.name}"
    joint = asked.joint(attribute.name)
    other = balanced_labels(joint.counts, tie)
    yield _View(name, joint, other, made_of=attribute)
    if not subjects:
        yield _View(name, joint, other, attribute, attribute)
        return
    cleaned = asked.ratings()
    if cleaned is None:
        return
    grouping = asked.grouping(attribute.name)
    inside = grouping.codes >= 0
    kept, groups = cleaned.kept.where(inside), len(grouping.values)
    _, item = np.unique(kept.item, return_inverse=True)
    cells = groups * len(kept.labels)
    cell = item * cells + grouping.codes[inside].astype(np.int64) * len(kept.labels) + kept.label
    counts = np.bincount(cell, minlength=(int(item.max(initial=-1)) + 1) * cells)
    labels = balanced_labels(counts.reshape(-1, groups, len(kept.labels)), tie)
    labelled = replace(kept, gold=labels[item].astype(np.int32))
    for subject in subjects:
        of_subject = next(g for g in labelled.groupings if g.attribute == subject.name)
        reduced = reduce_ratings(labelled, of_subject)
        yield _View(name, reduced, reduced.gold, subject, attribute)


def _rows(
    view: _View, tie: int, positive: int | None, margin: float, labels: Sequence[str]
) -> Iterator[Row]:
    counts, attribute = view.reduction.counts, view.attribute
    flipped = (pooled_labels(counts, tie) != view.other)[:, None]
    of, what = _items(counts, attribute, positive, labels)
    found = shares(flipped & of, of, view.reduction.items)
    about = f"majority or {view.rule}"
    everybody = () if view.made_of is None else view.made_of.values
    for group in range(of.shape[1]):
        estimate = share_of_group(found, group, what)
        verdict, why = judged(estimate, None, margin, int(found.of[group]))
        standing: tuple[str, ...] = everybody
        name = view.made_of.name if view.made_of else ""
        if attribute is not None:
            name, value = attribute.name, attribute.values[group]
            standing = (value,)
            if attribute.side == "annotator":
                standing = (value, *(other for other in attribute.values if other != value))
        yield Row(
            name,
            standing,
            "flips",
            about if attribute is None else f"{about}: {attribute.values[group]}",
            estimate,
            limits=(None, margin),
            verdict=verdict,
            why=why,
            people=_people(view, group, flipped[:, 0], found, of[:, group]),
        )


def _items(
    counts: Whole, attribute: Attribute | None, positive: int | None, labels: Sequence[str]
) -> tuple[Truth, str]:
    """Which items each row is of, (patterns, groups or 1), and what they are called."""
    size = counts.sum(axis=2)
    if attribute is None:
        return (size.sum(axis=1) > 0)[:, None], "with a rating"
    if attribute.side == "subject":
        return size > 0, "about this group"
    if positive is None:
        return 2 * counts.max(axis=2, initial=0) > size, "that its own majority decides"
    return 2 * counts[:, :, positive] > size, f"that its own majority calls `{labels[positive]}`"


def _people(view: _View, group: int, flipped: Truth, found: Shares, of: Truth) -> People:
    """Annotators; for a group of data subjects their items."""
    if view.attribute is None:
        return people_behind_share(view.reduction, None, flipped, of)
    if view.attribute.side == "annotator":
        return people_behind_share(view.reduction, group, flipped, of)
    items, changed = int(found.of[group]), int(found.having[group])
    return People(items, changed, items - changed)


CHECK = Check(
    "consensus-sensitivity",
    "How many labels change with the rule that makes them",
    "margin of 5 % of the items, a choice of this project; Dawid and Skene 1979",
    ask,
    by_default=False,
    options={"margin": "share", "attributes": "words", "positive": "word"},
)
