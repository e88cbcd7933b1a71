"""Two engines, one answer: what DuckDB counts is what is counted in memory, to the last figure."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import NothingLeft, audit_source
from labelcharter.audit.records.output import as_json
from labelcharter.audit.reductions.queries.duckdb_file import duckdb_table
from labelcharter.audit.reductions.queries.tallies import source_held
from labelcharter.audit.reductions.source import Source, source_in_memory
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import clean
from labelcharter.reading.tables import TableRefused, read_table

# what Ibis calls of DuckDB is named otherwise from DuckDB 2 on
pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

HEADER = "item,annotator,label,group,subject,gold,prediction,when,version"
BINDINGS = Bindings(
    "item",
    "annotator",
    "label",
    gold="gold",
    prediction="prediction",
    annotator_groups={"group": "group"},
    subject_groups={"subject": "subject"},
    states=["unsure"],
    attribute_states={"group": ["revoked"]},
)
TIMES = (
    "",
    "2024-03-01",
    "2024-03-01T12:00:00Z",
    "2024-03-01T13:30:00.250+02:00",
    "2024-03-01 11:59+00:00",
    "1999-12-31T23:59:59.999999-11:45",
    "2024-02-29",
    "7",
    "-3.5e2",
    ".5",
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Bindings, list[list[str]]]:
    """Repeats, blanks, states, gold; groups that look like nothing, ids that look like numbers."""
    items = draw(st.lists(st.sampled_from(["007", "7", "NA", "i 1", "é"]), min_size=2, unique=True))
    people = draw(st.lists(st.sampled_from(["a", "b", "null", "1e3"]), min_size=2, unique=True))
    groups = {p: draw(st.sampled_from(["NA", "None", "", "revoked", "x"])) for p in people}
    subjects = {i: draw(st.sampled_from(["nan", "", "s"])) for i in items}
    labels = ["yes", "no", "NULL"]
    gold = {i: draw(st.sampled_from(["", "unsure", *labels])) for i in items}
    predicted = {i: draw(st.sampled_from(["", *labels])) for i in items}
    timed, versioned = draw(st.booleans()), draw(st.booleans())
    some = st.booleans()
    rows = []
    for _ in range(draw(st.integers(3, 30))):
        item, person = draw(st.sampled_from([*items, ""])), draw(st.sampled_from([*people, " "]))
        rows.append(
            [
                item,
                person,
                draw(st.sampled_from([*labels, "unsure", "", " "])),
                groups.get(person, ""),
                subjects.get(item, "") if draw(some) else "",
                gold.get(item, "") if draw(some) else "",
                predicted.get(item, "") if draw(some) else "",
                draw(st.sampled_from(TIMES)) if timed else "",
                draw(st.sampled_from(["1.0.0", "2.0.0", ""])) if versioned else "",
            ]
        )
    bindings = replace(BINDINGS, time="when" if timed else None)
    if versioned:
        bindings = replace(bindings, version="version", audited_version="2.0.0")
    return bindings, rows


def text_of(rows: Sequence[Sequence[str]], header: str = HEADER) -> bytes:
    return "".join(f"{line}\n" for line in [header, *(",".join(row) for row in rows)]).encode()


def everything(source: Source) -> dict[str, Any]:
    """All that the seam lets through."""
    found: dict[str, Any] = {
        name: getattr(source, name)
        for name in ("answers", "labels", "blanks", "gold", "ratings", "rows", "excluded", "traits")
    }
    for attribute in ("", *(trait.attribute for trait in source.traits)):
        for what in (source.tally(attribute), source.joint(attribute)):
            for name in what.__slots__:
                value = np.asarray(getattr(what, name))
                found[f"{type(what).__name__} {attribute} {name}"] = value.tolist()
    for trait in source.traits:
        counts = source.items(trait.attribute)
        found[f"items {trait.attribute}"] = [getattr(counts, n).tolist() for n in counts.__slots__]
    return found


def result(source: Source, bindings: Bindings) -> dict[str, Any] | str:
    try:
        asked = Questions(favourable=source.labels[0] if source.labels else None, ties="yes")
        if "yes" not in source.labels:
            asked = replace(asked, ties=None)
        reduced = replace(source, cleaned=None)  # both without what only one engine brings
        return as_json(audit_source(reduced, bindings, asked), "internal")
    except NothingLeft as nothing:
        return str(nothing)


def found_in_memory(path: Path, bindings: Bindings) -> object:
    try:
        table = read_table(path, "t.csv", bindings.columns)
        source = source_in_memory(clean(table, bindings))
    except TableRefused as refused:
        return refused.problems
    return everything(source), result(source, bindings)


def found_in_duckdb(path: Path, bindings: Bindings) -> object:
    try:
        with duckdb_table(path, "t.csv", bindings) as held:
            source = source_held(held, bindings)
            assert source.cleaned is None
            return everything(source), result(source, bindings)
    except TableRefused as refused:
        return refused.problems


def check_both(table: tuple[Bindings, list[list[str]]]) -> None:
    bindings, rows = table
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(text_of(rows))
        assert found_in_duckdb(path, bindings) == found_in_memory(path, bindings)


@given(tables())
@settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking asks DuckDB for hours
    suppress_health_check=[HealthCheck.too_slow],
)
def test_both_engines_give_the_same_reductions_and_the_same_audit(
    table: tuple[Bindings, list[list[str]]],
) -> None:
    check_both(table)


@pytest.mark.slow
@given(tables())
@settings(
    max_examples=40,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
def test_both_engines_give_the_same_of_hundreds_of_tables(
    table: tuple[Bindings, list[list[str]]],
) -> None:
    check_both(table)
