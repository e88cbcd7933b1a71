"""Parquet tables as columns of text; pyarrow is imported here alone and only when one is read.

It is imported by name at run time: it carries no types of its own, and it is an optional extra.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
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
    try:
        pa: Any = import_module("pyarrow")
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
    try:
        file = pq.ParquetFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        names = tuple(file.schema_arrow.names)
        problems = header_faults(names, path) if names else ()
        if problems:
            raise Unreadable(*problems)
        wanted = [name for name in names if columns is None or name in columns]
        table = file.read(columns=wanted)
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
    kept = {name: _column(name, table.column(name), path) for name in wanted}
    return names, kept, int(file.metadata.num_rows)


def _column(name: str, stored: Any, path: str) -> Column:
    pa: Any = import_module("pyarrow")
    pc: Any = import_module("pyarrow.compute")

    if pa.types.is_dictionary(stored.type):
        stored = stored.cast(stored.type.value_type)
    if pa.types.is_floating(stored.type):
        stored = pc.if_else(pc.is_nan(stored), None, stored)
    try:
        encoded = stored.cast(pa.string()).dictionary_encode().combine_chunks()
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
