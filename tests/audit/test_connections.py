"""The same audit from a table in somebody's own database: PostgreSQL, and Spark on this machine."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from postgres_server import postgres_server
from repository import table, without_single_ratings, write_repository, write_table
from test_engines import HEADER, everything, found_in_memory, result, tables, text_of

from labelcharter.audit.reductions.queries.connections import Connection, connected_table
from labelcharter.audit.reductions.queries.held_table import Missing, Refused
from labelcharter.audit.reductions.queries.tallies import source_held
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.cli.main import main
from labelcharter.reading.tables import TableRefused

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the drivers
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Spark leaves its socket open
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NAMES = HEADER.split(",")
Rows = list[list[str]]


class Database:
    """A database that rows can be written to."""

    def __init__(self, connection: Connection, write: Any) -> None:
        self.connection, self.write = connection, write

    def found(self, rows: Rows, bindings: Bindings) -> object:
        self.write(NAMES, rows)
        try:
            with connected_table(self.connection, bindings) as held:
                source = source_held(held, bindings)
                assert source.cleaned is None
                return everything(source), result(source, bindings)
        except TableRefused as refused:
            return refused.problems


@pytest.fixture(scope="module")
def postgres() -> Iterator[Database]:
    psycopg = pytest.importorskip("psycopg")
    with postgres_server() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGUSER", "auditor")

        def write(names: list[str], rows: Rows) -> None:
            with psycopg.connect(url.replace("//", "//auditor@"), autocommit=True) as database:
                database.execute("DROP TABLE IF EXISTS ratings")
                columns = ", ".join(f'"{name}" text' for name in names)
                database.execute(f"CREATE TABLE ratings ({columns})")
                with database.cursor() as cursor:
                    cursor.executemany(
                        f"INSERT INTO ratings VALUES ({', '.join(['%s'] * len(names))})",  # noqa: S608 - ours
                        rows,
                    )

        yield Database(Connection("warehouse", "postgres", "public.ratings", url), write)


@pytest.fixture(scope="module")
def spark() -> Iterator[Database]:
    pyspark = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, which is not here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = (
            pyspark.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
        )

        def write(names: list[str], rows: Rows) -> None:
            schema = ", ".join(f"`{name}` string" for name in names)
            session.createDataFrame(rows, schema).createOrReplaceTempView("ratings")

        yield Database(Connection("lake", "spark", "ratings", "local[2]"), write)
        session.stop()


def sample(seed: int = 1) -> Rows:
    """Sixty items, twenty people, every kind of cell; each pair of them once."""
    chance = Random(seed)  # noqa: S311 - invented tables, not secrets
    rows = []
    for i in range(60):
        for j in chance.sample(range(20), 5):
            label = chance.choice(["yes", "no", "NULL", "unsure", ""])
            rows.append(
                [
                    f"00{i}",
                    f"j{j}",
                    label,
                    ["NA", "x", "", "revoked"][j % 4],
                    ["s", "nan"][i % 2],
                    ["yes", "no", ""][i % 3],
                    ["no", "yes"][i % 2],
                    f"2024-03-{1 + j:02}T12:00:00.{i:03}+0{j % 3}:00",
                    ["1.0.0", "2.0.0"][j % 2],
                ]
            )
    return rows


def bindings(**more: Any) -> Bindings:
    return Bindings(
        "item",
        "annotator",
        "label",
        gold="gold",
        prediction="prediction",
        annotator_groups={"group": "group"},
        subject_groups={"subject": "subject"},
        states=["unsure"],
        attribute_states={"group": ["revoked"]},
        **more,
    )


def repeated(rows: Rows) -> Rows:
    """The rows, and some of them again at another time with another label."""
    again = [[*row[:2], "no", *row[3:7], "1999-12-31T23:59:59-11:45", row[8]] for row in rows[::7]]
    return [*rows, *again]


def here(rows: Rows, bound: Bindings, folder: Path) -> object:
    path = folder / "t.csv"
    path.write_bytes(text_of(rows))
    return found_in_memory(path, bound)


def check(database: Database, folder: Path) -> None:
    """A plain table; one with repeats that a time resolves; one with versions."""
    rows = sample()
    identical = [*rows, *rows[:40]]
    for some, bound in (
        (rows, bindings()),
        (identical, bindings()),
        (repeated(rows), bindings(time="when")),
        (rows, bindings(version="version", audited_version="2.0.0")),
    ):
        assert database.found(some, bound) == here(some, bound, folder)


def test_postgres_gives_the_same_audit(postgres: Database, tmp_path: Path) -> None:
    check(postgres, tmp_path)


def test_spark_gives_the_same_audit(spark: Database, tmp_path: Path) -> None:
    check(spark, tmp_path)


@given(tables())
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_postgres_gives_the_same_of_random_tables(
    postgres: Database, tmp_path: Path, table: tuple[Bindings, Rows]
) -> None:
    bound, rows = table
    expected = here(rows, bound, tmp_path)
    try:
        found = postgres.found(rows, bound)
    except Refused as refused:
        if "have no order" in str(refused):
            return
        raise
    if isinstance(expected, tuple) and all(hasattr(p, "code") for p in expected):
        # without an order of rows, places are unknown and which form came first as well
        assert isinstance(found, tuple)
        assert {p.code for p in found} == {p.code for p in expected}
        return
    assert found == expected


def test_conflicting_repeats_without_a_time_are_refused_and_with_one_are_not(
    postgres: Database,
) -> None:
    rows = repeated(sample())
    with pytest.raises(Refused, match="have repeated rows that differ"):
        postgres.found(rows, bindings())
    tied = [*rows, [*rows[0][:2], "NULL" if rows[0][2] != "NULL" else "yes", *rows[0][3:]]]
    tied = [row for row in tied if not row[7].startswith("1999")]
    with pytest.raises(Refused, match=r"1 pairs .* that differ at the same `when`"):
        postgres.found(tied, bindings(time="when"))


def test_faults_have_the_same_codes_and_words(postgres: Database, tmp_path: Path) -> None:
    rows = [[*row[:3], "x" if n else "y", *row[4:]] for n, row in enumerate(sample()[:9])]
    rows += [[*rows[0][:3], "x", *rows[0][4:]], ["1", "b", "Yes", *rows[0][3:]]]
    found = postgres.found(rows, bindings())
    expected = here(rows, bindings(), tmp_path)
    assert isinstance(found, tuple)
    assert isinstance(expected, tuple)
    assert sorted(p.code for p in found) == sorted(p.code for p in expected)
    assert {str(p.place) for p in found} == {"warehouse:public.ratings:1:1"}


def test_typed_columns_are_text_where_all_databases_write_them_alike(
    postgres: Database, tmp_path: Path
) -> None:
    psycopg = pytest.importorskip("psycopg")
    rows = sample()
    postgres.write(NAMES, rows)
    url = postgres.connection.url.replace("//", "//auditor@")
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DROP TABLE IF EXISTS typed")
        database.execute(
            'CREATE TABLE typed AS SELECT item::int item, annotator, label, "when"::timestamptz '
            '"when", 1.5::float8 AS half FROM ratings'
        )
    typed = Connection("warehouse", "postgres", "public.typed", postgres.connection.url)
    bound = Bindings("item", "annotator", "label", time="when")
    with connected_table(typed, bound) as held:
        found = result(source_held(held, bound), bound)
    plain = [[str(int(row[0])), *row[1:]] for row in rows]
    expected = here(plain, bound, tmp_path)
    assert isinstance(expected, tuple)
    assert found == expected[1]
    with (
        pytest.raises(Refused, match=r"column `half` holds .*; make it text in a view"),
        connected_table(typed, Bindings("item", "annotator", "half")),
    ):
        pass


def test_what_fails_in_the_database_is_one_sentence(postgres: Database) -> None:
    nowhere = Connection("warehouse", "postgres", "public.nothing", postgres.connection.url)
    with (
        pytest.raises(Refused, match=r"`warehouse` has no table `public.nothing`"),
        connected_table(nowhere, bindings()),
    ):
        pass
    closed = Connection("warehouse", "postgres", "x", "postgres://127.0.0.1:1/postgres")
    with (
        pytest.raises(Refused, match=r"the connection `warehouse` failed: "),
        connected_table(closed, bindings()),
    ):
        pass
    postgres.write(NAMES, sample())
    with (
        pytest.raises(Missing, match="no column `nobody`"),
        connected_table(postgres.connection, Bindings("item", "nobody", "label")),
    ):
        pass


def test_an_audit_of_a_connection_writes_the_record_of_the_file(
    postgres: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = table()
    write_table(tmp_path / "notes.csv", lines)
    obtain = "  obtain: Run the tests.\n"
    there = f"{{backend: postgres, url: '{postgres.connection.url}', table: public.ratings}}"
    connected = f"{obtain}  connections:\n    warehouse: {there}\n"
    write_repository(tmp_path, audit=(obtain, connected))
    names, *rows = (line.split(",") for line in lines)
    postgres.write(names, rows)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> int:
        asked = ["labelcharter", "audit", "run", "AUD-0001", *arguments, "--as-of", "2026-03-31"]
        monkeypatch.setattr(sys, "argv", asked)
        try:
            main()
        except SystemExit as stop:
            return int(stop.code or 0)
        return 0

    without_single_ratings(monkeypatch)
    assert run("--data", "notes.csv", "--out", "file/REC-0001.json") == 0
    assert run("--engine", "warehouse", "--out", "held/REC-0001.json") == 0
    record, held = (
        json.loads((tmp_path / f"{name}/REC-0001.json").read_text()) for name in ("file", "held")
    )
    assert record["manifest"].pop("data_sha256") != held["manifest"].pop("data_sha256")
    assert held == record
    assert run("--engine", "warehouse") == 0
    assert run("--engine", "warehouse", "--verify", "REC-0001") == 0
    postgres.write(names, rows[1:])
    assert run("--engine", "warehouse", "--verify", "REC-0001") == 1
    write_repository(tmp_path, audit=(obtain, f"{connected}  sha256: {'ab' * 32}\n"))
    capsys.readouterr()
    assert run("--engine", "warehouse") == 2
    assert "sha256 of what was found: " in capsys.readouterr().err
