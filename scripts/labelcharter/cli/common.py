"""What several commands need: the repository of the present folder, its day, and plain errors."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import Any

import click

from labelcharter.reading.printable import as_json, visible_lines
from labelcharter.registry.graph import Element
from labelcharter.registry.load import NoRepository, Repository, find_root, load_repository
from labelcharter.registry.nearest import nearest_id


class CannotWork(Exception):
    """The tool could not do its work (exit 2); the text says what and what next."""


format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)


def repository_here() -> Repository:
    """The repository around the present folder."""
    try:
        return load_repository(find_root(Path.cwd()))
    except NoRepository as error:
        raise CannotWork(
            f"{error}. Go to a governance repository, or write a settings file there"
        ) from None


def element_or_stop(repository: Repository, identifier: str) -> Element:
    """The element with this id, or a sentence with the nearest one."""
    graph = repository.graph
    found = graph.elements.get(graph.aliases.get(identifier, identifier))
    if found is None:
        near = nearest_id(identifier, graph.elements)
        next_ = f"did you mean `{near}`?" if near else "Try `labelcharter list KIND`."
        raise CannotWork(f"there is no element `{identifier}`. {next_}")
    return found


def today(root: Path | None, as_of: str | None) -> datetime.date | None:
    """The day to check for: `--as-of`, else SOURCE_DATE_EPOCH, else the day of the last commit.

    Never the clock: the same commit must give the same answer tomorrow. None when no day is known.
    """
    if as_of:
        try:
            return datetime.date.fromisoformat(as_of)
        except ValueError:
            raise CannotWork(f"--as-of: `{as_of}` is not a date; write it as 2026-11-30") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
    if root is None:
        return None
    from labelcharter.history import git

    try:
        head = git.head(root)
    except git.GitFailed:
        return None
    return head.time.date() if head else None


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(as_json(value))


def tell(text: str) -> None:
    """Text of the repository on standard output; nothing in it moves the cursor."""
    click.echo(visible_lines(text))


def say(text: str) -> None:
    """A remark about the run, on standard error."""
    click.echo(text, err=True)


def colour_wanted() -> bool:
    """True on a terminal, unless NO_COLOR is set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
