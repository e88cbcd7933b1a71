"""Elements written for an earlier schema, put into today's shape before they are compared.

When a field gets another name, every element that has it is written anew, and nothing about it has
changed. So an old version is converted in memory by what it shows, not by its date: a copy of an
old file that comes back years later is still read. The file keeps what it holds.

A change of the schemas that moves or renames a field adds one line to `_CONVERSIONS`, and raises
`extraction.EXTRACTOR_VERSION`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Data = Mapping[str, Any]


def todays_shape(kind: str, data: Data) -> Data:
    """The data of an element of `kind` as it would be written today."""
    for convert in _CONVERSIONS.get(kind, ()):
        data = convert(data)
    return data


def _renamed_inside(field: str, old: str, new: str) -> Callable[[Data], Data]:
    """`field.old` is called `field.new`; left alone where both stand, for then nobody knows."""

    def convert(data: Data) -> Data:
        held = data.get(field)
        if not isinstance(held, dict) or old not in held or new in held:
            return data
        renamed = {new if name == old else name: value for name, value in held.items()}
        return {**data, field: renamed}

    return convert


_CONVERSIONS: Mapping[str, tuple[Callable[[Data], Data], ...]] = {
    # The schema of feedback once asked for `on`: without quotes, a truth value to many tools.
    "feedback": (_renamed_inside("triage", "on", "triaged_on"),),
}
