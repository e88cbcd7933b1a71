"""The attacker: all attacks on published records, and what they come to.

Its input is what is published and nothing else. The same program judges a record before it is
written and the built site before it goes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.disclosure.attack.differences import from_differences
from labelcharter.audit.disclosure.attack.margins import from_margins
from labelcharter.audit.disclosure.attack.reading import published
from labelcharter.audit.disclosure.attack.statements import from_statements
from labelcharter.audit.disclosure.attack.verdicts import NARROW, Recovered


@dataclass(frozen=True, slots=True)
class Attacked:
    """`records` attacked, how many `hidden` counts they have, and what was `recovered` of them."""

    records: tuple[str, ...]
    hidden: int
    recovered: tuple[Recovered, ...]


def attack(
    contents: Sequence[Mapping[str, Any]], least_width: int = NARROW, least_change: int = NARROW
) -> Attacked:
    """Every attack on these records together.

    Raises Contradiction or TooLarge, and KeyError or TypeError where one is not a record.
    """
    records = [published(content) for content in contents]
    found = [
        *from_margins(records, least_width),
        *(one for record in records for one in from_statements(record)),
        *from_differences(records, least_change),
    ]
    return Attacked(
        tuple(record.id for record in records),
        sum(len(record.hidden) for record in records),
        tuple(sorted(set(found))),
    )


def belongs_with(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """True when two records are of one audit or of the same file, and so of one attack."""
    same_file = _sha(one) is not None and _sha(one) == _sha(other)
    return same_file or (bool(one.get("audit")) and one.get("audit") == other.get("audit"))


def _sha(content: Mapping[str, Any]) -> str | None:
    found = content.get("manifest", {}).get("data_sha256")
    return found if isinstance(found, str) else None
