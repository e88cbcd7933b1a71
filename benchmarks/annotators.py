"""Invented annotators who differ in accuracy and leaning, and the tables that they make.

Nobody's group means anything here: whatever difference shows between groups is chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.statistics.jackknife import Statistic
from labelcharter.audit.tables.cleaning import Grouping, Ratings

LABELS = ("0", "1")
POSITIVE = 0.35  # share of items whose true label is 1
ACCURACY = 0.80


@dataclass(frozen=True, slots=True)
class Design:
    """How many people of which kind rate how many items; `first` of them are of the first group.

    `accuracy` is the standard deviation of their accuracies, `leaning` that of the logit by which
    they say 1 more readily than others.
    """

    annotators: int
    items: int
    each: int
    first: int
    accuracy: float = 0.10
    leaning: float = 0.5

    @property
    def name(self) -> str:
        """As it stands in the table."""
        spread = "all alike" if not self.accuracy and not self.leaning else "differing"
        groups = f"{self.first} and {self.annotators - self.first}"
        return f"{groups} {spread} annotators, {self.items:,} items, {self.each} ratings each"


@dataclass(frozen=True, slots=True)
class People:
    """The chance of each to say 1 where the truth is 0 and where it is 1; (annotators, 2)."""

    says_one: NDArray[np.float64]


def draw_people(rng: np.random.Generator, design: Design, number: int | None = None) -> People:
    """As many as the design has, or `number` of the same kind."""
    n = number or design.annotators
    right = np.clip(ACCURACY + design.accuracy * rng.standard_normal(n), 0.55, 0.98)
    lean = design.leaning * rng.standard_normal(n)
    logit = np.log(right / (1 - right))
    return People(1 / (1 + np.exp(-np.stack((lean - logit, lean + logit), axis=1))))


def draw_truth(rng: np.random.Generator, items: int) -> NDArray[np.int64]:
    """The true label of each item."""
    return (rng.random(items) < POSITIVE).astype(np.int64)


def rate_items(
    rng: np.random.Generator, design: Design, people: People, truth: NDArray[np.int64] | None = None
) -> Ratings:
    """A table: each item is rated by `each` people drawn from all."""
    truth = draw_truth(rng, design.items) if truth is None else truth
    number, n = len(truth), len(people.says_one)
    annotator = _who(rng, number, n, design.each).ravel().astype(np.int32)
    item = np.repeat(np.arange(number, dtype=np.int32), design.each)
    label = rng.random(len(item)) < people.says_one[annotator, truth[item]]
    nothing = np.full(len(item), -1, dtype=np.int32)
    group = (annotator >= design.first * n // design.annotators).astype(np.int32)
    grouping = Grouping("group", "annotator", ("a", "b"), group)
    return Ratings(item, annotator, label.astype(np.int32), nothing, nothing, LABELS, (grouping,))


def _who(rng: np.random.Generator, items: int, people: int, each: int) -> NDArray[np.int64]:
    """(items, each): different people on each item."""
    if items * people <= 1 << 21:
        return np.argsort(rng.random((items, people)), axis=1)[:, :each]
    found = rng.integers(0, people, (items, each))
    while True:
        ordered = np.sort(found, axis=1)
        twice = np.nonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))[0]
        if not len(twice):
            return found
        found[twice] = rng.integers(0, people, (len(twice), each))


def truth_of(statistic: Statistic, design: Design, rng: np.random.Generator) -> float:
    """What the same process shows over very many of both: the mean of five large tables."""
    found = []
    for _ in range(5):
        table = rate_items(rng, design, draw_people(rng, design, 20_000), draw_truth(rng, 40_000))
        counts = np.bincount(table.item * 2 + table.label, minlength=80_000).reshape(-1, 2)
        gold = np.full(len(counts), -1)
        found.append(float(statistic.value(statistic.terms(counts, gold).sum(axis=0))))
    return float(np.mean(found))
