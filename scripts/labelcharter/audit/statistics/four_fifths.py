"""The four-fifths rule of thumb: a ratio of two shares held against 4/5, beside the chance of it.

29 CFR 1607.4 D (Uniform Guidelines on Employee Selection Procedures, guidance of US agencies): a
selection rate below four fifths of the highest is generally regarded as evidence of adverse impact;
smaller differences may be it too where they are significant in statistical and practical terms,
and larger ones may not be where they rest on small numbers and are not significant. So there are
four outcomes and not two. [.80, 1.25] is the same limit seen from either group, and the customary
margin of equivalence (Schuirmann 1987).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.statistics.ratio_interval import Share, ratio
from labelcharter.audit.statistics.verdicts import figure

LIMITS = (0.80, 1.25)
SIGNIFICANT = 0.05
_MOST_PEOPLE = 1_000_000
EXPECTED_FOR_Z = 5  # the least expected count for a normal approximation (Cochran 1954)

Test = Literal["auto", "fisher", "boschloo", "z"]
TESTS: tuple[Test, ...] = ("auto", "fisher", "boschloo", "z")
Outcome = Literal["below-and-significant", "below-by-chance", "above-but-significant", "neither"]

NAMES = {
    "fisher": "Fisher's exact test",
    "boschloo": "Boschloo's exact test",
    "z": "two-proportion z test",
}


@dataclass(frozen=True, slots=True)
class Tested:
    """A two-sided p of "both shares are the same", and the test that gave it.

    `pairs`: how many comparisons p is corrected for (Bonferroni), where one was picked from them.
    """

    p: float
    test: str
    pairs: int = 1

    def picked_from(self, pairs: int) -> Tested:
        """The same, corrected."""
        return Tested(min(1.0, self.p * pairs), self.test, pairs)


def below_four_fifths(top: Share, bottom: Share) -> bool:
    """top/bottom < 4/5, in whole numbers: 5 x1 n2 < 4 x2 n1. Exactly 4/5 is not below."""
    return 5 * top.having * bottom.of < 4 * bottom.having * top.of


def difference_test(a: Share, b: Share, test: Test = "auto") -> Tested | None:
    """Could the same share have given both? None where nobody, or everybody, has it.

    "auto": Fisher's exact test where an expected count is below 5, else the z test with the pooled
    share. Boschloo's test is more powerful than Fisher's, and slower.
    """
    having, of = a.having + b.having, a.of + b.of
    if not a.of or not b.of or having in (0, of):
        return None
    if test == "auto":
        least = min(a.of, b.of) * min(having, of - having)
        test = "fisher" if least < EXPECTED_FOR_Z * of else "z"
    table = np.array([[a.having, a.others.having], [b.having, b.others.having]])
    if test == "z":
        from scipy.special import ndtr

        pooled = having / of
        apart = a.having / a.of - b.having / b.of
        z = abs(apart) / (pooled * (1 - pooled) * (1 / a.of + 1 / b.of)) ** 0.5
        return Tested(float(2 * ndtr(-z)), test)
    from scipy.stats import boschloo_exact, fisher_exact

    # Fisher's test fixes both margins; Boschloo's those of the groups, for scipy the columns
    found = fisher_exact(table) if test == "fisher" else boschloo_exact(table.T)
    return Tested(float(found.pvalue), test)


def least_p(a: Share, b: Share) -> float:
    """The smallest two-sided p that Fisher's test can give with these totals."""
    from scipy.stats import hypergeom

    having, of = a.having + b.having, a.of + b.of
    chances = hypergeom.pmf(
        np.arange(max(0, having - b.of), min(having, a.of) + 1), of, having, a.of
    )
    ends = min(chances[0], chances[-1])
    return float(min(1.0, chances[chances <= ends * (1 + 1e-7)].sum()))


def outcome(a: Share, b: Share, p: float | None) -> Outcome:
    """Which of the four: the lower share below four fifths of the higher or not, p < .05 or not."""
    low, high = lower_and_higher(a, b)
    below, significant = below_four_fifths(low, high), p is not None and p < SIGNIFICANT
    if below:
        return "below-and-significant" if significant else "below-by-chance"
    return "above-but-significant" if significant else "neither"


def lower_and_higher(a: Share, b: Share) -> tuple[Share, Share]:
    """The two by their shares; in the order given where they are equal."""
    return (b, a) if b.having * a.of < a.having * b.of else (a, b)


def in_words(a: Share, b: Share, names: tuple[str, str], tested: Tested | None) -> str:
    """The outcome in a sentence for somebody who decides and does no statistics."""
    low, high = lower_and_higher(a, b)
    lower, higher = names if low is a else names[::-1]
    chance = ""
    if tested is not None:
        corrected = f", corrected for {tested.pairs} pairs" if tested.pairs > 1 else ""
        chance = f" (p {p_value(tested.p)}, {NAMES[tested.test]}{corrected})"
    match outcome(a, b, None if tested is None else tested.p):
        case "below-and-significant":
            return (
                f"the rate of {lower} is less than four fifths of that of {higher}, and the "
                f"difference is larger than chance explains{chance}: the rule of thumb regards "
                "this as evidence of adverse impact"
            )
        case "below-by-chance":
            return (
                f"the rate of {lower} is less than four fifths of that of {higher}, but chance "
                f"alone can explain a difference of this size{chance}: the rule of thumb is "
                f"crossed, but no disparity is shown{_one_more(low, high)}"
            )
        case "above-but-significant":
            return (
                f"the rate of {lower} is at least four fifths of that of {higher}, yet the "
                f"difference is larger than chance explains{chance}: it may still be adverse "
                "impact if it matters in practice"
            )
        case "neither":
            same = low.having * high.of == high.having * low.of
            if same:
                return f"the rates of {lower} and {higher} are equal"
            return (
                f"the rate of {lower} is at least four fifths of that of {higher}, and chance "
                f"alone can explain the difference{chance}"
            )


def p_value(p: float) -> str:
    """`= .034` or `< .001`."""
    return "< .001" if p < 0.001 else f"= {figure(p)}"


def _one_more(low: Share, high: Share) -> str:
    """What one decision more for the lower group would have made of it, where that is telling.

    `low` is below four fifths of `high`, so not everybody has it there, and somebody in `high`.
    """
    more = Share(low.having + 1, low.of)
    if below_four_fifths(more, high):
        return ""
    return f"; one person more would make the ratio {figure(ratio(more, high))}"


def chance_of_a_flag(sizes: Sequence[int], rate: float) -> float | None:
    """How often the lowest share is below 4/5 of the highest when all groups share one true rate.

    Exact: 1 - P(all shares within [4/5 m, m], one of them m, for some m), summed over every value m
    that a share can have; binomial. None where a group is empty, or for more people than a million.
    """
    if not all(sizes) or sum(sizes) > _MOST_PEOPLE:
        return None
    from scipy.stats import binom

    highest = np.unique(np.concatenate([_likely_counts(n, rate) / n for n in sizes]))
    up_to, below = np.ones(len(highest)), np.ones(len(highest))
    for n in sizes:
        # x/n is rounded once, so equal fractions are equal doubles; these are whole numbers
        at_most = np.floor(highest * n + 1e-9)
        is_one = at_most / n == highest
        least = np.ceil(0.8 * highest * n - 1e-9)
        before = binom.cdf(least - 1, n, rate)
        up_to *= np.maximum(binom.cdf(at_most, n, rate) - before, 0)
        below *= np.maximum(binom.cdf(at_most - is_one, n, rate) - before, 0)
    return float(min(1.0, max(0.0, 1 - (up_to - below).sum())))


def _likely_counts(n: int, rate: float) -> NDArray[np.float64]:
    """All counts out of n but those whose chance is below 1e-13 together, on either side."""
    from scipy.stats import binom

    low, high = (float(binom.ppf(chance, n, rate)) for chance in (1e-13, 1 - 1e-13))
    return np.arange(max(0.0, low - 1), min(n, high + 1) + 1)


def expected_ratio(top: Share, bottom: Share) -> tuple[float, float, float] | None:
    """The ratio if group meant nothing: its median, and the range of 95 % of all permutations.

    Exact, from the hypergeometric distribution of how many of those who have it fall into `top`.
    None where the range has no end (the bottom group may get nobody).
    """
    from scipy.stats import hypergeom

    having = top.having + bottom.having
    found = []
    for chance in (0.5, 0.025, 0.975):
        x = int(hypergeom.ppf(chance, top.of + bottom.of, having, top.of))
        if having == x:
            return None
        found.append(ratio(Share(x, top.of), Share(having - x, bottom.of)))
    return found[0], found[1], found[2]
