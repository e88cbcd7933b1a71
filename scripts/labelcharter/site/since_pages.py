"""What changed since each version of a taxonomy, for the people who were trained on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from labelcharter.registry.graph import Element
from labelcharter.registry.kinds import KINDS
from labelcharter.site.addresses import Address, href
from labelcharter.site.edition import Edition
from labelcharter.site.escape import inert
from labelcharter.site.history_view import (
    Change,
    Landing,
    field_names,
    folded,
    happened_words,
    in_words,
    landing,
)
from labelcharter.site.linking import link
from labelcharter.site.rendering import slug
from labelcharter.site.wording import day

if TYPE_CHECKING:
    from labelcharter.history.changelog import Difference
    from labelcharter.history.since import Since


@dataclass(frozen=True, slots=True)
class Changed:
    """One element that is not as it was; the changes of one that is new stand on its own page."""

    link: Markup
    happened: str
    short: tuple[Change, ...]
    long: tuple[Change, ...]
    long_fields: str
    why: tuple[Landing, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version: when and by which commit it was set, and what changed since."""

    name: str
    anchor: str
    set_on: str
    set_by: Landing
    changed: tuple[Changed, ...]
    unread: tuple[str, ...]


def since_page(taxonomy: str) -> str:
    """The page about one taxonomy, in the tree."""
    return f"guidelines/since/{taxonomy}.md"


def since_url(edition: Edition, page: str, taxonomy: Any, version: Any = "") -> str:
    """From `page` to what changed since a version; "" where no history tells of the taxonomy."""
    told = edition.timelines.since.get(str(taxonomy))
    if not told or str(taxonomy) not in edition.graph.elements:
        return ""
    anchor = _anchors(told).get(str(version), "")
    return href(page, Address(since_page(str(taxonomy)), anchor))


def since_values(edition: Edition, taxonomy: Element) -> dict[str, Any]:
    """The values of the page about one taxonomy: every version, newest first."""
    page = since_page(taxonomy.id)
    told = edition.timelines.since[taxonomy.id]
    anchors = _anchors(told)
    return {
        "taxonomy": taxonomy,
        "taxonomy_link": link(edition, page, taxonomy.id),
        "versions": tuple(_version(edition, page, one, anchors[one.version]) for one in told),
    }


def _version(edition: Edition, page: str, one: Since, anchor: str) -> Version:
    return Version(
        one.version,
        anchor,
        day(f"{one.set_by.time:%Y-%m-%d}"),
        landing(edition, page, [one.set_by]),
        tuple(_changed(edition, page, difference) for difference in one.differences),
        one.unread,
    )


def _changed(edition: Edition, page: str, difference: Difference) -> Changed:
    known = edition.graph.elements.get(difference.id)
    changes = () if difference.kind == "added" else difference.changes
    short, long = folded([in_words(difference.element_kind, change) for change in changes])
    named = link(edition, page, difference.id, full=True)
    if known is None:
        named = Markup('<span class="lc-kind">%s</span> %s <code class="lc-id">%s</code>') % (
            inert(KINDS[difference.element_kind].title),
            inert(difference.title),
            inert(difference.id),
        )
    happened = "New" if difference.kind == "added" else happened_words(difference.kind)
    why: dict[str, Landing] = {
        event.commit: landing(edition, page, [event]) for event in difference.events
    }
    return Changed(named, happened, short, long, field_names(long), tuple(why.values()))


def _anchors(told: tuple[Since, ...]) -> Mapping[str, str]:
    """Version -> its section, no two alike even where the characters that differ cannot show."""
    found: dict[str, str] = {}
    for one in told:
        name = f"since-{slug(one.version)}"
        while name in found.values():
            name += "-"
        found[one.version] = name
    return found
