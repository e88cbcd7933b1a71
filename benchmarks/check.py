"""`labelcharter check` against check-jsonschema and yamllint over the same files, in one run.

The peers parse (yamllint) or parse and validate against a schema (check-jsonschema, which is given
the same schema of one kind); neither reports the line of a schema error, follows a reference, or
knows a rule. Run: python -m benchmarks.check [FILES]
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.repository import write_repository

ROUNDS = 3


def main(files: int) -> None:
    """Print the table: CPU seconds (median of rounds), ratio to ours, peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        size = write_repository(root, files)
        commands = _commands(root)
        print(f"{files:,} element files, {size / 1e6:.1f} MB; Python {platform.python_version()}, "
              f"{os.cpu_count()} cores; median of {ROUNDS} rounds, commands in turn")  # fmt: skip
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        walls: dict[str, list[float]] = {name: [] for name in commands}
        for name, command in commands.items():
            _run(command, root)
            del name
        for _ in range(ROUNDS):
            for name, command in commands.items():
                cpu, wall = _run(command, root)
                seconds[name].append(cpu)
                walls[name].append(wall)
    ours = sorted(seconds["labelcharter check"])[ROUNDS // 2]
    print(f"{'command':38} {'CPU s':>8} {'wall s':>8} {'ratio':>7}")
    for name, found in seconds.items():
        cpu, wall = sorted(found)[ROUNDS // 2], sorted(walls[name])[ROUNDS // 2]
        print(f"{name:38} {cpu:8.2f} {wall:8.2f} {cpu / ours:7.1f}")


def _commands(root: Path) -> dict[str, list[str]]:
    """Ours checks the whole repository; the peers get every file, and the schema of most of them."""
    schema = root / "attribute.schema.json"
    bin_folder = Path(sys.executable).parent
    schema.write_bytes(subprocess.run([str(bin_folder / "labelcharter"), "schema", "attribute"],
                                      check=True, capture_output=True).stdout)  # fmt: skip
    governed = sorted(str(p.relative_to(root)) for p in root.rglob("*.yaml"))
    attributes = [p for p in governed if p.startswith("policies/attributes/")]
    others = [p for p in governed if p not in attributes]
    lenient = root / "any.schema.json"
    lenient.write_text(json.dumps({"type": "object"}))
    both = " && ".join(
        f"{bin_folder / 'check-jsonschema'} --schemafile {s.name} {' '.join(paths)}"
        for s, paths in ((schema, attributes), (lenient, others))
    )
    return {
        "labelcharter check": [str(bin_folder / "labelcharter"), "check", "--as-of", "2026-11-23"],
        f"check-jsonschema {version('check-jsonschema')}": ["sh", "-c", both],
        f"yamllint {version('yamllint')} (relaxed)": [
            str(bin_folder / "yamllint"),
            "-d",
            "relaxed",
            *governed,
        ],
    }


def _run(command: list[str], root: Path) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    # Peers come compiled from their wheels; an environment that forbids writing bytecode would make
    # only our own source tree compile at every start.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime), wall


if __name__ == "__main__":
    if shutil.which("git") is None:
        sys.exit("git is needed")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
