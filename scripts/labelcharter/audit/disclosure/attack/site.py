"""The built site, searched for figures that its records hide.

Looks where a reader, a screen reader, a search engine or a program would: table cells and their
attributes, drawings (words and lengths), the search index, every JSON. A number beside the name of
a hidden group must be one that a record publishes there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelcharter.audit.disclosure.attack.attacker import Attacked, attack, belongs_with
from labelcharter.audit.disclosure.attack.cells import where_of
from labelcharter.audit.disclosure.attack.names import Named, hidden_groups, numbers_beside
from labelcharter.audit.disclosure.attack.page import page_of
from labelcharter.audit.disclosure.attack.scrape import leaks_in_json, leaks_on_page, text_leaks
from labelcharter.audit.disclosure.attack.verdicts import Recovered

_SCHEMAS = "schemas"


class NoRecords(Exception):
    """The folder is not a site with records; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a site says of itself: its records, each with its page, and the titles of groups."""

    folder: Path
    records: tuple[Mapping[str, Any], ...]
    pages: Mapping[str, str]
    titles: Mapping[tuple[str, str], str]


def attack_site(folder: Path) -> Attacked:
    """Attack the records of a site, then the site. Raises NoRecords and what `attack` raises."""
    site = _site(folder)
    found: list[Recovered] = []
    hidden = 0
    for together in records_together(site.records):
        attacked = attack(together)
        hidden += attacked.hidden
        found += attacked.recovered
    found += list(_search(site))
    names = tuple(str(record["id"]) for record in site.records)
    return Attacked(names, hidden, tuple(sorted(set(found))))


def records_together(
    records: Sequence[Mapping[str, Any]],
) -> list[list[Mapping[str, Any]]]:
    """Records in sets that one attack takes together: of one audit, or of the same file."""
    sets: list[list[Mapping[str, Any]]] = []
    for record in records:
        joined = [s for s in sets if any(belongs_with(record, other) for other in s)]
        sets = [s for s in sets if s not in joined]
        sets.append([*(other for s in joined for other in s), record])
    return sets


def _site(folder: Path) -> Site:
    if not (folder / "index.html").is_file():
        raise NoRecords(f"{folder} has no index.html: it is not a built site")
    records: dict[str, Mapping[str, Any]] = {}
    pages: dict[str, str] = {}
    titles: dict[tuple[str, str], str] = {}
    for _, value in _json_files(folder):
        for element in _elements(value):
            data = element.get("data", {})
            if element.get("kind") == "record":
                records[element["id"]] = data
                pages[element["id"]] = str(element.get("page", ""))
            elif element.get("kind") == "attribute":
                for category in data.get("categories", ()):
                    titles[element["id"], str(category["value"])] = str(category["title"])
    if not records:
        raise NoRecords(f"{folder} holds no record in its JSON: there is nothing to attack")
    return Site(folder, tuple(records[name] for name in sorted(records)), pages, titles)


def _elements(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield from (e for e in value.get("elements", ()) if isinstance(e, Mapping))


def _json_files(folder: Path) -> Iterator[tuple[Path, Any]]:
    for path in sorted(folder.rglob("*.json")):
        if _SCHEMAS not in path.relative_to(folder).parts:
            yield path, json.loads(path.read_text("utf-8"))


def _search(site: Site) -> Iterator[Recovered]:
    hidden, everybody = _named(site)
    for path in sorted(site.folder.rglob("*.html")) if hidden else ():
        html = path.read_text("utf-8")
        place = str(path.relative_to(site.folder))
        here = _spoken_of(site, place, html, hidden)
        page = page_of(html if here else "")
        for named in here:
            for where in leaks_on_page(page, named, everybody):
                yield _found(named, f"{place}: {where}")
    for path, value in _json_files(site.folder) if hidden else ():
        place = str(path.relative_to(site.folder))
        for part, text in _parts(value, site):
            for named in _spoken_of(site, "", text, hidden):
                if leaks_in_json(part, named):
                    yield _found(named, f"{place}: an object that names it")
        if isinstance(value, Mapping):
            yield from _in_index(value.get("docs", ()), place, site, hidden, everybody)


def _parts(value: Any, site: Site) -> Iterator[tuple[Any, str]]:
    """A JSON in parts, each about one thing, with its text; records are attacked as records."""
    elements: list[Any] = [*_elements(value)]
    for part in elements or [value]:
        if not isinstance(part, Mapping) or part.get("id") not in site.pages:
            yield part, json.dumps(part, ensure_ascii=False)


def _named(site: Site) -> tuple[list[Named], list[str]]:
    """The hidden groups of every record, and the names of all groups, longest first."""
    hidden = []
    names: set[str] = {"Everybody", "everybody"}
    for record in site.records:
        for group in record["result"]["groups"]:
            names.update(_names_of(site, (group["attribute"], group["value"])))
        for who in hidden_groups(record):
            allowed = tuple(numbers_beside(record, who))
            hidden.append(Named(str(record["id"]), who, _names_of(site, who), allowed))
    return hidden, sorted(names, key=len, reverse=True)


def _names_of(site: Site, who: tuple[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([site.titles.get(who, who[1]), who[1]]))


def _spoken_of(site: Site, place: str, text: str, hidden: Sequence[Named]) -> list[Named]:
    """The hidden groups that a page or a part of a JSON speaks of.

    A record's own page speaks of that record. Elsewhere a text speaks of the records that it names;
    where one of these shows the group, a figure beside its name is taken to be that one's.
    """
    address = place.removesuffix("index.html")
    own = [record for record, url in site.pages.items() if address and url == address]
    spoken = own or [record for record in site.pages if record in text]
    shown = {
        (group["attribute"], group["value"])
        for record in site.records
        if record["id"] in spoken
        for group in record["result"]["groups"]
        if group["ratings"] is not None
    }
    return [
        named
        for named in hidden
        if named.record in spoken
        and named.group not in shown
        and any(name in text for name in named.names)
    ]


def _in_index(
    docs: Iterable[Mapping[str, Any]],
    place: str,
    site: Site,
    hidden: Sequence[Named],
    everybody: Sequence[str],
) -> Iterator[Recovered]:
    """The search index, section by section, of the records' own pages."""
    for doc in docs:
        location = str(doc.get("location", ""))
        text = f"{doc.get('title', '')}\n{doc.get('text', '')}"
        for named in _spoken_of(site, location.partition("#")[0], text, hidden):
            if text_leaks(text, named, everybody):
                yield _found(named, f"{place}: the section {location}")


def _found(named: Named, how: str) -> Recovered:
    return Recovered(named.record, where_of(*named.group), "a figure", "exact", 0.0, how)
