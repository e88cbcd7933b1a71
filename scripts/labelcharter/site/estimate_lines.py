"""One estimate as the cells of a table: nowhere a value without its interval and its n."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.site.wording import figure, interval, n_words, no_figure, whole

_FINEST = 4  # decimals that rows are sorted by: no more is given away than is shown
_NOT_ASKED = {"state": "not-estimable", "reason": "not asked"}


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one estimate. `sort` is what rows are ordered by, "" where there is no value."""

    name: str
    value: str
    interval: str
    n: str
    note: str
    sort: str


def line(name: str, estimate: Mapping[str, Any], unit: str = "") -> Line:
    """An estimate under the name of its group; dashes and the reason where there is no figure."""
    value = estimate.get("value")
    if estimate.get("state") != "estimated" or not isinstance(value, int | float):
        return Line(name, "–", "–", "–", no_figure(estimate), "")
    n = estimate.get("n")
    return Line(
        name,
        figure(value, unit),
        interval(estimate, unit),
        whole(n) if isinstance(n, int) else n_words(estimate),
        str(estimate.get("reason") or ""),
        f"{value:.{_FINEST}f}",
    )


def estimate_of(row: Mapping[str, Any], key: str = "estimate") -> Mapping[str, Any]:
    """The estimate under `key`; one without a figure where the record holds none.

    What is not to be shown loses its numbers here, whatever the record says, so that nothing drawn
    or written from it can give them away.
    """
    found = row.get(key)
    if not isinstance(found, Mapping):
        return _NOT_ASKED
    if found.get("state") == "estimated":
        return found
    return {"state": str(found.get("state")), "reason": str(found.get("reason") or "")}


def is_withheld(estimate: Mapping[str, Any]) -> bool:
    """True for a figure that exists and is not shown."""
    return estimate.get("state") == "suppressed"


def entries_of(record: Element, key: str) -> Iterator[Mapping[str, Any]]:
    """The entries of a list in the record's result: gaps, ratios, findings, excluded rows."""
    for entry in record.items("result", key):
        if isinstance(entry, Mapping):
            yield entry
