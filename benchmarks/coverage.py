"""Do 95 % intervals cover 95 % of the time, and how often does chance look like a difference?

Invented annotators whose groups mean nothing (`benchmarks.annotators`) rate items; the package's
interval and verdict stand beside a bootstrap of items and of rows (fairlearn's), in the same tables.
Run: nice -n 15 python -m benchmarks.coverage > benchmarks/results/coverage.md; --quick is a smoke test.
"""

from __future__ import annotations

import datetime
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np

from benchmarks.annotators import Design, draw_people, rate_items, truth_of
from benchmarks.floor import table as floor
from benchmarks.majorities import FIGURES, VOTES, WAYS
from benchmarks.majorities import coverage as of_majorities
from benchmarks.resampling import (
    PERMUTATIONS,
    REPLICATES,
    chance_of_alpha_gap,
    fairlearn_by_group,
    over_items,
    over_rows,
    over_rows_by_group,
)
from labelcharter.audit.reductions.patterns import one_group, reduce_ratings
from labelcharter.audit.statistics.agreement import alpha
from labelcharter.audit.statistics.intervals import Spread, spread, spread_of_difference
from labelcharter.audit.statistics.jackknife import Statistic, jackknife
from labelcharter.audit.statistics.permutation import chances_of_rate_gaps
from labelcharter.audit.statistics.rates import label_rate
from labelcharter.audit.tables.cleaning import Ratings

DESIGNS = (
    Design(20, 1000, 5, 10),
    Design(60, 1000, 5, 30),
    Design(60, 200, 5, 30),
    Design(300, 100, 20, 150),
    Design(60, 200, 5, 30, accuracy=0.0, leaning=0.0),
    Design(300, 4000, 5, 30),
)
PANELS = ((20, 400), (60, 400))
STATISTICS: dict[str, Statistic] = {"alpha": alpha("nominal"), "rate": label_rate(1)}
RUNS, PERMUTED, OF_MAJORITIES, FAIRLEARN = 1500, 1000, 1000, 300


def main(*, quick: bool) -> None:
    """Print the page."""
    runs, permuted, majorities, fairlearn = (
        (40, 10, 10, 20) if quick else (RUNS, PERMUTED, OF_MAJORITIES, FAIRLEARN)
    )
    start = time.process_time()
    found = [_run(design, runs, permuted, seed) for seed, design in enumerate(DESIGNS, start=1)]
    text = [
        *_header(runs, permuted),
        *_coverage(found, runs),
        *_false_alarms(found, runs, permuted),
    ]
    text += [*floor(STATISTICS, majorities), *_fairlearn(fairlearn), *_majorities(majorities)]
    text.append(f"\nCPU: {(time.process_time() - start) / 60:.1f} minutes.")
    print("\n".join(text))


def _run(design: Design, runs: int, permuted: int, seed: int) -> Counter[str]:
    """How often each interval covered, each verdict and test was right to be silent."""
    rng = np.random.default_rng(seed)
    truths = {name: truth_of(statistic, design, rng) for name, statistic in STATISTICS.items()}
    counted: Counter[str] = Counter()
    print(design.name, file=sys.stderr, flush=True)
    for run in range(runs):
        ratings = rate_items(rng, design, draw_people(rng, design))
        joint, whole = reduce_ratings(ratings, ratings.groupings[0]), reduce_ratings(ratings)
        for name, statistic in STATISTICS.items():
            truth, everybody = truths[name], jackknife(one_group(whole, 0), statistic)
            a, b = (jackknife(one_group(joint, group), statistic) for group in (0, 1))
            own, of_gap = _reach(spread(everybody)), _reach(spread_of_difference(a, b))
            counted[f"two-way {name}"] += abs(everybody.value - truth) <= own
            counted[f"two-way {name} gap"] += abs(a.value - b.value) <= of_gap
            resampled = {"items": over_items(rng, joint, statistic)}
            if name == "rate":
                resampled["rows"] = over_rows(rng, ratings)
            for way, (single, gap) in resampled.items():
                counted[f"{way} {name}"] += single[0] <= truth <= single[1]
                counted[f"{way} {name} gap"] += gap[0] <= 0 <= gap[1]
        chances = chances_of_rate_gaps(*_units(ratings)) or []
        counted["permutation rate gap"] += chances[1].p > 0.05
        if run < permuted:
            p = chance_of_alpha_gap(rng, ratings, STATISTICS["alpha"])
            counted["permutation alpha gap"] += p > 0.05
    return counted


def _reach(found: Spread | None) -> float:
    """Half the width of an interval; a table without one fails what is measured."""
    return 0.0 if found is None else found.half_width


def _units(ratings: Ratings) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each group, each of its annotators' ratings of each label, and all of them."""
    found = []
    for group in (0, 1):
        mine = ratings.groupings[0].codes == group
        people, who = np.unique(ratings.annotator[mine], return_inverse=True)
        counts = np.bincount(who * 2 + ratings.label[mine], minlength=2 * len(people))
        found.append((counts.reshape(-1, 2), counts.reshape(-1, 2).sum(axis=1)))
    return found


def _error(runs: int, share: float = 0.05) -> str:
    """Two standard errors of a share that is found in so many runs."""
    return f"±{2 * (share * (1 - share) / runs) ** 0.5:.3f}"


def _header(runs: int, permuted: int) -> Iterator[str]:
    yield "# Intervals that cover, and false alarms\n"
    yield (
        f"Measured {datetime.datetime.now(tz=datetime.UTC).date()} on a virtual machine with "
        f"{os.cpu_count()} cores (shared), Python {platform.python_version()}, numpy "
        f"{np.__version__}; `nice -n 15 python -m benchmarks.coverage` measures again. Annotators "
        "are invented: their accuracies have a standard deviation of .10 around .80, their leanings "
        'towards label 1 one of .5 logit (or 0: "all alike"); items are dealt to them at random; '
        "groups mean nothing. "
        f"{runs:,} tables a design ({permuted:,} for the permutation of alpha): a share of .95 is "
        f"known to {_error(runs)} (two standard errors), permuted alpha to {_error(permuted)}. "
        f"Bootstraps draw {REPLICATES} replicates, the permutation of alpha {PERMUTATIONS}."
    )


def _coverage(found: list[Counter[str]], runs: int) -> Iterator[str]:
    yield "\n## How often a 95 % interval covers\n"
    yield (
        'Two-way is what an audit prints. "Items" is a bootstrap of items, "rows" one of rows; '
        "alpha has no bootstrap of rows, since a rating drawn twice agrees with itself.\n"
    )
    ways = ("two-way", "items", "rows")
    heads = [f"{figure}: {way}" for figure in ("alpha", "rate") for way in ways]
    heads.remove("alpha: rows")
    yield f"| design | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    for design, counted in zip(DESIGNS, found, strict=True):
        cells = [_share(counted, head, runs) for head in heads]
        yield f"| {design.name} | {' | '.join(cells)} |"


def _share(counted: Counter[str], head: str, runs: int) -> str:
    figure, way = head.split(": ")
    share = counted[f"{way} {figure}"] / runs
    shown = f"{share:.3f}".removeprefix("0")
    return f"**{shown}**" if way == "two-way" else shown


def _false_alarms(found: list[Counter[str]], runs: int, permuted: int) -> Iterator[str]:
    yield "\n## How often groups that mean nothing are told apart, at a nominal 5 %\n"
    yield (
        "Two-way: the interval of the gap keeps clear of 0. Permutation: of annotators, p at most "
        ".05. The interval of the gap covers the rest of the time.\n"
    )
    heads = [
        f"{figure}: {way}"
        for figure in ("alpha gap", "rate gap")
        for way in ("two-way", "permutation", "items", "rows")
    ]
    heads.remove("alpha gap: rows")
    yield f"| design | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    for design, counted in zip(DESIGNS, found, strict=True):
        cells = []
        for head in heads:
            figure, way = head.split(": ")
            number = permuted if head == "alpha gap: permutation" else runs
            share = 1 - counted[f"{way} {figure}"] / number
            shown = f"{share:.3f}".removeprefix("0")
            cells.append(f"**{shown}**" if way in ("two-way", "permutation") else shown)
        yield f"| {design.name} | {' | '.join(cells)} |"


def _fairlearn(replicates: int) -> Iterator[str]:
    from importlib.metadata import version

    yield "\n## Rows are what fairlearn resamples\n"
    yield (
        f"fairlearn {version('fairlearn')} itself (`MetricFrame`, `selection_rate`, `n_boot="
        f"{replicates}`) on two of these tables, beside drawing the counts of (group, label) as one "
        f'multinomial with 20,000 replicates. The column "rows" above is the latter: running '
        "fairlearn in every table would take days. What was extrapolated is only that the two stay "
        "alike; the ends differ by the chance of so few replicates.\n"
    )
    yield "| table | group | fairlearn | counts | CPU s a replicate: fairlearn | counts |"
    yield "|---|---|---|---|---|---|"
    rng = np.random.default_rng(99)
    for design in DESIGNS[1:3]:
        ratings = rate_items(rng, design, draw_people(rng, design))
        clock = time.process_time()
        theirs = fairlearn_by_group(ratings, replicates, 1)
        their_time = (time.process_time() - clock) / replicates
        clock = time.process_time()
        counts = over_rows_by_group(rng, ratings, 20_000)
        our_time = (time.process_time() - clock) / 20_000
        for group, name in enumerate("ab"):
            both = [f"{ends[0, group]:.3f} to {ends[1, group]:.3f}" for ends in (theirs, counts)]
            yield f"| {design.name} | {name} | {' | '.join(both)} | {their_time:.1e} | {our_time:.1e} |"


def _majorities(runs: int) -> Iterator[str]:
    yield "\n## Why a figure that passes through a majority gets no verdict\n"
    yield (
        f"Two groups of one kind, {VOTES} votes of each an item; strict majorities, a tie being 0. "
        f"{runs:,} tables ({_error(runs)}). An interval about annotators should cover the mean over "
        'other annotators and items; one over items the value "given these votes", over very many '
        "items with the same people. Width: the mean of the intervals over the range that the "
        "figure's errors have.\n"
    )
    yield "| panels | interval over | " + " | ".join(f"{f}: covers | width" for f in FIGURES) + " |"
    yield f"|---|---|{'---|' * 2 * len(FIGURES)}"
    for seed, (people, items) in enumerate(PANELS, start=21):
        found = of_majorities(people, items, runs, seed)
        for way in WAYS:
            cells = [f"{found[f, way][0]:.3f} | {found[f, way][1]:.1f}" for f in FIGURES]
            yield f"| {people} and {people} people, {items} items | {way} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main(quick="--quick" in sys.argv[1:])
