"""The audit of counts as the JSON that `audit counts` prints. Keys are a published contract."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from labelcharter.audit.disclosure.suppression import HIDDEN, NO_FIGURES, Profile
from labelcharter.audit.questions.selection import Category, CountAudit, CountTable, Reading
from labelcharter.audit.statistics.estimate import CONFIDENCE, Estimate, suppressed
from labelcharter.audit.statistics.four_fifths import LIMITS, NAMES, below_four_fifths
from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.statistics.selection_tables import (
    Mismatch,
    agreement,
    at_the_same_precision,
    rate_of,
)
from labelcharter.audit.statistics.verdicts import figure

FORMAT_VERSION = 1

NO_THRESHOLD = (
    "6 RCNY 5-301 defines rates and impact ratios and sets no threshold; four fifths and "
    "[.80, 1.25] are the rule of thumb of 29 CFR 1607.4 D, guidance and no statute"
)
SMALL = (
    "6 RCNY 5-301 (d): a category under 2 % of the data may be left out of the impact ratios, with "
    "a reason; its number and rate are given all the same"
)
INTERVALS = (
    "rates: Wilson; ratios: score interval (Koopman 1984); against the highest true rate: "
    "simultaneous over all pairs (Bonferroni)"
)
COMPLETE = "every figure is shown"
INCOMPLETE = (
    "not an LL144 publication: the rule asks for counts and rates that this profile hides, so that "
    "nobody can be singled out"
)


def counts_as_json(audit: CountAudit, profile: Profile) -> dict[str, Any]:
    """The whole result; call `disclosure.counts.hide_counts` first."""
    hidden = any(table.hidden for table in audit.tables)
    return {
        "format_version": FORMAT_VERSION,
        "kind": audit.kind,
        "unknown": audit.unknown,
        "publication": INCOMPLETE if hidden else COMPLETE,
        "tables": [_table(table) for table in audit.tables],
        "reconciliation": {
            "compared": audit.compared,
            "mismatches": [_mismatch(one) for one in audit.mismatches],
        },
        "findings": list(_findings(audit)),
        "method": {
            "profile": profile,
            "confidence": CONFIDENCE,
            "counts_from_rates": audit.counts_from_rates,
            "limits": list(LIMITS),
            "basis": NO_THRESHOLD,
            "small_categories": SMALL,
            "intervals": INTERVALS,
        },
    }


def _table(table: CountTable) -> dict[str, Any]:
    shown = not table.hidden
    median = table.median
    base = next((c.share for c in table.categories if c.name == table.highest), None)
    return {
        "table": table.name,
        "people": table.total.of if shown else None,
        "selected": table.total.having if shown else None,
        "highest": table.highest if shown else None,
        "reference": table.reference,
        "false_flag": table.false_flag if shown else None,
        "ties_at_the_median": list(median.ties) if median and median.possible and shown else None,
        "categories": [_category(one, table, base) for one in table.categories],
    }


def _category(one: Category, table: CountTable, base: Share | None) -> dict[str, Any]:
    hidden = table.hidden
    below = None
    if one.impact_ratio is not None and base is not None:
        below = below_four_fifths(one.share, base)
    return {
        "category": one.name,
        "people": None if hidden else one.share.of,
        "selected": None if hidden else one.share.having,
        "rate": _shown(one.rate, hidden),
        "under_two_percent": None if hidden else one.under_two_percent,
        "left_out": one.left_out,
        "impact_ratio": None if hidden or one.impact_ratio is None else float(one.impact_ratio),
        "below_four_fifths": None if hidden else below,
        "reading": None if one.reading is None else _reading(one.reading, hidden),
        "printed": {} if hidden else dict(_printed(one)),
    }


def _reading(reading: Reading, hidden: bool) -> dict[str, Any]:
    tested = None if hidden else reading.tested
    return {
        "against": reading.against,
        "ratio": _shown(reading.ratio, hidden),
        "adverse_ratio": _shown(reading.adverse, hidden),
        "limits": [limit if limit < inf else None for limit in reading.limits],
        "verdict": reading.verdict,
        "outcome": None if hidden else reading.outcome,
        "p": None if tested is None else tested.p,
        "test": None if tested is None else NAMES[tested.test],
        "corrected_for_pairs": None if tested is None else tested.pairs,
        "why": NO_FIGURES if hidden else reading.why,
    }


def _shown(estimate: Estimate, hidden: bool) -> dict[str, Any]:
    return (suppressed(HIDDEN) if hidden else estimate).as_json()


def _printed(one: Category) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, printed, value in (
        ("rate", one.printed_rate, rate_of(one.share)),
        ("ratio", one.printed_ratio, one.impact_ratio),
    ):
        if printed is None:
            continue
        again, how = None, "not-computed"
        if value is not None:
            again, how = at_the_same_precision(value, printed), agreement(value, printed)
        yield name, {"printed": printed.text, "recomputed": again, "agreement": how}


def _mismatch(one: Mismatch) -> dict[str, Any]:
    return {
        "table": one.table,
        "against": one.against,
        "category": one.category,
        **_counts("here", one.here),
        **_counts("there", one.there),
        "ratio_there": None if one.ratio_there is None else float(one.ratio_there),
    }


def _counts(where: str, share: Share | None) -> dict[str, int | None]:
    return {
        f"people_{where}": None if share is None else share.of,
        f"selected_{where}": None if share is None else share.having,
    }


def _finding(check: str, table: str, category: str, verdict: str, why: str) -> dict[str, str]:
    return {"check": check, "table": table, "category": category, "verdict": verdict, "why": why}


def _findings(audit: CountAudit) -> Iterator[dict[str, str]]:
    """Contradictions first: figures from tables that contradict each other are worth little."""
    for one in audit.mismatches:
        yield _finding("reconciliation", one.table, one.category, "breached", in_words(one))
    if audit.compared and not audit.mismatches and not any(t.hidden for t in audit.tables):
        words = "totals, and sums over parts, are the same in all tables"
        yield _finding("reconciliation", "", "", "met", words)
    for table in audit.tables:
        yield from _printed_findings(table)
        yield from _median_findings(table)
        for category in table.categories:
            if category.reading is not None:
                why = NO_FIGURES if table.hidden else category.reading.why
                verdict = category.reading.verdict
                yield _finding("impact-ratio", table.name, category.name, verdict, why)


def _printed_findings(table: CountTable) -> Iterator[dict[str, str]]:
    if table.hidden:
        return
    for category in table.categories:
        for what, printed, value in (
            ("rate", category.printed_rate, rate_of(category.share)),
            ("impact ratio", category.printed_ratio, category.impact_ratio),
        ):
            if printed is None or value is None:
                continue
            how = agreement(value, printed)
            again = at_the_same_precision(value, printed)
            if how == "differs":
                why = f"the {what} is printed as {printed.text}; from the counts it is {again}"
                yield _finding("printed-figures", table.name, category.name, "breached", why)
            elif how == "truncated":
                why = f"the {what} is printed as {printed.text}: cut off, rounded it is {again}"
                yield _finding("printed-figures", table.name, category.name, "met", why)


def _median_findings(table: CountTable) -> Iterator[dict[str, str]]:
    if table.median is None or table.hidden:
        return
    low, high = table.median.ties
    if not table.median.possible:
        why = (
            f"{table.total.having:,} of {table.total.of:,} people are counted above the median: "
            "more than half cannot be"
        )
        yield _finding("median", table.name, "", "breached", why)
    elif low:
        number = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        why = (
            f"{number} people of the upper half stand at the median itself: the rule counts only "
            "scores above it, so they lower every rate"
        )
        yield _finding("median", table.name, "", "insufficient-evidence", why)


def in_words(one: Mismatch) -> str:
    """The difference of two tables in a sentence."""
    here, there = one.here, one.there
    if here is None or there is None:
        which, other = (one.table, one.against) if there is None else (one.against, one.table)
        return f"it stands in {which} and not in {other}"
    words = (
        f"{here.of:,} people, {here.having:,} selected in {one.table}, "
        f"but {there.of:,} and {there.having:,} in {one.against}"
    )
    if one.ratio_there is not None:
        words += f"; with those its impact ratio is {figure(float(one.ratio_there))}"
    return words
