"""The records of an evidence package, computed again from the tables that the auditor has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelcharter.cli.audit_computation import Rows, Stamp, compute, definition_or_stop
from labelcharter.cli.common import CannotWork

if TYPE_CHECKING:
    from labelcharter.audit.records.definition import Definition
    from labelcharter.history.evidence import Sources
    from labelcharter.history.lawful import State
    from labelcharter.registry.graph import Element
    from labelcharter.registry.load import Repository


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A record and what came of computing it again; `figures`: how many were compared."""

    record: str
    state: State
    figures: int
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was not given. state "reduced": it is no longer whole, by decision."""

    record: str
    state: State
    name: str
    sha256: str
    synthetic: bool
    obtain: str
    words: str


def recompute(
    sources: Sources,
    data: Mapping[str, Path],
    progress: Callable[[str], None],
    trusted: bytes | None = None,
) -> tuple[list[Recomputed], list[Table]]:
    """Every record: compared where its table was given, else how to obtain the table.

    `data`: a record's or an audit's id -> the file; `trusted`: see `lawful`. Raises CannotWork
    for an id that is neither.
    """
    from labelcharter.history.evidence import inputs_of

    inputs = inputs_of(sources.graph)
    known = {name for table in inputs for name in (table["record"], table["audit"])}
    for name in data:
        if name not in known:
            raise CannotWork(f"--data: there is no record or audit `{name}` in the package")
    done: list[Recomputed] = []
    missing: list[Table] = []
    for table in inputs:
        record = sources.graph.elements[table["record"]]
        file = data.get(record.id) or data.get(table["audit"])
        reduced = _reduced(sources, record, table["sha256"], trusted)
        if file is not None and not reduced:
            progress(f"computing {record.id} again")
            done.append(_compared(sources, record, file, progress))
            continue
        about = (table["name"], table["sha256"], table["synthetic"], table["obtain"], reduced)
        missing.append(Table(record.id, "reduced" if reduced else "unchecked", *about))
    return done, missing


def _reduced(sources: Sources, record: Element, table: str, trusted: bytes | None) -> str:
    """What a tombstone that counts says of the record's table, in a sentence; else ""."""
    from labelcharter.history.lawful import lawful
    from labelcharter.registry.tombstones import tombstones_of

    file = sha256(sources.files[record.place.path]).hexdigest()
    for what, before in (("input", table), ("record", file)):
        for stone in tombstones_of(sources.graph, what, before):
            if not lawful(sources, stone, trusted):
                why = " ".join(str(stone.get("why")).split())
                return (
                    f"{what} lawfully reduced on {stone.get('reduced_on')}, by "
                    f"{stone.get('decision')} ({stone.id}): {why}"
                )
    return ""


def _compared(
    sources: Sources, record: Element, file: Path, progress: Callable[[str], None]
) -> Recomputed:
    from labelcharter.audit.records.comparison import differences
    from labelcharter.cli.audit_verify import estimated_figures

    committed = json.loads(sources.files[record.place.path])
    with file.open("rb") as content:
        found = file_digest(content, "sha256").hexdigest()
    wanted = str(record.get("manifest", "data_sha256"))
    if found != wanted:
        words = f"{file.name} is not its table: sha256 {found}, the record names {wanted}"
        return Recomputed(record.id, "fails", 0, words)
    try:
        definition, content_of = _definition(sources, committed)
        stamp = Stamp(record.id, committed["computed_for"], committed["manifest"].get("commit"))
        rows = Rows("pandas", file)
        computed = compute(definition, content_of, rows, stamp, progress)
    except CannotWork as error:
        return Recomputed(record.id, "unchecked", 0, f"it could not be computed: {error}")
    except (KeyError, TypeError) as error:
        return Recomputed(record.id, "fails", 0, f"the record lacks what it needs: {error}")
    apart = list(differences(committed, computed, single_ratings=True))
    wrong = [str(difference) for difference in apart if difference.kind == "figure"]
    count = sum(1 for _ in estimated_figures(committed))
    if wrong:
        shown = "\n".join(wrong[:5])
        return Recomputed(record.id, "fails", count, f"{len(wrong)} figures differ:\n{shown}")
    return Recomputed(record.id, "holds", count, f"all {count:,} figures come out again")


def _definition(sources: Sources, committed: Mapping[str, Any]) -> tuple[Definition, bytes]:
    """The definition that the record was computed with, and its bytes. Raises CannotWork."""
    wanted = committed["manifest"]["definition_sha256"]
    name = str(committed["audit"])
    for repository, files in _states(sources, committed["manifest"].get("commit")):
        element = repository.graph.elements.get(repository.graph.aliases.get(name, name))
        content = files.get(element.place.path) if element is not None else None
        if element is not None and content and sha256(content).hexdigest() == wanted:
            return definition_or_stop(repository, element), content
    raise CannotWork(f"the definition with sha256 {str(wanted)[:12]}… is not in the history")


def _states(
    sources: Sources, commit: str | None
) -> Iterator[tuple[Repository, Mapping[str, bytes]]]:
    """The repository as of the record's commit, then as of the newest; each with its files."""
    from labelcharter.history import git
    from labelcharter.registry.load import GOVERNED_FOLDERS, load_sources
    from labelcharter.registry.settings import SETTINGS_FILE

    if commit is not None:
        try:
            name = git.resolve(sources.root, str(commit))
            files = git.files_at(sources.root, name, (SETTINGS_FILE, *GOVERNED_FOLDERS))
        except git.GitFailed:
            files = {}
        if files:
            yield load_sources(files, sources.root), files
    yield sources.repository, sources.files
