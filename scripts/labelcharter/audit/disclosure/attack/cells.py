"""Cells: the counts that published figures are made of, whether shown or hidden.

A cell counts units ("annotators", "items", "ratings") of a slice ("everybody", one group, a group
of two attributes at once) that have something in common ("rated", "got this label").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from labelcharter.audit.disclosure.hidden import crossed

Where = tuple[tuple[str, str], ...]  # (attribute, value), sorted; () is everybody
What = tuple[str, str]  # the kind of thing counted, and the label or state that it is about
Outcome = tuple[str, str]  # of a rating: gold label and label given; of an item: gold and decision

REST = ""  # the value of those who belong to no group of an attribute
STATE = "\0"  # begins the value of those whose trait is a state: "prefers not to say"
NO_GOLD = ""
LEFT_OUT = "\0left out"  # in place of a gold label: rows that are not ratings
BLANK = "no label"  # how a record calls an answer without a label
SELECTED, OTHER, UNDECIDED = "selected", "other", "undecided"
FAVOURED = "favoured"
WITHOUT_GOLD = "predicted, no gold"
_UNKNOWN = (NO_GOLD, LEFT_OUT)


def where_of(attribute: str, value: str) -> Where:
    """The slice of a group; of a group of two attributes at once, both."""
    if not attribute:
        return ()
    return tuple(crossed(attribute, value))


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One count. `unit` also says which table it stands in: cells of one unit add up."""

    unit: str
    where: Where
    what: What

    @property
    def words(self) -> str:
        """What is counted, for a report."""
        kind, label = self.what
        return f"{kind} `{label}`" if label else kind


@dataclass(frozen=True, slots=True)
class Fact:
    """A published count: it lies from `low` to `high`, both the same unless it was rounded."""

    cell: Cell
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Table:
    """The ratings (or items, or people) that cells of one unit are drawn from, by outcome."""

    unit: str
    outcomes: tuple[Outcome, ...]
    labels: frozenset[str]

    def holds(self, what: What) -> frozenset[Outcome]:
        """The outcomes that are counted under `what`."""
        kind, label = what
        wanted = _COUNTED[kind]
        return frozenset(o for o in self.outcomes if wanted(o[0], o[1], label, self.labels))


def table_of_ratings(
    labels: Sequence[str], missing: Sequence[str], reasons: Sequence[str], *, gold: bool
) -> Table:
    """The rows of the file: with a label (and a gold label or none), a state, or left out."""
    of_gold = [NO_GOLD, *labels] if gold else [NO_GOLD]
    outcomes = [(g, label) for g in of_gold for label in labels]
    outcomes += [(NO_GOLD, state) for state in missing]
    outcomes += [(LEFT_OUT, reason) for reason in reasons]
    return Table("ratings", tuple(dict.fromkeys(outcomes)), frozenset(labels))


def table_of_items(*, predicted: bool) -> Table:
    """Every item has a decision or none; a decision stands beside a gold label or none."""
    if not predicted:
        return Table("items", ((NO_GOLD, UNDECIDED),), frozenset())
    decided = [(g, d) for g in (FAVOURED, OTHER, NO_GOLD) for d in (SELECTED, OTHER)]
    return Table("items", ((NO_GOLD, UNDECIDED), *decided), frozenset())


def table_of_people() -> Table:
    """Annotators, of whom nothing but their groups is published."""
    return Table("annotators", ((NO_GOLD, UNDECIDED),), frozenset())


def table_of_rows(unit: str) -> Table:
    """The denominators of one figure of a check: with what it counts, and without."""
    return Table(unit, ((NO_GOLD, SELECTED), (NO_GOLD, OTHER)), frozenset())


_Counted = Callable[[str, str, str, frozenset[str]], bool]

# gold, given, the label that is asked about, all labels -> whether it is counted
_COUNTED: Mapping[str, _Counted] = {
    "annotators": lambda _gold, _given, _label, _labels: True,
    "items": lambda _gold, _given, _label, _labels: True,
    "rows": lambda _gold, _given, _label, _labels: True,
    "left out": lambda gold, given, label, _labels: gold == LEFT_OUT and given == label,
    "answers": lambda gold, _given, _label, _labels: gold != LEFT_OUT,
    "ratings": lambda gold, given, _label, labels: _labelled(gold, given, labels),
    "rate": lambda gold, given, label, _labels: gold != LEFT_OUT and given == label,
    "labels other than": lambda gold, given, label, labels: (
        _labelled(gold, given, labels) and given != label
    ),
    "missing": lambda gold, given, label, _labels: gold != LEFT_OUT and given == label,
    "with gold": lambda gold, _given, _label, _labels: gold not in _UNKNOWN,
    "accuracy": lambda gold, given, _label, _labels: gold not in _UNKNOWN and gold == given,
    "errors": lambda gold, given, _label, _labels: gold not in (*_UNKNOWN, given),
    "gold is not": lambda gold, _given, label, _labels: gold not in (*_UNKNOWN, label),
    "fpr": lambda gold, given, label, _labels: gold not in (*_UNKNOWN, label) and given == label,
    "true negatives": lambda gold, given, label, _labels: (
        gold not in (*_UNKNOWN, label) and given != label
    ),
    "gold is": lambda gold, _given, label, _labels: gold == label,
    "fnr": lambda gold, given, label, _labels: gold == label and given != label,
    "true positives": lambda gold, given, label, _labels: gold == given == label,
    "predicted": lambda _gold, given, _label, _labels: given != UNDECIDED,
    "selection_rate": lambda _gold, given, _label, _labels: given == SELECTED,
    "rejections": lambda _gold, given, _label, _labels: given == OTHER,
    WITHOUT_GOLD: lambda gold, given, _l, _labels: gold == NO_GOLD and given != UNDECIDED,
    "predicted, gold favourable": lambda gold, _given, _label, _labels: gold == FAVOURED,
    "true selections": lambda gold, given, _l, _labels: gold == FAVOURED and given == SELECTED,
    "false rejections": lambda gold, given, _l, _labels: gold == FAVOURED and given == OTHER,
    "predicted, gold other": lambda gold, _given, _label, _labels: gold == OTHER,
    "false selections": lambda gold, given, _l, _labels: gold == OTHER and given == SELECTED,
    "true rejections": lambda gold, given, _l, _labels: gold == OTHER and given == OTHER,
    "of": lambda _gold, _given, _label, _labels: True,
    "having": lambda _gold, given, _label, _labels: given == SELECTED,
    "without": lambda _gold, given, _label, _labels: given == OTHER,
}


def _labelled(gold: str, given: str, labels: frozenset[str]) -> bool:
    return gold != LEFT_OUT and given in labels
