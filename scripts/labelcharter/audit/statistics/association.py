"""How strongly labels go with groups: Cramér's V, Jensen-Shannon distance, mutual information.

Each is 0 in truth where group means nothing, and more than 0 in any table, the more so the smaller
it is. So V is corrected for that, and beside each stands what permutations give.
"""

from __future__ import annotations

import numpy as np

from labelcharter.audit.statistics.jackknife import Real

ROUNDING = 4e-15  # a phi2 below this is the rounding of a zero


def cramers_v(tables: Real) -> Real:
    """Cramér's V of tables (..., groups, labels); empty groups and labels are left out.

    V = sqrt(phi2 / min(k - 1, r - 1)), phi2 = chi2 / n. NaN with fewer than two of either.
    """
    phi2, _, rows, columns = _phi2(tables)
    return np.asarray(np.sqrt(phi2 / _where_two(rows, columns)))


def corrected_v(tables: Real) -> Real:
    """Cramér's V without its bias (Bergsma 2013, J Korean Stat Soc 42(3):323-328).

    max(0, phi2 - (k - 1)(r - 1)/(n - 1)) over the lesser of k - (k - 1)^2/(n - 1) and the like for
    r, less one. The correction is for n independent ratings. One person's ratings are not
    independent, so some bias stays: it is in the value expected under no difference. NaN as above,
    and where n is no more than what the correction takes away.
    """
    phi2, n, rows, columns = _phi2(tables)
    with np.errstate(all="ignore"):
        excess = np.maximum(0.0, phi2 - (columns - 1) * (rows - 1) / (n - 1))
        width = columns - (columns - 1) ** 2 / (n - 1)
        height = rows - (rows - 1) ** 2 / (n - 1)
        least = np.minimum(width, height) - 1
        value = np.sqrt(excess / least)
    usable = (np.minimum(rows, columns) > 1) & (least > 0)
    return np.asarray(np.where(usable, np.minimum(value, 1.0), np.nan))


def js_from_the_rest(tables: Real) -> Real:
    """The Jensen-Shannon distance of each group from all others together (..., groups).

    tables (..., groups, labels). Base 2: 0 for the same shares, 1 for no label in common (Lin 1991,
    IEEE Trans Inf Theory 37:145-151; Endres and Schindelin 2003 for the root, which is a distance).
    NaN for a group, or a rest, without ratings.
    """
    from scipy.spatial.distance import jensenshannon

    rest = tables.sum(axis=-2, keepdims=True) - tables
    with np.errstate(all="ignore"):
        found = jensenshannon(tables, rest, base=2, axis=-1)
    return np.asarray(found, dtype=np.float64)


def mutual_information(tables: Real) -> Real:
    """Mutual information over the mean of the two entropies, 0 to 1 (..., groups, labels) to (...).

    NaN where both entropies are 0.
    """
    n = tables.sum(axis=(-2, -1))
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    of_rows, of_columns = _entropy(rows, n), _entropy(columns, n)
    both = _entropy(tables.reshape(*tables.shape[:-2], -1), n)
    with np.errstate(all="ignore"):
        share = 2 * (of_rows + of_columns - both) / (of_rows + of_columns)
    return np.asarray(np.clip(share, 0.0, 1.0))


def _phi2(tables: Real) -> tuple[Real, Real, Real, Real]:
    """chi2 / n, n, and how many rows and columns are in use."""
    n = tables.sum(axis=(-2, -1))
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    with np.errstate(all="ignore"):
        part = tables**2 / (rows[..., :, None] * columns[..., None, :])
    phi2 = _sum(np.nan_to_num(part).reshape(*part.shape[:-2], -1)) - 1.0
    phi2 = np.where(phi2 > ROUNDING, phi2, 0.0)
    return phi2, n, (rows > 0).sum(axis=-1), (columns > 0).sum(axis=-1)


def _where_two(rows: Real, columns: Real) -> Real:
    least = np.minimum(rows, columns) - 1.0
    return np.where(least > 0, least, np.nan)


def _entropy(counts: Real, n: Real) -> Real:
    """In nats, over the last axis."""
    from scipy.special import xlogy

    with np.errstate(all="ignore"):
        share = counts / n[..., None]
        return -_sum(np.asarray(xlogy(share, share)))


def _sum(values: Real) -> Real:
    """Over the last axis, the least first, so that the order of the groups leaves no trace."""
    return np.asarray(np.sort(values, axis=-1).sum(axis=-1))
