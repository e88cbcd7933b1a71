"""The changes as an Atom feed (RFC 4287), for readers who do not come back every day.

The same commits give the same bytes: all times are those of landing, all ids follow from hashes.
Links are absolute where the settings say where the site lies; else they are relative to the feed,
which RFC 4287 (2.) allows.
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from labelcharter.site.addresses import CHANGES, url_of
from labelcharter.site.edition import Edition
from labelcharter.site.escape import one_line
from labelcharter.site.history_view import (
    anchor_of,
    by_commit,
    happened_words,
    named_by,
    people,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelcharter.history.events import Event

FEED = "feed.xml"
_NEWEST = 50  # commits in the feed
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF))  # what XML 1.0 cannot hold and `one_line` leaves


def feed(edition: Edition) -> bytes | None:
    """The feed; None where no commit is known, because a feed needs a time of its last change."""
    commits = by_commit(edition)
    if not commits:
        return None
    newest = list(commits.values())[:_NEWEST]
    site = edition.settings.site_url.rstrip("/")
    base = f"{site}/" if site else ""
    name = edition.settings.organisation
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _text(root, "id", _urn(f"feed of {list(commits)[-1]}"))
    _text(root, "title", f"{name}: what changed" if name else "What changed")
    _text(root, "updated", _time(newest[0]))
    ET.SubElement(
        root, "link", {"rel": "self", "type": "application/atom+xml", "href": base + FEED}
    )
    ET.SubElement(root, "link", {"rel": "alternate", "href": base + url_of(CHANGES)})
    ET.SubElement(root, "generator").text = "Labelcharter"
    for events in newest:
        _entry(root, edition, base, events)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(root: ET.Element, edition: Edition, base: str, events: Sequence[Event]) -> None:
    event = events[0]
    entry = ET.SubElement(root, "entry")
    _text(entry, "id", _urn(event.commit))
    _text(entry, "title", event.subject or "(no subject)")
    _text(entry, "updated", _time(events))
    _text(ET.SubElement(entry, "author"), "name", people(events)[0])
    address = f"{base}{url_of(CHANGES)}#{anchor_of(event.commit)}"
    ET.SubElement(entry, "link", {"rel": "alternate", "href": address})
    for decision in named_by(events):
        ET.SubElement(entry, "category", {"term": decision, "label": "Decision"})
    _text(entry, "summary", _summary(edition, events))


def _summary(edition: Edition, events: Sequence[Event]) -> str:
    told = []
    for event in events:
        element = edition.graph.elements.get(event.id)
        named = f"{element.title} ({event.id})" if element else event.id
        told.append(f"{happened_words(event.kind)}: {named}")
    decisions = ", ".join(named_by(events))
    why = f"Decision {decisions}." if decisions else "The commit names no decision."
    return f"{'; '.join(told)}. {why}"


def _time(events: Sequence[Event]) -> str:
    """In force since: it never goes back from one commit to the next."""
    from labelcharter.history.events import iso

    return iso(events[0].in_force_since)


def _urn(text: str) -> str:
    """A permanent id that needs no address: the same text has the same id everywhere."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"labelcharter {text}").urn


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = one_line(text).translate(_NOT_XML)
