"""What mkdocs calls while it builds: the one step that must happen on rendered HTML."""

from __future__ import annotations

from typing import Any

from labelcharter.site.sanitise import sanitised


def on_page_content(html: str, **_: Any) -> str:
    """The article of one page, without anything that runs."""
    return sanitised(html)
