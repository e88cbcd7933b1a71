"""What only the history shows (codes H1). Found by `check --history`; without it these rest."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.checks.rule import Context, Rule, here
from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.registry.settings import SETTINGS_FILE


def accepted_decisions_stand(context: Context) -> Iterator[Diagnostic]:
    """An accepted decision stays as it was accepted."""
    elements = context.repository.graph.elements
    for found in context.past.altered if context.past else ():
        decision = elements.get(found.decision)
        by = f"by {found.commit[:12]}" if found.commit else "here, not yet committed"
        if decision is None or found.field == "file":
            place = decision.place if decision is not None else Place(SETTINGS_FILE)
            yield _STANDS.at(
                place,
                f"{found.decision} was accepted in {found.accepted[:12]} and taken out {by}",
                "put it back; what no longer holds is superseded by a later decision",
            )
            continue
        yield _STANDS.on(
            decision,
            (_first(found.field),),
            f"`{found.field}` was changed {by}, after the decision was accepted in "
            f"{found.accepted[:12]}",
            "put back what was accepted, and write a decision that supersedes it",
            at_key=True,
        )


_STANDS = Rule(
    "H101",
    "error",
    "An accepted decision stays as it was accepted.",
    "People voted on that text and acted on it. Who changes it later decides alone.",
    "a sentence of DEC-0002 reworded a week after it was accepted",
    "DEC-0004 with supersedes: DEC-0002",
    accepted_decisions_stand,
)


def votes_are_on_the_text_that_stands(context: Context) -> Iterator[Diagnostic]:
    """A vote was cast on the text beside which it stands."""
    elements = context.repository.graph.elements
    for found in context.past.votes if context.past else ():
        decision = elements.get(found.decision)
        if decision is None:
            continue
        seats = [v.get("seat") if isinstance(v, dict) else None for v in decision.items("votes")]
        steps = ("votes", seats.index(found.seat)) if found.seat in seats else ("votes",)
        by = f"by {found.commit[:12]}" if found.commit else "here, not yet committed"
        yield _VOTED.on(
            decision,
            steps,
            f"`{found.seat}` voted before `{found.field}` was changed {by}",
            "take the vote out, and let the seat vote on the text as it now is",
        )


_VOTED = Rule(
    "H102",
    "error",
    "A vote was cast on the text beside which it stands.",
    "A seat must not be counted for words that it has never seen.",
    "seat.legal votes for, then `decides` is reworded, and the vote stays",
    "the vote is cast again after the last change of the text",
    votes_are_on_the_text_that_stands,
)


def published_history_still_stands(context: Context) -> Iterator[Diagnostic]:
    """The commit that was published last is still part of the history."""
    lost = context.past.published if context.past else None
    if lost is None:
        return
    if lost.problem == "unreadable":
        yield _GREW.at(
            Place(SETTINGS_FILE),
            f"what was published of the history cannot be read: {lost.why}",
            "take the file history.json of the published site as it is",
        )
        return
    yield _GREW.at(
        Place(SETTINGS_FILE),
        f"the commit that was published last, {lost.head[:12]}, is gone: {lost.why}",
        "bring the published commits back; or, where the law required their removal, have the "
        "council accept a decision that names the old head and the new one, and write a tombstone",
    )


_GREW = Rule(
    "H103",
    "error",
    "The commit that was published last is still part of the history.",
    "A history that may be written anew proves nothing. A reader who kept the head would notice.",
    "a forced push that replaces published commits",
    "a tombstone with reduced: history, and its accepted decision that names both heads",
    published_history_still_stands,
)


def limits_come_before_records(context: Context) -> Iterator[Diagnostic]:
    """A limit is committed before the record that it judges."""
    elements = context.repository.graph.elements
    for found in context.past.late if context.past else ():
        record, limit = elements.get(found.record), elements.get(found.limit)
        if record is None or limit is None:
            continue
        days = f"{found.days:,} days" if found.days > 1 else "a day or less"
        yield _BEFORE.on(
            record,
            ("id",),
            f"`{limit.id}`, which judges it, was committed {days} after {record.id}",
            "say so where the record is read, and audit again with the limit as it now stands",
            related=here(limit, "the limit"),
        )


_BEFORE = Rule(
    "H104",
    "warning",
    "A limit is committed before the record that it judges.",
    "A limit that is set when the figures are known can be set so that they keep it.",
    "REC-0001 in March, gate.agreement-floor lowered in April, the verdict of REC-0001 renewed",
    "gate.agreement-floor in February, REC-0001 in March",
    limits_come_before_records,
)


def _first(field: str) -> str:
    for mark in "[.:":
        field = field.partition(mark)[0]
    return field


RULES = (_STANDS, _VOTED, _GREW, _BEFORE)
