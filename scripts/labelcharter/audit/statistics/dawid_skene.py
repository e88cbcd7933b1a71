"""Dawid and Skene: one true label an item, and for each annotator how they see each true label.

Dawid and Skene 1979, Applied Statistics 28(1):20-28, the maximum-likelihood EM: from the shares of
the votes on each item, the prevalence of each label and every annotator's confusion matrix; from
these, each item's posterior; until no posterior moves. Nothing is smoothed and nothing is drawn.

An annotator none of whose items could have some true label has no row for it, and 0/0 is taken as
0: the label stays out of their items, as it is at the start. To let such annotators answer at
random there instead would move an item that one person alone has rated away from what they said.

The model holds that each item has one true label and that annotators err independently around it.
Where people rightly disagree it calls the smaller opinion an error: it may not be the only gold of
a task that is declared subjective.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.jackknife import Real

TOLERANCE = 1e-8  # the largest move of a posterior at which EM stops; a choice of this project
MOST_ROUNDS = 1000
_SAME = 1e-6  # two posteriors nearer than this are a tie, well above where EM stops


@dataclass(frozen=True, slots=True)
class Fitted:
    """posterior (items, labels); prevalence (labels,); confusion (annotators, given, true).

    `rounds` of EM were run; `moved` is the largest move of a posterior in the last of them.
    """

    posterior: Real
    prevalence: Real
    confusion: Real
    rounds: int
    moved: float

    @property
    def converged(self) -> bool:
        """True when the posteriors stopped moving before the rounds ran out."""
        return self.moved < TOLERANCE

    def labels(self, tie: int) -> Whole:
        """The most probable label of each item; `tie` where two are equally probable."""
        ordered = np.sort(self.posterior, axis=1)
        best = self.posterior.argmax(axis=1)
        if ordered.shape[1] < 2:
            return np.asarray(best)
        return np.where(ordered[:, -1] - ordered[:, -2] < _SAME, tie, best)


def dawid_skene(
    item: Whole, annotator: Whole, label: Whole, labels: int, most_rounds: int = MOST_ROUNDS
) -> Fitted:
    """Fit to single ratings: codes from 0, each (ratings,); every item must have a rating.

    An item and annotator may occur once only; their order does not matter beyond rounding.
    """
    from scipy.sparse import csr_matrix

    items, annotators = int(item.max()) + 1, int(annotator.max()) + 1
    given = csr_matrix(
        (np.ones(len(item)), (item, annotator.astype(np.int64) * labels + label)),
        shape=(items, annotators * labels),
    )
    seen = csr_matrix(given.T)
    posterior = _shares(given, items, annotators, labels)
    rounds, moved = 0, float("inf")
    prevalence, confusion = _maximised(seen, posterior, annotators)
    while rounds < most_rounds and moved >= TOLERANCE:
        rounds += 1
        with np.errstate(divide="ignore"):
            logs = np.log(confusion).reshape(annotators * labels, labels)
            likely = np.log(prevalence) + given @ logs
        weights = np.exp(likely - likely.max(axis=1, keepdims=True))
        updated = weights / weights.sum(axis=1, keepdims=True)
        moved = float(np.abs(updated - posterior).max())
        posterior = updated
        prevalence, confusion = _maximised(seen, posterior, annotators)
    return Fitted(posterior, prevalence, confusion, rounds, moved)


def _shares(given: Any, items: int, annotators: int, labels: int) -> Real:
    """The shares of the votes on each item: where EM starts."""
    votes = np.asarray(given @ np.tile(np.eye(labels), (annotators, 1)))
    return np.asarray(votes / votes.sum(axis=1, keepdims=True)).reshape(items, labels)


def _maximised(seen: Any, posterior: Real, annotators: int) -> tuple[Real, Real]:
    """Prevalence, and confusion (annotators, given, true), from the posteriors."""
    labels = posterior.shape[1]
    counted = np.asarray(seen @ posterior).reshape(annotators, labels, labels)
    total = counted.sum(axis=1, keepdims=True)
    confusion = np.zeros_like(counted)
    np.divide(counted, total, out=confusion, where=total > 0)
    return posterior.mean(axis=0), confusion
