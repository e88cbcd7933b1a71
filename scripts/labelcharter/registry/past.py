"""What the history was found to say against the repository: plain facts, for the rules to word.

History finds them and checks report them; neither room imports the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labelcharter.reading.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Altered:
    """A field of a decision that is not as it was accepted; `commit` is "" where not committed.

    `field` is "file" for an accepted decision that was taken out of the tree.
    """

    decision: str
    field: str
    commit: str
    accepted: str


@dataclass(frozen=True, slots=True)
class StaleVote:
    """A vote on a text that was changed before the decision was accepted, and not cast again."""

    decision: str
    seat: str
    field: str
    commit: str


@dataclass(frozen=True, slots=True)
class LateLimit:
    """A limit that was committed only after the record that it judges; `days` between them."""

    record: str
    limit: str
    days: int


@dataclass(frozen=True, slots=True)
class Published:
    """The commit last published is no part of the history any more; why nothing excuses it.

    unreadable: what was published cannot be read, so nothing can be compared.
    """

    problem: Literal["rewritten", "unreadable"]
    head: str
    why: str


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that the rules of history speak about."""

    altered: tuple[Altered, ...] = ()
    votes: tuple[StaleVote, ...] = ()
    late: tuple[LateLimit, ...] = ()
    published: Published | None = None
    approvals: tuple[Diagnostic, ...] = ()  # K201 and K202, worded where signatures are known
