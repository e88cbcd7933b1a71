"""A table in somebody's own database, by the name of a connection in the audit file.

Where the table is stands in the file; who may read it never does. PostgreSQL takes the credentials
from PGUSER, PGPASSWORD or PGPASSFILE, Snowflake from SNOWFLAKE_USER and SNOWFLAKE_PASSWORD,
BigQuery from GOOGLE_APPLICATION_CREDENTIALS, Spark from its own settings. Nothing is written but
temporary tables of the session.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from labelcharter.audit.reductions.queries.held_table import (
    HeldTable,
    Missing,
    Refused,
    hold,
    inner_names,
)
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.diagnostic import Place

Expression = Any  # of Ibis


@dataclass(frozen=True, slots=True)
class Connection:
    """`url` says where, in the form of the backend (see `_DRIVERS`); `table` may have dots."""

    name: str
    backend: str
    table: str
    url: str = ""


@contextmanager
def connected_table(connection: Connection, bindings: Bindings) -> Iterator[HeldTable]:
    """The table, for as long as the block runs. Raises Refused or Missing."""
    failures = _failures(connection.backend)
    path = f"{connection.name}:{connection.table}"
    try:
        shared = _runs_already(connection)
        database = _connected(connection)
        try:
            stored = _table(database, connection)
            if missing := [column for column in bindings.columns if column not in stored.columns]:
                raise Missing(path, missing, tuple(stored.columns))
            inner = inner_names(bindings)
            rows = stored.select(
                **{within: _text(stored, column, bindings) for column, within in inner.items()}
            )
            yield hold(
                rows,
                bindings,
                path=path,
                names=tuple(stored.columns),
                keep=_keeping(database),
                find=lambda cells: [Place(path)] * len(cells),
            )
        finally:
            if not shared:
                database.disconnect()
    except failures as error:
        reason = str(error).strip().partition("\n")[0]
        raise Refused(f"the connection `{connection.name}` failed: {reason}") from None


def _table(database: Any, connection: Connection) -> Expression:
    from ibis.common.exceptions import TableNotFound

    *above, name = connection.table.split(".")
    try:
        return database.table(name, database=tuple(above) or None)
    except TableNotFound:
        raise Refused(
            f"the connection `{connection.name}` has no table `{connection.table}`"
        ) from None


def _text(stored: Expression, name: str, bindings: Bindings) -> Expression:
    """The column as text; times may keep their type, since they are only put in order."""
    column = stored[name]
    kind = column.type()
    if kind.is_string():
        return column
    if kind.is_integer() or kind.is_boolean():
        return column.cast("string")
    if name == bindings.time and (kind.is_temporal() or kind.is_numeric()):
        return column
    raise Refused(
        f"column `{name}` holds {kind}, which databases write in different ways; make it text in a "
        "view, and name the view"
    )


def _keeping(database: Any) -> Any:
    """A temporary table of the session; where there are none, what the backend has instead."""
    numbered = count()

    def keep(expression: Expression) -> Expression:
        try:
            return database.create_table(f"labelcharter{next(numbered)}", expression, temp=True)
        except NotImplementedError:  # ibis: this backend has no temporary tables
            return expression.cache()

    return keep


def _connected(connection: Connection) -> Any:
    try:
        import ibis

        return _DRIVERS[connection.backend][0](ibis, connection.url)
    except ImportError as error:
        raise Refused(
            f"the connection `{connection.name}` needs {error.name}, which is not installed: "
            f'pip install "labelcharter[scale]" "ibis-framework[{connection.backend}]"'
        ) from None


def _runs_already(connection: Connection) -> bool:
    """True where the backend is a session of this process, which is then not ours to end."""
    if connection.backend != "spark":
        return False
    try:
        return import_module("pyspark.sql").SparkSession.getActiveSession() is not None
    except ImportError:
        return False


def _postgres(ibis: Any, url: str) -> Any:
    """Connects to postgres://host:port/database."""
    parts = urlsplit(url)
    return ibis.postgres.connect(
        host=parts.hostname, port=parts.port or 5432, database=parts.path.strip("/") or None
    )


def _spark(ibis: Any, url: str) -> Any:
    """Connects to a master (local[2], yarn, spark://…) or a Spark Connect server (sc://…)."""
    builder = import_module("pyspark.sql").SparkSession.builder
    if url.startswith("sc://"):
        builder = builder.remote(url)
    elif url:
        builder = builder.master(url)
    return ibis.pyspark.connect(builder.getOrCreate())


def _bigquery(ibis: Any, url: str) -> Any:
    """Connects to bigquery://project/dataset."""
    parts = urlsplit(url)
    return ibis.bigquery.connect(
        project_id=parts.netloc or None, dataset_id=parts.path.strip("/") or ""
    )


def _snowflake(ibis: Any, url: str) -> Any:
    """Connects to snowflake://account/database/schema."""
    parts = urlsplit(url)
    return ibis.snowflake.connect(
        account=parts.netloc,
        database=parts.path.strip("/"),
        user=os.environ.get("SNOWFLAKE_USER"),
        password=os.environ.get("SNOWFLAKE_PASSWORD"),
        create_object_udfs=False,
    )


# How each backend is reached, and what its driver raises.
_DRIVERS: dict[str, tuple[Any, Sequence[tuple[str, str]]]] = {
    "postgres": (_postgres, [("psycopg", "Error")]),
    "spark": (_spark, [("pyspark.errors", "PySparkException")]),
    "bigquery": (_bigquery, [("google.api_core.exceptions", "GoogleAPIError")]),
    "snowflake": (_snowflake, [("snowflake.connector.errors", "Error")]),
}
BACKENDS = tuple(_DRIVERS)


def _failures(backend: str) -> tuple[type[Exception], ...]:
    """What may go wrong in the database, as far as its driver is installed."""
    found: list[type[Exception]] = []
    for module, name in (*_DRIVERS[backend][1], ("ibis.common.exceptions", "IbisError")):
        try:
            found.append(getattr(import_module(module), name))
        except ImportError:
            continue
    return tuple(found)
