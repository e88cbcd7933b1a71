"""A fingerprint of ratings that are in no file: of what was counted, not of the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from labelcharter.audit.reductions.source import ItemCounts, Source
from labelcharter.audit.reductions.tally import Tally


def fingerprint(source: Source) -> str:
    """SHA-256 of the labels, groups and reductions; the same for the same ratings in any order.

    Any rating added, taken away or changed changes it, but for the names of items and annotators.
    """
    digest = hashlib.sha256()

    def take(*texts: str) -> None:
        for text in texts:
            digest.update(f"{len(text.encode())}:{text}".encode())

    take("labelcharter reductions 1", str(source.rows), *source.labels, *source.answers)
    for excluded in source.excluded:
        take(excluded.reason, str(excluded.rows), str(excluded.conflicting))
    for attribute in ("", *(trait.attribute for trait in source.traits)):
        take(attribute)
        for table in _tables(source, attribute):
            for name in table.__slots__:
                numbers = np.ascontiguousarray(getattr(table, name), dtype="<i8")
                take(name, str(numbers.shape))
                digest.update(numbers.tobytes())
    for trait in source.traits:
        take(trait.attribute, trait.side, *trait.values)
    return digest.hexdigest()


def _tables(source: Source, attribute: str) -> Sequence[Tally | ItemCounts]:
    if not attribute:
        return [source.tally("")]
    return [source.tally(attribute), source.items(attribute)]
