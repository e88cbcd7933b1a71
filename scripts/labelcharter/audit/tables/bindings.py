"""What the columns of a table mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Scale = Literal["nominal", "ordinal", "interval"]
Side = Literal["annotator", "subject"]


@dataclass(frozen=True, slots=True)
class Bindings:
    """Columns by their role; attributes by name, each with its column.

    `states` are answers that are neither labels nor groups ("don't know", "consent revoked"),
    `attribute_states` those of one attribute only. `labels` and `categories`, where declared, are
    all the values that may stand in the label column and in an attribute's column; labels are then
    in the order of their grades.

    `version` is the guideline version that a rating was given under, `versions` (in order) all that
    the taxonomy ever had, `audited_version` the one whose ratings are audited. `source` and
    `period` say where and when an item was collected; `features` are columns that might give a
    trait away (the queue, a dialect score).
    """

    item: str
    annotator: str
    label: str
    time: str | None = None
    gold: str | None = None
    prediction: str | None = None
    annotator_groups: Mapping[str, str] = field(default_factory=dict)
    subject_groups: Mapping[str, str] = field(default_factory=dict)
    states: Sequence[str] = ()
    attribute_states: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Sequence[str] | None = None
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scale: Scale = "nominal"
    version: str | None = None
    versions: Sequence[str] | None = None
    audited_version: str | None = None
    source: str | None = None
    period: str | None = None
    features: Sequence[str] = ()

    @property
    def groups(self) -> tuple[tuple[str, Side, str], ...]:
        """(attribute, side, column) of every attribute, annotators' first."""
        return (
            *((name, "annotator", column) for name, column in self.annotator_groups.items()),
            *((name, "subject", column) for name, column in self.subject_groups.items()),
        )

    @property
    def answers(self) -> tuple[str, ...]:
        """The columns that hold labels."""
        return tuple(c for c in (self.label, self.gold, self.prediction) if c is not None)

    @property
    def beside(self) -> tuple[str, ...]:
        """The columns that are neither labels nor traits, each once."""
        named = (self.version, self.source, self.period, *self.features)
        return tuple(dict.fromkeys(c for c in named if c is not None))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once."""
        named = (self.item, self.annotator, self.label, self.time, self.gold, self.prediction)
        grouped = (column for _, _, column in self.groups)
        return tuple(dict.fromkeys(c for c in (*named, *grouped, *self.beside) if c is not None))
