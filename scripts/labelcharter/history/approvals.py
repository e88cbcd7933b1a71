"""A seat's signature of a decision, in `docs/decisions/approvals/DEC-0007/seat.legal.sig`.

It says that the holder of the seat's key approved this text. It counts as long as the text stands;
votes, status and the other fields that `decision_text` leaves out may change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from labelcharter.history.decision_text import PURPOSE, decision_text
from labelcharter.history.past_approvals import NO_PAST, Past
from labelcharter.history.signers import NOBODY, signed_by
from labelcharter.reading.allowed_signers import AllowedSigners
from labelcharter.registry.graph import Element
from labelcharter.registry.load import Repository

State = Literal["valid", "void", "unknown-key", "other-seat", "expired", "bad"]

FOLDER = "docs/decisions/approvals"


@dataclass(frozen=True, slots=True)
class Approval:
    """The verdict on one signature of a decision. `why` is empty when it is valid.

    "valid": of this text, by a key of this seat. "void": the text is not what was signed; where
    the text that was signed is found in the history, `signed_in` is the commit that brought it.
    "unknown-key": nobody has that key. "other-seat": another seat's key. "expired": not valid when
    it landed. "bad": for another purpose, unreadable, or of no text that ever stood here.
    `commit`: with which it landed; None when it is not committed, or no history was asked.
    """

    decision: str
    seat: str
    state: State
    path: str
    fingerprint: str = ""
    why: str = ""
    commit: str | None = None
    signed_in: str | None = None


def path_of(decision: str, seat: str) -> str:
    """Where the signature of a seat belongs."""
    return f"{FOLDER}/{decision}/{seat}.sig"


def approvals_of(
    repository: Repository, decision: Element, past: Past = NO_PAST
) -> tuple[Approval, ...]:
    """The approvals of one decision as it stands in the repository, by seat.

    With a `past`, a committed signature is judged by the list that stood before it landed, and at
    that time; one that is not committed by the list that is committed. Without, all are judged by
    the list in the folder, whoever wrote it, and no time is looked at.
    """
    text = decision_text(decision)
    texts = [(v.commit, decision_text(v.decision)) for v in past.versions.get(decision.id, ())]
    found = []
    for path, armoured in sorted(repository.approvals.items()):
        place = PurePosixPath(path)
        if place.parent.name != decision.id:
            continue
        landed = past.signatures.get(path)
        commit: str | None = None
        times: tuple[int, ...] = ()
        signers = repository.signers or NOBODY if past.head is None else past.signers
        if landed is not None and landed.content == armoured:
            commit, signers, times = landed.commit, landed.signers, landed.times
        found.append(
            approval_of(
                Approval(decision.id, place.stem, "bad", path, commit=commit),
                armoured,
                text,
                signers,
                times,
                texts if past.head is not None else None,
            )
        )
    return tuple(found)


def approval_of(
    claim: Approval,
    armoured: bytes,
    text: bytes,
    signers: AllowedSigners,
    times: tuple[int, ...] = (),
    earlier: Iterable[tuple[str, bytes]] | None = None,
) -> Approval:
    """Judge the signature that `claim` says is one of its seat. Pure; never raises.

    `earlier`: (commit, text) of each version of the decision, None when they are not known.
    """
    signed = signed_by(armoured, text, PURPOSE, signers, times)
    state: State
    signed_in, why = None, signed.why
    if signed.standing == "good":
        state = "valid" if signed.seat == claim.seat else "other-seat"
        why = "" if state == "valid" else f"it was signed with the key of {signed.seat}"
    elif signed.standing == "bad" and signed.does_not_fit:
        state, signed_in, why = _void(armoured, text, signers, earlier)
    else:
        state = signed.standing
    return Approval(
        claim.decision,
        claim.seat,
        state,
        claim.path,
        signed.fingerprint,
        why,
        claim.commit,
        signed_in,
    )


def _void(
    armoured: bytes,
    text: bytes,
    signers: AllowedSigners,
    earlier: Iterable[tuple[str, bytes]] | None,
) -> tuple[State, str | None, str]:
    """A signature that does not fit the text: void when it is one of an earlier text."""
    if earlier is None:
        return "void", None, "the text of the decision is not the one that was signed"
    for commit, old in earlier:
        if old != text and not signed_by(armoured, old, PURPOSE, signers).does_not_fit:
            why = f"the text was changed after it was signed; it was that of commit {commit[:12]}"
            return "void", commit, why
    return "bad", None, "it fits the text of the decision neither now nor at any time before"
