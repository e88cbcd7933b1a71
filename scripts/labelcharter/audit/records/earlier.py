"""Records that are published already: what a new one is compared with, by us and by anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from labelcharter.audit.disclosure.attack.attacker import belongs_with


def published_records(records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """All but internal ones, oldest first."""
    shown = (record for record in records if record.get("profile") != "internal")
    return sorted(shown, key=lambda record: str(record.get("id")))


def earlier_records(
    records: Iterable[Mapping[str, Any]], audit: str, data_sha256: str, identifier: str
) -> list[Mapping[str, Any]]:
    """Those of the same audit or the same file that were numbered before this one."""
    this = {"audit": audit, "manifest": {"data_sha256": data_sha256}}
    return [
        record
        for record in published_records(records)
        if belongs_with(record, this) and str(record.get("id")) < identifier
    ]
