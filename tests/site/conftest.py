"""One built site for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from forum import make_forum

from labelcharter.site.publish import build_site


@pytest.fixture(autouse=True)
def _no_day_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.fixture(scope="session")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, not to be changed by a test."""
    return make_forum(tmp_path_factory.mktemp("forum"), rich=True)


@pytest.fixture(scope="session")
def site(forum: Path) -> Path:
    """Its built site."""
    return build_site(forum, forum / "site").out
