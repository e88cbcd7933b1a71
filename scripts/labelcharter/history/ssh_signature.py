"""SSH signatures, checked in this process: the format SSHSIG of OpenSSH's PROTOCOL.sshsig.

`ssh-keygen -Y verify` says the same and takes two processes for each signature. Whatever the bytes
are, the answer is a verdict and never an exception. Kinds: Ed25519, ECDSA on the three NIST
curves, RSA with SHA-2, and the first two in a hardware token (PROTOCOL.u2f). RSA with SHA-1 is
refused: such a signature can be made to fit another text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Literal

from labelcharter.reading.ssh_keys import (
    ED25519,
    RSA,
    SK_ECDSA,
    SK_ED25519,
    Key,
    NotSsh,
    Wire,
    read_key,
)

Outcome = Literal["valid", "does-not-fit", "refused"]

BEGIN = b"-----BEGIN SSH SIGNATURE-----"
END = b"-----END SSH SIGNATURE-----"
_LARGEST = 1 << 16  # bytes of armour; the longest real one, of a 16,384-bit RSA key, has 6,000
_MESSAGE_HASHES = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
_RSA_HASHES = {"rsa-sha2-256": "SHA256", "rsa-sha2-512": "SHA512"}
_TOUCHED = 0x01


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of checking one signature. Whose key it is, is another question.

    `outcome`: "valid"; "does-not-fit": readable, and not of this text by this key; "refused":
    unreadable, for another purpose, or of a kind not accepted. `why` is empty when valid. `key` is
    None when none could be read. `touched`: a hardware token was touched; None for other keys.
    """

    outcome: Outcome
    key: Key | None = None
    why: str = ""
    touched: bool | None = None


@dataclass(frozen=True, slots=True)
class SshSignature:
    """A signature taken apart; `proof` is the part that the key's owner computed."""

    key: Key
    namespace: bytes
    message_hash: str
    algorithm: str
    proof: bytes
    rest: bytes


def verify(armoured: bytes, message: bytes, namespace: str) -> Verdict:
    """Whether `armoured` is a signature of `message`, made for `namespace`. Never raises."""
    try:
        signature = read_signature(armoured)
    except NotSsh as error:
        return Verdict("refused", why=f"the signature cannot be read: {error}")
    key = signature.key
    if signature.namespace != namespace.encode():
        said = signature.namespace.decode("utf-8", "backslashreplace")
        said = said if said.isprintable() else ascii(said)
        return Verdict("refused", key, f"it was made for `{said}`, not for `{namespace}`")
    if signature.message_hash not in _MESSAGE_HASHES:
        why = f"`{signature.message_hash}` is no fingerprint that the format allows"
        return Verdict("refused", key, why)
    digest = _MESSAGE_HASHES[signature.message_hash](message).digest()
    # The reserved field is always empty in what is signed, whatever the envelope holds.
    parts = (signature.namespace, b"", signature.message_hash.encode(), digest)
    signed = b"SSHSIG" + b"".join(len(p).to_bytes(4, "big") + p for p in parts)
    try:
        fits, touched = _fits(signature, signed)
    except NotSsh as error:
        return Verdict("refused", key, str(error))
    if not fits:
        return Verdict("does-not-fit", key, "it is not a signature of this text by this key")
    return Verdict("valid", key, touched=touched)


def read_signature(armoured: bytes) -> SshSignature:
    """Take a signature apart. Raises NotSsh."""
    wire = Wire(_without_armour(armoured))
    if wire.take(6) != b"SSHSIG":
        raise NotSsh("it does not begin with SSHSIG")
    if wire.number() != 1:
        raise NotSsh("only version 1 of the format is known")
    key = read_key(wire.string())
    namespace = wire.string()
    wire.string()  # reserved: to be ignored
    message_hash = wire.text()
    inner = Wire(wire.string())
    wire.end()
    algorithm, proof = inner.text(), inner.string()
    return SshSignature(key, namespace, message_hash, algorithm, proof, inner.data[inner.at :])


def _without_armour(armoured: bytes) -> bytes:
    if len(armoured) > _LARGEST:
        raise NotSsh("it is longer than any signature")
    if not armoured.startswith(BEGIN):
        raise NotSsh(f"it does not begin with `{BEGIN.decode()}`")
    inside, end, after = armoured[len(BEGIN) :].partition(b"\n" + END)
    if not end or after.strip():
        raise NotSsh(f"it does not end with `{END.decode()}`")
    try:
        return base64.b64decode(b"".join(inside.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotSsh("its letters and digits are cut short or damaged") from None


def _fits(signature: SshSignature, signed: bytes) -> tuple[bool, bool | None]:
    """(the proof is of `signed`, a token was touched). Raises NotSsh for what is not accepted."""
    key, rest = signature.key, Wire(signature.rest)
    touched = None
    if key.kind == RSA:
        if signature.algorithm not in _RSA_HASHES:
            raise NotSsh(
                f"`{signature.algorithm}` is not accepted: an RSA signature needs SHA-2 "
                "(rsa-sha2-256 or rsa-sha2-512)"
            )
    elif signature.algorithm != key.kind:
        raise NotSsh(f"`{signature.algorithm}` does not go with a key of the kind `{key.kind}`")
    if key.kind in (SK_ED25519, SK_ECDSA):
        # A token signs the site it was made for, whether it was touched, and how often it signed.
        flags, counter = rest.take(1), rest.take(4)
        touched = bool(flags[0] & _TOUCHED)
        application = hashlib.sha256(key.application).digest()
        signed = application + flags + counter + hashlib.sha256(signed).digest()
    rest.end()
    return _proven(key, signature.algorithm, signature.proof, signed), touched


def _proven(key: Key, algorithm: str, proof: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        if key.kind in (ED25519, SK_ED25519):
            _check_ed25519(key, proof, signed)
        elif key.kind == RSA:
            _check_rsa(key, algorithm, proof, signed)
        else:
            _check_ecdsa(key, proof, signed)
    except InvalidSignature:
        return False
    except (ValueError, OverflowError, UnsupportedAlgorithm) as error:
        raise NotSsh(f"its key cannot be used ({error})") from None
    return True


def _check_ed25519(key: Key, proof: bytes, signed: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(key.point).verify(proof, signed)


def _check_rsa(key: Key, algorithm: str, proof: bytes, signed: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    size = (key.modulus.bit_length() + 7) // 8
    public = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
    chosen = hashes.SHA256() if _RSA_HASHES[algorithm] == "SHA256" else hashes.SHA512()
    # Leading zeros may be left out (RFC 8332 asks for them, older agents do not write them).
    public.verify(proof.rjust(size, b"\0"), signed, padding.PKCS1v15(), chosen)


def _check_ecdsa(key: Key, proof: bytes, signed: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    curve, chosen = {
        65: (ec.SECP256R1(), hashes.SHA256()),
        97: (ec.SECP384R1(), hashes.SHA384()),
        133: (ec.SECP521R1(), hashes.SHA512()),
    }[len(key.point)]
    numbers = Wire(proof)
    first, second = numbers.integer(), numbers.integer()
    numbers.end()
    public = ec.EllipticCurvePublicKey.from_encoded_point(curve, key.point)
    public.verify(encode_dss_signature(first, second), signed, ec.ECDSA(chosen))
