"""From the rows of a check to its charts: what a row is about, and which rows share a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.site.axis import Limits
from labelcharter.site.edition import Edition
from labelcharter.site.entries import Entry, entry
from labelcharter.site.group_names import (
    attribute_title,
    group_name,
    groups_of,
    in_plain_names,
    joined_name,
    label_titles,
)
from labelcharter.site.quantities import Quantity, quantity
from labelcharter.site.rendering import lower_first
from labelcharter.site.series import Series

_EACH = "\n"  # stands for many subjects with a row each; no record's words hold a line break


def series_of(
    edition: Edition, record: Element, anchor: str, rows: Sequence[Mapping[str, Any]]
) -> Iterable[Series]:
    """One series for each trait, quantity and subject; single rows of many subjects in one."""
    by_figure: dict[tuple[str, str], dict[str, list[_Placed]]] = {}
    for row in rows:
        key = str(row.get("attribute") or ""), str(row.get("figure") or "figure")
        placed = _placed(edition, record, key[0], quantity(key[1]), row)
        by_figure.setdefault(key, {}).setdefault(placed.subject, []).append(placed)
    number = 0
    for (attribute, figure), by_subject in by_figure.items():
        single = [found[0] for found in by_subject.values() if len(found) == 1]
        parts = dict(by_subject)
        if len(single) > 1:
            parts = {"": single} | {s: f for s, f in parts.items() if len(f) > 1}
            if len(by_subject.get("", ())) > 1:  # rows about nothing else keep a chart of theirs
                parts = {**parts, "": by_subject[""], _EACH: single}
        for subject, found in parts.items():
            shown = "" if subject == _EACH else subject
            yield _series(edition, f"{anchor}-{number}", attribute, figure, shown, found)
            number += 1


@dataclass(frozen=True, slots=True)
class _Placed:
    """A row with what it is about beside its groups, and the name of its groups."""

    subject: str
    name: str
    row: Mapping[str, Any]

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(str(g) for g in self.row.get("groups") or ())


def _placed(
    edition: Edition, record: Element, attribute: str, kind: Quantity, row: Mapping[str, Any]
) -> _Placed:
    """What a row is about. Where its own words name one of the groups, that is the row's group.

    The groups of a row are all whose data stand in it, which may be more than the one that it is
    about ("pooled majority: Singapore" rests on everybody's votes).
    """
    about = str(row.get("about") or "")
    row = {**row, "why": in_plain_names(edition, record, str(row.get("why") or ""))}
    titles = {g: group_name(edition, attribute, g) for g in groups_of(record, attribute)}
    subject, _, last = about.rpartition(": ")
    if last in titles:
        subject = in_plain_names(edition, record, subject)
        return _Placed(subject, titles[last], row)
    for group, title in titles.items():
        if about.startswith(f"{group} "):
            return _Placed("", f"{title}{about.removeprefix(group)}", row)
    groups = [str(g) for g in row.get("groups") or ()]
    labels = label_titles(edition, record)
    known = f"“{labels[about]}”" if about in labels else ""
    subject = known or in_plain_names(edition, record, about)
    return _Placed(subject, joined_name(edition, record, attribute, groups, kind.joint), row)


def _series(
    edition: Edition,
    identifier: str,
    attribute: str,
    figure: str,
    subject: str,
    rows: Sequence[_Placed],
) -> Series:
    kind = quantity(figure)
    subjects = len({placed.subject for placed in rows}) > 1
    alike = len({placed.groups for placed in rows}) == 1
    entries = tuple(_entry(placed, subjects=subjects, alike=alike) for placed in rows)
    trait = attribute_title(edition, attribute)
    pairs = kind.joint != " minus " or any(len(placed.groups) == 2 for placed in rows)
    says = [f"By {lower_first(trait)}." if trait else "", kind.says if pairs else ""]
    title = f"{kind.title}: {subject}" if subject else kind.title
    return Series(identifier, title, " ".join(part for part in says if part), kind.scale, entries)


def _entry(placed: _Placed, *, subjects: bool, alike: bool) -> Entry:
    """A row under the name of its groups, of its subject, or where rows differ in both, of both."""
    name = placed.name
    if subjects and placed.subject:
        about = placed.subject[:1].upper() + placed.subject[1:]
        name = about if alike else f"{about}: {name}"
    everybody = not placed.groups and not subjects
    return entry(name, placed.row, limits_of(placed.row.get("limits")), whole=everybody)


def limits_of(limits: Any) -> Limits | None:
    """A tolerated range as a record holds it; None where there is none."""
    if not isinstance(limits, list | tuple) or len(limits) != 2:
        return None
    low, high = (float(v) if isinstance(v, int | float) else None for v in limits)
    return None if low is None and high is None else (low, high)
