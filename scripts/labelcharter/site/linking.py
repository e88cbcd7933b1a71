"""A link to an element as a reader meets it: its title first, its kind and id beside it."""

from __future__ import annotations

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.site.addresses import address_of, find, href, kind_title
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert, safe_url


def short_link(page: str, element: Element) -> Markup:
    """The title as a link; the id is its tooltip. For tables, where the column says the kind."""
    return Markup('<a href="%s" title="%s">%s</a>') % (
        inert(href(page, address_of(element))),
        inert(element.id),
        inert(element.title),
    )


def full_link(page: str, element: Element) -> Markup:
    """Kind, title as a link, and id."""
    return Markup('<span class="lc-kind">%s</span> %s <code class="lc-id">%s</code>') % (
        inert(kind_title(element)),
        short_link(page, element),
        inert(element.id),
    )


def link(edition: Edition, page: str, identifier: str, *, full: bool = False) -> Markup:
    """A link to the element with this id; a name that leads nowhere is shown as such."""
    element = find(edition.graph, identifier)
    if element is None:
        return Markup('<code class="lc-id">%s</code>') % inert(identifier)
    return full_link(page, element) if full else short_link(page, element)


def web_link(text: str) -> Markup:
    """An address on the web as a link, any other text as text."""
    url = safe_url(text)
    if not url or text.startswith("mailto:"):
        return inert(text)
    shown = url.removeprefix("https://").removeprefix("http://").rstrip("/")
    return Markup('<a href="%s">%s</a>') % (inert(url), inert(shown))
