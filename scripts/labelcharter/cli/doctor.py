"""`labelcharter doctor`: whether this machine and this clone are fit for the work."""

from __future__ import annotations

import importlib.metadata
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click

from labelcharter import __version__
from labelcharter.cli.common import format_option, print_json
from labelcharter.registry.load import NoRepository, find_root

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at, what was found, and the remedy if it is not as it should be."""

    name: str
    state: Literal["ok", "warning", "error"]
    found: str
    remedy: str = ""


@click.command()
@format_option
def command(format_: str) -> None:
    """Say whether this machine and this clone are fit for the work."""
    items = (_python(), _libyaml(), *_packages(), *_git())
    fit = not any(item.state == "error" for item in items)
    if format_ == "json":
        print_json({"format_version": 1, "fit": fit, "checks": [asdict(item) for item in items]})
    else:
        for item in items:
            mark = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}[item.state]
            click.echo(
                f"{mark}  {item.name}: {item.found}"
                + (f"\n         {item.remedy}" if item.remedy else "")
            )
        click.echo("Fit for the work." if fit else "Not fit: see the lines marked ERROR.")
    if not fit:
        raise click.exceptions.Exit(2)


def _python() -> Item:
    version = ".".join(map(str, sys.version_info[:3]))
    supported = sys.version_info[:2] >= OLDEST_PYTHON
    remedy = "" if supported else "install Python 3.11 or newer"
    return Item("Python", "ok" if supported else "error", version, remedy)


def _libyaml() -> Item:
    import yaml

    if yaml.__with_libyaml__:
        return Item("libyaml", "ok", f"PyYAML {yaml.__version__} with libyaml")
    return Item(
        "libyaml",
        "error",
        "PyYAML without libyaml",
        "pip install --force-reinstall --only-binary :all: PyYAML",
    )


def _packages() -> tuple[Item, ...]:
    found = [Item("labelcharter", "ok", __version__)]
    for name, what in (("mkdocs-material", "build and serve"), ("pyarrow", "Parquet tables")):
        try:
            found.append(Item(name, "ok", importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            extra = "site" if name == "mkdocs-material" else "parquet"
            found.append(
                Item(
                    name,
                    "warning",
                    f"not installed; needed for {what}",
                    f"pip install 'labelcharter[{extra}]'",
                )
            )
    return tuple(found)


def _git() -> tuple[Item, ...]:
    from labelcharter.history import git

    version = git.git_version()
    if version is None:
        return (Item("git", "error", "not found", "install git"),)
    items = [Item("git", "ok", version)]
    try:
        root = find_root(Path.cwd())
    except NoRepository as error:
        items.append(Item("repository", "warning", str(error), "go to a governance repository"))
        return tuple(items)
    items.append(Item("repository", "ok", f"settings found in {root.name}"))
    try:
        head = git.head(root)
        shallow = head is not None and git.is_shallow(root)
    except git.GitFailed as error:
        items.append(Item("clone", "error", "git cannot read it", str(error)))
        return tuple(items)
    if head is None:
        items.append(
            Item(
                "clone", "warning", "no commit yet", "commit once: history and dates come from git"
            )
        )
    elif shallow:
        items.append(
            Item(
                "clone",
                "error",
                "shallow: its history is cut off",
                "git fetch --unshallow (in CI: fetch-depth: 0)",
            )
        )
    else:
        items.append(Item("clone", "ok", f"whole history, last commit {head.commit[:12]}"))
    return tuple(items)
