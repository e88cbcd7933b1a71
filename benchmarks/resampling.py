"""What others do: resample rows, or items. Beside it the permutation of annotators, for alpha.

Rows: fairlearn's `MetricFrame(n_boot=...)` draws rows with replacement; a rate by group depends on
the counts of (group, label) alone, and drawing rows is one multinomial draw of those counts, so the
same replicates cost nothing. `benchmarks.coverage` runs fairlearn itself beside it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.reductions.patterns import Reduction
from labelcharter.audit.statistics.jackknife import Statistic
from labelcharter.audit.tables.cleaning import Ratings

Real = NDArray[np.float64]
REPLICATES = 400
PERMUTATIONS = 199
ENDS = [2.5, 97.5]


def over_items(
    rng: np.random.Generator, joint: Reduction, statistic: Statistic
) -> tuple[Real, Real]:
    """Percentile ends for everybody, and for the first group less the second."""
    items = int(joint.items.sum())
    weights = rng.multinomial(items, joint.items / items, REPLICATES)
    counts = [joint.counts.sum(axis=1), joint.counts[:, 0], joint.counts[:, 1]]
    with np.errstate(all="ignore"):
        both, first, second = (
            statistic.value(weights @ statistic.terms(c, joint.gold)) for c in counts
        )
    return np.nanpercentile(both, ENDS), np.nanpercentile(first - second, ENDS)


def over_rows(rng: np.random.Generator, ratings: Ratings) -> tuple[Real, Real]:
    """The same for the rate of label 1, by drawing rows."""
    cells = np.bincount(ratings.groupings[0].codes * 2 + ratings.label, minlength=4)
    drawn = rng.multinomial(cells.sum(), cells / cells.sum(), REPLICATES).reshape(-1, 2, 2)
    by_group = drawn[:, :, 1] / drawn.sum(axis=2)
    everybody = drawn[:, :, 1].sum(axis=1) / drawn.sum(axis=(1, 2))
    return np.percentile(everybody, ENDS), np.percentile(by_group[:, 0] - by_group[:, 1], ENDS)


def over_rows_by_group(rng: np.random.Generator, ratings: Ratings, replicates: int) -> Real:
    """(ends, groups) of the rate of label 1, to compare with fairlearn's own."""
    cells = np.bincount(ratings.groupings[0].codes * 2 + ratings.label, minlength=4)
    drawn = rng.multinomial(cells.sum(), cells / cells.sum(), replicates).reshape(-1, 2, 2)
    return np.asarray(np.percentile(drawn[:, :, 1] / drawn.sum(axis=2), ENDS, axis=0))


def fairlearn_by_group(ratings: Ratings, replicates: int, seed: int) -> Real:
    """(ends, groups) as fairlearn gives them."""
    from fairlearn.metrics import MetricFrame, selection_rate

    frame = MetricFrame(
        metrics=selection_rate,
        y_true=ratings.label,
        y_pred=ratings.label,
        sensitive_features=ratings.groupings[0].codes,
        n_boot=replicates,
        ci_quantiles=[0.025, 0.975],
        random_state=seed,
    )
    return np.array([ends.to_numpy(dtype=float) for ends in frame.by_group_ci])


def chance_of_alpha_gap(rng: np.random.Generator, ratings: Ratings, statistic: Statistic) -> float:
    """P of the gap in alpha when annotators, not ratings, are dealt to the two groups at random."""
    items = int(ratings.item.max()) + 1
    gold = np.full(items, -1)
    base = ratings.item.astype(np.int64) * 4 + ratings.label
    annotator = ratings.annotator
    group = np.zeros(int(annotator.max()) + 1, dtype=np.int64)
    group[annotator] = ratings.groupings[0].codes

    def gap(group: NDArray[np.int64]) -> float:
        counts = np.bincount(base + group[annotator] * 2, minlength=items * 4).reshape(-1, 2, 2)
        a, b = (statistic.value(statistic.terms(counts[:, g], gold).sum(axis=0)) for g in (0, 1))
        return float(abs(a - b))

    observed = gap(group)
    extreme = sum(gap(rng.permutation(group)) >= observed - 1e-12 for _ in range(PERMUTATIONS))
    return (1 + extreme) / (1 + PERMUTATIONS)
