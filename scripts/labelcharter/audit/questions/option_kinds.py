"""What may stand in the options of a check, said by the check, read before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from labelcharter.registry.nearest import did_you_mean

Kind = Literal["share", "number", "whole", "word", "words", "range", "truth", "table", "list"]


def option_faults(options: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Every option that the check does not take, or that has another form than it should."""
    for name, value in options.items():
        if name not in kinds:
            meant = did_you_mean(name, kinds) or f"it takes {', '.join(kinds) or 'none'}"
            yield f"there is no option `{name}`; {meant}"
        elif not _FORMS[kinds[name]][1](value):
            yield f"the option `{name}` is {_FORMS[kinds[name]][0]}, not `{value}`"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_list_of(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(test, value))


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_range(value: Any) -> bool:
    return _is_list_of(_is_number)(value) and len(value) == 2 and value[0] <= value[1]


_FORMS: Mapping[Kind, tuple[str, Callable[[Any], bool]]] = {
    "share": ("a number from 0 to 1", lambda v: _is_number(v) and 0 <= v <= 1),
    "number": ("a number", _is_number),
    "whole": ("a whole number from 1", lambda v: _is_number(v) and v == int(v) >= 1),
    "word": ("a word", _is_word),
    "words": ("a list of words", _is_list_of(_is_word)),
    "range": ("two numbers, the lower first", _is_range),
    "truth": ("true or false", lambda v: isinstance(v, bool)),
    "table": ("a table of names", lambda v: isinstance(v, dict) and bool(v)),
    "list": ("a list", lambda v: isinstance(v, list) and bool(v)),
}
