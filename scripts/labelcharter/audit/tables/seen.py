"""A table as the search for faults sees it, whatever engine holds its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from labelcharter.reading.diagnostic import Place
from labelcharter.reading.table_columns import TwoValues


class SeenColumn(Protocol):
    """The distinct texts of a column, in order of first appearance, none of them blank.

    Of ids, times and numeric features an engine may show only those that may be faulty.
    """

    @property
    def name(self) -> str:
        """The column's name."""

    @property
    def values(self) -> tuple[str, ...]:
        """The texts."""

    @property
    def counts(self) -> Sequence[int]:
        """How often each stands in the column."""

    @property
    def distinct(self) -> int:
        """How many distinct texts there are; at most these stand in `values`."""

    def first_row_of(self, code: int) -> int:
        """The first row (from 0) that has the text with this number."""


class Seen(Protocol):
    """A table: what it is called, its columns, and where its cells stand."""

    @property
    def path(self) -> str:
        """How the table is shown in messages."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every column of the table."""

    @property
    def columns(self) -> Mapping[str, SeenColumn]:
        """The columns that are bound."""

    def places(self, cells: Sequence[tuple[int, str]]) -> list[Place]:
        """Where these (row from 0, column name) cells stand."""

    def two_values(self, owner: str, name: str, most: int) -> tuple[list[TwoValues], int]:
        """Values of column `owner` with two values of column `name`: at most `most`; how many."""
