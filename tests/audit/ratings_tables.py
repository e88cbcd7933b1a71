"""Tables for tests: from rows in Python, at random, and plain computations to compare with.

The plain computations share no code with the package: they walk over dictionaries of ratings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from random import Random
from statistics import fmean

import pytest
from hypothesis import strategies as st

from labelcharter.audit.reductions.patterns import GroupReduction, one_group, reduce_ratings
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import Cleaned, clean
from labelcharter.reading.tables import Table, read_table

SHARED = Path(__file__).parents[3] / "shared" / "data"

Rating = tuple[str, str, str, str]  # item, annotator, group, label
Statistic = Callable[[Sequence[Rating]], float]

BINDINGS = Bindings("item", "annotator", "label", annotator_groups={"group": "group"})


def shared_file(name: str) -> Path:
    """A real table, or a skip that says why."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"the real table {name} is not beside this repository")
    return path


def chance(seed: int) -> Random:
    """A stream of chance that is the same in every run."""
    return Random(seed)  # noqa: S311 - invented tables, not secrets


def table_of(rows: Iterable[Sequence[str]], header: str = "item,annotator,group,label") -> Table:
    """A table of these rows."""
    lines = [header, *(",".join(row) for row in rows)]
    return read_table("".join(f"{line}\n" for line in lines).encode(), "t.csv")


def cleaned(rows: Iterable[Sequence[str]], bindings: Bindings = BINDINGS) -> Cleaned:
    """These rows, bound and cleaned."""
    return clean(table_of(rows), bindings)


def everybody(rows: Iterable[Sequence[str]], bindings: Bindings = BINDINGS) -> GroupReduction:
    """The reduction of all as one group."""
    return one_group(reduce_ratings(cleaned(rows, bindings).kept), 0)


@st.composite
def ratings(draw: st.DrawFn, labels: str = "abc", groups: str = "x") -> list[Rating]:
    """A small random table: some pairs of item and annotator, each once, in random order."""
    items = draw(st.integers(2, 7))
    annotators = draw(st.integers(2, 6))
    pairs = [(i, j) for i in range(items) for j in range(annotators)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=4, unique=True))
    given = draw(st.lists(st.sampled_from(labels), min_size=len(chosen), max_size=len(chosen)))
    return [
        (f"i{i}", f"j{j}", groups[j % len(groups)], label)
        for (i, j), label in zip(chosen, given, strict=True)
    ]


def by_item(rows: Iterable[Rating]) -> dict[str, list[str]]:
    """Item -> labels given."""
    found: dict[str, list[str]] = {}
    for item, _, _, label in rows:
        found.setdefault(item, []).append(label)
    return found


def plain_alpha(
    rows: Sequence[Rating], distance: Callable[[str, str, Mapping[str, int]], float]
) -> float:
    """Krippendorff's alpha by its definition: all ordered pairs within items against all pairs."""
    items = [labels for labels in by_item(rows).values() if len(labels) > 1]
    values = [label for labels in items for label in labels]
    counts = {label: values.count(label) for label in sorted(set(values))}
    n = len(values)
    observed = sum(
        sum(distance(a, b, counts) for a, b in permutations(labels, 2)) / (len(labels) - 1)
        for labels in items
    )
    expected = sum(distance(a, b, counts) for a, b in permutations(values, 2))
    return 1 - (n - 1) * observed / expected if expected else float("nan")


def nominal(a: str, b: str, _counts: Mapping[str, int]) -> float:
    """0 for the same label, 1 for another."""
    return float(a != b)


def interval(a: str, b: str, _counts: Mapping[str, int]) -> float:
    """The square of the difference."""
    return (float(a) - float(b)) ** 2


def ordinal(a: str, b: str, counts: Mapping[str, int]) -> float:
    """The square of the ratings between two grades, half of the two themselves included."""
    low, high = sorted((a, b), key=float)
    between = sum(n for grade, n in counts.items() if float(low) <= float(grade) <= float(high))
    return (between - (counts[low] + counts[high]) / 2) ** 2 if a != b else 0.0


def plain_ac1(labels: int) -> Statistic:
    """Gwet's AC1 over this many categories."""

    def value(rows: Sequence[Rating]) -> float:
        items = by_item(rows).values()
        paired = [labels for labels in items if len(labels) > 1]
        if not paired:
            return float("nan")
        observed = fmean(
            fmean(float(a == b) for a, b in permutations(given, 2)) for given in paired
        )
        used = {label for given in items for label in given}
        shares = [fmean(given.count(label) / len(given) for given in items) for label in used]
        expected = sum(share * (1 - share) for share in shares) / (labels - 1)
        return (observed - expected) / (1 - expected)

    return value


def plain_rate(label: str) -> Statistic:
    """The share of ratings with this label."""

    def value(rows: Sequence[Rating]) -> float:
        return fmean(float(row[3] == label) for row in rows) if rows else float("nan")

    return value


def delete_one(
    rows: Sequence[Rating], statistic: Statistic, unit: Callable[[Rating], object]
) -> float:
    """The jackknife's variance with one unit left out at a time, from scratch each time."""
    units = sorted({unit(row) for row in rows}, key=str)
    replicates = [statistic([r for r in rows if unit(r) != left_out]) for left_out in units]
    mean = fmean(replicates)
    return (len(units) - 1) / len(units) * sum((value - mean) ** 2 for value in replicates)
