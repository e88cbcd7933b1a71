"""What one build of the site is made from, read once: the graph, its history, its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.load import Repository
from labelcharter.registry.settings import Settings
from labelcharter.site.escape import safe_url
from labelcharter.site.timelines import Timelines


@dataclass(frozen=True)
class Edition:
    """One state of the repository as a reader will see it."""

    repository: Repository
    timelines: Timelines
    as_of: str = ""  # "as it stood on …" where this is a past state, for every page

    @property
    def graph(self) -> Graph:
        """All elements and links."""
        return self.repository.graph

    @property
    def settings(self) -> Settings:
        """Whose repository this is."""
        return self.repository.settings

    @cached_property
    def terms(self) -> Mapping[str, Element]:
        """Glossary terms by their title in lower case."""
        return {t.title.lower(): t for t in self.graph.of_kind("term") if t.status != "retired"}

    def edit_url(self, path: str, line: int) -> str:
        """Where the file behind a page is edited, or "" when no forge is configured."""
        return self._forge(self.settings.edit_path, path=path, line=str(line))

    def edit_here(self, path: str, line: int) -> str:
        """The same for "edit this page"; "" for a past state, which nobody can edit."""
        return "" if self.as_of else self.edit_url(path, line)

    def commit_url(self, commit: str) -> str:
        """Where a commit is shown, or ""."""
        return self._forge(self.settings.commit_path, commit=commit)

    def _forge(self, form: str, **parts: str) -> str:
        if not self.settings.source_url:
            return ""
        for name, value in parts.items():
            form = form.replace("{" + name + "}", value)
        return safe_url(f"{self.settings.source_url}/{form.lstrip('/')}")


def made_up(edition: Edition, element: Element) -> bool:
    """True where what a page says rests on invented data, so that nobody takes it for a fact."""
    if element.kind == "audit":
        return element.get("data", "synthetic") is True
    if element.kind == "record":
        return element.get("manifest", "synthetic") is True
    if element.kind == "finding":
        return any(
            made_up(edition, found)
            for field in ("record", "audit")
            if (found := edition.graph.elements.get(str(element.get(field)))) is not None
        )
    return False


def newest_record(edition: Edition, audit: Element) -> Element | None:
    """The record of an audit that was computed for the latest day, if it has one."""
    records = edition.graph.sources(audit.id, "record")
    return max(records, key=lambda r: (str(r.get("computed_for")), r.id), default=None)


def texts_in(value: Any) -> str:
    """All words of a value, for finding the glossary's terms in them."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return " ".join(texts_in(v) for v in value.values())
    if isinstance(value, list):
        return " ".join(texts_in(v) for v in value)
    return ""
