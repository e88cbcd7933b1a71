"""A signature is checked here as `ssh-keygen -Y verify` checks it, whatever its bytes are."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ssh_keys_of_tests import (
    armour,
    envelope,
    needs_ssh_keygen,
    number,
    soft,
    ssh_keygen,
    ssh_keygen_agrees,
    string,
    to_be_signed,
    token_signature,
)

from labelcharter.history.ssh_signature import verify
from labelcharter.reading.ssh_keys import NotSsh, key_from_text, read_key

MESSAGE = b"The gap may be ten points.\n"
GOOD = soft().sign(MESSAGE)
KINDS = {
    "ed25519": ("-t", "ed25519"),
    "rsa": ("-t", "rsa", "-b", "2048"),
    "nistp256": ("-t", "ecdsa", "-b", "256"),
    "nistp384": ("-t", "ecdsa", "-b", "384"),
    "nistp521": ("-t", "ecdsa", "-b", "521"),
}


@pytest.fixture(scope="module", params=KINDS)
def key_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key of each kind that ssh-keygen makes without a hardware token."""
    path: Path = tmp_path_factory.mktemp("keys") / request.param
    made = ssh_keygen("-q", "-N", "", "-C", "nobody", "-f", path, *KINDS[request.param])
    assert made.returncode == 0, made.stderr
    return path


def signed_by(key_file: Path, *options: str, namespace: str = "git") -> bytes:
    done = ssh_keygen("-Y", "sign", "-n", namespace, "-f", key_file, *options, stdin=MESSAGE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def listed(key_file: Path) -> str:
    return f"seat.legal {key_file.with_suffix('.pub').read_text()}"


@needs_ssh_keygen
@pytest.mark.parametrize("chosen", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_is_valid_and_the_fingerprint_is_the_one_it_prints(
    key_file: Path, chosen: str
) -> None:
    verdict = verify(signed_by(key_file, "-O", f"hashalg={chosen}"), MESSAGE, "git")
    assert (verdict.outcome, verdict.why, verdict.touched) == ("valid", "", None)
    assert verdict.key is not None
    printed = ssh_keygen("-l", "-f", key_file.with_suffix(".pub")).stdout.decode()
    assert verdict.key.fingerprint == printed.split()[1]


@needs_ssh_keygen
def test_a_changed_text_another_purpose_and_another_key_are_refused_by_both(
    key_file: Path, tmp_path: Path
) -> None:
    good = signed_by(key_file)
    assert ssh_keygen_agrees(tmp_path, listed(key_file), "seat.legal", good, MESSAGE)
    changed = MESSAGE.replace(b"ten", b"two")
    assert verify(good, changed, "git").outcome == "does-not-fit"
    assert not ssh_keygen_agrees(tmp_path, listed(key_file), "seat.legal", good, changed)
    other = verify(good, MESSAGE, "labelcharter-decision")
    assert other.why == "it was made for `git`, not for `labelcharter-decision`"
    assert not ssh_keygen_agrees(
        tmp_path, listed(key_file), "seat.legal", good, MESSAGE, "labelcharter-decision"
    )
    stranger = f"seat.legal {soft(9).line}\n"
    assert not ssh_keygen_agrees(tmp_path, stranger, "seat.legal", good, MESSAGE)


@pytest.mark.parametrize(
    "kind", ["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"]
)
@pytest.mark.parametrize(("flags", "touched"), [(0x01, True), (0x05, True), (0x00, False)])
@needs_ssh_keygen
def test_a_hardware_token_is_read_with_its_flags(
    kind: str, flags: int, touched: bool, tmp_path: Path
) -> None:
    blob, signature = token_signature(MESSAGE, kind, flags)
    verdict = verify(signature, MESSAGE, "git")
    assert (verdict.outcome, verdict.touched) == ("valid", touched)
    assert verify(signature, MESSAGE + b"x", "git").outcome == "does-not-fit"
    line = f"seat.legal {kind} {base64.b64encode(blob).decode()}\n"
    assert ssh_keygen_agrees(tmp_path, line, "seat.legal", signature, MESSAGE)


def test_a_token_whose_flags_or_counter_were_changed_does_not_fit() -> None:
    _, signature = token_signature(MESSAGE, "sk-ssh-ed25519@openssh.com", 0x01)
    inside = base64.b64decode(b"".join(signature.split(b"\n")[1:-2]))
    for distance in (1, 5):  # the last byte of the counter; the flags before it
        forged = bytearray(inside)
        forged[-distance] ^= 0x04
        assert verify(armour(bytes(forged)), MESSAGE, "git").outcome == "does-not-fit"


@needs_ssh_keygen
def test_rsa_with_sha1_is_refused_by_both_even_if_the_sum_is_right(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    private = rsa.generate_private_key(65_537, 2048)
    public = private.public_key().public_numbers()
    blob = string("ssh-rsa") + number(public.e) + number(public.n)
    line = f"seat.legal ssh-rsa {base64.b64encode(blob).decode()}\n"
    for algorithm, chosen, right in (
        ("rsa-sha2-256", hashes.SHA256(), True),
        ("ssh-rsa", hashes.SHA1(), False),  # noqa: S303 - what must be refused
        ("rsa-sha2-512", hashes.SHA256(), False),
    ):
        proof = private.sign(to_be_signed(MESSAGE), padding.PKCS1v15(), chosen)
        signature = envelope(blob, string(algorithm) + string(proof))
        assert (verify(signature, MESSAGE, "git").outcome == "valid") is right
        assert ssh_keygen_agrees(tmp_path, line, "seat.legal", signature, MESSAGE) is right


PROOF = string("ssh-ed25519") + string(soft().private.sign(to_be_signed(MESSAGE)))
REFUSED = {
    "nothing": b"",
    "no armour": b"U1NIU0lH",
    "the armour of PGP": b"-----BEGIN PGP SIGNATURE-----\n\nU1NI\n-----END PGP SIGNATURE-----\n",
    "cut off": GOOD[:120],
    "without its last line": GOOD.rpartition(b"-----END")[0],
    "a letter too few": GOOD.replace(b"\n-----END", b"", 1),
    "letters that mean nothing": GOOD.replace(b"U1NI", b"U!NI", 1),
    "another beginning": armour(b"SSHSIX" + b"\0" * 40),
    "version 2": envelope(soft().blob, PROOF, version=2),
    "a hash that is not allowed": envelope(soft().blob, PROOF, chosen="sha1"),
    "no such hash": envelope(soft().blob, PROOF, chosen="md17"),
    "no key": envelope(b"", PROOF),
    "a key of no known kind": envelope(string("ssh-dss") + string(b"x"), PROOF),
    "a key cut short": envelope(soft().blob[:-1], PROOF),
    "a key with more behind it": envelope(soft().blob + b"x", PROOF),
    "an algorithm of another kind": envelope(
        soft().blob, string("rsa-sha2-512") + PROOF[len(string("ssh-ed25519")) :]
    ),
    "a proof with more behind it": envelope(soft().blob, PROOF + b"x"),
    "more behind it all": armour(base64.b64decode(b"".join(GOOD.split(b"\n")[1:-2])) + b"\0\0\0\0"),
    "a length beyond the end": armour(b"SSHSIG\0\0\0\1\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("name", REFUSED)
@needs_ssh_keygen
def test_what_is_no_signature_is_refused_by_both(name: str, tmp_path: Path) -> None:
    verdict = verify(REFUSED[name], MESSAGE, "git")
    assert verdict.outcome == "refused"
    assert verdict.why
    line = f"seat.legal {soft().line}\n"
    assert not ssh_keygen_agrees(tmp_path, line, "seat.legal", REFUSED[name], MESSAGE)


def test_the_signature_that_those_were_made_from_is_valid() -> None:
    assert verify(GOOD, MESSAGE, "git").outcome == "valid"
    assert verify(envelope(soft().blob, PROOF), MESSAGE, "git").outcome == "valid"


def test_a_version_that_never_was_is_refused_though_ssh_keygen_takes_it() -> None:
    assert verify(envelope(soft().blob, PROOF, version=0), MESSAGE, "git").outcome == "refused"


def test_line_ends_of_the_armour_mean_nothing() -> None:
    assert verify(GOOD.replace(b"\n", b"\r\n"), MESSAGE, "git").outcome == "valid"
    one_line = b"\n".join([GOOD.split(b"\n")[0], b"".join(GOOD.split(b"\n")[1:-2])])
    last = b"\n-----END SSH SIGNATURE-----\n"
    assert verify(one_line + last, MESSAGE, "git").outcome == "valid"


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict_and_never_a_good_one(data: bytes) -> None:
    for hostile in (data, armour(data), armour(b"SSHSIG\0\0\0\1" + data)):
        assert verify(hostile, MESSAGE, "git").outcome != "valid"


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, 3))
def test_a_damaged_signature_is_valid_only_if_it_still_says_the_same(
    at: int, byte: int, cut: int
) -> None:
    damaged = GOOD[:at] + bytes([byte]) + GOOD[at + 1 + cut :]
    if verify(damaged, MESSAGE, "git").outcome == "valid":
        assert b"".join(damaged.split()) == b"".join(GOOD.split())


@needs_ssh_keygen
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.integers(0, 250), st.integers(0, 255))
def test_where_a_byte_inside_is_changed_nothing_is_valid_here_that_ssh_keygen_refuses(
    tmp_path: Path, at: int, byte: int
) -> None:
    inside = bytearray(base64.b64decode(b"".join(GOOD.split(b"\n")[1:-2])))
    inside[at % len(inside)] = byte
    changed = armour(bytes(inside))
    ours = verify(changed, MESSAGE, "git")
    line = f"seat.legal {soft().line}\n"
    theirs = ssh_keygen_agrees(tmp_path, line, "seat.legal", changed, MESSAGE)
    assert theirs or ours.outcome != "valid" or ours.key != read_key(soft().blob)


@given(st.binary(max_size=300), st.sampled_from(["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"]))
def test_any_bytes_of_a_key_are_read_or_refused_in_words(data: bytes, kind: str) -> None:
    for hostile in (data, string(kind) + data):
        with contextlib.suppress(NotSsh):  # no other exception
            assert read_key(hostile).blob == hostile


def test_a_key_that_says_one_kind_and_is_of_another_is_refused() -> None:
    kind, text = soft().line.split()
    assert key_from_text(kind, text).kind == "ssh-ed25519"
    with pytest.raises(NotSsh, match="it says `ssh-rsa`, and holds"):
        key_from_text("ssh-rsa", text)
    with pytest.raises(NotSsh, match="cut short or damaged"):
        key_from_text(kind, text[:-3])


def test_a_point_that_is_on_no_curve_is_refused_when_it_is_used() -> None:
    kind = "ecdsa-sha2-nistp256"
    blob = string(kind) + string("nistp256") + string(b"\4" + b"\1" * 64)
    inner = string(kind) + string(number(1) + number(1))
    verdict = verify(envelope(blob, inner), MESSAGE, "git")
    assert verdict.outcome == "refused"
    assert "its key cannot be used" in verdict.why
