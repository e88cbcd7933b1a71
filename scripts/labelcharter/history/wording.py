"""Events in words: what a person reads in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labelcharter.history.cautions import Caution
from labelcharter.history.commits import visible
from labelcharter.history.events import Event, iso
from labelcharter.history.field_changes import Change

_WIDEST = 72  # characters of one value
_BEFORE = 24  # characters kept before the first difference of two long texts


def event_lines(event: Event, *, came_back: bool = False) -> list[str]:
    """One event: a line that says when, what and why, a line that says who, then the fields.

    `came_back`: the element had been in the tree before.
    """
    kind = "came back" if event.kind == "added" and came_back else event.kind
    decision = f"  [{event.decision}]" if event.decision else ""
    lines = [
        f"{iso(event.time)[:10]}  {kind}: {event.subject or '(no subject)'}{decision}",
        _who(event),
    ]
    if event.kind == "added" and not came_back:
        names = ", ".join(change.field for change in event.changes)
        return [*lines, f"    in {event.path}, with {names or 'no field but its id'}"]
    return [*lines, *(f"    {change_line(change)}" for change in event.changes)]


def change_line(change: Change) -> str:
    """One field: `field: old → new`, both shortened to where they differ."""
    if change.field == "file":
        return _file(change)
    if change.field == "unreadable":
        if change.new is None:
            return "can be read again"
        return f"cannot be read, so its last good values stand: {visible(str(change.new))}"
    old, new = change.old, change.new
    if old is None:
        return f"{visible(change.field)}: + {_cut(_plain(new))}"
    if new is None:
        return f"{visible(change.field)}: - {_cut(_plain(old))}"
    before, after = _around_the_difference(_plain(old), _plain(new))
    return f"{visible(change.field)}: {before} → {after}"


def value_line(value: Any) -> str:
    """A value of any shape on one line, shortened."""
    return _cut(_plain(value))


def caution_line(caution: Caution) -> str:
    """A caution in one paragraph: what, why, what next."""
    text = f"caution: {caution.what}; {caution.why}. What to do: {caution.next}."
    return visible(text)


def _who(event: Event) -> str:
    signature = event.signed or "not signed"
    number = f", pull request #{event.pull_request}" if event.pull_request is not None else ""
    return f"    {_people(event)}; commit {event.commit[:12]}{number}, {signature}"


def _people(event: Event) -> str:
    """Who wrote it, who merged it, who landed it; each name once."""
    if event.written_in or event.made_in_merge:
        final = _writers(event, final=True)
        parts = [f"written by {final}" if final else f"made in the merge by {event.author}"]
        if earlier := _writers(event, final=False):
            parts.append(f"with earlier work by {earlier}")
        if final:
            parts.append(f"merged by {event.author}")
    else:
        parts = [f"by {event.author}"]
        if event.written_earlier_or_later:
            parts[0] += f", who dates it {iso(event.author_time)[:10]}"
    if event.co_authors:
        parts.append(f"with {', '.join(map(visible, event.co_authors))}")
    if event.committer != event.author:
        parts.append(f"landed by {event.committer}")
    return "; ".join(parts)


def _writers(event: Event, *, final: bool) -> str:
    """The authors of the branch commits, each with the commits it wrote."""
    commits: dict[str, list[str]] = {}
    for writing in event.written_in:
        if writing.final == final:
            commits.setdefault(writing.author, []).append(writing.commit[:12])
    return ", ".join(f"{author} in {', '.join(names)}" for author, names in commits.items())


def _file(change: Change) -> str:
    if change.new is None:
        return f"taken out of the tree (was in {change.old})"
    if change.old is None:
        return f"again in {change.new}"
    return f"file: {change.old} → {change.new}"


def _plain(value: Any) -> str:
    """Any value on one line: lists with commas, fields with semicolons."""
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "; ".join(f"{visible(str(name))}: {_plain(held)}" for name, held in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value)) or "(an empty list)"
    return visible(" ".join(str(value).split())) or "(an empty text)"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1].rstrip()}…"


def _around_the_difference(old: str, new: str) -> tuple[str, str]:
    if len(old) <= _WIDEST and len(new) <= _WIDEST:
        return old, new
    same = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    start = max(0, same - _BEFORE)
    if start:
        start = old.find(" ", start, same) + 1 or start  # at the beginning of a word
        return f"…{_cut(old[start:])}", f"…{_cut(new[start:])}"
    return _cut(old), _cut(new)
