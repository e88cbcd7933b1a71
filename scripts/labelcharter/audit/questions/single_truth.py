"""Labels by Dawid and Skene's model, as a gold that checks can compare with."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from labelcharter.audit.questions.asked import Asked, NeedsRatings
from labelcharter.audit.reductions.patterns import Reduction, Whole, reduce_ratings
from labelcharter.audit.statistics.dawid_skene import Fitted, dawid_skene
from labelcharter.audit.tables.cleaning import Codes

ONE_TRUTH = (
    "Dawid-Skene assumes that each item has one true label and calls the smaller opinion an error: "
    "it may not be the only gold of a task that is declared subjective"
)


@dataclass(frozen=True, slots=True)
class FittedLabels:
    """`label` (ratings,): the label of each rating's item, in the order of the kept ratings."""

    fitted: Fitted
    label: Codes

    def reduction(self, asked: Asked, attribute: str = "") -> Reduction:
        """The reduction of an attribute with these labels as its gold."""
        cleaned = asked.ratings()
        if cleaned is None:
            raise NeedsRatings
        ratings = replace(cleaned.kept, gold=self.label)
        return reduce_ratings(ratings, asked.grouping(attribute) if attribute else None)


def fitted_labels(asked: Asked, tie: int) -> FittedLabels | None:
    """The model's labels; None where the engine brings no single ratings.

    `tie` is the label of an item whose two best labels are equally probable.
    """
    cleaned = asked.ratings()
    if cleaned is None:
        return None
    kept = cleaned.kept
    _, item = np.unique(kept.item, return_inverse=True)
    _, annotator = np.unique(kept.annotator, return_inverse=True)
    fitted = dawid_skene(item, annotator, _codes(kept.label), len(kept.labels))
    return FittedLabels(fitted, fitted.labels(tie)[item].astype(np.int32))


def how_it_stopped(fitted: Fitted) -> str:
    """A sentence on convergence."""
    if fitted.converged:
        return f"Dawid-Skene converged after {fitted.rounds} rounds"
    return (
        f"Dawid-Skene did not converge in {fitted.rounds} rounds (a posterior still moved by "
        f"{fitted.moved:.1e}): its labels may change"
    )


def _codes(codes: Codes) -> Whole:
    return codes.astype(np.int64)


def label_without_majority(asked: Asked) -> int:
    """The declared tie label, else the favourable one, else the first."""
    for label in (asked.questions.ties, asked.questions.favourable):
        if label in asked.labels:
            return asked.labels.index(label)
    return 0
