"""The pages of change: every landing by day, and the feed that follows them.

The newest landings stand on one page; older ones on a page for each year, so that a long history
stays readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from labelcharter.site import addresses
from labelcharter.site.addresses import Address, href
from labelcharter.site.edition import Edition
from labelcharter.site.history_view import Landing, by_commit, landing
from labelcharter.site.wording import count

if TYPE_CHECKING:
    from labelcharter.history.events import Event

NEWEST = 400  # commits on the first page


@dataclass(frozen=True, slots=True)
class Day:
    """The landings of one day (UTC), newest first."""

    date: str
    words: str
    landings: tuple[Landing, ...]


@dataclass(frozen=True, slots=True)
class Older:
    """A page of older landings, as another page links to it."""

    url: str
    words: str


def changes_by_page(edition: Edition) -> Mapping[str, tuple[str, tuple[Day, ...]]]:
    """Page of the tree -> its title and its days: the newest landings, then years of older ones."""
    commits = list(by_commit(edition).values())
    pages = {addresses.CHANGES: ("Changes", _days(edition, addresses.CHANGES, commits[:NEWEST]))}
    older = commits[NEWEST:]
    for year in sorted({events[0].time.year for events in older}, reverse=True):
        page = f"changes/{year:04}.md"
        found = [events for events in older if events[0].time.year == year]
        pages[page] = (f"Changes of {year}", _days(edition, page, found))
    return pages


def older_pages(page: str, pages: Mapping[str, tuple[str, tuple[Day, ...]]]) -> tuple[Older, ...]:
    """Links from one page of changes to all others."""
    return tuple(
        Older(
            href(page, Address(other)),
            f"{title} ({count(sum(len(day.landings) for day in days), 'commit')})",
        )
        for other, (title, days) in pages.items()
        if other != page
    )


def _days(edition: Edition, page: str, commits: Sequence[Sequence[Event]]) -> tuple[Day, ...]:
    found = [landing(edition, page, events) for events in commits]
    return tuple(
        Day(date, same[0].entry.day, tuple(same))
        for date, group in groupby(found, key=lambda one: one.entry.time[:10])
        for same in [list(group)]
    )
