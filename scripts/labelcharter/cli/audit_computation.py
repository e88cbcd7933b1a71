"""A defined audit computed on its table: what `audit run` and `audit verify` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelcharter.cli.audit_engines import FILE_ENGINES, opened
from labelcharter.cli.audit_table import groups_exist, refuse
from labelcharter.cli.common import CannotWork
from labelcharter.registry.nearest import did_you_mean

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.registry.graph import Element
    from labelcharter.registry.load import Repository


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows are: a file in an engine, or a connection (`data` is then None)."""

    engine: str
    data: Path | None

    @property
    def name(self) -> str:
        """How they are called in messages."""
        return str(self.data or self.engine)


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
        raise CannotWork(f"{element.id} is no audit (it is of the kind {element.kind})")
    try:
        return definition_of(element, repository.graph)
    except DefinitionFault as fault:
        raise CannotWork(f"{element.id} cannot be run: {fault}") from None


def rows_or_stop(definition: Definition, data: Path | None, engine: str) -> Rows:
    """The rows that are asked for, or a sentence what to say instead."""
    connections = definition.connections
    if engine in FILE_ENGINES:
        if data is None:
            obtain = definition.element.get("data", "obtain")
            raise CannotWork(f"say with --data where the table is. How to obtain it: {obtain}")
    elif engine not in connections:
        known = (*FILE_ENGINES, *connections)
        meant = did_you_mean(engine, known) or f"There are {', '.join(known)}."
        raise CannotWork(f"--engine: {definition.element.id} has no connection `{engine}`. {meant}")
    elif data is not None:
        raise CannotWork(f"--data: the table is in the connection `{engine}`; give one of the two")
    return Rows(engine, data)


def compute(
    definition: Definition,
    definition_bytes: bytes,
    rows: Rows,
    stamp: Stamp,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """The record of this audit on these rows, or a sentence (or every fault of the table)."""
    from labelcharter.audit.disclosure.complements import WouldDisclose
    from labelcharter.audit.questions.table_audit import NothingLeft
    from labelcharter.audit.records.judged import GateCannotBeJudged
    from labelcharter.audit.records.record import Inputs, record_of
    from labelcharter.audit.reductions.tally import TooManyPatterns
    from labelcharter.reading.tables import TableRefused

    bindings, connections = definition.bindings, definition.connections
    try:
        with opened(
            rows.engine,
            rows.data,
            bindings,
            tell,
            connections=connections,
            files=definition.files,
        ) as reading:
            if rows.data is not None:
                _is_the_right(reading.fingerprint(), rows, definition)
            groups_exist(reading.table, bindings)
            tell("cleaning the table")
            source = reading.source()
            if rows.data is None:
                _is_the_right(reading.fingerprint(), rows, definition)
            return record_of(
                definition,
                source,
                Inputs(reading.fingerprint(), reading.files),
                identifier=stamp.identifier,
                computed_for=stamp.day,
                commit=stamp.commit,
                definition_bytes=definition_bytes,
                progress=tell,
            )
    except TableRefused as refusal:
        refuse(refusal.problems, Path(rows.name))
    except (NothingLeft, TooManyPatterns) as nothing:
        raise CannotWork(f"{rows.name}: {nothing}") from None
    except GateCannotBeJudged as fault:
        raise CannotWork(str(fault)) from None
    except WouldDisclose as leaks:
        raise CannotWork(
            f"a record of {definition.element.id} would give away what it hides; nothing was "
            f"written.\n{leaks}\n"
            "Use fewer attributes or coarser groups, or keep the record with profile internal."
        ) from None


def _is_the_right(fingerprint: str, rows: Rows, definition: Definition) -> None:
    """Stop where the data are not those that the definition fixes."""
    if definition.sha256 in (None, fingerprint):
        return
    what = "the file:      " if rows.data is not None else "what was found:"
    raise CannotWork(
        f"{rows.name} is not the table that {definition.element.id} is about.\n"
        f"  sha256 of {what} {fingerprint}\n"
        f"  sha256 in the definition: {definition.sha256}\n"
        f"How to obtain the right one: {definition.element.get('data', 'obtain')}"
    )
