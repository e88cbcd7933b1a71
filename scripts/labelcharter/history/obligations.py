"""Audits that were promised, run, withdrawn, or never published: every one, from the history.

A promise is a day in an audit's `cadence.next_due`. Each that ever stood on the mainline is held
against the records that were committed while it stood, so that a day that was moved before anybody
looked, and a record that was taken out again, can both be seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from labelcharter.history.events import Event, iso

PromiseState = Literal["ahead", "run", "overdue", "moved-unrun"]


@dataclass(frozen=True, slots=True)
class Promise:
    """A due day, the commit that promised it, and the records committed while it stood.

    ahead: its day is yet to come. overdue: its day is past, it stands, and nothing was run.
    moved-unrun: another day took its place and nothing had been run.
    """

    due: str
    commit: str
    state: PromiseState
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A record: for which day, when it landed, and the commit that took it out ("" while it is in).

    `because`: what the record itself says of why it no longer counts.
    """

    id: str
    computed_for: str
    commit: str
    time: str
    withdrawn: str
    because: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """One audit. `published`: a record of it stands today. `gone`: its definition is no more."""

    audit: str
    status: str
    gone: bool
    promises: tuple[Promise, ...]
    runs: tuple[Run, ...]

    @property
    def published(self) -> bool:
        """True when a record of it stands in the tree."""
        return any(not run.withdrawn for run in self.runs)


def obligations(
    events: Mapping[str, tuple[Event, ...]],
    present: Mapping[str, Any],
    order: Mapping[str, int],
    day: str,
) -> tuple[Obligation, ...]:
    """Every audit that the history knows, by id; `present`: id -> fields; `day`: today, ISO."""
    oldest_first = {name: tuple(reversed(found)) for name, found in events.items()}
    runs: dict[str, list[Run]] = {}
    for name, found in oldest_first.items():
        if name.startswith("REC-"):
            run = _run(name, found, present.get(name))
            runs.setdefault(str(_last(found, "audit")), []).append(run)
    return tuple(
        Obligation(
            name,
            str(_last(found, "status") or ""),
            name not in present,
            _promises(found, sorted(runs.get(name, []), key=_when(order)), order, day),
            tuple(sorted(runs.get(name, []), key=_when(order))),
        )
        for name, found in sorted(oldest_first.items())
        if name.startswith("AUD-")
    )


def as_data(found: Obligation) -> dict[str, Any]:
    """For audits.json."""
    return {
        "audit": found.audit,
        "status": found.status,
        "definition_gone": found.gone,
        "published": found.published,
        "promises": [
            {"due": p.due, "commit": p.commit, "state": p.state, "records": list(p.records)}
            for p in found.promises
        ],
        "records": [
            {
                "id": run.id,
                "computed_for": run.computed_for,
                "commit": run.commit,
                "time": run.time,
                "withdrawn": run.withdrawn or None,
                "because": run.because or None,
            }
            for run in found.runs
        ],
    }


def _run(name: str, events: Sequence[Event], present: Any) -> Run:
    out = events[-1].commit if present is None or events[-1].kind == "retired" else ""
    because = present.get("retired_because") if isinstance(present, Mapping) else None
    if because and not out:
        out = next((e.commit for e in events if _new(e, "retired_because")), events[-1].commit)
    return Run(
        name,
        str(_last(events, "computed_for") or ""),
        events[0].commit,
        iso(events[0].in_force_since),
        out,
        str(because or ""),
    )


def _promises(
    events: Sequence[Event], runs: Sequence[Run], order: Mapping[str, int], day: str
) -> tuple[Promise, ...]:
    made = [
        (str(due), event.commit)
        for event in events
        if (due := _new(event, "cadence.next_due") or _due(_new(event, "cadence")))
    ]
    promises = []
    for index, (due, commit) in enumerate(made):
        until = order[made[index + 1][1]] if index + 1 < len(made) else None
        meanwhile = tuple(
            run.id
            for run in runs
            if order[commit] <= order[run.commit] and (until is None or order[run.commit] <= until)
        )
        state: PromiseState = "run" if meanwhile else "moved-unrun" if until else "overdue"
        if until is None and due >= day:
            state = "ahead"
        promises.append(Promise(due, commit, state, meanwhile))
    return tuple(promises)


def _due(cadence: Any) -> Any:
    return cadence.get("next_due") if isinstance(cadence, Mapping) else None


def _new(event: Event, field: str) -> Any:
    return next((c.new for c in event.changes if c.field == field and c.new is not None), None)


def _last(events: Sequence[Event], field: str) -> Any:
    """The value that a field last had; what is gone keeps its last one."""
    return next((v for e in reversed(events) if (v := _new(e, field)) is not None), None)


def _when(order: Mapping[str, int]) -> Any:
    return lambda run: (order[run.commit], run.id)
