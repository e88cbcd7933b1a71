"""Run the rules: all mistakes at once, one a cause, sorted by place."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from fnmatch import fnmatchcase

from labelcharter.checks.registry import CHECKED
from labelcharter.checks.rule import Context, iso_date
from labelcharter.checks.schema_rules import elements_have_their_shape
from labelcharter.reading.diagnostic import SEVERITY_RANK, Diagnostic, Severity, in_reading_order
from labelcharter.registry.load import Repository
from labelcharter.registry.settings import Grandfathered


def check(
    repository: Repository,
    today: datetime.date | None = None,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
) -> tuple[Diagnostic, ...]:
    """Everything wrong with a repository, sorted by place.

    `select` and `ignore` are codes or their beginnings ("G", "G30", "G304"); `ignore` wins.
    """
    context = Context(repository, today)
    read = repository.problems
    shape = tuple(elements_have_their_shape(context))
    over_graph = tuple(d for rule in CHECKED if rule.check is not None for d in rule.check(context))
    found = one_per_cause(read, shape, over_graph)
    chosen = [d for d in found if _chosen(d.code, select, ignore)]
    return in_reading_order(tolerate(chosen, repository.settings.grandfathered, today))


def _chosen(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    if any(code.startswith(prefix) for prefix in ignore):
        return False
    return not select or any(code.startswith(prefix) for prefix in select)


def one_per_cause(*layers: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Drop what only follows from an earlier mistake at the same place.

    A word that cannot be read is not also of the wrong type; a value of the wrong type is not also
    an unknown reference. Layers come in the order reading, shape, graph; only errors silence, and
    only on the same line (reading) or the same place (shape).
    """
    kept: list[Diagnostic] = []
    lines: set[tuple[str, int]] = set()
    places: set[object] = set()
    for depth, layer in enumerate(layers):
        new = [
            d for d in layer if (d.place.path, d.place.line) not in lines and d.place not in places
        ]
        kept.extend(new)
        errors = [d for d in new if d.severity == "error"]
        if depth == 0:
            lines.update((d.place.path, d.place.line) for d in errors)
        else:
            places.update(d.place for d in errors if d.code != "S102")  # absence spoils nothing
    return kept


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
