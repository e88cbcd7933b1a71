"""`labelcharter serve`: the site while it is being edited."""

from __future__ import annotations

from pathlib import Path

import click

from labelcharter.cli.common import CannotWork, say
from labelcharter.registry.load import NoRepository, find_root


@click.command()
@click.option(
    "--address",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to serve it; keep to this machine unless others are meant to look.",
)
@click.option("--without-history", is_flag=True, help="Do not read git; the pages say so.")
def command(address: str, without_history: bool) -> None:
    """Preview the site; a change of a governed file or a page shows within seconds."""
    from labelcharter.site.preview import serve_site
    from labelcharter.site.publish import CannotBuild
    from labelcharter.site.swap import Busy

    try:
        root = find_root(Path.cwd())
    except NoRepository as error:
        raise CannotWork(str(error)) from None
    say(f"http://{address}/ (Ctrl-C ends it)")
    try:
        serve_site(root, address, with_history=not without_history)
    except (CannotBuild, Busy, OSError) as error:
        raise CannotWork(str(error)) from None
