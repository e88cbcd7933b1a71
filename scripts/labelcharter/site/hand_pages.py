"""Pages that people write under docs/, as they stand in the generated tree.

Files of governed elements are left out: each is published once, as its element's page. The rest is
copied; front matter keeps only what a page may say about itself, and links are led to the pages
that readers will find.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelcharter.reading.front_matter import read_markdown
from labelcharter.registry.load import is_governed, is_signing
from labelcharter.site.addresses import HOME
from labelcharter.site.edition import Edition
from labelcharter.site.escape import front_matter, metadata
from labelcharter.site.source_links import Pages, published

DOCS = "docs"
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_HIDE = ("navigation", "toc", "footer")
# What a browser shows without running anything; SVG is looked into (see `_svg_fault`).
_MEDIA = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".svg",
    ".pdf",
    ".csv",
    ".json",
    ".txt",
    ".woff2",
)
_SVG_ACTIVE = re.compile(
    rb"<\s*(script|foreignobject|iframe|a|use|image|animate|set)\b|\bon[a-z]+\s*=|javascript:|@import|url\("
    rb"|<!(?!--)",
    re.IGNORECASE,
)


class NotPublishable(Exception):
    """Files under docs/ that cannot be published as they are; one line each."""


@dataclass(frozen=True, slots=True)
class HandPage:
    """One Markdown file under docs/: where it lies, its page, its title, its place among others."""

    path: str
    page: str
    title: str
    order: int
    text: str
    line: int
    fields: Mapping[str, Any]


def hand_files(root: Path) -> tuple[tuple[HandPage, ...], Mapping[str, bytes]]:
    """The pages under docs/ and the files beside them (page of the tree -> bytes).

    Raises NotPublishable for a symbolic link, an active file, or a page that cannot be read.
    """
    pages, files, faults = [], {}, []
    for path, entry in _walk(root / DOCS, DOCS):
        page = posixpath.relpath(path, DOCS)
        if entry.is_symlink():
            faults.append(f"{path}: this is a symbolic link; put the file itself there")
        elif is_governed(path) or is_signing(path) or entry.name.startswith("."):
            continue
        elif path.endswith(".md"):
            read = _page(path, page, Path(entry.path).read_bytes())
            faults += [read] if isinstance(read, str) else []
            pages += [read] if isinstance(read, HandPage) else []
        elif not path.lower().endswith(_MEDIA):
            faults.append(
                f"{path}: files of this type are not published; allowed are {', '.join(_MEDIA)}"
            )
        else:
            data = Path(entry.path).read_bytes()
            if path.lower().endswith(".svg") and (fault := _svg_fault(data)):
                faults.append(f"{path}: {fault}")
            files[page] = data
    if faults:
        raise NotPublishable("\n".join(faults))
    return tuple(pages), files


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda e: e.name):
            path = f"{prefix}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), path)
            else:
                yield path, entry


def _page(path: str, page: str, data: bytes) -> HandPage | str:
    fields: Mapping[str, Any] = {}
    try:
        text, line = data.decode("utf-8-sig"), 1
    except UnicodeDecodeError:
        return f"{path}: this is not UTF-8 text"
    if text.startswith("---"):
        read = read_markdown(data, path)
        errors = [p for p in read.front.problems if p.severity == "error"]
        if errors:
            place = errors[0].place
            return f"{path}:{place.line}:{place.column}: {errors[0].message}"
        fields = read.front.value if isinstance(read.front.value, Mapping) else {}
        text, line = read.body, read.body_line
    if posixpath.basename(page) == "README.md":
        page = posixpath.join(posixpath.dirname(page), "index.md")
    heading = _TITLE.search(text)
    title = fields.get("title") or (heading[1] if heading else "")
    name = posixpath.basename(page).removesuffix(".md").replace("-", " ").capitalize()
    order = fields.get("order")
    return HandPage(
        path,
        page,
        str(title or name),
        order if isinstance(order, int) else 1000,
        text.replace("\r\n", "\n"),
        line,
        fields,
    )


def _svg_fault(data: bytes) -> str:
    found = _SVG_ACTIVE.search(data)
    return (
        f"a picture must not hold `{found[0].decode('ascii', 'replace').strip()}`" if found else ""
    )


def hand_page(edition: Edition, pages: Pages, page: HandPage) -> str:
    """The whole Markdown file of a hand-written page."""
    hide = ["navigation", "toc"] if page.page == HOME else page.fields.get("hide")
    fields = {
        "title": metadata(page.title),
        "description": metadata(str(page.fields.get("description") or ""))[:300],
        "hide": [h for h in _HIDE if isinstance(hide, list) and h in hide],
        "edit": edition.edit_here(page.path, page.line),
    }
    text = published(edition, pages, page.path, page.page, page.text, page.line)
    return front_matter({k: v for k, v in fields.items() if v}) + text
