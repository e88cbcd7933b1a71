"""Libraries that come with the extra `statistics` and may be absent."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class NotInstalled(Exception):
    """A library of the extra is missing; the message says how to get it."""


def library(module: str) -> Any:
    """A module of scikit-learn or statsmodels. Raises NotInstalled."""
    try:
        return import_module(module)
    except ImportError:
        name = {"sklearn": "scikit-learn"}.get(module.partition(".")[0], module.partition(".")[0])
        raise NotInstalled(
            f'{name} is not installed: pip install "labelcharter[statistics]"'
        ) from None
