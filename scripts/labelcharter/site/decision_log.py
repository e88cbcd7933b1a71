"""The decision log: each decision by its date, its state, and what was changed by it.

What a decision changed is what commits say that name it on a `Decision:` line; that line is a claim
like any other in a message, and the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition
from labelcharter.site.first_screen import sentence, tone
from labelcharter.site.history_view import Landing, by_commit, landing, named_by
from labelcharter.site.wording import words

if TYPE_CHECKING:
    from labelcharter.history.events import Event


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with the commits that name it, newest first."""

    element: Element
    sentence: str
    date: str
    state: str
    tone: str
    landings: tuple[Landing, ...]


@dataclass(frozen=True, slots=True)
class DecisionLog:
    """Decisions, the latest first; commits that name a decision which has no page; the others."""

    decided: tuple[Decided, ...]
    unknown: tuple[tuple[str, tuple[Landing, ...]], ...]
    commits: int
    without: int


def decision_log(edition: Edition, page: str) -> DecisionLog:
    """The log as it stands on `page`."""
    named: dict[str, list[Sequence[Event]]] = {}
    commits = by_commit(edition)
    without = 0
    for events in commits.values():
        decisions = named_by(events)
        without += not decisions
        for name in decisions:
            named.setdefault(name, []).append([e for e in events if e.decision == name])
    decided = [
        Decided(
            decision,
            sentence(decision),
            _date(decision),
            words(decision.status),
            tone(decision.status),
            tuple(landing(edition, page, events) for events in named.pop(decision.id, [])),
        )
        for decision in edition.graph.of_kind("decision")
    ]
    unknown = [
        (name, tuple(landing(edition, page, events) for events in found))
        for name, found in sorted(named.items())
    ]
    decided.sort(key=lambda d: (d.date, d.element.id), reverse=True)
    return DecisionLog(tuple(decided), tuple(unknown), len(commits), without)


def changed_by(edition: Edition, page: str, decision: Element) -> tuple[Landing, ...]:
    """The commits that name one decision, newest first, for its own page."""
    return tuple(
        landing(edition, page, [e for e in events if e.decision == decision.id])
        for events in by_commit(edition).values()
        if decision.id in named_by(events)
    )


def _date(decision: Element) -> str:
    """The day it was decided, else proposed."""
    days = (decision.get(field) for field in ("decided_on", "proposed_on"))
    return next((day for day in days if isinstance(day, str)), "")
