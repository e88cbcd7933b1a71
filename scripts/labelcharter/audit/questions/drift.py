"""What changed with a new version of the guideline.

Only a bridge set tells: the same items rated under both versions. On it, beside the audited version
and each other one: the change of each label's rate, of alpha, and of the gaps between groups, with
two-way intervals and verdicts; and, given these votes, how the items' majorities moved
(Stuart-Maxwell, Bowker, and McNemar for each label). Without a bridge set a change of the guideline
cannot be told from other items and other annotators; the plain difference is then shown, for
information.

Options: `rate_margin` (default .02), `alpha_margin` (.10), `gap_margin` (.05), choices of this
project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.bridge import Pair, both_versions, both_versions_by, pairs_of
from labelcharter.audit.questions.consensus import GIVEN_THESE_VOTES, majorities
from labelcharter.audit.questions.figures import Name, People, label_figures, people_behind
from labelcharter.audit.questions.together import fewest
from labelcharter.audit.reductions.patterns import Reduction, Whole, one_group
from labelcharter.audit.statistics import rates
from labelcharter.audit.statistics.contrasts import contrast
from labelcharter.audit.statistics.estimate import Estimate, not_estimable
from labelcharter.audit.statistics.intervals import rate_estimate
from labelcharter.audit.statistics.jackknife import Jackknife, jackknife
from labelcharter.audit.statistics.optional import NotInstalled
from labelcharter.audit.statistics.paired import (
    FEWEST_CHANGED,
    bowker,
    change_of_share,
    changed,
    mcnemar,
    stuart_maxwell,
)
from labelcharter.audit.statistics.proportion import proportion
from labelcharter.audit.statistics.verdicts import (
    Verdict,
    chance,
    figure,
    too_few,
    with_interval,
    within,
    would_settle,
)
from labelcharter.audit.tables.bindings import Side

MARGINS = {"rate_margin": 0.02, "alpha_margin": 0.10, "gap_margin": 0.05}
CONFOUNDED = (
    "confounded with item mix and annotator turnover: no item was rated under both versions"
)


def _ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    column = asked.bindings.version
    if column is None:
        return "no column of guideline versions is bound"
    cleaned = asked.ratings()
    if cleaned is None or cleaned.every_version is None:
        return NEEDS_RATINGS
    under = cleaned.kept.feature(column)
    audited = under.values[int(under.codes[0])]
    pairs = pairs_of(cleaned.every_version, column, audited, asked.bindings.versions)
    if not pairs:
        return f"every rating is under version {audited}: there is nothing to compare it with"
    margins = {name: float(request.options.get(name, default)) for name, default in MARGINS.items()}
    rows: list[Row] = []
    notes: list[str] = []
    for pair in pairs:
        if pair.bridge:
            rows += _on_a_bridge(asked, pair, margins)
            notes.append(f"{pair.name}: on the items rated under both versions, {pair.same_people}")
        else:
            rows += _unpaired(asked, pair)
            notes.append(f"{pair.name}: {CONFOUNDED}")
    return tuple(rows), tuple(notes)


def _on_a_bridge(asked: Asked, pair: Pair, margins: dict[str, float]) -> Iterator[Row]:
    joint = both_versions(pair)
    people = _people(joint, "annotator")
    groups = [one_group(joint, number) for number in range(2)]
    found = [
        label_figures(group, asked.labels, asked.bindings.scale, "annotator", gold=False)
        for group in groups
    ]
    names: list[tuple[Name, str, str]] = [(("alpha", ""), "alpha-change", "alpha_margin")]
    names += [(("rate", x), "rate-change", "rate_margin") for x in _labels(asked)]
    for name, shown, margin in names:
        parts = [jacks[name] for _, jacks, _ in found if name in jacks]
        own = [estimates[name] for estimates, _, _ in found]
        if len(parts) < 2:
            estimate = not_estimable(own[0].reason)
        else:
            ratings = min(part.ratings for part in parts)
            estimate = contrast(parts, own, (-1, 1), ratings, 1.0 if name[1] else float("inf"))
        about = f"`{name[1]}`, {pair.name}" if name[1] else pair.name
        yield _judged(("", ()), shown, about, (estimate, parts), margins[margin], people)
    yield from _of_majorities(asked, pair, joint, people)
    for attribute in asked.attributes:
        yield from _gaps(asked, pair, (attribute.name, attribute.side), margins["gap_margin"])


def _labels(asked: Asked) -> Sequence[str]:
    """Of two labels the last: the other mirrors it."""
    return asked.labels[-1:] if len(asked.labels) == 2 else asked.labels


def _judged(
    groups: tuple[str, tuple[str, ...]],
    shown: str,
    about: str,
    found: tuple[Estimate, Sequence[Jackknife]],
    margin: float,
    people: People | None,
) -> Row:
    """A row with the verdict of a change within plus and minus `margin`."""
    estimate, parts = found
    verdict: Verdict = within(estimate, -margin, margin)
    why = f"{with_interval(estimate)}, margin {figure(margin)}"
    items = min((part.items for part in parts), default=0)
    annotators = min((part.annotators for part in parts), default=0)
    if estimate.state != "estimated":
        why = estimate.reason
    elif few := too_few(items, annotators):
        verdict, why = "insufficient-evidence", f"{why}; {few}"
    elif verdict == "insufficient-evidence":
        why = f"{why}; {would_settle(estimate, -margin, margin, items, annotators)}"
    return Row(
        groups[0],
        groups[1],
        shown,
        about,
        estimate,
        limits=(-margin, margin),
        verdict=verdict,
        why=why.replace("in the smaller group", "under each version"),
        people=people,
    )


def _of_majorities(
    asked: Asked, pair: Pair, joint: Reduction, people: People | None
) -> Iterator[Row]:
    """How the strict majorities of items moved; no verdict, since a majority is not smooth."""
    ties = asked.questions.ties
    tie = asked.labels.index(ties) if ties in asked.labels else -1  # -1: left out
    table = square_table(joint, tie)
    n, moved = int(table.sum()), changed(table)
    share = proportion(moved, n, "items with a majority under both versions", GIVEN_THESE_VOTES)
    for shown, test in (("stuart-maxwell", stuart_maxwell), ("bowker", bowker)):
        try:
            result = test(table)
        except NotInstalled as missing:
            yield Row("", (), shown, pair.name, not_estimable(str(missing)), why=str(missing))
            continue
        why = f"{moved:,} of {n:,} majorities changed; chi-square {result.chi2:.2f} on "
        why += f"{result.degrees}"
        if result.p is None:
            why += f"; no p, since fewer than {FEWEST_CHANGED} changed"
        else:
            why += f", p {chance(result.p)}"
        yield Row("", (), shown, pair.name, share, p=result.p, why=why, people=people)
    for label in _labels(asked):
        code = asked.labels.index(label)
        estimate = change_of_share(table, code, GIVEN_THESE_VOTES)
        p = mcnemar(table, code) if n else None
        why = estimate.reason if p is None else f"{with_interval(estimate)}, p {chance(p)}"
        about = f"`{label}`, {pair.name}"
        yield Row("", (), "mcnemar", about, estimate, p=p, why=why, people=people)


def square_table(joint: Reduction, tie: int) -> Whole:
    """Items by their majority before (rows) and after; those without one under either are out.

    `tie` is the number of the label that items without a strict majority get, -1 for none.
    """
    decided = majorities(joint, tie)
    has = (decided >= 0).all(axis=1)
    table = np.zeros((joint.labels, joint.labels), dtype=np.int64)
    np.add.at(table, (decided[has, 0], decided[has, 1]), joint.items[has])
    return table


def _gaps(asked: Asked, pair: Pair, attribute: tuple[str, Side], margin: float) -> Iterator[Row]:
    """The gap between two groups after, less the gap before."""
    joint, values = both_versions_by(pair, attribute[0])
    parts = [one_group(joint, number) for number in range(joint.groups)]
    for label in _labels(asked):
        code = asked.labels.index(label)
        jacks = [jackknife(part, rates.label_rate(code)) for part in parts]
        for a, b in combinations(range(len(values)), 2):
            at = (a, b, len(values) + a, len(values) + b)
            four = [jacks[k] for k in at]
            own = [_rate(jacks[k], values, k, pair) for k in at]
            estimate = contrast(four, own, (-1, 1, 1, -1), min(j.ratings for j in four), 2.0)
            behind = [
                people_behind(parts[k], rates.label_rate(number), attribute[1])
                for k in at
                for number in range(len(asked.labels))
            ]
            yield _judged(
                (attribute[0], (values[a], values[b])),
                "gap-change",
                f"`{label}`, {pair.name}",
                (estimate, four),
                margin,
                fewest(behind),
            )


def _rate(jack: Jackknife, values: Sequence[str], number: int, pair: Pair) -> Estimate:
    if not jack.ratings:
        version, group = divmod(number, len(values))
        return not_estimable(f"{values[group]}: no ratings under version {pair.versions[version]}")
    return rate_estimate(jack)


def _unpaired(asked: Asked, pair: Pair) -> Iterator[Row]:
    """The plain difference between all ratings of the two versions, without a verdict."""
    joint = both_versions(pair)
    people = _people(joint, "annotator")
    groups = [one_group(joint, number) for number in range(2)]
    for label in _labels(asked):
        parts = [jackknife(g, rates.label_rate(asked.labels.index(label))) for g in groups]
        own = [rate_estimate(part) for part in parts]
        estimate = contrast(parts, own, (-1, 1), min(part.ratings for part in parts), 1.0)
        about = f"`{label}`, {pair.name}"
        why = f"{with_interval(estimate)}; {CONFOUNDED}"
        yield Row("", (), "unpaired-rate-change", about, estimate, why=why, people=people)


def _people(joint: Reduction, side: Side) -> People | None:
    """The entry that gives most away, of all labels under both versions."""
    return fewest(
        [
            people_behind(one_group(joint, number), rates.label_rate(code), side)
            for number in range(joint.groups)
            for code in range(joint.labels)
        ]
    )


CHECK = Check(
    "drift",
    "Drift between guideline versions",
    "margins are choices of this project; Stuart 1955, Maxwell 1970, Bowker 1948, McNemar 1947; "
    "interval of a paired change as in Bonett and Price 2012",
    _ask,
    options={"rate_margin": "share", "alpha_margin": "share", "gap_margin": "share"},
)
