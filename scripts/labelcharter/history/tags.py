"""What the signatures of annotated tags are worth: a release is a tag that a seat signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from labelcharter.history import git
from labelcharter.history.commits import time_of
from labelcharter.history.signers import NOBODY
from labelcharter.history.ssh_signature import BEGIN
from labelcharter.history.standing import PGP, X509, Standing, read_lists, standing, unsigned
from labelcharter.reading.allowed_signers import SIGNERS_FILE, AllowedSigners
from labelcharter.reading.characters import LARGEST_FILE

_TARGET = re.compile(rb"object ([0-9a-f]{40}|[0-9a-f]{64})\ntype commit\n")


@dataclass(frozen=True, slots=True)
class TaggedCommit:
    """An annotated tag: the commit that it names (None: no commit), and what it is worth."""

    commit: str | None
    standing: Standing


def judge_tags(root: Path) -> Mapping[str, TaggedCommit]:
    """Each annotated tag of this clone: name -> verdict. Raises GitFailed.

    A tag is judged by the list of who may sign in the commit that it names: it is made after it.
    """
    tags = git.tag_objects(root)
    objects = sorted(set(tags.values()))
    size = git.sizes(root, objects) if objects else {}
    wanted = [name for name in objects if size[name] <= LARGEST_FILE]
    content = dict(git.contents(root, wanted, size)) if wanted else {}
    target = {name: target_of(data) for name, data in content.items()}
    commits = sorted({commit for commit in target.values() if commit is not None})
    blobs = git.blobs_at(root, commits, SIGNERS_FILE)
    lists = read_lists(root, blobs.values())
    found = {}
    for name, object_ in tags.items():
        commit = target.get(object_)
        blob = blobs.get(commit or "")
        data = content.get(object_, b"")
        judged = standing_of_tag(name, data, blob, lists.get(blob or "", NOBODY))
        found[name] = TaggedCommit(commit, judged)
    return MappingProxyType(found)


def target_of(content: bytes) -> str | None:
    """The commit that a tag names; None for a tag of anything else."""
    match = _TARGET.match(content)
    return match[1].decode("ascii") if match else None


def standing_of_tag(
    name: str, content: bytes, list_blob: str | None, signers: AllowedSigners
) -> Standing:
    """Judge the content of one tag, whose signature ends its message. Pure; never raises.

    The name inside must be the one that it goes by: a signed tag can be given another name.
    """
    payload, armoured = content, b""
    at = max(content.rfind(b"\n" + mark) for mark in (BEGIN, *PGP, X509)) + 1
    if at:
        payload, armoured = content[:at], content[at:]
    target = target_of(content)
    if target is not None and len(target) == 64:
        payload, _ = unsigned(payload, sha256=True)
    if not armoured:
        return Standing("none", list_blob=list_blob)
    fields = {
        field: value
        for row in reversed(payload.partition(b"\n\n")[0].split(b"\n"))
        for field, _, value in [row.partition(b" ")]
    }
    made = time_of(fields.get(b"tagger", b"").rpartition(b">")[2].strip())
    judged = standing(payload, armoured, (int(made.timestamp()),), list_blob, signers)
    inside = fields.get(b"tag", b"").decode("utf-8", "backslashreplace")
    if judged.signature == "good" and inside != name:
        return replace(judged, signature="bad", why="it was signed under another name")
    return judged
