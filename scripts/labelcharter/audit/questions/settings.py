"""What is asked of a table beside the meaning of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labelcharter.audit.questions.answer import Request
from labelcharter.audit.questions.families import Family
from labelcharter.audit.questions.findings import TENTATIVE


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of a table beside its bindings.

    `favourable`: the label that is good to get. `references`: attribute -> the group that others
    are compared with. `populations`: attribute -> each group's share of the people that the table
    should resemble. `ties`: the label of an item without a majority. `margins`: by check, where
    not the default; `floor`: the least alpha that is to be relied on. `checks`: what is asked for
    by name; None asks every check that needs no options. `sensitive`: attributes of which a rate of
    0 or 1 is never shown. `families`: tests that are corrected together, by declaration; `earlier`:
    family -> p values of earlier records of the same audit.
    """

    favourable: str | None = None
    references: Mapping[str, str] = field(default_factory=dict)
    populations: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    ties: str | None = None
    margins: Mapping[str, float] = field(default_factory=dict)
    floor: float = TENTATIVE
    checks: Sequence[Request] | None = None
    sensitive: frozenset[str] = frozenset()
    families: Sequence[Family] = ()
    earlier: Mapping[str, Sequence[float]] = field(default_factory=dict)
