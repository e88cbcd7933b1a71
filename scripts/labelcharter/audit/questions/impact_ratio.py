"""Check `impact-ratio`: how often a group gets the favourable outcome, over the reference group.

For groups of data subjects each item has one outcome and counts once: score intervals, a test, the
four outcomes of ratio and test, the adverse side (whose ratio can disagree: 90 % against 96 % is
.94, and 10 % against 4 % is 2.5), and strata. For groups of annotators it is a ratio between rates
of ratings, clustered by annotator; nobody is selected, and it is said.

Options: `outcome`: prediction, gold or consensus (default: prediction where there is one, else
consensus). `reference`: a group, in place of the audit's own; or `best`: the highest true rate of
all groups, with simultaneous intervals. `limits`: [low, high], default [.80, 1.25]. `test`: auto,
fisher, boschloo or z. `strata`: another bound attribute of the data subjects, by its name or its
column. `attributes`: only these.
"""

from __future__ import annotations

from typing import cast

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import Asked, Attribute
from labelcharter.audit.questions.outcomes import (
    Source,
    default_source,
    fault_of,
    note_on,
    people_of,
    shares,
    weakest,
)
from labelcharter.audit.questions.rating_ratios import NOBODY_IS_SELECTED, rating_rows
from labelcharter.audit.questions.ratio_rows import (
    Outcomes,
    rate_rows,
    rows_to_best,
    rows_to_reference,
)
from labelcharter.audit.questions.strata_rows import strata_rows
from labelcharter.audit.statistics.four_fifths import LIMITS, TESTS, Test

BEST = "best"

BASIS = (
    "limits [.80, 1.25]: the four-fifths rule of thumb of 29 CFR 1607.4 D, guidance and no "
    "statute, taken from both sides as in a test of equivalence (TOST); score interval of a "
    "ratio by Koopman 1984; counts are compared unrounded, as whole numbers"
)
TO_THE_BEST = (
    "the group that came out highest is not the best one for certain: a test of the lowest over "
    "the highest rate flags 58 % of tables of five groups of 200 that are truly equal, so these "
    "intervals are simultaneous, of the ratio to the highest true rate"
)
BOTH_SIDES = (
    "the adverse ratio is that of not getting it: the two sides can disagree, and neither alone "
    "says how large a difference is"
)


Found = tuple[list[Row], list[str]]


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    options = request.options
    source = str(options.get("outcome") or default_source(asked))
    test = str(options.get("test", "auto"))
    if asked.questions.favourable is None:
        return "no favourable label is declared"
    if fault := fault_of(source, asked):
        return fault
    if test not in TESTS:
        return f"there is no test `{test}`: it is {', '.join(TESTS)}"
    rows: list[Row] = []
    notes: list[str] = []
    for attribute in asked.attributes:
        if attribute.name not in options.get("attributes", (attribute.name,)):
            continue
        reference = str(options.get("reference") or asked.references.get(attribute.name) or "")
        if not reference:
            continue
        found = _of_attribute(asked, attribute, reference, request)
        if isinstance(found, str):
            return found
        rows += found[0]
        notes += found[1]
    if rows:
        return tuple(rows), tuple(dict.fromkeys(notes))
    declare = f"no reference group is declared (references, or the option reference: {BEST})"
    return "; ".join(dict.fromkeys(notes)) or declare


def _of_attribute(
    asked: Asked, attribute: Attribute, reference: str, request: Request
) -> Found | str:
    best = reference == BEST and BEST not in attribute.values
    if not best and reference not in attribute.values:
        return [], [f"no group `{reference}` of {attribute.name} occurs in the table"]
    if attribute.side == "subject":
        return _of_subjects(asked, attribute, None if best else reference, request)
    if best:
        return [], [f"{attribute.name} is a trait of annotators: it needs a declared reference"]
    low, high = request.options.get("limits", LIMITS)
    rows = rating_rows(asked, attribute, reference, (float(low), float(high)))
    return rows, [NOBODY_IS_SELECTED]


def _of_subjects(
    asked: Asked, attribute: Attribute, reference: str | None, request: Request
) -> Found | str:
    """Without a reference: against the best."""
    options, favourable = request.options, asked.questions.favourable or ""
    source = cast("Source", str(options.get("outcome") or default_source(asked)))
    low, high = options.get("limits", LIMITS)
    code = asked.labels.index(favourable)
    found = shares(asked, asked.grouping(attribute.name), source, code)
    if isinstance(found, str):
        return found
    outcomes = Outcomes(
        attribute.name,
        favourable,
        dict(zip(attribute.values, found, strict=True)),
        (float(low), float(high)),
        cast("Test", str(options.get("test", "auto"))),
        weakest(people_of(share) for share in found),
    )
    rows, notes = list(rate_rows(outcomes)), [note_on(source, asked)]
    if reference is None:
        return [*rows, *rows_to_best(outcomes)], [*notes, TO_THE_BEST]
    rows += rows_to_reference(outcomes, reference)
    notes.append(BOTH_SIDES)
    if strata := options.get("strata"):
        within = strata_rows(asked, outcomes, str(strata), reference, source)
        if isinstance(within, str):
            notes.append(within)
        else:
            rows += within
    return rows, notes


CHECK = Check(
    "impact-ratio",
    "Impact ratio of the favourable outcome",
    BASIS,
    _ask,
    options={
        "outcome": "word",
        "reference": "word",
        "limits": "range",
        "test": "word",
        "strata": "word",
        "attributes": "words",
    },
)
