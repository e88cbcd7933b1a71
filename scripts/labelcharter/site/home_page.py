"""The home page: what people wrote in docs/index.md, and the state of the whole repository."""

from __future__ import annotations

from labelcharter.site.addresses import CHANGES, HOME, Address, href
from labelcharter.site.edition import Edition
from labelcharter.site.escape import front_matter, metadata
from labelcharter.site.gates import measured
from labelcharter.site.hand_pages import HandPage, hand_page
from labelcharter.site.history_view import landings
from labelcharter.site.lineage import lineage, stage_counts
from labelcharter.site.page_values import links_on
from labelcharter.site.rendering import render
from labelcharter.site.source_links import Pages

# Where the author of docs/index.md wants the overview; at the end when they do not say.
PLACE = "<!-- labelcharter:overview -->"
_LATEST = 5


def home_page(edition: Edition, pages: Pages, written: HandPage | None) -> str:
    """The Markdown of the home page."""
    overview = _overview(edition)
    if written is None:
        name = edition.settings.organisation or "Labelcharter"
        fields = {"title": metadata(name), "hide": ["navigation", "toc"]}
        return front_matter(fields) + f"# {metadata(name)}\n\n{overview}"
    text = hand_page(edition, pages, written)
    return text.replace(PLACE, overview, 1) if PLACE in text else f"{text.rstrip()}\n\n{overview}"


def _overview(edition: Edition) -> str:
    objectives = [
        {
            "element": o,
            "sentence": o.get("fairness_means") or "",
            "measured": measured(edition, HOME, o),
        }
        for o in edition.graph.of_kind("objective")
        if o.in_use
    ]
    return render(
        "overview",
        picture=lineage(edition.graph, HOME),
        counts=stage_counts(edition.graph, HOME),
        objectives=objectives,
        landings=landings(edition, HOME, _LATEST),
        changes_url=href(HOME, Address(CHANGES)),
        **links_on(edition, HOME),
    )
