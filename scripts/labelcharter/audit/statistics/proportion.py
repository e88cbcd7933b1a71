"""A share of things that are counted once each: Wilson's interval."""

from __future__ import annotations

from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, estimated, not_estimable


def proportion(having: int, of: int, things: str, reason: str = "") -> Estimate:
    """`having` out of `of` independent things, with Wilson's 95 % interval; `n` is `of`.

    `things` names them where there are none.
    """
    if not of:
        return not_estimable(f"no {things}")
    return estimated(having / of, *wilson(having, of), of, reason)


def wilson(having: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Both ends of Wilson's interval (1927, JASA 22:209-212); `of` is 1 or more."""
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    share = having / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    # exactly 0 and 1 at the ends, where the formula leaves a rounding error
    return 0.0 if having == 0 else middle - half, 1.0 if having == of else middle + half
