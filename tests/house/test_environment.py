"""A machine that is not fit gets a plain answer; one that lacks a browser gets one."""

import ast
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import environment

Machine = Callable[..., list[str]]


def test_an_old_python_is_told_which_one_is_needed() -> None:
    answer = environment.what_is_missing((3, 9, 2), has_venv=True, name="python3")
    assert answer.startswith("Python 3.11 or newer is needed; python3 is 3.9.2.")


def test_a_python_without_venv_is_told_which_package_has_it() -> None:
    answer = environment.what_is_missing((3, 11, 2), has_venv=False, name="python3")
    assert "apt-get install python3-venv" in answer


def test_a_python_that_fits_is_told_nothing() -> None:
    assert environment.what_is_missing((3, 11, 0), has_venv=True, name="python3") == ""


def test_an_old_python_can_read_the_script_that_refuses_it() -> None:
    tree = ast.parse(Path(environment.__file__).read_text(), feature_version=(3, 7))
    arguments = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg)]
    returns = [node.returns for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hints = [hint for hint in (*arguments, *returns) if hint is not None]
    assert len(hints) > 5
    # `list[str]` and `str | Path` stop an old one at import, unless they are quoted
    assert [ast.unparse(h) for h in hints if not isinstance(h, (ast.Constant, ast.Name))] == []


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with these programs, on which apt-get does, or does not, bring chromium."""

    def make(*programs: str, root: bool, sudo: bool = False, brings: str = "chromium") -> list[str]:
        there = set(programs)
        ran: list[tuple[str, ...]] = []

        def run(*command: str, must: bool = True) -> None:
            ran.append(command)
            if "install" in command and "apt-get" in command:
                there.add(brings)

        monkeypatch.setattr(shutil, "which", lambda name: name in there or None)
        monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
        monkeypatch.setattr(environment, "works", lambda *command: sudo)
        monkeypatch.setattr(environment, "run", run)
        assert environment.find_or_install_browser() == 0
        return [" ".join(command[-3:]) for command in ran]

    return make


@pytest.mark.parametrize("name", environment.BROWSERS)
def test_a_browser_that_is_there_is_left_alone(machine: Machine, name: str) -> None:
    assert machine(name, "apt-get", root=True) == []


@pytest.mark.parametrize(("root", "sudo"), [(True, False), (False, True)])
def test_apt_get_brings_chromium_where_it_may(machine: Machine, root: bool, sudo: bool) -> None:
    ran = machine("apt-get", root=root, sudo=sudo)
    assert ran == ["apt-get -qq update", "-y --no-install-recommends chromium"]


def test_a_user_without_rights_gets_playwrights_own(machine: Machine) -> None:
    assert machine("apt-get", root=False) == ["playwright install chromium"]


def test_a_system_without_apt_get_gets_playwrights_own(machine: Machine) -> None:
    assert machine("brew", root=True) == ["playwright install chromium"]


def test_an_apt_get_without_chromium_is_followed_by_playwrights_own(machine: Machine) -> None:
    assert machine("apt-get", root=True, brings="snapd")[-1] == "playwright install chromium"
