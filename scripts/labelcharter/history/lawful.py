"""What is not as it was, and yet no tampering: reduced or written anew by an accepted decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labelcharter.history import bundles, evidence
from labelcharter.history.acceptance import accepted_in, signed_by
from labelcharter.registry.graph import Element
from labelcharter.registry.tombstones import tombstones_of, why_not_binding

State = Literal["holds", "fails", "unchecked", "reduced"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. unchecked: nothing speaks against it, and nothing for it.

    reduced: it is not as it was, and an accepted decision says why.
    """

    what: str
    state: State
    words: str


def grown(sources: evidence.Sources, older: str, trusted: bytes | None = None) -> Finding:
    """Whether the history builds on a head that was kept, or was written anew by decision."""
    what = f"growth since {older[:12]}"
    if bundles.is_ancestor(sources.root, older, sources.head):
        return Finding(what, "holds", "the history only grew: the older head is part of it")
    reasons = []
    for stone in tombstones_of(sources.graph, "history", older):
        after = str(stone.get("after"))
        lacking = lawful(sources, stone, trusted)
        if not lacking and not bundles.is_ancestor(sources.root, after, sources.head):
            lacking = f"the history does not go through {after[:12]}, which it names"
        if not lacking:
            words = f"lawfully written anew: {stone.id}, by {stone.get('decision')}"
            return Finding(what, "reduced", words)
        reasons.append(f"{stone.id} does not count, because {lacking}")
    why = "; ".join(reasons) or "no tombstone with an accepted decision names it"
    return Finding(what, "fails", f"the older head is no part of this history, and {why}")


def lawful(sources: evidence.Sources, stone: Element, trusted: bytes | None = None) -> str:
    """Why a tombstone does not count, in a sentence; "" when it does.

    Its decision must be accepted and name both hashes; where the repository lists allowed signers,
    one of them must have signed the commit that accepted it. `trusted`: signers that the reader
    knows from elsewhere; they count instead, because who writes history anew writes that list too.
    """
    lacking = why_not_binding(sources.graph, stone)
    signers = sources.files.get(evidence.SIGNERS_FILE) if trusted is None else trusted
    if lacking or signers is None:
        return lacking
    name = str(stone.get("decision"))
    accepted = accepted_in(sources.history.events.get(name, ()))
    if accepted is None:
        return f"no commit accepted {name}"
    signed = signed_by(sources.root, accepted.commit, signers)
    if signed is None or signed.state != "good":
        return f"the commit that accepted {name} is not signed by an allowed signer"
    return ""
