"""`labelcharter audit …`: tables and defined audits."""

from __future__ import annotations

import click

from labelcharter.cli.lazy import LazyGroup

COMMANDS = {
    "table": (
        "labelcharter.cli.audit_table",
        "Audit any annotation table, without configuration.",
    ),
    "counts": (
        "labelcharter.cli.audit_counts",
        "Audit a table of counts per category, as Local Law 144 has them.",
    ),
    "run": (
        "labelcharter.cli.audit_run",
        "Run an audit that the repository defines; write its record.",
    ),
    "findings": (
        "labelcharter.cli.audit_findings",
        "Say which breaches are open, resolved or unanswered by the newest records.",
    ),
    "verify": (
        "labelcharter.cli.audit_verify",
        "Compute a record again from its table and compare every figure.",
    ),
}


@click.group("audit", cls=LazyGroup, modules=COMMANDS)
def command() -> None:
    """Audit annotation tables."""
