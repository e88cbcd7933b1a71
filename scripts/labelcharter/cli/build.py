"""`labelcharter build`: the whole site, or the old one untouched."""

from __future__ import annotations

from pathlib import Path

import click

from labelcharter.cli.common import CannotWork, say
from labelcharter.cli.site_progress import telling
from labelcharter.registry.load import NoRepository, find_root


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that becomes the site; default: site/ in the repository.",
)
@click.option(
    "--strict/--no-strict",
    default=True,
    show_default=True,
    help="Refuse a site with a broken link or anything loaded from elsewhere.",
)
@click.option("--without-history", is_flag=True, help="Do not read git; the pages say so.")
@click.option(
    "--as-of",
    "as_of",
    metavar="DATE|REF",
    help="The site as it was at the end of a day (UTC, by landing), or at a commit.",
)
@click.option("--no-progress", is_flag=True, help="Say nothing until it is done.")
def command(
    out: Path | None,
    strict: bool,
    without_history: bool,
    as_of: str | None,
    no_progress: bool,
) -> None:
    """Build the site into site/: pages, charts, search and a JSON of everything.

    A build that fails leaves the site of the last one as it was. With --as-of every page says what
    state it shows, and its history ends there.
    """
    from labelcharter.site.publish import CannotBuild, build_site
    from labelcharter.site.swap import Busy

    try:
        root = find_root(Path.cwd())
    except NoRepository as error:
        raise CannotWork(str(error)) from None
    remarks = [] if without_history else _history_remarks(root, out or root / "site")
    with telling(quiet=no_progress) as progress:
        try:
            built = build_site(
                root,
                out or root / "site",
                strict=strict,
                with_history=not without_history,
                as_of=as_of,
                progress=progress,
            )
        except (CannotBuild, Busy) as error:
            raise CannotWork(str(error)) from None
    for note in (*built.notes, *remarks):
        say(f"warning: {note}")
    shown = built.out.relative_to(root) if built.out.is_relative_to(root) else built.out
    click.echo(
        f"{shown}/index.html: {built.pages} pages, {built.size / 1e6:.1f} MB, {built.seconds:.1f} s"
    )


def _history_remarks(root: Path, out: Path) -> list[str]:
    """What the rules of history find, the site that is about to be replaced among its witnesses.

    A build for oneself, after an amended commit, is no publication: so it is said, and
    `check --history` is what refuses.
    """
    from labelcharter.checks.history import RULES
    from labelcharter.checks.rule import Context
    from labelcharter.cli.check_history import past_or_stop
    from labelcharter.registry.load import load_repository
    from labelcharter.site.addresses import API_HISTORY

    shown = out / API_HISTORY
    try:
        repository = load_repository(root)
        past = past_or_stop(repository, shown if shown.is_file() else None)
    except CannotWork:
        return []  # the pages themselves say that there is no history, and why
    context = Context(repository, past=past)
    found = (d for rule in RULES if rule.check is not None for d in rule.check(context))
    return [f"{d.place.path}:{d.place.line}: {d.message} ({d.code})" for d in found]
