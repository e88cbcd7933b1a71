"""The command as a person meets it: arguments in, text and exit status out, in one process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Ran

from labelcharter.cli.main import main

VALID = Path(__file__).parents[1] / "checks" / "valid"


@pytest.fixture(autouse=True)
def _no_day_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOURCE_DATE_EPOCH", "LABELCHARTER_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    """A copy of the repository in which `check` finds nothing; no git around it."""
    return Path(shutil.copytree(VALID, tmp_path / "valid"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `labelcharter ARGUMENTS` in a folder."""

    def _run(folder: Path, *arguments: str) -> Ran:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["labelcharter", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        code = stop.value.code
        printed = capsys.readouterr()
        return Ran(code if isinstance(code, int) else 0, printed.out, printed.err)

    return _run


@pytest.fixture
def commit_all() -> Callable[[Path, str], None]:
    """Make a git repository of a folder, with one commit at a given time (ISO)."""

    def _commit(folder: Path, when: str) -> None:
        outside = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        environment = outside | {
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        who = ("-c", "user.name=Fixture", "-c", "user.email=fixture@example.org")
        for arguments in (
            ("init", "--quiet", "--initial-branch=main"),
            ("add", "--all"),
            (*who, "commit", "--quiet", "--message=fixture", "--no-gpg-sign"),
        ):
            subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, timeout=30)

    return _commit
