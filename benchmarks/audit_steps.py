"""One measured step of `benchmarks.audit`, in a process of its own; prints one line of JSON."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from benchmarks.ratings import LABELS, SEED, TRAITS
from labelcharter.audit.reductions.patterns import groups_of
from labelcharter.audit.reductions.source import Source, source_in_memory
from labelcharter.audit.reductions.tally import Tally
from labelcharter.audit.statistics import agreement, rates
from labelcharter.audit.statistics.intervals import agreement_estimate, rate_estimate
from labelcharter.audit.statistics.jackknife import jackknife
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import clean
from labelcharter.reading.tables import read_table

FOUR = Bindings("item_id", "annotator_id", "label", annotator_groups={t: t for t in TRAITS})
WHOLE = Bindings(
    "item_id", "annotator_id", "label", gold="gold",
    annotator_groups={t: t for t in TRAITS}, subject_groups={"subject": "subject"},
)  # fmt: skip


def ours(engine: str, path: str) -> dict[str, Any]:
    """Reading and cleaning; alpha of every group with its interval; label rates with theirs."""
    for module in ("pandas", "pyarrow.parquet", "scipy.special", "ibis.backends.duckdb"):
        import_module(module)  # not to be counted as work
    start = process_time()
    with opened(engine, path, FOUR) as source:
        read = process_time() - start
        tallies = {trait.attribute: source.tally(trait.attribute) for trait in source.traits}
        found: dict[str, Any] = {}
        for trait in source.traits:
            for value, group in zip(
                trait.values, _groups(source, trait.attribute, tallies), strict=True
            ):
                jack = jackknife(group, agreement.alpha("nominal"))
                agreeing = jackknife(group, agreement.percent_agreement())
                given = (group.counts * group.items[:, None]).sum(axis=0)
                estimate = agreement_estimate(jack, agreeing, agreement.dearest("nominal", given))
                found[f"{trait.attribute}={value}"] = (estimate.value, estimate.low, estimate.high)
        alpha = process_time() - start - read
        for trait in source.traits:
            for group in _groups(source, trait.attribute, tallies):
                for code in range(len(source.labels)):
                    rate_estimate(jackknife(group, rates.label_rate(code)))
        rated = process_time() - start - read - alpha
        return {"read": read, "cpu": alpha, "rates": rated, "alpha": found, "rows": source.rows}


def _groups(source: Source, attribute: str, tallies: dict[str, Tally]) -> Any:
    groups = next(len(t.values) for t in source.traits if t.attribute == attribute)
    return groups_of(tallies[attribute], range(groups), len(source.labels))


@contextmanager
def opened(engine: str, path: str, bindings: Bindings) -> Iterator[Source]:
    """The table, read, cleaned and ready to be reduced."""
    if engine == "pandas":
        yield source_in_memory(clean(read_table(Path(path), path, bindings.columns), bindings))
        return
    from labelcharter.audit.reductions.queries.duckdb_file import duckdb_table
    from labelcharter.audit.reductions.queries.tallies import source_held

    with duckdb_table(Path(path), path, bindings) as held:
        yield source_held(held, bindings)


def whole(engine: str, path: str) -> dict[str, Any]:
    """All figures, gaps and findings of five traits."""
    from labelcharter.audit.questions.table_audit import audit_source

    start = process_time()
    with opened(engine, path, WHOLE) as source:
        audit_source(source, WHOLE)
    return {"cpu": process_time() - start}


def krippendorff(replicates: str, path: str) -> dict[str, Any]:
    """Counts an item by pandas, then alpha, and alpha of items drawn with replacement."""
    import krippendorff as peer
    import pandas as pd

    start = process_time()
    table = pd.read_parquet(path, columns=["item_id", "label", *TRAITS])
    read = process_time() - start
    counts = {}
    for trait, values in TRAITS.items():
        for value in values:
            part = table[table[trait] == value]
            grouped = part.groupby(["item_id", "label"], observed=True).size()
            counts[f"{trait}={value}"] = grouped.unstack(fill_value=0).to_numpy()
    found = {
        name: float(peer.alpha(value_counts=c, level_of_measurement="nominal"))
        for name, c in counts.items()
    }
    once = process_time() - start - read
    random = np.random.RandomState(SEED)
    for _ in range(int(replicates)):
        for each in counts.values():
            drawn = each[random.randint(0, len(each), len(each))]
            peer.alpha(value_counts=drawn, level_of_measurement="nominal")
    spent = process_time() - start - read - once
    return {"read": read, "once": once, "replicates": spent, "alpha": found}


def fairlearn(replicates: str, path: str) -> dict[str, Any]:
    """The rate of each label in each group, trait by trait, with intervals over rows."""
    import pandas as pd
    from fairlearn.metrics import MetricFrame

    start = process_time()
    table = pd.read_parquet(path, columns=["label", *TRAITS])
    given = table["label"].astype("category").cat.codes.to_numpy()  # quicker for it than texts
    read = process_time() - start

    def frames(n_boot: int | None) -> float:
        begun = process_time()
        for trait in TRAITS:
            more: dict[str, Any] = {} if n_boot is None else {
                "n_boot": n_boot, "ci_quantiles": [0.025, 0.975], "random_state": SEED,
            }  # fmt: skip
            frame = MetricFrame(
                metrics={label: _rate_of(code) for code, label in enumerate(LABELS)},
                y_true=given, y_pred=given,
                sensitive_features=table[trait], **more,
            )  # fmt: skip
            _ = frame.by_group
        return process_time() - begun

    once = frames(None)
    return {"read": read, "once": once, "replicates": frames(int(replicates)) - once}


def _rate_of(code: int) -> Callable[[Any, Any], float]:
    return lambda _true, given: float((given == code).mean())


def spark(master: str, path: str) -> dict[str, Any]:
    """The reductions by Spark, and whether they are those by DuckDB, number for number."""
    from pyspark.sql import SparkSession

    from labelcharter.audit.reductions.queries.connections import Connection, connected_table
    from labelcharter.audit.reductions.queries.tallies import source_held

    session = (
        SparkSession.builder.master(master)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    session.read.parquet(path).createOrReplaceTempView("ratings")
    with connected_table(Connection("lake", "spark", "ratings", master), FOUR) as held:
        theirs = _numbers(source_held(held, FOUR))
    with opened("duckdb", path, FOUR) as source:
        return {"same": theirs == _numbers(source)}


def _numbers(source: Source) -> list[Any]:
    found: list[Any] = [source.labels, source.traits]
    for trait in source.traits:
        tally = source.tally(trait.attribute)
        found += [np.asarray(getattr(tally, name)).tolist() for name in tally.__slots__]
    return found


def _peak() -> float:
    """Megabytes. Not from getrusage, which keeps the peak of the process that started this one."""
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1e3


STEPS = {f.__name__: f for f in (ours, whole, krippendorff, fairlearn, spark)}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    result = STEPS[sys.argv[1]](sys.argv[2], sys.argv[3])
    result["peak"] = _peak()
    print(json.dumps(result))
