"""What a check may look at: the table, reduced; the figures of its groups; what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labelcharter.audit.questions.figures import GroupFigures
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.reductions.patterns import Reduction
from labelcharter.audit.reductions.source import ItemCounts, Source
from labelcharter.audit.tables.bindings import Bindings, Side
from labelcharter.audit.tables.cleaning import Cleaned, Grouping

NEEDS_RATINGS = "it needs the single ratings, which this engine does not bring here"


class NeedsRatings(Exception):
    """A check asked for single ratings of an engine that does not bring them here."""

    def __init__(self) -> None:
        super().__init__(NEEDS_RATINGS)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A trait and its groups in the table, sorted by name; `column` is where it stands."""

    name: str
    side: Side
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The table as checks see it.

    `source` is the table, reduced; `overall` and `groups` are the figures that every audit has.
    What cannot be had here is raised as NeedsRatings or TooManyPatterns, and `Check.answer` says
    so in place of rows: a check need not care.
    """

    bindings: Bindings
    questions: Questions
    source: Source
    overall: GroupFigures
    groups: tuple[GroupFigures, ...]
    _joint: dict[str, Reduction] = field(default_factory=dict)

    @property
    def cleaned(self) -> Cleaned | None:
        """The single ratings; None where the engine does not bring them here."""
        return self.source.cleaned

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in order."""
        return self.source.labels

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Annotators' traits first."""
        columns = {name: column for name, _, column in self.bindings.groups}
        return tuple(
            Attribute(t.attribute, t.side, columns[t.attribute], t.values)
            for t in self.source.traits
        )

    def grouping(self, attribute: str) -> Grouping:
        """The groups of an attribute, rating by rating. Raises NeedsRatings."""
        if self.cleaned is None:
            raise NeedsRatings
        return next(g for g in self.cleaned.kept.groupings if g.attribute == attribute)

    def joint(self, attribute: str = "") -> Reduction:
        """The joint patterns of all groups of an attribute, or of everybody; computed once.

        Raises TooManyPatterns.
        """
        if attribute not in self._joint:
            self._joint[attribute] = self.source.joint(attribute)
        return self._joint[attribute]

    def items(self, attribute: str) -> ItemCounts:
        """How many rated items have which group of an attribute, gold label and prediction."""
        return self.source.items(attribute)

    def ratings(self) -> Cleaned | None:
        """The single ratings; None where the engine reduced the table without bringing them here.

        A check that needs them says so: `return NEEDS_RATINGS`.
        """
        return self.cleaned

    def members(self, attribute: str) -> Sequence[GroupFigures]:
        """The figures of the groups of an attribute, in order of their names."""
        return [group for group in self.groups if group.attribute == attribute]

    @property
    def references(self) -> Mapping[str, str]:
        """Attribute -> the group that others are compared with, where one is declared."""
        return self.questions.references
