"""The one command, `labelcharter`: a table of subcommands, each imported only when it is called."""

from __future__ import annotations

import os
import sys

import click

from labelcharter import __version__
from labelcharter.cli.lazy import LazyGroup

# In the order of a first acquaintance: look, ask, follow, audit, plan, publish.
COMMANDS = {
    "check": ("labelcharter.cli.check", "Find every mistake in the repository, with its place."),
    "explain": (
        "labelcharter.cli.explain",
        "Say why a rule exists, with a bad and a good example.",
    ),
    "list": ("labelcharter.cli.list_elements", "List the elements of one kind."),
    "show": ("labelcharter.cli.show", "Show one element, its fields and its links both ways."),
    "trace": ("labelcharter.cli.trace", "Follow an element along the chain, in both directions."),
    "history": (
        "labelcharter.cli.history",
        "Show what changed in an element, when and by which decision.",
    ),
    "blame": (
        "labelcharter.cli.blame",
        "Show which commit and decision each part of an element comes from.",
    ),
    "as-of": ("labelcharter.cli.as_of", "Show every element as it stood at a date or a commit."),
    "changelog": (
        "labelcharter.cli.changelog",
        "Show what changed between two dates, commits or versions.",
    ),
    "decision-text": (
        "labelcharter.cli.decision_text",
        "Print the text of a decision that a seat signs.",
    ),
    "approvals": (
        "labelcharter.cli.approvals",
        "Say which seats signed a decision, and whether it counts.",
    ),
    "audit": ("labelcharter.cli.audit", "Audit annotation tables: `audit table`, `audit run`."),
    "attack": (
        "labelcharter.cli.attack",
        "Try to work out what published records, or a built site, hide.",
    ),
    "sample-size": (
        "labelcharter.cli.sample_size",
        "Say how many annotators and items a comparison of groups needs.",
    ),
    "build": ("labelcharter.cli.build", "Build the site."),
    "serve": ("labelcharter.cli.serve", "Preview the site while you edit."),
    "schema": (
        "labelcharter.cli.schema",
        "Print the JSON Schema of a kind or of a command's output.",
    ),
    "evidence": (
        "labelcharter.cli.evidence",
        "Pack all that hangs on an element, for an outside auditor.",
    ),
    "verify": (
        "labelcharter.cli.verify",
        "Check such a package: is it authentic, do its figures come out again?",
    ),
    "doctor": (
        "labelcharter.cli.doctor",
        "Say whether this machine and this clone are fit for the work.",
    ),
}


@click.group(
    cls=LazyGroup,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="labelcharter")
def cli() -> None:
    """Labeling guidelines, fairness objectives and decisions in one git repository.

    Checked, audited, explained, published.

    Exit status: 0 fine, 1 findings, 2 the tool could not do its work.
    """


def main() -> None:
    """Run the command; whatever goes wrong ends in a sentence and exit status 2."""
    try:
        # Outside its own mode click returns the status of an Exit instead of raising it.
        sys.exit(cli(standalone_mode=False) or 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - a traceback must not reach a user
        _explain(error)
        sys.exit(2)


def _explain(error: Exception) -> None:
    """Say in a sentence what went wrong; a fault of our own is one too."""
    from labelcharter.cli.common import CannotWork

    if isinstance(error, CannotWork):
        click.echo(f"labelcharter: {error}", err=True)
        return
    if os.environ.get("LABELCHARTER_DEBUG"):
        raise error
    click.echo(
        f"labelcharter: a fault of the tool itself ({type(error).__name__}: {error}).\n"
        "Nothing was changed. Please report it with the command you gave; "
        "LABELCHARTER_DEBUG=1 prints where it happened.",
        err=True,
    )
