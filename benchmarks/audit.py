"""Agreement of 16 groups with 95 % intervals: `labelcharter` against two peers, at three sizes.

Peers: `krippendorff` in a bootstrap of 1,000 replicates over items (point values only, so the
interval is what a user would write around it), and fairlearn's `MetricFrame(n_boot=1000)`, which
has no agreement and resamples rows: it is given the label rates of the same groups. A peer runs
only a few replicates; its time for 1,000 is extrapolated from those, and the table says from how
many. Each step is a process of its own. Run: python -m benchmarks.audit [ROWS …]
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.ratings import write_ratings

SIZES = (100_000, 1_000_000, 10_000_000)
RATINGS_TO_RESAMPLE = {"krippendorff": 3_000_000, "fairlearn": 2_000_000}  # at least one replicate
WANTED = 1000
INTRODUCTION = (
    "Measured {day} on a virtual machine with {cores} cores (shared), Debian 12; "
    "`python -m benchmarks.audit` measures again. Compare ratios, not seconds. Ours: the two-way "
    "jackknife of alpha for 16 groups, and the label rates of the same groups. The peers resample "
    "1,000 times; “1,000 from 3” means that three replicates were run and the rest extrapolated. "
    "fairlearn has no agreement and no such interval: it is given the rates alone, and its ratio "
    "is to our reading, alpha and rates together.\n"
)
LARGEST_FOR_FAIRLEARN = 1_000_000
LARGEST_FOR_SPARK = 100_000


def main(sizes: tuple[int, ...]) -> None:
    """Print a page: a block for each size, CPU seconds, peak memory, ratio to our quickest."""
    print("# Agreement of 16 groups with 95 % intervals: the audit beside two peers\n")
    print(INTRODUCTION.format(day=datetime.now(tz=UTC).date(), cores=os.cpu_count()))
    print(f"```\nPython {platform.python_version()}, {os.cpu_count()} cores; CPU seconds without the "
          "imports; peak memory of the whole process")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            files = {s: write_ratings(Path(folder), rows, s) for s in (".csv", ".parquet")}
            _block(files, rows)
            for file in files.values():
                file.unlink()
    print("```")


def _block(files: dict[str, Path], rows: int) -> None:
    parquet, csv = str(files[".parquet"]), str(files[".csv"])
    ours = {
        "pandas, Parquet": _step("ours", "pandas", parquet),
        "pandas, CSV": _step("ours", "pandas", csv),
        "duckdb, Parquet": _step("ours", "duckdb", parquet),
        "duckdb, CSV": _step("ours", "duckdb", csv),
    }
    alphas = [run["alpha"] for run in ours.values()]
    if any(alpha != alphas[0] for alpha in alphas):
        sys.exit("the engines differ")
    quickest = min(run["read"] + run["cpu"] for run in ours.values())
    counted = next(iter(ours.values()))["rows"]
    print(f"\n{counted:,} ratings, 16 groups")
    print(f"{'':44} {'reading':>8} {'alpha':>9} {'rates':>9} {'sum':>9} {'MB':>6} {'ratio':>7}")
    for name, run in ours.items():
        total = run["read"] + run["cpu"]
        print(f"labelcharter, {name:30} {run['read']:8.2f} {run['cpu']:9.2f} {run['rates']:9.2f} "
              f"{total:9.2f} {run['peak']:6.0f} {total / quickest:7.1f}")  # fmt: skip
    few = max(1, RATINGS_TO_RESAMPLE["krippendorff"] // rows)
    peer = _step("krippendorff", str(few), parquet)
    _peer(
        f"krippendorff {version('krippendorff')}, {WANTED:,} from {few}",
        peer,
        few,
        quickest,
        "alpha",
    )
    worst = max(abs(peer["alpha"][group] - alphas[0][group][0]) for group in alphas[0])
    if rows <= LARGEST_FOR_FAIRLEARN:
        few = max(1, RATINGS_TO_RESAMPLE["fairlearn"] // rows)
        rates = _step("fairlearn", str(few), parquet)
        least = min(run["read"] + run["cpu"] + run["rates"] for run in ours.values())
        _peer(
            f"fairlearn {version('fairlearn')}, {WANTED:,} from {few}", rates, few, least, "rates"
        )
    print(f"largest difference of an alpha from krippendorff's: {worst:.1e}")
    whole = _step("whole", "duckdb", csv)
    print(f"the whole audit (5 traits, gold, every gap), duckdb, CSV: {whole['cpu']:.1f} CPU s, "
          f"{whole['peak']:.0f} MB")  # fmt: skip
    if rows <= LARGEST_FOR_SPARK:
        if not _step("spark", "local[2]", parquet)["same"]:
            sys.exit("Spark counts otherwise")
        print("the same expression on local Spark: the same reductions, number for number")


def _peer(name: str, run: dict[str, Any], few: int, ours: float, what: str) -> None:
    """Reading and counting once, and so many replicates as are wanted."""
    total = run["read"] + run["once"] + run["replicates"] / few * WANTED
    columns = {
        "alpha": f"{total - run['read']:9.1f} {'':>9}",
        "rates": f"{'':>9} {total - run['read']:9.1f}",
    }
    print(f"{name:44} {run['read']:8.2f} {columns[what]} {total:9.1f} {run['peak']:6.0f} "
          f"{total / ours:7.0f}")  # fmt: skip


def _step(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.audit_steps", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"{arguments} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
