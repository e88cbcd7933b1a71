"""`labelcharter approvals [DEC-…]`: which seats signed which decision, and whether it counts."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import click

from labelcharter.cli.common import (
    CannotWork,
    element_or_stop,
    format_option,
    print_json,
    repository_here,
    tell,
)
from labelcharter.registry.load import Repository

if TYPE_CHECKING:
    from labelcharter.history.approvals import Approval
    from labelcharter.history.past_approvals import Past
    from labelcharter.reading.diagnostic import Diagnostic


@click.command()
@click.argument("identifier", metavar="[DEC-…]", required=False)
@format_option
def command(identifier: str | None, format_: str) -> None:
    """Say which seats signed a decision, or all of them, and whether each signature counts.

    Judged with the history: by the list of who may sign as it stood before each signature landed.
    Ends with 1 when one does not count.
    """
    from labelcharter.history.approval_findings import approval_findings
    from labelcharter.history.approvals import approvals_of

    repository = repository_here()
    asked = repository.graph.of_kind("decision")
    if identifier is not None:
        asked = (element_or_stop(repository, identifier),)
        if asked[0].kind != "decision":
            raise CannotWork(f"`{asked[0].id}` is no decision, and only decisions are signed")
    past = _past(repository)
    found = [a for decision in asked for a in approvals_of(repository, decision, past)]
    paths = {decision.place.path for decision in asked}
    doubts = [
        d for d in approval_findings(repository, past) if d.code == "K202" and d.place.path in paths
    ]
    if format_ == "json":
        print_json(
            {
                "format_version": 1,
                "head": past.head,
                "approvals": [dataclasses.asdict(approval) for approval in found],
                "votes": [{"place": str(d.place), "message": d.message} for d in doubts],
            }
        )
    else:
        _print_text(found, doubts, identifier)
    sys.exit(1 if any(approval.state != "valid" for approval in found) else 0)


def _past(repository: Repository) -> Past:
    from labelcharter.history import git
    from labelcharter.history.past_approvals import read_past

    assert repository.root is not None  # noqa: S101 - a repository on disk has a root
    try:
        return read_past(repository.root, git.resolve(repository.root, "HEAD"))
    except git.GitFailed as error:
        raise CannotWork(
            f"{error}. Whether an approval counts depends on what was committed before it"
        ) from None


def _print_text(found: list[Approval], doubts: list[Diagnostic], identifier: str | None) -> None:
    if not found:
        click.echo(f"No seat has signed {identifier or 'a decision'}.")
    for approval in found:
        why = f": {approval.why}" if approval.why else ""
        by = f"  {approval.fingerprint}" if approval.fingerprint else ""
        landed = approval.commit[:12] if approval.commit else "not committed"
        tell(f"{approval.decision}  {approval.seat}  {approval.state}{why}{by}  ({landed})")
    for doubt in doubts:
        tell(f"{doubt.place}  {doubt.message}")
