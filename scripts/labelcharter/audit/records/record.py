"""A record: what an audit found, as bytes that anybody can compute again from the same input."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from labelcharter import __version__
from labelcharter.audit.disclosure.profiles import Profile
from labelcharter.audit.questions.earlier import earlier_tests
from labelcharter.audit.questions.table_audit import audit_source
from labelcharter.audit.records.definition import Definition
from labelcharter.audit.records.earlier import earlier_records
from labelcharter.audit.records.gates import judge
from labelcharter.audit.records.publication import publish
from labelcharter.audit.reductions.source import Source
from labelcharter.audit.statistics.permutation import SEED

RECORD_ID = re.compile(r"REC-(\d{4})\Z")


def next_id(taken: Iterable[str]) -> str:
    """The first number after all that are taken; none is used again."""
    numbers = [int(match[1]) for name in taken if (match := RECORD_ID.match(name))]
    return f"REC-{max(numbers, default=0) + 1:04d}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The SHA-256 of the table, and of each table that was joined to it, by name."""

    sha256: str
    files: Mapping[str, str] = field(default_factory=dict)


def record_of(
    definition: Definition,
    source: Source,
    inputs: Inputs,
    *,
    identifier: str,
    computed_for: str,
    commit: str | None,
    definition_bytes: bytes,
    progress: Callable[[str], None] = lambda _step: None,
) -> dict[str, Any]:
    """The record as data.

    Raises NothingLeft, TooManyPatterns, GateCannotBeJudged, WouldDisclose.
    """
    element = definition.element
    profile = cast("Profile", definition.profile)
    earlier = _earlier_results(definition, identifier, inputs.sha256)
    questions = definition.questions
    questions = replace(questions, earlier=earlier_tests(earlier, questions.families))
    audit = audit_source(source, definition.bindings, questions, progress)
    judged = [one for gate in definition.gates for one in judge(gate, audit)]
    manifest: dict[str, Any] = {
        "data_name": element.get("data", "name"),
        "data_sha256": inputs.sha256,
        "licence": element.get("data", "licence"),
        "synthetic": element.get("data", "synthetic"),
        "rows": source.rows,
        "tool_version": __version__,
        "definition_sha256": hashlib.sha256(definition_bytes).hexdigest(),
        "seed": SEED,
    }
    if inputs.files:
        manifest["files"] = [{"name": n, "sha256": s} for n, s in sorted(inputs.files.items())]
    if commit is not None:
        manifest["commit"] = commit

    def frame(result: Mapping[str, Any], gates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            "id": identifier,
            "title": f"{element.title}, {computed_for}",
            "audit": element.id,
            "taxonomy": element.get("taxonomy"),
            "taxonomy_version": element.get("taxonomy_version"),
            "computed_for": computed_for,
            "profile": profile,
            "manifest": {**manifest, "rows": result["method"]["rows"]},
            "result": dict(result),
            "gates": list(gates),
        }

    published = [record.data for record in definition.published]
    return publish(
        audit,
        judged,
        profile,
        frame,
        earlier=earlier_records(published, element.id, inputs.sha256, identifier),
        sensitive=questions.sensitive,
    )


def _earlier_results(
    definition: Definition, identifier: str, data_sha256: str
) -> list[Mapping[str, Any]]:
    """The results of this audit's earlier records on other tables, one for each table."""
    found = {
        str(record.get("manifest", "data_sha256")): record.get("result")
        for record in definition.records
        if record.id < identifier
    }
    found.pop(data_sha256, None)
    return [result for result in found.values() if isinstance(result, Mapping)]


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Sorted keys, the shortest text of each number, one newline at the end."""
    text = json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()
