"""What is wrong with the approvals of decisions (K201, K202; `checks.signers` explains them)."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.history.approvals import Approval, approvals_of, path_of
from labelcharter.history.past_approvals import Past
from labelcharter.reading.diagnostic import Diagnostic, Place, Related
from labelcharter.registry.graph import Element
from labelcharter.registry.load import Repository

_NEXT = {
    "void": "undo the change, or have the seat sign again what `labelcharter decision-text` prints",
    "unknown-key": "put the seat's key into policies/allowed_signers, in a commit before this one",
    "other-seat": "name the file after the seat that signed, or have the right one sign",
    "expired": "have the seat sign again with a key that is valid",
    "bad": "have the seat sign what `labelcharter decision-text` prints",
}


def approval_findings(repository: Repository, past: Past) -> Iterator[Diagnostic]:
    """Each approval that does not count, and each vote for a decision that its seat did not sign.

    Judged by the past: see `approvals_of`. A vote asks for a signature only when its seat had a
    key before the vote was recorded. A decision whose file has a mistake of reading is left out:
    that is the cause, and is reported on its own.
    """
    spoilt = {d.place.path for d in repository.problems if d.severity == "error"}
    for decision in repository.graph.of_kind("decision"):
        if decision.place.path in spoilt:
            continue
        approvals = approvals_of(repository, decision, past)
        for approval in approvals:
            if approval.state != "valid":
                yield Diagnostic(
                    "K201",
                    "error",
                    Place(approval.path),
                    f"this approval of {decision.id} does not count: {approval.why}",
                    _NEXT[approval.state],
                    (Related(decision.place, "the decision"),),
                )
        yield from _votes(decision, approvals, past)


def _votes(decision: Element, approvals: tuple[Approval, ...], past: Past) -> Iterator[Diagnostic]:
    signed = {approval.seat: approval for approval in approvals}
    for index, entry in enumerate(decision.items("votes")):
        seat, vote = (entry.get("seat"), entry.get("vote")) if isinstance(entry, dict) else ("", "")
        approval = signed.get(str(seat))
        message = ""
        if vote == "for" and approval is None and _was_keyed(decision, str(seat), past):
            message = f"`{seat}` has a key, and its vote for {decision.id} is not signed"
            help_ = f"have the seat sign; the signature goes to {path_of(decision.id, str(seat))}"
        elif vote in ("against", "abstain") and approval is not None and approval.state == "valid":
            message = f"`{seat}` signed this decision, and its vote is recorded as `{vote}`"
            help_ = "ask the seat what is right; then correct the vote or take the signature out"
        if message:
            place = decision.place_of("votes", index, "vote")
            width = decision.marks.width(place)
            yield Diagnostic("K202", "warning", place, message, help_, width=width)


def _was_keyed(decision: Element, seat: str, past: Past) -> bool:
    """True when the seat had a key before this vote of it was recorded."""
    since = past.keyed_since.get(seat)
    if since is None:
        return False
    for version in past.versions.get(decision.id, ()):
        for entry in version.decision.items("votes"):
            if isinstance(entry, dict) and entry.get("seat") == seat and entry.get("vote") == "for":
                return version.place > since
    return True  # recorded here, and not committed yet
