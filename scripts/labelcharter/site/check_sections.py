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
from labelcharter.site.axis import Limits
from labelcharter.site.edition import Edition
from labelcharter.site.estimate_lines import entries_of, is_withheld
from labelcharter.site.group_names import (
    as_sentence,
    attribute_title,
    group_name,
    groups_of,
    in_plain_names,
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
# What a check asks, as somebody would who has never heard its name.
_QUESTIONS = {
    "label-distribution": "Do the labels depend on the group that gives them?",
    "representation": "Does each group have the share that was declared for it?",
    "cross-group-agreement": "Do people agree more with their own group than with the others?",
    "gold-policy": "Whom does each way of making the reference label serve, judged by the "
    "verdicts of their own people?",
    "consensus-sensitivity": "Which labels change with the rule that makes one label of many "
    "votes?",
    "conflict": "Where do people not decide, and whose verdicts does the reference overturn?",
    "impact-ratio": _RATIOS,
    "downstream": "What do the predictions of a model do to each group?",
    "drift": "Did people label differently after the guideline changed?",
    "proxies": "Does anything in the table give a protected trait away?",
    "intersections": "Do small groups inside the groups stand out?",
    "states": "Who are the people whose group is not known?",
}
_FOUR_FIFTHS = "Band from 0.8 to 1.25: four fifths, and its inverse."
_EACH = "\n"  # stands for many subjects with a row each; no record's words hold a line break
_ORDER = ("breached", "insufficient-evidence", "met")


@dataclass(frozen=True, slots=True)
class Section:
    """One question: its figures, what they do not show, and what they rest on."""

    anchor: str
    title: str
    question: str = ""
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

    @property
    def only_notes_say_votes(self) -> bool:
        """True where no series says so itself."""
        return self.given_these_votes and not any(s.given_these_votes for s in self.series)


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

    def said(text: Any) -> str:
        return as_sentence(in_plain_names(edition, record, str(text or "")))

    return Section(
        anchor,
        str(answer.get("title") or words(name).capitalize()),
        _QUESTIONS.get(name, ""),
        tuple(_series_of(edition, record, anchor, rows)),
        tuple(said(note) for note in notes) if isinstance(notes, list) else (),
        said(answer.get("basis")),
        str(answer.get("family") or ""),
        in_plain_names(edition, record, str(answer.get("not_computed") or "")),
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
        yield Section(anchor, title, series=tuple(_series_of(edition, record, anchor, rows)))


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
        yield Section("ratios", _RATIOS, series=series, basis=_FOUR_FIFTHS)


def _around_zero(margin: Any) -> list[float] | None:
    return [-float(margin), float(margin)] if isinstance(margin, int | float) else None


def _series_of(
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
