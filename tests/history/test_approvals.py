"""A seat approves the text of a decision: votes may follow, another text may not."""

from __future__ import annotations

import pytest
from builder import DAY, START, Builder
from ssh_keys_of_tests import Soft, needs_ssh_keygen, soft, ssh_keygen, ssh_keygen_agrees

from labelcharter.history import git
from labelcharter.history.approval_findings import approval_findings
from labelcharter.history.approvals import Approval, approvals_of, path_of
from labelcharter.history.decision_text import LEFT_OUT, PURPOSE, decision_text
from labelcharter.history.past_approvals import NO_PAST, read_past
from labelcharter.reading.allowed_signers import SIGNERS_FILE
from labelcharter.registry.graph import Element
from labelcharter.registry.load import load_repository, load_sources
from labelcharter.site.hand_pages import NotPublishable, hand_files

LEGAL, ETHICS, STRANGER = soft(1), soft(2), soft(9)
LIST = f"seat.legal {LEGAL.line}\nseat.ethics {ETHICS.line}\n"
PAGE = "docs/decisions/DEC-0007-gap.md"
LEGAL_SIG, ETHICS_SIG = path_of("DEC-0007", "seat.legal"), path_of("DEC-0007", "seat.ethics")
DECISION = """---
id: DEC-0007
title: The gap may be ten points
status: proposed
change: major
proposed_on: 2026-02-02
decides: The gap is at most .10.
drivers: [Somebody asked]
options:
  - name: Ten points
    effect: One in ten waits.
    chosen: true
  - name: Five points
    effect: No count could show it.
    chosen: false
affects: [objective.equal]
revisit_when: A language is added.
---

## Context

It is small.
"""
VOTE = "votes:\n  - {seat: seat.legal, vote: for}\n"


def with_fields(fields: str, text: str = DECISION) -> str:
    return text.replace("affects:", f"{fields}affects:")


def element(text: str) -> Element:
    return load_sources({PAGE: text.encode()}).graph.elements["DEC-0007"]


def signature(key: Soft, text: str = DECISION, purpose: str = PURPOSE) -> bytes:
    return key.sign(decision_text(element(text)), purpose)


def judged(files: dict[str, str | bytes]) -> list[tuple[str, str]]:
    """(seat, state) of each approval, without a history."""
    repository = load_sources(
        {p: d if isinstance(d, bytes) else d.encode() for p, d in files.items()}
    )
    decision = repository.graph.elements["DEC-0007"]
    return [(a.seat, a.state) for a in approvals_of(repository, decision, NO_PAST)]


def approvals_in(repository: Builder) -> tuple[Approval, ...]:
    """The approvals as they stand in the working tree, judged by the committed past."""
    loaded = load_repository(repository.root)
    past = read_past(repository.root, repository.git("rev-parse", "main"))
    return approvals_of(loaded, loaded.graph.elements["DEC-0007"], past)


def findings_in(repository: Builder) -> list[tuple[str, str, str]]:
    loaded = load_repository(repository.root)
    past = read_past(repository.root, repository.git("rev-parse", "main"))
    return [(d.code, str(d.place), d.message) for d in approval_findings(loaded, past)]


@pytest.fixture
def signed(repository: Builder) -> Builder:
    """A list of two seats, then a decision, then the approval of legal."""
    repository.commit({"labelcharter.yaml": "organisation: Test\n", SIGNERS_FILE: LIST})
    repository.commit({PAGE: DECISION})
    repository.commit({LEGAL_SIG: signature(LEGAL)})
    repository.check_out()
    return repository


def test_the_text_is_what_is_decided_and_can_be_read() -> None:
    assert decision_text(element(DECISION)).decode() == (
        "labelcharter decision text 1\n"
        "{\n"
        '  "affects": [\n    "objective.equal"\n  ],\n'
        '  "change": "major",\n'
        '  "decides": "The gap is at most .10.",\n'
        '  "drivers": [\n    "Somebody asked"\n  ],\n'
        '  "id": "DEC-0007",\n'
        '  "options": [\n'
        '    {\n      "chosen": true,\n      "effect": "One in ten waits.",\n'
        '      "name": "Ten points"\n    },\n'
        '    {\n      "chosen": false,\n      "effect": "No count could show it.",\n'
        '      "name": "Five points"\n    }\n  ],\n'
        '  "proposed_on": "2026-02-02",\n'
        '  "revisit_when": "A language is added.",\n'
        '  "title": "The gap may be ten points"\n'
        "}\n"
        "\n"
        "## Context\n\nIt is small.\n"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("affects:", f"{VOTE}affects:"),
        ("status: proposed", "status: accepted\ndecided_on: 2026-02-16"),
        ("affects:", "recusals:\n  - {seat: seat.ethics, reason: A stake}\naffects:"),
        ("affects:", "dissent:\n  - {seat: seat.ethics, reason: Too wide}\naffects:"),
        ("status: proposed", "status: superseded\nsuperseded_by: DEC-0009"),
        ("affects:", "note: For whoever edits this.\naffects:"),
        ("title: The gap may be ten points", 'title: "The gap may be ten points"'),
        ("decides: The gap is at most .10.", "decides: >-\n  The gap is\n  at most .10."),
        ("change: major\nproposed_on: 2026-02-02", "proposed_on: 2026-02-02\nchange: major"),
        ("---\n\n## Context", "---\n## Context"),
        ("\n", "\r\n"),
    ],
)
def test_how_the_vote_went_and_how_it_is_written_leave_the_approval_valid(
    old: str, new: str
) -> None:
    files = {SIGNERS_FILE: LIST, LEGAL_SIG: signature(LEGAL)}
    assert old in DECISION
    assert judged({**files, PAGE: DECISION.replace(old, new)}) == [("seat.legal", "valid")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at most .10", "at most .20"),
        ("title: The gap may be ten points", "title: The gap may be twenty points"),
        ("chosen: false", "chosen: true"),
        ("change: major", "change: patch"),
        ("proposed_on: 2026-02-02", "proposed_on: 2026-02-03"),
        ("One in ten waits", "One in nine waits"),
        ("[Somebody asked]", "[Nobody asked]"),
        ("[objective.equal]", "[objective.equal, objective.other]"),
        ("A language is added", "Never"),
        ("It is small.", "It is not small."),
        ("It is small.", "It is small. "),
        ("affects:", "expires: 2027-02-02\naffects:"),
        ("affects:", "supersedes: DEC-0001\naffects:"),
        ("affects:", "a_field_that_nobody_foresaw: x\naffects:"),
    ],
)
def test_any_change_of_what_is_decided_voids_the_approval(old: str, new: str) -> None:
    files = {SIGNERS_FILE: LIST, LEGAL_SIG: signature(LEGAL)}
    assert judged({**files, PAGE: DECISION.replace(old, new)}) == [("seat.legal", "void")]


def test_every_field_of_a_decision_is_either_signed_or_left_out_on_purpose() -> None:
    from labelcharter.registry.schema_files import schema

    fields = set(schema("decision")["properties"])
    assert set(LEFT_OUT) <= fields
    assert fields - set(LEFT_OUT) == {
        *("id", "title", "change", "proposed_on", "decides", "drivers", "options", "affects"),
        *("findings", "supersedes", "expires", "review_by", "revisit_when", "renamed_from"),
    }


def test_what_a_page_says_cannot_pass_for_a_field_nor_a_field_for_the_page() -> None:
    texts = {
        decision_text(element(text))
        for text in (
            DECISION,
            DECISION.replace("It is small.", '{\n  "id": "DEC-0007"\n}'),
            DECISION.replace("A language is added.", '"A language is added.\\n}\\n\\n## Context"'),
            DECISION.replace("is added.", '"is added.\\u202e"'),
        )
    }
    assert len(texts) == 4


def test_hidden_characters_of_a_field_are_shown_as_escapes() -> None:
    text = DECISION.replace("title: The gap", 'title: "\\e[2K\\u202e\\x9bGap Größe 👩‍💻" # ')
    shown = decision_text(element(text)).decode()
    assert r'"title": "\u001b[2K\u202e\u009bGap Größe' in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("content", "state", "why"),
    [
        (signature(LEGAL), "valid", ""),
        (signature(ETHICS), "other-seat", "it was signed with the key of seat.ethics"),
        (signature(STRANGER), "unknown-key", "the list of who may sign, as it stood then"),
        (signature(LEGAL, purpose="git"), "bad", "it was made for `git`"),
        (signature(LEGAL)[:90], "bad", "the signature cannot be read"),
        (b"", "bad", "the signature cannot be read"),
        (LEGAL.sign(b"something else", PURPOSE), "bad", "neither now nor at any time before"),
    ],
)
def test_each_verdict_on_an_approval(signed: Builder, content: bytes, state: str, why: str) -> None:
    signed.commit({LEGAL_SIG: content + b"\n" if content else b""})
    signed.check_out()
    (approval,) = approvals_in(signed)
    assert (approval.seat, approval.state, approval.path) == ("seat.legal", state, LEGAL_SIG)
    assert why in approval.why
    assert [code for code, _, _ in findings_in(signed)] == ([] if state == "valid" else ["K201"])


def test_a_text_changed_after_signing_names_the_commit_whose_text_was_signed(
    signed: Builder,
) -> None:
    first = signed.git("rev-parse", "main~1")
    signed.commit({PAGE: DECISION.replace(".10", ".20")})
    signed.check_out()
    (approval,) = approvals_in(signed)
    assert (approval.state, approval.signed_in) == ("void", first)
    assert first[:12] in approval.why
    signed.commit({PAGE: DECISION})
    signed.check_out()
    assert approvals_in(signed)[0].state == "valid"


def test_a_key_that_lands_together_with_its_approval_does_not_count(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": "organisation: Test\n", PAGE: DECISION})
    repository.commit({SIGNERS_FILE: LIST, LEGAL_SIG: signature(LEGAL)})
    repository.check_out()
    assert approvals_in(repository)[0].state == "unknown-key"


def test_an_approval_outlives_the_key_that_made_it(signed: Builder) -> None:
    signed.commit({SIGNERS_FILE: f"seat.legal {soft(3).line}\n"})
    signed.check_out()
    (approval,) = approvals_in(signed)
    assert approval.state == "valid"
    assert approval.commit == signed.git("rev-parse", "main~1")


def test_an_approval_that_lands_after_its_key_ended_is_expired(repository: Builder) -> None:
    line = f'seat.legal valid-before="20251010Z" {LEGAL.line}\n'
    repository.commit({"labelcharter.yaml": "", SIGNERS_FILE: line, PAGE: DECISION}, time=START)
    repository.commit({LEGAL_SIG: signature(LEGAL)}, time=START + 2 * DAY)
    repository.check_out()
    assert approvals_in(repository)[0].state == "expired"


def test_an_approval_that_is_not_committed_is_judged_by_the_committed_list(
    signed: Builder,
) -> None:
    (signed.root / ETHICS_SIG).write_bytes(signature(ETHICS))
    (signed.root / SIGNERS_FILE).write_text(f"seat.ethics {STRANGER.line}\n")
    ethics, legal = approvals_in(signed)
    assert (ethics.seat, ethics.state, ethics.commit) == ("seat.ethics", "valid", None)
    assert legal.commit is not None


def test_a_vote_for_it_that_a_seat_with_a_key_did_not_sign_is_asked_about(
    signed: Builder,
) -> None:
    votes = "votes:\n  - {seat: seat.legal, vote: for}\n  - {seat: seat.ethics, vote: for}\n"
    signed.commit({PAGE: with_fields(votes)})
    signed.check_out()
    ((code, place, message),) = findings_in(signed)
    assert (code, place) == ("K202", f"{PAGE}:18:31")
    assert message == "`seat.ethics` has a key, and its vote for DEC-0007 is not signed"
    signed.commit({ETHICS_SIG: signature(ETHICS)})
    signed.check_out()
    assert findings_in(signed) == []


def test_a_vote_of_before_the_seat_had_a_key_needs_no_signature(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": "", PAGE: with_fields(VOTE)})
    repository.commit({SIGNERS_FILE: LIST})
    repository.commit({PAGE: with_fields(VOTE) + "\nLater.\n"})
    repository.check_out()
    assert findings_in(repository) == []
    repository.commit({PAGE: with_fields(VOTE.replace("legal", "ethics"))})
    repository.check_out()
    assert [code for code, _, _ in findings_in(repository)] == ["K202"]


def test_an_approval_and_a_vote_against_contradict_each_other(signed: Builder) -> None:
    signed.commit({PAGE: with_fields(VOTE.replace("for}", "against}"))})
    signed.check_out()
    ((code, _, message),) = findings_in(signed)
    assert (code, message) == (
        "K202",
        "`seat.legal` signed this decision, and its vote is recorded as `against`",
    )


def test_where_nobody_can_sign_nothing_is_asked(repository: Builder) -> None:
    repository.commit({"labelcharter.yaml": "", PAGE: with_fields(VOTE)})
    repository.check_out()
    assert findings_in(repository) == []
    assert approvals_in(repository) == ()


def test_a_cut_off_clone_is_refused(signed: Builder) -> None:
    clone = signed.root.parent / "clone"
    signed.git("clone", "-q", "--depth=1", f"file://{signed.root}", str(clone))
    with pytest.raises(git.ShallowClone):
        read_past(clone, signed.git("rev-parse", "main"))


def test_a_decision_that_cannot_be_read_for_certain_is_reported_once(signed: Builder) -> None:
    signed.commit({PAGE: DECISION.replace("change: major", "change: major\nchange: patch")})
    signed.check_out()
    assert findings_in(signed) == []
    assert [d.code for d in load_repository(signed.root).problems] == ["Y002"]


def test_the_site_is_built_beside_approvals_and_does_not_publish_them(signed: Builder) -> None:
    _, files = hand_files(signed.root)
    assert files == {}
    (signed.root / path_of("DEC-0007", "nobody")).write_text("x")
    with pytest.raises(NotPublishable, match=r"nobody\.sig: files of this type"):
        hand_files(signed.root)


@needs_ssh_keygen
def test_the_text_is_signed_and_verified_with_nothing_but_ssh_keygen(signed: Builder) -> None:
    text = decision_text(element(DECISION))
    key = signed.root.parent / "key"
    assert ssh_keygen("-q", "-N", "", "-t", "ecdsa", "-f", key).returncode == 0
    made = ssh_keygen("-Y", "sign", "-n", PURPOSE, "-f", key, stdin=text).stdout
    line = f"seat.legal {key.with_suffix('.pub').read_text()}"
    assert ssh_keygen_agrees(signed.root.parent, line, "seat.legal", made, text, PURPOSE)
    assert judged({PAGE: DECISION, SIGNERS_FILE: line, LEGAL_SIG: made}) == [
        ("seat.legal", "valid")
    ]
