"""Do the tests notice when the statistics are wrong? One fault at a time, and the tests of it.

For each mutant of a module the test files that import the module are run, in a child process that
has everything but the package loaded already, until the first failure. A mutant that no test
notices survives: a missing test, or a fault that changes nothing.

mutmut 3.8 was tried and finds no test for any mutant here: it takes the module names from the
folders (`scripts/labelcharter/...`), and it has no sampling. This needs nothing beyond pytest.

Run: nice -n 15 python -m benchmarks.mutation --only multiplicity > benchmarks/results/mutation.md;
without --only every module of statistics and disclosure; --sample 40 --seed 1 for so many a file.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import importlib.abc
import importlib.machinery
import os
import platform
import random
import re
import resource
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from benchmarks.mutants import Mutant, mutants

ROOT = Path(__file__).parents[1]
AUDIT = ROOT / "scripts" / "labelcharter" / "audit"
TESTS = ROOT / "tests" / "audit"
FOLDERS = ("statistics", "disclosure")
# Test files of modules that no test imports by name, or that others hold as well.
MORE_TESTS = {
    "dealt_chances": ("test_agreement_permutation.py", "test_cross_agreement.py"),
    "expected_gap": ("test_gold_policy.py", "test_vote_permutation.py"),
    "item_permutation": ("test_conflict.py",),
    "optional": ("test_predictability.py",),
    "pools": ("test_agreement_permutation.py",),
    "primary": ("test_complements.py", "test_disclosure.py", "test_profiles.py"),
    "complements": ("test_disclosure.py", "test_profiles.py"),
    "counts": ("test_profiles.py", "test_attack_bounds.py"),
    "hidden": ("test_complements.py", "test_disclosure.py", "test_hs_brexit.py"),
    "releases": ("test_profiles.py", "test_attack_records.py"),
    "rounding": ("test_profiles.py",),
    "attack.counts": ("test_attack_bounds.py", "test_attack_decisions.py"),
    "attack.differences": ("test_attack_records.py",),
    "attack.margins": ("test_attack_records.py",),
    "attack.rows": ("test_attack_reading.py", "test_attack_records.py"),
    "attack.scrape": ("test_attack_site.py",),
    "attack.statements": ("test_attack_reading.py", "test_attack_records.py"),
    "suppression": ("test_disclosure.py", "test_profiles.py", "test_publication.py"),
    "corrections": ("test_families.py",),
    "estimate": ("test_intervals.py", "test_gaps.py"),
    "proportion": ("test_consensus.py", "test_predictions.py"),
    "jackknife": ("test_jackknife.py", "test_intervals.py"),
    "permutation": ("test_gaps.py",),
}
LOADED_BEFORE = (
    "pytest", "hypothesis", "numpy", "pandas", "scipy.stats", "scipy.special", "jsonschema",
    "krippendorff", "statsmodels.stats.api", "sklearn.metrics", "yaml", "click",
)  # fmt: skip
STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"
EXAMPLES = 50  # of each property, where a plain run draws 100
KILLED, SURVIVED, TOO_LONG = "noticed", "survived", "no end"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant."""

    mutant: Mutant
    end: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One module: its tests, how many mutants there are, those that were run."""

    module: str
    tests: tuple[str, ...]
    possible: int
    outcomes: tuple[Outcome, ...]

    def count(self, end: str) -> int:
        """How many ended so."""
        return sum(outcome.end == end for outcome in self.outcomes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the page; progress goes to the other stream."""
    parser = argparse.ArgumentParser(prog="benchmarks.mutation", description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", metavar="MODULE", help="may be repeated")
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants of each file")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the sample")
    asked = parser.parse_args(arguments)
    modules = {_named(p): p for f in FOLDERS for p in sorted((AUDIT / f).rglob("[!_]*.py"))}
    if unknown := set(asked.only or ()) - set(modules):
        parser.error(f"no module {', '.join(sorted(unknown))}; there are {', '.join(modules)}")
    for name in LOADED_BEFORE:
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed: tests that need it fail or skip", file=sys.stderr)
    start = _cpu()
    names = [name for name in modules if not asked.only or name in asked.only]
    with tempfile.TemporaryDirectory() as folder:
        os.environ[STORAGE] = folder  # what tests write goes there, whatever becomes of them
        found = [_measure(name, modules[name], asked.sample, asked.seed) for name in names]
    print("\n".join(_page(found, asked.sample, asked.seed, _cpu() - start)))


def _named(path: Path) -> str:
    """`proportion`, and `attack.counts` for a module of a folder within."""
    parts = path.relative_to(AUDIT).with_suffix("").parts[1:]
    return ".".join(parts)


def _cpu() -> float:
    """CPU seconds of this process and its children: a busy machine does not lengthen them."""
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in both]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _dotted(module: Path) -> str:
    return ".".join(module.relative_to(ROOT / "scripts").with_suffix("").parts)


def files_testing(module: Path) -> tuple[str, ...]:
    """The test files that import it, the one that bears its name first, then the shortest."""
    dotted = _dotted(module)
    wanted = re.compile(rf"from {re.escape(dotted)} import|from {re.escape(dotted.rpartition('.')[0])} "
                        rf"import [^\n]*\b{module.stem}\b")  # fmt: skip
    files = [f for f in TESTS.glob("test_*.py") if wanted.search(f.read_text("utf-8"))]
    more = [TESTS / name for name in MORE_TESTS.get(_named(module), ())]
    own = TESTS / f"test_{module.stem}.py"
    ordered = sorted({*files, *more}, key=lambda f: (f != own, f.stat().st_size, f.name))
    return tuple(str(f.relative_to(ROOT)) for f in ordered)


def _measure(name: str, path: Path, sample: int | None, seed: int) -> Measured:
    source, tests = path.read_text("utf-8"), files_testing(path)
    every = list(mutants(source))
    chosen = every
    if sample is not None and sample < len(every):
        drawn = random.Random(f"{seed} {name}").sample(range(len(every)), sample)  # noqa: S311
        chosen = [every[k] for k in sorted(drawn)]
    dotted = _dotted(path)
    end, seconds = _run(dotted, source, tests, 600.0)
    if end != SURVIVED:
        sys.exit(f"{name}: its tests do not pass as they are ({end}): {' '.join(tests)}")
    limit = 3 * seconds + 5
    outcomes = []
    for number, mutant in enumerate(chosen, start=1):
        end, took = _run(dotted, mutant.source, tests, limit)
        outcomes.append(Outcome(mutant, end, took))
        what = f": {mutant.name}" if end == SURVIVED else ""
        print(
            f"{name} {number}/{len(chosen)} {end} {took:.1f} s{what}", file=sys.stderr, flush=True
        )
    return Measured(name, tests, len(every), tuple(outcomes))


def _run(dotted: str, source: str, tests: Sequence[str], limit: float) -> tuple[str, float]:
    """Run the tests against this source of the module, in a child, for so many CPU seconds."""
    child = os.fork()
    if child == 0:
        _in_the_child(dotted, source, tests, limit)
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        return TOO_LONG, seconds
    return (SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED), seconds


def _in_the_child(dotted: str, source: str, tests: Sequence[str], limit: float) -> NoReturn:
    import pytest
    from hypothesis import Phase, settings

    # a failure is enough: it need not be made smaller; tests/conftest.py loads this profile
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutation", deadline=None, derandomize=True, max_examples=EXAMPLES, phases=phases
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 1))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.chdir(ROOT)
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(ROOT / "scripts"), str(ROOT)]
    sys.meta_path.insert(0, _Instead(dotted, source))
    flags = ["-x", "-q", "-p", "no:cacheprovider"]
    flags += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # plugins are loaded already
    os._exit(
        int(pytest.main([*flags, f"--basetemp={Path(os.environ[STORAGE]) / 'files'}", *tests]))
    )


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports this source in the place of one module."""

    def __init__(self, dotted: str, source: str) -> None:
        self.dotted, self.source = dotted, source

    def find_spec(
        self, fullname: str, _path: object, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.dotted:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=f"<mutant of {fullname}>")

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, f"<mutant of {self.dotted}>", "exec"), module.__dict__)  # noqa: S102


def _page(
    found: Sequence[Measured], sample: int | None, seed: int, seconds: float
) -> Iterator[str]:
    run = sum(len(one.outcomes) for one in found)
    yield "# Mutants of the statistics: which faults the tests notice\n"
    which = "every mutant" if sample is None else (
        f"a random sample of at most {sample} mutants a file (seed {seed}): a score from a sample "
        "is known to about ±15 points for 40 mutants"
    )  # fmt: skip
    yield (
        f"Measured {datetime.datetime.now(tz=datetime.UTC).date()} on a virtual machine with "
        f"{os.cpu_count()} cores (shared), Python {platform.python_version()}; {which}. "
        f"{run:,} mutants in {seconds / 60:.1f} CPU minutes, {seconds / max(1, run):.1f} s each. "
        f"Noticed: a test failed; no end: it ran three times as long as it should. Properties draw "
        f"{EXAMPLES} examples. "
        "`python -m benchmarks.mutation` measures again; its docstring says what is mutated.\n"
    )
    yield "| module | mutants | run | noticed | no end | survived | score | CPU s each | tests |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in found:
        killed, endless, survived = (one.count(end) for end in (KILLED, TOO_LONG, SURVIVED))
        number = max(1, len(one.outcomes))
        each = sum(outcome.seconds for outcome in one.outcomes) / number
        tests = ", ".join(Path(test).stem for test in one.tests)
        yield (
            f"| {one.module} | {one.possible} | {len(one.outcomes)} | {killed} | {endless} | "
            f"{survived} | {100 * (killed + endless) / number:.0f} % | {each:.1f} | {tests} |"
        )
    outcomes = [outcome for one in found for outcome in one.outcomes]
    noticed = sum(outcome.end != SURVIVED for outcome in outcomes)
    possible = sum(one.possible for one in found)
    yield (
        f"| all | {possible} | {len(outcomes)} | {noticed} with the endless | | "
        f"{len(outcomes) - noticed} | {100 * noticed / max(1, len(outcomes)):.1f} % | | |"
    )
    yield "\n## Survivors\n"
    for one in found:
        for outcome in one.outcomes:
            if outcome.end == SURVIVED:
                yield f"- {one.module}, {outcome.mutant.name}"


if __name__ == "__main__":
    main()
