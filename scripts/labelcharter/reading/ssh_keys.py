"""Public keys of SSH as bytes: kind, parts, strength and fingerprint, without any cryptography.

The format is RFC 4251 (strings with a length before them) and RFC 4253, 5656, 8709 and OpenSSH's
PROTOCOL.u2f for the kinds. A key comes from a file that anybody may have proposed, so each length
is believed only when the bytes are there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

ED25519 = "ssh-ed25519"
RSA = "ssh-rsa"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"
SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
CURVES = {  # kind -> (name of the curve, bytes of one coordinate)
    "ecdsa-sha2-nistp256": ("nistp256", 32),
    "ecdsa-sha2-nistp384": ("nistp384", 48),
    "ecdsa-sha2-nistp521": ("nistp521", 66),
    SK_ECDSA: ("nistp256", 32),
}
KINDS = (ED25519, RSA, SK_ED25519, *CURVES)

SMALLEST_RSA = 2048  # bits; NIST SP 800-131A allows nothing shorter for signatures
LARGEST_RSA = 16_384  # bits, as OpenSSH; longer ones only keep the machine busy
_LARGEST_KEY = 1 << 14  # bytes


class NotSsh(ValueError):
    """These bytes are not what they should be; the text says what is wrong, for a person."""


@dataclass(slots=True)
class Wire:
    """Bytes of SSH's wire format, read from the front. Each question raises NotSsh at their end."""

    data: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > len(self.data) - self.at:
            raise NotSsh("it ends in the middle")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        """An unsigned number of four bytes."""
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """Bytes with their length before them."""
        return self.take(self.number())

    def text(self) -> str:
        """A string of visible ASCII."""
        found = self.string().decode("ascii", "replace")
        if not (found.isascii() and found.isprintable()):
            raise NotSsh("a name in it holds characters that no name has")
        return found

    def integer(self) -> int:
        """A whole number of any length, never negative."""
        data = self.string()
        if data and data[0] >= 0x80:
            raise NotSsh("a number in it is negative")
        return int.from_bytes(data, "big")

    def end(self) -> None:
        """Raise NotSsh when anything is left."""
        if self.at != len(self.data):
            raise NotSsh("there are more bytes than belong to it")


@dataclass(frozen=True, slots=True)
class Key:
    """A public key. Equal keys have equal `blob`s; the rest follows from it.

    `point`: the 32 bytes of Ed25519, or the uncompressed point of a curve. `modulus` and
    `exponent`: of RSA, else 0. `application`: of a key in a hardware token, else b"".
    """

    kind: str
    blob: bytes
    point: bytes = field(default=b"", compare=False, repr=False)
    modulus: int = field(default=0, compare=False, repr=False)
    exponent: int = field(default=0, compare=False, repr=False)
    application: bytes = field(default=b"", compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        """`SHA256:…`, as `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")

    @property
    def weakness(self) -> str:
        """Why nothing should rest on this key; "" when it is strong enough."""
        bits = self.modulus.bit_length()
        if self.kind == RSA and bits < SMALLEST_RSA:
            return f"an RSA key of {bits:,} bits can be broken; it needs {SMALLEST_RSA:,} or more"
        return ""


def read_key(blob: bytes) -> Key:
    """The key in these bytes. Raises NotSsh, with the reason."""
    if len(blob) > _LARGEST_KEY:
        raise NotSsh("it is longer than any key")
    wire = Wire(blob)
    kind = wire.text()
    if "-cert-v" in kind:
        raise NotSsh(f"`{kind}` is a certificate, not a key; a list of keys can be read by anybody")
    if kind not in KINDS:
        raise NotSsh(f"keys of the kind `{kind}` are not accepted here")
    point, modulus, exponent, application = b"", 0, 0, b""
    if kind == RSA:
        exponent, modulus = wire.integer(), wire.integer()
        if not 512 <= modulus.bit_length() <= LARGEST_RSA or exponent.bit_length() > 64:
            raise NotSsh("its numbers make no RSA key")
    elif kind in CURVES:
        name, size = CURVES[kind]
        if wire.text() != name:
            raise NotSsh("it names two different curves")
        point = wire.string()
        if len(point) != 2 * size + 1 or point[0] != 4:
            raise NotSsh("it holds no point of its curve")
    else:
        point = wire.string()
        if len(point) != 32:
            raise NotSsh("an Ed25519 key has 32 bytes")
    if kind in (SK_ED25519, SK_ECDSA):
        application = wire.string()
    wire.end()
    return Key(kind, blob, point, modulus, exponent, application)


def key_from_text(kind: str, text: str) -> Key:
    """The key of a line such as `ssh-ed25519 AAAA…`. Raises NotSsh."""
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotSsh("the long word of letters and digits is cut short or damaged") from None
    key = read_key(blob)
    if key.kind != kind:
        raise NotSsh(f"it says `{kind}`, and holds a key of the kind `{key.kind}`")
    return key
