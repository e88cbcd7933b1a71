"""An audit for a person at a terminal: what was read, each group, each comparison, what it means.

Reads the JSON (`output.as_json`) and nothing else, so that it cannot show what that hides.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

from labelcharter.audit.questions.figures import NO_GOLD
from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.verdicts import WORST_FIRST, figure, with_interval

_WORDS = {"met": "met", "breached": "BREACHED", "insufficient-evidence": "not enough evidence"}
_COLOUR = {"met": "green", "breached": "bold red", "insufficient-evidence": "yellow"}
_CHECKS = {
    "agreement-gap": "Differences in agreement (alpha)",
    "label-rate-gap": "Differences in how often `{}` is given",
    "missing-rate": "Differences in how often there is `{}`",
    "accuracy-gap": "Differences in accuracy against gold",
    "false-positive-gap": "Differences in how often `{}` is given where gold has another label",
    "false-negative-gap": "Differences in how often `{}` is not given where gold has it",
}
_NARROW = 100
_RATES_SIDE_BY_SIDE = 4


def report(result: Mapping[str, Any], name: str, *, colour: bool) -> str:
    """The whole report as text, at least as wide as its tables need."""
    from rich.console import Console

    out = io.StringIO()
    width = max(_NARROW, shutil.get_terminal_size((_NARROW, 24)).columns)
    console = Console(
        file=out, width=width, no_color=not colour, force_terminal=colour, highlight=False
    )
    for part in _parts(result, name):
        console.print(part, soft_wrap=isinstance(part, str))
    return out.getvalue()


def _parts(result: Mapping[str, Any], name: str) -> Iterator[Any]:
    method, overall = result["method"], result["overall"]
    yield f"[b]Audit of {_plain(name)}[/b]: {_count(method['rows'])} rows"
    for excluded in result["excluded"]:
        disagree = excluded.get("conflicting")
        more = f" ({disagree} of these pairs disagree)" if disagree else ""
        yield f"  left out {_count(excluded['rows'])}: {_plain(excluded['reason'])}{more}"
    yield (
        f"  counted {_count(overall['ratings'])} ratings of {_count(overall['items'])} items by "
        f"{_count(overall['annotators'])} annotators; labels are {method['scale']}"
    )
    yield "\n[b]Agreement[/b]"
    yield _agreement(result)
    yield "\n[b]How often each label is given[/b]"
    yield _rates(result)
    yield from _against_gold(result)
    yield from _predictions(result)
    for note in _notes(result):
        yield f"  {_plain(note)}"
    yield from _gaps(result)
    yield from _consensus(result)
    yield from _checks(result)
    yield "\n[b]What it comes to[/b]"
    yield from _findings(result)
    yield f"\nIntervals: {method['intervals']}."


def _rows(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(name, figures) of everybody and of each group; the attribute once it needs telling apart."""
    yield "everybody", result["overall"]
    several = len({group["attribute"] for group in result["groups"]}) > 1
    for group in result["groups"]:
        yield f"{group['attribute']} {group['value']}" if several else group["value"], group


def _table(*columns: str) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        right = name in ("ratings", "items", "annotators", "p", "q")
        table.add_column(_plain(name), justify="right" if right else "left", no_wrap=True)
    return table


def _agreement(result: Mapping[str, Any]) -> Any:
    table = _table("", "ratings", "items", "annotators", "alpha", "AC1", "raw")
    for name, row in _rows(result):
        raw = row["percent_agreement"]
        table.add_row(
            _plain(name),
            *(_count(row[k]) for k in ("ratings", "items", "annotators")),
            _estimate(row["alpha"]),
            _estimate(row["ac1"]),
            _estimate(raw).partition(" (")[0],
        )
    return table


def _rates(result: Mapping[str, Any]) -> Any:
    """Labels side by side while they fit, else below one another."""
    shown = _telling(result["method"])
    columns = [("rates", label, f"`{label}`") for label in shown]
    columns += [("missing", s, f"`{s}` (state)") for s in result["overall"]["missing"]]
    if len(columns) <= _RATES_SIDE_BY_SIDE:
        table = _table("", *(title for _, _, title in columns))
        for name, row in _rows(result):
            table.add_row(_plain(name), *(_estimate(row[what].get(k)) for what, k, _ in columns))
        return table
    table = _table("label", "", "share")
    for what, key, title in columns:
        for name, row in _rows(result):
            table.add_row(_plain(title), _plain(name), _estimate(row[what].get(key)))
    return table


def _notes(result: Mapping[str, Any]) -> list[str]:
    """Why figures are missing or are less than they seem, each reason once."""
    reasons: dict[str, list[str]] = {}
    for name, row in _rows(result):
        for what in ("alpha", "ac1"):
            reason = row[what]["reason"]
            if reason:
                reasons.setdefault(f"{what}: {reason}", []).append(name)
        for label, estimate in row["rates"].items():
            if estimate["reason"] and estimate["state"] == "estimated":
                reasons.setdefault(f"rate of {label}: {estimate['reason']}", []).append(name)
    return [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]


def _against_gold(result: Mapping[str, Any]) -> Iterator[Any]:
    accuracies = [row["accuracy"] for _, row in _rows(result)]
    if all(a["reason"] == NO_GOLD or a["state"] == "suppressed" for a in accuracies):
        return
    labels = _telling(result["method"])
    yield "\n[b]Against gold[/b]"
    if len(labels) > 1:
        table = _table("", "right")
        for name, row in _rows(result):
            table.add_row(_plain(name), _estimate(row["accuracy"]))
    else:
        (label,) = labels
        table = _table("", "right", f"`{label}` where gold is not", f"not `{label}` where gold is")
        for name, row in _rows(result):
            figures = (row["accuracy"], row["fpr"][label], row["fnr"][label])
            table.add_row(_plain(name), *(_estimate(estimate) for estimate in figures))
    yield table


def _predictions(result: Mapping[str, Any]) -> Iterator[Any]:
    if not result.get("predictions"):
        return
    yield "\n[b]Predictions[/b], each item once"
    table = _table("", "selected", "of those that gold favours", "of the others")
    for row in result["predictions"]:
        figures = (row["selection_rate"], row["tpr"], row["fpr"])
        table.add_row(_plain(row["value"]), *(_estimate(estimate) for estimate in figures))
    yield table


def _gaps(result: Mapping[str, Any]) -> Iterator[Any]:
    blocks: dict[str, list[Mapping[str, Any]]] = {}
    telling = _telling(result["method"])
    for gap in result["gaps"]:
        if gap["check"] == "label-rate-gap" and gap["label"] not in telling:
            continue
        blocks.setdefault(_CHECKS[gap["check"]].format(gap["label"]), []).append(gap)
    for title, gaps in blocks.items():
        yield f"\n[b]{_plain(title)}[/b], margin {figure(gaps[0]['margin'])}"
        table = _table("", "difference", "p", "")
        for gap in gaps:
            table.add_row(
                _plain(f"{gap['a']} less {gap['b']}"),
                _estimate(gap["estimate"]),
                "" if gap["p"] is None else f"{gap['p']:.4f}".lstrip("0"),
                _verdict(gap["verdict"]),
            )
        yield table
    if any(gap["p"] is not None for gap in result["gaps"]):
        yield "  p: how often people dealt to the two groups at random differ as much or more"


def _consensus(result: Mapping[str, Any]) -> Iterator[str]:
    for one in result["consensus"]:
        yield (
            f"\nShare of items on which the majorities of all groups of "
            f"{_plain(one['attribute'])} agree: {_estimate(one['agree_on_all_groups'])} "
            f"(a tie is `{_plain(one['ties'])}`; the interval is over items, given these votes)."
        )


def _checks(result: Mapping[str, Any]) -> Iterator[Any]:
    for check in result.get("checks", ()):
        yield f"\n[b]{_plain(check['title'])}[/b]"
        if check["not_computed"]:
            yield f"  not computed: {_plain(check['not_computed'])}"
            continue
        columns = ["", "figure", "value"]
        expected = any(row["expected"] for row in check["rows"])
        tested = [key for key in ("p", "q") if any(row[key] is not None for row in check["rows"])]
        columns += ["if group meant nothing"] * expected + tested
        table = _table(*columns, "verdict")
        for row in check["rows"]:
            cells = [_plain(_who(row)), _plain(_figure_name(row)), _estimate(row["estimate"])]
            if expected:
                cells.append(_estimate(row["expected"]) if row["expected"] else "")
            cells += ["" if row[k] is None else f"{row[k]:.4f}".lstrip("0") for k in tested]
            table.add_row(*cells, _verdict(row["verdict"]) if row["verdict"] else "")
        yield table
        for note in check["notes"]:
            yield f"  {_plain(note)}"


def _who(row: Mapping[str, Any]) -> str:
    groups = row["groups"]
    if not groups:
        return "everybody" if not row["attribute"] else f"all of {row['attribute']}"
    return " and ".join(groups) if len(groups) != 2 else f"{groups[0]} : {groups[1]}"


def _figure_name(row: Mapping[str, Any]) -> str:
    return f"{row['figure']} ({row['about']})" if row["about"] else str(row["figure"])


def _findings(result: Mapping[str, Any]) -> Iterator[str]:
    """Worst first; two groups with one and the same gap share a line."""
    shared: dict[tuple[str, str, str], list[str]] = {}
    for finding in sorted(result["findings"], key=lambda f: WORST_FIRST.index(f["verdict"])):
        key = (finding["verdict"], finding["check"], finding["why"])
        shared.setdefault(key, []).append(finding["value"] or "everybody")
    for (verdict, check, why), groups in shared.items():
        yield f"  {_verdict(verdict)}  {check}, {_plain(' and '.join(groups))}: {_plain(why)}"


def _verdict(verdict: str) -> str:
    return f"[{_COLOUR[verdict]}]{_WORDS[verdict]}[/]"


def _telling(method: Mapping[str, Any]) -> list[str]:
    """All labels; of two, the one that is not favourable, since the other is its mirror."""
    labels = list(method["labels"])
    if len(labels) != 2:
        return labels
    return [label for label in labels if label != method["favourable"]][-1:]


def _estimate(estimate: Mapping[str, Any] | None) -> str:
    if estimate is None:
        return "none"
    if estimate["state"] != "estimated":
        return "hidden" if estimate["state"] == "suppressed" else "not estimable"
    return with_interval(Estimate(**estimate))


def _count(number: int | None) -> str:
    return "hidden" if number is None else f"{number:,}"


def _plain(text: str) -> str:
    """Text of a table: neither markup nor anything that moves the cursor."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text))
