"""What an attack comes to, cell by cell: known exactly, narrowed down, or safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from labelcharter.audit.disclosure.attack.cells import REST, STATE, Cell, Where

Outcome = Literal["exact", "narrow", "safe"]

NARROW = 10  # a hidden count is safe when so many values and more are possible
EXACT = 0.5


def verdict_on(width: float, least_width: float = NARROW) -> Outcome:
    """Exact below half a unit, narrow below the least width, else safe."""
    if width < EXACT:
        return "exact"
    return "narrow" if width < least_width else "safe"


@dataclass(frozen=True, slots=True, order=True)
class Recovered:
    """A hidden figure that somebody can work out, and how. Its value is not kept.

    `record` is where it is hidden, `where` the group, `figure` what of it, `unit` and `kind` what
    cell it is, where it is one. `width`: how far apart the least and the greatest possible value
    lie, in units of the figure.
    """

    record: str
    where: Where
    figure: str
    verdict: Outcome
    width: float
    how: str
    unit: str = ""
    kind: str = ""

    @property
    def group(self) -> str:
        """The group in words."""
        return " and ".join(_group(a, v) for a, v in self.where) or "everybody"

    @property
    def words(self) -> str:
        """One line: which figure of which group, how well, and how."""
        known = "exactly" if self.verdict == "exact" else f"to within {self.width:g}"
        return f"{self.record}: {self.figure} of {self.group}, {known}: {self.how}"

    def as_json(self) -> dict[str, Any]:
        """Without the value: what prints is one more publication."""
        return {
            "record": self.record,
            "group": [{"attribute": a, "value": v.removeprefix(STATE)} for a, v in self.where],
            "figure": self.figure,
            "verdict": self.verdict,
            "width": self.width,
            "how": self.how,
        }


def _group(attribute: str, value: str) -> str:
    if value == REST:
        return f"those of no group of {attribute}"
    return f"{attribute} {value.removeprefix(STATE)}"


def recovered_cell(
    record: str, cell: Cell, width: float, how: str, least_width: float = NARROW
) -> Recovered | None:
    """The finding on one cell; None when it is safe."""
    verdict = verdict_on(width, least_width)
    if verdict == "safe":
        return None
    return Recovered(record, cell.where, cell.words, verdict, width, how, cell.unit, cell.what[0])
