"""A file in DuckDB: read as our own reader reads it, or refused with the same words and places."""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from labelcharter.audit.reductions.queries import duckdb_file
from labelcharter.audit.reductions.queries.duckdb_file import duckdb_table
from labelcharter.audit.reductions.queries.held_table import ROW, Missing, Refused
from labelcharter.audit.reductions.queries.tallies import source_held
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import clean
from labelcharter.reading.tables import TableRefused, read_table

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")

PLAIN = Bindings("x", "y", "z")


def rows_here(path: Path, bindings: Bindings = PLAIN) -> list[tuple[str | None, ...]]:
    table = read_table(path, path.name, bindings.columns)
    columns = [table.columns[name] for name in bindings.columns]
    return [
        tuple(None if c.codes[row] < 0 else c.values[c.codes[row]] for c in columns)
        for row in range(table.rows)
    ]


def rows_in_duckdb(path: Path, bindings: Bindings = PLAIN) -> list[tuple[str | None, ...]]:
    with duckdb_table(path, path.name, bindings) as held:
        rows = held.rows_of.order_by(ROW).to_pyarrow().to_pylist()
    assert [row.pop(ROW) for row in rows] == list(range(len(rows)))
    return [tuple(v if v and v.strip() else None for v in row.values()) for row in rows]


def rows_or_problems(read: Callable[[Path], object], path: Path) -> object:
    try:
        return read(path)
    except TableRefused as refused:
        return refused.problems


def check(content: bytes, name: str = "t.csv") -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        assert rows_or_problems(rows_in_duckdb, path) == rows_or_problems(rows_here, path)


def text_soup() -> st.SearchStrategy[str]:
    """Fields that are plain, quoted, half quoted, blank; line ends of every kind."""
    texts = ["a", "", "007", '"q"', '"a,b"', '"two\nlines"', '"x""y"', 'a"b', ' "q"', '"q" ']
    field = st.sampled_from([*texts, 'a""b', "NULL", "#c", "é", "\t", " ", '""', "\\"])
    row = st.lists(field, min_size=2, max_size=4).map(",".join)
    end = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", "\r"])
    line = st.tuples(st.lists(field, min_size=3, max_size=3).map(",".join) | row, end)
    return st.lists(line.map("".join), min_size=1, max_size=6).map("".join)


@given(text_soup())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@example("a,b,c\n\nd,e,f\n")
@example('a, "b",c\n')
@example("a,b,c\r\nd,e,f\n")
@example("a,b\0,c\n")
@example("a,b,c,d\n")
@example("")
@example("a,b,c,\n")
@example('a,"b",c,\n')
@example('a,b,c,""\n')
@example('a,b,c,""')
@example('a,b,c\n"a",b,c,')
@example("a,b,\na,b,\n")
@example('a,"b\nd,e,f\n')
def test_a_csv_is_read_as_our_own_reader_reads_it(text: str) -> None:
    check(f"x,y,z\n{text}".encode())


@pytest.mark.slow
@given(text_soup())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_hundreds_of_csvs_are_read_as_our_own_reader_reads_them(text: str) -> None:
    check(f"x,y,z\n{text}".encode())


@pytest.mark.parametrize(
    "content",
    [
        b"x,y,z\n1,caf\xe9,3\n",
        b"\xff\xfex\0,\0",
        "\ufeffx,y,z\n1,2,3\n".encode(),
        b"x,y,x\n1,2,3\n",
        b"x;y;z\n1;2;3\n",
        b"",
    ],
)
def test_encodings_and_headers_are_judged_alike(content: bytes) -> None:
    check(content)


def test_a_gzipped_csv_is_read_and_a_bomb_is_not(tmp_path: Path) -> None:
    check(gzip.compress(b"x,y,z\n1,2,3\n"), "t.csv.gz")
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"x,y,z\n" + b"1,2,3\n" * 10_000_000))
    with pytest.raises(TableRefused) as refused, duckdb_table(path, path.name, PLAIN):
        pass
    assert [p.code for p in refused.value.problems] == ["T102"]


def test_column_names_that_differ_in_case_alone_are_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"row,Row,ROW\n1,a,yes\n2,b,no\n")
    bindings = Bindings("Row", "row", "ROW")
    assert rows_in_duckdb(path, bindings) == rows_here(path, bindings)


@pytest.mark.parametrize("quote", ["", '"', ' "'], ids=["plain", "quoted", "by our own reader"])
def test_every_row_is_there_in_the_order_of_the_file_however_long_it_is(
    tmp_path: Path, quote: str
) -> None:
    path = tmp_path / "t.csv"
    lines = (f"{n},a{n % 7},{quote}{n % 3}{quote.strip()}\n" for n in range(200_000))
    path.write_text(f"x,y,z\n{''.join(lines)}")
    with duckdb_table(path, path.name, PLAIN) as held:
        assert held.rows == 200_000
        rows = held.rows_of.select(item="c0", row=ROW).to_pyarrow()
    order = sorted(zip(rows["row"].to_pylist(), rows["item"].to_pylist(), strict=True))
    assert order == [(n, str(n)) for n in range(200_000)]


def test_every_row_of_a_parquet_file_is_there_in_its_order(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    numbers = list(range(150_000))
    columns = {"x": [str(n) for n in numbers], "y": ["a"] * 150_000, "z": ["b"] * 150_000}
    path = tmp_path / "t.parquet"
    pyarrow.parquet.write_table(pa.table(columns), path, row_group_size=70_000)
    with duckdb_table(path, path.name, PLAIN) as held:
        rows = held.rows_of.select(item="c0", row=ROW).to_pyarrow()
    order = sorted(zip(rows["row"].to_pylist(), rows["item"].to_pylist(), strict=True))
    assert order == [(n, str(n)) for n in numbers]


def test_a_parquet_file_has_the_same_texts_whatever_it_stores(tmp_path: Path) -> None:
    import datetime
    import decimal

    import pyarrow as pa
    import pyarrow.parquet

    when = datetime.datetime(2024, 3, 1, 12, tzinfo=datetime.UTC)
    table = pa.table(
        {
            "x": pa.array([7, 12345678901234567890, None], pa.uint64()),
            "y": pa.array([1.0, float("nan"), 2.5]),
            "z": pa.array(["a", "a", None]).dictionary_encode(),
            "t": pa.array([when, None, when]),
            "b": pa.array([True, False, None]),
            "d": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal(2)]),
        }
    )
    path = tmp_path / "t.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=2)
    bindings = Bindings("x", "y", "z", time="t", annotator_groups={"b": "b", "d": "d"})
    found = rows_here(path, bindings)
    assert found[0][0] == "7"
    with duckdb_table(path, path.name, bindings) as held:
        rows = held.rows_of.order_by(ROW).drop(ROW).to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in rows] == found


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y,z\n1,2,3\n")
    with pytest.raises(Missing) as missing, duckdb_table(path, "t.csv", Bindings("x", "y", "q")):
        pass
    assert (missing.value.missing, missing.value.names) == (("q",), ("x", "y", "z"))


def test_without_ibis_the_engine_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y,z\n1,2,3\n")
    with pytest.raises(Refused, match=r"labelcharter\[scale\]"), duckdb_table(path, "t.csv", PLAIN):
        pass


FAULTY: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["1,a,toxic,p", "2,a,toxic,p", "3,a,Toxic,p", "4,b,cafe\u0301,p", "5,b,caf\u00e9,p"]),
    ({}, ["1,a,x,p", "1 ,b,x,p", "2,c,x,p", "2,c ,y,p", "é,a,x,p", "e\u0301,a,x,p"]),
    ({"annotator_groups": {"g": "g"}}, ["1,a,x,north", "1,b,x,south", "2,a,x,south", "3,a,x,"]),
    ({"annotator_groups": {"g": "g"}}, [f"1,{j},x,person {j}" for j in range(230)]),
    ({"gold": "g"}, [f"{i},{j},x,{'pq'[j]}" for i in range(30) for j in range(2)]),
    ({"subject_groups": {"g": "g"}}, ["1,a,x,p", "1,b,x,q", "2,a,y,q"]),
    ({"labels": ["hate", "not hate"], "states": ["?"]}, ["1,a,hate,", "1,b,?,", "2,a,hatte,"]),
    ({"annotator_groups": {"g": "g"}, "categories": {"g": ["n"]}}, ["1,a,x,n", "1,b,x,west"]),
    ({"scale": "ordinal"}, ["1,a,1,", "1,b,high,", "2,a,1.0,"]),
    ({"time": "g"}, ["1,a,x,noon", "1,b,x,2024-03-01T12:00:00", "1,c,x,2024-02-30", "2,a,x,7"]),
    ({"version": "g"}, ["1,a,x,1.0.0", "2,a,x,2.0.0"]),
    ({"version": "g", "versions": ["1.0.0"]}, ["1,a,x,1.0.0", "2,a,x,1.0.1"]),
    ({"features": ("g",)}, [f"{n},a,x,{'word' if n == 1100 else n}" for n in range(1200)]),
]


@pytest.mark.parametrize(("more", "rows"), FAULTY)
def test_every_fault_is_found_at_the_same_place_in_the_same_words(
    more: dict[str, Any], rows: list[str], tmp_path: Path
) -> None:
    bindings = Bindings("item", "annotator", "label", **more)
    path = tmp_path / "t.csv"
    path.write_text("item,annotator,label,g\n" + "".join(f"{row}\n" for row in rows))
    with pytest.raises(TableRefused) as expected:
        clean(read_table(path, "t.csv", bindings.columns), bindings)
    with (
        pytest.raises(TableRefused) as found,
        duckdb_table(path, "t.csv", bindings) as held,
    ):
        source_held(held, bindings)
    assert found.value.problems == expected.value.problems


def test_a_time_that_only_python_reads_is_refused_with_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y,z,t\n1,a,yes,20240301T120000Z\n")
    bindings = Bindings("x", "y", "z", time="t")
    with (
        pytest.raises(Refused, match=r"20240301T120000Z.*write 2026-01-31T09:30:00Z"),
        duckdb_table(path, "t.csv", bindings) as held,
    ):
        source_held(held, bindings)


def test_nothing_is_left_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb_file.tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y,z\n1,2,3\n")
    with duckdb_table(path, "t.csv", PLAIN):
        assert list((tmp_path / "tmp").iterdir())
    assert not list((tmp_path / "tmp").iterdir())
