"""From an edition of the repository to the whole Markdown tree of its site, in memory.

The tree is plain Markdown, HTML and JSON. Nothing here knows the program that turns it into pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path

from labelcharter.registry.kinds import KINDS
from labelcharter.registry.load import Repository
from labelcharter.site import addresses
from labelcharter.site.api import api_files
from labelcharter.site.collection_pages import collection_pages
from labelcharter.site.edition import Edition
from labelcharter.site.element_pages import element_pages
from labelcharter.site.feed import FEED, feed
from labelcharter.site.hand_pages import hand_files, hand_page
from labelcharter.site.home_page import home_page
from labelcharter.site.navigation import HOOKS, HOOKS_FILE, site_settings
from labelcharter.site.source_links import Pages, pages_of_elements
from labelcharter.site.timelines import Timelines
from labelcharter.site.tree import Written, replace_file, write_tree

ASSETS = "assets/labelcharter"
DOCS_FOLDER, THEME_FOLDER, SETTINGS_FILE = "build/docs", "build/theme", "build/site.yml"


class CannotGenerate(Exception):
    """The repository cannot become a site as it is; one line for each reason."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything a builder needs: the tree, the theme's own templates, the inherited settings."""

    tree: Mapping[str, bytes]
    theme: Mapping[str, bytes]
    settings: bytes


def generate(repository: Repository, timelines: Timelines, as_of: str = "") -> Site:
    """The site of a repository. Raises CannotGenerate, hand_pages.NotPublishable."""
    _refuse_unreadable(repository)
    edition = Edition(repository, timelines, as_of)
    hand, files = hand_files(repository.root) if repository.root else ((), {})
    collections = collection_pages(edition)
    by_page = {page.page: page for page in hand}
    elements = {addresses.address_of(e).page for e in edition.graph.elements.values()}
    clashes = sorted(
        f"{by_page[p].path}: a generated page has this address" for p in elements & by_page.keys()
    )
    if clashes:
        raise CannotGenerate("\n".join(clashes))
    api = dict(api_files(edition))
    changes = feed(edition)
    if changes is not None:
        api[FEED] = changes
    pages = Pages(
        {**pages_of_elements(edition), **{p.path: addresses.Address(p.page) for p in hand}},
        frozenset({*elements, *collections, *by_page, *files, *api, addresses.HOME}),
    )
    text: dict[str, str] = {**element_pages(edition, pages)}
    for page, collection in collections.items():
        written = by_page.get(page)
        if written is None:
            text[page] = collection.markdown()
        else:
            beginning = hand_page(edition, pages, written).rstrip()
            text[page] = f"{beginning}\n\n{collection.after(introduced=True)}"
    for page, written in by_page.items():
        if page not in collections:
            text[page] = hand_page(edition, pages, written)
    text[addresses.HOME] = home_page(edition, pages, by_page.get(addresses.HOME))
    if pages.unknown:
        raise CannotGenerate("\n".join(dict.fromkeys(pages.unknown)))
    tree = {**files, **api, **_assets(), **{page: words.encode() for page, words in text.items()}}
    return Site(tree, _theme(), site_settings(edition, hand))


def write_site(root: Path, site: Site) -> Written:
    """Write a site where mkdocs.yml looks for it: build/docs, build/theme, build/site.yml."""
    written = write_tree(root / DOCS_FOLDER, site.tree)
    write_tree(root / THEME_FOLDER, site.theme)
    write_if_changed(root / HOOKS_FILE, HOOKS)
    write_if_changed(root / SETTINGS_FILE, site.settings)
    return written


def write_if_changed(path: Path, data: bytes) -> None:
    """Write a file unless it holds these bytes already."""
    if not path.is_file() or path.read_bytes() != data:
        replace_file(path, data)


def _refuse_unreadable(repository: Repository) -> None:
    """Unread files and malformed ids: half a repository would be read as the whole."""
    faults = [
        f"{p.place.path}:{p.place.line}:{p.place.column}: {p.message}"
        for p in repository.problems
        if p.severity == "error"
    ]
    faults += [
        f"{e.place.path}:{e.place.line}:{e.place.column}: `{e.id}` is no id of this kind"
        for e in repository.elements
        if not KINDS[e.kind].fits(e.id)
    ]
    if faults:
        raise CannotGenerate("\n".join(faults))


def _assets() -> dict[str, bytes]:
    folder = package_files("labelcharter.site").joinpath("assets")
    return {
        f"{ASSETS}/{file.name}": file.read_bytes() for file in folder.iterdir() if file.is_file()
    }


def _theme() -> dict[str, bytes]:
    """Our few templates over the theme's own; ".jinja" keeps them apart from ours until here."""
    found: dict[str, bytes] = {}
    folder = package_files("labelcharter.site").joinpath("theme")
    for part in ("", "partials"):
        for file in folder.joinpath(part).iterdir() if part else folder.iterdir():
            if file.is_file():
                name = file.name.removesuffix(".jinja")
                found[f"{part}/{name}" if part else name] = file.read_bytes()
    return found
