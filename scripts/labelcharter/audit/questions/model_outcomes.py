"""What a model predicted for each group of data subjects, beside what is taken as true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.outcomes import by_item, tie_label
from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.tables.cleaning import Grouping, Ratings

# Each rate with what stands in its denominator, in words.
DENOMINATORS: Mapping[str, str] = {
    "selection-rate": "predictions",
    "accuracy": "items with a prediction and a truth",
    "tpr": "positives",
    "fpr": "negatives",
    "precision": "items predicted positive",
}


@dataclass(frozen=True, slots=True)
class GroupOutcomes:
    """One group: its share of each rate of DENOMINATORS; `base`, its positives among the judged."""

    value: str
    shares: Mapping[str, Share]
    base: Share


def model_outcomes(
    asked: Asked, ratings: Ratings, grouping: Grouping, truth: str, positive: int
) -> list[GroupOutcomes]:
    """Each item once. `truth`: "gold" or "consensus"; `positive`: the number of that label."""
    group, predicted, gold = by_item(ratings, grouping.codes, ratings.prediction, ratings.gold)
    true = gold if truth == "gold" else _consensus(asked, ratings)
    judged = (predicted >= 0) & (true >= 0)
    chosen = predicted == positive
    parts: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {
        "selection-rate": (chosen, predicted >= 0),
        "accuracy": (predicted == true, judged),
        "tpr": (chosen, judged & (true == positive)),
        "fpr": (chosen, judged & (true != positive)),
        "precision": (true == positive, judged & chosen),
    }
    found = []
    for number, value in enumerate(grouping.values):
        mine = group == number
        counted = {
            name: Share(int((having & of & mine).sum()), int((of & mine).sum()))
            for name, (having, of) in parts.items()
        }
        base = Share(counted["tpr"].of, counted["tpr"].of + counted["fpr"].of)
        found.append(GroupOutcomes(value, counted, base))
    return found


def _consensus(asked: Asked, ratings: Ratings) -> Whole:
    """The strict majority label of each item, a tie being the declared one."""
    items, item = np.unique(ratings.item, return_inverse=True)
    counts = np.zeros((len(items), len(ratings.labels)), dtype=np.int64)
    np.add.at(counts, (item, ratings.label), 1)
    most = counts.max(axis=1, initial=0)
    strict = 2 * most > counts.sum(axis=1)
    return np.where(strict, counts.argmax(axis=1), asked.labels.index(tie_label(asked)))
