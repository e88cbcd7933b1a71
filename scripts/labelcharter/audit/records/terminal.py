"""How results look at a terminal; no text of a table can move the cursor there."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Mapping
from typing import Any

from labelcharter.audit.statistics.estimate import Estimate
from labelcharter.audit.statistics.verdicts import with_interval

_WORDS = {"met": "met", "breached": "BREACHED", "insufficient-evidence": "not enough evidence"}
_COLOUR = {"met": "green", "breached": "bold red", "insufficient-evidence": "yellow"}
_NARROW, _WIDEST = 100, 1000


def printed(parts: Iterable[Any], *, colour: bool) -> str:
    """Text and tables below one another, at least as wide as the tables need."""
    from rich.console import Console

    out = io.StringIO()
    narrow = max(_NARROW, shutil.get_terminal_size((_NARROW, 24)).columns)
    wide = Console(width=_WIDEST)
    for part in parts:
        text = isinstance(part, str)
        width = narrow if text else max(narrow, wide.measure(part).maximum)
        console = Console(
            file=out, width=width, no_color=not colour, force_terminal=colour, highlight=False
        )
        console.print(part, soft_wrap=text)
    return out.getvalue()


def table_of(columns: Mapping[str, bool]) -> Any:
    """An empty table; each column's name, and whether it holds whole numbers."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name, number in columns.items():
        table.add_column(plain(name), justify="right" if number else "left", no_wrap=True)
    return table


def plain(text: str) -> str:
    """Text of a table: neither markup nor anything that moves the cursor."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text))


def verdict_in_words(verdict: str) -> str:
    """In its colour."""
    return f"[{_COLOUR[verdict]}]{_WORDS[verdict]}[/]"


def count(number: int | None) -> str:
    """`1,390`, or that it is hidden."""
    return "hidden" if number is None else f"{number:,}"


def estimate_in_words(estimate: Mapping[str, Any]) -> str:
    """`.462 (.426 to .498)`, or that there is none."""
    if estimate["state"] != "estimated":
        return "hidden" if estimate["state"] == "suppressed" else "not estimable"
    return with_interval(Estimate(**estimate))
