"""What a template may use, bound to one element and the page that it is shown on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from labelcharter.registry.graph import Element, former_ids
from labelcharter.registry.kinds import KINDS
from labelcharter.site import gates, trends
from labelcharter.site.addresses import API, Address, address_of, href, index_of
from labelcharter.site.bodies import where_taught
from labelcharter.site.chain_view import chain_view
from labelcharter.site.decision_log import changed_by
from labelcharter.site.edition import Edition, newest_record, texts_in
from labelcharter.site.fields import field, other_fields
from labelcharter.site.first_screen import first_screen, sentence, tone
from labelcharter.site.group_names import group_name
from labelcharter.site.history_view import entries, last_change
from labelcharter.site.linking import full_link, link, short_link
from labelcharter.site.record_view import record_view
from labelcharter.site.since_pages import since_url
from labelcharter.site.standing import standing_of
from labelcharter.site.wording import basis, words


def page_values(edition: Edition, page: str, element: Element) -> dict[str, Any]:
    """The values of the templates under `kinds/`, for one element on one page."""
    graph, place = edition.graph, element.place
    return {
        **links_on(edition, page),
        "element": element,
        "first": first_screen(edition, element),
        "former": former_ids(element),
        "chain": chain_view(graph, page, element),
        "history": entries(edition, page, element, edition.timelines.of(element.id)),
        "missing_history": edition.timelines.missing,
        "terms": terms_on(edition, page, element),
        "index_url": href(page, Address(index_of(KINDS[element.kind]))),
        "api_url": href(page, Address(API)),
        "edit_url": edition.edit_here(place.path, place.line),
        "field": partial(field, edition, page, element),
        "others": lambda *shown: other_fields(edition, page, element, frozenset(shown)),
        "targets": partial(graph.targets, element.id),
        "sources": partial(graph.sources, element.id),
        "section": lambda identifier: page_values(edition, page, graph.elements[identifier]),
        "where_taught": partial(where_taught, edition, page, element),
        "labels_of": partial(labels_of, edition),
        "record_view": partial(record_view, edition, page),
        "trends": partial(trends.trends, edition, page),
        "trend_of": partial(trends.trend_of, edition, page),
        "measured": partial(gates.measured, edition, page),
        "figure_of": partial(gates.figure_of, edition, page),
        "newest_record": partial(newest_record, edition),
        "standing_of": partial(standing_of, graph),
        "group_of": partial(group_of, edition),
        "votes_of": votes_of,
        "basis": basis,
        "since_url": partial(since_url, edition, page),
        "changed_by": partial(changed_by, edition, page, element),
    }


def links_on(edition: Edition, page: str) -> dict[str, Any]:
    """What any template needs to speak of elements on a page."""
    return {
        "link": partial(link, edition, page),
        "full_link": partial(full_link, page),
        "short_link": partial(short_link, page),
        "last_change": partial(last_change, edition),
        "gate_results": partial(gates.gate_results, edition, page),
        "url_of": lambda element: href(page, address_of(element)),
        "sentence": sentence,
        "tone": tone,
    }


def labels_of(edition: Edition, taxonomy: Element) -> tuple[dict[str, Any], ...]:
    """The labels of a taxonomy in their written order, each with its sentence and state."""
    order = {str(identifier): n for n, identifier in enumerate(taxonomy.items("labels"))}
    found = [e for e in edition.graph.of_kind("label") if e.parent == taxonomy.id]
    return tuple(
        {"element": e, "sentence": sentence(e), "state": words(e.status), "tone": tone(e.status)}
        for e in sorted(found, key=lambda e: order.get(e.id, len(order)))
    )


def group_of(edition: Edition, finding: Element) -> str:
    """The group that a finding is about, with the trait it is a group of."""
    part = finding.get("slice")
    if not isinstance(part, Mapping):
        return "Everybody"
    attribute = edition.graph.elements.get(str(part.get("attribute")))
    if attribute and not part.get("value"):
        return f"All groups of {attribute.title}"
    name = group_name(edition, part.get("attribute"), part.get("value"))
    return f"{name} ({attribute.title})" if attribute else name


def votes_of(decision: Element) -> str:
    """How the votes of a decision divide: "6 for, 2 against, 1 abstained"."""
    votes = [v.get("vote") for v in decision.items("votes") if isinstance(v, Mapping)]
    named = (("for", "for"), ("against", "against"), ("abstain", "abstained"))
    return ", ".join(f"{votes.count(vote)} {name}" for vote, name in named if vote in votes)


def terms_on(edition: Edition, page: str, element: Element) -> tuple[Markup, ...]:
    """Links to the glossary's terms that the element's own words use, in alphabetical order."""
    text = f"{element.title} {texts_in(dict(element.data))} {element.body}".lower()
    spoken = re.sub(r"[^\w'’-]+", " ", text)
    found = [
        term
        for name, term in edition.terms.items()
        if term.id != element.id and re.search(rf"\b{re.escape(name)}s?\b", spoken)
    ]
    return tuple(short_link(page, term) for term in sorted(found, key=lambda t: t.title.lower()))
