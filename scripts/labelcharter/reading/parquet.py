"""Parquet tables as columns of text; pyarrow is imported here alone and only when one is read.

It is imported by name at run time: it carries no types of its own, and it is an optional extra.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from labelcharter.reading.diagnostic import Diagnostic, Place
from labelcharter.reading.table_bytes import Unreadable
from labelcharter.reading.table_columns import Column, column_of
from labelcharter.reading.table_shape import header_faults


def parquet_columns(
    source: Path | bytes, path: str, columns: Sequence[str] | None
) -> tuple[tuple[str, ...], dict[str, Column], int]:
    """Names of all columns, the wanted ones as text, and the number of rows. Raises Unreadable.

    Numbers and dates become the text that Arrow prints for them (whole numbers exactly, whatever
    their size); a null, and a NaN where a number is stored, is missing.
    """
    file, names, wanted = _opened(source, path, columns)
    with _refusing(path):
        table = file.read(columns=wanted)
    kept = {name: _column(name, table.column(name), path) for name in wanted}
    return names, kept, int(file.metadata.num_rows)


def parquet_blocks(
    source: Path | bytes, path: str, columns: Sequence[str], rows: int = 1 << 16
) -> tuple[tuple[str, ...], Iterator[Any]]:
    """Names of all columns, and the wanted ones as Arrow tables of text, so many rows at a time.

    Raises Unreadable, also while the blocks are read. The text is that of `parquet_columns`.
    """
    file, names, wanted = _opened(source, path, columns)

    def blocks() -> Iterator[Any]:
        pa: Any = import_module("pyarrow")
        with _refusing(path):
            for batch in file.iter_batches(rows, columns=wanted):
                block = pa.Table.from_batches([batch])
                yield pa.table({name: _text(name, block.column(name), path) for name in wanted})

    return names, blocks()


def _opened(
    source: Path | bytes, path: str, columns: Sequence[str] | None
) -> tuple[Any, tuple[str, ...], list[str]]:
    """The file, the names of all its columns, and those of the wanted ones. Raises Unreadable."""
    try:
        pq: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise Unreadable(
            Diagnostic(
                "T101",
                "error",
                Place(path),
                "reading Parquet needs pyarrow, which is not installed",
                'install it (pip install "labelcharter[parquet]"), or save the table as CSV',
            )
        ) from None
    with _refusing(path):
        file = pq.ParquetFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    names = tuple(file.schema_arrow.names)
    problems = header_faults(names, path) if names else ()
    if problems:
        raise Unreadable(*problems)
    if not file.metadata.num_rows:
        raise Unreadable(
            Diagnostic(
                "T105",
                "error",
                Place(path),
                "the table has no rows",
                "check the export: an audit needs one row for each rating",
            )
        )
    return file, names, [name for name in names if columns is None or name in columns]


@contextmanager
def _refusing(path: str) -> Iterator[None]:
    """What Arrow says of a file that it cannot read, as Unreadable."""
    pa: Any = import_module("pyarrow")
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(
            Diagnostic(
                "T110",
                "error",
                Place(path),
                f"the Parquet file cannot be read ({str(error).splitlines()[0]})",
                "export it again",
            )
        ) from None


def _text(name: str, stored: Any, path: str) -> Any:
    """The stored column as text; a null, and a NaN where a number is stored, is null."""
    pa: Any = import_module("pyarrow")
    pc: Any = import_module("pyarrow.compute")

    if pa.types.is_dictionary(stored.type):
        stored = stored.cast(stored.type.value_type)
    if pa.types.is_floating(stored.type):
        stored = pc.if_else(pc.is_nan(stored), None, stored)
    try:
        return stored.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise Unreadable(
            Diagnostic(
                "T113",
                "error",
                Place(path),
                f"column `{name}` holds {stored.type}, which is not one value a cell",
                "write one row for each value",
            )
        ) from None


def _column(name: str, stored: Any, path: str) -> Column:
    pa: Any = import_module("pyarrow")

    encoded = _text(name, stored, path).dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    texts = [str(text) for text in encoded.dictionary.to_pylist()]
    if not texts:
        return column_of(name, [""], np.zeros(len(codes), dtype=np.int32))
    missing = codes < 0
    column = column_of(name, texts, np.where(missing, 0, codes).astype(np.int32))
    column.codes[missing] = -1
    return column
