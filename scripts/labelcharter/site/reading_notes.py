"""The terms of a record's page, each explained once and only where the page uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from labelcharter.site.check_sections import Section
from labelcharter.site.entries import Entry
from labelcharter.site.estimate_lines import is_withheld
from labelcharter.site.series import Series


@dataclass(frozen=True, slots=True)
class Note:
    """A term and what it means; `anchor` is where other places link to."""

    anchor: str
    term: str
    means: str


_ALWAYS = (
    Note(
        "reading-interval",
        "95 % interval, n",
        "The figures that would fit the data about as well. n counts what a figure rests on: "
        "ratings, items or people, as the check says. Read the interval before the figure.",
    ),
)
_VERDICTS = Note(
    "reading-verdicts",
    "Verdicts",
    "Met: the whole interval keeps the limit. Breached: the whole interval misses it. Not enough "
    "evidence: the interval reaches across the limit, or too few people stand behind it. Without "
    "a verdict a figure is for information.",
)
_P = Note(
    "reading-p",
    "p",
    "How often chance alone would give a figure at least as large if group meant nothing. It is "
    "not the chance that the groups are alike, and it does not say how large a difference is.",
)
_LEAST_P = Note(
    "reading-least-p",
    "Least p",
    "The smallest p that so many people could give at all. Where it lies above 0.05, the "
    "question cannot be tested with them.",
)
_Q = Note(
    "reading-q",
    "q",
    "p corrected for how many tests were made in the same family: who asks twenty questions finds "
    "about one p below 0.05 by chance. Judge by q, not by p.",
)
_EXPECTED = Note(
    "reading-expected",
    "Expected if group meant nothing",
    "The figure that comes out when the groups are dealt anew by chance, with the range of 95 % of "
    "such deals. A figure inside that range shows nothing about the groups; only what lies beyond "
    "it does.",
)
_VOTES = Note(
    "reading-votes",
    "Given these votes",
    "The interval says how the figure would vary over other items, with these annotators’ votes as "
    "they are. It says nothing about what other annotators would answer.",
)
_WITHHELD = Note(
    "reading-withheld",
    "Withheld",
    "The figure exists and is not shown, because it could single somebody out, or give away "
    "another figure that could. It has no mark in a chart, and neither the order of rows nor any "
    "scale depends on it.",
)
_INESTIMABLE = Note(
    "reading-inestimable",
    "Cannot be estimated",
    "The data hold no answer; the reason stands beside it. That is not a zero.",
)


def reading_notes(series: Iterable[Series], sections: Sequence[Section]) -> tuple[Note, ...]:
    """The terms that a page of these series and sections uses."""
    every = (*series, *(s for section in sections for s in section.series))
    entries = [e for s in every for e in s.entries]
    votes = any(s.given_these_votes for s in every) or any(s.given_these_votes for s in sections)
    return tuple(_used(entries, votes=votes))


def _used(entries: Sequence[Entry], *, votes: bool) -> Iterator[Note]:
    if any(e.verdict for e in entries):
        yield _VERDICTS
    yield from _ALWAYS
    if any(e.expected for e in entries):
        yield _EXPECTED
    if any(e.p is not None for e in entries):
        yield _P
    if any(e.least_p is not None for e in entries):
        yield _LEAST_P
    if any(e.q is not None for e in entries):
        yield _Q
    if votes:
        yield _VOTES
    if any(is_withheld(e.estimate) for e in entries):
        yield _WITHHELD
    if any(e.estimate.get("state") == "not-estimable" for e in entries):
        yield _INESTIMABLE
