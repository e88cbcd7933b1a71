"""Whether the groups of an attribute give (or get) other labels than the rest.

Two figures, each with what it would be if group meant nothing, since neither is 0 in a table even
where it is 0 in truth: Cramér's V of all groups, corrected for bias (Bergsma 2013), which has the
verdict; and the Jensen-Shannon distance of each group from the rest, for information. Chances come
from dealing annotators (items, for a trait of data subjects) to the groups anew.

Options: `least`, the V that is worth a flag (default .1, Cohen 1988, a small effect).
"""

from __future__ import annotations

from dataclasses import replace
from math import isnan

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import Asked, Attribute
from labelcharter.audit.statistics.association import corrected_v, cramers_v, js_from_the_rest
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.permutation import Chance
from labelcharter.audit.statistics.reshuffle import (
    Reshuffled,
    around,
    chance_of,
    reshuffle,
    statistic_of,
    under_no_difference,
)
from labelcharter.audit.statistics.units import Units, units_of
from labelcharter.audit.statistics.verdicts import (
    Verdict,
    chance,
    figure,
    too_few,
    with_interval,
    would_settle,
)

LEAST_V = 0.1  # Cohen 1988, Statistical Power Analysis, a small effect
SIGNIFICANT = 0.05
V = "cramers-v"
DISTANCE = "js-distance"
GIVEN_THESE = {
    "annotator": "given these items: annotators were dealt to the groups anew with all they rated",
    "subject": "given these annotators: items were dealt to the groups anew with all their ratings",
}


def verdict_of(p: float | None, estimate: Estimate, least: float) -> Verdict:
    """Breached when p (or q) is below .05 and V at least `least`; met when V can only be less."""
    if p is None or estimate.value is None or estimate.high is None:
        return "insufficient-evidence"
    if p < SIGNIFICANT and estimate.value >= least:
        return "breached"
    return "met" if estimate.high < least else "insufficient-evidence"


def reconsider(row: Row) -> Row:
    """The row with the verdict that its q allows; one without limits or p is left as it is."""
    if row.verdict is None or row.limits is None or row.limits[1] is None or row.q is None:
        return row
    verdict = verdict_of(row.q, row.estimate, row.limits[1])
    before = row.why.partition("; q ")[0]
    return replace(row, verdict=verdict, why=f"{before}; q {chance(row.q)}: {_state(verdict)}")


ALIKE = 1e-12  # figures nearer than this differ by rounding
NOTHING_MOVES = "every deal gives the same, so neither chance nor an interval can be had"


def _state(verdict: Verdict) -> str:
    return verdict.replace("-", " ")


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    if not asked.attributes:
        return "the table has no attribute to compare"
    least = float(request.options.get("least", LEAST_V))
    rows = [row for a in asked.attributes for row in _rows(asked, a, least)]
    sides = dict.fromkeys(a.side for a in asked.attributes)
    return tuple(rows), tuple(GIVEN_THESE[side] for side in sides)


def _rows(asked: Asked, attribute: Attribute, least: float) -> list[Row]:
    units = units_of(asked.joint(attribute.name), attribute.side)
    used = tuple(v for v, size in zip(attribute.values, units.sizes, strict=True) if size)
    dealt = reshuffle(units)
    if len(used) < 2 or (units.table.sum(axis=0) > 0).sum() < 2:
        what = "one group has ratings" if len(used) < 2 else "one label is in use"
        return [Row(attribute.name, used, V, "", not_estimable(f"only {what}"))]
    if dealt is None:
        reason = "too many different units to deal anew, so neither chance nor interval can be had"
        return [Row(attribute.name, used, V, "", not_estimable(reason))]
    return [
        _association(asked, attribute, used, (units, dealt), least),
        *_distances(attribute, used, units, dealt),
    ]


def _association(
    asked: Asked,
    attribute: Attribute,
    used: tuple[str, ...],
    tables: tuple[Units, Reshuffled],
    least: float,
) -> Row:
    units, dealt = tables
    table = units.table.astype(float)
    value, plug_in = float(corrected_v(table)), float(cramers_v(table))
    if isnan(value):
        return Row(
            attribute.name, used, V, "", not_estimable("too few ratings to correct its bias")
        )
    drawn = statistic_of(dealt.tables, cramers_v)
    if max(plug_in, float(drawn.max())) < ALIKE:
        return Row(attribute.name, used, V, "", not_estimable(NOTHING_MOVES))
    estimate = around(value, plug_in, drawn, int(table.sum()))
    expected = under_no_difference(statistic_of(dealt.tables, corrected_v))
    found = chance_of(plug_in, drawn, dealt)
    members = [m for m in asked.members(attribute.name) if m.value in used]
    items, annotators = min(m.items for m in members), min(m.annotators for m in members)
    why = _why(estimate, expected, found, least)
    verdict = verdict_of(found.p, estimate, least)
    few = too_few(items, annotators)
    if few:
        verdict, why = "insufficient-evidence", f"{why}; {few} in each group"
    elif verdict == "insufficient-evidence":
        why += "; " + would_settle(estimate, float("-inf"), least, items, annotators)
    return Row(
        attribute.name,
        used,
        V,
        "",
        estimate,
        expected,
        p=found.p,
        least_p=found.least,
        limits=None if few else (None, least),
        verdict=verdict,
        why=why,
    )


def _why(estimate: Estimate, expected: Estimate, found: Chance, least: float) -> str:
    why = (
        f"{with_interval(estimate)}, and {with_interval(expected)} if group meant nothing; "
        f"flagged from {figure(least)} on where q is below {figure(SIGNIFICANT)}; "
        f"p {chance(found.p)}"
    )
    if found.least >= SIGNIFICANT:
        why += f", and it cannot be tested: the least reachable p is {chance(found.least)}"
    return why


def _distances(
    attribute: Attribute, used: tuple[str, ...], units: Units, dealt: Reshuffled
) -> list[Row]:
    """Of two groups, each is the other's rest: one row."""
    table = units.table.astype(float)
    observed, drawn = js_from_the_rest(table), statistic_of(dealt.tables, js_from_the_rest)
    rows = []
    for value in used if len(used) > 2 else used[:1]:
        group = attribute.values.index(value)
        own = drawn[:, group]
        found = chance_of(float(observed[group]), own, dealt)
        about = f"{value} from the rest" if len(used) > 2 else ""
        if max(float(observed[group]), float(own.max())) < ALIKE:
            rows.append(Row(attribute.name, used, DISTANCE, about, not_estimable(NOTHING_MOVES)))
            continue
        estimate = around(
            float(observed[group]), float(observed[group]), own, int(table[group].sum())
        )
        expected = under_no_difference(own)
        rows.append(
            Row(
                attribute.name,
                used,
                DISTANCE,
                about,
                estimate,
                expected,
                p=found.p,
                least_p=found.least,
                why=f"{with_interval(estimate)}, and {with_interval(expected)} if group meant "
                f"nothing; p {chance(found.p)}",
            )
        )
    return rows


CHECK = Check(
    "label-distribution",
    "Label distribution by group",
    "V of .1 is a small effect (Cohen 1988); q by Benjamini and Hochberg 1995; V corrected as in "
    "Bergsma 2013; distance as in Lin 1991, base 2",
    _ask,
    reconsider=reconsider,
    options={"least": "share"},
)
