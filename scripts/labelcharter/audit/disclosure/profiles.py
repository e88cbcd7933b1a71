"""Disclosure profiles: what a published figure must be so that nobody can be singled out by it.

A profile is a value. Each says where its numbers come from; what no source says is a choice of this
project and is called one. Reliability ("too small to judge") is another question than privacy
("must not be shown"); profiles are about the second only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from labelcharter.audit.questions.figures import People

Profile = Literal["internal", "default", "cms", "nhs", "ll144"]


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of a profile. Counts are of people of the side that the attribute describes.

    `fewest`: a count of people is shown when it is at least this; a part of it also when it is 0.
    `fewest_for_none_or_all`: people needed before "none of them" or "all of them" is shown, since
    that says something of each one. `sensitive_none_or_all`: whether it may ever be said of a
    sensitive attribute. `least_width`: how far apart the least and the greatest possible value of
    a hidden count must lie for whoever works it out from what is shown. `least_change`: fewer
    people, items or ratings more or less since an earlier publication are not shown anew.
    `round_to`: shown counts are rounded to it, and rates made from the rounded ones. `decisions`
    must stand behind a record of this profile; `incomplete` is said of one that hides anything.
    """

    name: Profile
    source: str
    fewest: int = 10
    fewest_for_none_or_all: int = 30
    sensitive_none_or_all: bool = False
    least_width: int = 10
    least_change: int = 10
    round_to: int = 1
    decisions: tuple[str, ...] = ()
    incomplete: str = ""


_DEFAULT = (
    "ten people: CDC WONDER, and the mode of the rules of 39 American states (NCES 2010); hiding "
    "0 % and 100 %: ACRO calls them disclosive; among fewer than 30, and the width and the change "
    "of ten: choices of this project"
)

RULES: Mapping[Profile, Rules] = {
    rules.name: rules
    for rules in (
        Rules("default", _DEFAULT),
        Rules(
            "cms",
            "CMS cell size suppression policy: no count of 1 to 10, zero allowed, nothing from "
            "which one could be derived (resdac.org); the width of eleven is read from it",
            fewest=11,
            fewest_for_none_or_all=0,
            sensitive_none_or_all=True,
            least_width=11,
        ),
        Rules(
            "nhs",
            "NHS Digital, Hospital Episode Statistics: 1 to 7 hidden, other counts rounded to 5, "
            "rates from rounded counts; the width of ten is a choice of this project",
            fewest=8,
            fewest_for_none_or_all=0,
            sensitive_none_or_all=True,
            round_to=5,
        ),
        Rules(
            "ll144",
            "New York City Local Law 144 (6 RCNY 5-301) asks for the count and the rate of every "
            f"category; where privacy hides one, privacy wins. Numbers as in default: {_DEFAULT}",
            decisions=("legal", "privacy"),
            incomplete="not an LL144 publication: the rule asks for counts and rates that are "
            "hidden here to protect people",
        ),
    )
}

PROFILES: tuple[Profile, ...] = ("default", "cms", "nhs", "ll144", "internal")


def part_may_show(rules: Rules, count: int) -> bool:
    """True when a part of the people is nobody, or enough of them."""
    return count == 0 or count >= rules.fewest


def may_show(people: People, rules: Rules = RULES["default"], *, sensitive: bool = False) -> bool:
    """True when a rate over these people gives nobody away."""
    parts = (people.having, people.without)
    if people.all < rules.fewest or not all(part_may_show(rules, part) for part in parts):
        return False
    if min(parts) > 0:
        return True
    if sensitive and not rules.sensitive_none_or_all:
        return False
    return people.all >= rules.fewest_for_none_or_all


def changed_too_little(rules: Rules, before: int, now: int) -> bool:
    """True when the difference of two published counts would describe too few."""
    return 0 < abs(now - before) < rules.least_change
