"""`check --history`: what only the past shows, each failing case beside a valid twin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder import SETTINGS, Builder

from labelcharter.checks.history import RULES
from labelcharter.checks.rule import Context
from labelcharter.cli.check_history import past_or_stop
from labelcharter.registry.load import load_repository

DECISION = "docs/decisions/DEC-0001-limit.md"
GATES = "policies/quality-gates.yaml"
RECORD = "audits/a/records/REC-0001.json"
STONES = "policies/tombstones.yaml"


def decision(status: str = "accepted", decides: str = "The limit is .1.", **more: str) -> str:
    body = more.pop("body", "## Context\n\nIt was asked for.\n")
    fields = {"id": "DEC-0001", "title": "A limit", "status": status, "decides": decides, **more}
    front = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"---\n{front}---\n\n{body}"


def gate(threshold: str) -> str:
    return f"gates:\n  - {{id: gate.gap, title: Gap, threshold: {threshold}, status: active}}\n"


def record(verdict: str) -> str:
    row = {"gate": "gate.gap", "verdict": verdict}
    return json.dumps({"id": "REC-0001", "title": "R", "audit": "AUD-0001", "gates": [row]}) + "\n"


def found(repository: Builder, published: Path | None = None) -> list[tuple[str, str]]:
    """Code and message of what the rules of history find in the working tree."""
    repository.check_out()
    return standing(repository, published)


def standing(repository: Builder, published: Path | None = None) -> list[tuple[str, str]]:
    loaded = load_repository(repository.root)
    context = Context(loaded, past=past_or_stop(loaded, published))
    return [
        (d.code, d.message) for rule in RULES if rule.check is not None for d in rule.check(context)
    ]


def codes(repository: Builder, published: Path | None = None) -> list[str]:
    return [code for code, _ in found(repository, published)]


@pytest.fixture
def accepted(repository: Builder) -> Builder:
    """A decision that was proposed, then accepted."""
    repository.commit({"labelcharter.yaml": SETTINGS, DECISION: decision("proposed")})
    repository.commit({DECISION: decision()})
    return repository


@pytest.mark.parametrize(
    ("altered", "field"),
    [
        (decision(decides="The limit is .2."), "decides"),
        (decision(body="## Context\n\nNobody asked for it.\n"), "body: Context"),
        (decision(affects="[objective.new]"), "affects"),
    ],
)
def test_an_accepted_decision_that_was_altered_is_an_error(
    accepted: Builder, altered: str, field: str
) -> None:
    commit = accepted.commit({DECISION: altered})
    (code, message) = found(accepted)[0]
    assert code == "H101"
    assert f"`{field}` was changed by {commit[:12]}, after the decision was accepted" in message


@pytest.mark.parametrize(
    "later",
    [
        decision(),
        decision("superseded", superseded_by="DEC-0002"),
        decision(note="See the minutes."),
        "---\n# a remark\n" + decision().removeprefix("---\n"),
    ],
)
def test_where_an_accepted_decision_stands_may_change(accepted: Builder, later: str) -> None:
    accepted.commit({DECISION: later, GATES: gate("0.1")})
    assert codes(accepted) == []


def test_a_decision_may_change_until_it_is_accepted(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, DECISION: decision("proposed")})
    repository.commit({DECISION: decision("proposed", decides="The limit is .2.")})
    repository.commit({DECISION: decision("accepted", decides="The limit is .3.")})
    assert codes(repository) == []


def test_an_alteration_that_was_put_back_is_none(accepted: Builder) -> None:
    accepted.commit({DECISION: decision(decides="The limit is .2.")})
    assert codes(accepted) == ["H101"]
    accepted.commit({DECISION: decision()})
    assert codes(accepted) == []


def test_taking_it_back_to_proposed_does_not_open_it_again(accepted: Builder) -> None:
    accepted.commit({DECISION: decision("proposed", decides="The limit is .2.")})
    accepted.commit({DECISION: decision("accepted", decides="The limit is .2.")})
    assert codes(accepted) == ["H101"]


def test_an_alteration_is_found_before_it_is_committed(accepted: Builder) -> None:
    accepted.check_out()
    (accepted.root / DECISION).write_text(decision(decides="The limit is .2."))
    ((code, message),) = standing(accepted)
    assert code == "H101"
    assert "changed here, not yet committed" in message
    (accepted.root / DECISION).write_text(decision(note="A remark."))
    assert standing(accepted) == []


def test_an_accepted_decision_that_was_taken_out_is_an_error(accepted: Builder) -> None:
    accepted.commit({DECISION: None})
    ((code, message),) = found(accepted)
    assert code == "H101"
    assert "taken out by" in message


def test_an_accepted_decision_may_move_to_another_file(accepted: Builder) -> None:
    accepted.commit({DECISION: None, "docs/decisions/DEC-0001-other.md": decision()})
    assert codes(accepted) == []


VOTES = "[{seat: seat.a, vote: for}]"


def test_a_vote_on_a_text_that_changed_afterwards_is_an_error(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, DECISION: decision("proposed", votes=VOTES)})
    repository.commit({DECISION: decision("proposed", "The limit is .9.", votes=VOTES)})
    ((code, message),) = found(repository)
    assert code == "H102"
    assert "`seat.a` voted before `decides` was changed" in message
    repository.commit({DECISION: decision("accepted", "The limit is .9.", votes=VOTES)})
    assert codes(repository) == ["H102"]


def test_a_vote_that_was_cast_again_counts(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, DECISION: decision("proposed", votes=VOTES)})
    repository.commit({DECISION: decision("proposed", "The limit is .9.")})
    repository.commit({DECISION: decision("proposed", "The limit is .9.", votes=VOTES)})
    assert codes(repository) == []


def test_a_vote_in_the_commit_that_changes_the_text_counts(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, DECISION: decision("proposed")})
    repository.commit({DECISION: decision("accepted", "The limit is .9.", votes=VOTES)})
    assert codes(repository) == []


def test_a_limit_after_its_record_is_a_warning(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, RECORD: record("breached")})
    repository.commit({GATES: gate("0.1")})
    assert codes(repository) == ["H104"]


def test_a_limit_before_its_record_is_none(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, GATES: gate("0.1")})
    repository.commit({RECORD: record("breached")})
    repository.commit({GATES: gate("0.2")})  # the record was judged by the one before
    assert codes(repository) == []


def test_a_record_that_is_judged_anew_by_a_moved_limit_is_a_warning(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, GATES: gate("0.1")})
    repository.commit({RECORD: record("breached")})
    repository.commit({GATES: gate("0.5")})
    repository.commit({RECORD: record("met")})
    assert codes(repository) == ["H104"]


def published(repository: Builder, head: str) -> Path:
    file = repository.root.parent / "history.json"
    file.write_text(json.dumps({"format_version": 1, "head": head}))
    return file


def test_the_commit_that_was_published_must_still_be_there(accepted: Builder) -> None:
    head = accepted.git("rev-parse", "main")
    accepted.commit({GATES: gate("0.1")})
    assert codes(accepted, published(accepted, head)) == []
    accepted.commit({"labelcharter.yaml": SETTINGS}, branch="new")
    gone = accepted.git("rev-parse", "new")
    ((code, message),) = found(accepted, published(accepted, gone))
    assert code == "H103"
    assert gone[:12] in message
    assert codes(accepted, published(accepted, "f" * 40)) == ["H103"]
    assert codes(accepted, published(accepted, "--output=x")) == ["H103"]


def stone(before: str, after: str) -> str:
    return (
        "tombstones:\n  - id: TMB-0001\n    title: Rows\n    reduced: history\n"
        f"    before: {before}\n    after: {after}\n    why: Erasure.\n    decision: DEC-0001\n"
        "    reduced_on: 2025-10-12\n"
    )


def test_a_history_written_anew_is_accepted_by_a_decision_that_names_both_heads(
    repository: Builder,
) -> None:
    old = "d" * 40
    new = repository.commit({"labelcharter.yaml": SETTINGS})
    both = f"Commit {old} gives way to {new}."
    repository.commit({DECISION: decision("proposed", both), STONES: stone(old, new)})
    assert codes(repository, published(repository, old)) == ["H103"]  # not accepted yet
    repository.commit({DECISION: decision("accepted", both)})
    assert codes(repository, published(repository, old)) == []
    repository.commit({STONES: stone(old, "e" * 40)})  # another head than the decision names
    assert codes(repository, published(repository, old)) == ["H103"]


def test_a_decision_that_names_one_head_only_does_not_excuse_it(repository: Builder) -> None:
    old = "d" * 40
    new = repository.commit({"labelcharter.yaml": SETTINGS})
    repository.commit(
        {DECISION: decision("accepted", f"{old} gives way."), STONES: stone(old, new)}
    )
    assert codes(repository, published(repository, old)) == ["H103"]
