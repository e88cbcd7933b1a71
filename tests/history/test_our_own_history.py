"""The history of this very repository, told by the tool, beside what `git show` says.

Every row was checked by hand: `git show -U1 COMMIT -- PATH` prints the old and the new value and,
at the foot of the message, the decision. Nobody can change a row's commit without changing its
hash, so the table stays true for as long as the history does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from labelcharter.history import git
from labelcharter.history.blame import blame
from labelcharter.history.changelog import changelog
from labelcharter.history.snapshots import moment, repository_at
from labelcharter.history.timelines import History, read_history

ROOT = Path(__file__).resolve().parents[2]

# (commit, element, field, old, new, kind of event, decision)
TOLD = [
    ("64b7b73b40d28251", "DEC-0001", "status", "proposed", "accepted", "changed", "DEC-0001"),
    ("64b7b73b40d28251", "DEC-0001", "decided_on", None, "2026-10-12", "changed", "DEC-0001"),
    (
        "37ffc0e2d81117b0",
        "gate.agreement-floor",
        "status",
        "draft",
        "active",
        "changed",
        "DEC-0001",
    ),
    ("37ffc0e2d81117b0", "gate.agreement-gap", "decision", None, "DEC-0001", "changed", "DEC-0001"),
    (
        *("97de2c94f0f9feff", "gate.label-rate-gap", "label", None, "label.hate-speech.hate"),
        *("changed", "DEC-0001"),
    ),
    (
        *("ba9c8dd0a20953bb", "objective.equal-removal", "status", "draft", "active"),
        *("changed", "DEC-0001"),
    ),
    (
        *("ec8169c2aa656378", "objective.equal-removal"),
        *("measures[metric.true-positive-rate].decision", None, "DEC-0001"),
        *("changed", "DEC-0001"),
    ),
    (
        *("41563c98be715f75", "objective.shared-reading", "labels", None, "label.hate-speech.hate"),
        *("changed", None),
    ),
    (
        *("00850fda2b97a455", "taxonomy.hate-speech", "version", "1.0.0-draft", "1.0.0"),
        *("changed", "DEC-0002"),
    ),
    (
        *("00850fda2b97a455", "guideline.hate-speech", "taxonomy_version", "1.0.0-draft", "1.0.0"),
        *("changed", "DEC-0002"),
    ),
    (
        *("00850fda2b97a455", "label.hate-speech.hate", "not_audited"),
        *("Not audited: not released yet.", None, "changed", "DEC-0002"),
    ),
    (
        *("a64c6ebf7e3c2f54", "AUD-0001", "columns.time", None, "created_at"),
        *("changed", None),
    ),
    (
        *("f07389d98e72ab50", "attribute.annotator-gender", "status", "draft", "active"),
        *("changed", "DEC-0003"),
    ),
    ("8834bdbffef13771", "DEC-0003", "decided_on", None, "2026-11-23", "changed", "DEC-0003"),
]


@pytest.fixture(scope="module")
def history() -> History:
    try:
        if git.is_shallow(ROOT):
            pytest.skip("this clone is shallow: its history is not here (`git fetch --unshallow`)")
    except git.NotARepository:
        pytest.skip("these files lie in no git repository, so they have no history")
    return read_history(ROOT)


@pytest.mark.parametrize(
    ("commit", "identifier", "field", "old", "new", "kind", "decision"),
    TOLD,
    ids=[f"{row[1]} {row[2]}" for row in TOLD],
)
def test_a_change_is_told_as_git_shows_it(
    history: History,
    commit: str,
    identifier: str,
    field: str,
    old: Any,
    new: Any,
    kind: str,
    decision: str | None,
) -> None:
    (event,) = [e for e in history.events[identifier] if e.commit.startswith(commit)]
    assert (event.kind, event.decision) == (kind, decision)
    assert (field, old, new) in [(c.field, c.old, c.new) for c in event.changes]


def test_the_version_in_use_is_blamed_on_the_decision_that_released_it(history: History) -> None:
    lines = {line.field: line for line in blame(ROOT, history, "taxonomy.hate-speech").lines}
    assert lines["question"].event.commit.startswith("41563c98be715f75")
    if lines["version"].value == "1.0.0":
        assert lines["version"].event.decision == "DEC-0002"


def test_the_release_and_the_commit_before_it_differ_in_what_git_shows(history: History) -> None:
    del history  # skips where there is none
    found = changelog(ROOT, "00850fda2b97a455~1", "00850fda2b97a455")
    assert [(d.id, [(c.field, c.old, c.new) for c in d.changes]) for d in found.differences] == [
        (
            "guideline.hate-speech",
            [("taxonomy_version", "1.0.0-draft", "1.0.0"), ("status", "draft", "active")],
        ),
        *(
            (
                f"label.hate-speech.{name}",
                [
                    ("status", "draft", "active"),
                    ("not_audited", "Not audited: not released yet.", None),
                ],
            )
            for name in ("hate", "not-hate")
        ),
        (
            "taxonomy.hate-speech",
            [("version", "1.0.0-draft", "1.0.0"), ("status", "draft", "active")],
        ),
        ("training.hate-speech-1", [("status", "draft", "active")]),
    ]


def test_the_gates_stood_as_drafts_until_the_decision(history: History) -> None:
    del history
    before = repository_at(ROOT, moment(ROOT, "37ffc0e2d81117b0~1").commit)
    after = repository_at(ROOT, moment(ROOT, "37ffc0e2d81117b0").commit)
    assert before.graph.elements["gate.agreement-floor"].status == "draft"
    assert after.graph.elements["gate.agreement-floor"].status == "active"
