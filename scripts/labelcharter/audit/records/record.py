"""A record: what an audit found, as bytes that anybody can compute again from the same input."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from labelcharter import __version__
from labelcharter.audit.disclosure.suppression import Profile, hide, to_hide
from labelcharter.audit.questions.table_audit import audit_source
from labelcharter.audit.records.definition import Definition
from labelcharter.audit.records.gates import hide_judged, judge
from labelcharter.audit.records.output import as_json
from labelcharter.audit.reductions.source import Source
from labelcharter.audit.statistics.permutation import SEED

# Two machines may round the last bits of a sum or a logarithm differently; no more than that.
SAME = 1e-9

RECORD_ID = re.compile(r"REC-(\d{4})\Z")


def next_id(taken: Iterable[str]) -> str:
    """The first number after all that are taken; none is used again."""
    numbers = [int(match[1]) for name in taken if (match := RECORD_ID.match(name))]
    return f"REC-{max(numbers, default=0) + 1:04d}"


def record_of(
    definition: Definition,
    source: Source,
    data_sha256: str,
    *,
    identifier: str,
    computed_for: str,
    commit: str | None,
    definition_bytes: bytes,
    progress: Callable[[str], None] = lambda _step: None,
) -> dict[str, Any]:
    """The record as data. Raises NothingLeft, TooManyPatterns, GateCannotBeJudged."""
    element = definition.element
    profile = cast("Profile", definition.profile)
    audit = audit_source(source, definition.bindings, definition.questions, progress)
    judged = [one for gate in definition.gates for one in judge(gate, audit)]
    if profile != "internal":
        hidden = to_hide(audit)
        judged = [hide_judged(one, hidden) for one in judged]
    manifest: dict[str, Any] = {
        "data_name": element.get("data", "name"),
        "data_sha256": data_sha256,
        "licence": element.get("data", "licence"),
        "synthetic": element.get("data", "synthetic"),
        "rows": source.rows,
        "tool_version": __version__,
        "definition_sha256": hashlib.sha256(definition_bytes).hexdigest(),
        "seed": SEED,
    }
    if commit is not None:
        manifest["commit"] = commit
    return {
        "id": identifier,
        "title": f"{element.title}, {computed_for}",
        "audit": element.id,
        "taxonomy": element.get("taxonomy"),
        "taxonomy_version": element.get("taxonomy_version"),
        "computed_for": computed_for,
        "profile": profile,
        "manifest": manifest,
        "result": as_json(hide(audit, profile), profile),
        "gates": [one.as_json() for one in judged],
    }


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """Sorted keys, the shortest text of each number, one newline at the end."""
    text = json.dumps(record, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def differences(committed: Any, computed: Any, where: str = "") -> Iterator[str]:
    """Every figure or word in which two records differ, with its path; numbers within SAME."""
    if isinstance(committed, dict) and isinstance(computed, dict):
        for key in sorted({*committed, *computed}):
            path = f"{where}.{key}".lstrip(".")
            if key not in committed or key not in computed:
                holder = "the record" if key in committed else "the computation"
                yield f"{path}: only in {holder}"
            else:
                yield from differences(committed[key], computed[key], path)
    elif isinstance(committed, list) and isinstance(computed, list):
        if len(committed) != len(computed):
            yield f"{where}: {len(committed)} entries in the record, {len(computed)} computed"
        for at, (one, other) in enumerate(zip(committed, computed, strict=False)):
            yield from differences(one, other, f"{where}[{at}]")
    elif not _same(committed, computed):
        yield f"{where}: {_shown(committed)} in the record, {_shown(computed)} computed"


def _same(one: Any, other: Any) -> bool:
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (one, other))
    if numbers:
        return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)
    return bool(one == other)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
