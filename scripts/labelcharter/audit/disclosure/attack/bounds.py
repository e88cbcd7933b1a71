"""The least and the greatest value that a hidden count can have, given everything published.

By linear programming (HiGHS, through scipy), since no count is below 0; counts are whole, so bounds
are rounded inwards. Of a count that is known exactly linear algebra says whether it is a
combination of published ones, and so known whatever else is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelcharter.audit.disclosure.attack.cells import Cell
from labelcharter.audit.disclosure.attack.system import Sum, System
from labelcharter.audit.statistics.permutation import SEED

NEAR = 1e-6  # of a count: what arithmetic may lose
_LOOKS = 24
_DENSE = 400_000  # numbers in a matrix that linear algebra is tried on


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


def bounds_of(system: System, enough: float = inf) -> dict[Cell, Bounds]:
    """The bounds of every cell of the system. Raises Contradiction.

    Where values that lie `enough` apart are seen to be possible, these are the bounds given: the
    true ones are no closer. Every solution found on the way shows possible values of all cells.
    """
    if not system.unknowns:
        if any(value for _, value in system.equations) or any(low for _, low, _ in system.ranges):
            raise Contradiction
        return {}
    program = _Program(system)
    if enough < inf:
        program.look_around(len(set(system.cells.values())))
    found = {
        cell: Bounds(*program.between(sum_, enough), LINEAR_PROGRAM)
        for cell, sum_ in system.cells.items()
    }
    known = [cell for cell, bounds in found.items() if bounds.width == 0]
    for cell in _combinations(system, known):
        found[cell] = replace(found[cell], how=LINEAR_ALGEBRA)
    return found


def _combinations(system: System, cells: Sequence[Cell]) -> list[Cell]:
    """Those of these cells that are combinations of the equations, in whatever table."""
    asked = [(cell, system.cells[cell].whole) for cell in cells if not system.cells[cell].part]
    if not asked or not system.equations or system.unknowns * len(system.equations) > _DENSE:
        return []
    rows = np.zeros((len(system.equations), system.unknowns))
    for n, (sum_, _) in enumerate(system.equations):
        rows[n, list(sum_)] = list(sum_.values())
    wanted = np.zeros((len(asked), system.unknowns))
    for n, (_, whole) in enumerate(asked):
        wanted[n, list(whole)] = 1.0
    weights, *_ = np.linalg.lstsq(rows.T, wanted.T, rcond=None)
    missed = np.abs(rows.T @ weights - wanted.T).max(axis=0)
    return [cell for n, (cell, _) in enumerate(asked) if missed[n] < NEAR]


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
        self._solutions: list[NDArray[np.float64]] = []
        self._known: dict[Sum, tuple[float, float]] = {}
        if self._solve(np.zeros(self._unknowns)) is None:
            raise Contradiction

    def look_around(self, cells: int) -> None:
        """Find a few solutions far from each other: most cells are seen to be safe in them."""
        random = np.random.RandomState(SEED)  # its stream is frozen by NEP 19
        for _ in range(min(_LOOKS, cells // 4)):
            self._solve(random.random_sample(self._unknowns))

    def between(self, sum_: Sum, enough: float) -> tuple[float, float]:
        """The least and the greatest value, or two possible values that lie `enough` apart."""
        if sum_ not in self._known:
            low, high = self._seen(sum_)
            if enough == inf or high - low < enough:
                high = self._greatest(sum_)
            if enough == inf or high - low < enough:
                low = self._least(sum_)
            self._known[sum_] = (low, high)
        return self._known[sum_]

    def _seen(self, sum_: Sum) -> tuple[float, float]:
        """The least and the greatest among the solutions found so far, rounded inwards."""
        whole = list(sum_.whole)
        every = [*whole, *sum_.part]
        least = min(float(solution[whole].sum()) for solution in self._solutions)
        greatest = max(float(solution[every].sum()) for solution in self._solutions)
        return float(ceil(least - _slack(least))), float(floor(greatest + _slack(greatest)))

    def _least(self, sum_: Sum) -> float:
        least = self._solve(self._objective(sum_.whole, 1.0)) or 0.0
        return float(ceil(least - _slack(least)))

    def _greatest(self, sum_: Sum) -> float:
        """Infinite where nothing limits it."""
        greatest = self._solve(self._objective(sum_.whole | sum_.part, -1.0))
        return inf if greatest is None else float(floor(-greatest + _slack(greatest)))

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
        if solved.status != 0:
            return None
        self._solutions.append(solved.x)
        return float(solved.fun)


def _slack(value: float) -> float:
    return 1e-4 + NEAR * abs(value)


def _matrix(sums: list[Mapping[int, float]], unknowns: int) -> Any:
    """The sums as rows of a sparse matrix; None where there are none."""
    from scipy.sparse import csr_array

    if not sums:
        return None
    rows = [n for n, sum_ in enumerate(sums) for _ in sum_]
    columns = [unknown for sum_ in sums for unknown in sum_]
    values = [value for sum_ in sums for value in sum_.values()]
    return csr_array((values, (rows, columns)), shape=(len(sums), unknowns))
