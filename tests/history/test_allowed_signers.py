"""The list of who may sign is read as ssh-keygen reads it, or more strictly, and never less."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ssh_keys_of_tests import needs_ssh_keygen, number, soft, ssh_keygen_agrees, string

from labelcharter.history.signers import signed_by
from labelcharter.reading.allowed_signers import SIGNERS_FILE, AllowedSigners, read_signers
from labelcharter.registry.load import Repository, is_governed, load_repository, load_sources

KEY = soft(1)
MESSAGE = b"The gap may be ten points.\n"
NOW = 1_790_000_000  # 2026-09-21T14:13:20Z


def rsa(bits: int) -> str:
    """A line with an RSA key of this length, which nobody has."""
    blob = string("ssh-rsa") + number(65_537) + number((1 << (bits - 1)) + 1)
    return f"ssh-rsa {base64.b64encode(blob).decode()}"


def read(text: str) -> AllowedSigners:
    return read_signers(text.encode())


GOOD = [
    f"seat.legal {KEY.line}",
    f"seat.legal {KEY.line} legal@example.org, until March",
    f"  \tseat.legal \t {KEY.line}\r\n",
    f'"seat.legal" {KEY.line}',
    f"seat.ethics,seat.legal {KEY.line}",
    f'seat.legal namespaces="git" {KEY.line}',
    f'seat.legal namespaces="file,git,labelcharter-decision" {KEY.line}',
    f'seat.legal namespaces="g*" {KEY.line}',
    f'seat.legal namespaces="g?t" {KEY.line}',
    f'seat.legal NameSpaces="git",valid-after="20260101Z" {KEY.line}',
    f'seat.legal valid-after="20260921141320Z" {KEY.line}',
    f'seat.legal valid-before="20260921141320Z" {KEY.line}',
    f'seat.legal valid-before="202609211414" {KEY.line}',
    f'seat.legal valid-after="20260101utc",valid-before="20270101Z" {KEY.line}',
    f"# a remark\n\nseat.ethics {soft(2).line}\nseat.legal {KEY.line}\n",
    f'seat.legal valid-before="20260101Z" {KEY.line}\nseat.legal {KEY.line}\n',
]
REFUSED_BY_BOTH = [
    f"seat.ethics {KEY.line}",
    f"seat.legal {soft(2).line}",
    f"# seat.legal {KEY.line}",
    f'seat.legal namespaces="file" {KEY.line}',
    f'seat.legal namespaces="g*,!git" {KEY.line}',
    f'seat.legal namespaces="[g]it" {KEY.line}',
    f'seat.legal valid-after="20260921141321Z" {KEY.line}',
    f'seat.legal valid-before="20260921141319Z" {KEY.line}',
    f'seat.legal valid-before="soon" {KEY.line}',
    f'seat.legal valid-before="20261301Z" {KEY.line}',
    f'seat.legal valid-after="20270101Z",valid-before="20260101Z" {KEY.line}',
    f'seat.legal valid-after="20260101Z",valid-after="20250101Z" {KEY.line}',
    f"seat.legal namespaces=git {KEY.line}",
    f"seat.legal namespaces {KEY.line}",
    f'seat.legal until="20270101Z" {KEY.line}',
    f"seat.legal cert-authority {KEY.line}",
    f"seat.legal {KEY.line[:-8]}",
    f"seat.legal ssh-rsa {KEY.line.split()[1]}",
    f'"seat.legal {KEY.line}',
    "seat.legal",
    "seat.legal ssh-ed25519",
    KEY.line,
]
ONLY_HERE = [  # ssh-keygen takes these; one key could speak for several seats, or too long
    f"*.legal {KEY.line}",
    f"seat.* {KEY.line}",
    f"seat.?egal {KEY.line}",
    f"seat.legal,!seat.ethics {KEY.line}",
]


def is_good(text: str) -> bool:
    signed = signed_by(KEY.sign(MESSAGE), MESSAGE, "git", read(text), (NOW,))
    return signed.standing == "good" or (
        signed.why.startswith("the key is listed for") and "seat.legal" in signed.why
    )


@needs_ssh_keygen
@pytest.mark.parametrize("text", GOOD)
def test_a_line_that_lets_the_seat_sign_does_so_for_both(text: str, tmp_path: Path) -> None:
    assert is_good(text)
    assert ssh_keygen_agrees(
        tmp_path, text, "seat.legal", KEY.sign(MESSAGE), MESSAGE, time="20260921141320Z"
    )


@needs_ssh_keygen
@pytest.mark.parametrize("text", REFUSED_BY_BOTH)
def test_a_line_that_does_not_is_refused_by_both(text: str, tmp_path: Path) -> None:
    signed = signed_by(KEY.sign(MESSAGE), MESSAGE, "git", read(text), (NOW,))
    assert (signed.standing, signed.seat) != ("good", "seat.legal")
    assert not ssh_keygen_agrees(
        tmp_path, text, "seat.legal", KEY.sign(MESSAGE), MESSAGE, time="20260921141320Z"
    )


@pytest.mark.parametrize("text", ONLY_HERE)
def test_a_pattern_of_seats_is_refused_here(text: str) -> None:
    assert not is_good(text)
    (problem,) = read(text).problems
    assert (problem.code, problem.severity) == ("K101", "error")
    assert "is a pattern: one key could speak for several seats" in problem.message


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        (f"# x\nseat.legal,*.x {KEY.line}", "K101", "2:12", "`*.x` is a pattern"),
        (f"seat.legal cert-authority {KEY.line}", "K101", "1:12", "certificate authorities"),
        (f'seat.legal valid-after="soon" {KEY.line}', "K101", "1:25", "`soon` is no time"),
        (f'seat.legal namespaces="" {KEY.line}', "K101", "1:24", "a purpose without a name"),
        (f'seat.legal a="b" {KEY.line}', "K101", "1:15", "`a` is no option"),
        (f"seat.legal namespaces {KEY.line}", "K101", "1:12", "needs a value in quotes"),
        (f'seat.legal valid-before="20270101" {KEY.line}', "K103", "1:26", "each time zone"),
        (f"seat.legal {rsa(1024)}", "K102", "1:12", "an RSA key of 1,024 bits can be broken"),
        ("seat.legal ssh-dss AAAAB3NzaC1kc3M=", "K102", "1:12", "ssh-dss are broken"),
        (f"seat.legal {KEY.line[:-8]}", "K101", "1:12", "it ends in the middle"),
        (f"seat.legal, {KEY.line}", "K101", "1:12", "a name is missing here"),
        ("seat.legal", "K101", "1:10", "the key is missing"),
        (f"seat.legal {KEY.line} \u202e", "Y010", f"1:{len(KEY.line) + 13}", "is hidden"),
    ],
)
def test_a_mistake_has_a_place_and_says_what_next(
    text: str, code: str, place: str, message: str
) -> None:
    (problem,) = read(text).problems
    assert (problem.code, str(problem.place)) == (code, f"{SIGNERS_FILE}:{place}")
    assert message in problem.message
    assert problem.help


def test_a_line_with_a_mistake_is_not_used_and_one_in_doubt_is() -> None:
    text = f'*.a {KEY.line}\nseat.b valid-before="20270101" {KEY.line}\nseat.c {rsa(2048)}\n'
    assert [signer.seats for signer in read(text).signers] == [("seat.b",), ("seat.c",)]


@given(
    st.binary(max_size=300)
    | st.text(alphabet='seat.l*!,"= \\\t#\r\n-ZA0', max_size=80).map(str.encode)
)
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    for hostile in (data, b"seat.legal " + data, f"seat.legal {KEY.line} ".encode() + data):
        read_signers(hostile)


@given(st.integers(0, 80), st.binary(min_size=1, max_size=1))
def test_a_damaged_line_never_gives_the_key_to_another_seat(at: int, byte: bytes) -> None:
    line = f'seat.legal namespaces="git" {KEY.line}\n'.encode()
    damaged = line[:at] + byte + line[at + 1 :]
    for signer in read_signers(damaged).signers:
        seats = damaged.split()[0].decode("utf-8", "replace").strip('"').split(",")
        assert set(signer.seats) <= set(seats)


def test_the_list_is_no_governed_element_and_the_repository_holds_it(tmp_path: Path) -> None:
    files = {"labelcharter.yaml": "organisation: Test\n", SIGNERS_FILE: f"seat.x {KEY.line}\nx\n"}
    approval = "docs/decisions/approvals/DEC-0001/seat.x.sig"
    for path, content in {**files, approval: "x"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    loaded = load_repository(tmp_path)
    assert not is_governed(SIGNERS_FILE)
    assert loaded.signers is not None
    assert [signer.seats for signer in loaded.signers.signers] == [("seat.x",)]
    assert dict(loaded.approvals) == {approval: b"x"}
    assert [(d.code, loaded.place_text(d.place)) for d in loaded.problems] == [("K101", "x")]


def test_a_link_to_a_list_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labelcharter.yaml").write_text("organisation: Test\n")
    (tmp_path / "elsewhere").write_text(f"seat.x {KEY.line}\n")
    (tmp_path / "policies").mkdir()
    (tmp_path / SIGNERS_FILE).symlink_to("../elsewhere")
    loaded: Repository = load_repository(tmp_path)
    assert [d.code for d in loaded.problems] == ["F102"]
    assert loaded.signers is None
    assert load_sources({}).signers is None
