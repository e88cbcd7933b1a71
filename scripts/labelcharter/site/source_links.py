"""Links in hand-written Markdown: written for files, led to pages of the site.

An author links to the file beside theirs (`../decisions/DEC-0001-gold.md`, `taxonomy.yaml`), to a
page that will be generated (`../registry/label.a.b.md`), or simply to an id. Each is led to the
page that readers will find; what is published nowhere is reported with its line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import KINDS
from labelcharter.site.addresses import Address, address_of, find, index_of, markdown_target
from labelcharter.site.edition import Edition

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?:.|\n)+?\1")
_INLINE = re.compile(r"(\]\(\s*)(<[^>\n]*>|[^\s)]+)")
_DEFINITION = re.compile(r"^( {0,3}\[[^\]\n]+\]:\s*)(\S+)")
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")


@dataclass(frozen=True, slots=True)
class Pages:
    """What is published: file of the repository -> page of the tree, and all pages of the tree."""

    of_file: Mapping[str, Address]
    known: frozenset[str]
    unknown: list[str] = field(default_factory=list)  # "path:line: what" of links to nowhere


def pages_of_elements(edition: Edition) -> dict[str, Address]:
    """Governed files -> the page of their element, or their kind's index where they hold many."""
    found: dict[str, Address] = {}
    for path, source in edition.repository.sources.items():
        tops = [e for e in source.elements if e.parent is None]
        if len(tops) == 1:
            found[path] = address_of(tops[0])
        elif tops:
            found[path] = Address(index_of(KINDS[tops[0].kind]))
    return found


def published(
    edition: Edition, pages: Pages, path: str, page: str, text: str, line: int = 1
) -> str:
    """Markdown written at `path` (whose first line is `line`) as it stands on `page`."""
    out, fence = [], ""
    for number, written in enumerate(text.split("\n"), line):
        row = written
        opened = _FENCE.match(written)
        if fence:
            fence = "" if opened and opened[1].startswith(fence) else fence
        elif opened:
            fence = opened[1]
        else:
            row = _led(edition, pages, path, page, row, number)
        out.append(row)
    return "\n".join(out)


def _led(edition: Edition, pages: Pages, path: str, page: str, row: str, number: int) -> str:
    kept = [(m.start(), m.end()) for m in _CODE.finditer(row)]

    def replace(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in kept):
            return match[0]
        target = match[2].strip("<>")
        new = lead(edition, pages, path, page, target)
        if new is None:
            pages.unknown.append(f"{path}:{number}: `{target}` is not on the site")
            return match[0]
        return f"{match[1]}{new}"

    return _DEFINITION.sub(replace, _INLINE.sub(replace, row))


def lead(edition: Edition, pages: Pages, path: str, page: str, target: str) -> str | None:
    """Where a link at `path` leads from `page`; None when to nothing that is published."""
    if not target or _ELSEWHERE.match(target):
        return target
    plain, _, anchor = target.partition("#")
    element = find(edition.graph, plain)
    if element is None:
        resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(plain)))
        if resolved in pages.of_file:
            found = pages.of_file[resolved]
            return quote(
                markdown_target(page, Address(found.page, anchor or found.anchor)), safe="/#._-~"
            )
        element = _generated(edition, resolved)
        if element is None:
            return _own_page(pages, page, resolved, anchor) or _at_the_forge(edition, resolved)
    found = address_of(element)
    return markdown_target(page, Address(found.page, anchor or found.anchor))


def _generated(edition: Edition, resolved: str) -> Element | None:
    """The element whose page an author means by "docs/registry/<id>.md" or ".../<id>/"."""
    if "registry/" not in resolved:
        return None
    name = resolved.rpartition("registry/")[2]
    return find(edition.graph, name.removesuffix(".md").removesuffix("/index"))


def _own_page(pages: Pages, page: str, resolved: str, anchor: str) -> str | None:
    """A page of the tree without a file behind it, named as if it were in docs."""
    name = posixpath.relpath(resolved, "docs") if resolved.startswith("docs/") else resolved
    for candidate in (name, f"{name}.md", f"{name}/index.md"):
        if candidate in pages.known:
            return markdown_target(page, Address(candidate, anchor))
    return None


def _at_the_forge(edition: Edition, resolved: str) -> str | None:
    root = edition.repository.root
    if root is None or resolved.startswith("..") or not (root / resolved).exists():
        return None
    return edition.edit_url(resolved, 1).partition("#")[0] or None
