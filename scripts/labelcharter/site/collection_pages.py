"""Pages about many elements: an index for each kind, the glossary, the logs, the latest changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import KINDS, Kind
from labelcharter.registry.schema_files import schema
from labelcharter.site import addresses
from labelcharter.site.addresses import Address, href, index_of, markdown_target
from labelcharter.site.change_pages import changes_by_page, older_pages
from labelcharter.site.decision_log import decision_log
from labelcharter.site.edition import Edition, made_up, newest_record
from labelcharter.site.escape import front_matter, metadata
from labelcharter.site.feed import FEED
from labelcharter.site.first_screen import sentence, tone, whom_to_ask
from labelcharter.site.linking import short_link
from labelcharter.site.page_values import labels_of, links_on, page_values
from labelcharter.site.rendering import render
from labelcharter.site.since_pages import since_page, since_values
from labelcharter.site.wording import words


@dataclass(frozen=True, slots=True)
class Listed:
    """An element as a row of an index."""

    element: Element
    link: Any
    sentence: str
    state: str
    tone: str
    ask: Any
    made_up: bool
    day: str  # the day that orders a dated kind, "" for others


@dataclass(frozen=True, slots=True)
class Collection:
    """A page about many elements, not rendered yet: somebody may have written its beginning."""

    title: str
    description: str
    template: str
    values: Mapping[str, Any]

    def markdown(self) -> str:
        """The whole page."""
        fields = {"title": metadata(self.title), "description": metadata(self.description)}
        return front_matter(fields) + self.after(introduced=False)

    def after(self, *, introduced: bool) -> str:
        """The page's text; when `introduced`, without the title and first sentence."""
        return render(self.template, introduced=introduced, **self.values)


def collection_pages(edition: Edition) -> Mapping[str, Collection]:
    """All pages about many elements: path in the tree -> what stands there."""
    pages = {
        addresses.GLOSSARY: _page(
            edition,
            addresses.GLOSSARY,
            "glossary",
            "Glossary",
            "What the words on this site mean.",
            terms=_terms(edition),
        ),
        **_changes(edition),
        addresses.DECISION_LOG: _page(
            edition,
            addresses.DECISION_LOG,
            "decision_log",
            "Decision log",
            "Each decision by its date, and what was changed by it.",
            log=decision_log(edition, addresses.DECISION_LOG),
        ),
        **_since(edition),
        addresses.CHECKING: _page(
            edition,
            addresses.CHECKING,
            "checking",
            "How to check this history",
            "Two hashes that stand for everything that was ever decided here, and how to use them.",
            head=edition.timelines.head,
            ledger_root=edition.timelines.ledger_root,
            events=edition.timelines.ledger_events,
            api=markdown_target(addresses.CHECKING, Address(addresses.API_HISTORY)),
        ),
        addresses.REGISTRY: _page(
            edition,
            addresses.REGISTRY,
            "registry",
            "Registry",
            "Every element of the repository, by kind.",
            kinds=_kinds(edition),
        ),
        addresses.GUIDELINES: _page(
            edition,
            addresses.GUIDELINES,
            "guidelines",
            "Guidelines",
            "What annotators read, and the labels they give.",
            taxonomies=_taxonomies(edition),
        ),
        "audits/index.md": _page(
            edition,
            "audits/index.md",
            "audits",
            "Audits and findings",
            "What was measured, what was found, and what is done about it.",
            **_audits(edition),
        ),
    }
    for kind in KINDS.values():
        page = index_of(kind)
        if page not in pages and kind.name not in ("council", "seat"):
            pages[page] = _index(edition, kind, page)
    return pages


def _page(
    edition: Edition, page: str, template: str, title: str, description: str, **values: Any
) -> Collection:
    return Collection(
        title,
        description,
        template,
        {
            "title": title,
            "description": description,
            "page": page,
            "missing_history": edition.timelines.missing,
            **links_on(edition, page),
            **values,
        },
    )


def _index(edition: Edition, kind: Kind, page: str) -> Collection:
    rows = listed(edition, page, kind.name)
    if kind.dated:
        rows = tuple(reversed(rows))
    description = str(schema(kind.name).get("description", ""))
    template = "decisions" if kind.name == "decision" else "index"
    log = href(page, Address(addresses.DECISION_LOG))
    return _page(
        edition, page, template, kind.plural, description, kind=kind, rows=rows, log_url=log
    )


def listed(edition: Edition, page: str, kind: str) -> tuple[Listed, ...]:
    """All elements of a kind as rows of a table on `page`."""
    return tuple(_listed(edition, page, element) for element in edition.graph.of_kind(kind))


def _listed(edition: Edition, page: str, element: Element) -> Listed:
    seat, _ = whom_to_ask(edition, element)
    days = (
        element.get(f)
        for f in (
            "decided_on",
            "proposed_on",
            "computed_for",
            "due",
            "received_on",
            "reported_on",
            "expires",
        )
    )
    return Listed(
        element,
        short_link(page, element),
        sentence(element),
        words(element.status),
        tone(element.status),
        short_link(page, seat) if seat else "",
        made_up(edition, element),
        next((d for d in days if isinstance(d, str)), ""),
    )


def _terms(edition: Edition) -> list[dict[str, Any]]:
    terms = sorted(edition.graph.of_kind("term"), key=lambda t: t.title.lower())
    return [page_values(edition, addresses.GLOSSARY, term) for term in terms]


def _kinds(edition: Edition) -> list[dict[str, Any]]:
    page = addresses.REGISTRY
    return [
        {
            "kind": kind,
            "url": href(page, Address(index_of(kind))),
            "count": len(edition.graph.of_kind(kind.name)),
            "means": str(schema(kind.name).get("description", "")).partition(". ")[0].rstrip(".")
            + ".",
        }
        for kind in KINDS.values()
    ]


def _taxonomies(edition: Edition) -> list[dict[str, Any]]:
    return [
        {
            "element": taxonomy,
            "sentence": sentence(taxonomy),
            "state": words(taxonomy.status),
            "tone": tone(taxonomy.status),
            "labels": labels_of(edition, taxonomy),
            "guidelines": edition.graph.sources(taxonomy.id, "guideline"),
            "training": edition.graph.sources(taxonomy.id, "training"),
        }
        for taxonomy in edition.graph.of_kind("taxonomy")
    ]


def _audits(edition: Edition) -> dict[str, Any]:
    page = "audits/index.md"
    audits = [
        {"row": _listed(edition, page, audit), "newest": newest_record(edition, audit)}
        for audit in edition.graph.of_kind("audit")
    ]
    return {
        "audits": audits,
        **{
            name: tuple(reversed(listed(edition, page, kind)))
            for name, kind in (
                ("findings", "finding"),
                ("records", "record"),
                ("external", "external-audit"),
                ("pilots", "pilot"),
                ("actions", "action"),
            )
        },
    }


def _changes(edition: Edition) -> dict[str, Collection]:
    pages = changes_by_page(edition)
    return {
        page: _page(
            edition,
            page,
            "changes",
            title,
            "Every commit that changed an element: why, what, who and when.",
            days=days,
            older=older_pages(page, pages),
            feed_url=href(page, Address(FEED)),
            log_url=href(page, Address(addresses.DECISION_LOG)),
        )
        for page, (title, days) in pages.items()
    }


def _since(edition: Edition) -> dict[str, Collection]:
    return {
        since_page(taxonomy.id): _page(
            edition,
            since_page(taxonomy.id),
            "since",
            f"What changed since you were trained: {taxonomy.title}",
            "For annotators: what is different today from the version they were trained on.",
            **since_values(edition, taxonomy),
        )
        for taxonomy in edition.graph.of_kind("taxonomy")
        if taxonomy.id in edition.timelines.since
    }
