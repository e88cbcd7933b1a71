"""The sections of a record's page that answer a question: gaps, ratios, and every check asked.

Each section is made from the one shape that all checks have in a record, so that a check that is
new to the record is on the page without a line of code here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from labelcharter.registry.graph import Element
from labelcharter.site.check_series import series_of
from labelcharter.site.edition import Edition
from labelcharter.site.estimate_lines import entries_of, is_withheld
from labelcharter.site.group_names import (
    as_sentence,
    in_plain_names,
    labels_to_show,
)
from labelcharter.site.rendering import slug
from labelcharter.site.series import Series
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
        tuple(series_of(edition, record, anchor, rows)),
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
        yield Section(anchor, title, series=tuple(series_of(edition, record, anchor, rows)))


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
        series = tuple(series_of(edition, record, "ratios", rows))
        yield Section("ratios", _RATIOS, series=series, basis=_FOUR_FIFTHS)


def _around_zero(margin: Any) -> list[float] | None:
    return [-float(margin), float(margin)] if isinstance(margin, int | float) else None
