"""The Markdown that people write under an element's fields, as it stands on the element's page.

Around it stand generated parts (state, links, history). A body must not swallow, imitate or hide
them, so it may use all of Markdown but no HTML of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from labelcharter.registry.graph import Element
from labelcharter.site.addresses import Address, address_of, find, href
from labelcharter.site.edition import Edition
from labelcharter.site.linking import short_link
from labelcharter.site.source_links import Pages, published

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://|mailto:)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")


def published_body(edition: Edition, pages: Pages, page: str, element: Element) -> str:
    """An element's body for its page: links led to pages, HTML shown rather than obeyed."""
    text = without_html(without_title(element.body))
    text = published(edition, pages, element.place.path, page, text, element.body_line)
    return with_labels(element, edition, page, text) if element.kind == "guideline" else text


def without_title(body: str) -> str:
    """A body without a first heading that repeats the title; all lines keep their number."""
    lines = body.split("\n")
    first = next((i for i, row in enumerate(lines) if row.strip()), 0)
    if re.match(r"#\s", lines[first]):
        lines[first] = ""
    return "\n".join(lines)


def without_html(text: str) -> str:
    """Markdown whose tags are shown as text; comments vanish; code stays as it is."""
    out, start = [], 0
    for fence in _FENCED.finditer(text):
        out += [_shown(text[start : fence.start()]), fence[0]]
        start = fence.end()
    return "".join([*out, _shown(text[start:])])


def _shown(text: str) -> str:
    text = _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), text)
    out, start = [], 0
    for span in _SPAN.finditer(text):
        out += [_TAG.sub("&lt;", text[start : span.start()]), span[0]]
        start = span.end()
    return "".join([*out, _TAG.sub("&lt;", text[start:])])


def with_labels(element: Element, edition: Edition, page: str, text: str) -> str:
    """A guideline's body with links to the labels that each section is about."""
    about = {
        str(s.get("heading", "")).strip(): s.get("labels") or ()
        for s in element.items("sections")
        if isinstance(s, Mapping)
    }
    out = []
    for row in text.split("\n"):
        out.append(row)
        heading = _HEADING.match(row)
        labels = about.get(heading[2], ()) if heading else ()
        known = [e for i in labels if (e := find(edition.graph, str(i))) is not None]
        if known:
            links = ", ".join(str(short_link(page, label)) for label in known)
            out.extend(["", f'<p class="lc-about">Label pages: {links}</p>', ""])
    return "\n".join(out)


def where_taught(edition: Edition, page: str, label: Element) -> tuple[tuple[str, str], ...]:
    """(address, words) of the guideline sections that are about a label."""
    found = []
    for guideline in edition.graph.sources(label.id, "guideline"):
        for section in guideline.items("sections"):
            if isinstance(section, Mapping) and label.id in (section.get("labels") or ()):
                heading = str(section.get("heading", ""))
                place = Address(address_of(guideline).page, anchor_of(heading))
                found.append((href(page, place), f"{guideline.title}: {heading}"))
    return tuple(found)


def anchor_of(heading: str) -> str:
    """The anchor that the Markdown renderer gives a heading of plain words."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^\w\s-]", "", plain).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)
