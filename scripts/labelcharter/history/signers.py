"""Whose key it is: what the list of who may sign says about one signature.

The list in force is the one that stood before, never the one that a change brings along:
otherwise whoever wants to sign adds their own key first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labelcharter.history.ssh_signature import verify
from labelcharter.reading.allowed_signers import AllowedSigners, Signer
from labelcharter.reading.ssh_keys import Key

Standing = Literal["good", "unknown-key", "expired", "bad"]

NOBODY = AllowedSigners()


@dataclass(frozen=True, slots=True)
class Signed:
    """What one SSH signature is worth. `seat` is empty unless the key belongs to exactly one.

    "good": of this text, by a key of the seat, at that time. "unknown-key": the signature fits, but
    the list gives the key to nobody for this purpose. "expired": it was not valid at that time.
    "bad": of another text, for another purpose, or unreadable. `why` is empty when good.
    `does_not_fit`: it can be read, is for this purpose, and is of another text. `touched`: a
    hardware token was touched; None for other keys.
    """

    standing: Standing
    seat: str = ""
    fingerprint: str = ""
    why: str = ""
    does_not_fit: bool = False
    touched: bool | None = None


def signed_by(
    armoured: bytes,
    message: bytes,
    namespace: str,
    signers: AllowedSigners,
    times: tuple[int, ...] = (),
) -> Signed:
    """Judge one signature by a list. Never raises.

    The key must have been valid at each of `times` (seconds since 1970); without any, its limits
    are not looked at.
    """
    verdict = verify(armoured, message, namespace)
    if verdict.key is None:
        return Signed("bad", why=verdict.why)
    key = verdict.key
    lines = [s for s in signers.signers if s.key.blob == key.blob]
    seat, standing, why = _owner(key, lines, namespace, times)
    if verdict.outcome != "valid":
        other_text = verdict.outcome == "does-not-fit"
        return Signed("bad", seat, key.fingerprint, verdict.why, other_text)
    return Signed(standing, seat, key.fingerprint, why, touched=verdict.touched)


def _owner(
    key: Key, lines: list[Signer], namespace: str, times: tuple[int, ...]
) -> tuple[str, Standing, str]:
    """(seat, standing, why) of a key, given the lines that list it."""
    if key.weakness:
        return "", "unknown-key", key.weakness
    serving = [line for line in lines if line.serves(namespace)]
    holding = [line for line in serving if all(map(line.holds_at, times))]
    named = _seats(holding or serving or lines)
    seat = named[0] if len(named) == 1 else ""
    if not lines:
        return "", "unknown-key", "the list of who may sign, as it stood then, has no such key"
    if len(named) > 1:
        # One person counts for one function, so a key of two seats speaks for neither.
        return "", "unknown-key", f"the key is listed for {' and '.join(named)}"
    if not serving:
        return seat, "unknown-key", f"the key of {seat} is not listed for `{namespace}`"
    if not holding:
        return seat, "expired", f"the key of {seat} was not valid at that time"
    return seat, "good", ""


def _seats(lines: list[Signer]) -> list[str]:
    return list(dict.fromkeys(seat for line in lines for seat in line.seats))
