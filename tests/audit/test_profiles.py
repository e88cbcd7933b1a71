"""The disclosure profiles: which counts each lets pass, and where its numbers come from."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labelcharter.audit.disclosure.hidden import (
    NO_FIGURES,
    Hidden,
    crossed,
    in_place_of_figures,
    joined,
    parts_of_group,
)
from labelcharter.audit.disclosure.profiles import (
    PROFILES,
    RULES,
    changed_too_little,
    may_show,
    part_may_show,
)
from labelcharter.audit.disclosure.rounding import round_count, rounded_estimate
from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.outcomes import weakest
from labelcharter.audit.statistics.estimate import Estimate, estimated, not_estimable, suppressed


def test_every_profile_but_internal_has_rules_with_a_source() -> None:
    assert set(PROFILES) == {*RULES, "internal"}
    assert PROFILES[0] == "default"
    for name, rules in RULES.items():
        assert rules.name == name
        assert len(rules.source) > 40
        assert rules.least_width >= 10
        assert rules.least_change == 10


@pytest.mark.parametrize(
    ("profile", "people", "shown"),
    [
        ("default", People(10, 10, 10), True),
        ("default", People(9, 9, 9), False),
        ("default", People(100, 9, 100), False),
        ("default", People(100, 100, 9), False),
        ("default", People(29, 0, 29), False),
        ("default", People(30, 0, 30), True),
        ("default", People(30, 30, 0), True),
        ("ll144", People(29, 29, 0), False),
        ("cms", People(11, 11, 0), True),
        ("cms", People(10, 10, 10), False),
        ("cms", People(20, 10, 15), False),
        ("cms", People(22, 11, 11), True),
        ("nhs", People(8, 0, 8), True),
        ("nhs", People(7, 7, 7), False),
        ("nhs", People(20, 7, 13), False),
        ("nhs", People(20, 8, 12), True),
    ],
)
def test_what_each_profile_lets_pass(profile: str, people: People, shown: bool) -> None:
    assert may_show(people, RULES[profile]) is shown  # type: ignore[index]


@pytest.mark.parametrize(
    ("profile", "shown"), [("default", False), ("ll144", False), ("cms", True), ("nhs", True)]
)
def test_none_or_all_of_a_sensitive_group_is_said_by_few_profiles(
    profile: str, shown: bool
) -> None:
    rules = RULES[profile]  # type: ignore[index]
    assert may_show(People(500, 0, 500), rules, sensitive=True) is shown
    assert may_show(People(500, 50, 480), rules, sensitive=True)


counts = st.integers(0, 40)


@given(st.lists(st.builds(lambda k, rest: People(k + rest, k, rest), counts, counts), max_size=4))
@example([People(20, 20, 0), People(50, 10, 40)])  # profile cms lets the first pass, which is less
@example([People(50, 10, 40), People(100, 0, 100)])  # of a sensitive attribute only the first
def test_shares_that_are_shown_together_are_shown_where_each_may_be(shares: list[People]) -> None:
    behind = weakest(shares)
    for rules in RULES.values():
        for sensitive in (False, True):
            each = all(may_show(one, rules, sensitive=sensitive) for one in shares if one.all)
            together = behind is None or may_show(behind, rules, sensitive=sensitive)
            assert together is each


def test_a_part_is_nobody_or_enough() -> None:
    rules = RULES["default"]
    assert [n for n in range(13) if part_may_show(rules, n)] == [0, 10, 11, 12]


def test_a_change_of_one_to_nine_is_too_little_in_either_direction() -> None:
    rules = RULES["default"]
    assert [n for n in range(-12, 13) if changed_too_little(rules, 50, 50 + n)] == [
        n for n in range(-9, 10) if n
    ]


def test_the_numbers_of_each_profile_are_those_of_its_source() -> None:
    numbers = {
        name: (r.fewest, r.fewest_for_none_or_all, r.least_width, r.least_change)
        for name, r in RULES.items()
    }
    assert numbers == {
        "default": (10, 30, 10, 10),
        "cms": (11, 0, 11, 10),
        "nhs": (8, 0, 10, 10),
        "ll144": (10, 30, 10, 10),
    }


def test_only_ll144_needs_decisions_and_says_what_it_is_not() -> None:
    assert RULES["ll144"].decisions == ("legal", "privacy")
    assert RULES["ll144"].incomplete.startswith("not an LL144 publication")
    assert {r.name for r in RULES.values() if r.decisions or r.incomplete} == {"ll144"}
    assert {r.name: r.round_to for r in RULES.values() if r.round_to != 1} == {"nhs": 5}


def test_a_group_of_two_attributes_is_hidden_with_either_of_its_groups() -> None:
    hidden = Hidden(groups=frozenset({("a", "x")}), figures=frozenset({("b", ("rate", "yes"))}))
    assert hidden.hides("a × b", ["x × y"])
    assert not hidden.hides("a × b", ["z × y"])
    assert hidden.hides("a × b", ["z × y"], ("rate", "yes"))
    assert not hidden.hides("a × b", ["z × y"], ("rate", "no"))
    both = Hidden(groups=frozenset({("a × b", "x × y")}))
    assert both.hides("b × a", ["y × x"])
    assert not both.hides("a", ["x"])


def test_what_is_hidden_besides_joins_what_is_hidden_already() -> None:
    one = Hidden(groups=frozenset({("a", "x")}), figures=frozenset({("a", ("rate", "yes"))}))
    more = one.with_groups([("a", "y")]).with_figures([("b", ("rate", "no"))])
    assert more.groups == {("a", "x"), ("a", "y")}
    assert more.figures == {("a", ("rate", "yes")), ("b", ("rate", "no"))}


def test_a_row_is_hidden_with_its_group_its_figure_its_family_or_by_itself() -> None:
    answer = Answer("check", "Check", "")
    row = Row("a", ("x",), "odd", "yes", suppressed("few"), hidden_with=("rate", "yes"))
    family = ("check", "a", "odd", "yes")
    hiding = [
        Hidden(groups=frozenset({("a", "x")})),
        Hidden(figures=frozenset({("a", ("rate", "yes"))})),
        Hidden(families=frozenset({family})),
        Hidden(rows=frozenset({(family, ("x",))})),
    ]
    sparing = [
        Hidden(),
        Hidden(groups=frozenset({("a", "y"), ("b", "x")})),
        Hidden(figures=frozenset({("a", ("rate", "no")), ("b", ("rate", "yes"))})),
        Hidden(families=frozenset({("check", "a", "odd", "no")})),
        Hidden(rows=frozenset({(family, ("y",))})),
    ]
    assert [hidden.hides_row(answer, row) for hidden in hiding] == [True] * 4
    assert [hidden.hides_row(answer, row) for hidden in sparing] == [False] * 5


@pytest.mark.parametrize(
    ("least", "said"),
    [
        (None, ""),
        (0.05, ""),
        (0.0501, "below one in twenty; "),
        (0.0999, "below one in twenty; "),
        (0.1, "below one in ten; "),
        (1 - 0.9, "below one in ten; "),
        (0.4, "below one in ten; "),
    ],
)
def test_of_a_hidden_test_only_the_step_that_it_cannot_reach_is_said(
    least: float | None, said: str
) -> None:
    before = "cannot be tested: so few people cannot reach a p " if said else ""
    assert in_place_of_figures(least) == f"{before}{said}{NO_FIGURES}"


def test_names_of_groups_of_two_attributes_are_one_whatever_their_order() -> None:
    assert crossed("b × a", "y × x") == [("a", "x"), ("b", "y")]
    assert joined(crossed("b × a", "y × x")) == ("a × b", "x × y")
    assert parts_of_group("a", "x") == [("a", "x")]
    assert parts_of_group("a × b", "x") == [("a × b", "x")]
    assert parts_of_group("b × a", "y × x") == [("a × b", "x × y"), ("a", "x"), ("b", "y")]


def test_what_is_carried_forward_says_since_when() -> None:
    hidden = Hidden(carried={("g", "a"): "REC-0004"})
    assert hidden.why("g", ["a"]) == "carried forward: fewer than ten changed since REC-0004"
    assert hidden.why("g", ["b", "a"]) == hidden.why("g", ["a"])
    assert hidden.why("g", ["b"]).startswith("too few people")


@pytest.mark.parametrize(
    ("count", "rounded"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10), (13, 15)]
)
def test_counts_are_rounded_to_the_nearest_five(count: int, rounded: int) -> None:
    assert round_count(count, 5) == rounded


def test_rates_are_made_again_from_rounded_counts_and_intervals_move_with_them() -> None:
    exact = estimated(13 / 52, 0.15, 0.37, 52)
    found = rounded_estimate(exact, 5)
    assert (found.value, found.n) == (15 / 50, 50)
    assert found.low == 0.2
    assert found.high == 0.42
    assert found.reason == "from rounded counts"
    assert rounded_estimate(estimated(0.43217, 0.4, 0.5, 52), 5).value == 0.43
    assert rounded_estimate(suppressed("few"), 5) == suppressed("few")
    few = rounded_estimate(not_estimable("9 items with gold; 10 are needed", 13), 5)
    assert few == Estimate(None, None, None, 15, "not-estimable", "too few to estimate")
