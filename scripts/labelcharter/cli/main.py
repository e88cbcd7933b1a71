"""The one command, `labelcharter`: a table of subcommands, each imported only when it is called."""

from __future__ import annotations

import importlib
import os
import sys

import click

from labelcharter import __version__

# In the order of a first acquaintance: look, ask, follow, audit, publish.
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
    "audit": ("labelcharter.cli.audit", "Audit annotation tables: `audit table`, `audit run`."),
    "build": ("labelcharter.cli.build", "Build the site."),
    "serve": ("labelcharter.cli.serve", "Preview the site while you edit."),
    "schema": (
        "labelcharter.cli.schema",
        "Print the JSON Schema of a kind or of a command's output.",
    ),
    "doctor": (
        "labelcharter.cli.doctor",
        "Say whether this machine and this clone are fit for the work.",
    ),
}


class _Lazy(click.Group):
    """A group that imports a subcommand only to run it, so that `--help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from labelcharter.registry.nearest import did_you_mean

            meant = did_you_mean(args[0], COMMANDS)
            known = ", ".join(COMMANDS)
            raise click.UsageError(
                f"There is no command `{args[0]}`. {meant or f'Commands: {known}.'}", ctx
            ) from None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="labelcharter")
def cli() -> None:
    """Labeling guidelines, fairness objectives and decisions in one git repository.

    Checked, audited, explained, published.

    Exit status: 0 fine, 1 findings, 2 the tool could not do its work.
    """


def main() -> None:
    """Run the command; whatever goes wrong ends in a sentence and exit status 2."""
    from labelcharter.cli.common import CannotWork

    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except CannotWork as error:
        click.echo(f"labelcharter: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("LABELCHARTER_DEBUG"):
            raise
        click.echo(
            f"labelcharter: a fault of the tool itself ({type(error).__name__}: {error}).\n"
            "Nothing was changed. Please report it with the command you gave; "
            "LABELCHARTER_DEBUG=1 prints where it happened.",
            err=True,
        )
        sys.exit(2)
