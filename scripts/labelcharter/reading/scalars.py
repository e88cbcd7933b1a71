"""What a plain YAML word means: YAML 1.2's core rules, with the traps of YAML 1.1 closed.

Only `true` and `false` are booleans, numbers are decimal, and everything else that is not empty is
text: dates, versions with two dots, times and codes with leading zeros stay as they were written.
"""

from __future__ import annotations

import re
from typing import TypeGuard

Scalar = str | int | float | bool | None

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")

_INFINITY = float("inf")

# 2**53: beyond it a reader in another language may silently change the number.
LARGEST_INTEGER_DIGITS = 16

OLD_BOOLEANS = frozenset(
    (
        "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
        "y", "Y", "n", "N", "True", "TRUE", "False", "FALSE",
    )
)  # fmt: skip
OLD_NULLS = frozenset(("Null", "NULL"))
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


def plain_value(text: str) -> Scalar:
    """The value of an unquoted word; text unless it is true, false, null or a decimal number."""
    first = text[:1]
    if first.isalpha() or not first:
        return _WORDS.get(text, text)
    if first in "-0123456789":
        if _INTEGER.match(text) and len(text) <= LARGEST_INTEGER_DIGITS:
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
    return _WORDS.get(text, text)


def is_not_finite(text: str, value: Scalar) -> bool:
    """True for `.nan`, `.inf` and for decimals too large to hold (1.0e400)."""
    if isinstance(value, float):
        return value in (_INFINITY, -_INFINITY)
    return text[:2].lstrip("+-")[:1] == "." and bool(_NOT_FINITE.match(text))


def is_text(value: object) -> TypeGuard[str]:
    """True for text."""
    return isinstance(value, str)
