"""`labelcharter schema NAME`: the JSON Schema of a kind or of an output."""

from __future__ import annotations

import click

from labelcharter.cli.common import CannotWork, print_json
from labelcharter.registry.nearest import did_you_mean
from labelcharter.registry.schema_files import NoSuchSchema, schema, schema_names


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema of a kind or of a command's output. Without NAME: their names."""
    if name is None:
        click.echo("\n".join(schema_names()))
        return
    wanted = name.removesuffix(".schema.json")
    if wanted in ("check", "show", "trace", "list", "history", "doctor", "sample-size"):
        wanted = f"output-{wanted}"
    try:
        print_json(schema(wanted))
    except NoSuchSchema:
        near = did_you_mean(name, schema_names())
        raise CannotWork(
            f"there is no schema `{name}`. {near or 'Without a name: all names.'}"
        ) from None
