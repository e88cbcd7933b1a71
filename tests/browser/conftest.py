"""The built site in a real browser, served from this machine; nothing else may be asked for."""

from __future__ import annotations

import functools
import http.server
import importlib
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request

from labelcharter.site.publish import build_site

sys.path.append(str(Path(__file__).parents[1] / "site"))
forum = importlib.import_module("forum")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else the browser that playwright installed."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        return browser_type_launch_args
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing; a failed request shows in the browser."""


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the built site of the small forum is served."""
    root = forum.make_forum(tmp_path_factory.mktemp("forum"), rich=True)
    out = build_site(root, root / "site").out
    handler = functools.partial(_Quiet, directory=str(out))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def context(context: BrowserContext, address: str) -> Iterator[BrowserContext]:
    """A context in which every request and every complaint of a page is written down."""
    elsewhere: list[str] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("request", lambda r: elsewhere.append(r.url) if _leaves(r.url, address) else None)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda r: complaints.append(r.url) if _failed(r) else None)

    context.on("page", watch)
    yield context
    assert elsewhere == []
    assert complaints == []


def _failed(request: Request) -> bool:
    """True unless the page was left before the answer came."""
    return "ERR_ABORTED" not in (request.failure or "")


def _leaves(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))
