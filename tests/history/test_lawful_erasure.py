"""Erasure by decision is told from tampering, and counts only when the decision binds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from builder import SETTINGS, Builder
from test_history_rules import DECISION, decision

from labelcharter.cli.verify_records import recompute
from labelcharter.history.evidence import SIGNERS_FILE, read_sources
from labelcharter.history.lawful import lawful

TABLE = "c0ffee" + "0" * 58
STONES = "policies/tombstones.yaml"
ERASED = decision(decides=f"The rows of one person leave {TABLE}.")
STONE = (
    "tombstones:\n  - id: TMB-0001\n    title: Rows\n    reduced: input\n    of: AUD-0001\n"
    f"    before: {TABLE}\n    after: gone\n    why: Consent was withdrawn.\n"
    "    decision: DEC-0001\n    reduced_on: 2025-10-12\n"
)
RECORD = json.dumps(
    {
        "id": "REC-0001",
        "audit": "AUD-0001",
        "manifest": {"data_name": "Ratings", "data_sha256": TABLE, "licence": "none"},
        "gates": [],
    }
)


@pytest.fixture
def audited(repository: Builder) -> Builder:
    """A record of a table that will have to be reduced."""
    repository.commit(
        {"labelcharter.yaml": SETTINGS, "audits/a/records/REC-0001.json": RECORD + "\n"}
    )
    return repository


def state(repository: Builder, data: Path | None = None) -> tuple[str, str]:
    """What `verify` says of the record's table: its state, and the words."""
    repository.check_out()
    given = {"REC-0001": data} if data is not None else {}
    done, missing = recompute(read_sources(repository.root), given, lambda _: None)
    return next((each.state, each.words) for each in (*done, *missing))


def test_a_table_that_is_only_not_given_is_not_called_reduced(audited: Builder) -> None:
    assert state(audited) == ("unchecked", "")


def test_a_table_reduced_by_an_accepted_decision_is_lawfully_reduced(
    audited: Builder, tmp_path: Path
) -> None:
    audited.commit({DECISION: ERASED, STONES: STONE})
    words = "input lawfully reduced on 2025-10-12, by DEC-0001 (TMB-0001): Consent was withdrawn."
    assert state(audited) == ("reduced", words)
    (tmp_path / "rest.csv").write_text("what is left\n")
    assert state(audited, tmp_path / "rest.csv") == ("reduced", words)


@pytest.mark.parametrize(
    "text",
    [
        decision("proposed", decides=f"The rows of one person leave {TABLE}."),
        decision("rejected", decides=f"The rows of one person leave {TABLE}."),
        decision(decides="The rows of one person leave a table."),
    ],
)
def test_a_table_reduced_without_a_binding_decision_is_another_table(
    audited: Builder, tmp_path: Path, text: str
) -> None:
    audited.commit({DECISION: text, STONES: STONE})
    assert state(audited)[0] == "unchecked"
    (tmp_path / "rest.csv").write_text("what is left\n")
    assert state(audited, tmp_path / "rest.csv")[0] == "fails"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private ssh key, its public half beside it."""
    file = tmp_path / "key"
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)]
    subprocess.run(made, check=True)
    return file


def lacking(repository: Builder) -> str:
    sources = read_sources(repository.root)
    return lawful(sources, sources.graph.elements["TMB-0001"])


def test_where_there_are_signers_the_acceptance_must_be_signed_by_one(
    audited: Builder, key: Path
) -> None:
    public = key.with_suffix(".pub").read_text()
    signers = f'seat.legal namespaces="git" {public}'
    audited.commit({DECISION: ERASED, STONES: STONE, SIGNERS_FILE: signers})
    audited.check_out()
    assert "is not signed by an allowed signer" in lacking(audited)
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    people = {f"GIT_COMMITTER_{what}": "ada@example.org" for what in ("NAME", "EMAIL")}
    audited.git(*settings, "commit", "-q", "--amend", "--no-edit", "-S", env=people)
    assert lacking(audited) == ""
    sources = read_sources(audited.root)
    stone = sources.graph.elements["TMB-0001"]
    assert lawful(sources, stone, trusted=signers.encode()) == ""
    assert "not signed by an allowed signer" in lawful(sources, stone, trusted=b"# others\n")


def test_a_signature_by_a_key_that_is_not_listed_does_not_bind(audited: Builder, key: Path) -> None:
    audited.commit({DECISION: ERASED, STONES: STONE, SIGNERS_FILE: "# nobody yet\n"})
    audited.check_out()
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}")
    people = {f"GIT_COMMITTER_{what}": "ada@example.org" for what in ("NAME", "EMAIL")}
    audited.git(*settings, "commit", "-q", "--amend", "--no-edit", "-S", env=people)
    assert "is not signed by an allowed signer" in lacking(audited)
