"""What a model did with the groups of data subjects: selection, and errors against gold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labelcharter.audit.questions.figures import People
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.intervals import EVENTS_NEEDED
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.tables.cleaning import Grouping, Ratings


@dataclass(frozen=True, slots=True)
class Predicted:
    """One group: the share predicted `favourable`, also among gold favourable and gold other.

    Each item counts once, as one data subject. `people` stands behind each of the three.
    """

    attribute: str
    value: str
    selection_rate: Estimate
    tpr: Estimate
    fpr: Estimate
    people: tuple[People, ...]


def predictions_by_group(
    ratings: Ratings, grouping: Grouping, favourable: str | None
) -> list[Predicted]:
    """One entry a group, over the items that have a prediction.

    Without a favourable label nothing can be selected, and each figure says so.
    """
    _, first = np.unique(ratings.item, return_index=True)
    gold, predicted, group = (
        codes[first] for codes in (ratings.gold, ratings.prediction, grouping.codes)
    )
    code = ratings.labels.index(favourable) if favourable in ratings.labels else -1
    selected = predicted == code
    found = []
    for number, value in enumerate(grouping.values):
        inside = (group == number) & (predicted >= 0)
        among = (inside, inside & (gold == code), inside & (gold >= 0) & (gold != code))
        counts = [(int((selected & mask).sum()), int(mask.sum())) for mask in among]
        if code < 0:
            figures = [not_estimable("no favourable label is declared")] * 3
        else:
            figures = [
                proportion(*counts[0], "items with a prediction"),
                _rate(*counts[1], "with a prediction whose gold is the favourable label"),
                _rate(*counts[2], "with a prediction whose gold is another label"),
            ]
        selection, tpr, fpr = figures
        people = tuple(People(n, k, n - k) for k, n in counts)
        found.append(Predicted(grouping.attribute, value, selection, tpr, fpr, people))
    return found


def _rate(having: int, of: int, what: str) -> Estimate:
    if of < EVENTS_NEEDED:
        count = f"{of} item{'s' * (of != 1)}" if of else "no items"
        return not_estimable(f"{count} {what}; {EVENTS_NEEDED} are needed", of)
    return proportion(having, of, "items")
