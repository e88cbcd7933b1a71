"""A rule: a code, its words, why it exists, and the generator that finds what breaks it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from labelcharter.checks.spoilt import Spoilt
from labelcharter.reading.diagnostic import Diagnostic, Place, Related, Severity
from labelcharter.registry.graph import Element, Step
from labelcharter.registry.load import Repository
from labelcharter.registry.past import Past


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at: the repository, the day it is checked for, and what is spoilt.

    `today` is None where no day is known (no commit yet and none given): rules about dates then
    find nothing, and the command says so. `past` is None where the history was not asked for.
    """

    repository: Repository
    today: datetime.date | None = None
    spoilt: Spoilt = field(default_factory=Spoilt)
    past: Past | None = None

    def sound(self, element: Element, *fields: str) -> bool:
        """True when no mistake was found in these fields of an element."""
        return self.spoilt.is_sound(element, *fields)

    def whole(self, kind: str, *fields: str) -> bool:
        """True when every element of a kind was read, these fields of it without a mistake.

        Only then can a rule say that there is none.
        """
        return kind not in self.spoilt.lost and all(
            self.sound(element, *fields) for element in self.repository.graph.of_kind(kind)
        )

    def days_since(self, iso: object) -> int | None:
        """Days from an ISO date to today; negative in the future, None when either is unknown."""
        day = iso_date(iso)
        return None if day is None or self.today is None else (self.today - day).days

    def is_ahead(self, day: datetime.date) -> bool:
        """True when a day lies in the future, with one day of grace for the time zones."""
        return self.today is not None and (day - self.today).days > 1


Check = Callable[[Context], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as `labelcharter explain` shows it. `words` states what must hold."""

    code: str
    severity: Severity
    words: str
    why: str
    bad: str
    good: str
    check: Check | None = None

    def at(
        self,
        place: Place,
        message: str,
        help_: str = "",
        *,
        width: int = 1,
        related: tuple[Related, ...] = (),
    ) -> Diagnostic:
        """A diagnostic of this rule at a place."""
        return Diagnostic(self.code, self.severity, place, message, help_, related, width)

    def on(
        self,
        element: Element,
        steps: tuple[Step, ...],
        message: str,
        help_: str = "",
        *,
        at_key: bool = False,
        related: tuple[Related, ...] = (),
    ) -> Diagnostic:
        """A diagnostic of this rule at a field of an element, underlining the whole word."""
        place = element.place_of(*steps, at_key=at_key)
        return Diagnostic(
            self.code, self.severity, place, message, help_, related, element.marks.width(place)
        )


def here(element: Element, message: str) -> tuple[Related, ...]:
    """The place of another element, as a related place."""
    return (Related(element.place, message),)


def iso_date(value: object) -> datetime.date | None:
    """The date that an ISO text means, or None when it is not one (the schema reports that)."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        return None
