"""Where each element and page of the site is found, and how one page refers to another.

A page is named by its Markdown file in the generated tree ("registry/label.a.md"); readers see the
folder address made from it ("registry/label.a/"). Terms, clauses and seats are sections of a page.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.kinds import KINDS, Kind

HOME = "index.md"
GLOSSARY = "glossary.md"
CHANGES = "changes.md"
DECISION_LOG = "decisions/log.md"
CHECKING = "how-to-check.md"
REGISTRY = "registry/index.md"
GUIDELINES = "guidelines/index.md"
API = "api/graph.json"
API_HISTORY = "api/history.json"

# Kinds with a place of their own in the site; the index of any other lies in the registry.
_INDEXES = {
    "objective": "objectives/index.md",
    "decision": "decisions/index.md",
    "audit": "audits/index.md",
    "taxonomy": GUIDELINES,
    "guideline": GUIDELINES,
    "training": "training/index.md",
    "playbook": "playbooks/index.md",
    "term": GLOSSARY,
    "council": "registry/council.md",
    "seat": "registry/council.md",
}
SECTIONS = ("term", "clause", "seat")  # kinds that are sections of another page


@dataclass(frozen=True, slots=True)
class Address:
    """A page of the tree, and a section on it or ""."""

    page: str
    anchor: str = ""


def index_of(kind: Kind) -> str:
    """The page that lists all elements of a kind."""
    return _INDEXES.get(kind.name, f"registry/{kind.plural.lower().replace(' ', '-')}.md")


def address_of(element: Element) -> Address:
    """The page of an element, or its section on the page of what it belongs to."""
    if element.kind == "term":
        return Address(GLOSSARY, element.id)
    if element.kind in SECTIONS and element.parent is not None:
        return Address(f"registry/{element.parent}.md", element.id)
    return Address(f"registry/{element.id}.md")


def find(graph: Graph, identifier: str) -> Element | None:
    """The element with this id, or that once had it."""
    return graph.elements.get(graph.aliases.get(identifier, identifier))


def url_of(page: str) -> str:
    """The address that a browser shows for a page of the tree, relative to the site's root."""
    stem = page.removesuffix(".md")
    if stem == "index":
        return ""
    if stem.endswith("/index"):
        return stem.removesuffix("index")
    return f"{stem}/" if page.endswith(".md") else page


def href(from_page: str, to: Address) -> str:
    """The relative address of `to`, for a link in HTML on `from_page`."""
    anchor = f"#{to.anchor}" if to.anchor else ""
    if from_page == to.page and anchor:
        return anchor
    target, here = url_of(to.page), url_of(from_page)
    path = posixpath.relpath(f"/{target}", f"/{here}")
    slash = "/" if not target or target.endswith("/") else ""
    return f"{path}{slash}{anchor}"


def markdown_target(from_page: str, to: Address) -> str:
    """The relative path of `to`, for a Markdown link on `from_page`."""
    anchor = f"#{to.anchor}" if to.anchor else ""
    return posixpath.relpath(to.page, posixpath.dirname(from_page) or ".") + anchor


def kind_title(element: Element) -> str:
    """What a reader calls this kind of thing."""
    return KINDS[element.kind].title
