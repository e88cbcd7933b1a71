"""When a decision was accepted, and whether the commit that did it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labelcharter.history import git, ssh_keygen
from labelcharter.history.commits import read_commit
from labelcharter.history.events import Event

_SIGNATURES = (b"gpgsig", b"gpgsig-sha256")


def accepted_in(events: Sequence[Event]) -> Event | None:
    """The first event, of a timeline newest first, after which the decision was accepted."""
    for event in reversed(events):
        if any(c.field == "status" and c.new == "accepted" for c in event.changes):
            return event
    return None


def signed_by(root: Path, commit: str, signers: bytes) -> ssh_keygen.SignedBy | None:
    """Whose ssh signature a commit bears by this list; None where it has no such signature.

    Raises GitFailed, CannotSign.
    """
    name = git.full_hash(commit)
    content = next(content for _, content in git.contents(root, [name], git.sizes(root, [name])))
    payload, signature = _parted(content)
    if not signature.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        return None
    at = read_commit(name, content).committer.time
    return ssh_keygen.verify(payload, signature, "git", signers, at)


def _parted(content: bytes) -> tuple[bytes, bytes]:
    """The commit as it was signed, and its signature (b"" when there is none)."""
    head, blank, message = content.partition(b"\n\n")
    kept: list[bytes] = []
    signature: list[bytes] = []
    inside = False
    for line in head.split(b"\n"):
        if line.startswith(b" ") and inside:
            signature.append(line[1:])
            continue
        name, _, value = line.partition(b" ")
        inside = name in _SIGNATURES
        (signature if inside else kept).append(value if inside else line)
    return b"\n".join(kept) + blank + message, b"\n".join(signature) + b"\n" if signature else b""
