"""From the bytes of an old version to its elements: a pure function of bytes and form.

The path plays no part (a crosswalk's id apart, which is its path), so the same bytes mean the same
wherever and whenever they lay, and are read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from labelcharter.history.chunks import Parts, read_parts
from labelcharter.history.versions import Version, version_of
from labelcharter.reading.characters import LARGEST_FILE
from labelcharter.reading.diagnostic import Diagnostic
from labelcharter.registry.documents import read_source

# Raised when what `read_bytes` makes of the same bytes changes: part of the key of any store.
EXTRACTOR_VERSION = 2

# Mistakes that leave exactly one way to read the file. With any other the values are a guess, and
# a guess is no evidence.
_ONE_READING = frozenset({"Y010", "Y011", "Y012"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one version of a file held; `unreadable` says why nothing could be read, else ""."""

    versions: Mapping[str, Version]
    unreadable: str = ""


def form_of(path: str) -> str:
    """What besides its bytes decides how a file is read."""
    return path if path.endswith(".csv") else f".{path.rpartition('.')[2]}"


def read_bytes(data: bytes, form: str, parts: Parts | None = None) -> Reading:
    """The elements in `data`. Never raises: old versions hold things that nobody foresaw.

    `parts` remembers what was read before; the answer is the same without, only slower.
    """
    try:
        cut = parts is not None and form in (".yaml", ".md")
        found = read_parts(data, parts, form) if parts is not None and cut else None
        if found is not None:
            return _reading(found)
        source = read_source(data, form)
        held = isinstance(source.document.value, dict)
        harmless = _ONE_READING if held else frozenset()
        reason = _first_error(source.document.problems, harmless)
        if reason or not held:
            return unreadable(reason or "it holds no fields")
        return _reading(map(version_of, source.elements))
    except Exception as error:  # noqa: BLE001 - any fault of one old file must not hide all others
        return unreadable(f"{type(error).__name__}: {error}")


def _reading(versions: Iterable[Version]) -> Reading:
    found: dict[str, Version] = {}
    for version in versions:
        found.setdefault(version.id, version)
    return Reading(MappingProxyType(found))


def too_large(size: int) -> Reading:
    """The reading of a file that is not even fetched."""
    return unreadable(f"the file is {size:,} bytes; a governed file has at most {LARGEST_FILE:,}")


def unreadable(reason: str) -> Reading:
    """A reading that failed for `reason`."""
    return Reading(MappingProxyType({}), reason)


def _first_error(problems: tuple[Diagnostic, ...], harmless: frozenset[str]) -> str:
    for problem in problems:
        if problem.severity == "error" and problem.code not in harmless:
            return f"line {problem.place.line}: {problem.message}"
    return ""
