"""An audit as the JSON that the command prints and a record holds. Keys are a published contract.

Beyond the contract stand `method` (how the figures were made, so that nobody has to guess),
`consensus`, each group's `missing`, each gap's `why` and `least_p`, and `conflicting`.
"""

from __future__ import annotations

from typing import Any

from labelcharter.audit.disclosure.profiles import Profile
from labelcharter.audit.questions.answer import Answer
from labelcharter.audit.questions.figures import GroupFigures
from labelcharter.audit.questions.gaps import Gap
from labelcharter.audit.questions.table_audit import MISSING, TableAudit
from labelcharter.audit.statistics.estimate import CONFIDENCE
from labelcharter.audit.statistics.permutation import SEED
from labelcharter.audit.tables.cleaning import NO_LABEL, Excluded

FORMAT_VERSION = 1
BLANK = "no label"  # the key of missing labels, which have no text of their own

CLEANING = (
    "rows without item or annotator are left out; of repeated rows of an item and annotator the "
    "lowest time is kept, else the first in the file; then states, then missing labels"
)
INTERVALS = (
    "two-way (items x annotators) delete-one jackknife, never narrower than the wider axis, "
    "Student's t; each at its own 95 %, not adjusted for how many comparisons are made"
)


def as_json(audit: TableAudit, profile: Profile) -> dict[str, Any]:
    """The whole result; call `disclosure.hide` first."""
    result: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "overall": _overall(audit.overall),
        "groups": [_group(group) for group in audit.groups],
        "gaps": [_gap(gap) for gap in audit.gaps],
        "ratios": [
            {
                "attribute": ratio.attribute,
                "value": ratio.value,
                "reference": ratio.reference,
                "label": ratio.label,
                "estimate": ratio.estimate.as_json(),
                "verdict": ratio.verdict,
            }
            for ratio in audit.ratios
        ],
        "findings": [
            {
                "check": finding.check,
                "attribute": finding.attribute,
                "value": finding.value,
                "verdict": finding.verdict,
                "why": finding.why,
            }
            for finding in audit.findings
        ],
        "excluded": [_excluded(excluded) for excluded in audit.excluded],
        "consensus": [
            {
                "attribute": consensus.attribute,
                "rule": "strict majority of each group",
                "ties": consensus.ties,
                "agree_on_all_groups": consensus.agree_on_all_groups.as_json(),
            }
            for consensus in audit.consensus
        ],
        "checks": [_answer(answer) for answer in audit.answers],
        "method": {
            "profile": profile,
            "scale": audit.scale,
            "labels": list(audit.labels),
            "states": list(audit.states),
            "rows": audit.rows,
            "confidence": CONFIDENCE,
            "cleaning": CLEANING,
            "intervals": INTERVALS,
            "favourable": audit.favourable,
            "margins": dict(audit.margins),
            "floor": audit.floor,
            "seed": SEED,
        },
    }
    if audit.ungrouped:
        result["method"]["ungrouped"] = sorted(audit.ungrouped)
    if audit.predictions is not None:
        result["predictions"] = [
            {
                "attribute": predicted.attribute,
                "value": predicted.value,
                "selection_rate": predicted.selection_rate.as_json(),
                "tpr": predicted.tpr.as_json(),
                "fpr": predicted.fpr.as_json(),
            }
            for predicted in audit.predictions
        ]
    return result


def _overall(figures: GroupFigures) -> dict[str, Any]:
    return {
        **_counts(figures),
        "alpha": figures.estimates["alpha", ""].as_json(),
        "ac1": figures.estimates["ac1", ""].as_json(),
        "percent_agreement": figures.estimates["percent_agreement", ""].as_json(),
        "rates": _by_label(figures, "rate"),
        "accuracy": figures.estimates["accuracy", ""].as_json(),
        "fpr": _by_label(figures, "fpr"),
        "fnr": _by_label(figures, "fnr"),
        "missing": _by_label(figures, MISSING),
    }


def _group(figures: GroupFigures) -> dict[str, Any]:
    return {
        "attribute": figures.attribute,
        "value": figures.value,
        "side": figures.side,
        **_overall(figures),
    }


def _counts(figures: GroupFigures) -> dict[str, int | None]:
    shown = not figures.hidden
    return {
        "ratings": figures.ratings if shown else None,
        "items": figures.items if shown else None,
        "annotators": figures.annotators if shown else None,
    }


def _by_label(figures: GroupFigures, what: str) -> dict[str, Any]:
    return {
        BLANK if what == MISSING and label == NO_LABEL else label: estimate.as_json()
        for (name, label), estimate in figures.estimates.items()
        if name == what
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "check": gap.check,
        "attribute": gap.attribute,
        "a": gap.a,
        "b": gap.b,
        "label": label_of(gap),
        "estimate": gap.estimate.as_json(),
        "p": gap.chance.p if gap.chance else None,
        "least_p": gap.chance.least if gap.chance else None,
        "q": gap.q,
        "margin": gap.margin,
        "verdict": gap.verdict,
        "why": gap.why,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "check": answer.check,
        "title": answer.title,
        "basis": answer.basis,
        "family": answer.family,
        "not_computed": answer.not_computed,
        "notes": list(answer.notes),
        "rows": [
            {
                "attribute": row.attribute,
                "groups": list(row.groups),
                "figure": row.figure,
                "about": row.about,
                "estimate": row.estimate.as_json(),
                "expected": None if row.expected is None else row.expected.as_json(),
                "p": row.p,
                "least_p": row.least_p,
                "q": row.q,
                "limits": None if row.limits is None else list(row.limits),
                "verdict": row.verdict,
                "why": row.why,
            }
            for row in answer.rows
        ],
    }


def label_of(gap: Gap) -> str | None:
    """The label or state a gap is in; None where it is in agreement."""
    if gap.figure[0] in ("alpha", "accuracy"):
        return None
    return gap.label if gap.label != NO_LABEL else BLANK


def _excluded(excluded: Excluded) -> dict[str, Any]:
    shown: dict[str, Any] = {"reason": excluded.reason, "rows": excluded.rows}
    if excluded.conflicting is not None:
        shown["conflicting"] = excluded.conflicting
    return shown
