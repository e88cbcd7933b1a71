"""Who stands behind figures that would give each other away."""

from __future__ import annotations

from collections.abc import Sequence

from labelcharter.audit.questions.figures import People

_NONE_SHOWS_FROM = 30  # people among whom "nobody" may be said; disclosure decides by the same


def fewest(people: Sequence[People]) -> People | None:
    """The entry that gives most away; None of none.

    Shares that add up to 1 are shown or hidden together: with one of them hidden, the others give
    it. All their rows therefore stand and fall with this one.
    """
    if not people:
        return None
    for one in people:
        if not min(one.having, one.without) and one.all < _NONE_SHOWS_FROM:
            return one
    some = [one for one in people if min(one.having, one.without)]
    return min(some or people, key=lambda one: (min(one.having, one.without), one.all))
