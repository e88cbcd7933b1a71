"""The ratio within strata: what is left of it when like is compared with like.

Groups may differ because they stand in different strata (applied for other posts, were photographed
by other cameras), each of which treats everybody alike. The common ratio is Mantel and Haenszel's,
the test Cochran, Mantel and Haenszel's, both from statsmodels. The interval is Greenland and
Robins' 1985 (Biometrics 41:55-68), which statsmodels has not. Homogeneity is Breslow and Day's with
Tarone's correction: statsmodels has it, but divides by zero (or nearly) where the common odds ratio
is 1, that is for strata that point in opposite directions, and answers NaN or p = 0. It is of odds
ratios: strata with very different rates can have one ratio of rates and several odds ratios.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import exp, isfinite, sqrt
from types import ModuleType

import numpy as np

from labelcharter.audit.statistics.estimate import CONFIDENCE
from labelcharter.audit.statistics.ratio_interval import RatioInterval, Share

# The customary change of an estimate that speaks for confounding (Greenland 1989, Am J Public
# Health 79:340-349).
DIFFERS = 0.10


@dataclass(frozen=True, slots=True)
class Stratified:
    """`ratio` over all strata in which both groups occur; `people` in them, `left_out` in others.

    `p` that the groups fare alike within strata; `homogeneity` that all strata have one answer;
    each None where it cannot be computed.
    """

    ratio: RatioInterval | None
    p: float | None
    homogeneity: float | None
    strata: int
    people: int
    left_out: int


def contingency_tables() -> ModuleType | str:
    """The tables of statsmodels, or why they are not there."""
    try:
        return import_module("statsmodels.stats.contingency_tables")
    except ImportError:
        return 'strata need statsmodels: pip install "labelcharter[statistics]"'


def stratified(strata: Sequence[tuple[Share, Share]]) -> Stratified | str:
    """Of top over bottom in each stratum; a string says why there is none."""
    tables = contingency_tables()
    if isinstance(tables, str):
        return tables
    used = [(top, bottom) for top, bottom in strata if top.of and bottom.of]
    people = sum(top.of + bottom.of for top, bottom in used)
    left_out = sum(top.of + bottom.of for top, bottom in strata) - people
    if len(used) < 2:
        return f"{len(used)} strata hold both groups: there is nothing to compare within"
    cells = [[[t.having, t.others.having], [b.having, b.others.having]] for t, b in used]
    table = tables.StratifiedTable(np.array(cells, dtype=np.float64).transpose(1, 2, 0))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        common = float(table.riskratio_pooled)
        p = float(table.test_null_odds(correction=False).pvalue)
        odds = float(table.oddsratio_pooled)
    return Stratified(
        _greenland_robins(used, common),
        p if isfinite(p) else None,
        _breslow_day_tarone(used, odds),
        len(used),
        people,
        left_out,
    )


def _greenland_robins(used: Sequence[tuple[Share, Share]], common: float) -> RatioInterval | None:
    """Log of the ratio +- z sqrt(sum (m n1 n2 / N^2 - x1 x2 / N) / (R S)), m = x1 + x2.

    R = sum x1 n2 / N and S = sum x2 n1 / N; None where either is 0, or nothing varies.
    """
    from scipy.special import ndtri

    if not isfinite(common) or common <= 0:
        return None
    spread = above = below = 0.0
    for top, bottom in used:
        both = top.of + bottom.of
        having = top.having + bottom.having
        spread += having * top.of * bottom.of / both**2 - top.having * bottom.having / both
        above += top.having * bottom.of / both
        below += bottom.having * top.of / both
    if spread <= 1e-12:
        return None
    factor = exp(float(ndtri((1 + CONFIDENCE) / 2)) * sqrt(spread / (above * below)))
    return RatioInterval(common, common / factor, common * factor)


def _breslow_day_tarone(used: Sequence[tuple[Share, Share]], odds: float) -> float | None:
    """Do all strata have the common odds ratio? p of Tarone 1985 (Biometrika 72:91-95).

    Each stratum's expected count e has e (n2 - m + e) = odds (n1 - e)(m - e).
    """
    from scipy.special import chdtrc

    if not isfinite(odds) or odds <= 0:
        return None
    apart, spreads, total = 0.0, [], 0.0
    for top, bottom in used:
        n1, n2, m = top.of, bottom.of, top.having + bottom.having
        if m in (0, n1 + n2):
            continue
        middle = n2 - m + odds * (n1 + m)
        root = sqrt(middle * middle + 4 * (1 - odds) * odds * n1 * m)
        expected = 2 * odds * n1 * m / (middle + root)
        spread = 1 / sum(1 / x for x in (expected, n1 - expected, m - expected, n2 - m + expected))
        total += (top.having - expected) ** 2 / spread
        apart += top.having - expected
        spreads.append(spread)
    if len(spreads) < 2:
        return None
    return float(chdtrc(len(spreads) - 1, max(0.0, total - apart**2 / sum(spreads))))
