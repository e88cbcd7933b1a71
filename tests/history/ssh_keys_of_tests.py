"""Keys and signatures made on the spot for one test: nobody's, and thrown away with it."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

needs_ssh_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen (openssh-client) is not installed here"
)
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def string(data: bytes | str) -> bytes:
    """Bytes with their length before them, as SSH writes them."""
    data = data.encode() if isinstance(data, str) else data
    return len(data).to_bytes(4, "big") + data


def number(value: int) -> bytes:
    """A whole number as SSH writes it."""
    return string(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def armour(inside: bytes) -> bytes:
    """A signature as a text of letters and digits."""
    text = base64.b64encode(inside).decode()
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    return "\n".join([BEGIN, *lines, END, ""]).encode()


def envelope(
    key: bytes, proof: bytes, *, namespace: str = "git", chosen: str = "sha512", version: int = 1
) -> bytes:
    """A whole signature around a proof, armoured."""
    parts = (key, namespace, b"", chosen, proof)
    return armour(b"SSHSIG" + version.to_bytes(4, "big") + b"".join(map(string, parts)))


def to_be_signed(message: bytes, namespace: str = "git", chosen: str = "sha512") -> bytes:
    """What the owner of a key signs, by PROTOCOL.sshsig."""
    parts = (namespace, b"", chosen, hashlib.new(chosen, message).digest())
    return b"SSHSIG" + b"".join(map(string, parts))


@dataclass
class Soft:
    """An Ed25519 key held in memory: quick to make and to sign with."""

    private: ed25519.Ed25519PrivateKey

    @property
    def blob(self) -> bytes:
        """The public key as SSH writes it."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return string("ssh-ed25519") + string(raw)

    @property
    def line(self) -> str:
        """The public key as it stands in a list."""
        return f"ssh-ed25519 {base64.b64encode(self.blob).decode()}"

    def sign(self, message: bytes, namespace: str = "git", chosen: str = "sha512") -> bytes:
        """An armoured signature."""
        proof = self.private.sign(to_be_signed(message, namespace, chosen))
        inner = string("ssh-ed25519") + string(proof)
        return envelope(self.blob, inner, namespace=namespace, chosen=chosen)


def soft(seed: int = 0) -> Soft:
    """The key number `seed`, always the same."""
    return Soft(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def token_signature(
    message: bytes, kind: str, flags: int, namespace: str = "git"
) -> tuple[bytes, bytes]:
    """(public key, armoured signature) as a hardware token makes them, from software."""
    application = b"ssh:"
    signed = hashlib.sha256(application).digest() + bytes([flags]) + (7).to_bytes(4, "big")
    signed += hashlib.sha256(to_be_signed(message, namespace)).digest()
    if kind == "sk-ssh-ed25519@openssh.com":
        private = ed25519.Ed25519PrivateKey.from_private_bytes(b"\5" * 32)
        raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        blob = string(kind) + string(raw) + string(application)
        proof = private.sign(signed)
    else:
        curve = ec.derive_private_key(12_345, ec.SECP256R1())
        point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        blob = string(kind) + string("nistp256") + string(point) + string(application)
        first, second = decode_dss_signature(curve.sign(signed, ec.ECDSA(hashes.SHA256())))
        proof = number(first) + number(second)
    inner = string(kind) + string(proof) + bytes([flags]) + (7).to_bytes(4, "big")
    return blob, envelope(blob, inner, namespace=namespace)


def ssh_keygen(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen, its clock in UTC, without anybody's agent."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SSH_")} | {"TZ": "UTC"}
    return subprocess.run(
        ["ssh-keygen", *arguments], input=stdin, capture_output=True, check=False, env=environment
    )


def ssh_keygen_agrees(
    folder: Path,
    signers: str,
    seat: str,
    signature: bytes,
    message: bytes,
    namespace: str = "git",
    time: str = "",
) -> bool:
    """Whether `ssh-keygen -Y verify` takes the signature for one of the seat."""
    (folder / "signers").write_text(signers)
    (folder / "signature").write_bytes(signature)
    options = ("-O", f"verify-time={time}") if time else ()
    done = ssh_keygen(
        *("-Y", "verify", "-f", folder / "signers", "-I", seat, "-n", namespace),
        *("-s", folder / "signature", *options),
        stdin=message,
    )
    return done.returncode == 0
