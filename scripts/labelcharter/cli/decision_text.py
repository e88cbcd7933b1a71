"""`labelcharter decision-text DEC-…`: exactly what a seat signs, to be read and piped on."""

from __future__ import annotations

import click

from labelcharter.cli.common import CannotWork, element_or_stop, repository_here, say


@click.command()
@click.argument("identifier", metavar="DEC-…")
def command(identifier: str) -> None:
    """Print the text of a decision that a seat signs: what is decided, without the votes.

    Read it, then pipe it into `ssh-keygen -Y sign -n labelcharter-decision -f KEY`. The page
    `signing` of the handbook has the whole line.
    """
    from labelcharter.history.approvals import path_of
    from labelcharter.history.decision_text import decision_text

    repository = repository_here()
    decision = element_or_stop(repository, identifier)
    if decision.kind != "decision":
        raise CannotWork(f"`{decision.id}` is no decision, and only decisions are signed")
    path = decision.place.path
    faults = [d for d in repository.problems if d.place.path == path and d.severity == "error"]
    if faults:
        raise CannotWork(
            f"{faults[0].place}: {faults[0].message}. Mend that first: what is read from this file "
            "is not certain, so nobody should sign it"
        )
    click.echo(decision_text(decision), nl=False)
    options = decision.items("options")
    if not any(isinstance(option, dict) and option.get("chosen") is True for option in options):
        say("No option is marked `chosen: true` yet. Marking one later voids what is signed now.")
    say(f"A seat's signature of this text belongs in {path_of(decision.id, 'SEAT')}")
