"""The sections of a record's page that answer a question: gaps, ratios, and every check asked.

Each section is made from the one shape that all checks have in a record, so that a check that is
new to the record is on the page without a line of code here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.site.edition import Edition
from labelcharter.site.estimate_lines import entries_of, is_withheld
from labelcharter.site.forest import Limits
from labelcharter.site.group_names import (
    attribute_title,
    joined_name,
    label_titles,
    labels_to_show,
)
from labelcharter.site.quantities import Quantity, quantity
from labelcharter.site.rendering import lower_first, slug
from labelcharter.site.series import Entry, Series, entry
from labelcharter.site.wording import count, verdict_words, words

_GAPS = {
    "agreement-gap": "Do the groups agree among themselves to the same degree?",
    "label-rate-gap": "Do the groups give a label equally often?",
    "accuracy-gap": "Do the groups match the reference labels equally often?",
    "false-positive-gap": "Is a label given wrongly more often in one group?",
    "false-negative-gap": "Is a label missed more often in one group?",
    "missing-rate": "Does one group leave more answers without a label?",
}
_RATIOS = "Does every group get the favourable label as often as the reference group?"
_FOUR_FIFTHS = "Band from 0.8 to 1.25: four fifths, and its inverse."
_ORDER = ("breached", "insufficient-evidence", "met")


@dataclass(frozen=True, slots=True)
class Section:
    """One question: its figures, what they do not show, and what they rest on."""

    anchor: str
    title: str
    series: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    basis: str = ""
    family: str = ""
    not_computed: str = ""

    @property
    def tally(self) -> tuple[tuple[str, str, int], ...]:
        """(verdict, its words, how many rows), the worst first."""
        found = Counter(e.verdict for s in self.series for e in s.entries)
        return tuple((v, verdict_words(v), found[v]) for v in _ORDER if found[v])

    @property
    def figures(self) -> str:
        """How much there is: "12 figures, 2 withheld"."""
        every = [e for s in self.series for e in s.entries]
        withheld = sum(is_withheld(e.estimate) for e in every)
        return count(len(every), "figure") + (f", {withheld} withheld" if withheld else "")

    @property
    def corrected(self) -> bool:
        """True where some p value of the section was corrected for its family."""
        return any("q" in s.columns for s in self.series)

    @property
    def given_these_votes(self) -> bool:
        """True where an interval of the section leaves open what other annotators would say."""
        return any(s.given_these_votes for s in self.series) or any(
            "given these votes" in note.lower() for note in self.notes
        )


def sections(edition: Edition, record: Element) -> tuple[Section, ...]:
    """All questions of a record in its own order: gaps, ratios, then the checks."""
    found = [
        *_gaps(edition, record),
        *_ratios(edition, record),
        *(_check(edition, record, answer) for answer in entries_of(record, "checks")),
    ]
    anchors: Counter[str] = Counter()
    for number, section in enumerate(found):
        anchors[section.anchor] += 1
        if anchors[section.anchor] > 1:  # one check asked twice, with other options
            anchor = f"{section.anchor}-{anchors[section.anchor]}"
            series = tuple(
                replace(s, identifier=f"{anchor}-{n}") for n, s in enumerate(section.series)
            )
            found[number] = replace(section, anchor=anchor, series=series)
    return tuple(found)


def _check(edition: Edition, record: Element, answer: Mapping[str, Any]) -> Section:
    name = str(answer.get("check") or "check")
    anchor = f"check-{slug(name)}"
    rows = [row for row in answer.get("rows") or () if isinstance(row, Mapping)]
    notes = answer.get("notes")
    return Section(
        anchor,
        str(answer.get("title") or words(name).capitalize()),
        tuple(_series_of(edition, record, anchor, rows)),
        tuple(str(note) for note in notes) if isinstance(notes, list) else (),
        str(answer.get("basis") or ""),
        str(answer.get("family") or ""),
        str(answer.get("not_computed") or ""),
    )


def _gaps(edition: Edition, record: Element) -> Iterable[Section]:
    by_check: dict[str, list[Mapping[str, Any]]] = {}
    for gap in entries_of(record, "gaps"):
        by_check.setdefault(str(gap.get("check")), []).append(gap)
    for check, gaps in by_check.items():
        found = dict.fromkeys(str(g.get("label")) for g in gaps if g.get("label"))
        shown = labels_to_show(edition, record, list(found))
        rows = [
            {
                **gap,
                "groups": [str(gap.get("a")), str(gap.get("b"))],
                "figure": check if check.endswith("gap") else f"{check}-gap",
                "about": str(gap.get("label") or ""),
                "limits": _around_zero(gap.get("margin")),
            }
            for gap in gaps
            if not gap.get("label") or str(gap.get("label")) in shown
        ]
        anchor = f"gaps-{slug(check)}"
        title = _GAPS.get(check, words(check).capitalize())
        yield Section(anchor, title, tuple(_series_of(edition, record, anchor, rows)))


def _ratios(edition: Edition, record: Element) -> Iterable[Section]:
    rows = [
        {
            **ratio,
            "groups": [str(ratio.get("value")), str(ratio.get("reference"))],
            "figure": "impact-ratio",
            "about": str(ratio.get("label") or ""),
            "limits": [0.8, 1.25],
        }
        for ratio in entries_of(record, "ratios")
    ]
    if rows:
        series = tuple(_series_of(edition, record, "ratios", rows))
        yield Section("ratios", _RATIOS, series, basis=_FOUR_FIFTHS)


def _around_zero(margin: Any) -> list[float] | None:
    return [-float(margin), float(margin)] if isinstance(margin, int | float) else None


def _series_of(
    edition: Edition, record: Element, anchor: str, rows: Sequence[Mapping[str, Any]]
) -> Iterable[Series]:
    """One series for each trait, quantity and subject; single rows of many subjects in one."""
    by_figure: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        key = str(row.get("attribute") or ""), str(row.get("figure") or "figure")
        by_figure.setdefault(key, {}).setdefault(str(row.get("about") or ""), []).append(row)
    number = 0
    for (attribute, figure), by_about in by_figure.items():
        single = len(by_about) > 1 and all(len(found) == 1 for found in by_about.values())
        parts = {"": [r for found in by_about.values() for r in found]} if single else by_about
        for about, found in parts.items():
            yield _series(edition, record, f"{anchor}-{number}", attribute, figure, about, found)
            number += 1


def _series(
    edition: Edition,
    record: Element,
    identifier: str,
    attribute: str,
    figure: str,
    about: str,
    rows: list[Mapping[str, Any]],
) -> Series:
    kind = quantity(figure)
    labels = label_titles(edition, record)
    entries = tuple(
        _entry(edition, record, attribute, kind, labels, row, with_about=not about) for row in rows
    )
    trait = attribute_title(edition, attribute)
    says = " ".join(
        part for part in (f"By {lower_first(trait)}." if trait else "", kind.says) if part
    )
    subject = f": “{labels[about]}”" if about in labels else f": {about}" if about else ""
    return Series(identifier, f"{kind.title}{subject}", says, kind.scale, entries)


def _entry(
    edition: Edition,
    record: Element,
    attribute: str,
    kind: Quantity,
    labels: Mapping[str, str],
    row: Mapping[str, Any],
    *,
    with_about: bool,
) -> Entry:
    groups = [str(g) for g in row.get("groups") or ()]
    name = joined_name(edition, record, attribute, groups, kind.joint)
    about = str(row.get("about") or "") if with_about else ""
    if about:
        about = labels.get(about, about)
        name = f"{about}: {name}" if groups else about
    return entry(name, row, limits_of(row.get("limits")), whole=not groups and not about)


def limits_of(limits: Any) -> Limits | None:
    """A tolerated range as a record holds it; None where there is none."""
    if not isinstance(limits, list | tuple) or len(limits) != 2:
        return None
    low, high = (float(v) if isinstance(v, int | float) else None for v in limits)
    return None if low is None and high is None else (low, high)
