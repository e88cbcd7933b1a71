"""What the history says against the repository: altered decisions, stale votes, late limits."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from labelcharter.history.acceptance import accepted_in
from labelcharter.history.bundles import is_ancestor
from labelcharter.history.events import Event
from labelcharter.history.evidence import Sources
from labelcharter.history.field_changes import Change, changes_between
from labelcharter.history.lawful import grown
from labelcharter.history.thresholds import judged
from labelcharter.history.versions import Version
from labelcharter.registry.graph import Element, Graph
from labelcharter.registry.past import Altered, LateLimit, Past, Published, StaleVote

# What may change in a decision after it was accepted: where it stands now, and what led there.
_OPEN = frozenset(
    {
        *("status", "superseded_by", "note", "renamed_from", "retired_because", "replaced_by"),
        *("file", "id", "in", "unreadable"),
    }
)
# What a vote is about. Which option is chosen is its outcome, not its subject.
_VOTED_ON = frozenset(
    {"title", "change", "decides", "drivers", "options", "affects", "supersedes", "expires", "body"}
)
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_Step = tuple[str, Sequence[Change]]  # a commit, "" for what is not committed, and its changes


def past_of(sources: Sources, now: Graph, published: bytes | None = None) -> Past:
    """Everything, with the files as they stand `now`; `published`: what a site gave out of itself.

    Raises GitFailed, CannotSign.
    """
    altered: list[Altered] = []
    votes: list[StaleVote] = []
    for name, events in sources.history.events.items():
        if name.startswith("DEC-"):
            version = sources.history.present.get(name)
            if version is None:
                altered += _gone(name, events)
                continue
            uncommitted = _uncommitted(version, now.elements.get(name))
            altered += _altered(name, events, uncommitted)
            votes += _stale_votes(name, events, uncommitted)
    late = (
        LateLimit(found.record, found.limit, abs(found.days or 0))
        for found in judged(sources.graph, sources.history.events, sources.order)
        if found.order == "after"
    )
    lost = _published(sources, published) if published is not None else None
    return Past(tuple(altered), tuple(votes), tuple(late), lost)


def _uncommitted(version: Version, element: Element | None) -> tuple[Change, ...]:
    if element is None:
        return (Change("file", "", None),)
    return changes_between(version.data, element.data, version.body, element.body)


def _gone(name: str, events: Sequence[Event]) -> Iterator[Altered]:
    accepted = accepted_in(events)
    if accepted is not None and events[0].kind == "retired" and events[0].id == name:
        yield Altered(name, "file", events[0].commit, accepted.commit)


def _altered(
    name: str, events: Sequence[Event], uncommitted: Sequence[Change]
) -> Iterator[Altered]:
    """Fields that differ from what was accepted; one that was put back as it was does not."""
    accepted = accepted_in(events)
    if accepted is None:
        return
    later = [e for e in events[: events.index(accepted)] if e.kind != "unreadable"]
    steps: list[_Step] = [(e.commit, e.changes) for e in reversed(later)]
    found: dict[str, str] = {}
    was: dict[str, Counter[str]] = {}
    for commit, changes in (*steps, ("", uncommitted)):
        if any(change.field == "file" and change.new is None for change in changes):
            if not commit:
                yield Altered(name, "file", commit, accepted.commit)
            continue
        for change in changes:
            if _field(change) not in _OPEN:
                balance = was.setdefault(change.field, Counter())
                balance[_canonical(change.old)] -= 1
                balance[_canonical(change.new)] += 1
                found[change.field] = commit
    for field, commit in found.items():
        if any(was[field].values()):
            yield Altered(name, field, commit, accepted.commit)


def _stale_votes(
    name: str, events: Sequence[Event], uncommitted: Sequence[Change]
) -> Iterator[StaleVote]:
    """Votes that stand beside another text than they were cast on."""
    accepted = accepted_in(events)
    until = events[events.index(accepted) :] if accepted is not None else events
    steps: list[_Step] = [(e.commit, e.changes) for e in reversed(until)]
    if accepted is None:
        steps.append(("", uncommitted))
    standing: dict[str, tuple[str, str] | None] = {}
    for commit, changes in steps:
        cast = dict(_votes(changes))
        text = next((c.field for c in changes if _is_subject(c)), "")
        for seat, changed in standing.items():
            if text and changed is None:
                standing[seat] = (text, commit)
        for seat, votes in cast.items():
            if votes:
                standing[seat] = None
            else:
                standing.pop(seat, None)
    for seat, changed in standing.items():
        if changed is not None:
            yield StaleVote(name, seat, *changed)


def _votes(changes: Iterable[Change]) -> Iterator[tuple[str, bool]]:
    """Each seat whose vote was cast (True) or taken back in these changes."""
    for change in changes:
        if change.field == "votes":
            for value, stands in ((change.old, False), (change.new, True)):
                for vote in value if isinstance(value, list) else [value]:
                    if isinstance(vote, dict) and isinstance(vote.get("seat"), str):
                        yield vote["seat"], stands
        elif match := re.match(r"votes\[([^\]]+)\](\.vote)?$", change.field):
            yield match[1], change.new is not None


def _is_subject(change: Change) -> bool:
    return _field(change) in _VOTED_ON and not change.field.endswith(".chosen")


def _published(sources: Sources, content: bytes) -> Published | None:
    try:
        head = json.loads(content)["head"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Published("unreadable", "", "it is no JSON with a `head`")
    if not isinstance(head, str) or not _HASH.match(head):
        return Published("unreadable", "", "its `head` is no full hash")
    if is_ancestor(sources.root, head, sources.head):
        return None
    found = grown(sources, head)
    return Published("rewritten", head, found.words) if found.state == "fails" else None


def _field(change: Change) -> str:
    return re.split(r"[\[.:]", change.field)[0]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
