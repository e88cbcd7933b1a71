"""A commit is judged by the list of who may sign as it stood before, at its own time."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder import ADA, DAY, GLOSSARY, START, Builder, term, terms
from hypothesis import given
from hypothesis import strategies as st
from ssh_keys_of_tests import Soft, needs_ssh_keygen, soft

from labelcharter.history import git
from labelcharter.history.commits import read_commit
from labelcharter.history.events import as_data
from labelcharter.history.standing import (
    Standing,
    _committer_time,
    in_words,
    judge,
    standing_of,
    unsigned,
)
from labelcharter.history.tags import judge_tags, standing_of_tag
from labelcharter.history.timelines import open_history, read_history
from labelcharter.history.wording import event_lines
from labelcharter.reading.allowed_signers import SIGNERS_FILE, read_signers

LEGAL, ETHICS, STRANGER = soft(1), soft(2), soft(9)
NOBODY = {
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
PIECES = (
    *(b"committer ", b"Ada <a@x>", b" 1760000000 +0100", b" 5", b">", b"<", b"\n", b"\n\n", b" "),
    *(b"author Ben <b@x> 7 +0000\n", b"gpgsig x\n committer y> 9 +0000\n", b"x", b"\r"),
)
LIST = f"seat.legal {LEGAL.line}\n"


def commit(
    repository: Builder,
    key: Soft | None,
    files: dict[str, str] | None = None,
    *,
    tamper: bytes = b"",
    armour: bytes = b"",
    time: int | None = None,
    namespace: str = "git",
) -> str:
    """Commit on main, signed by `key`; `tamper` is added to the message after signing."""
    plain = repository.commit(files or {"a": str(repository._count)}, time=time)
    if key is None and not armour:
        return plain
    content = repository.git("cat-file", "commit", plain).encode() + b"\n"
    head, _, message = content.partition(b"\n\n")
    armour = armour or (key.sign(content, namespace) if key else b"")
    header = b"gpgsig-sha256 " if repository.object_format == "sha256" else b"gpgsig "
    header += armour.rstrip(b"\n").replace(b"\n", b"\n ")
    signed = head + b"\n" + header + b"\n\n" + message + tamper
    name = repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed)
    repository.git("update-ref", "refs/heads/main", name)
    repository._tips["main"] = name
    return name


def standings(repository: Builder) -> list[Standing]:
    """The standing of each commit of main, oldest first."""
    line = git.first_parents(repository.root, repository.git("rev-parse", "main"))
    return list(judge(repository.root, line).values())


def verdicts(repository: Builder) -> list[tuple[str, str]]:
    return [(s.signature, s.seat) for s in standings(repository)]


def test_each_verdict_there_is(repository: Builder) -> None:
    commit(repository, None, {SIGNERS_FILE: LIST})
    commit(repository, LEGAL)
    commit(repository, STRANGER)
    commit(repository, LEGAL, tamper=b"and more\n")
    commit(repository, None)
    commit(repository, None, armour=b"-----BEGIN PGP SIGNATURE-----\n\nx\n-----END-----\n")
    commit(repository, None, armour=b"-----BEGIN SIGNED MESSAGE-----\nx\n-----END-----\n")
    commit(repository, None, armour=b"nothing that anybody knows\n")
    commit(repository, LEGAL, namespace="file")
    assert verdicts(repository) == [
        ("none", ""),
        ("good", "seat.legal"),
        ("unknown-key", ""),
        ("bad", "seat.legal"),
        ("none", ""),
        ("not-checked", ""),
        ("not-checked", ""),
        ("bad", ""),
        ("bad", "seat.legal"),
    ]
    found = standings(repository)
    assert found[1].fingerprint.startswith("SHA256:")
    assert (found[1].why, found[1].own_list) == ("", False)
    assert "PGP, which is not checked here" in found[5].why
    assert "X.509, which is not checked here" in found[6].why
    assert found[8].why == "it was made for `file`, not for `git`"


def test_a_timeline_says_what_each_signature_is_worth_read_at_once_or_out_of_the_store(
    repository: Builder,
) -> None:
    commit(repository, None, {SIGNERS_FILE: LIST, GLOSSARY: terms(term("slur", title="1"))})
    open_history(repository.root)
    commit(repository, LEGAL, {GLOSSARY: terms(term("slur", title="2"))})
    open_history(repository.root)
    commit(repository, STRANGER, {GLOSSARY: terms(term("slur", title="3"))})
    for history in (read_history(repository.root), open_history(repository.root)):
        events = history.events["term.slur"]
        assert [(event.signature, event.signed) for event in events] == [
            (
                "unknown-key",
                (
                    "signed with a key that counts for nobody: the list of who may sign, as it "
                    "stood then, has no such key"
                ),
            ),
            ("good", "signed by seat.legal"),
            ("none", ""),
        ]
    assert event_lines(events[1])[1].endswith(", signed by seat.legal")
    assert as_data(events[1])["signed"] == "signed by seat.legal"
    assert event_lines(events[2])[1].endswith(", not signed")


def test_whoever_adds_their_own_key_is_unknown_in_that_commit_and_known_in_the_next(
    repository: Builder,
) -> None:
    commit(repository, None, {SIGNERS_FILE: LIST})
    commit(repository, ETHICS, {SIGNERS_FILE: f"{LIST}seat.ethics {ETHICS.line}\n"})
    commit(repository, ETHICS)
    assert verdicts(repository)[1:] == [("unknown-key", ""), ("good", "seat.ethics")]


def test_whoever_takes_a_key_out_does_not_undo_what_it_signed(repository: Builder) -> None:
    commit(repository, None, {SIGNERS_FILE: LIST})
    commit(repository, LEGAL)
    commit(repository, LEGAL, {SIGNERS_FILE: f"seat.ethics {ETHICS.line}\n"})
    commit(repository, LEGAL)
    assert verdicts(repository)[1:] == [
        ("good", "seat.legal"),
        ("good", "seat.legal"),
        ("unknown-key", ""),
    ]


def test_the_first_commit_is_judged_by_its_own_list_and_it_says_so(repository: Builder) -> None:
    commit(repository, LEGAL, {SIGNERS_FILE: LIST})
    commit(repository, LEGAL)
    first, second = standings(repository)
    assert (first.signature, first.seat, first.own_list) == ("good", "seat.legal", True)
    assert "the list that this very commit brought" in first.why
    assert (second.own_list, second.why) == (False, "")


def test_without_a_list_every_key_is_unknown(repository: Builder) -> None:
    commit(repository, LEGAL)
    commit(repository, LEGAL)
    assert [s.why for s in standings(repository)] == ["there was no list of who may sign"] * 2
    assert verdicts(repository) == [("unknown-key", "")] * 2


def day(time: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(time, UTC).strftime("%Y%m%d%H%M%SZ")


def test_a_key_counts_from_its_first_to_its_last_second(repository: Builder) -> None:
    limits = f'valid-after="{day(START)}",valid-before="{day(START + DAY)}"'
    commit(repository, None, {SIGNERS_FILE: f"seat.legal {limits} {LEGAL.line}\n"}, time=0)
    for time in (START - 1, START, START + DAY, START + DAY + 1):
        commit(repository, LEGAL, time=time)
    assert [v for v, _ in verdicts(repository)[1:]] == ["expired", "good", "good", "expired"]


def test_who_sets_the_clock_back_does_not_revive_an_old_key(repository: Builder) -> None:
    line = f'seat.legal valid-before="{day(START)}" {LEGAL.line}\n'
    commit(repository, None, {SIGNERS_FILE: line}, time=START - DAY)
    commit(repository, LEGAL, time=START - 5)
    commit(repository, None, time=START + DAY)
    commit(repository, LEGAL, time=START - 5)
    assert [v for v, _ in verdicts(repository)[1:]] == ["good", "none", "expired"]


def test_a_clock_set_forward_does_not_bring_a_key_into_force_early(repository: Builder) -> None:
    line = f'seat.legal valid-after="{day(START)}" {LEGAL.line}\n'
    commit(repository, None, {SIGNERS_FILE: line}, time=START + DAY)
    commit(repository, LEGAL, time=START - 5)
    commit(repository, LEGAL, time=START)
    assert [v for v, _ in verdicts(repository)[1:]] == ["expired", "good"]


def test_a_key_that_is_listed_for_something_else_does_not_sign_commits(
    repository: Builder,
) -> None:
    for_git, not_git = 'namespaces="git,labelcharter-decision"', 'namespaces="l*,!git"'
    commit(
        repository,
        None,
        {SIGNERS_FILE: f"seat.legal {for_git} {LEGAL.line}\nseat.ethics {not_git} {ETHICS.line}\n"},
    )
    commit(repository, LEGAL)
    commit(repository, ETHICS)
    assert verdicts(repository)[1:] == [("good", "seat.legal"), ("unknown-key", "seat.ethics")]
    assert standings(repository)[2].why == "the key of seat.ethics is not listed for `git`"


def test_a_key_of_two_seats_speaks_for_neither(repository: Builder) -> None:
    commit(repository, None, {SIGNERS_FILE: f"{LIST}seat.ethics {LEGAL.line}\n"})
    commit(repository, LEGAL)
    found = standings(repository)[1]
    assert (found.signature, found.seat) == ("unknown-key", "")
    assert found.why == "the key is listed for seat.legal and seat.ethics"


def test_a_line_with_a_mistake_is_not_used_and_the_others_are(repository: Builder) -> None:
    commit(repository, None, {SIGNERS_FILE: f"*.ethics {ETHICS.line}\nnonsense\n{LIST}"})
    commit(repository, LEGAL)
    commit(repository, ETHICS)
    assert verdicts(repository)[1:] == [("good", "seat.legal"), ("unknown-key", "")]


def test_a_repository_with_sha256_hashes_has_a_header_of_its_own(tmp_path: Path) -> None:
    repository = Builder(tmp_path / "sha256", object_format="sha256")
    commit(repository, None, {SIGNERS_FILE: LIST})
    commit(repository, LEGAL)
    assert verdicts(repository)[1] == ("good", "seat.legal")


def test_the_list_is_found_where_the_governed_folder_is_not_the_top(repository: Builder) -> None:
    commit(repository, None, {f"rules/{SIGNERS_FILE}": LIST})
    last = commit(repository, LEGAL)
    inside = repository.root / "rules"
    inside.mkdir()
    line = git.first_parents(inside, last)
    assert judge(inside, line)[last].signature == "good"


def test_what_was_judged_before_is_not_asked_again(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(repository, None, {SIGNERS_FILE: LIST})
    last = commit(repository, LEGAL)
    line = git.first_parents(repository.root, last)
    once = judge(repository.root, line)
    known = {(name, standing.list_blob): standing for name, standing in once.items()}
    asked: list[object] = []
    monkeypatch.setattr(git, "contents", lambda *words: asked.append(words) or iter(()))
    assert judge(repository.root, line, known) == once
    assert asked == []


@needs_ssh_keygen
def test_git_says_the_same_of_the_same_commits(repository: Builder, tmp_path: Path) -> None:
    limits = f'valid-before="{day(START + 40 * DAY)}"'
    signers = f"seat.legal {limits} {LEGAL.line}\nseat.ethics {ETHICS.line}\n"
    (tmp_path / "signers").write_text(signers)
    commit(repository, None, {SIGNERS_FILE: signers})
    commit(repository, LEGAL)
    commit(repository, ETHICS)
    commit(repository, STRANGER)
    commit(repository, LEGAL, tamper=b"x\n")
    commit(repository, None)
    commit(repository, LEGAL, namespace="file")
    commit(repository, LEGAL, time=START + 40 * DAY + 1)
    said = repository.git(
        *("-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}"),
        *("log", "--reverse", "--format=%G?", "main"),
        env={"TZ": "UTC"},
    ).split("\n")
    # A garbled signature is left to the tests of ssh-keygen: git itself may die of a broken pipe.
    # What git has no letter of its own for: an expired SSH key is to it one that nobody has.
    words = {"G": "good", "U": "unknown-key", "B": "bad", "N": "none"}
    ours = [s.signature for s in standings(repository)]
    assert [words[letter] for letter in said[:7]] == ours[:7]
    assert said[7] == "U"
    assert ours[7] == "expired"


@needs_ssh_keygen
def test_what_git_signs_itself_is_good(repository: Builder, tmp_path: Path) -> None:
    from ssh_keys_of_tests import ssh_keygen

    key = tmp_path / "key"
    assert ssh_keygen("-q", "-N", "", "-t", "ed25519", "-f", key).returncode == 0
    commit(repository, None, {SIGNERS_FILE: f"seat.legal {(tmp_path / 'key.pub').read_text()}"})
    repository.check_out()
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    ssh = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}")
    message = "Größe 👩\n\nDecision: DEC-0007\n"
    repository.git(*who, *ssh, "commit", "-q", "-S", "--allow-empty", "-m", message)
    repository.git(*who, *ssh, "tag", "-s", "v1", "-m", "Version 1")
    assert verdicts(repository)[-1] == ("good", "seat.legal")
    tag = repository.git("cat-file", "tag", "v1").encode() + b"\n"
    repository.git("update-ref", "refs/tags/v2", "v1")
    repository.git("tag", "-a", "v3", "-m", "Nobody signed", env=NOBODY)
    repository.git("tag", "v4")
    moved = tag.replace(b"Version 1", b"Version 5").replace(b"tag v1", b"tag v5")
    object_ = repository.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=moved)
    repository.git("update-ref", "refs/tags/v5", object_)
    found = judge_tags(repository.root)
    assert {name: t.standing.signature for name, t in found.items()} == {
        "v1": "good",
        "v2": "bad",
        "v3": "none",
        "v5": "bad",
    }
    assert found["v2"].standing.why == "it was signed under another name"
    assert found["v1"].commit == repository.git("rev-parse", "main")
    assert in_words(found["v1"].standing) == "signed by seat.legal"


def test_a_signature_inside_a_merged_tag_is_not_the_commits_own() -> None:
    armour = LEGAL.sign(b"x").decode().rstrip("\n").replace("\n", "\n ")
    merged = f"mergetag object 0\n type tag\n gpgsig no\n {armour}\n"
    content = f"tree 0\nauthor {ADA} 0 +0000\n{merged}\nMessage\n".encode()
    assert unsigned(content) == (content, b"")


@pytest.mark.parametrize("sha256", [False, True])
def test_the_header_of_the_other_kind_of_hash_is_left_out_too(sha256: bool) -> None:
    content = b"tree 0\ngpgsig a\n b\ngpgsig-sha256 c\n d\nencoding x\n\nMessage\n\ngpgsig no\n"
    payload, armour = unsigned(content, sha256=sha256)
    assert payload == b"tree 0\nencoding x\n\nMessage\n\ngpgsig no\n"
    assert armour == (b"c\nd\n" if sha256 else b"a\nb\n")


@given(st.lists(st.sampled_from([*PIECES]), max_size=12).map(b"".join))
def test_the_time_of_a_commit_is_the_one_that_is_shown(content: bytes) -> None:
    assert _committer_time(content) == read_commit("c", content).committer.time


@given(st.binary(max_size=200), st.binary(max_size=80))
def test_any_content_gets_a_standing(head: bytes, armour: bytes) -> None:
    signers = read_signers(LIST.encode())
    for content in (head, b"tree 0\ngpgsig " + armour + b"\n\n" + head):
        assert standing_of("0" * 40, content, None, signers).signature != "good"
        assert standing_of_tag("v1", content, None, signers).signature != "good"


def test_each_verdict_has_its_words() -> None:
    assert in_words(Standing("none")) == "not signed"
    assert in_words(Standing("bad", "seat.legal", why="because")) == (
        "signature of seat.legal does not hold: because"
    )
    assert in_words(Standing("expired", "seat.legal")) == (
        "signed with a key of seat.legal that was not valid then"
    )
    for signature in ("present", "not-checked"):
        assert in_words(Standing(signature)) == "signed (not checked)"
    assert in_words(Standing("unknown-key")) == "signed with a key that counts for nobody"


def test_a_list_that_is_too_large_lets_nobody_sign(repository: Builder) -> None:
    commit(repository, None, {SIGNERS_FILE: LIST + "# much\n" * 160_000})
    commit(repository, LEGAL)
    assert verdicts(repository)[1] == ("unknown-key", "")
