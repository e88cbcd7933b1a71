"""Looking over a built site: no link to nowhere, nothing loaded from elsewhere, nothing that runs.

Works on the HTML as it will be served, whichever program made it, so that it also sees links in
raw HTML and in inline pictures, which the builder's own check does not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESSES = {"href", "src", "xlink:href", "data", "poster", "action", "formaction"}
_LOADING = {"script", "img", "source", "iframe", "object", "embed", "video", "audio", "track"}
_LINKS_THAT_LOAD = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
}
_NEVER_IN_ARTICLE = {"script", "style", "iframe", "object", "embed", "form", "base", "meta", "link"}
_CSS_LOAD = re.compile(
    r"""(?:url\(\s*['"]?|@import\s+['"])((?:https?:)?//[^'")]+)""", re.IGNORECASE
)
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}


@dataclass(slots=True)
class Page:
    """What one HTML file offers and asks for."""

    ids: set[str] = field(default_factory=set)
    links: list[tuple[int, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)  # inline ones, without relative addresses
    faults: list[tuple[int, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._article = 0
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page, line = self.page, self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        if values.get("id"):
            if values["id"] in page.ids and self._article:
                page.faults.append((line, f"the id `{values['id']}` is given twice"))
            page.ids.add(values["id"])
        self._article += tag == "article" or (self._article > 0 and tag not in _VOID)
        if self._article and tag in _NEVER_IN_ARTICLE:
            page.faults.append((line, f"<{tag}> in the text of a page"))
        page.faults += [(line, f"the handler `{n}`") for n in values if n.startswith("on")]
        for name in _ADDRESSES & values.keys():
            self._address(line, tag, values, values[name].strip())
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self._script = []

    def _address(self, line: int, tag: str, values: dict[str, str], address: str) -> None:
        parts = urlsplit(address)
        scheme = parts.scheme.lower()
        if scheme not in ("", "http", "https", "mailto") and not (
            tag == "img" and scheme == "data"
        ):
            self.page.faults.append(
                (line, f"an address that runs or hides something: {address[:60]}")
            )
        elif scheme != "data" and (scheme or parts.netloc):
            rel = set(values.get("rel", "").lower().split())
            if tag in _LOADING or (tag == "link" and rel & _LINKS_THAT_LOAD):
                self.page.faults.append((line, f"<{tag}> loads {address[:80]} from elsewhere"))
        elif not scheme:
            self.page.links.append((line, address))

    def handle_endtag(self, tag: str) -> None:
        if self._article and tag not in _VOID:
            self._article -= 1
        if tag == "script" and self._script is not None:
            self.page.scripts.append(re.sub(r'"[./]*"', '""', "".join(self._script)))
            self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)


def faults_in(folder: Path, site_url: str = "") -> Iterator[str]:
    """Every fault of the site in `folder`, as "page:line: what"."""
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    pages = {name: _read(folder / name) for name in sorted(files) if name.endswith(".html")}
    prefix = urlsplit(site_url).path.rstrip("/")
    usual = next((set(p.scripts) for n, p in pages.items() if n == "index.html"), set())
    for name, page in pages.items():
        yield from (f"{name}:{line}: {what}" for line, what in page.faults)
        for line, address in page.links:
            why = _broken(name, address, pages, files, prefix)
            if why:
                yield f"{name}:{line}: {why}"
        if name != "404.html" and set(page.scripts) - usual:
            yield f"{name}:1: a script that the home page does not have"
    for name in sorted(files):
        if name.endswith(".css"):
            text = (folder / name).read_text(encoding="utf-8")
            yield from (
                f"{name}:1: loads {found} from elsewhere" for found in _CSS_LOAD.findall(text)
            )


def _read(path: Path) -> Page:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.page


def _broken(
    name: str, address: str, pages: dict[str, Page], files: Iterable[str], prefix: str
) -> str:
    """Why a link of page `name` leads nowhere; "" when it leads somewhere."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if path.startswith("/"):
        target = path.removeprefix(prefix).lstrip("/")
    else:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        if path.endswith("/") or target == ".":
            target = "index.html" if target == "." else f"{target}/index.html"
    if target in ("", ".") or target.endswith("/"):
        target = f"{target.strip('.')}index.html"
    if target not in files and f"{target}/index.html" in files:
        target = f"{target}/index.html"
    if target not in files:
        return f"the link {address} leads to no page"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].ids:
        return f"the link {address} leads to no section of that page"
    return ""
