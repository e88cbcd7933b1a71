"""Published counts as equations over atoms, and what they leave possible for a hidden count.

Atoms are the full cross of the attributes, by outcome: every published count is a sum of atoms.
Attributes that no published or hidden cell crosses need no common atoms: tables that agree on their
totals can always be joined (Vorob'ev 1962, Theory of Probability and its Applications 7:147-163),
so each connected set of attributes has atoms of its own, tied to the others by the total of each
outcome. Atoms in exactly the same sums cannot be told apart; they are one unknown. Of a cell that
holds only some of them the least share is nothing and the greatest is all. Both are exact, and
leave hundreds of unknowns where there were hundreds of thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf

from labelcharter.audit.disclosure.attack.cells import (
    REST,
    Cell,
    Fact,
    Outcome,
    Table,
    What,
    Where,
)

MOST_ATOMS = 1_200  # groups of several attributes at once: more would take minutes


class TooLarge(Exception):
    """More atoms than can be looked at; the message says of which attributes.

    `attributes` are these.
    """

    def __init__(self, attributes: tuple[str, ...], groups: int) -> None:
        super().__init__(f"{' × '.join(attributes)}: {groups:,} groups")
        self.attributes = attributes


@dataclass(frozen=True, slots=True)
class Sum:
    """A cell as a sum of unknowns: those that it holds wholly, and those that it holds in part."""

    whole: frozenset[int]
    part: frozenset[int]


@dataclass(frozen=True, slots=True)
class System:
    """Unknowns, all at least 0, and what is known of them.

    `equations`: unknown -> coefficient, and the value of the sum; `ranges` likewise with a least
    and a greatest value. `cells`: each cell asked for as a sum; one that is openly 0 (a shown count
    of nobody includes it) is not among them.
    """

    unknowns: int
    equations: tuple[tuple[Mapping[int, float], float], ...]
    ranges: tuple[tuple[Mapping[int, float], float, float], ...]
    cells: Mapping[Cell, Sum]


def system_of(
    table: Table, facts: Sequence[Fact], asked: Sequence[Cell], rest: frozenset[str]
) -> System:
    """The system of one table. `rest`: attributes in which some may belong to no group.

    Raises TooLarge.
    """
    cells = list(dict.fromkeys([*(fact.cell for fact in facts), *asked]))
    number = {cell: n for n, cell in enumerate(cells)}
    empty = {number[fact.cell] for fact in facts if fact.high <= 0}
    found: dict[tuple[int, ...], int] = {}  # the cells that hold an atom -> its unknown
    sizes: list[int] = []
    holding: dict[int, dict[int, int]] = {n: {} for n in range(len(cells))}
    known = {number[fact.cell] for fact in facts}
    totals = _totals(table, cells, empty)
    links: dict[tuple[int, Outcome], dict[int, float]] = {}
    for part, (attributes, values) in enumerate(_parts(cells, rest)):
        index = _Index(table, cells, attributes)
        for group in product(*values):
            for outcome, inside in index.holding(dict(zip(attributes, group, strict=True))):
                if outcome not in totals or empty.intersection(inside):
                    continue
                signature = (-1 - part, _place(table, outcome), *(n for n in inside if n in known))
                unknown = found.setdefault(signature, len(found))
                if unknown == len(sizes):
                    sizes.append(0)
                    links.setdefault((part, outcome), {})[unknown] = 1.0
                sizes[unknown] += 1
                for n in inside:
                    holding[n][unknown] = holding[n].get(unknown, 0) + 1
    first = len(found)
    total_of = {outcome: first + n for n, outcome in enumerate(totals)}
    for outcome, inside in totals.items():
        sizes.append(1)
        for n in inside:
            holding[n][total_of[outcome]] = 1
    equations: list[tuple[Mapping[int, float], float]] = [
        ({**unknowns, total_of[outcome]: -1.0}, 0.0) for (_, outcome), unknowns in links.items()
    ]
    equations += [
        ({total_of[outcome]: 1.0}, 0.0)
        for part, _ in enumerate(_parts(cells, rest))
        for outcome in totals
        if (part, outcome) not in links
    ]
    ranges = []
    for fact in facts:
        sum_ = dict.fromkeys(holding[number[fact.cell]], 1.0)
        if fact.low == fact.high:
            equations.append((sum_, fact.low))
        else:
            ranges.append((sum_, fact.low, fact.high))
    return System(
        len(sizes),
        tuple(equations),
        tuple(ranges),
        {cell: _sum(held, sizes) for cell in asked if (held := holding[number[cell]])},
    )


def asked_together(facts: Iterable[Fact], asked: Iterable[Cell]) -> list[list[Cell]]:
    """Cells in sets that one system each can serve, with no more attributes crossed than needed.

    Attributes that shown counts cross are crossed in any case; a hidden cell of two others needs
    these two crossed, and no other hidden cell does.
    """
    joined = {
        frozenset(part) for part, _ in _parts((fact.cell for fact in facts), frozenset(), inf)
    }
    found: dict[frozenset[str], list[Cell]] = {}
    for cell in asked:
        attributes = frozenset(attribute for attribute, _ in cell.where)
        alone = len(attributes) < 2 or any(attributes <= part for part in joined)
        found.setdefault(frozenset() if alone else attributes, []).append(cell)
    return list(found.values()) or [[]]


def _sum(held: Mapping[int, int], sizes: Sequence[int]) -> Sum:
    whole = frozenset(unknown for unknown, count in held.items() if count == sizes[unknown])
    return Sum(whole, frozenset(held) - whole)


def _place(table: Table, outcome: Outcome) -> int:
    return table.outcomes.index(outcome)


def _totals(table: Table, cells: Sequence[Cell], empty: set[int]) -> dict[Outcome, list[int]]:
    """The cells of everybody that hold each outcome; outcomes that nobody has are left out."""
    of_everybody = [(n, table.holds(cell.what)) for n, cell in enumerate(cells) if not cell.where]
    found = {o: [n for n, held in of_everybody if o in held] for o in table.outcomes}
    return {o: inside for o, inside in found.items() if not empty.intersection(inside)}


def _parts(
    cells: Iterable[Cell], rest: frozenset[str], most: float = MOST_ATOMS
) -> list[tuple[tuple[str, ...], list[list[str]]]]:
    """Attributes that cells cross, together, each with its values. Raises TooLarge."""
    values: dict[str, dict[str, None]] = {}
    together: dict[str, set[str]] = {}
    for cell in cells:
        attributes = {attribute for attribute, _ in cell.where}
        joined = attributes.union(*(together.get(a, ()) for a in attributes))
        for attribute in joined:
            together[attribute] = joined
        for attribute, value in cell.where:
            values.setdefault(attribute, {})[value] = None
    found = []
    for crossed in dict.fromkeys(tuple(sorted(part)) for part in together.values()):
        each = [list({**values[a], REST: None} if a in rest else values[a]) for a in crossed]
        size = 1
        for of_one in each:
            size *= len(of_one)
        if size > most and len(crossed) > 1:
            raise TooLarge(crossed, size)
        found.append((crossed, each))
    return found


class _Index:
    """Which cells hold an atom, found by the attributes that they fix."""

    def __init__(self, table: Table, cells: Sequence[Cell], attributes: tuple[str, ...]) -> None:
        self._outcomes = table.outcomes
        self._by_fixed: dict[tuple[str, ...], dict[Where, list[tuple[int, What]]]] = {}
        self._holds: dict[What, frozenset[Outcome]] = {}
        for n, cell in enumerate(cells):
            fixed = tuple(attribute for attribute, _ in cell.where)
            if fixed and set(fixed) <= set(attributes):
                by_value = self._by_fixed.setdefault(fixed, {})
                by_value.setdefault(cell.where, []).append((n, cell.what))
                self._holds[cell.what] = table.holds(cell.what)

    def holding(self, group: Mapping[str, str]) -> Iterable[tuple[Outcome, list[int]]]:
        """For each outcome in this group, the numbers of the cells that hold it."""
        near = [
            entry
            for fixed, by_value in self._by_fixed.items()
            for entry in by_value.get(tuple((a, group[a]) for a in fixed), ())
        ]
        for outcome in self._outcomes:
            yield outcome, [n for n, what in near if outcome in self._holds[what]]
