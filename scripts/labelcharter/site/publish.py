"""The whole site: generated, rendered, looked over, and only then put in its place."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelcharter.registry.load import load_repository
from labelcharter.site.built_html import faults_in
from labelcharter.site.generate import CannotGenerate, generate, write_site
from labelcharter.site.hand_pages import NotPublishable
from labelcharter.site.past import NoSuchPast, Past, folder_of, past_at
from labelcharter.site.swap import alone, staging_for, swap_in
from labelcharter.site.timelines import Timelines, read_timelines

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

CONFIG = "mkdocs.yml"
_MANY = 40  # faults printed; more of the same kind help nobody
# Both announce what a later mkdocs will break; we pin the one that does not.
_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


class CannotBuild(Exception):
    """There is no new site; the old one stands as it was. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: where, how many pages, how many bytes, in how many seconds."""

    out: Path
    pages: int
    size: int
    seconds: float
    notes: tuple[str, ...]


def build_site(
    root: Path,
    out: Path,
    *,
    strict: bool = True,
    with_history: bool = True,
    as_of: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Built:
    """Build the site of the repository at `root` into `out`. Raises CannotBuild, swap.Busy.

    `as_of`: a date or commit, for the site as it was then, with the history up to it.
    """
    started = time.monotonic()
    refuse_dangerous(root, out)
    with alone(root / "build" / "site.lock"):
        progress("reading the repository and its history")
        past = _past(root, as_of) if as_of is not None else None
        timelines = timelines_for(root, with_history, past.commit if past else "")
        progress("writing the pages")
        write_generated(root, timelines, past)
        staging = staging_for(out, root / "build")
        progress("rendering")
        notes = _render(root, staging, timelines, strict)
        progress("following every link")
        faults = tuple(faults_in(staging, _site_url(root)))
        if faults and strict:
            raise CannotBuild(_listed("the built site has faults, so the old one stays", faults))
        swap_in(staging, out)
    files = [p for p in out.rglob("*") if p.is_file()]
    pages = sum(p.suffix == ".html" for p in files)
    size = sum(p.stat().st_size for p in files)
    return Built(out, pages, size, time.monotonic() - started, (*notes, *faults))


def refuse_dangerous(root: Path, out: Path) -> None:
    """The output replaces a whole folder, so it must not be one that holds anything else."""
    out, root = out.resolve(), root.resolve()
    if out == root or out in root.parents:
        raise CannotBuild(f"--out {out.name}: this folder holds the repository itself")
    if out.is_relative_to(root) and out.relative_to(root).parts[0] not in ("site", "build"):
        raise CannotBuild(
            f"--out {out.name}: inside the repository, only site/ and build/ are for this"
        )
    if out.exists() and not (out / "index.html").exists() and (out.is_file() or any(out.iterdir())):
        raise CannotBuild(
            f"--out {out.name}: this folder holds something that is no site; choose another"
        )


def timelines_for(root: Path, with_history: bool, commit: str = "") -> Timelines:
    """The history to show, up to a commit or all. Raises CannotBuild for one that is cut off."""
    if not with_history:
        return Timelines(missing="The site was built without it.")
    timelines = read_timelines(root, commit)
    if timelines.refused:
        raise CannotBuild(f"{timelines.missing}\nOr build without history: --without-history")
    return timelines


def write_generated(root: Path, timelines: Timelines, past: Past | None = None) -> None:
    """Generate the tree of the repository as it is now, or was. Raises CannotBuild."""
    try:
        if past is None:
            write_site(root, generate(load_repository(root), timelines))
            return
        with folder_of(root, past) as folder:
            write_site(root, generate(load_repository(folder), timelines, past.words))
    except NoSuchPast as error:
        raise CannotBuild(f"--as-of: {error}") from None
    except (CannotGenerate, NotPublishable) as error:
        raise CannotBuild(
            _listed("the repository cannot be published as it is", str(error).split("\n"))
            + "\n`labelcharter check` explains mistakes in governed files"
        ) from None


def _past(root: Path, asked: str) -> Past:
    try:
        return past_at(root, asked)
    except NoSuchPast as error:
        raise CannotBuild(f"--as-of: {error}") from None


def mkdocs_config(root: Path, **options: Any) -> MkDocsConfig:
    """mkdocs.yml as mkdocs reads it. Raises CannotBuild."""
    try:
        from mkdocs.config import load_config
        from mkdocs.exceptions import ConfigurationError
    except ModuleNotFoundError:
        raise CannotBuild(
            "mkdocs is not installed; the site needs it: pip install 'labelcharter[site]'"
        ) from None
    path = root / CONFIG
    if not path.is_file():
        raise CannotBuild(
            f"there is no {CONFIG} beside labelcharter.yaml; copy the one of Labelcharter"
        )
    try:
        return load_config(str(path), **options)
    except ConfigurationError as error:
        raise CannotBuild(f"{CONFIG}: {error}") from None


def _render(root: Path, staging: Path, timelines: Timelines, strict: bool) -> tuple[str, ...]:
    """Run mkdocs over the tree into `staging`; what it warned of. Raises CannotBuild."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or str(timelines.head_epoch or "")
    with environment({**_QUIET, **({"SOURCE_DATE_EPOCH": epoch} if epoch else {})}):
        config = mkdocs_config(root, site_dir=str(staging), strict=strict)
        from mkdocs.commands.build import build
        from mkdocs.exceptions import Abort, MkDocsException

        with warnings_of_mkdocs() as warned:
            try:
                config.plugins.on_startup(command="build", dirty=False)
                build(config)
                config.plugins.on_shutdown()
            except (Abort, MkDocsException) as error:
                raise CannotBuild(
                    _listed(
                        "mkdocs refused the pages, so the old site stays", warned or [str(error)]
                    )
                ) from None
    return tuple(warned)


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the time of a build."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def warnings_of_mkdocs() -> Iterator[list[str]]:
    """What mkdocs warns of, instead of on the terminal."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign] # one line of a class
    logger = logging.getLogger("mkdocs")
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def _site_url(root: Path) -> str:
    return load_repository(root).settings.site_url


def _listed(what: str, faults: Any) -> str:
    faults = list(faults)
    more = [f"… and {len(faults) - _MANY} more"] if len(faults) > _MANY else []
    return "\n  ".join([f"{what}:", *faults[:_MANY], *more])
