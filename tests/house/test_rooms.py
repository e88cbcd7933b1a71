"""The import contract: it names every room, and it breaks where it should."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "scripts" / "labelcharter"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with our contract and our rooms, all of them empty."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    copy = tmp_path / "scripts" / "labelcharter"
    for file in PACKAGE.rglob("__init__.py"):
        empty = copy / file.relative_to(PACKAGE)
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.touch()
    return tmp_path


def test_the_contract_names_every_room_on_disk() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name.strip() for layer in layers for name in layer.split("|")}
    assert named == {file.parent.name for file in PACKAGE.glob("*/__init__.py")}


def test_every_room_says_in_its_first_line_what_it_owns() -> None:
    silent = [
        file.parent.name
        for file in PACKAGE.glob("*/__init__.py")
        if not file.read_text().startswith('"""')
    ]
    assert silent == []


def test_an_installed_package_holds_every_file_that_is_not_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    globs = project["tool"]["setuptools"]["package-data"]["labelcharter"]
    packed = {file for glob in globs for file in PACKAGE.glob(glob)}
    there = {
        file
        for file in PACKAGE.rglob("*")
        if file.is_file() and file.suffix != ".py" and "__pycache__" not in file.parts
    }
    assert len(there) > 20
    assert there - packed == set()


def test_imports_along_the_arrows_are_kept(house: Path) -> None:
    package = house / "scripts" / "labelcharter"
    for room, imports in {
        "registry": "from labelcharter import reading",
        "checks": "from labelcharter import reading, registry",
        "history": "from labelcharter import registry",
        "audit/questions": "from labelcharter.audit import statistics, reductions, tables",
        "audit/records": "from labelcharter.audit import disclosure",
        "site": "from labelcharter import audit, checks, history",
        "cli": "from labelcharter import site",
    }.items():
        (package / room / "subject.py").write_text(imports + "\n")
    (package / "history" / "process.py").write_text("import git, subprocess\n")
    (package / "history" / "ssh_keygen.py").write_text("import subprocess\n")
    done = lint_imports(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "imports"),
    [
        ("reading", "from labelcharter import registry"),
        ("registry", "from labelcharter import checks"),
        ("checks", "from labelcharter import audit"),
        ("audit", "from labelcharter import history"),
        ("history", "from labelcharter import checks"),
        ("site", "from labelcharter import cli"),
        ("site", "def later():\n    import git"),
        ("checks", "import subprocess"),
        ("history", "import subprocess"),
        ("history", "def later():\n    import git"),
        ("audit", "import krippendorff"),
        ("audit/statistics", "from labelcharter.audit import questions"),
        ("audit/disclosure", "from labelcharter.audit import records"),
    ],
)
def test_an_import_against_the_arrows_is_refused(house: Path, room: str, imports: str) -> None:
    (house / "scripts" / "labelcharter" / room / "subject.py").write_text(imports + "\n")
    done = lint_imports(house)
    assert done.returncode == 1
    assert f"labelcharter.{room.replace('/', '.')}" in done.stdout


def test_a_room_that_the_contract_does_not_name_is_refused(house: Path) -> None:
    annex = house / "scripts" / "labelcharter" / "annex"
    annex.mkdir()
    (annex / "__init__.py").touch()
    done = lint_imports(house)
    assert done.returncode == 1
    assert "annex" in done.stdout
