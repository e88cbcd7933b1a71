"""What mkdocs calls in a preview only: generate the tree again before each rebuild."""

from __future__ import annotations

from typing import Any

from labelcharter.site.preview import regenerate


def on_config(config: Any) -> Any:
    """Write the tree anew and take over its navigation, which may have changed."""
    return regenerate(config)
