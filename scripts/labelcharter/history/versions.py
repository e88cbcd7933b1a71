"""One element as it once was, without the places that only today's files have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.history.earlier_shapes import todays_shape
from labelcharter.history.written_numbers import as_written
from labelcharter.registry.graph import Element

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Version:
    """One element as it once was. `digest` is equal where nothing but its writing differs."""

    id: str
    kind: str
    parent: str | None
    data: Mapping[str, Any]
    body: str
    digest: bytes


def version_of(element: Element) -> Version:
    """`element` in today's shape, without its places.

    Raises ValueError for text that no file could hold.
    """
    data = todays_shape(element.kind, as_written(element))
    return version(element.id, element.kind, element.parent, data, element.body)


def version(
    identifier: str, kind: str, parent: str | None, data: Mapping[str, Any], body: str = ""
) -> Version:
    """A version with its digest. Raises ValueError for text that no file could hold."""
    canonical = _CANONICAL.encode([kind, parent, data, body.replace("\r\n", "\n")])
    digest = hashlib.blake2b(canonical.encode("utf-8"), digest_size=16).digest()
    return Version(identifier, kind, parent, data, body, digest)
