"""The settings file at the root: whose repository this is and what it tolerates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SETTINGS_FILE = "labelcharter.yaml"


@dataclass(frozen=True, slots=True)
class Grandfathered:
    """Findings of rule `code` in `paths` count as notes up to and including `until` (ISO date)."""

    code: str
    paths: tuple[str, ...]
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settings:
    """See settings.schema.json for what each field means."""

    organisation: str = ""
    example_notice: str = ""
    source_url: str = ""
    edit_path: str = "edit/main/{path}#L{line}"
    commit_path: str = "commit/{commit}"
    site_url: str = ""
    published_history: str = ""
    grandfathered: tuple[Grandfathered, ...] = ()


def settings_from(value: dict[str, Any]) -> Settings:
    """Settings from the file's value.

    Fields of the wrong shape keep their default; the check reports them.
    """
    known = {}
    for name in (
        "organisation",
        "example_notice",
        "source_url",
        "edit_path",
        "commit_path",
        "site_url",
        "published_history",
    ):
        if isinstance(value.get(name), str):
            known[name] = value[name].rstrip("/") if name == "source_url" else value[name]
    debts = value.get("grandfathered")
    tolerated = tuple(
        Grandfathered(
            d["code"], tuple(p for p in d["paths"] if isinstance(p, str)), d["until"], d["reason"]
        )
        for d in (debts if isinstance(debts, list) else ())
        if isinstance(d, dict)
        and all(isinstance(d.get(k), str) for k in ("code", "until", "reason"))
        and isinstance(d.get("paths"), list)
    )
    return Settings(**known, grandfathered=tolerated)
