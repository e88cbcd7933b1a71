"""Options of a check, read: a number, a list of attributes; refused in words that say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labelcharter.audit.questions.asked import Asked, Attribute
from labelcharter.audit.statistics.vote_permutation import PERMUTATIONS


class OptionRefused(Exception):
    """An option cannot be read; the message says which, why and what may stand there."""


def share(options: Mapping[str, Any], name: str) -> float | None:
    """A number from 0 to 1, or None where the option is not given. Raises OptionRefused."""
    value = options.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise OptionRefused(f"`{name}`: `{value}` is not a number from 0 to 1")
    return float(value)


def times(options: Mapping[str, Any]) -> int:
    """The option `permutations`. Raises OptionRefused."""
    wanted = options.get("permutations", PERMUTATIONS)
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
        raise OptionRefused(f"`permutations`: `{wanted}` is not a whole number above zero")
    return wanted


def asked_attributes(
    asked: Asked, options: Mapping[str, Any], sides: Sequence[str]
) -> list[Attribute]:
    """The attributes of these sides that have two groups or more; those named, if any are.

    Raises OptionRefused for a name that the table does not have.
    """
    named = options.get("attributes")
    if named is not None:
        if isinstance(named, str) or not isinstance(named, Sequence):
            raise OptionRefused("`attributes` is a list")
        known = [attribute.name for attribute in asked.attributes]
        for name in named:
            if name not in known:
                raise OptionRefused(f"`attributes`: `{name}` is none of {listed(known)}")
    return [
        attribute
        for attribute in asked.attributes
        if attribute.side in sides
        and len(attribute.values) > 1
        and (named is None or attribute.name in named)
    ]


def listed(words: Sequence[str] | Mapping[str, object]) -> str:
    """`a`, `b`, `c`."""
    return ", ".join(f"`{word}`" for word in words)
