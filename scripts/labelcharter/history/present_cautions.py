"""Cautions about the state that a history ends in: what stands now and cannot be relied on."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.history.cautions import Caution
from labelcharter.history.events import shown_path
from labelcharter.history.happenings import former_ids
from labelcharter.history.ledger import Ledger


def all_cautions(ledger: Ledger, commit: str) -> tuple[Caution, ...]:
    """What happened on the way, oldest first, then what stands at `commit`.

    A rename that was owned up to later is no longer asked for.
    """
    owned = {(new, old) for new, olds in ledger.former.items() for old, _ in olds}
    return (
        *(c for c in ledger.cautions if c.kind != "rename-unsaid" or (c.id, c.other) not in owned),
        *_stale(ledger, commit),
        *_twice(ledger, commit),
        *_unknown_former_ids(ledger, commit),
        *_paths_alike(ledger, commit),
    )


def _stale(ledger: Ledger, commit: str) -> Iterator[Caution]:
    for path, reason in sorted(ledger.broken.items()):
        for identifier in ledger.files.get(path, ()):
            if ledger.home.get(identifier) == path:
                yield Caution(
                    "stale",
                    commit,
                    identifier,
                    shown_path(path),
                    f"the file of `{identifier}` cannot be read: {reason}",
                    "the values shown are the last good ones; what the file was meant to say since "
                    "is not known",
                    "mend the file; the next readable version is compared with these values",
                )


def _twice(ledger: Ledger, commit: str) -> Iterator[Caution]:
    for identifier, holders in sorted(ledger.holders.items()):
        if len(holders) > 1:
            paths = sorted(map(shown_path, holders))
            home = shown_path(ledger.home[identifier])
            yield Caution(
                "id-twice",
                commit,
                identifier,
                home,
                f"`{identifier}` stands in {len(paths)} files: {', '.join(paths)}",
                f"one id must mean one thing; what {home} says is shown until it is taken out",
                "keep one of them, or give the other an id of its own",
            )


def _unknown_former_ids(ledger: Ledger, commit: str) -> Iterator[Caution]:
    for identifier, home in sorted(ledger.home.items()):
        for former in former_ids(ledger.last[identifier]):
            if former not in ledger.last:
                yield Caution(
                    "former-id-unknown",
                    commit,
                    identifier,
                    shown_path(home),
                    f"`{identifier}` names `{former}` in `renamed_from`, and no element ever bore "
                    "that id on this line",
                    "its past cannot be joined to anything",
                    "correct the id, or take it out of `renamed_from`",
                    former,
                )


def _paths_alike(ledger: Ledger, commit: str) -> Iterator[Caution]:
    alike: dict[str, list[str]] = {}
    for path in sorted(ledger.files):
        alike.setdefault(path.casefold(), []).append(path)
    for first, *others in alike.values():
        for path in others:
            yield Caution(
                "paths-alike",
                commit,
                "",
                shown_path(path),
                f"{shown_path(first)} and {shown_path(path)} differ only in capitals",
                "where capitals do not tell files apart (Windows, macOS), one of them overwrites "
                "the other",
                "give one of them another name",
            )
