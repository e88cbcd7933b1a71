"""The quick way to read fields in which nothing at all is doubtful.

History reads tens of thousands of parts of files, nearly all of them plain. Here the values are
built from libyaml's events without places and without words for mistakes. Whatever the strict
reader (`yaml_events`) would report, or might, makes this one give up; so where it answers, both
answer the same. A test compares them on damaged files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from labelcharter.reading.scalars import OLD_BOOLEANS, OLD_NULLS, is_not_finite, plain_value

_DEEPEST = 32  # the strict reader's limit is higher, and may count more levels around these fields
_ODD_KEYS = OLD_BOOLEANS | {"<<"}
_ODD_WORDS = OLD_BOOLEANS | OLD_NULLS

_Scalar, _Mapping, _Sequence = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
_MappingEnd, _SequenceEnd = yaml.MappingEndEvent, yaml.SequenceEndEvent


class _Doubt(Exception):
    """Something that the strict reader must judge."""


def undoubted_fields(text: str) -> dict[str, Any] | None:
    """The fields of a YAML text; None where there is any doubt, or anything but fields.

    Characters that do not show, comments and escapes are for the strict reader too.
    """
    if not text.replace("\n", "").isprintable() or "\\" in text or " #" in text or "\n#" in text:
        return None
    following: Callable[[], Any] = yaml.CSafeLoader(text).get_event
    try:
        following()  # the stream begins
        document, first = following(), following()
        if type(first) is not _Mapping or document.explicit:
            return None
        fields = _fields(first, following, 1)
        following()  # the document ends
        return fields if type(following()) is yaml.StreamEndEvent else None
    except (_Doubt, yaml.YAMLError):
        return None


def _fields(start: Any, following: Callable[[], Any], depth: int) -> dict[str, Any]:
    if start.anchor is not None or start.tag is not None or depth > _DEEPEST:
        raise _Doubt
    values: dict[str, Any] = {}
    while True:
        event = following()
        if type(event) is not _Scalar:
            if type(event) is _MappingEnd:
                return values
            raise _Doubt
        key: str = event.value
        if event.anchor is not None or event.tag is not None or key in _ODD_KEYS or key in values:
            raise _Doubt
        event = following()
        if type(event) is _Scalar:
            values[key] = _scalar(event)
        elif type(event) is _Mapping:
            values[key] = _fields(event, following, depth + 1)
        else:
            values[key] = _items(event, following, depth + 1)


def _items(start: Any, following: Callable[[], Any], depth: int) -> list[Any]:
    if type(start) is not _Sequence or start.anchor is not None or start.tag is not None:
        raise _Doubt
    if depth > _DEEPEST:
        raise _Doubt
    values: list[Any] = []
    while True:
        event = following()
        if type(event) is _Scalar:
            values.append(_scalar(event))
        elif type(event) is _SequenceEnd:
            return values
        elif type(event) is _Mapping:
            values.append(_fields(event, following, depth + 1))
        else:
            values.append(_items(event, following, depth + 1))


def _scalar(event: Any) -> Any:
    if event.anchor is not None or event.tag is not None:
        raise _Doubt
    text: str = event.value
    if not event.implicit[0]:  # quoted or block text
        return text
    if text in _ODD_WORDS:
        raise _Doubt
    value = plain_value(text)
    if is_not_finite(text, value):
        raise _Doubt
    return value
