"""One page for each element: its first screen, its content, its links, its history, its source."""

from __future__ import annotations

from collections.abc import Mapping

from labelcharter.registry.graph import Element
from labelcharter.site.addresses import SECTIONS, address_of
from labelcharter.site.bodies import published_body
from labelcharter.site.edition import Edition
from labelcharter.site.escape import front_matter, metadata
from labelcharter.site.first_screen import sentence
from labelcharter.site.page_values import page_values
from labelcharter.site.rendering import BODY, render
from labelcharter.site.source_links import Pages

# Kinds with a template of their own; any other is shown from its schema alone.
_TEMPLATES = frozenset(
    {
        "attribute",
        "audit",
        "council",
        "decision",
        "finding",
        "guideline",
        "label",
        "objective",
        "playbook",
        "record",
        "standard",
        "taxonomy",
        "training",
    }
)
_DESCRIPTION = 300  # characters; search engines cut earlier
_SOUGHT = ("label", "objective", "decision", "guideline")  # first among equal search results


def element_pages(edition: Edition, pages: Pages) -> Mapping[str, str]:
    """Every element's page: its path in the tree -> Markdown."""
    return {
        address_of(element).page: element_page(edition, pages, element)
        for element in edition.graph.elements.values()
        if element.kind not in SECTIONS
    }


def element_page(edition: Edition, pages: Pages, element: Element) -> str:
    """The whole Markdown file of one element's page."""
    page = address_of(element).page
    template = element.kind if element.kind in _TEMPLATES else "any"
    text = render(f"kinds/{template}", **page_values(edition, page, element))
    body = published_body(edition, pages, page, element) if element.body.strip() else ""
    fields = {
        "title": metadata(element.title),
        "description": metadata(sentence(element) or element.title)[:_DESCRIPTION],
        "tags": [element.id],  # only the search reads it: an id typed there comes first
        "edit": edition.edit_here(element.place.path, element.place.line),
        "hide": ["toc"] if element.kind == "record" else [],
        "search": {"boost": 2} if element.kind in _SOUGHT else {},
    }
    return front_matter({k: v for k, v in fields.items() if v}) + text.replace(BODY, f"\n{body}\n")
