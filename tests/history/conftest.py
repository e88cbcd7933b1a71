"""Repositories for the tests of history, far from the settings of this machine."""

from pathlib import Path

import pytest
from builder import Builder


@pytest.fixture
def repository(tmp_path: Path) -> Builder:
    """An empty repository."""
    return Builder(tmp_path / "repository")
