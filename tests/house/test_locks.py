"""The locks: hashed, without hosts or paths, agreeing, and installable where we promise."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = {name: (ROOT / "requirements" / f"{name}.txt").read_text() for name in ("site", "test")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {"site": ("parquet", "site"), "test": ("parquet", "site", "test", "bench")}

Pins = dict[str, tuple[str, frozenset[str]]]


def pins(lock: str) -> Pins:
    """Package name -> (version, hashes)."""
    found = re.findall(
        r"^([\w.-]+)==([^\s\\]+)((?:\s*\\\s+--hash=sha256:[0-9a-f]{64})*)", lock, re.MULTILINE
    )
    return {
        canonicalize_name(name): (version, frozenset(re.findall(r"[0-9a-f]{64}", hashes)))
        for name, version, hashes in found
    }


def complaints(lock: str) -> Iterator[str]:
    """What a lock must not hold: an unpinned or unhashed package, an option, a host, a path."""
    for name, (_, hashes) in pins(lock).items():
        if not hashes:
            yield f"{name} has no hash"
    for line in lock.splitlines():
        if line.strip().startswith("--hash=") or not line.strip():
            continue
        if re.match(r"[\w.-]+==", line) is None and not line.lstrip().startswith("#"):
            yield f"neither a pin nor a comment: {line}"
        if re.search(r"://|(?<![\w.])[~/]\w|index-url|find-links|trusted-host", line):
            yield f"names a host or a path: {line}"


def missing(lock: Pins, extras: tuple[str, ...]) -> list[str]:
    """Requirements of pyproject.toml that the lock does not meet."""
    wanted = list(PROJECT["dependencies"])
    for extra in extras:
        wanted += PROJECT["optional-dependencies"][extra]
    requirements = [Requirement(text) for text in wanted]
    return [
        str(r)
        for r in requirements
        if (pin := lock.get(canonicalize_name(r.name))) is None or pin[0] not in r.specifier
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_its_hashes_and_nothing_tells_where_it_came_from(
    name: str,
) -> None:
    assert len(pins(LOCKS[name])) > 30
    assert list(complaints(LOCKS[name])) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url index.example",
        "--find-links wheels",
        "-e .",
        "attrs @ https://files.example/attrs.whl",
        "attrs>=26.1",
        "attrs==26.1.0",
        "# pip-compile /srv/build/pyproject.toml",
    ],
)
def test_a_lock_with_such_a_line_is_refused(line: str) -> None:
    assert list(complaints(LOCKS["site"] + line + "\n")) != []


def test_the_test_lock_holds_all_of_the_site_lock_at_the_same_versions() -> None:
    site, test = pins(LOCKS["site"]), pins(LOCKS["test"])
    assert {name: test.get(name) for name in site} == site


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_meets_what_pyproject_asks_for(name: str) -> None:
    assert missing(pins(LOCKS[name]), EXTRAS[name]) == []


def test_a_package_that_only_tests_may_use_is_not_in_the_site_lock() -> None:
    assert missing(pins(LOCKS["site"]), ("test",)) != []
    assert {"krippendorff", "pytest", "hypothesis"}.isdisjoint(pins(LOCKS["site"]))


def test_every_locked_package_installs_on_the_oldest_python_we_promise() -> None:
    """Debian 12 has Python 3.11.2; a package that asks for 3.11.5 would stop `make site` there."""
    promised = PROJECT["requires-python"].removeprefix(">=") + ".0"
    refusing, looked_at = [], 0
    for name, (version, _) in pins(LOCKS["test"]).items():
        try:
            here = distribution(name)
        except PackageNotFoundError:
            continue  # pinned for another platform
        looked_at += 1
        asks = SpecifierSet(here.metadata["Requires-Python"] or "")
        if here.version == version and promised not in asks:
            refusing.append(f"{name} {version} asks for Python {asks}")
    assert looked_at > 90
    assert refusing == []
