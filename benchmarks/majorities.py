"""Figures that pass through a majority: what no interval about other annotators holds for.

Two pools of one kind of people; each item has `VOTES` votes of each. Three figures: the share of
items on which the two majorities agree, the difference in how often they say 1, and its size (the
gap "max - min"). Two truths: the mean over other annotators and items, and the value over very many
items with these annotators ("given these votes").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.annotators import LABELS, Design, People, draw_people, draw_truth, rate_items
from labelcharter.audit.questions.consensus import agreement_of_majorities
from labelcharter.audit.reductions.patterns import reduce_ratings
from labelcharter.audit.statistics.intervals import t_quantile
from labelcharter.audit.tables.cleaning import Grouping, Ratings

VOTES = 5
FIGURES = ("share on which they agree", "difference", "max - min")
WAYS = ("annotators: two-way jackknife", "annotators: bootstrap", "items")
RESAMPLED = 200
ITEMS_OF_TRUTH = 20_000

Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes for 1, and all votes, (items, 2); the single ratings behind them."""

    ones: Real
    all: Real
    ratings: Ratings

    @property
    def cell(self) -> NDArray[np.int64]:
        """Item and group of each rating, as one number."""
        return self.ratings.item.astype(np.int64) * 2 + self.ratings.groupings[0].codes

    def weighted(self, weights: Real) -> tuple[Real, Real]:
        """Votes when each annotator counts so often."""
        each, size = weights[self.ratings.annotator], self.ones.size
        ones = np.bincount(self.cell, each * self.ratings.label, minlength=size)
        return ones.reshape(-1, 2), np.bincount(self.cell, each, minlength=size).reshape(-1, 2)


def coverage(
    people: int, items: int, runs: int, seed: int
) -> dict[tuple[str, str], tuple[float, float]]:
    """(figure, way) -> how often 95 % intervals cover, and how wide they are on average, as a
    multiple of the range of 95 % of the errors: those about annotators for the mean over other
    annotators and items, those over items for the value given these votes."""
    rng = np.random.default_rng(seed)
    design = Design(people, items, VOTES, people)
    values, intervals, given = [], [], []
    for _ in range(runs):
        pools = draw_people(rng, design), draw_people(rng, design)
        votes = _table(rng, design, pools, draw_truth(rng, items))
        endless = _table(rng, design, pools, draw_truth(rng, ITEMS_OF_TRUTH))
        given.append(_figures(endless.ones, endless.all))
        values.append(_figures(votes.ones, votes.all))
        intervals.append(
            [_two_way(votes), _over_annotators(rng, votes, people), _over_items(rng, votes)]
        )
    of_others = np.mean(values, axis=0)
    found = {}
    for way, name in enumerate(WAYS):
        truth = np.stack(given) if name == "items" else of_others
        ends = np.stack([interval[way] for interval in intervals])
        covers = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean(axis=0)
        right = np.diff(np.percentile(np.stack(values) - truth, [2.5, 97.5], axis=0), axis=0)[0]
        width = (ends[:, 1] - ends[:, 0]).mean(axis=0) / right
        for figure, covered, wide in zip(FIGURES, covers, width, strict=True):
            found[figure, name] = float(covered), float(wide)
    return found


def _table(
    rng: np.random.Generator,
    design: Design,
    pools: tuple[People, People],
    truth: NDArray[np.int64],
) -> Votes:
    tables = [rate_items(rng, design, pool, truth) for pool in pools]
    item = np.concatenate([t.item for t in tables])
    annotator = np.concatenate([t.annotator + k * design.annotators for k, t in enumerate(tables)])
    label = np.concatenate([t.label for t in tables])
    nothing = np.full(len(item), -1, dtype=np.int32)
    group = np.repeat(np.arange(2, dtype=np.int32), len(item) // 2)
    grouping = Grouping("group", "annotator", ("a", "b"), group)
    ratings = Ratings(
        item, annotator.astype(np.int32), label, nothing, nothing, LABELS, (grouping,)
    )
    cell = item.astype(np.int64) * 2 + group
    ones = np.bincount(cell, label, minlength=2 * len(truth)).reshape(-1, 2)
    return Votes(ones, np.full(ones.shape, float(VOTES)), ratings)


def _figures(ones: Real, votes: Real) -> Real:
    """By strict majority, ties going to 0, over items on which both have voted."""
    decided = (2 * ones > votes)[(votes > 0).all(axis=1)]
    difference = decided[:, 0].mean() - decided[:, 1].mean()
    return np.array([(decided[:, 0] == decided[:, 1]).mean(), difference, abs(difference)])


def _two_way(votes: Votes) -> Real:
    """(ends, figures): V_item + V_annotator - V_rating, as for figures that are smooth."""
    value = _figures(votes.ones, votes.all)
    items, people = len(votes.ones), int(votes.ratings.annotator.max()) + 1
    parts = [
        _variance(np.stack(list(replicates)))
        for replicates in (_each_item(votes), _each_annotator(votes, people), _each_rating(votes))
    ]
    both = np.maximum(parts[0] + parts[1] - parts[2], np.maximum(parts[0], parts[1]))
    half = t_quantile(min(items, people // 2) - 1) * np.sqrt(both)
    return np.stack((value - half, value + half))


def _variance(replicates: Real) -> Real:
    n = len(replicates)
    return np.asarray((n - 1) / n * ((replicates - replicates.mean(axis=0)) ** 2).sum(axis=0))


def _each_item(votes: Votes) -> Iterator[Real]:
    decided = 2 * votes.ones > votes.all
    n = len(decided)
    alike, difference = decided[:, 0] == decided[:, 1], decided[:, 0] * 1.0 - decided[:, 1]
    less = (difference.sum() - difference) / (n - 1)
    yield from np.stack(((alike.sum() - alike) / (n - 1), less, abs(less)), axis=1)


def _each_annotator(votes: Votes, people: int) -> Iterator[Real]:
    for one in range(people):
        without = np.ones(people)
        without[one] = 0.0
        yield _figures(*votes.weighted(without))


def _each_rating(votes: Votes) -> Iterator[Real]:
    decided = 2 * votes.ones > votes.all
    n, (alike, difference, _) = len(decided), _figures(votes.ones, votes.all)
    item, group = votes.ratings.item, votes.ratings.groupings[0].codes
    then = 2 * (votes.ones[item, group] - votes.ratings.label) > votes.all[item, group] - 1
    now, other = decided[item, group], decided[item, 1 - group]
    changed = alike + ((then == other) * 1.0 - (now == other)) / n
    moved = difference + np.where(group == 0, 1, -1) * (then * 1.0 - now) / n
    yield from np.stack((changed, moved, abs(moved)), axis=1)


def _over_annotators(rng: np.random.Generator, votes: Votes, people: int) -> Real:
    """Percentiles of resampled panels, each group's people among themselves."""
    drawn = [
        _figures(*votes.weighted(np.concatenate(
            [rng.multinomial(people, np.full(people, 1 / people)) for _ in range(2)]
        ).astype(np.float64)))
        for _ in range(RESAMPLED)
    ]  # fmt: skip
    return np.percentile(np.stack(drawn), [2.5, 97.5], axis=0)


def _over_items(rng: np.random.Generator, votes: Votes) -> Real:
    """The package's interval of the share; of the difference Student's t; of its size the
    percentiles of resampled items."""
    joint = reduce_ratings(votes.ratings, votes.ratings.groupings[0])
    share = agreement_of_majorities(joint, "group", LABELS, LABELS[0]).agree_on_all_groups
    decided = 2 * votes.ones > votes.all
    each = decided[:, 0] * 1.0 - decided[:, 1]
    half = t_quantile(len(each) - 1) * each.std(ddof=1) / len(each) ** 0.5
    sizes = abs(rng.choice(each, (RESAMPLED, len(each))).mean(axis=1))
    low, high = np.percentile(sizes, [2.5, 97.5])
    return np.array(
        [[share.low or 0.0, each.mean() - half, low], [share.high or 0.0, each.mean() + half, high]]
    )
