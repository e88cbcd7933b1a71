"""What a check answers: rows of figures, each with what it is compared with and what it comes to.

Every check has this one shape, so that the report, the record, the pages, the disclosure control
and the correction for many comparisons are written once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from labelcharter.audit.questions.figures import Name, People
from labelcharter.audit.questions.option_kinds import Kind
from labelcharter.audit.reductions.tally import TooManyPatterns
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.verdicts import Verdict

if TYPE_CHECKING:
    from labelcharter.audit.questions.asked import Asked

EXPLORATORY = "exploratory"  # the family of every test that no audit file puts into another


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a check.

    `figure` names the quantity ("cramers-v", "tpr"); `about` is what it is about beside the groups
    (a label, a policy, a pair of versions). `groups` are all the groups of `attribute` whose data
    stand in it, in reading order: () for everybody, (g,) for one, (a, b) for a less b, or over b.
    `expected` is the value that the figure has if group means nothing, with the range of 95 % of
    the permutations; `excess` is claimed on what lies beyond it. `p` is raw, `least_p` the least
    that this table could reach, `q` corrected within the family. `limits` are the tolerated range,
    an open end being None. `verdict` is None where none is given: for information.
    `hidden_with` is a figure of the groups that this one would give away, `people` who stands
    behind it: disclosure hides the row with either. An `internal` row is about single annotators:
    no profile but `internal` has it at all, hidden or not.
    """

    attribute: str
    groups: tuple[str, ...]
    figure: str
    about: str
    estimate: Estimate
    expected: Estimate | None = None
    p: float | None = None
    least_p: float | None = None
    q: float | None = None
    limits: tuple[float | None, float | None] | None = None
    verdict: Verdict | None = None
    why: str = ""
    hidden_with: Name | None = None
    people: People | None = None
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one check. `basis` says what its limits rest on and whose formula it is.

    `family` is the set of tests that it is corrected with. `not_computed` is the reason where
    there are no rows; `notes` hold for all of them ("given these votes").
    """

    check: str
    title: str
    basis: str
    rows: tuple[Row, ...] = ()
    family: str = EXPLORATORY
    not_computed: str = ""
    notes: tuple[str, ...] = ()

    def with_rows(self, rows: tuple[Row, ...]) -> Answer:
        """The same answer with other rows."""
        return replace(self, rows=rows)


@dataclass(frozen=True, slots=True)
class Request:
    """A check that is asked for: its options as the audit file gives them, its family.

    `options` are the check's own ("margin", "reference", …); each check documents those it takes.
    """

    check: str
    options: Mapping[str, Any] = field(default_factory=dict)
    family: str = EXPLORATORY


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its name. `by_default`: asked of every table, without being named.

    `options`: the options that it takes, each with the form of its value.

    `reconsider`: what a row comes to once its q is known, for a verdict that rests on q. It looks
    at the row's figures only, not at the verdict it had: it may be called again with another q.
    """

    name: str
    title: str
    basis: str
    ask: Callable[[Asked, Request], tuple[tuple[Row, ...], tuple[str, ...]] | str]
    by_default: bool = True
    options: Mapping[str, Kind] = field(default_factory=dict)
    reconsider: Callable[[Row], Row] | None = None

    def answer(self, asked: Asked, request: Request) -> Answer:
        """Ask, and put the rows and notes (or the reason why there are none) into an answer."""
        from labelcharter.audit.questions.asked import NeedsRatings

        found: tuple[tuple[Row, ...], tuple[str, ...]] | str
        try:
            found = self.ask(asked, request)
        except (NeedsRatings, TooManyPatterns) as reason:
            found = str(reason)
        answer = Answer(self.name, self.title, self.basis, family=request.family)
        if isinstance(found, str):
            return replace(answer, not_computed=found)
        return replace(answer, rows=found[0], notes=found[1])
