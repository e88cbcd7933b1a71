"""`gold-policy`: whom each way of making gold serves, by the verdicts of their own people.

For a policy P and a group g of annotators: of the items that g's own strict majority calls positive
the share that P's gold calls positive too (`tpr`), of those that it does not the same (`fpr`), and
the gap between the groups. Beside each gap stands what it would be if group meant nothing, beside
each rate the rate against a gold made without the group's own votes (`-own-votes-left-out`), and
for each group how well half of its people repeat what the other half says (`half-panel`).

Options, none of them needed:
- `policies`: by default the pooled and the group-balanced majority, and the gold column where there
  is one; a list of `pooled-majority`, `balanced-majority` (each group's vote shares weigh the
  same), `any-group`, `majority_of: GROUP`, `at_least: K` groups, `dawid-skene`, `gold-column`;
- `positive`: the label that counts; of two labels the one that is not favourable;
- `attributes`: the attributes of annotators to ask; all of them;
- `floor`: the least `tpr` of any group; `margin`: the widest `tpr` gap; `fpr_margin`: the widest
  `fpr` gap; `excess_margin`: the widest excess of a `tpr` gap over what is expected. No default: no
  law or guidance that we know names one. They are judged given these votes;
- `permutations`: 1,000, which tells an expected gap to within .001 here; a choice of this project;
- `permute`: `votes` within each item (default) or `annotators`, where the design allows.

A tie is not positive unless the declared tie label is. Formulas are in `statistics/gold_rates.py`,
`group_shares.py`, `vote_permutation.py` and `half_panels.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labelcharter.audit.questions.answer import Check, Request, Row
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked, Attribute
from labelcharter.audit.questions.figures import Name as Figure
from labelcharter.audit.questions.given_votes import (
    NOTHING_OF_OTHERS,
    ON_THE_EXCESS,
    excess_of_gap,
    gap_of_groups,
    judged,
    people_behind_share,
    scarcest,
    share_of_group,
)
from labelcharter.audit.questions.gold_nulls import Null, null_of, wanted_of
from labelcharter.audit.questions.gold_policies_asked import (
    DAWID_SKENE,
    Limits,
    limits,
    policies,
    positive_label,
    ties_are_positive,
)
from labelcharter.audit.questions.options import OptionRefused, asked_attributes
from labelcharter.audit.questions.single_truth import (
    ONE_TRUTH,
    FittedLabels,
    fitted_labels,
    how_it_stopped,
    label_without_majority,
)
from labelcharter.audit.reductions.patterns import Reduction
from labelcharter.audit.statistics.gold_policies import Policy, Votes, votes_of
from labelcharter.audit.statistics.gold_rates import (
    FPR,
    OWN_LEFT_OUT,
    TPR,
    counted,
    policy_shares,
)
from labelcharter.audit.statistics.half_panels import half_panel
from labelcharter.audit.tables.cleaning import Codes

_TIES = ((0.5, "ties split evenly"), (0.0, "ties are not positive"))
_OF_RULES = {
    "given": "gold that is given, or fitted, stays as it is while votes are permuted",
    "at-least": "with a group's own votes left out, as many of the other groups are asked for",
}
_OF = {TPR: "that its own majority calls positive", FPR: "that its own majority calls not positive"}


@dataclass(frozen=True, slots=True)
class _Table:
    """One attribute's votes, reduced, with the policies whose gold comes from this reduction."""

    attribute: Attribute
    positive: str
    reduction: Reduction
    votes: Votes
    policies: Sequence[Policy]


def ask(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    """Rows by attribute, policy, figure and group; half-panels last."""
    try:
        return _answer(asked, request)
    except OptionRefused as refused:
        return str(refused)


def _answer(asked: Asked, request: Request) -> tuple[tuple[Row, ...], tuple[str, ...]] | str:
    positive = positive_label(asked, request)
    tied = ties_are_positive(asked, positive)
    limited = limits(request, asked.questions.margins.get("gold-policy"))
    wanted = wanted_of(request)
    attributes = asked_attributes(asked, request.options, ("annotator",))
    if not attributes:
        return "no attribute of annotators with two groups or more is asked"
    rows: list[Row] = []
    notes = [
        f"positive is `{positive}`; a tie is {'' if tied else 'not '}positive",
        NOTHING_OF_OTHERS,
        ON_THE_EXCESS,
    ]
    code = asked.labels.index(positive)
    fit: FittedLabels | None = None
    for attribute in attributes:
        every = policies(asked, request, attribute.values)
        plain = [policy for policy in every if policy.name != DAWID_SKENE]
        joint = asked.joint(attribute.name)
        parts: list[tuple[Reduction, list[Policy], Codes | None]] = []
        if plain:
            parts.append((joint, plain, None))
        if len(plain) < len(every):
            fit = fit or fitted_labels(asked, label_without_majority(asked))
            if fit is None:
                notes.append(f"{DAWID_SKENE}: {NEEDS_RATINGS}")
            else:
                fitted = [policy for policy in every if policy.name == DAWID_SKENE]
                parts.append((fit.reduction(asked, attribute.name), fitted, fit.label))
                notes += [how_it_stopped(fit.fitted), ONE_TRUTH]
        for reduction, some, labels in parts:
            votes = votes_of(reduction, code, ties_are_positive=tied)
            table = _Table(attribute, positive, reduction, votes, some)
            null = null_of(asked, attribute, positive, labels, votes, some, wanted)
            notes.append(f"{attribute.name}: {null.how}")
            notes += [note for rule, note in _OF_RULES.items() if rule in {p.rule for p in some}]
            for policy in some:
                rows += _rows(table, policy, null, limited)
        rows += _half_panels(asked, attribute, joint, positive)
    return tuple(rows), tuple(dict.fromkeys(notes))


def _rows(table: _Table, policy: Policy, null: Null, limited: Limits) -> Iterator[Row]:
    values = table.attribute.values
    found, truths = policy_shares(table.votes, policy), counted(table.votes, policy)
    hidden_with: Figure = ("rate", table.positive)
    for figure, shares in found.items():
        base = figure.removesuffix(OWN_LEFT_OUT)
        if figure != base and policy.rule == "majority-of":
            continue  # without its own votes it has no gold; to the others it makes no difference
        having, of = truths[figure]
        people = [
            people_behind_share(table.reduction, g, having[:, g], of[:, g])
            for g in range(len(values))
        ]
        for g, value in enumerate(values):
            estimate = share_of_group(shares, g, _OF[base], "by construction, whatever the votes")
            floor = limited.floor if figure == TPR else None
            verdict, why = judged(estimate, floor, None, int(shares.of[g]))
            yield Row(
                table.attribute.name,
                _standing_in(policy, g, values),
                figure,
                f"{policy.name}: {value}",
                estimate,
                limits=None if floor is None else (floor, None),
                verdict=verdict,
                why=why,
                hidden_with=hidden_with,
                people=people[g],
            )
        gap = gap_of_groups(shares, values, _OF[base])
        fewest = int(shares.of.min())
        margins = {TPR: limited.margin, FPR: limited.fpr_margin}
        shown = figure.replace(base, f"{base}-gap")
        chance = null.expected.get((policy.name, figure))
        margin = margins.get(figure)
        verdict, why = judged(gap, None, margin, fewest)
        tested = chance is not None and null.least is not None and gap.state == "estimated"
        yield Row(
            table.attribute.name,
            values,
            shown,
            policy.name,
            gap,
            expected=None if chance is None else chance.estimate(null.short),
            p=chance.chance(shares.gap) if chance and tested else None,
            least_p=null.least[policy.name] if null.least and tested else None,
            limits=None if margin is None else (None, margin),
            verdict=verdict,
            why=why,
            hidden_with=hidden_with,
            people=scarcest(people),
        )
        if chance is None:
            continue
        excess = excess_of_gap(shares, gap, chance)
        margin = limited.excess_margin if base == TPR else None
        verdict, why = judged(excess, None, margin, fewest)
        yield Row(
            table.attribute.name,
            values,
            f"{shown}-excess",
            policy.name,
            excess,
            limits=None if margin is None else (None, margin),
            verdict=verdict,
            why=why,
            hidden_with=hidden_with,
            people=scarcest(people),
        )


def _standing_in(policy: Policy, group: int, values: Sequence[str]) -> tuple[str, ...]:
    """The groups whose votes stand in the rate of one of them, that one first."""
    mine = values[group]
    if policy.rule == "majority-of":
        return (mine,) if policy.group == group else (mine, values[policy.group])
    return (mine, *(value for value in values if value != mine))


def _half_panels(
    asked: Asked, attribute: Attribute, joint: Reduction, positive: str
) -> Iterator[Row]:
    code = asked.labels.index(positive)
    size = joint.counts.sum(axis=2)
    for tie, words in _TIES:
        for g, value in enumerate(attribute.values):
            for_it = joint.counts[:, g, code]
            yield Row(
                attribute.name,
                (value,),
                "half-panel",
                words,
                half_panel(for_it, size[:, g], joint.items, tie=tie, given="given these people"),
                why="of one half's positive verdicts, those that the other half repeats",
                hidden_with=("rate", positive),
                people=people_behind_share(joint, g, for_it == size[:, g], size[:, g] > 1),
            )


CHECK = Check(
    "gold-policy",
    "Whom each way of making gold serves",
    "equal opportunity (Hardt, Price, Srebro 2016) by each group's own verdicts; declared limits",
    ask,
    by_default=False,
    options={
        "policies": "list",
        "positive": "word",
        "attributes": "words",
        "floor": "share",
        "margin": "share",
        "fpr_margin": "share",
        "excess_margin": "share",
        "permutations": "whole",
        "permute": "word",
    },
)
