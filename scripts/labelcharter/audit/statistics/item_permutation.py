"""What a gap would be if group meant nothing: items, with all that they are, in other groups.

For groups of the people that items are about. Each item counts once, so that a permutation of items
deals those that have something out to groups of fixed sizes: multivariate hypergeometric.
"""

from __future__ import annotations

import numpy as np

from labelcharter.audit.reductions.patterns import Whole
from labelcharter.audit.statistics.expected_gap import Expected
from labelcharter.audit.statistics.vote_permutation import PERMUTATIONS, SEED, deals


def expected_gap_of_items(
    having: Whole, of: Whole, times: int = PERMUTATIONS, seed: int = SEED
) -> Expected:
    """having, of (groups,): counts of items; every group must have an item.

    The groups are dealt to in order of their size, so that their names leave no trace.
    """
    size = np.sort(of)
    random = np.random.RandomState(seed)  # its stream is frozen by NEP 19
    everything = np.array([[int(of.sum() - having.sum()), int(having.sum())]])
    dealt = deals(size[None], everything, times, random)
    shares = np.concatenate([part[:, 0, :, 1] for part in dealt]) / size
    gaps = shares.max(axis=1) - shares.min(axis=1)
    return Expected(np.asarray(gaps), np.zeros(0), 0)
