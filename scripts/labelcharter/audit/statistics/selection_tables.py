"""Tables of selection rates as New York City's Local Law 144 has them (6 RCNY 5-300 to 5-304).

The rule: selection rate = selected / people of a category; scoring rate = people with a score above
the median of the whole sample / people of the category; impact ratio = rate of the category / rate
of the category with the highest rate. It sets no threshold. Everything here is exact, in whole
numbers and fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.tables.counts import Printed

Counts = Mapping[str, Share]  # category -> how many of its people are selected
Agreement = Literal["agrees", "truncated", "differs"]


def may_be_left_out(people: int, everybody: int) -> bool:
    """Less than 2 % of the data (5-301 (d)), in whole numbers; exactly 2 % is not less."""
    return 50 * people < everybody


def rate_of(share: Share) -> Fraction | None:
    """None where there is nobody."""
    return Fraction(share.having, share.of) if share.of else None


def highest(counts: Counts) -> str | None:
    """The category with the highest rate, the first of several; None where nobody is selected."""
    rates = {name: rate for name, share in counts.items() if (rate := rate_of(share))}
    return max(rates, key=lambda name: rates[name], default=None)


def impact_ratios(counts: Counts) -> dict[str, Fraction | None]:
    """Each category's rate over the highest."""
    best = highest(counts)
    if best is None:
        return dict.fromkeys(counts)
    most = rate_of(counts[best]) or Fraction(1)
    rates = {name: rate_of(share) for name, share in counts.items()}
    return {name: None if rate is None else rate / most for name, rate in rates.items()}


def agreement(value: Fraction, printed: Printed) -> Agreement:
    """Is it what was printed, at the precision of the print? Either way at the half counts."""
    apart = value * 10**printed.decimals - printed.units
    if abs(apart) <= Fraction(1, 2):
        return "agrees"
    return "truncated" if 0 <= apart < 1 else "differs"


def at_the_same_precision(value: Fraction, printed: Printed) -> str:
    """The value written as the other is printed, rounded half up."""
    units = int(value * 10**printed.decimals + Fraction(1, 2))
    percent = "%" in printed.text
    decimals = printed.decimals - 2 if percent else printed.decimals
    text = str(units).rjust(decimals + 1, "0")
    whole, fraction = text[: len(text) - decimals], text[len(text) - decimals :]
    return f"{whole}{'.' if decimals else ''}{fraction}{'%' if percent else ''}"


def implied_counts(printed: Printed, people: int) -> range:
    """Every count whose rate is printed so: rounded, or where there is none, cut off."""
    step, units = 10**printed.decimals, printed.units
    rounded = range(
        max(0, -(-(2 * units - 1) * people // (2 * step))),
        min(people, (2 * units + 1) * people // (2 * step)) + 1,
    )
    cut_off = range(-(-units * people // step), min(people + 1, -(-(units + 1) * people // step)))
    return rounded or cut_off


@dataclass(frozen=True, slots=True)
class Median:
    """What counts above a median can say about it.

    Without ties just half of the sample (rounded down) lie above its median. `ties`: how many of
    the upper half stand at the median itself, at least and at most, given how many are of unknown
    category; they count as not above. `possible`: False where more than half are counted above.
    """

    possible: bool
    ties: tuple[int, int]


def median_of(above: int, people: int, unknown: int) -> Median:
    """From the sums of one table; the median is that of everybody, the unknown included."""
    missing = (people + unknown) // 2 - above
    return Median(missing >= 0, (max(0, missing - unknown), max(0, missing)))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A category (or, empty, the whole table) whose counts differ between two tables.

    `here` in `table`, `there` in `against` (None where it has no such category). `ratio_there` is
    the impact ratio that the category would have with the counts of the other table.
    """

    table: str
    against: str
    category: str
    here: Share | None
    there: Share | None
    ratio_there: Fraction | None


def mismatches(tables: Mapping[str, Counts], joint: str) -> tuple[list[Mismatch], int]:
    """Every difference between tables that describe the same people, and how many were compared.

    The totals of all tables must be the same; and where every category of a table is made of
    parts ("White|Male", joined by `joint`), the sums over a part must be the counts of the table
    that has that part as its categories.
    """
    found: list[Mismatch] = []
    compared = 0
    names = list(tables)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            compared += 1
            here, there = (_sum(tables[name].values()) for name in (one, other))
            if here != there:
                found.append(Mismatch(one, other, "", here, there, None))
    for fine in names:
        parts = [tuple(name.split(joint)) for name in tables[fine]]
        if len({len(part) for part in parts}) != 1 or len(parts[0]) < 2:
            continue
        for coarse in names:
            position = _position(parts, tables[coarse])
            if coarse == fine or position is None:
                continue
            sums = {
                part: _sum(
                    share
                    for name, share in tables[fine].items()
                    if name.split(joint)[position] == part
                )
                for part in dict.fromkeys(split[position] for split in parts)
            }
            ratios = impact_ratios({n: sums[n] for n in tables[coarse] if n in sums})
            for name in dict.fromkeys((*tables[coarse], *sums)):
                compared += 1
                mine, theirs = tables[coarse].get(name), sums.get(name)
                if mine != theirs:
                    found.append(Mismatch(coarse, fine, name, mine, theirs, ratios.get(name)))
    return found, compared


def _position(parts: Sequence[tuple[str, ...]], coarse: Counts) -> int | None:
    """Which part of the joined names are the categories of the other table, where any are."""
    shared = [len({split[at] for split in parts} & set(coarse)) for at in range(len(parts[0]))]
    most = max(shared)
    return shared.index(most) if most else None


def _sum(shares: Iterable[Share]) -> Share:
    found = list(shares)
    return Share(sum(share.having for share in found), sum(share.of for share in found))
