"""Values of governed files in plain words: dates, lengths of time, words of a list, figures."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

_WORDS = {
    "at-most": "at most",
    "at-least": "at least",
    "strict-majority": "strict majority",
    "one-group": "the votes of one group",
    "pooled": "all votes together",
    "data-subject": "the person an item is about",
    "affected-person": "the person a decision affects",
    "annotator": "the annotator",
    "single": "one answer an item",
    "multi": "several answers an item",
    "ordinal": "one answer on a scale",
    "in-force": "in force",
    "not-yet-applicable": "not yet applicable",
    "text-read": "we read the text",
    "secondary-source": "taken from a secondary source",
    "insufficient-evidence": "not enough evidence",
    "lower-is-better": "lower is better",
    "higher-is-better": "higher is better",
    "nearer-to-one": "the nearer to one the better",
    "nearer-to-zero": "the nearer to zero the better",
    "accountable-executive": "accountable executive",
    "statistical-computational": "statistical or computational",
    "unknown-yet": "not known yet",
    "promise": "a promise loosened",
}
_UNITS = {
    "Y": "year",
    "M": "month",
    "W": "week",
    "D": "day",
    "TH": "hour",
    "TM": "minute",
}
_DURATION = re.compile(r"(\d+)([YMWDH])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def words(value: str) -> str:
    """A word of a closed list as people say it: "at-most" -> "at most"."""
    return _WORDS.get(value, value.replace("-", " "))


def day(text: str) -> str:
    """A date for readers: "31 March 2026"; anything that is no date stays as it is."""
    if not _DATE.fullmatch(text):
        return text
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def duration(text: str) -> str:
    """PT4H -> "4 hours", P1Y6M -> "1 year 6 months"; anything else stays as it is."""
    date_part, _, time_part = text.partition("T")
    found = [(n, unit) for n, unit in _DURATION.findall(date_part)]
    found += [(n, f"T{unit}") for n, unit in re.findall(r"(\d+)([HM])", time_part)]
    if not text.startswith("P") or not found:
        return text
    return " ".join(count(int(n), _UNITS[unit]) for n, unit in found)


def count(number: int, word: str, plural: str = "") -> str:
    """(1, "hour") -> "1 hour"; (4, "hour") -> "4 hours"; thousands are set apart."""
    return f"{whole(number)} {word if number == 1 else plural or f'{word}s'}"


def whole(number: int) -> str:
    """12345 -> "12,345"."""
    return f"{number:,}"


def number(value: int | float) -> str:
    """A number as written in a file: .1 -> "0.1", 3 -> "3"."""
    return f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else whole(value)


def figure(value: float, unit: str = "") -> str:
    """An estimated value: three decimals, or with a unit ("%", "points") as hundredths with one."""
    text = f"{100 * value:.1f} {unit}" if unit else f"{value:.3f}"
    return text.replace("-", "−")


def interval(estimate: Mapping[str, Any], unit: str = "") -> str:
    """The ends of an estimate's interval, one of them where the other is open, or a dash."""
    low, high = estimate.get("low"), estimate.get("high")
    if not isinstance(low, int | float):
        return f"{figure(high, unit)} or less" if isinstance(high, int | float) else "–"
    if not isinstance(high, int | float):
        return f"{figure(low, unit)} or more"
    start = figure(low, unit).removesuffix(f" {unit}") if unit else figure(low)
    return f"{start} to {figure(high, unit)}"


def limit(value: float, unit: str = "") -> str:
    """A limit as it was set, without decimals that nobody wrote: 0.1 -> "0.1", "10 points"."""
    text = f"{number(round(100.0 * value, 4))} {unit}" if unit else number(value)
    return text.replace("-", "−")


def tolerated(limits: tuple[float | None, float | None] | None, unit: str = "") -> str:
    """A tolerated range: "0.8 to 1.25", "at most 5 points", "" where none is set."""
    low, high = limits or (None, None)
    if low is None:
        return f"at most {limit(high, unit)}" if high is not None else ""
    if high is None:
        return f"at least {limit(low, unit)}"
    start = limit(low, unit).removesuffix(f" {unit}") if unit else limit(low)
    return f"{start} to {limit(high, unit)}"


def probability(value: Any) -> str:
    """A p value: three decimals, four below .001, and never a zero."""
    if not isinstance(value, int | float):
        return "–"
    if value < 0.0001:
        return "< 0.0001"
    return f"{value:.4f}" if value < 0.001 else f"{value:.3f}"


def estimate_words(estimate: Mapping[str, Any]) -> str:
    """The value with its interval and n, or why there is no figure."""
    value = estimate.get("value")
    if estimate.get("state") != "estimated" or not isinstance(value, int | float):
        return no_figure(estimate)
    return f"{figure(value)} (95 % interval {interval(estimate)}, {n_words(estimate)})"


def n_words(estimate: Mapping[str, Any]) -> str:
    """The number behind a figure, or that it is not shown."""
    n = estimate.get("n")
    return f"n {whole(n)}" if isinstance(n, int) else "n not shown"


def no_figure(estimate: Mapping[str, Any]) -> str:
    """Why there is no figure: withheld, or not to be had from the data."""
    reason = estimate.get("reason") or ""
    head = "withheld" if estimate.get("state") == "suppressed" else "cannot be estimated"
    return f"{head}: {reason}" if reason else head


def basis(value: str) -> str:
    """Where a limit comes from, inside a sentence."""
    return {"statute": "a statute", "guidance": "guidance", "council": "the council"}.get(
        value, "nowhere that is written down"
    )


def verdict_words(verdict: str) -> str:
    """A verdict as a reader meets it."""
    return {"met": "Met", "breached": "Breached"}.get(verdict, "Not enough evidence")
