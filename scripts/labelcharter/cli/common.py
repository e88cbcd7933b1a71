"""What several commands need: the repository of the present folder, its day, and plain errors."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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

as_of_option = click.option(
    "--as-of",
    "as_of",
    metavar="DATE|REF",
    help="As it stood at the end of a day (UTC, by landing), or at a commit.",
)


@dataclass(frozen=True, slots=True)
class Then:
    """A repository as it stood, which state that is for programs, and in words."""

    repository: Repository
    as_of: dict[str, str | None]
    words: str


def history_root() -> Path:
    """The root of the repository around the present folder; nothing is read yet."""
    try:
        return find_root(Path.cwd())
    except NoRepository as error:
        raise CannotWork(
            f"{error}. Go to a governance repository, or write a settings file there"
        ) from None


def repository_here() -> Repository:
    """The repository around the present folder."""
    return load_repository(history_root())


def repository_as_of(asked: str) -> Then:
    """The repository around the present folder as it stood at a date or commit."""
    from labelcharter.history.snapshots import moment, moment_data, moment_words, repository_at

    root = history_root()
    with no_such_state():
        found = moment(root, asked)
        return Then(repository_at(root, found.commit), moment_data(found), moment_words(found))


def repository_asked(as_of: str | None) -> tuple[Repository, dict[str, Any]]:
    """The repository now, or as `--as-of` asks, and what a JSON output says about that."""
    if as_of is None:
        return repository_here(), {}
    then = repository_as_of(as_of)
    say(f"as it stood at {then.words}")
    return then.repository, {"as_of": then.as_of}


@contextmanager
def no_such_state() -> Iterator[None]:
    """Turn what git and the snapshots refuse into a sentence that says what next."""
    from labelcharter.history.git import GitFailed, UnsafeRef
    from labelcharter.history.snapshots import NoSuchState

    try:
        yield
    except UnsafeRef as error:
        raise CannotWork(
            f"{error}. Ask for a date such as 2026-11-30, a branch, a tag or a hash; "
            "`git fetch --tags` brings tags that are missing here"
        ) from None
    except (GitFailed, NoSuchState) as error:
        raise CannotWork(str(error)) from None


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
