"""From record to record: a breach opens, stays open, is resolved, or is lost sight of."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from labelcharter.registry.lifecycles import (
    answers_to,
    state_of_finding,
    threads_of,
    threads_of_finding,
)
from labelcharter.registry.load import Repository, load_sources

AUDIT = b"id: AUD-0001\ntitle: Notes\nstatus: active\n"
FINDING = """\
findings:
  - id: FND-0001
    title: North
    audit: AUD-0001
    record: REC-0001
    gate: gate.gap
    lifecycle: {lifecycle}
    slice: {slice}
"""


def repository(
    verdicts: Sequence[dict[str, str]],
    slice_: str = "{attribute: attribute.region, value: north}",
    lifecycle: str = "open",
) -> Repository:
    """One record for each entry: value -> verdict of gate.gap on it."""
    files = {
        "labelcharter.yaml": b"organisation: T\n",
        "audits/notes/audit.yaml": AUDIT,
        "audits/notes/findings.yaml": FINDING.replace("{lifecycle}", lifecycle)
        .replace("{slice}", slice_)
        .encode(),
    }
    for number, row in enumerate(verdicts, start=1):
        record = {
            "id": f"REC-{number:04d}",
            "audit": "AUD-0001",
            "computed_for": f"2026-0{number}-01",
            "gates": [
                {
                    "gate": "gate.gap",
                    "attribute": "attribute.region",
                    "value": value,
                    "verdict": verdict,
                    "estimate": {"value": 0.2},
                }
                for value, verdict in row.items()
            ],
        }
        files[f"audits/notes/records/REC-{number:04d}.json"] = json.dumps(record).encode()
    return load_sources(files)


def state(verdicts: Sequence[dict[str, str]], value: str = "north") -> tuple[str, str]:
    graph = repository(verdicts).graph
    (found,) = (t for t in threads_of(graph, graph.elements["AUD-0001"]) if t.value == value)
    return found.state, found.opened_in


BREACHED, MET, UNSURE = (
    {"north": verdict} for verdict in ("breached", "met", "insufficient-evidence")
)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([MET], ("kept", "")),
        ([UNSURE], ("kept", "")),
        ([BREACHED], ("opened", "REC-0001")),
        ([MET, BREACHED], ("opened", "REC-0002")),
        ([BREACHED, BREACHED], ("still-open", "REC-0001")),
        ([BREACHED, UNSURE, BREACHED], ("still-open", "REC-0001")),
        ([BREACHED, MET], ("resolved", "REC-0001")),
        ([BREACHED, UNSURE], ("unsettled", "REC-0001")),
        ([BREACHED, MET, BREACHED], ("opened", "REC-0003")),
        ([BREACHED, {"south": "met"}], ("not-measured", "REC-0001")),
    ],
)
def test_the_newest_record_says_where_a_breach_stands(
    verdicts: list[dict[str, str]], expected: tuple[str, str]
) -> None:
    assert state(verdicts) == expected


def test_the_name_of_a_thread_is_the_same_in_every_run() -> None:
    keys = []
    for verdicts in ([BREACHED], [MET, BREACHED, MET]):
        graph = repository(verdicts).graph
        (thread,) = threads_of(graph, graph.elements["AUD-0001"])
        keys.append(thread.key)
    assert keys == ["AUD-0001/gate.gap/attribute.region/north"] * 2


@pytest.mark.parametrize(
    ("slice_", "values"),
    [
        ("{attribute: attribute.region, value: north}", ["north", "north less south"]),
        ("{attribute: attribute.region}", ["north", "north less south", "south"]),
        ("{attribute: attribute.age}", []),
    ],
)
def test_a_finding_is_about_its_group_and_its_pairs_or_about_all(
    slice_: str, values: list[str]
) -> None:
    rows = {"north": "breached", "north less south": "met", "south": "met"}
    graph = repository([rows], slice_).graph
    finding = graph.elements["FND-0001"]
    assert [t.value for t in threads_of_finding(graph, finding)] == values
    answered = [
        t.value for t in threads_of(graph, graph.elements["AUD-0001"]) if answers_to(graph, t)
    ]
    assert answered == values
    assert state_of_finding(graph, finding) == ("opened" if values else None)


def test_a_withdrawn_finding_answers_nothing() -> None:
    graph = repository([BREACHED], lifecycle="withdrawn").graph
    (thread,) = threads_of(graph, graph.elements["AUD-0001"])
    assert answers_to(graph, thread) == ()
