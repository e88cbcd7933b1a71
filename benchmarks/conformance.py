"""What we print at the edge of what can be estimated, beside what other packages print or raise.

Everything in the table is computed when it is made. Run:
python -m benchmarks.conformance > benchmarks/results/conformance.md
"""

from __future__ import annotations

import datetime
import platform
import warnings
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.edge_cases import CASES, Case, faults_in
from benchmarks.other_packages import OTHERS, Shown


def main() -> None:
    """Print the page."""
    print("\n".join(_page()))


def _page() -> Iterator[str]:
    packages = ("fairlearn", "krippendorff", "scikit-learn", "scipy", "statsmodels")
    yield "# At the edge of what can be estimated\n"
    yield (
        f"Made {datetime.datetime.now(tz=datetime.UTC).date()} by `python -m "
        f"benchmarks.conformance`, Python {platform.python_version()}, "
        f"{', '.join(f'{p} {version(p)}' for p in packages)}. Every entry was computed when this "
        "page was made. A package stands in a row where it has a function for the question; what "
        "it returns is right by its own documentation, or has no meaning, or is a warning that a "
        "report built on it must not lose. Held by `tests/audit/test_conformance.py`: over the "
        "whole JSON of every case no number is infinite or NaN, and nothing that cannot be "
        "estimated has a value.\n"
    )
    yield "| case | asked | labelcharter | others |"
    yield "|---|---|---|---|"
    for case in CASES:
        result = case.audit()
        faults = list(faults_in(result))
        others = "<br>".join(f"{name}: {_said(call)}" for name, call in OTHERS[case.name].items())
        ours = _ours(case, result) + "".join(f"<br>FAULT {fault}" for fault in faults)
        yield f"| {case.name} | {case.asked} | {ours} | {others} |"


def _ours(case: Case, result: Mapping[str, Any]) -> str:
    estimate = case.figure(result)
    if estimate["state"] == "absent":
        return "the group is not listed"
    more = f"; {said}" if (said := case.said(result)) else ""
    if estimate["state"] != "estimated":
        return f"{estimate['state'].replace('-', ' ')}: {estimate['reason']}{more}"
    why = f" ({estimate['reason']})" if estimate["reason"] else ""
    return f"{estimate['value']:.3f} ({estimate['low']:.3f} to {estimate['high']:.3f}){why}{more}"


def _said(call: Shown) -> str:
    """What it returns, with its warnings; or what it raises."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            found = f"`{_short(call())}`"
        except Exception as error:  # noqa: BLE001 - whatever it raises is the entry
            found = f"{type(error).__name__}: {_first_words(str(error))}"
    kinds = sorted({type_.category.__name__ for type_ in warned})
    return found + (f" with {', '.join(kinds)}" if kinds else "")


def _short(value: object) -> str:
    if isinstance(value, tuple | list):
        return f"({', '.join(_short(part) for part in value)})"
    if isinstance(value, complex | np.complexfloating) and not isinstance(
        value, float | np.floating
    ):
        return f"{value:.3f}"
    return f"{float(value):.3g}" if isinstance(value, float | int | np.number) else str(value)


def _first_words(text: str) -> str:
    line = " ".join(text.split()).replace("|", "/").replace("`", "")
    return line if len(line) <= 90 else f"{line[:90]}…"


if __name__ == "__main__":
    main()
