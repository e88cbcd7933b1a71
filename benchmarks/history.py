"""The history of every element, beside two peers and beside the floor, on generated repositories.

Peers: GitPython's `iter_commits` and `commit.diff` with yaml.safe_load, which is the code that one
would write first; and one `git log` a file, as the plugin does that puts dates on pages. Both run on
a part, and the rest is extrapolated: the table says from how many. The floor: git's own list of the
mainline, and all bytes of all versions through yaml.load(CSafeLoader), nothing compared, nothing
kept. Each step is a process of its own. Then the state at 20 commits is compared, element by
element, with what another reader finds in their trees. Run: python -m benchmarks.history [COMMITS FILES]
"""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.histories import SEED, SIZES, write_history
from benchmarks.history_trees import state_of
from labelcharter.history.timelines import read_history

ROUNDS = {5_000: 3}  # of the larger ones one, and the page says so
COMMITS_TO_DIFF, FILES_TO_LOG, STATES = 200, 20, 20
HAS_STORE = find_spec("labelcharter.history.store") is not None
INTRODUCTION = (
    "Measured {day} on a virtual machine with {cores} cores (shared), Debian 12; "
    "`python -m benchmarks.history` measures again. Compare ratios, not seconds. CPU seconds are "
    "those of the whole process and of git below it, start and imports included; the median "
    "of the rounds, steps in turn; memory is the peak of the Python process. “200 of 4,225” means "
    "that so many were run and the rest extrapolated.\n"
)


def main(sizes: tuple[tuple[int, int], ...]) -> None:
    """Print a page: a block for each size."""
    print("# The history of every element: beside two peers, and beside the floor\n")
    print(INTRODUCTION.format(day=datetime.now(tz=UTC).date(), cores=os.cpu_count()))
    print(f"```\nPython {platform.python_version()}, git {_git('.', '--version').split()[-1]}, "
          f"{os.cpu_count()} cores")  # fmt: skip
    for commits, files in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "generated"
            write_history(root, commits, files)
            _block(str(root), ROUNDS.get(commits, 1))
    print("```")


def _block(root: str, rounds: int) -> None:
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "full": [], "floor": []}
    for _ in range(rounds):
        runs["ours"].append(_step("ours", root))
        runs["floor"].append(_step("floor", root))
        if HAS_STORE:
            shutil.rmtree(Path(root) / ".git/labelcharter", ignore_errors=True)
            runs["full"].append(_step("store", root))
    floor = _median(runs["floor"])
    ours = _median(runs["ours"])
    mainline = _git(root, "rev-list", "--first-parent", "--count", "HEAD").strip()
    print(f"\n{int(_git(root, 'rev-list', '--count', 'HEAD')):,} commits ({int(mainline):,} on the "
          f"mainline), {len(_git(root, 'ls-files').splitlines()) - 1:,} files, {ours['now']:,} elements; "
          f"{floor['blobs']:,} versions of files, {floor['bytes'] / 1e6:.1f} MB; rounds: {rounds}")  # fmt: skip
    print(f"{'':54} {'CPU s':>9} {'wall s':>8} {'MB':>6} {'ratio':>8}")
    _row(f"every event of every element ({ours['events']:,}), from git", ours, floor)
    if HAS_STORE:
        _row("the same into an empty store", _median(runs["full"]), floor)
        _row("the same with nothing new", _median([_step("store", root) for _ in range(5)]), floor)
        _row("the same after one more commit", _median([_one_more(root) for _ in range(5)]), floor)
    _row("floor: log, cat-file, yaml.load(CSafeLoader) of all", floor, floor)
    for step, number, name in (
        ("gitpython", COMMITS_TO_DIFF, "GitPython, commit.diff, safe_load"),
        ("logs", FILES_TO_LOG, "one git log a file (dates only)"),
    ):
        run = _step(step, root, str(number))
        seconds = run["cpu"] + run["more"] * (run["of"] / run["taken"] - 1)
        _row(
            f"{name}, {run['taken']} of {run['of']:,}", run | {"cpu": seconds, "wall": None}, floor
        )
    print(_compared(root))


def _row(name: str, run: dict[str, Any], floor: dict[str, Any]) -> None:
    wall = "" if run["wall"] is None else f"{run['wall']:.2f}"
    print(
        f"{name:54} {run['cpu']:9.2f} {wall:>8} {run['peak']:6.0f} {run['cpu'] / floor['cpu']:8.3f}"
    )


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return sorted(runs, key=lambda run: float(run["cpu"]))[len(runs) // 2]


def _one_more(root: str) -> dict[str, Any]:
    """The store after a commit that changes one field of one file."""
    path = next(
        p for p in _git(root, "ls-files").splitlines() if p.startswith("policies/objectives")
    )
    file = Path(root) / path
    file.write_text(file.read_text().replace("    status: ", "    status: re", 1))
    _git(
        root,
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.org",
        "commit",
        "-qam",
        "One more",
    )
    return _step("store", root)


def _compared(root: str) -> str:
    """What the history says of 20 commits, against their trees; ends the run where they differ."""
    line = _git(root, "rev-list", "--first-parent", "HEAD").split()
    rows = 0
    for commit in random.Random(SEED).sample(line, STATES):  # noqa: S311 - a sample, no secret
        told = read_history(Path(root), commit).present
        tree = state_of(root, commit)
        differ = sorted(
            name
            for name in told.keys() | tree.keys()
            if name not in told
            or name not in tree
            or not _same([told[name].data, told[name].body], list(tree[name]))
        )
        if differ:
            sys.exit(f"{commit}: {len(differ)} elements differ from the tree, first {differ[0]}")
        rows += len(tree)
    return (
        f"the state at {STATES} commits against their trees: {rows:,} elements compared, 0 differ"
    )


def _same(told: Any, tree: Any) -> bool:
    """True for the same values, types and order. A number where the schema wants text is told as
    it is written, and PyYAML knows only its value."""
    if isinstance(told, Mapping) and isinstance(tree, Mapping):
        return list(told) == list(tree) and all(_same(told[k], tree[k]) for k in told)
    if isinstance(told, list) and isinstance(tree, list):
        return len(told) == len(tree) and all(map(_same, told, tree))
    if isinstance(told, str) and isinstance(tree, float):
        return float(told) == tree
    return type(told) is type(tree) and bool(told == tree)


def _git(root: str, *arguments: str) -> str:
    command = ["git", "-C", root, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _step(name: str, root: str, number: str = "0") -> dict[str, Any]:
    # As in benchmarks.check: peers come compiled, and our own source tree may be so too.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.history_steps", name, root, number],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"{name} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    given = tuple(map(int, sys.argv[1:]))
    main(((given[0], given[1]),) if given else SIZES)
