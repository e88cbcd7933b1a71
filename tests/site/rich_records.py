"""Three records of one audit, the last of them with every shape there is. All figures are invented.

They are written by this module and not by hand, because thousands of lines of JSON would hide which
shapes there are. A withheld figure is marked by None, an inestimable one by a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

REGION = "attribute.region"
REGIONS = tuple(f"R{number:02}" for number in range(1, 17))
HIDDEN = ("R07", "R12")  # groups whose figures are all withheld
WITHHELD = "fewer than 10 annotators in this group"
VOTES = "given these votes: the interval is over items, and nothing is said about other annotators"
ONE_TABLE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
OTHER_TABLE = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"

Figure = tuple[float, float, float] | str | None


def estimate(figure: Figure, n: int = 240, reason: str = "") -> dict[str, Any]:
    """(value, low, high), why there is none, or None for a withheld one."""
    if figure is None:
        nothing = dict.fromkeys(("value", "low", "high", "n"))
        return {**nothing, "state": "suppressed", "reason": WITHHELD}
    if isinstance(figure, str):
        nothing = dict.fromkeys(("value", "low", "high"))
        return {**nothing, "n": 0, "state": "not-estimable", "reason": figure}
    value, low, high = (round(v, 4) for v in figure)
    return {
        "value": value,
        "low": low,
        "high": high,
        "n": n,
        "state": "estimated",
        "reason": reason,
    }


def around(value: float, half: float) -> tuple[float, float, float]:
    """A figure with an interval that reaches equally far to both sides."""
    return value, value - half, value + half


def row(
    groups: Sequence[str], figure: str, found: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """A row of a check; what a withheld one says beside its estimate is withheld with it."""
    empty = dict.fromkeys(("expected", "p", "least_p", "q", "limits", "verdict"))
    whole = {
        "attribute": REGION,
        "groups": list(groups),
        "figure": figure,
        "about": "",
        "estimate": dict(found),
        **empty,
        "why": "",
        **more,
    }
    if found["state"] == "suppressed":
        hidden = dict.fromkeys(("expected", "p", "least_p", "q"))
        whole |= {**hidden, "why": "the figures are hidden, so that nobody can be singled out"}
    return whole


def check(name: str, title: str, rows: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """The answer of a check."""
    return {
        "check": name,
        "title": title,
        "basis": "A choice of this project, for tests.",
        "family": "exploratory",
        "not_computed": "",
        "notes": [],
        "rows": [dict(r) for r in rows],
        **more,
    }


def _by_region(start: float, step: float, half: float) -> list[tuple[str, Figure]]:
    return [
        (region, None if region in HIDDEN else around(start + step * (7 * n % 16), half))
        for n, region in enumerate(REGIONS)
    ]


def _label_distribution() -> dict[str, Any]:
    rows = [
        row(
            REGIONS,
            "cramers-v",
            estimate((0.134, 0.101, 0.171), 3_980),
            expected=estimate((0.021, 0.0, 0.043)),
            p=0.0005,
            least_p=0.0005,
            q=0.002,
            limits=[None, 0.1],
            verdict="breached",
            why="the whole interval lies above the limit",
        )
    ]
    return check("label-distribution", "Do the labels depend on the region?", rows)


def _gold_policy() -> dict[str, Any]:
    rows = []
    for policy, start in (("one group’s votes", 0.62), ("all votes", 0.74)):
        rows += [
            row(
                (region,),
                "tpr",
                estimate(figure, 310, VOTES),
                about=policy,
                expected=estimate(around(start + 0.06, 0.03)),
                limits=[0.7, None],
                verdict="met" if start > 0.7 else "insufficient-evidence",
            )
            for region, figure in _by_region(start, 0.012, 0.04)
        ]
    for policy, gap, excess in (
        ("one group’s votes", 0.328, 0.103),
        ("all votes", 0.14, 0.113),
    ):
        for name, value in (("tpr-gap", gap), ("tpr-gap-excess", excess)):
            rows.append(
                row(
                    REGIONS,
                    name,
                    estimate(around(value, 0.05), 310, VOTES),
                    about=policy,
                    expected=estimate(around(gap - excess, 0.024)) if name == "tpr-gap" else None,
                    limits=[-0.1, 0.1],
                    verdict="breached" if value > 0.15 else "insufficient-evidence",
                    p=0.003,
                    q=0.012,
                )
            )
    notes = [
        "Given these votes: nothing is said about other annotators.",
        "The data say how comments are labeled, nothing about whose comments are hidden.",
    ]
    return check("gold-policy", "Does the gold label fit every region?", rows, notes=notes)


def _impact_ratio() -> dict[str, Any]:
    figures: list[tuple[str, Figure]] = [
        ("R01", (0.91, 0.83, 1.0)),
        ("R02", (0.62, 0.55, 0.71)),
        ("R03", (0.14, 0.0, 0.38)),
        ("R04", (1.31, 1.12, 1.66)),
        ("R05", "nobody in this group was selected"),
        ("R07", None),
        ("R11", (0.99, 0.93, 1.06)),
    ]
    verdicts = dict(zip(["R01", "R02", "R03", "R04", "R11"], "mbbib", strict=True))
    words = {"m": "met", "b": "breached", "i": "insufficient-evidence"}
    rows = [
        row(
            (region, "R13"),
            "impact-ratio",
            estimate(figure, 480),
            about="fine",
            limits=[0.8, 1.25],
            verdict="met" if region == "R11" else words[verdicts.get(region, "i")],
            why="about 60 annotators would settle it" if region == "R04" else "",
        )
        for region, figure in figures
    ]
    return check("impact-ratio", "Is “fine” given as often as in the reference region?", rows)


def _cross_group() -> dict[str, Any]:
    rows = [
        row((region,), name, estimate(figure, 400), p=0.04, least_p=0.0005, q=0.19)
        for name, start in (("xrr", 0.31), ("gai", 1.02))
        for region, figure in [*_by_region(start, 0.01, 0.06)[:5], ("R12", None)]
    ]
    rows.append(row(("R16",), "gai", estimate("agreement with everybody else may be 0")))
    return check("cross-group-agreement", "Does a region read comments in its own way?", rows)


def _intersections() -> dict[str, Any]:
    rows = [
        row(
            (f"{region} and aged {age}",),
            "label-rate",
            estimate(figure, 120),
            about="insult",
            p=0.02,
            q=0.31,
        )
        for age in ("18 to 34", "35 to 64", "65 and older")
        for region, figure in _by_region(0.24, 0.006, 0.05)
    ][:40]
    for one in rows:
        one["attribute"] = "region and age"
    return check("intersections", "Do small groups inside the groups stand out?", rows)


def _others() -> list[dict[str, Any]]:
    flips = [
        row((), "flips", estimate(around(value, 0.01), 420), about=rule, limits=[None, 0.05])
        for rule, value in (("Dawid–Skene", 0.031), ("votes balanced by group", 0.062))
    ]
    proxies = [
        row((), "auc", estimate(around(0.58, 0.04), 96), about="time of day", limits=[None, 0.6])
    ]
    return [
        check("consensus-sensitivity", "Does another rule of consensus change the labels?", flips),
        check("proxies", "Does anything give the region away?", proxies),
        check(
            "drift",
            "Did a new guideline change how people label?",
            (),
            not_computed="no items were labeled under both versions (a bridge set)",
        ),
    ]


def _groups(moved: float) -> list[dict[str, Any]]:
    found = []
    for region, figure in _by_region(0.22, 0.012, 0.05):
        hidden = region in HIDDEN
        shown = figure if isinstance(figure, tuple) else None
        insult = None if shown is None else around(shown[0] + moved, 0.05)
        other = None if insult is None else around(1 - insult[0], 0.05)
        found.append(
            {
                "attribute": REGION,
                "value": region,
                "side": "annotator",
                "ratings": None if hidden else 250,
                "items": None if hidden else 240,
                "annotators": None if hidden else 24,
                "alpha": estimate(None if hidden else around(0.4, 0.08)),
                "ac1": estimate(None if hidden else around(0.5, 0.08)),
                "percent_agreement": estimate(None if hidden else around(0.7, 0.05)),
                "rates": {"insult": estimate(insult), "fine": estimate(other)},
                "missing": {"unsure": estimate(None if hidden else around(0.06, 0.02))},
                "accuracy": estimate("no reference label"),
                "fpr": {},
                "fnr": {},
            }
        )
    return found


def _gate_rows(gap: Figure) -> list[dict[str, Any]]:
    pairs: list[tuple[str, Figure, str]] = [
        (
            "R02 less R13",
            gap,
            "breached" if gap and float(gap[1]) > 0.1 else "insufficient-evidence",
        ),
        ("R11 less R13", around(0.021, 0.04), "met"),
        ("R07 less R13", None, "insufficient-evidence"),
    ]
    return [
        {
            "gate": "gate.region-rate-gap",
            "attribute": REGION,
            "value": value,
            "estimate": estimate(figure),
            "verdict": verdict,
            "why": "about 80 annotators would settle it" if verdict[0] == "i" else "so it is",
        }
        for value, figure, verdict in pairs
    ]


def _gaps() -> list[dict[str, Any]]:
    return [
        {
            "check": "label-rate-gap",
            "attribute": REGION,
            "a": a,
            "b": b,
            "label": "insult",
            "estimate": estimate(figure, 480),
            "p": None if figure is None else 0.021,
            "least_p": None if figure is None else 0.0005,
            "why": "",
            "margin": 0.1,
            "verdict": verdict,
        }
        for a, b, figure, verdict in (
            ("R02", "R13", around(0.163, 0.05), "breached"),
            ("R11", "R13", around(0.021, 0.04), "met"),
            ("R15", "R13", around(-0.084, 0.04), "insufficient-evidence"),
            ("R12", "R13", None, "insufficient-evidence"),
        )
    ]


def record(
    number: int, day: str, table: str, version: str, gap: Figure, *, whole: bool = False
) -> dict[str, Any]:
    """One record; `gap` moves from record to record. One that is not `whole` has one check."""
    overall = {
        "ratings": 3_980,
        "items": 420,
        "annotators": 384,
        "alpha": estimate(around(0.42, 0.03), 3_980),
        "ac1": estimate(around(0.53, 0.03), 3_980),
        "percent_agreement": estimate(around(0.72, 0.02), 3_980),
        "rates": {
            "insult": estimate(around(0.301, 0.02), 3_980),
            "fine": estimate(around(0.699, 0.02), 3_980),
        },
        "missing": {"unsure": estimate(around(0.06, 0.01), 4_240)},
        "accuracy": estimate("no reference label"),
        "fpr": {},
        "fnr": {},
    }
    checks = [_label_distribution()]
    if whole:
        checks += [_gold_policy(), _impact_ratio(), _cross_group(), _intersections(), *_others()]
    return {
        "id": f"REC-{number:04}",
        "title": f"Made-up figures of every shape, {day}",
        "audit": "AUD-0002",
        "taxonomy": "taxonomy.comments",
        "taxonomy_version": version,
        "computed_for": day,
        "profile": "default",
        "manifest": {
            "data_name": "Invented ratings by region",
            "data_sha256": table,
            "licence": "CC0 1.0",
            "synthetic": True,
            "rows": 4_240,
            "tool_version": "0.1.0",
            "definition_sha256": ONE_TABLE,
        },
        "result": {
            "format_version": 1,
            "overall": overall,
            "groups": _groups(0.01 * number) if whole else [],
            "gaps": _gaps() if whole else [],
            "ratios": [],
            "findings": [
                {
                    "check": "label-rate-gap",
                    "attribute": REGION,
                    "value": "R02",
                    "verdict": "breached",
                    "why": "a gap of more than ten points to Stockholm",
                }
            ],
            "excluded": [{"reason": "unsure", "rows": 260}],
            "checks": checks,
        },
        "gates": _gate_rows(gap),
    }


def rich_records() -> tuple[dict[str, Any], ...]:
    """Two records of one table, then one of another table under a newer version of the labels."""
    return (
        record(2, "2026-03-31", ONE_TABLE, "1.1.0", around(0.163, 0.05)),
        record(3, "2026-06-30", ONE_TABLE, "1.1.0", around(0.121, 0.05)),
        record(4, "2026-09-30", OTHER_TABLE, "1.1.1", around(0.064, 0.05), whole=True),
    )


def write_rich_records(root: Path) -> None:
    """Write them where the repository at `root` keeps the records of its second audit."""
    folder = root / "audits" / "second" / "records"
    folder.mkdir(parents=True, exist_ok=True)
    for made in rich_records():
        text = json.dumps(made, ensure_ascii=False, indent=1)
        (folder / f"{made['id']}.json").write_text(f"{text}\n", encoding="utf-8")
