"""The least and the greatest value that a hidden count can have, given everything published.

First by linear algebra: a count that is a combination of published ones is known exactly, whatever
else is true. Then by linear programming (HiGHS, through scipy), since no count is below 0. Counts
are whole, so bounds are rounded inwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.disclosure.attack.cells import Cell
from labelcharter.audit.disclosure.attack.system import System

NEAR = 1e-6  # of a count: what arithmetic may lose
_DENSE = 4_000_000  # numbers in a matrix that linear algebra is tried on


class Contradiction(Exception):
    """No table has all these counts."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`low` to `high`, whole numbers; `high` may be infinite. `how` it was found."""

    low: float
    high: float
    how: str

    @property
    def width(self) -> float:
        """How far apart they are; 0 when the count is known."""
        return self.high - self.low


LINEAR_ALGEBRA = "it is a sum and difference of shown figures"
LINEAR_PROGRAM = "no other value fits the shown figures, since no count is below 0"


def bounds_of(system: System) -> dict[Cell, Bounds]:
    """The bounds of every cell of the system. Raises Contradiction."""
    if not system.unknowns:
        if any(value for _, value in system.equations) or any(low for _, low, _ in system.ranges):
            raise Contradiction
        return {}
    program = _Program(system)
    found: dict[Cell, Bounds] = {}
    exact = _combinations(system)
    seen: dict[tuple[frozenset[int], frozenset[int]], Bounds] = {}
    for cell, sum_ in system.cells.items():
        if cell in exact:
            found[cell] = Bounds(exact[cell], exact[cell], LINEAR_ALGEBRA)
            continue
        key = (sum_.whole, sum_.part)
        if key not in seen:
            low = program.least(sum_.whole)
            high = program.greatest(sum_.whole | sum_.part)
            seen[key] = Bounds(low, high, LINEAR_PROGRAM)
        found[cell] = seen[key]
    return found


def _combinations(system: System) -> dict[Cell, float]:
    """The cells in the row space of the equations, with their values."""
    cells = [(cell, sum_.whole) for cell, sum_ in system.cells.items() if not sum_.part]
    if not cells or not system.equations or system.unknowns * len(system.equations) > _DENSE:
        return {}
    rows = np.zeros((len(system.equations), system.unknowns))
    for n, (sum_, _) in enumerate(system.equations):
        rows[n, list(sum_)] = list(sum_.values())
    values = np.array([value for _, value in system.equations])
    wanted = np.zeros((len(cells), system.unknowns))
    for n, (_, whole) in enumerate(cells):
        wanted[n, list(whole)] = 1.0
    weights, *_ = np.linalg.lstsq(rows.T, wanted.T, rcond=None)
    missed = np.abs(rows.T @ weights - wanted.T).max(axis=0)
    return {
        cell: float(round(float(values @ weights[:, n])))
        for n, (cell, _) in enumerate(cells)
        if missed[n] < NEAR
    }


class _Program:
    """The constraints once, for many objectives."""

    def __init__(self, system: System) -> None:
        self._unknowns = system.unknowns
        self._equal = _matrix([sum_ for sum_, _ in system.equations], system.unknowns)
        self._value = np.array([value for _, value in system.equations])
        ranged = [
            *(sum_ for sum_, _, _ in system.ranges),
            *({u: -c for u, c in sum_.items()} for sum_, _, _ in system.ranges),
        ]
        self._ranged = _matrix(ranged, system.unknowns)
        self._most = np.array(
            [
                *(high for _, _, high in system.ranges),
                *(-low for _, low, _ in system.ranges),
            ]
        )
        if self._solve(np.zeros(self._unknowns)) is None:
            raise Contradiction

    def least(self, unknowns: Iterable[int]) -> float:
        """The least sum of these, rounded up."""
        solved = self._solve(self._objective(unknowns, 1.0))
        return max(0.0, float(ceil((solved or 0.0) - _slack(solved))))

    def greatest(self, unknowns: Iterable[int]) -> float:
        """The greatest, rounded down; infinite where nothing limits it."""
        solved = self._solve(self._objective(unknowns, -1.0))
        return inf if solved is None else float(floor(-solved + _slack(solved)))

    def _objective(self, unknowns: Iterable[int], sign: float) -> NDArray[np.float64]:
        objective = np.zeros(self._unknowns)
        objective[list(unknowns)] = sign
        return objective

    def _solve(self, objective: NDArray[np.float64]) -> float | None:
        """The least value; None where there is no solution, or no end."""
        from scipy.optimize import linprog

        solved: Any = linprog(
            objective,
            A_eq=self._equal,
            b_eq=self._value if self._equal is not None else None,
            A_ub=self._ranged,
            b_ub=self._most if self._ranged is not None else None,
            method="highs",
        )
        return float(solved.fun) if solved.status == 0 else None


def _slack(solved: float | None) -> float:
    return 1e-4 + NEAR * abs(solved or 0.0)


def _matrix(sums: list[Mapping[int, float]], unknowns: int) -> Any:
    """The sums as rows of a sparse matrix; None where there are none."""
    from scipy.sparse import csr_array

    if not sums:
        return None
    rows = [n for n, sum_ in enumerate(sums) for _ in sum_]
    columns = [unknown for sum_ in sums for unknown in sum_]
    values = [value for sum_ in sums for value in sum_.values()]
    return csr_array((values, (rows, columns)), shape=(len(sums), unknowns))
