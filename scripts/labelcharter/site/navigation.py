"""The order of pages for readers, and the settings that follow from the repository.

Both are written as a small YAML file beside the tree, from which mkdocs.yml inherits, so that any
builder that reads mkdocs.yml shows the same site and no program runs inside it.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import KINDS
from labelcharter.site import addresses
from labelcharter.site.addresses import address_of, index_of
from labelcharter.site.edition import Edition
from labelcharter.site.escape import metadata
from labelcharter.site.feed import FEED
from labelcharter.site.hand_pages import HandPage
from labelcharter.site.since_pages import since_page

Entry = dict[str, Any]
_HANDBOOK = "handbook"
_ELSEWHERE = (
    "objective",
    "taxonomy",
    "label",
    "guideline",
    "training",
    "decision",
    "audit",
    "record",
    "finding",
    "external-audit",
    "pilot",
    "action",
)  # kinds whose pages stand under other tabs


HOOKS_FILE = "build/hooks.py"
HOOKS = b"""from labelcharter.site.mkdocs_hooks import on_page_content

__all__ = ["on_page_content"]
"""


def site_settings(edition: Edition, hand: Iterable[HandPage]) -> bytes:
    """The inherited part of mkdocs.yml, in JSON, which is YAML."""
    settings = edition.settings
    name = metadata(settings.organisation)
    value: dict[str, Any] = {
        "site_name": f"{name}: labels and fairness" if name else "Labelcharter",
        "nav": navigation(edition, tuple(hand)),
        "hooks": [HOOKS_FILE],
        "extra": {
            "example_notice": metadata(settings.example_notice),
            "feed": FEED if edition.timelines.events else "",
            "as_of": metadata(edition.as_of),
        },
    }
    if settings.site_url:
        value["site_url"] = settings.site_url
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def navigation(edition: Edition, hand: tuple[HandPage, ...]) -> list[Entry]:
    """The nav of mkdocs: a tab for each thing that readers come for."""
    tabs: list[Entry] = [{"Home": addresses.HOME}]
    handbook = [p for p in hand if p.page.startswith(f"{_HANDBOOK}/")]
    if handbook:
        tabs.append({"For you": _hand(handbook)})
    tabs += [
        {"Guidelines": _guidelines(edition)},
        {"Objectives": [index_of(KINDS["objective"]), *_elements(edition, "objective")]},
        {
            "Decisions": [
                index_of(KINDS["decision"]),
                {"Decision log": addresses.DECISION_LOG},
                *reversed(_elements(edition, "decision")),
            ]
        },
        {"Audits and findings": _audits(edition)},
        {"Registry": _registry(edition)},
        {"Glossary": addresses.GLOSSARY},
        {"Changes": [addresses.CHANGES, {"How to check this history": addresses.CHECKING}]},
    ]
    taken = (
        "decisions/",
        "training/",
        "playbooks/",
        "objectives/",
        "guidelines/",
        "audits/",
        "registry/",
    )
    others = [
        p
        for p in hand
        if not p.page.startswith((f"{_HANDBOOK}/", *taken))
        and p.page
        not in (addresses.HOME, addresses.GLOSSARY, addresses.CHANGES, addresses.CHECKING)
    ]
    if others:
        tabs.append({"More": _hand(others)})
    return tabs


def _hand(pages: Iterable[HandPage]) -> list[Any]:
    """Hand-written pages: an index page first, then by the order they ask for, then by name."""

    def place(page: HandPage) -> tuple[bool, int, str]:
        return posixpath.basename(page.page) != "index.md", page.order, page.page

    return [{metadata(p.title): p.page} for p in sorted(pages, key=place)]


def _elements(edition: Edition, kind: str) -> list[Entry]:
    return [_entry(element) for element in edition.graph.of_kind(kind)]


def _entry(element: Element) -> Entry:
    return {metadata(element.title): address_of(element).page}


def _guidelines(edition: Edition) -> list[Any]:
    graph = edition.graph
    entries: list[Any] = [addresses.GUIDELINES]
    for taxonomy in graph.of_kind("taxonomy"):
        order = {str(i): n for n, i in enumerate(taxonomy.items("labels"))}
        labels = [e for e in graph.of_kind("label") if e.parent == taxonomy.id]
        entries.append(
            {
                metadata(taxonomy.title): [
                    {"About these labels": address_of(taxonomy).page},
                    *(
                        {metadata(g.title): address_of(g).page}
                        for g in graph.sources(taxonomy.id, "guideline")
                    ),
                    *(_entry(e) for e in sorted(labels, key=lambda e: order.get(e.id, len(order)))),
                    *(_entry(e) for e in graph.sources(taxonomy.id, "training")),
                    *(
                        [{"What changed since": since_page(taxonomy.id)}]
                        if taxonomy.id in edition.timelines.since
                        else []
                    ),
                ]
            }
        )
    entries.append({"Training": index_of(KINDS["training"])})
    return entries


def _audits(edition: Edition) -> list[Any]:
    entries: list[Any] = [index_of(KINDS["audit"]), *_elements(edition, "audit")]
    for kind in ("record", "finding", "action", "pilot", "external-audit"):
        found = _elements(edition, kind)
        if found:
            index = {f"All {KINDS[kind].plural.lower()}": index_of(KINDS[kind])}
            entries.append({KINDS[kind].plural: [index, *reversed(found)]})
    return entries


def _registry(edition: Edition) -> list[Any]:
    """The kinds that stand under no other tab and have an element; the index page has them all."""
    entries: list[Any] = [addresses.REGISTRY]
    elsewhere = {index_of(KINDS[name]) for name in ("objective", "decision", "term", "training")}
    elsewhere |= {_first_page(entry) for entry in (*_guidelines(edition), *_audits(edition))}
    for kind in KINDS.values():
        if (
            index_of(kind) in elsewhere
            or not edition.graph.of_kind(kind.name)
            or kind.name == "seat"
        ):
            continue
        own_pages = kind.name not in (*_ELSEWHERE, *addresses.SECTIONS)
        found = _elements(edition, kind.name) if own_pages else []
        if kind.name == "council":
            entries += found
        elif found:
            all_of_them = {f"All {kind.plural.lower()}": index_of(kind)}
            entries.append({kind.plural: [all_of_them, *found]})
        else:
            entries.append({kind.plural: index_of(kind)})
    return entries


def _first_page(entry: Any) -> str:
    """The first page of a nav entry: the index of what stands under it."""
    if isinstance(entry, Mapping):
        return _first_page(next(iter(entry.values())))
    return _first_page(entry[0]) if isinstance(entry, list) else str(entry)
