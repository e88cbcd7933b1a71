"""From a record to a plan: how much a comparison of its groups varied, for the next one.

A record holds no variances, but each gap has an interval, and each group its counts. From them come
the variance that one rating of each group would leave, and for rates the correlation of ratings by
one annotator (or of one item) that explains it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.statistics.power import from_interval
from labelcharter.audit.statistics.sample_size import Design, Figure, NoSize, of_log_ratio, of_rates

CHECKS: Mapping[Figure, str] = {
    "rate": "label-rate-gap",
    "ratio": "label-rate-gap",
    "alpha": "agreement-gap",
}


@dataclass(frozen=True, slots=True)
class Observed:
    """The pair of groups whose gap varied most for their size: `value` is the figure of both.

    `design` has a correlation of 0 for alpha: all of the variance is in `one_rating`, and holds at
    these numbers of ratings only.
    """

    a: str
    b: str
    value: float
    design: Design


def observed(result: Mapping[str, Any], attribute: str, figure: Figure, label: str) -> Observed:
    """From a record's result. Raises NoSize where the record does not show what is needed."""
    groups = {g["value"]: g for g in result["groups"] if g["attribute"] == attribute}
    if not groups:
        known = ", ".join(dict.fromkeys(g["attribute"] for g in result["groups"])) or "none"
        raise NoSize(f"the record compares no groups of `{attribute}`; attributes: {known}")
    labels = list(result["overall"]["rates"])
    if figure != "alpha" and label not in labels:
        raise NoSize(f"the record has no label `{label}`; labels: {', '.join(labels)}")
    pairs = list(_pairs(result, groups, attribute, figure, label))
    if not pairs:
        raise NoSize(f"the record shows no interval of a gap between two groups of `{attribute}`")
    return max(pairs, key=lambda pair: pair.design.one_rating * pair.design.effect)


def _pairs(
    result: Mapping[str, Any],
    groups: Mapping[str, Mapping[str, Any]],
    attribute: str,
    figure: Figure,
    label: str,
) -> Iterator[Observed]:
    for gap in result["gaps"]:
        if (gap["check"], gap["attribute"]) != (CHECKS[figure], attribute):
            continue
        if figure != "alpha" and gap["label"] != label:
            continue
        pair = [groups[gap[side]] for side in ("a", "b")]
        estimate = gap["estimate"]
        counts = [g[key] for g in pair for key in ("ratings", "items", "annotators")]
        if estimate["state"] != "estimated" or None in counts:
            continue
        items, annotators = (min(g[key] for g in pair) for key in ("items", "annotators"))
        spread = from_interval(estimate["high"] - estimate["low"], items, annotators)
        values = [g["alpha"] if figure == "alpha" else g["rates"][label] for g in pair]
        if spread is None or None in [value["value"] for value in values]:
            continue
        a, b = (float(value["value"]) for value in values)
        yield Observed(
            gap["a"], gap["b"], (a + b) / 2, _design(pair, figure, a, b, spread.variance())
        )


def _design(
    pair: list[Mapping[str, Any]], figure: Figure, a: float, b: float, variance: float
) -> Design:
    """`variance` of a difference of rates or alphas, given ratings of each group."""
    ratings = [group["ratings"] for group in pair]
    per_annotator, per_item = (
        sum(ratings) / sum(group[key] for group in pair) for key in ("annotators", "items")
    )
    side = pair[0]["side"]
    whole = 2 * variance / sum(1 / number for number in ratings)  # of one rating, effect included
    if figure == "alpha":
        return Design(whole, per_annotator, per_item, 0.0, side)
    independent = of_rates(a, b)
    per_unit = per_annotator if side == "annotator" else per_item
    effect = whole / independent
    correlation = max(0.0, (effect - 1) / (per_unit - 1)) if per_unit > 1 else 0.0
    correlation = min(1.0, correlation)
    if figure == "ratio":
        independent = of_log_ratio(a, b)
    return Design(independent, per_annotator, per_item, correlation, side)
