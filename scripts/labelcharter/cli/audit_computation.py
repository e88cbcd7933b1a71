"""A defined audit computed on its table: what `audit run` and `audit verify` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelcharter.cli.audit_table import columns_exist, groups_exist, refuse
from labelcharter.cli.common import CannotWork

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.reading.tables import Table
    from labelcharter.registry.graph import Element
    from labelcharter.registry.load import Repository


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a record says of itself: its id, its day, the commit it was computed at."""

    identifier: str
    day: str
    commit: str | None


def definition_or_stop(repository: Repository, element: Element) -> Definition:
    """The audit's definition, or a sentence why it cannot be run."""
    from labelcharter.audit.records.definition import DefinitionFault, definition_of

    if element.kind != "audit":
        raise CannotWork(f"{element.id} is a {element.kind}, not an audit")
    try:
        return definition_of(element, repository.graph)
    except DefinitionFault as fault:
        raise CannotWork(f"{element.id} cannot be run: {fault}") from None


def compute(
    definition: Definition,
    definition_bytes: bytes,
    data: Path,
    stamp: Stamp,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """The record of this audit on this table, or a sentence (or every fault of the table)."""
    from labelcharter.audit.disclosure.complements import WouldDisclose
    from labelcharter.audit.questions.table_audit import NothingLeft
    from labelcharter.audit.records.judged import GateCannotBeJudged
    from labelcharter.audit.records.record import record_of
    from labelcharter.reading.tables import TableRefused

    try:
        table, files = read_tables(definition, data)
        return record_of(
            definition,
            table,
            identifier=stamp.identifier,
            computed_for=stamp.day,
            commit=stamp.commit,
            definition_bytes=definition_bytes,
            files=files,
            progress=progress,
        )
    except TableRefused as refusal:
        refuse(refusal.problems, data)
    except NothingLeft as nothing:
        raise CannotWork(f"{data}: {nothing}") from None
    except GateCannotBeJudged as fault:
        raise CannotWork(str(fault)) from None
    except WouldDisclose as leaks:
        raise CannotWork(
            f"a record of {definition.element.id} would give away what it hides; nothing was "
            f"written.\n{leaks}\n"
            "Use fewer attributes or coarser groups, or keep the record with profile internal."
        ) from None


def read_tables(definition: Definition, data: Path) -> tuple[Table, dict[str, str]]:
    """The table with what belongs to it joined, and the SHA-256 of each joined file."""
    from labelcharter.audit.tables.joins import SideTable, join
    from labelcharter.reading.tables import read_table

    wanted = definition.bindings.columns
    table = read_table(data, str(data), wanted)
    _same_bytes(definition, data, table.sha256, definition.sha256)
    files = {}
    for file in definition.files:
        path = data.parent / file.name
        if not path.is_file():
            raise CannotWork(
                f"{file.name} belongs to {data.name} and is not beside it.\n"
                f"How to obtain it: {definition.element.get('data', 'obtain')}"
            )
        side = read_table(path, str(path), (file.key, *wanted))
        if file.key not in side.names:
            raise CannotWork(f"{path} has no column `{file.key}`, which joins it to {data.name}")
        _same_bytes(definition, path, side.sha256, file.sha256)
        table = join(table, SideTable(side, file.key, file.to), wanted)
        files[file.name] = side.sha256
    columns_exist(table, definition.bindings)
    groups_exist(table, definition.bindings)
    return table, files


def _same_bytes(definition: Definition, path: Path, found: str, wanted: str | None) -> None:
    if wanted is not None and found != wanted:
        element = definition.element
        raise CannotWork(
            f"{path} is not the table that {element.id} is about.\n"
            f"  sha256 of the file:       {found}\n"
            f"  sha256 in the definition: {wanted}\n"
            f"How to obtain the right one: {element.get('data', 'obtain')}"
        )
