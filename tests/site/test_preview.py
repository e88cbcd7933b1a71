import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from forum import make_forum, replace

PATIENCE = 90  # seconds on a busy machine; a quiet one needs three


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A repository, and where its preview is served."""
    root = make_forum(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "labelcharter", "serve", "--address", host]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with (root / "serve.log").open("w") as log:
        process = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, env=environment)
        try:
            yield root, f"http://{host}/"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
    assert "Traceback" not in (root / "serve.log").read_text()


def comes_to_say(address: str, wanted: str) -> bool:
    """True when the page says `wanted` before patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - ours
                if wanted in answer.read().decode():
                    return True
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.3)
    return False


def test_a_change_of_a_policy_shows_and_a_mistake_keeps_the_last_good_page(
    preview: tuple[Path, str],
) -> None:
    root, address = preview
    page = f"{address}registry/control.audit-first/"
    assert comes_to_say(page, "No version of the labels is released")
    replace(
        root / "policies/controls.yaml", "No version of the labels", "Not one version of the labels"
    )
    assert comes_to_say(page, "Not one version of the labels")
    replace(root / "policies/controls.yaml", "title: Audit before", "title: @Audit before")
    log = root / "serve.log"
    end = time.monotonic() + PATIENCE
    while "needs quotes" not in log.read_text() and time.monotonic() < end:
        time.sleep(0.3)
    assert "policies/controls.yaml:3:" in log.read_text()
    assert comes_to_say(page, "Not one version of the labels")
    new = "  - id: control.second\n    title: A second promise\n    promise: It is kept.\n"
    new += "    clauses: []\n    evidence: [record]\n    owner: seat.ethics\n    status: active\n"
    replace(root / "policies/controls.yaml", "title: @Audit before", "title: Audit before")
    text = (root / "policies/controls.yaml").read_text()
    (root / "policies/controls.yaml").write_text(text + new)
    assert comes_to_say(f"{address}registry/control.second/", "It is kept.")
    assert comes_to_say(page, "A second promise")  # in the navigation, too
