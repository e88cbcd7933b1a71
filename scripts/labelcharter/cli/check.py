"""`labelcharter check`: every mistake, with its place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import click

from labelcharter.cli.common import CannotWork, colour_wanted, repository_here, say, today
from labelcharter.reading.diagnostic import Diagnostic, Severity


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    default="full",
    show_default=True,
    type=click.Choice(["full", "concise", "json", "github", "gitlab", "sarif"]),
)
@click.option(
    "--select", multiple=True, metavar="CODES", help="Only these codes or families: G304, G3, S."
)
@click.option("--ignore", multiple=True, metavar="CODES", help="All but these codes or families.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    default="error",
    show_default=True,
    help="Exit 1 when something at least this severe is found.",
)
@click.option(
    "--as-of", metavar="DATE", help="The day to check dates for; default: the last commit's."
)
@click.option(
    "--history", is_flag=True, help="Also read git: altered decisions, rewritten history, and more."
)
@click.option(
    "--published",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The history.json of the published site: its commit must still be there (with --history).",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
def command(  # noqa: PLR0913, PLR0917 - the options are a published contract
    paths: tuple[Path, ...],
    format_: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    as_of: str | None,
    history: bool,
    published: Path | None,
    watch: bool,
) -> None:
    """Find every mistake in the repository, with its place.

    With PATHS, the whole repository is read (references go everywhere), and only what is found in
    those files or folders is shown.
    """
    from labelcharter.checks.run import at_or_above

    if published is not None and not history:
        raise CannotWork("--published is compared with the history: add --history")
    codes = (_codes(select), _codes(ignore))
    found = _once(paths, format_, codes, as_of, history=history, published=published)
    if watch:
        _watch(lambda: _once(paths, format_, codes, as_of, history=history, published=published))
    if fail_on != "never" and at_or_above(found, cast("Severity", fail_on)):
        raise click.exceptions.Exit(1)


def _once(
    paths: tuple[Path, ...],
    format_: str,
    codes: tuple[tuple[str, ...], tuple[str, ...]],
    as_of: str | None,
    *,
    history: bool,
    published: Path | None,
) -> tuple[Diagnostic, ...]:
    from labelcharter.checks.report import FORMATS
    from labelcharter.checks.run import check
    from labelcharter.cli.check_history import past_or_stop
    from labelcharter.registry.load import collector_off

    with collector_off():
        repository = repository_here()
        day = today(repository.root, as_of)
        if day is None:
            say("Dates were not checked: there is no commit yet. Give a day with --as-of.")
        past = past_or_stop(repository, published) if history else None
        found = check(repository, day, *codes, past)
    if paths:
        found = _within(found, paths, repository.root)
    click.echo(FORMATS[format_](found, repository, colour_wanted()))
    return found


def _codes(given: tuple[str, ...]) -> tuple[str, ...]:
    from labelcharter.checks.registry import all_rules
    from labelcharter.registry.nearest import did_you_mean

    codes = tuple(
        code.strip().upper() for text in given for code in text.split(",") if code.strip()
    )
    for code in codes:
        if not any(known.startswith(code) for known in all_rules()):
            raise CannotWork(
                f"there is no rule `{code}`. {did_you_mean(code, all_rules())}".rstrip()
            )
    return codes


def _within(
    found: tuple[Diagnostic, ...], paths: tuple[Path, ...], root: Path | None
) -> tuple[Diagnostic, ...]:
    if root is None:
        return found
    wanted = []
    for path in paths:
        full = path.resolve()
        if not full.exists():
            raise CannotWork(f"there is no file or folder {path}")
        if not full.is_relative_to(root):
            raise CannotWork(f"{path} lies outside the repository")
        wanted.append(full.relative_to(root).as_posix())
    return tuple(
        d
        for d in found
        if any(w in (".", d.place.path) or d.place.path.startswith(f"{w}/") for w in wanted)
    )


def _watch(again: Callable[[], object]) -> None:
    """Check whenever a governed file or the settings file has changed, come or gone."""
    import time

    from labelcharter.registry.load import GOVERNED_FOLDERS
    from labelcharter.registry.settings import SETTINGS_FILE

    root = repository_here().root
    assert root is not None  # noqa: S101 - a repository on disk has a root

    def stamp() -> int:
        seen = []
        for path in (
            root / SETTINGS_FILE,
            *(f for g in GOVERNED_FOLDERS for f in (root / g).rglob("*")),
        ):
            with contextlib.suppress(OSError):  # deleted while we look
                status = path.lstat()
                seen.append((str(path), status.st_mtime_ns, status.st_size))
        return hash(frozenset(seen))

    seen = stamp()
    say("Watching; press Ctrl+C to stop.")
    while True:
        time.sleep(0.5)
        now = stamp()
        if now != seen:
            seen = now
            again()
