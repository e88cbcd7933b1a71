"""Signing and checking with the user's own ssh keys, by the program `ssh-keygen`.

Beside `process.py`, which runs git, the only module that starts a program. It is one fixed list of
arguments without a shell; what a stranger wrote reaches the program in files and on its input.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

LIMIT = 120.0  # seconds: a person may have to type the key's pass phrase or touch a token

_KEY = re.compile(rb"with (?P<kind>\S+) key (?P<print>SHA256:\S+)")


class CannotSign(Exception):
    """There is no signature, or none can be checked here; the text says what and what next."""


@dataclass(frozen=True, slots=True)
class SignedBy:
    """What a signature is worth.

    good: by a key of `principal`. unknown: sound, by a key that the list does not have. bad: not
    over these bytes, or no signature. `key`: the fingerprint, "" when bad.
    """

    state: Literal["good", "unknown", "bad"]
    principal: str = ""
    key: str = ""


def sign(message: bytes, key: Path, namespace: str) -> bytes:
    """The armoured signature of `message` with the private key in a file. Raises CannotSign."""
    done = _run(("-Y", "sign", "-f", str(key.resolve()), "-n", namespace), message)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        raise CannotSign(
            f"{key.name} did not sign: {said or 'ssh-keygen gave no reason'}. Give the file of a "
            "private ssh key, such as ~/.ssh/id_ed25519"
        )
    return done.stdout


def verify(
    message: bytes, signature: bytes, namespace: str, signers: bytes, at: datetime
) -> SignedBy:
    """Whose signature this is, by a list of allowed signers as it was valid at `at`.

    Raises CannotSign where ssh-keygen is missing or does not answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        written, known = Path(folder) / "signature", Path(folder) / "signers"
        written.write_bytes(signature)
        known.write_bytes(signers)
        sound = _run(("-Y", "check-novalidate", "-n", namespace, "-s", str(written)), message)
        found = _KEY.search(sound.stdout)
        if sound.returncode or found is None:
            return SignedBy("bad")
        key = found["print"].decode("ascii", "replace")
        time = f"-Overify-time={at.astimezone(UTC):%Y%m%d%H%M%S}Z"
        lists = ("-s", str(written), "-f", str(known))
        named = _run(("-Y", "find-principals", *lists, time), b"")
        for principal in named.stdout.decode("utf-8", "replace").splitlines():
            words = ("-Y", "verify", *lists, "-I", principal, "-n", namespace, time)
            if not _run(words, message).returncode:
                return SignedBy("good", principal, key)
        return SignedBy("unknown", key=key)


def _run(arguments: tuple[str, ...], message: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],  # noqa: S607 - whichever the user's PATH finds first
            input=message,
            capture_output=True,
            timeout=LIMIT,
            check=False,
        )
    except FileNotFoundError:
        raise CannotSign("ssh-keygen is not installed here; it comes with OpenSSH") from None
    except subprocess.TimeoutExpired:
        raise CannotSign(f"ssh-keygen did not answer within {LIMIT:.0f} seconds") from None
