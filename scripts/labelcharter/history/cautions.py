"""What a reader of a history should know before relying on it: what, where, why, what next.

A caution accuses nobody and changes no event. It says that something looks like a mistake which
git cannot settle: an element with another id, an old id with another meaning, a pull that turned
the order of two lines round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from labelcharter.history.events import shown_path
from labelcharter.history.field_changes import sections, word_of
from labelcharter.history.mainline import Landing
from labelcharter.history.versions import Version

CautionKind = Literal[
    "main-pulled-in",  # what had landed before is dated by a merge
    "id-reused",  # the id came back for something else
    "rename-unsaid",  # an id vanished and a new one holds the same
    "id-twice",  # two files hold it
    "former-id-unknown",  # `renamed_from` names what never was
    "paths-alike",  # two paths differ only in capitals
    "stale",  # its file cannot be read: the values are the last good ones
]

REUSED = 0.5  # share of equal fields below which a returned id means something else
RENAMED = 0.75  # share of equal fields from which a new id looks like a renamed one
_FEWEST = 3  # fields of an element that are worth comparing
_CANDIDATES = 20  # new ids that one vanished id is compared with, at most
_NO_FIELDS = frozenset({"id", "renamed_from"})
_PULLED = re.compile(
    r"Merge (?:remote-tracking )?branch '(?:[^'/]+/)?(?:main|master|trunk)'(?: of .+| into .+)?\Z"
)


@dataclass(frozen=True, slots=True)
class Caution:
    """One caution. `id` is "" where it is about a commit or a path, `other` a second id if any.

    `commit` is the one that gave rise to it, or for what still stands the newest one read.
    """

    kind: CautionKind
    commit: str
    id: str
    path: str
    what: str
    why: str
    next: str
    other: str = ""


def caution_data(caution: Caution) -> dict[str, Any]:
    """The caution as `output-history.schema.json` describes it."""
    names = ("kind", "commit", "id", "path", "what", "why", "next")
    return {name: getattr(caution, name) for name in names}


def pulled_main(landing: Landing) -> Iterator[Caution]:
    """A merge of the main branch on the main line: a pull, or a branch that became the main one."""
    if landing.is_merge and _PULLED.match(landing.commit.subject):
        yield Caution(
            "main-pulled-in",
            landing.commit.commit,
            "",
            "",
            f"this commit merges the main branch into another: “{landing.commit.subject}”",
            "what had landed on the main branch before is dated by this merge here, and the "
            "other branch's commits seem to have landed earlier than they did",
            "go by the dates of the branch commits; to prevent it, pull with "
            "`git pull --rebase` and let the forge merge",
        )


def reused(
    landing: Landing, identifier: str, path: str, old: Version, new: Version
) -> Iterator[Caution]:
    """An id that came back with more than half of its fields changed."""
    share, fields = _equal(old, new)
    if fields and share < REUSED:
        yield Caution(
            "id-reused",
            landing.commit.commit,
            identifier,
            shown_path(path),
            f"`{identifier}` came back with {1 - share:.0%} of its fields changed",
            "whoever finds this id in an older table or decision reads another meaning into it",
            "if it means something else now, give it an id of its own and restore the old one as "
            "retired",
        )


def unknown_former_id(landing: Landing, identifier: str, path: str, former: str) -> Caution:
    """An element that names, for the first time, a former id that no element ever bore."""
    return Caution(
        "former-id-unknown",
        landing.commit.commit,
        identifier,
        shown_path(path),
        f"`{identifier}` names `{former}` in `renamed_from`, and no element bore that id on this "
        "line",
        "its past cannot be joined to anything",
        "correct the id, or take it out of `renamed_from`",
        former,
    )


def unsaid_renames(
    landing: Landing, gone: Mapping[str, Version], came: Mapping[str, tuple[str, Version]]
) -> Iterator[Caution]:
    """Ids that vanished while a new one with three quarters of the same fields came.

    `came`: id -> (path, version). Each vanished id is compared with the few new ones that share
    its rarest fields, so a commit of thousands costs no more than its length.
    """
    if not gone or not came:
        return
    holders: dict[tuple[str, str], list[str]] = {}
    for identifier, (_, version) in came.items():
        for token in _tokens(version):
            holders.setdefault(token, []).append(identifier)
    for identifier in sorted(gone):
        version = gone[identifier]
        tokens = sorted(_tokens(version), key=lambda token: len(holders.get(token, ())))
        near: dict[str, None] = {}
        for token in tokens[: len(tokens) // 4 + 1]:  # one of these is equal, if 75 % are
            near.update(dict.fromkeys(holders.get(token, ())[:_CANDIDATES]))
        shares = {
            other: _equal(version, came[other][1])[0]
            for other in list(near)[:_CANDIDATES]
            if came[other][1].kind == version.kind
        }
        best = max(shares, key=lambda other: (shares[other], other), default=None)
        if best is not None and len(tokens) >= _FEWEST and shares[best] >= RENAMED:
            yield Caution(
                "rename-unsaid",
                landing.commit.commit,
                best,
                shown_path(came[best][0]),
                f"`{identifier}` vanished and `{best}` came in the same commit, with "
                f"{shares[best]:.0%} of its fields equal",
                "if it is the same under a new id, its history is cut in two, and old tables no "
                "longer find it",
                f"if it was renamed, write `renamed_from: {identifier}` into `{best}`; if not, "
                f"restore `{identifier}` as retired",
                identifier,
            )


def _tokens(version: Version) -> list[tuple[str, str]]:
    fields = [(n, word_of(v)) for n, v in version.data.items() if n not in _NO_FIELDS]
    return fields + [(f"body: {t}", text) for t, text in sections(version.body).items() if text]


def _equal(old: Version, new: Version) -> tuple[float, int]:
    """The share of fields and sections that are equal, and how many there are in all."""
    before, after = dict(_tokens(old)), dict(_tokens(new))
    names = before.keys() | after.keys()
    same = sum(before.get(name) == after.get(name) for name in names)
    return (same / len(names) if names else 1.0), len(names)
