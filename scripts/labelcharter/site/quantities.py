"""The quantities of a record in plain words: a title, what it says, and how it is drawn.

A record names its figures by short names ("tpr-gap"). Those that are known are told here; any other
is told from the words in its name, so that a new check has a readable page at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from labelcharter.site.axis import Scale
from labelcharter.site.wording import words

_SHARE, _PLAIN = Scale("%"), Scale()
_POINTS, _DIFFERENCE = Scale("points", neutral=0.0), Scale(neutral=0.0)
_RATIO = Scale(logarithmic=True, neutral=1.0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """`joint` stands between two groups: of a less b " minus ", of a over b " over "."""

    title: str
    says: str = ""
    scale: Scale = _PLAIN
    joint: str = " and "


# Quantities of one group. Those with a unit are shares; their gaps are in points.
_KNOWN = {
    "alpha": Quantity(
        "Agreement (Krippendorff’s alpha)",
        "How far people agree with each other: 1 is complete agreement, 0 is what chance gives.",
    ),
    "ac1": Quantity(
        "Agreement (Gwet’s AC1)",
        "Agreement, corrected for chance in a way that also serves where one label is rare.",
    ),
    "percent-agreement": Quantity(
        "Percent agreement", "How often two people agree on the same item.", _SHARE
    ),
    "agreement": Quantity("Agreement (Krippendorff’s alpha)"),
    "in-group": Quantity(
        "Agreement inside the group",
        "How far people of a group agree with each other (alpha): 1 is complete agreement.",
    ),
    "cross-group": Quantity(
        "Agreement across groups (xRR)",
        "How far people of one group agree with those outside it: 1 is complete agreement.",
    ),
    "gai": Quantity(
        "Own reading of a group (GAI)",
        "Agreement inside the group divided by its agreement with everybody else: above 1, the "
        "group reads the items in a way of its own.",
        _RATIO,
    ),
    "dsi": Quantity("Strongest own reading (DSI)", "The largest GAI of all groups.", _RATIO),
    "cramers-v": Quantity(
        "How far the labels depend on the group (Cramér’s V)",
        "0: the groups give the labels alike; 1: the group decides the label. Corrected for the "
        "size of the sample.",
    ),
    "js-distance": Quantity(
        "Distance of a group’s labels from the others’ (Jensen–Shannon)",
        "0: the same shares of labels; 1: no label in common.",
    ),
    "rate": Quantity("How often the label was given", "The share of ratings.", _SHARE),
    "label-rate": Quantity("How often the label was given", "The share of ratings.", _SHARE),
    "share": Quantity("Share", "", _SHARE),
    "people": Quantity("Share of the people", "", _SHARE),
    "ratings": Quantity("Share of the ratings", "", _SHARE),
    "items": Quantity("Share of the items", "", _SHARE),
    "representation": Quantity("Share of the people", "", _SHARE),
    "accuracy": Quantity(
        "Equal to the reference label", "How often it equals the reference label.", _SHARE
    ),
    "precision": Quantity("Precision", "Of what is called positive, how much is positive.", _SHARE),
    "tpr": Quantity(
        "True-positive rate", "Of what is positive, how much is called positive.", _SHARE
    ),
    "fpr": Quantity(
        "False-positive rate",
        "Of what is not positive, how much is called positive all the same.",
        _SHARE,
    ),
    "fnr": Quantity("False-negative rate", "Of what is positive, how much is missed.", _SHARE),
    "tnr": Quantity("True-negative rate", "Of what is not positive, how much is left so.", _SHARE),
    "false-positive": Quantity("False-positive rate", "", _SHARE),
    "false-negative": Quantity("False-negative rate", "", _SHARE),
    "selection-rate": Quantity("Selection rate", "How often the group is selected.", _SHARE),
    "favourable-rate": Quantity(
        "How often the outcome is favourable", "The share of items with an outcome.", _SHARE
    ),
    "impact-ratio": Quantity(
        "Impact ratio",
        "How often a group gets the favourable label, divided by how often the reference does.",
        _RATIO,
        " over ",
    ),
    "adverse-ratio": Quantity(
        "Ratio of the adverse side",
        "How often a group does not get the favourable label, divided by how often the reference "
        "does not.",
        _RATIO,
        " over ",
    ),
    "demographic-parity-ratio": Quantity(
        "Demographic parity, as a ratio",
        "The lowest selection rate divided by the highest.",
        _RATIO,
        " over ",
    ),
    "demographic-parity-difference": Quantity(
        "Demographic parity, as a difference", "Of selection rates.", _POINTS, " minus "
    ),
    "equal-opportunity-difference": Quantity(
        "Equal opportunity", "Difference of true-positive rates.", _POINTS, " minus "
    ),
    "equalised-odds-difference": Quantity(
        "Equalised odds",
        "The larger of the differences of true-positive and false-positive rates.",
        _POINTS,
        " minus ",
    ),
    "missing-rate": Quantity("Answers that are no label", "The share of all answers.", _SHARE),
    "state-share": Quantity("People whose group is not known", "The share of people.", _SHARE),
    "conflict": Quantity(
        "Items on which people do not decide", "The share of items without a majority.", _SHARE
    ),
    "overturn": Quantity(
        "Verdicts that the reference overturns", "The share of the group’s majorities.", _SHARE
    ),
    "flips": Quantity("Labels that change", "The share of items whose label changes.", _SHARE),
    "half-panel": Quantity(
        "Reproduced by half of its own people",
        "How often one half of the panel, drawn by chance, repeats what the other half says.",
        _SHARE,
    ),
    "auc": Quantity(
        "How well the trait is told from it (AUC)",
        "0.5: no better than guessing; 1: the trait is told without fail.",
        Scale(neutral=0.5),
    ),
}
_DIFFERENCES = ("gap", "difference", "excess", "change")
_SHARES = ("rate", "share", "missing", "flip", "conflict", "overturn", "selected", "parity")
# What may follow a known name, in words.
_ENDINGS = {
    "gap": "gap between groups",
    "difference": "difference between groups",
    "excess": "beyond what chance gives",
    "own-votes-left-out": "own votes left out",
}
_ALIASES = {"v": "cramers-v", "jsd": "js-distance", "xrr": "cross-group", "rates": "rate"}


def quantity(name: str) -> Quantity:
    """The quantity behind a name in a record."""
    name = name.replace("_", "-")
    name = _ALIASES.get(name, name)
    if name in _KNOWN:
        return _KNOWN[name]
    parts = name.split("-")
    base = _base(parts)
    rest = parts[len(base.split("-")) :] if base else parts
    known = _KNOWN.get(base)
    title = known.title if known else words(name).capitalize()
    if known and rest:
        title = f"{title}, {_endings('-'.join(rest))}"
    share = known.scale.unit == "%" if known else any(p in _SHARES for p in parts)
    if "ratio" in parts or (known and known.scale.logarithmic):
        return Quantity(title, "", _RATIO, " over ")
    if any(part in _DIFFERENCES for part in parts):
        says = (
            "What lies beyond the gap that is expected if group meant nothing."
            if "excess" in parts
            else "The figure of the first group minus that of the second."
        )
        return Quantity(title, says, _POINTS if share else _DIFFERENCE, " minus ")
    return Quantity(title, known.says if known else "", _SHARE if share else _PLAIN)


def _endings(rest: str) -> str:
    """What follows a known name: "gap-excess" -> "gap between groups, beyond what chance gives"."""
    for ending, said in _ENDINGS.items():
        if rest == ending:
            return said
        if rest.startswith(f"{ending}-"):
            return f"{said}, {_endings(rest.removeprefix(f'{ending}-'))}"
    return words(rest)


def _base(parts: list[str]) -> str:
    """The longest known name that a name begins with, or ""."""
    return next(
        (
            start
            for length in range(len(parts), 0, -1)
            if (start := "-".join(parts[:length])) in _KNOWN
        ),
        "",
    )
