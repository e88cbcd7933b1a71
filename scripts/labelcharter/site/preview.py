"""The live preview: mkdocs serves, and a change of a governed file generates the tree again."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

from labelcharter.site.generate import SETTINGS_FILE
from labelcharter.site.navigation import HOOKS_FILE
from labelcharter.site.publish import CannotBuild, environment, mkdocs_config, write_generated
from labelcharter.site.swap import alone
from labelcharter.site.timelines import Timelines, read_timelines

WATCHED = ("policies", "taxonomies", "audits", "docs", "labelcharter.yaml")
_PREVIEW_HOOKS = Path(__file__).with_name("preview_hooks.py")


def serve_site(root: Path, address: str, *, with_history: bool = True) -> None:
    """Serve the site at `address` (host:port) until interrupted. Raises CannotBuild, swap.Busy."""
    timelines = _timelines(root, with_history)
    with alone(root / "build" / "site.lock"):
        write_generated(root, timelines)
    mkdocs_config(root)  # says in plain words what is missing before mkdocs does
    from mkdocs.commands.serve import serve

    hooks = [str(_PREVIEW_HOOKS), str(root / HOOKS_FILE)]
    watch = [str(root / name) for name in WATCHED if (root / name).exists()]
    with environment(
        {
            "NO_MKDOCS_2_WARNING": "1",
            "DISABLE_MKDOCS_2_WARNING": "true",
            "LABELCHARTER_PREVIEW_HISTORY": "1" if with_history else "",
        }
    ):
        serve(
            str(root / "mkdocs.yml"),
            dev_addr=address,
            watch=watch,
            hooks=hooks,
            strict=False,
            livereload=True,
        )


def regenerate(config: Any) -> Any:
    """Called by mkdocs before each rebuild: a new tree, and the navigation that belongs to it.

    A repository with a mistake in it keeps its last good pages; the mistake is printed.
    """
    root = Path(config.config_file_path).parent
    timelines = _timelines(root, bool(os.environ.get("LABELCHARTER_PREVIEW_HISTORY")))
    try:
        with alone(root / "build" / "site.lock"):
            write_generated(root, timelines)
    except CannotBuild as error:
        logging.getLogger("mkdocs").error("%s", error)
        return config
    config.nav = json.loads((root / SETTINGS_FILE).read_text(encoding="utf-8"))["nav"]
    return config


def _timelines(root: Path, with_history: bool) -> Timelines:
    return (
        read_timelines(root)
        if with_history
        else Timelines(missing="This is a preview without history.")
    )
