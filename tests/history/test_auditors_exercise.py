"""The commands of docs/handbook/auditors-exercise.md, pasted in their order into one shell."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "handbook" / "auditors-exercise.md"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of this repository, as a keeper has it."""
    done = subprocess.run(
        ["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(tmp_path / "clone")],
        capture_output=True,
        check=False,
    )
    shallow = (tmp_path / "clone" / ".git" / "shallow").exists()
    if done.returncode or shallow:
        pytest.skip("these files are no whole clone of the repository")
    return tmp_path / "clone"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `labelcharter` is the code under test."""
    tool = tmp_path / "bin" / "labelcharter"
    tool.parent.mkdir()
    tool.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT / "scripts"}" exec "{sys.executable}" -m labelcharter "$@"\n'
    )
    tool.chmod(0o755)
    return f"{tool.parent}:{os.environ['PATH']}"


def commands(page: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def test_the_pages_commands_work_when_pasted(clone: Path, path: str) -> None:
    script = "\n".join(commands(PAGE.read_text("utf-8")))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=clone,
        env={**os.environ, "PATH": path, "GIT_CONFIG_GLOBAL": "/dev/null", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = done.stdout
    assert "DEC-0001 accepted" in told
    assert told.count("nothing speaks against it") == 2
    assert "signature: signed by keeper" in told
    assert "the history only grew: the older head is part of it" in told
    assert re.search(r"yes +REC-0006: all [0-9]+ figures come out again", told)
    assert 'Good "labelcharter-evidence" signature for keeper' in told
    assert "history only grew\n" in told
    forged = told.split("something speaks AGAINST it")[1]
    assert re.search(r"NO +ledger: line [0-9]+ is not what the history says", forged)
    assert forged.rstrip().endswith("found out")


def test_every_block_of_the_page_is_one_that_the_test_runs() -> None:
    page = PAGE.read_text("utf-8")
    assert len(re.findall(r"^```", page, re.MULTILINE)) == 2 * len(commands(page))
