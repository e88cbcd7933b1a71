"""`labelcharter decision-text` and `labelcharter approvals`, from the signing to the verdict."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import jsonschema
import pytest
from builder import Builder
from ssh_keys_of_tests import needs_ssh_keygen, soft, ssh_keygen
from test_approvals import DECISION, LEGAL_SIG, LIST, PAGE, VOTE, with_fields

from labelcharter.cli.main import main
from labelcharter.reading.allowed_signers import SIGNERS_FILE
from labelcharter.registry.schema_files import schema

FILES = {"labelcharter.yaml": "organisation: Test\n", SIGNERS_FILE: LIST}


def run(
    root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int | str | None, bytes, str]:
    """(status, stdout, stderr) of a command run in a folder."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "argv", ["labelcharter", *arguments])
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with pytest.raises(SystemExit) as stop:
        main()
    for stream in (out, err):
        stream.flush()
    return stop.value.code, out.buffer.getvalue(), err.buffer.getvalue().decode()  # type: ignore[attr-defined]


@needs_ssh_keygen
def test_what_the_command_prints_can_be_signed_and_counts_once_it_has_landed(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = repository.root.parent / "key"
    assert ssh_keygen("-q", "-N", "", "-t", "ed25519", "-f", key).returncode == 0
    line = f"seat.legal {key.with_suffix('.pub').read_text()}"
    repository.commit({**FILES, SIGNERS_FILE: line})
    repository.commit({PAGE: DECISION})
    repository.check_out()
    status, text, remarks = run(repository.root, monkeypatch, "decision-text", "DEC-0007")
    assert status == 0
    assert text.startswith(b"labelcharter decision text 1\n{\n")
    assert LEGAL_SIG.replace("seat.legal", "SEAT") in remarks
    made = ssh_keygen("-Y", "sign", "-n", "labelcharter-decision", "-f", key, stdin=text).stdout
    repository.commit({LEGAL_SIG: made, PAGE: with_fields(VOTE)})
    repository.check_out()
    status, answer, _ = run(repository.root, monkeypatch, "approvals", "--format", "json")
    data = json.loads(answer)
    jsonschema.validate(data, schema("output-approvals"))
    assert status == 0
    (approval,) = data["approvals"]
    assert (approval["seat"], approval["state"], data["votes"]) == ("seat.legal", "valid", [])
    repository.commit({PAGE: with_fields(VOTE).replace(".10", ".20")})
    repository.check_out()
    status, answer, _ = run(repository.root, monkeypatch, "approvals", "DEC-0007")
    assert status == 1
    assert b"seat.legal  void: the text was changed after it was signed" in answer


def test_where_nobody_signed_it_says_so(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({**FILES, PAGE: DECISION})
    repository.check_out()
    status, answer, _ = run(repository.root, monkeypatch, "approvals")
    assert (status, answer) == (0, b"No seat has signed a decision.\n")


def test_an_option_that_is_not_yet_chosen_is_pointed_out(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({**FILES, PAGE: DECISION.replace("chosen: true", "chosen: false")})
    repository.check_out()
    _, _, remarks = run(repository.root, monkeypatch, "decision-text", "DEC-0007")
    assert "No option is marked `chosen: true` yet" in remarks


@pytest.mark.parametrize("command", ["decision-text", "approvals"])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("DEC-0008", "there is no element `DEC-0008`"),
        ("objective.x", "`objective.x` is no decision"),
    ],
)
def test_what_is_no_decision_is_refused_in_a_sentence(
    repository: Builder, monkeypatch: pytest.MonkeyPatch, command: str, asked: str, said: str
) -> None:
    repository.commit(
        {
            **FILES,
            PAGE: DECISION,
            "policies/objectives/x.yaml": "id: objective.x\ntitle: X\ncontext: Y\n",
        }
    )
    repository.check_out()
    status, out, err = run(repository.root, monkeypatch, command, asked)
    assert (status, out) == (2, b"")
    assert said in err


def test_a_decision_that_cannot_be_read_for_certain_is_not_offered_for_signing(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = DECISION.replace("change: major", "change: major\nchange: patch")
    repository.commit({**FILES, PAGE: twice})
    repository.check_out()
    status, out, err = run(repository.root, monkeypatch, "decision-text", "DEC-0007")
    assert (status, out) == (2, b"")
    assert "so nobody should sign it" in err


def test_without_a_history_no_approval_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, content in {**FILES, PAGE: DECISION}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    (tmp_path / LEGAL_SIG).parent.mkdir(parents=True)
    (tmp_path / LEGAL_SIG).write_bytes(soft(1).sign(b"x"))
    status, _, err = run(tmp_path, monkeypatch, "approvals")
    assert status == 2
    assert "lies in no git repository" in err
