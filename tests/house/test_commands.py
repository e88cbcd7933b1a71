"""`make`, the README and CI say the same, and a machine that is not fit gets a plain answer."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from labelcharter.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()
# Steps of other targets, not for typing.
INNER = {"browser", "python3", "sample-audit"}


def targets(makefile: str) -> set[str]:
    return set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))


def helped(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z-]+):[^\n]*## \S", makefile, re.MULTILINE))


def test_every_target_says_in_one_line_what_it_does() -> None:
    assert targets(MAKEFILE) - helped(MAKEFILE) == INNER


def test_make_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in listed.stdout.splitlines()} == targets(MAKEFILE) - INNER


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".ci/run", "CHANGELOG.md"])
def test_every_make_target_that_a_page_names_exists(file: str) -> None:
    path = ROOT / file
    named = re.findall(r"(?:`|    |step )make ([a-z-]+)", path.read_text()) if path.exists() else []
    assert set(named) <= helped(MAKEFILE)


def test_the_two_commands_are_the_first_thing_in_the_readme() -> None:
    first = [line for line in README.splitlines() if line and not line.startswith("#")][:2]
    assert [line.split("#")[0].strip() for line in first] == ["make site", "make test"]


def test_the_readme_lists_the_commands_that_there_are() -> None:
    table = README.split("| command | answers |")[1].split("\n\n")[0]
    named = {
        name
        for row in table.splitlines()[2:]
        for name in re.findall(r"`([a-z-]+)", row.split("|")[1])
    }
    assert named == set(COMMANDS)


def test_ci_runs_the_readmes_commands_and_the_slow_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.findall(r"^step make (\S+)$", script.read_text(), re.MULTILINE) == [
        "test",
        "site",
        "test-slow",
    ]


def ci_in_a_house_where(tmp_path: Path, fails: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/run beside a Makefile whose target `fails` fails."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text((ROOT / ".ci" / "run").read_text())
    recipes = {
        "test": "echo '==== 3 passed in 0.1s ===='",
        "site": "true",
        "test-slow": "echo '==== 1 passed, 3 deselected in 0.2s ===='",
    }
    (tmp_path / "Makefile").write_text(
        "".join(f"{t}:\n\t@{'false' if t == fails else r}\n" for t, r in recipes.items())
    )
    return subprocess.run(
        ["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("target", ["test", "site", "test-slow"])
def test_ci_fails_when_any_step_fails_and_still_runs_the_others(
    tmp_path: Path, target: str
) -> None:
    done = ci_in_a_house_where(tmp_path, target)
    assert done.returncode == 1
    assert re.findall(r"^make (\S+) +FAILED", done.stdout, re.MULTILINE) == [target]
    assert len(re.findall(r"^make \S+ +passed after \d+ s$", done.stdout, re.MULTILINE)) == 2


def test_ci_passes_when_all_do_and_ends_with_the_tests_closing_line(tmp_path: Path) -> None:
    done = ci_in_a_house_where(tmp_path, "nothing")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "==== 3 passed in 0.1s ===="


def test_a_machine_without_python_is_told_how_to_get_it() -> None:
    done = subprocess.run(
        ["make", "python3", "PYTHON=no-such-python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "There is no no-such-python here: install Python 3.11 or newer" in done.stdout
