"""What of an audit is hidden: groups, figures, rows of checks, counts of rows left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.figures import Name
from labelcharter.audit.questions.gaps import TESTABLE

CROSS = (
    " × "  # between the attributes, and between the values, of a group of two attributes at once
)
EVERYBODY = ("", "")

Family = tuple[str, str, str, str]  # check, attribute, figure, what it is about

TOO_FEW = "too few people stand behind it, or another hidden figure could be derived from it"
NO_FIGURES = "the figures are hidden, so that nobody can be singled out"


def in_place_of_figures(least_p: float | None) -> str:
    """What may be said of a hidden comparison: that, and that so few people cannot be tested.

    The least reachable p itself tells how many people the groups have; which of two steps it
    reaches tells no more than that they are few.
    """
    if least_p is None or least_p <= TESTABLE:
        return NO_FIGURES
    step = "one in ten" if least_p >= 0.1 - 1e-12 else "one in twenty"
    return f"cannot be tested: so few people cannot reach a p below {step}; {NO_FIGURES}"


@dataclass(frozen=True, slots=True)
class Hidden:
    """`groups`: (attribute, value) hidden whole; everybody is ("", "").

    `figures`: (attribute, name) hidden in all groups of the attribute. `families`: rows of a check
    that are hidden for every group; `rows`: single rows, by family and groups. `excluded`: reasons
    whose number of rows is hidden. `carried`: groups that are hidden because they changed by too
    little since the record named.
    """

    groups: frozenset[tuple[str, str]] = frozenset()
    figures: frozenset[tuple[str, Name]] = frozenset()
    families: frozenset[Family] = frozenset()
    rows: frozenset[tuple[Family, tuple[str, ...]]] = frozenset()
    excluded: frozenset[str] = frozenset()
    carried: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def hides(self, attribute: str, values: Iterable[str], name: Name | None = None) -> bool:
        """True when a statement about these groups (and this figure) may not show its figures."""
        traits = {attribute, *attribute.split(CROSS)}
        if name is not None and any((trait, name) in self.figures for trait in traits):
            return True
        return any(
            part in self.groups for value in values for part in parts_of_group(attribute, value)
        )

    def hides_row(self, answer: Answer, row: Row) -> bool:
        """True when a row of a check may not show its figures."""
        family = family_of(answer, row)
        if family in self.families or (family, row.groups) in self.rows:
            return True
        return self.hides(row.attribute, row.groups, row.hidden_with)

    def with_groups(self, groups: Iterable[tuple[str, str]]) -> Hidden:
        """With these groups hidden too."""
        return replace(self, groups=self.groups | frozenset(groups))

    def with_figures(self, figures: Iterable[tuple[str, Name]]) -> Hidden:
        """With these figures hidden too."""
        return replace(self, figures=self.figures | frozenset(figures))

    def why(self, attribute: str, values: Iterable[str]) -> str:
        """The reason that stands in place of a figure of these groups."""
        for value in values:
            for part in parts_of_group(attribute, value):
                if part in self.carried:
                    return f"carried forward: fewer than ten changed since {self.carried[part]}"
        return TOO_FEW


def family_of(answer: Answer, row: Row) -> Family:
    """What a row shares with the same figure of the other groups."""
    return answer.check, row.attribute, row.figure, row.about


def parts_of_group(attribute: str, value: str) -> list[tuple[str, str]]:
    """The group itself and, for a group of two attributes at once, the group in each of them."""
    pairs = crossed(attribute, value)
    return [joined(pairs), *pairs] if len(pairs) > 1 else pairs


def crossed(attribute: str, value: str) -> list[tuple[str, str]]:
    """(attribute, value) of each attribute that a group is of, sorted."""
    attributes, values = attribute.split(CROSS), value.split(CROSS)
    if len(attributes) == 1 or len(attributes) != len(values):
        return [(attribute, value)]
    return sorted(zip(attributes, values, strict=True))


def joined(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The one name of a group of several attributes, in whatever order they were given."""
    return CROSS.join(a for a, _ in pairs), CROSS.join(v for _, v in pairs)
