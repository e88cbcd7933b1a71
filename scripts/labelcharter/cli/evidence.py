"""`labelcharter evidence ID`: all that an outside auditor needs, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from labelcharter.cli.common import (
    CannotWork,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
    say,
)

if TYPE_CHECKING:
    from labelcharter.history.evidence import Sources

_FORMAT_VERSION = 1


@click.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The package to write; default: evidence-ID.tar here.",
)
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="KEY",
    help="Sign it with this private ssh key (its file).",
)
@format_option
def command(identifier: str, out: Path | None, key: Path | None, format_: str) -> None:
    """Pack everything that hangs on an element, so that an outsider can check it.

    A decision, an audit, a record, a finding or anything else: its chain, the whole history as a
    git bundle, the ledger of all changes, every audit due, and how to check it all by hand.

    Only what is committed goes in. `labelcharter verify FILE` is the other half.
    """
    from labelcharter.history import archive, ssh_keygen
    from labelcharter.history.evidence import (
        MANIFEST,
        NAMESPACE,
        SIGNATURE,
        NotInHistory,
        evidence,
        read_sources,
    )
    from labelcharter.history.git import GitFailed

    repository = repository_here()
    assert repository.root is not None  # noqa: S101 - a repository on disk has a root
    try:
        sources = read_sources(repository.root)
        if identifier not in sources.history.events:
            element_or_stop(sources.repository, identifier)
        files = evidence(sources, identifier)
        if key is not None:
            files[SIGNATURE] = ssh_keygen.sign(files[MANIFEST], key, NAMESPACE)
    except (GitFailed, NotInHistory, ssh_keygen.CannotSign) as error:
        raise CannotWork(str(error)) from None
    _mention_uncommitted(sources)
    folder = f"evidence-{identifier}"
    target = out or Path(f"{folder}.tar")
    _write(target, archive.packed(files, folder, int(sources.time.timestamp())))
    if format_ == "json":
        print_json(
            {
                "format_version": _FORMAT_VERSION,
                "file": str(target),
                "subject": identifier,
                "head": sources.head,
                "ledger_root": sources.ledger.root,
                "events": sources.ledger.events,
                "files": len(files),
                "signed": key is not None,
            }
        )
        return
    click.echo(f"{target}: {len(files)} files about {identifier}, {sources.ledger.events:,} events")
    click.echo(f"  head        {sources.head}\n  ledger root {sources.ledger.root}")
    click.echo(f"Check it anywhere with `labelcharter verify {target}`.")
    if key is None:
        say("It is not signed: whoever passes it on could replace it whole. See --sign.")


def _write(target: Path, content: bytes) -> None:
    """Write the package whole, or leave what was there."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CannotWork(f"{target} cannot be written ({error.strerror})") from None


def _mention_uncommitted(sources: Sources) -> None:
    present = repository_here().graph.elements
    changed = sum(not sources.history.is_committed(element) for element in present.values())
    if changed:
        say(f"{changed} elements differ here from what is committed; that is not in the package.")
