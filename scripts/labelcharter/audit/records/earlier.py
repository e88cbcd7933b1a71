"""Records that are published already: what a new one is compared with, by us and by anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labelcharter.audit.disclosure.attack.attacker import belongs_with


def published_records(root: Path) -> list[Mapping[str, Any]]:
    """Every record of the repository but internal ones, oldest first; unreadable files are not."""
    found: list[Mapping[str, Any]] = []
    for path in sorted(root.glob("audits/*/records/*.json"), key=lambda path: path.name):
        try:
            record = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(record, dict) and record.get("profile") != "internal":
            found.append(record)
    return found


def earlier_records(
    root: Path, audit: str, data_sha256: str, identifier: str
) -> list[Mapping[str, Any]]:
    """Those of the same audit or the same file that were numbered before this one."""
    this = {"audit": audit, "manifest": {"data_sha256": data_sha256}}
    return [
        record
        for record in published_records(root)
        if belongs_with(record, this) and str(record.get("id")) < identifier
    ]
