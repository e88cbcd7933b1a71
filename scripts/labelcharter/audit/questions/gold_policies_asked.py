"""The options of `gold-policy`, read: which policies, for which label, against which limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labelcharter.audit.questions.answer import Request
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.options import OptionRefused, listed, share
from labelcharter.audit.statistics.gold_policies import Policy

DAWID_SKENE = "Dawid-Skene"
_BY_WORD = {
    "pooled-majority": Policy("pooled majority", "pooled"),
    "balanced-majority": Policy("group-balanced majority", "balanced"),
    "any-group": Policy("any group", "at-least", least=1),
    "dawid-skene": Policy(DAWID_SKENE, "given"),
    "gold-column": Policy("gold column", "given"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the figures are judged by, given these votes; None where nothing is declared."""

    floor: float | None
    margin: float | None
    fpr_margin: float | None
    excess_margin: float | None


def positive_label(asked: Asked, request: Request) -> str:
    """The label that counts as positive. Raises OptionRefused."""
    labels, favourable = asked.labels, asked.questions.favourable
    wanted = request.options.get("positive")
    if wanted is not None:
        if str(wanted) not in labels:
            raise OptionRefused(f"`positive`: `{wanted}` is none of the labels {listed(labels)}")
        return str(wanted)
    others = [label for label in labels if label != favourable]
    if len(labels) == 2 and len(others) == 1:
        return others[0]
    raise OptionRefused(
        "which label is positive is not declared: name it in the option `positive`"
        + (", or a favourable label" if len(labels) == 2 else "")
    )


def ties_are_positive(asked: Asked, positive: str) -> bool:
    """True when the declared tie label is the positive one. Raises OptionRefused."""
    ties = asked.questions.ties == positive
    if ties and len(asked.labels) > 2:
        raise OptionRefused(
            f"ties count as `{positive}`, and of more than two labels it cannot be told from the "
            "votes for one of them whether an item is tied"
        )
    return ties


def limits(request: Request, margin: float | None) -> Limits:
    """The declared limits; `margin` is the audit's own for this check. Raises OptionRefused."""
    names = ("floor", "margin", "fpr_margin", "excess_margin")
    found = [share(request.options, name) for name in names]
    if found[1] is None:
        found[1] = margin
    return Limits(*found)


def policies(asked: Asked, request: Request, values: Sequence[str]) -> list[Policy]:
    """The policies that can be asked of an attribute with these groups, each once.

    A policy that names a group of another attribute is left out. Raises OptionRefused.
    """
    has_gold = asked.bindings.gold is not None
    default = ["pooled-majority", "balanced-majority", *["gold-column"] * has_gold]
    given = request.options.get("policies", default)
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise OptionRefused("`policies` is a list")
    known = {value for attribute in asked.attributes for value in attribute.values}
    found = []
    for one in given:
        policy = _policy(one, values, known)
        if policy is None:
            continue
        if one == "gold-column" and not has_gold:
            raise OptionRefused("`policies`: there is no gold column in this table")
        found.append(policy)
    return list(dict.fromkeys(found))


def _policy(one: Any, values: Sequence[str], known: set[str]) -> Policy | None:
    if isinstance(one, str) and one in _BY_WORD:
        return _BY_WORD[one]
    if isinstance(one, Mapping) and list(one) == ["majority_of"]:
        group = str(one["majority_of"])
        if group not in known:
            raise OptionRefused(f"`policies`: no ratings of a group `{group}`")
        if group not in values:
            return None
        return Policy(f"majority of {group}", "majority-of", group=values.index(group))
    if isinstance(one, Mapping) and list(one) == ["at_least"]:
        least = one["at_least"]
        if isinstance(least, bool) or not isinstance(least, int) or not 1 <= least <= len(values):
            raise OptionRefused(f"`policies`: at_least is from 1 to {len(values)}, not `{least}`")
        return Policy(f"at least {least} of {len(values)} groups", "at-least", least=least)
    raise OptionRefused(
        f"`policies`: `{one}` is none of {listed(_BY_WORD)}, `majority_of: GROUP`, `at_least: K`"
    )
