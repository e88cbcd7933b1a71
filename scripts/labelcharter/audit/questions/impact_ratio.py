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
from labelcharter.audit.questions.asked import Asked
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


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    favourable, options = asked.questions.favourable, request.options
    if favourable is None:
        return "no favourable label is declared"
    source = cast("Source", str(options.get("outcome") or default_source(asked)))
    test = cast("Test", str(options.get("test", "auto")))
    if fault := fault_of(source, asked):
        return fault
    if test not in TESTS:
        return f"there is no test `{test}`: it is {', '.join(TESTS)}"
    low, high = options.get("limits", LIMITS)
    limits = (float(low), float(high))
    rows: list[Row] = []
    notes: dict[str, None] = {}
    for attribute in asked.attributes:
        if attribute.name not in options.get("attributes", (attribute.name,)):
            continue
        reference = str(options.get("reference") or asked.references.get(attribute.name) or "")
        best = reference == BEST and BEST not in attribute.values
        if not best and reference not in attribute.values:
            if reference:
                notes[f"no group `{reference}` of {attribute.name} occurs in the table"] = None
            continue
        if attribute.side == "annotator":
            if not best:
                rows += rating_rows(asked, attribute, reference, limits)
                notes[NOBODY_IS_SELECTED] = None
            continue
        code = asked.labels.index(favourable)
        found = shares(asked, asked.grouping(attribute.name), source, code)
        if isinstance(found, str):
            return found
        groups = dict(zip(attribute.values, found, strict=True))
        people = weakest(people_of(share) for share in found)
        outcomes = Outcomes(attribute.name, favourable, groups, limits, test, people)
        rows += rate_rows(outcomes)
        notes[note_on(source, asked)] = None
        if best:
            rows += rows_to_best(outcomes)
            notes[TO_THE_BEST] = None
            continue
        rows += rows_to_reference(outcomes, reference)
        notes[BOTH_SIDES] = None
        if strata := options.get("strata"):
            within = strata_rows(asked, outcomes, str(strata), reference, source)
            if isinstance(within, str):
                notes[within] = None
            else:
                rows += within
    if not rows:
        declare = f"no reference group is declared (references, or the option reference: {BEST})"
        return "; ".join(notes) or declare
    return tuple(rows), tuple(notes)


CHECK = Check("impact-ratio", "Impact ratio of the favourable outcome", BASIS, _ask)
