"""What a check may look at: the table, reduced; the figures of its groups; what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labelcharter.audit.questions.figures import GroupFigures
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.reductions.patterns import Reduction, reduce_ratings
from labelcharter.audit.tables.bindings import Bindings, Side
from labelcharter.audit.tables.cleaning import Cleaned, Grouping

NEEDS_RATINGS = "it needs the single ratings, which this engine does not bring here"


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

    `cleaned` has the single ratings; checks that can do without them use `joint`, which every
    engine has. `overall` and `groups` are the figures that every audit has.
    """

    bindings: Bindings
    questions: Questions
    cleaned: Cleaned
    overall: GroupFigures
    groups: tuple[GroupFigures, ...]
    _joint: dict[str, Reduction] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in order."""
        return self.cleaned.kept.labels

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Annotators' traits first."""
        columns = {name: column for name, _, column in self.bindings.groups}
        return tuple(
            Attribute(g.attribute, g.side, columns[g.attribute], g.values)
            for g in self.cleaned.kept.groupings
        )

    def grouping(self, attribute: str) -> Grouping:
        """The groups of an attribute, rating by rating."""
        return next(g for g in self.cleaned.kept.groupings if g.attribute == attribute)

    def joint(self, attribute: str = "") -> Reduction:
        """The joint patterns of all groups of an attribute, or of everybody; computed once."""
        if attribute not in self._joint:
            grouping = self.grouping(attribute) if attribute else None
            self._joint[attribute] = reduce_ratings(self.cleaned.kept, grouping)
        return self._joint[attribute]

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
