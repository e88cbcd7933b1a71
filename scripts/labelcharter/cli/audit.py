"""`labelcharter audit …`: tables and defined audits."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "table": ("labelcharter.cli.audit_table", "Audit any annotation table, without configuration."),
    "run": (
        "labelcharter.cli.audit_run",
        "Run an audit that the repository defines; write its record.",
    ),
}


class _Lazy(click.Group):
    """Imports `table` and `run`, and with them pandas, only to run them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])


@click.group("audit", cls=_Lazy)
def command() -> None:
    """Audit annotation tables."""
