"""A plan for a comparison, from what is asked and, where there is one, from a record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb, exp, log
from typing import Any

from labelcharter.audit.records.observed import Observed
from labelcharter.audit.statistics.power import LEVEL, POWER
from labelcharter.audit.statistics.sample_size import (
    Aim,
    Design,
    Figure,
    NoSize,
    Size,
    of_alphas,
    of_log_ratio,
    of_rates,
    size,
)
from labelcharter.audit.tables.bindings import Side

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: see the options of `labelcharter sample-size`. None: not given."""

    figure: Figure = "rate"
    value: float | None = None
    difference: float | None = None
    margin: float | None = None
    equivalent: bool = False
    rate: float | None = None
    per_annotator: float | None = None
    per_item: float | None = None
    correlation: float | None = None
    side: Side = "annotator"
    groups: int = 2
    power: float = POWER
    level: float = LEVEL


def sized(
    wanted: Wanted, seen: Observed | None = None, source: str | None = None
) -> dict[str, Any]:
    """The plan as `output-sample-size` describes it. Raises NoSize."""
    ratio = wanted.figure == "ratio"
    value = wanted.value if wanted.value is not None else seen.value if seen else None
    if value is None:
        raise NoSize("the figure in one group is needed: its value, or a record to take it from")
    none = 1.0 if ratio else 0.0
    difference = none if wanted.difference is None else wanted.difference
    if ratio and difference <= 0:
        raise NoSize("a ratio is larger than 0")
    margin = none if wanted.margin is None else wanted.margin
    design = _design(wanted, value, difference, seen)
    # two groups are one comparison; of more, each pair has its share of the level (Bonferroni),
    # but for equivalence, which is claimed of all pairs only if each of them shows it
    pairs = comb(wanted.groups, 2)
    level = wanted.level if wanted.equivalent else wanted.level / pairs
    aim = Aim(
        log(difference) if ratio else difference,
        abs(log(margin)) if ratio else margin,
        wanted.equivalent,
        wanted.power,
        level,
    )
    found = size(design, aim)
    return {
        "format_version": FORMAT_VERSION,
        "source": source,
        "figure": wanted.figure,
        "side": design.side,
        "aim": "equivalence" if wanted.equivalent else "difference",
        "value": value,
        "difference": difference,
        "margin": None if wanted.margin is None else margin,
        "groups": wanted.groups,
        "comparisons": pairs,
        "power": wanted.power,
        "level": wanted.level,
        "level_each": level,
        "ratings_per_annotator": design.per_annotator,
        "ratings_per_item": design.per_item,
        "correlation": None if seen and wanted.figure == "alpha" else design.correlation,
        "design_effect": None if seen and wanted.figure == "alpha" else design.effect,
        **_of_each(found, ratio=ratio),
        "total": _total(found, design, wanted.groups),
    }


def _of_each(found: Size, *, ratio: bool) -> dict[str, Any]:
    return {
        "annotators": found.annotators,
        "items": found.items,
        "ratings": found.ratings,
        "reached_power": found.power,
        "smallest_shown": exp(found.shown) if ratio else found.shown,
        "annotators_at_least": found.annotators_at_least,
    }


def _total(found: Size, design: Design, groups: int) -> dict[str, int]:
    """Groups of annotators rate the same items; groups of items have the same annotators."""
    of_annotators = design.side == "annotator"
    return {
        "annotators": found.annotators * (groups if of_annotators else 1),
        "items": found.items * (1 if of_annotators else groups),
        "ratings": found.ratings * groups,
    }


def _design(wanted: Wanted, value: float, difference: float, seen: Observed | None) -> Design:
    given = {
        name: getattr(wanted, name)
        for name in ("per_annotator", "per_item", "correlation")
        if getattr(wanted, name) is not None
    }
    if seen and wanted.figure == "alpha":
        if given:
            raise NoSize(
                "agreement is planned from a record at its own numbers of ratings: "
                f"give no {', '.join(name.replace('_', ' ') for name in given)}, or no record"
            )
        return seen.design
    if seen:
        one_rating = _one_rating(wanted, value, difference, seen.design.per_item)
        return replace(seen.design, one_rating=one_rating, **given)
    missing = [n for n in ("per_annotator", "per_item", "correlation") if n not in given]
    if missing:
        needs = ", ".join(name.replace("_", " ") for name in missing)
        raise NoSize(f"without a record these are needed too: {needs}")
    one_rating = _one_rating(wanted, value, difference, given["per_item"])
    return Design(one_rating, side=wanted.side, **given)


def _one_rating(wanted: Wanted, value: float, difference: float, per_item: float) -> float:
    if wanted.figure == "ratio":
        return of_log_ratio(value, value * difference)
    if wanted.figure == "rate":
        return of_rates(value, value + difference)
    if wanted.rate is None:
        raise NoSize("for agreement the rate of one of two labels is needed too")
    return of_alphas(value, value + difference, wanted.rate, round(per_item))
