"""A quality gate with its references resolved, and one verdict on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.questions.figures import Name
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.verdicts import Verdict


class GateCannotBeJudged(Exception):
    """The definition asks for something this audit does not compute; the message says what."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A quality gate with its references resolved. `label` is a label's value in the table.

    `figure` and `about`: of a gate on a check, which of its rows are judged. `shares`: the
    reference population of the attribute, by category, where it is declared.
    """

    id: str
    check: str
    metric: str
    at_least: bool
    threshold: float
    attribute: str = ""
    label: str | None = None
    shares: Mapping[str, float] | None = None
    figure: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One gate's verdict on everybody, a group, or a pair of groups ("a less b").

    `about` and `figure` name the groups and the figure behind it, for disclosure. `source` is the
    row of a check that was judged: (check, attribute, groups, figure, about).
    """

    gate: str
    attribute: str
    value: str
    estimate: Estimate
    verdict: Verdict
    why: str
    about: tuple[str, ...]
    figure: Name
    source: tuple[str, str, tuple[str, ...], str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """The keys of a record's gate."""
        return {
            "gate": self.gate,
            "attribute": self.attribute,
            "value": self.value,
            "estimate": self.estimate.as_json(),
            "verdict": self.verdict,
            "why": self.why,
        }
