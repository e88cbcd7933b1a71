"""What makes two diagnostics of two runs the same one, wherever its line has moved."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from labelcharter.reading.diagnostic import Diagnostic

# “passed 3 days ago” is the same finding tomorrow.
_DAYS = re.compile(r"[0-9,]+ days?\b")


def fingerprints(found: Sequence[Diagnostic]) -> Iterator[str]:
    """A SHA-256 for each diagnostic, all different; neither lines nor the passing of days count."""
    seen: dict[str, int] = {}
    for d in found:
        base = f"{d.code}\0{d.place.path}\0{_DAYS.sub('days', d.message)}"
        seen[base] = seen.get(base, 0) + 1
        yield hashlib.sha256(f"{base}\0{seen[base]}".encode()).hexdigest()
