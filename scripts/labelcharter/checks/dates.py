"""Dates: in order, not claimed from the future, and not silently past (codes D1)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, iso_date
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.graph import Element

# (kind, field of the promise, what has happened when the day is past, what to do)
_PROMISES = (
    (
        "objective",
        "review_by",
        "its review is overdue",
        "review it and set the next date by a decision",
    ),
    (
        "standard",
        "review_by",
        "nobody has looked at its legal status since",
        "check whether it still applies, and set the next date",
    ),
    ("decision", "review_by", "its review is overdue", "review it, or decide anew"),
    ("decision", "expires", "it has expired", "decide anew, or set its status to expired"),
    (
        "exception",
        "expires",
        "the exception has expired, so the rule holds again",
        "end what it allowed, or decide a new one",
    ),
    ("action", "due", "it is overdue", "finish it, or say in the contingency what happens now"),
    (
        "feedback",
        "answer_by",
        "the person has not been answered in time",
        "answer, and record the outcome",
    ),
    ("audit", "cadence.next_due", "the audit is overdue", "run it, or say why it was not run"),
)
_SETTLED_BY = ("status", "progress", "told_reporter")
_SETTLED = frozenset({"done", "dropped", "retired", "superseded", "rejected", "expired"})


def promised_dates_are_kept(context: Context) -> Iterator[Diagnostic]:
    """A day that someone promised has not passed."""
    for kind, field, what, next_ in _PROMISES:
        steps = tuple(field.split("."))
        for element in context.repository.graph.of_kind(kind):
            late = context.days_since(element.get(*steps))
            if late is None or late <= 0 or element.status in _SETTLED:
                continue
            if kind == "feedback" and element.data.get("told_reporter"):
                continue
            if not context.sound(element, *_SETTLED_BY):
                continue
            days = "1 day" if late == 1 else f"{late:,} days"
            yield _PASSED.on(
                element, steps, f"{element.get(*steps)} passed {days} ago: {what}", next_
            )


_PASSED = Rule(
    "D101",
    "warning",
    "A promised day has not passed.",
    "Reviews, expiries and deadlines are promises to the people the labels are about. A date that "
    "passes is a warning, not an error: the calendar must not be able to break a build.",
    "review_by: 2024-01-31",
    "review_by: 2027-05-31",
    promised_dates_are_kept,
)

# (kind, earlier field, later field)
_ORDERED = (
    ("standard", "in_force_from", "in_force_to"),
    ("clause", "in_force_from", "in_force_to"),
    ("decision", "proposed_on", "decided_on"),
    ("decision", "decided_on", "expires"),
    ("decision", "decided_on", "review_by"),
    ("feedback", "received_on", "answer_by"),
)


def dates_are_in_order(context: Context) -> Iterator[Diagnostic]:
    """What comes first has the earlier date."""
    for kind, earlier, later in _ORDERED:
        for element in context.repository.graph.of_kind(kind):
            first, second = iso_date(element.data.get(earlier)), iso_date(element.data.get(later))
            claimed_ahead = (kind, earlier) in _CLAIMS and first and context.is_ahead(first)
            if first and second and second < first and not claimed_ahead:
                yield _ORDER.on(
                    element,
                    (later,),
                    f"`{later}` {second} lies before `{earlier}` {first}",
                    "one of the two is a slip of the pen",
                )


_ORDER = Rule(
    "D102",
    "error",
    "What comes first has the earlier date.",
    "A decision dated before its proposal makes every period that is counted from it wrong.",
    "proposed_on: 2026-11-09\ndecided_on: 2026-10-26",
    "proposed_on: 2026-10-26\ndecided_on: 2026-11-09",
    dates_are_in_order,
)

_CLAIMS = (
    ("decision", "proposed_on"),
    ("decision", "decided_on"),
    ("feedback", "received_on"),
    ("external-audit", "reported_on"),
    ("standard", "verified_on"),
)


def nothing_has_happened_in_the_future(context: Context) -> Iterator[Diagnostic]:
    """A date on which something is said to have happened is not in the future."""
    for kind, field in _CLAIMS:
        for element in context.repository.graph.of_kind(kind):
            day = iso_date(element.data.get(field))
            if day is not None and context.is_ahead(day):
                days = (context.today - day).days if context.today else 0
                yield _FUTURE.on(
                    element,
                    (field,),
                    f"`{field}` is {-days:,} days in the future",
                    "a claim about the past cannot lie ahead; check the year",
                )


_FUTURE = Rule(
    "D103",
    "error",
    "What is said to have happened has a date in the past.",
    "A vote dated next year was not cast; a history that contains one proves nothing.",
    "decided_on: 2099-01-01",
    "decided_on: 2026-11-09",
    nothing_has_happened_in_the_future,
)


def grandfathering_ends(context: Context) -> Iterator[Diagnostic]:
    """A tolerated old debt has not outlived its date."""
    source = context.repository.sources.get("labelcharter.yaml")
    if source is None:
        return
    for index, debt in enumerate(context.repository.settings.grandfathered):
        late = context.days_since(debt.until)
        if late is not None and late > 0:
            place = source.document.marks.place(("grandfathered", index, "until"))
            yield _DEBT.at(
                place,
                f"{debt.code} was tolerated until {debt.until}; it counts again",
                "settle it, or set a new date with a reason",
                width=len(debt.until),
            )


_DEBT = Rule(
    "D104",
    "warning",
    "Tolerated old debts end on their day.",
    "A rule that is switched off without an end is a rule that does not exist.",
    "until: 2020-01-01",
    "until: 2027-06-30",
    grandfathering_ends,
)

RULES = (_PASSED, _ORDER, _FUTURE, _DEBT)


def is_settled(element: Element) -> bool:
    """True for what no longer waits for anybody."""
    return element.status in _SETTLED
