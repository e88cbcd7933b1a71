"""What a model did with the groups of data subjects: selection, and errors against gold."""

from __future__ import annotations

from dataclasses import dataclass

from labelcharter.audit.questions.figures import People
from labelcharter.audit.reductions.source import ItemCounts, Trait
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.intervals import EVENTS_NEEDED
from labelcharter.audit.statistics.proportion import proportion


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
    counts: ItemCounts, trait: Trait, labels: tuple[str, ...], favourable: str | None
) -> list[Predicted]:
    """One entry a group, over the items that have a prediction.

    Without a favourable label nothing can be selected, and each figure says so.
    """
    gold, predicted, items = counts.gold, counts.prediction, counts.items
    code = labels.index(favourable) if favourable in labels else -1
    selected = predicted == code
    found = []
    for number, value in enumerate(trait.values):
        inside = (counts.group == number) & (predicted >= 0)
        among = (inside, inside & (gold == code), inside & (gold >= 0) & (gold != code))
        of = [(int(items[selected & mask].sum()), int(items[mask].sum())) for mask in among]
        if code < 0:
            figures = [not_estimable("no favourable label is declared")] * 3
        else:
            figures = [
                proportion(*of[0], "items with a prediction"),
                _rate(*of[1], "with a prediction whose gold is the favourable label"),
                _rate(*of[2], "with a prediction whose gold is another label"),
            ]
        selection, tpr, fpr = figures
        people = tuple(People(n, k, n - k) for k, n in of)
        found.append(Predicted(trait.attribute, value, selection, tpr, fpr, people))
    return found


def _rate(having: int, of: int, what: str) -> Estimate:
    if of < EVENTS_NEEDED:
        count = f"{of} item{'s' * (of != 1)}" if of else "no items"
        return not_estimable(f"{count} {what}; {EVENTS_NEEDED} are needed", of)
    return proportion(having, of, "items")
