"""Cautions about the state that a history ends in: what stands now and cannot be relied on."""

from __future__ import annotations

from collections.abc import Iterator

from labelcharter.history.cautions import Caution
from labelcharter.history.events import shown_path
from labelcharter.history.happenings import former_ids
from labelcharter.history.ledger import Ledger


def all_cautions(ledger: Ledger, commit: str) -> tuple[Caution, ...]:
    """What happened on the way, oldest first, then what stands at `commit`.

    What was put right later is left out: a rename that was owned up to, a former id that was
    corrected.
    """
    owned = {(new, old) for new, olds in ledger.former.items() for old, _ in olds}
    return (
        *(caution for caution in ledger.cautions if _still_holds(ledger, owned, caution)),
        *_stale(ledger, commit),
        *_twice(ledger, commit),
        *_paths_alike(ledger, commit),
    )


def _still_holds(ledger: Ledger, owned: set[tuple[str, str]], caution: Caution) -> bool:
    if caution.kind == "rename-unsaid":
        return (caution.id, caution.other) not in owned
    if caution.kind == "former-id-unknown":
        unknown = caution.id in ledger.home and caution.other not in ledger.last
        return unknown and caution.other in former_ids(ledger.last[caution.id])
    return True


def _stale(ledger: Ledger, commit: str) -> Iterator[Caution]:
    for path, reason in sorted(ledger.broken.items()):
        for identifier in sorted(ledger.files.get(path, ())):
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


def _paths_alike(ledger: Ledger, commit: str) -> Iterator[Caution]:
    alike: dict[str, list[str]] = {}
    for path in sorted(path for path, held in ledger.files.items() if held):
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
