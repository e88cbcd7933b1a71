"""How well a trait can be told from what a rating shows: cross-validated AUC, people kept whole.

A person's ratings are alike, so a model that has seen some of them recognises the others: folds
hold whole people (annotators; items for a trait of data subjects). People are put in folds at
random, stratified by group. AUC is the mean over folds (pooling scores of different folds would
compare different models), one group against the rest, and the plain mean over groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable
from labelcharter.audit.statistics.intervals import never_seen, t_quantile
from labelcharter.audit.statistics.jackknife import NOTHING, Real
from labelcharter.audit.statistics.permutation import SEED
from labelcharter.audit.statistics.units import Units

FOLDS = 5
REPEATS = 5
DRAWS = 199

# from ratings by group and cell (..., groups, cells) to a score of each group for each cell
Scorer = Callable[[Real], Real]


@dataclass(frozen=True, slots=True)
class Told:
    """The AUC, what it is when groups are dealt to people at random, and how often as large."""

    auc: Estimate
    by_chance: Real
    p: float


def smoothed_rates(counts: Real) -> Real:
    """The share of each group among ratings that show a cell, drawn a little to its share of all.

    One categorical predictor needs no other model: the best that can be done with a cell is to
    count who showed it. One rating's worth of the overall shares is added to each cell.
    """
    prior = counts.sum(axis=-1, keepdims=True) / counts.sum(axis=(-2, -1), keepdims=True)
    return np.asarray((counts + prior) / (counts.sum(axis=-2, keepdims=True) + 1.0))


def told(
    units: Units,
    score: Scorer = smoothed_rates,
    repeats: int = REPEATS,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Told:
    """AUC of telling the group of a rating from its cell. Every group needs FOLDS people or more.

    units: one row a person (`number` all 1), counts (people, cells). The interval is over people,
    with the scores of each fold held as they are (LeDell, Petersen, van der Laan 2015, Electron J
    Statist 9:1583-1607; clustered as in Obuchowski 1997, Biometrics 53:567-578), Student's t with
    the people of the smallest group less one. `n` is the ratings.
    """
    counts, group = _canonical(units)
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    folds = _folds(group, random, repeats)
    held = _held(counts, group, folds, units.groups)
    aucs = _aucs(held, score)
    auc = float(aucs.by_group.mean())
    by_chance = np.empty(draws)
    for draw in range(draws):
        dealt = random.permutation(group)
        divided = _held(counts, dealt, _folds(dealt, random, repeats), units.groups)
        by_chance[draw] = _aucs(divided, score).by_group.mean()
    as_large = int((by_chance >= auc - 1e-12).sum())
    return Told(
        _interval(auc, _influence(counts, group, folds, aucs), group, int(counts.sum())),
        by_chance,
        (as_large + 1) / (draws + 1),
    )


def _interval(auc: float, influence: Real, group: Whole, n: int) -> Estimate:
    sizes = np.bincount(group)
    factor = sizes / np.maximum(sizes - 1, 1)
    variance = float(np.sort(influence**2 * factor[group]).sum())
    if variance < NOTHING:
        if auc < 1:
            return not_estimable("every person is told alike: no interval can be given", n)
        return estimated(1.0, 1.0 - never_seen(int(sizes.min())), 1.0, n, "everybody is told")
    half = t_quantile(int(sizes.min()) - 1) * variance**0.5
    # what can be told is never less than nothing: a model that is wrong more often than right has
    # learnt the noise of its people, so the interval always reaches .5 from below
    return estimated(auc, max(0.0, auc - half), min(1.0, max(0.5, auc + half)), n)


def _canonical(units: Units) -> tuple[Whole, Whole]:
    """People in an order without a trace of the file's, nor of the names of cells and groups."""
    sums = units.counts.sum(axis=0).tolist()
    content = [sorted(cell) for cell in units.counts.T.tolist()]
    cells = sorted(range(len(sums)), key=lambda cell: (sums[cell], content[cell]))
    rows = units.counts[:, cells]
    held = [sorted(rows[units.group == g].tolist()) for g in range(units.groups)]
    rank = np.empty(units.groups, dtype=np.int64)
    by_content = sorted(range(units.groups), key=lambda g: (len(held[g]), held[g]))
    rank[by_content] = np.arange(units.groups)
    order = np.lexsort((rank[units.group], *rows.T))
    return units.counts[order], rank[units.group][order]


def _folds(group: Whole, random: np.random.RandomState, repeats: int) -> Whole:
    """A fold for each person (repeats, people), as many of each group in every fold as can be.

    At random: a deal in the order of what people gave would copy the noise of the whole into every
    fold, and what the model learnt of it would be found again.
    """
    size = len(group)
    keys = random.random_sample((repeats, size))
    order = np.lexsort((keys, np.broadcast_to(group, keys.shape)), axis=1)
    ordered = group[order[0]]
    place = (np.arange(size) - np.searchsorted(ordered, ordered)) % FOLDS
    fold = np.empty((repeats, size), dtype=np.int64)
    np.put_along_axis(fold, order, np.broadcast_to(place, keys.shape), axis=1)
    return fold


def _held(counts: Whole, group: Whole, folds: Whole, groups: int) -> Real:
    """Ratings of each cell by group in each fold of each repeat (repeats, FOLDS, groups, cells)."""
    repeats, cells = len(folds), counts.shape[1]
    found = np.empty((repeats, FOLDS, groups, cells))
    for repeat, fold in enumerate(folds):
        row = (fold * groups + group)[:, None] * cells + np.arange(cells)
        summed = np.bincount(row.ravel(), counts.ravel(), minlength=FOLDS * groups * cells)
        found[repeat] = summed.reshape(FOLDS, groups, cells)
    return found


@dataclass(frozen=True, slots=True)
class _Aucs:
    """by_group (groups,): means over folds and repeats. The rest (repeats * FOLDS, groups, …).

    `place` is the share of the rest that scores lower than a cell, `other` the share of the group
    that scores higher; `inside` and `outside` the ratings of both; `used` where both have some.
    """

    by_group: Real
    place: Real
    other: Real
    inside: Real
    outside: Real
    used: NDArray[np.bool_]


def _aucs(held: Real, score: Scorer) -> _Aucs:
    groups, cells = held.shape[2:]
    scores = score((held.sum(axis=1, keepdims=True) - held).reshape(-1, groups, cells))
    held = held.reshape(-1, groups, cells)
    rest = held.sum(axis=1, keepdims=True) - held
    inside, outside = held.sum(axis=2), rest.sum(axis=2)
    lower, higher = _placements(scores, held, rest)
    with np.errstate(all="ignore"):
        place, other = lower / outside[:, :, None], higher / inside[:, :, None]
        found = (held * place).sum(axis=2) / inside
    used = np.isfinite(found)
    by_group = np.where(used, found, 0.0).sum(axis=0) / used.sum(axis=0)
    return _Aucs(by_group, place, other, inside, outside, used)


def _influence(counts: Whole, group: Whole, folds: Whole, aucs: _Aucs) -> Real:
    """How much each person moves the mean (people,), with the scores of each fold held."""
    groups = len(aucs.by_group)
    scale = aucs.used.sum(axis=0) * groups
    with np.errstate(all="ignore"):
        middle = aucs.by_group[None, :, None]
        own = (aucs.place - middle) / (aucs.inside * scale)[:, :, None]
        others = (aucs.other - middle) / (aucs.outside * scale)[:, :, None]
    own, others = (np.where(aucs.used[:, :, None], x, 0.0) for x in (own, others))
    influence = np.zeros(len(counts))
    for repeat, fold in enumerate(folds):
        at = repeat * FOLDS + fold
        for number in range(groups):
            weight = np.where((group == number)[:, None], own[at, number], others[at, number])
            influence += (counts * weight).sum(axis=1)
    return influence


def _placements(scores: Real, own: Real, rest: Real) -> tuple[Real, Real]:
    """For each cell: how much of the rest scores lower, and how much of the own scores higher.

    Ties count half. All are (folds, groups, cells).
    """
    shape, cells = scores.shape, scores.shape[-1]
    flat = np.round(scores.reshape(-1, cells), 12)
    order = flat.argsort(axis=1, kind="stable")
    ordered = np.take_along_axis(flat, order, axis=1)
    step = np.concatenate((np.zeros((len(flat), 1)), np.diff(ordered, axis=1) > 0), axis=1)
    rank = np.empty(flat.shape, dtype=np.int64)
    np.put_along_axis(rank, order, step.cumsum(axis=1).astype(np.int64), axis=1)
    at = (rank + np.arange(len(flat))[:, None] * cells).ravel()

    def by_rank(mass: Real) -> Real:
        summed = np.bincount(at, mass.ravel(), minlength=flat.size)
        return np.asarray(summed, dtype=np.float64).reshape(flat.shape)

    of_rest, of_own = by_rank(rest), by_rank(own)
    lower = of_rest.cumsum(axis=1) - of_rest / 2
    higher = of_own.sum(axis=1, keepdims=True) - of_own.cumsum(axis=1) + of_own / 2
    return (
        np.take_along_axis(lower, rank, axis=1).reshape(shape),
        np.take_along_axis(higher, rank, axis=1).reshape(shape),
    )
