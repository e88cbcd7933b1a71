"""`labelcharter trace ID`: the chain through one element."""

from __future__ import annotations

import dataclasses

import click

from labelcharter.cli.common import (
    as_of_option,
    element_or_stop,
    format_option,
    print_json,
    repository_asked,
    tell,
)
from labelcharter.reading.printable import visible
from labelcharter.registry.chain import Link, chain_of
from labelcharter.registry.kinds import KINDS


@click.command()
@click.argument("identifier", metavar="ID")
@as_of_option
@format_option
def command(identifier: str, as_of: str | None, format_: str) -> None:
    """Follow an element along the chain, from the law and the objective to the measured effect."""
    repository, asked = repository_asked(as_of)
    element = element_or_stop(repository, identifier)
    chain = chain_of(repository.graph, element.id)
    if format_ == "json":
        print_json({"format_version": 1, **asked, **dataclasses.asdict(chain)})
        return
    _section("Before", chain.upstream)
    kind = KINDS[element.kind].title.lower()
    click.echo(click.style(f"=> {element.id}  {visible(element.title)} ({kind})", bold=True))
    _section("After", chain.downstream)
    _section("Around", chain.around)


def _section(heading: str, links: tuple[Link, ...]) -> None:
    if not links:
        return
    click.echo(f"{heading}:")
    kind = ""
    for link in links:
        if link.kind != kind:
            kind = link.kind
            click.echo(f"  {KINDS[kind].plural}")
        tell(f"    {link.id}  {link.title}  (via {link.via})")
