"""Run the rules: all mistakes at once, one a cause, sorted by place."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from fnmatch import fnmatchcase

from labelcharter.checks.registry import CHECKED, NAMING
from labelcharter.checks.rule import Check, Context, iso_date
from labelcharter.checks.schema_rules import elements_have_their_shape
from labelcharter.checks.spoilt import spoilt_by
from labelcharter.reading.diagnostic import SEVERITY_RANK, Diagnostic, Severity, in_reading_order
from labelcharter.registry.load import Repository
from labelcharter.registry.past import Past
from labelcharter.registry.settings import Grandfathered

# Each layer relies on what the ones before it found to be sound.
_LAYERS: tuple[tuple[Check, ...], ...] = (
    (elements_have_their_shape,),
    *(tuple(r.check for r in rules if r.check is not None) for rules in (*NAMING, CHECKED)),
)


def check(
    repository: Repository,
    today: datetime.date | None = None,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    past: Past | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything wrong with a repository, sorted by place.

    `select` and `ignore` are codes or their beginnings ("G", "G30", "G304"); `ignore` wins.
    `past`: what the history says against it, where it was asked.
    """
    found = list(repository.problems)
    for layer in _LAYERS:
        context = Context(repository, today, spoilt_by(repository, found), past)
        found = one_per_cause(found, (d for check in layer for d in check(context)))
    chosen = [d for d in found if _chosen(d.code, select, ignore)]
    return in_reading_order(tolerate(chosen, repository.settings.grandfathered, today))


def _chosen(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    if any(code.startswith(prefix) for prefix in ignore):
        return False
    return not select or any(code.startswith(prefix) for prefix in select)


def one_per_cause(found: list[Diagnostic], more: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Add what does not only follow from an earlier mistake at the same place.

    A word that cannot be read is not also of the wrong type; a value of the wrong type is not also
    an unknown reference, nor an unknown one a reference to the wrong group. Errors of reading
    silence their line, those of shape and reference their place.
    """
    errors = [d for d in found if d.severity == "error"]
    lines = {
        (place.path, place.line)
        for d in errors
        if d.code.startswith("Y")
        for place in (d.place, *(r.place for r in d.related if d.code == "Y003"))
    }
    # A field that is missing has no place of its own: it is reported at the id.
    places = {d.place for d in errors if d.code.startswith(("S", "R")) and d.code != "S102"}
    return found + [
        d for d in more if (d.place.path, d.place.line) not in lines and d.place not in places
    ]


def tolerate(
    found: Iterable[Diagnostic], debts: tuple[Grandfathered, ...], today: datetime.date | None
) -> list[Diagnostic]:
    """Turn findings that the settings tolerate until a date into notes that say until when."""
    result = []
    for diagnostic in found:
        debt = next((d for d in debts if _covers(d, diagnostic, today)), None)
        if debt is None or diagnostic.severity == "note":
            result.append(diagnostic)
            continue
        message = f"{diagnostic.message} (tolerated until {debt.until}: {debt.reason})"
        result.append(dataclasses.replace(diagnostic, severity="note", message=message))
    return result


def _covers(debt: Grandfathered, diagnostic: Diagnostic, today: datetime.date | None) -> bool:
    until = iso_date(debt.until)
    if until is None or today is None or today > until or debt.code != diagnostic.code:
        return False
    return any(fnmatchcase(diagnostic.place.path, pattern) for pattern in debt.paths)


def at_or_above(found: Iterable[Diagnostic], level: Severity) -> bool:
    """True when any diagnostic is at least as severe as `level`."""
    return any(SEVERITY_RANK[d.severity] <= SEVERITY_RANK[level] for d in found)
