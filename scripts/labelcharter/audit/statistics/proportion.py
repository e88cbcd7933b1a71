"""A share of things that are counted once each: Wilson's interval."""

from __future__ import annotations

from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, estimated, not_estimable


def proportion(having: int, of: int, things: str, reason: str = "") -> Estimate:
    """`having` out of `of` independent things, with Wilson's 95 % interval; `n` is `of`.

    Wilson 1927, JASA 22:209-212. `things` names them where there are none.
    """
    if not of:
        return not_estimable(f"no {things}")
    from scipy.special import ndtri

    z = float(ndtri((1 + CONFIDENCE) / 2))
    share = having / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    # exactly 0 and 1 at the ends, where the formula leaves a rounding error
    low = 0.0 if having == 0 else middle - half
    high = 1.0 if having == of else middle + half
    return estimated(share, low, high, of, reason)
