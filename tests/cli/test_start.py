"""The command starts at once: what a question does not need is not imported to answer it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from running import DAY

HEAVY = ("pandas", "numpy", "scipy", "git", "mkdocs", "jinja2", "pyarrow")
ONLY_FOR_MISTAKES = ("jsonschema", "rapidfuzz")

PROBE = """
import json, sys
from labelcharter.cli.main import main
sys.argv = ["labelcharter", *json.loads(sys.argv[1])]
try:
    main()
except SystemExit as stop:
    status = stop.code or 0
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


def modules_after(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    status, modules = json.loads(done.stderr.splitlines()[-1])
    return status, set(modules)


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--as-of", DAY), ("explain", "R201")])
def test_neither_pandas_nor_git_is_imported(valid: Path, arguments: tuple[str, ...]) -> None:
    status, modules = modules_after(valid, *arguments)
    assert status == 0
    assert modules & set(HEAVY) == set()


def test_what_explains_mistakes_is_imported_only_when_there_is_one(valid: Path) -> None:
    status, modules = modules_after(valid, "check", "--as-of", DAY)
    assert status == 0
    assert modules & set(ONLY_FOR_MISTAKES) == set()
    (valid / "policies/controls.yaml").write_text("controls:\n  - id: control.x\n    titel: X\n")
    status, modules = modules_after(valid, "check", "--as-of", DAY)
    assert status == 1
    assert set(ONLY_FOR_MISTAKES) <= modules


def test_help_does_not_even_read_yaml(valid: Path) -> None:
    _, modules = modules_after(valid, "--help")
    assert modules & {"yaml", "rich", "jsonschema_rs"} == set()


def test_the_day_of_the_last_commit_is_read_without_gitpython(
    valid: Path, commit_all: object
) -> None:
    assert callable(commit_all)
    commit_all(valid, f"{DAY}T12:00:00Z")
    status, modules = modules_after(valid, "check")
    assert status == 0
    assert modules & set(HEAVY) == set()
