"""What the signature of a commit is worth: judged by the list of signers of its parent.

A commit is signed over everything else that it holds: its files, its parents, both names and both
times, the message. So a good signature also binds what is otherwise a claim. It is judged by the
list of who may sign as it stood *before* the commit. The key must have been valid at the time
that the commit gives, and at the latest time that the mainline had reached by then: whoever holds
an old key can set the clock back, but not the clocks of what has landed since.

`judge` reads all commits with one question to git, and all versions of the list with two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from labelcharter.history import git
from labelcharter.history.commits import Signature, time_of
from labelcharter.history.signers import NOBODY, signed_by
from labelcharter.reading.allowed_signers import SIGNERS_FILE, AllowedSigners, read_signers
from labelcharter.reading.characters import LARGEST_FILE

PURPOSE = "git"
PGP = (b"-----BEGIN PGP SIGNATURE-----", b"-----BEGIN PGP MESSAGE-----")
X509 = b"-----BEGIN SIGNED MESSAGE-----"
_LONG_AGO = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdict on one commit (or tag).

    `seat` and `fingerprint` are empty where no seat or no key is known. `why` says in words what is
    wrong, or by whose list it was judged; empty for "none" and a plain "good". `list_blob`: the
    version of the list that it was judged by, None where there was none. `own_list`: it began the
    history, so only the list that it brought itself could be asked.
    """

    signature: Signature
    seat: str = ""
    fingerprint: str = ""
    why: str = ""
    list_blob: str | None = None
    own_list: bool = False


# What is already known: (commit, version of the list) -> its standing, which never changes.
Known = Mapping[tuple[str, str | None], Standing]

_NOTHING_KNOWN: Known = MappingProxyType({})


def judge(
    root: Path,
    line: Iterable[tuple[str, str | None, int]],
    known: Known = _NOTHING_KNOWN,
    reached: int = _LONG_AGO,
) -> Mapping[str, Standing]:
    """The standing of each commit: hash -> verdict. Raises GitFailed.

    `line`: (commit, its first parent or None, committer seconds), oldest first, as `first_parents`
    gives them. `known`: verdicts of an earlier call, which are taken over without asking again;
    key them by `(commit, standing.list_blob)`. `reached`: the latest time of the mainline before
    this part of it.
    """
    parents: dict[str, str | None] = {}
    latest: dict[str, int] = {}
    for commit, parent, seconds in line:
        reached = max(reached, _seconds(time_of(b"%d" % seconds)))
        parents[commit], latest[commit] = parent, reached
    asked = list(dict.fromkeys(parent or commit for commit, parent in parents.items()))
    lists = git.blobs_at(root, asked, SIGNERS_FILE)
    blob_of = {commit: lists.get(parent or commit) for commit, parent in parents.items()}
    found = {c: known[c, blob] for c, blob in blob_of.items() if (c, blob) in known}
    new = [commit for commit in parents if commit not in found]
    signers = read_lists(root, {b for c in new if (b := blob_of[c]) is not None})
    for commit, content in git.contents(root, new, git.sizes(root, new)) if new else ():
        blob = blob_of[commit]
        found[commit] = standing_of(
            commit,
            content,
            blob,
            signers.get(blob or "", NOBODY),
            reached=latest[commit],
            began=parents[commit] is None,
        )
    return MappingProxyType({commit: found[commit] for commit in parents})


def read_lists(root: Path, blobs: Iterable[str]) -> dict[str, AllowedSigners]:
    """The lists of signers in these blobs; one that is too large lets nobody sign."""
    names = sorted(set(blobs))
    size = git.sizes(root, names) if names else {}
    wanted = [name for name in names if size[name] <= LARGEST_FILE]
    found = git.contents(root, wanted, size) if wanted else ()
    return {name: read_signers(data) for name, data in found}


def standing_of(
    commit: str,
    content: bytes,
    list_blob: str | None,
    signers: AllowedSigners,
    *,
    reached: int = _LONG_AGO,
    began: bool = False,
) -> Standing:
    """Judge the content of one commit by one list. Pure; never raises.

    The answer depends on (`commit`, `list_blob`) alone: they are fingerprints of content and list,
    and the time that the mainline had `reached` follows from the commits before.
    """
    payload, armoured = unsigned(content, sha256=len(commit) == 64)
    if not armoured:
        return Standing("none", list_blob=list_blob, own_list=began)
    own = _seconds(_committer_time(payload))
    times = (own, max(own, reached))
    return standing(payload, armoured, times, list_blob, signers, began)


def unsigned(content: bytes, *, sha256: bool = False) -> tuple[bytes, bytes]:
    """(what was signed, the signature) of a commit; the signature is b"" when there is none.

    A repository of either kind of hash has a header of its own. Both are left out of what is
    signed, so that a repository can be turned from one kind into the other.
    """
    head, blank, message = content.partition(b"\n\n")
    ours = b"gpgsig-sha256" if sha256 else b"gpgsig"
    kept, armour = [], []
    inside = b""
    for row in head.split(b"\n"):
        name, _, value = row.partition(b" ")
        if name:
            inside = name if name in (b"gpgsig", b"gpgsig-sha256") else b""
        if not inside:
            kept.append(row)
        elif inside == ours:
            armour.append(value if name else row[1:])
    text = b"\n".join(armour)
    return b"\n".join(kept) + blank + message, text + b"\n" if text else b""


def standing(
    payload: bytes,
    armoured: bytes,
    times: tuple[int, ...],
    list_blob: str | None,
    signers: AllowedSigners,
    began: bool = False,
) -> Standing:
    """Judge a signature of `payload` made for git, by one list and at these times."""
    other = _not_ssh(armoured)
    if other:
        why = f"it is a signature of {other}, which is not checked here"
        return Standing("not-checked", why=why, list_blob=list_blob, own_list=began)
    signed = signed_by(armoured, payload, PURPOSE, signers, times)
    why = signed.why
    if signed.standing == "unknown-key" and list_blob is None:
        why = "there was no list of who may sign"
    elif signed.standing == "good" and began:
        why = "judged by the list that this very commit brought, since nothing stood before it"
    return Standing(signed.standing, signed.seat, signed.fingerprint, why, list_blob, began)


def _committer_time(payload: bytes) -> datetime:
    """As `read_commit` reads it, without reading the rest of the commit."""
    head = b"\n" + payload.partition(b"\n\n")[0]
    line = head.partition(b"\ncommitter ")[2].partition(b"\n")[0]
    return time_of(line.rpartition(b">")[2].strip())


def in_words(judged: Standing) -> str:
    """The verdict as a page or a terminal says it, such as "signed by seat.legal"."""
    of = f" of {judged.seat}" if judged.seat else ""
    said = {
        "none": "not signed",
        "present": "signed (not checked)",
        "good": f"signed by {judged.seat}",
        "unknown-key": "signed with a key that counts for nobody",
        "bad": f"signature{of} does not hold",
        "expired": f"signed with a key{of} that was not valid then",
        "not-checked": "signed (not checked)",
    }[judged.signature]
    return f"{said}: {judged.why}" if judged.why else said


def _seconds(time: datetime) -> int:
    return int(time.timestamp())


def _not_ssh(armoured: bytes) -> str:
    if armoured.startswith(PGP):
        return "PGP"
    return "X.509" if armoured.startswith(X509) else ""
