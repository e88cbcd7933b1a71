"""Whether people agree more within their group than with everybody else.

For each attribute of annotators: alpha within the group (C_I), cross-replication reliability with
everybody else (C_X) and with each other group, their ratio (GAI; 1 where group means nothing), and
the largest ratio (DSI). Each stands beside what it comes to when the people are dealt to the groups
at random. The GAI is not given where the interval of C_X reaches 0; both its parts are still there.

Options: `limits`, the tolerated range of the GAI, [low, high] (default none: for information);
`pairs`, false to leave out the pairs of groups (default true).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.chances import TOO_LARGE
from labelcharter.audit.questions.gaps import ONE_PERSON, TESTABLE
from labelcharter.audit.reductions.merging import merged, side_by_side
from labelcharter.audit.statistics import cross_agreement as cross
from labelcharter.audit.statistics.agreement import MOST_GRADES
from labelcharter.audit.statistics.cross_intervals import (
    Parts,
    gai_estimate,
    gai_parts,
    largest,
    shared,
    xrr_estimate,
)
from labelcharter.audit.statistics.dealing import Dealt, deal
from labelcharter.audit.statistics.dealt_chances import (
    chance_of_group,
    chance_of_largest,
    expected,
)
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.jackknife import Real, jackknife
from labelcharter.audit.statistics.permutation import Chance
from labelcharter.audit.statistics.pools import Pool, pool_of
from labelcharter.audit.statistics.verdicts import (
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)
from labelcharter.audit.tables.bindings import Scale
from labelcharter.audit.tables.faults import number_of

BASIS = (
    "in-group and cross-group agreement: Prabhakaran et al. 2024 (GRASP); cross-replication "
    "reliability: Wong, Paritosh and Bollacker 2021"
)
NOTE = (
    "expected: what people dealt to the groups at random come to, with the range of 95 % of the "
    "deals; p: how often they come as far from it as the groups do"
)
_IN_GROUP, _CROSS, _EXCESS = range(3)


@dataclass(frozen=True, slots=True)
class _Figures:
    """One group against others; `items`: how many both rated."""

    in_group: Estimate
    cross: Estimate
    gai: Estimate
    parts: Parts
    items: int


@dataclass(frozen=True, slots=True)
class _Null:
    """What dealing the people of some groups came to."""

    pool: Pool
    dealt: Dealt

    def of(self, group: int, statistic: int) -> tuple[Estimate | None, Chance | None]:
        """What is expected of a group's figure, and its chance."""
        slot = self.pool.groups.index(group)
        swaps = statistic == _CROSS
        found = chance_of_group(self.dealt, self.pool, slot, statistic, swaps=swaps)
        values = self.dealt.values[:, slot, statistic]
        return expected(self.gais[:, slot] if statistic == _EXCESS else values), found

    @property
    def gais(self) -> Real:
        """(deals, slots): the GAI; NaN where the cross-group agreement is not above zero."""
        return _gais(self.dealt.values)


def _with_excess(values: Real) -> Real:
    """C_I, C_X and C_I - C_X: 0 exactly where the GAI is 1, and without its pole at C_X = 0.

    The chance of a GAI is that of its excess, which is always defined where both parts are.
    """
    excess = values[..., _IN_GROUP] - values[..., _CROSS]
    return np.concatenate((values, excess[..., None]), axis=-1)


def _gais(values: Real) -> Real:
    in_group, across = values[..., _IN_GROUP], values[..., _CROSS]
    with np.errstate(all="ignore"):
        return np.asarray(np.where(across > 0, in_group / across, np.nan))


def ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    """Every attribute of annotators that has two groups or more."""
    if asked.bindings.scale == "ordinal" and len(asked.labels) > MOST_GRADES:
        return f"{len(asked.labels)} grades: ordinal agreement takes at most {MOST_GRADES}"
    attributes = [
        a
        for a in asked.attributes
        if a.side == "annotator" and sum(m.ratings > 0 for m in asked.members(a.name)) > 1
    ]
    if not attributes:
        return "no attribute of annotators has two groups with ratings"
    rows: list[Row] = []
    notes = [NOTE]
    for attribute in attributes:
        null = _dealt(asked, attribute, range(len(attribute.values)))
        if isinstance(null, str):
            notes.append(f"{attribute.name}: {null}")
        rows += _rows(asked, request, attribute, null)
        if request.options.get("pairs", True) and len(attribute.values) > 2:
            rows += _pairs(asked, attribute)
    return tuple(rows), tuple(notes)


CHECK = Check(
    "cross-group-agreement",
    "Agreement within and across groups",
    BASIS,
    ask,
    options={"limits": "range", "pairs": "truth"},
)


def _scale(asked: Asked) -> tuple[Scale, int, tuple[float, ...]]:
    values = tuple(number_of(label) or 0.0 for label in asked.labels)
    return asked.bindings.scale, len(asked.labels), values


def _dealt(asked: Asked, attribute: Attribute, among: Sequence[int]) -> _Null | str:
    """The dealing of these groups' people, or why there is none."""
    cleaned = asked.ratings()
    if cleaned is None:
        return f"no p: {NEEDS_RATINGS}"
    kept, codes = cleaned.kept, asked.grouping(attribute.name).codes
    pool = pool_of(kept.item, kept.annotator, kept.label, codes, len(asked.labels), among)
    if not pool.items or not all(pool.sizes):
        return "no p: there is nobody to deal"
    statistics = [make(*_scale(asked)) for make in (cross.in_first, cross.xrr)]
    dealt = deal(pool, statistics, range(len(among)))
    if dealt is None:
        return TOO_LARGE
    observed, values = _with_excess(dealt.observed), _with_excess(dealt.values)
    return _Null(pool, replace(dealt, observed=observed, values=values))


def _against(asked: Asked, attribute: Attribute, group: int, others: Sequence[int]) -> _Figures:
    """One group against others together."""
    both = side_by_side(merged(asked.joint(attribute.name), [[group], others]))
    scale, labels, values = _scale(asked)
    of_xrr = jackknife(both, cross.xrr(scale, labels, values))
    between = shared(both)
    in_group = asked.members(attribute.name)[group].estimates["alpha", ""]
    across = xrr_estimate(of_xrr, between, scale, values)
    parts = gai_parts(both, min(between.people), scale, labels, values)
    ratio = gai_estimate(parts, in_group, across)
    return _Figures(in_group, across, ratio, parts, of_xrr.items)


def _rows(asked: Asked, request: Request, attribute: Attribute, null: _Null | str) -> Iterator[Row]:
    """In-group, cross-group and GAI of each group; the largest GAI of the attribute."""
    found = []
    for group, value in enumerate(attribute.values):
        others = [k for k in range(len(attribute.values)) if k != group]
        figures = _against(asked, attribute, group, others)
        found.append(figures)
        everybody = (value, *(attribute.values[k] for k in others))
        one = asked.members(attribute.name)[group].size == 1
        for statistic, what, estimate in (
            (_IN_GROUP, "in-group", figures.in_group),
            (_CROSS, "cross-group", figures.cross),
            (_EXCESS, "gai", figures.gai),
        ):
            row = Row(attribute.name, everybody, what, value, estimate, hidden_with=("alpha", ""))
            if not one and estimate.state == "estimated" and isinstance(null, _Null):
                row = _beside_chance(row, *null.of(group, statistic))
            if what == "gai" and (limits := request.options.get("limits")):
                row = _judged(row, float(limits[0]), float(limits[1]), figures)
            yield replace(row, verdict="insufficient-evidence", why=ONE_PERSON) if one else row
    yield _largest(attribute, found, null)


def _largest(attribute: Attribute, found: Sequence[_Figures], null: _Null | str) -> Row:
    """The diversity sensitivity, DSI: the largest GAI."""
    if any(figures.gai.state != "estimated" for figures in found):
        estimate = not_estimable("the GAI of a group is not estimable")
    else:
        estimate = largest([figures.parts for figures in found])
    row = Row(attribute.name, attribute.values, "dsi", "", estimate, hidden_with=("alpha", ""))
    if estimate.state != "estimated" or not isinstance(null, _Null):
        return row
    most = null.gais.max(axis=1)
    observed = float(_gais(null.dealt.observed).max())
    chance = chance_of_largest(observed, most, null.pool, every=null.dealt.every)
    return _beside_chance(row, expected(most), chance)


def _pairs(asked: Asked, attribute: Attribute) -> Iterator[Row]:
    """Cross-group agreement of each two groups."""
    members = asked.members(attribute.name)
    for a, b in combinations(range(len(members)), 2):
        estimate = _against(asked, attribute, a, [b]).cross
        names = (attribute.values[a], attribute.values[b])
        row = Row(attribute.name, names, "cross-group", "", estimate, hidden_with=("alpha", ""))
        if min(members[a].size, members[b].size) == 1:
            yield replace(row, verdict="insufficient-evidence", why=ONE_PERSON)
            continue
        null = _dealt(asked, attribute, [a, b]) if estimate.state == "estimated" else ""
        yield _beside_chance(row, *null.of(a, _CROSS)) if isinstance(null, _Null) else row


def _beside_chance(row: Row, usual: Estimate | None, chance: Chance | None) -> Row:
    if chance is None:
        return row
    row = replace(row, expected=usual, p=chance.p, least_p=chance.least)
    if chance.least > TESTABLE:
        return replace(
            row, why=f"cannot be tested: the least reachable p is {figure(chance.least)}"
        )
    return row


def _judged(row: Row, low: float, high: float, figures: _Figures) -> Row:
    """With a verdict, where limits were declared."""
    verdict = within(row.estimate, low, high)
    why = f"{with_interval(row.estimate)}, limits {figure(low)} to {figure(high)}"
    if row.estimate.state != "estimated":
        why = row.estimate.reason
    elif few := too_few(figures.items, figures.parts.people):
        verdict, why = "insufficient-evidence", f"{why}; {few}"
    elif verdict == "insufficient-evidence":
        settle = would_settle(row.estimate, low, high, figures.items, figures.parts.people)
        why = f"{why}; {settle}"
    if row.why:
        verdict, why = "insufficient-evidence", f"{why}; {row.why}"
    return replace(row, verdict=verdict, why=why, limits=(low, high))
