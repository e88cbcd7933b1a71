"""Everything that a record says with a figure: of whom, of what, and the figure.

Where one statement hides a figure and another shows it, or shows what it can be computed from, the
hiding is in vain: a gap and one of its two rates give the other, and so do a ratio and one rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.disclosure.attack.cells import where_of
from labelcharter.audit.disclosure.attack.enumeration import Printed, pairs_behind
from labelcharter.audit.disclosure.attack.reading import Published
from labelcharter.audit.disclosure.attack.verdicts import Recovered
from labelcharter.audit.disclosure.hidden import parts_of_group

_GAPS = {
    "agreement-gap": "alpha",
    "label-rate-gap": "rates",
    "missing-rate": "missing",
    "accuracy-gap": "accuracy",
    "false-positive-gap": "fpr",
    "false-negative-gap": "fnr",
}
_SINGLE = ("alpha", "ac1", "percent_agreement", "accuracy")
_BY_LABEL = ("rates", "missing", "fpr", "fnr")
_COUNTS = ("ratings", "items", "annotators")

Figure = tuple[str, str]
Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure of two groups: a "gap" is the first less the second, a "ratio" the first over it."""

    kind: str
    attribute: str
    first: str
    second: str
    figure: Figure
    estimate: Mapping[str, Any]


def from_statements(record: Published) -> list[Recovered]:
    """What the record hides in one place and gives away in another."""
    figures = dict(_figures(record.result))
    hidden_groups = {
        (g["attribute"], g["value"]) for g in record.result["groups"] if g["ratings"] is None
    }
    return [
        *_beside(record, figures, hidden_groups),
        *_from_comparisons(record, figures, hidden_groups),
        *_in_words(record, hidden_groups),
        *_in_order(record),
    ]


def _figures(result: Mapping[str, Any]) -> Iterator[tuple[tuple[Group, Figure], Any]]:
    """Each figure of each group."""
    for group in (*result["groups"], {**result["overall"], "attribute": "", "value": ""}):
        who = (group["attribute"], group["value"])
        for name in _SINGLE:
            if name in group:
                yield (who, (name, "")), group[name]
        for name in _BY_LABEL:
            for label, estimate in group.get(name, {}).items():
                yield (who, (name, label)), estimate


def comparisons(result: Mapping[str, Any]) -> Iterator[Comparison]:
    """Gaps, ratios, and rows of checks that compare two groups in one of the figures known."""
    for gap in result["gaps"]:
        figure = (_GAPS.get(gap["check"], gap["check"]), gap["label"] or "")
        yield Comparison("gap", gap["attribute"], gap["a"], gap["b"], figure, gap["estimate"])
    for ratio in result["ratios"]:
        yield Comparison(
            "ratio",
            ratio["attribute"],
            ratio["value"],
            ratio["reference"],
            ("rates", ratio["label"]),
            ratio["estimate"],
        )


def _from_comparisons(
    record: Published, figures: Mapping[tuple[Group, Figure], Any], hidden: set[Group]
) -> Iterator[Recovered]:
    for one in comparisons(record.result):
        if one.estimate["state"] != "estimated":
            continue
        pair = [(one.attribute, one.first), (one.attribute, one.second)]
        states = [
            "suppressed" if who in hidden else figures.get((who, one.figure), {}).get("state")
            for who in pair
        ]
        if states.count("suppressed") == 2:
            yield _found(record, pair[0], one.figure, f"the {one.kind} with {one.second} is shown")
        for who, other, state in zip(pair, reversed(pair), states, strict=True):
            known = figures.get((other, one.figure), {}).get("value")
            if state == "suppressed" and known is not None and (one.kind == "gap" or known):
                how = f"the {one.kind} with {other[1]} and the figure of {other[1]} are shown"
                yield _found(record, who, one.figure, how)


def _beside(
    record: Published, figures: Mapping[tuple[Group, Figure], Any], hidden: set[Group]
) -> Iterator[Recovered]:
    """Figures of a hidden group: in its own entry, in rows of checks, in predictions, in gates."""
    result = record.result
    for group in result["groups"]:
        who = (group["attribute"], group["value"])
        if who not in hidden:
            continue
        for name in _COUNTS:
            if group[name] is not None:
                yield _found(record, who, (name, ""), "its entry shows it")
    for (who, figure), estimate in figures.items():
        if who in hidden and _shows(estimate):
            yield _found(record, who, figure, f"its entry shows it{_count_behind(estimate)}")
    for place, who, name, estimate in _elsewhere(record, result):
        if _shows(estimate) and any(part in hidden for part in parts_of_group(*who)):
            yield _found(record, who, (name, ""), f"{place} shows it{_count_behind(estimate)}")


def _elsewhere(
    record: Published, result: Mapping[str, Any]
) -> Iterator[tuple[str, Group, str, Mapping[str, Any]]]:
    for one in result.get("predictions", ()):
        for name in ("selection_rate", "tpr", "fpr"):
            yield "predictions", (one["attribute"], one["value"]), name, one[name]
    for check in result.get("checks", ()):
        for row in check["rows"]:
            for value in row["groups"]:
                yield check["check"], (row["attribute"], value), row["figure"], row["estimate"]
                for name in ("expected", "p", "least_p", "q"):
                    if (beside := row[name]) is not None:
                        shown = beside if isinstance(beside, dict) else _number(beside)
                        yield check["check"], (row["attribute"], value), name, shown
    for gap in result["gaps"]:
        for value in (gap["a"], gap["b"]):
            for name in ("p", "least_p"):
                if gap.get(name) is not None:
                    yield "gaps", (gap["attribute"], value), name, _number(gap[name])
    for gate in record.content.get("gates", ()):
        for value in str(gate["value"] or "").split(" less "):
            yield gate["gate"], (gate["attribute"] or "", value), "figure", gate["estimate"]


def _number(value: float) -> dict[str, Any]:
    return {"state": "estimated", "value": value, "low": None, "high": None, "n": None}


def _shows(estimate: Mapping[str, Any]) -> bool:
    """True when it has any number: of an estimate without a value, its n."""
    return any(estimate[key] is not None for key in ("value", "low", "high")) or bool(estimate["n"])


def _count_behind(estimate: Mapping[str, Any]) -> str:
    """Whether the count is given away too where only rate and interval are shown."""
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    if estimate["n"] is not None or None in (value, low, high):
        return ""
    pairs = pairs_behind(Printed(value, low, high))
    return ", and only one count has this rate and interval" if len(pairs) == 1 else ""


def _in_words(record: Published, hidden: set[Group]) -> Iterator[Recovered]:
    """A sentence about a hidden figure has no number but those in names."""
    for entry, who, state in _sentences(record, hidden):
        if state == "suppressed" and _numbers(str(entry.get("why", "")), record):
            yield _found(record, who, ("a figure", ""), "a sentence (`why`) has numbers")


def _sentences(
    record: Published, hidden: set[Group]
) -> Iterator[tuple[Mapping[str, Any], Group, str]]:
    result = record.result
    for gap in result["gaps"]:
        yield gap, (gap["attribute"], gap["a"]), gap["estimate"]["state"]
    for check in result.get("checks", ()):
        for row in check["rows"]:
            who = (row["attribute"], " and ".join(row["groups"]))
            yield row, who, row["estimate"]["state"]
    for gate in record.content.get("gates", ()):
        yield gate, (gate["attribute"] or "", gate["value"] or ""), gate["estimate"]["state"]
    for finding in result["findings"]:
        who = (finding["attribute"] or "", finding["value"] or "")
        known = any(part in hidden for part in parts_of_group(*who))
        yield finding, who, "suppressed" if known else "shown"


def _numbers(text: str, record: Published) -> bool:
    """True when a digit is left once names of groups, labels and records are taken out."""
    names = [*record.labels, *record.missing]
    names += [value for group in record.result["groups"] for value in (group["value"],)]
    for name in sorted({f"`{n}`" for n in names} | {n for n in names if len(n) > 1}, key=len)[::-1]:
        text = text.replace(name, "")
    return any(character.isdigit() for character in text)


def _in_order(record: Published) -> Iterator[Recovered]:
    """Groups in the order of a count give away the rank of a hidden one, and often its bounds."""
    groups = record.result["groups"]
    for attribute in dict.fromkeys(group["attribute"] for group in groups):
        members = [group for group in groups if group["attribute"] == attribute]
        values = [group["value"] for group in members]
        if values == sorted(values):
            continue
        for name in _COUNTS:
            shown = [g[name] for g in members if g[name] is not None]
            if len(set(shown)) < 3 or shown not in (sorted(shown), sorted(shown, reverse=True)):
                continue
            for group in members:
                if group[name] is None:
                    who = (attribute, group["value"])
                    yield _found(record, who, (name, ""), f"groups stand in the order of {name}")


def _found(record: Published, who: Group, figure: Figure, how: str) -> Recovered:
    name, label = figure
    words = f"{name} `{label}`" if label else name
    return Recovered(record.id, where_of(*who), words, "exact", 0.0, how, "", name)
