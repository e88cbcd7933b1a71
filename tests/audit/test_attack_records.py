"""Leaks that were planted in published records are found, and their valid twins are not."""

from __future__ import annotations

from typing import Any

import pytest
from published_records import HIDDEN, group, record, share

from labelcharter.audit.disclosure.attack.attacker import attack, belongs_with
from labelcharter.audit.disclosure.attack.bounds import Contradiction
from labelcharter.audit.disclosure.attack.enumeration import Printed, pairs_behind
from labelcharter.audit.disclosure.attack.verdicts import Recovered, verdict_on
from labelcharter.audit.statistics.intervals import never_seen
from labelcharter.audit.statistics.proportion import proportion

TOTAL = (100, 1000, 400)
SHOWN = {"a": (50, 500, 220), "b": (30, 300, 100)}
BOTH = {"group": {**SHOWN, "c": None, "d": None}}  # 20 people in two groups


def found(*records: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(figure, group, verdict) of everything recovered."""
    return [(one.figure, one.group, one.verdict) for one in attack(records).recovered]


def how(*records: dict[str, Any]) -> set[str]:
    return {one.how for one in attack(records).recovered}


def test_a_record_that_hides_two_groups_gives_away_neither() -> None:
    attacked = attack([record(TOTAL, BOTH)])
    assert attacked.recovered == ()
    assert attacked.records == ("REC-0001",)
    assert attacked.hidden == 8  # annotators, ratings and two labels, of two groups


def test_a_record_that_hides_one_group_gives_it_away() -> None:
    assert found(record(TOTAL, {"group": {**SHOWN, "c": None}})) == [
        ("annotators", "group c", "exact"),
        ("rate `no`", "group c", "exact"),
        ("rate `yes`", "group c", "exact"),
        ("ratings", "group c", "exact"),
    ]


def test_a_finding_says_of_what_kind_its_count_is() -> None:
    recovered = attack([record(TOTAL, {"group": {**SHOWN, "c": None}})]).recovered
    assert {(one.unit, one.kind) for one in recovered} == {
        ("annotators", "annotators"),
        ("ratings", "ratings"),
        ("ratings", "rate"),
    }


def test_two_small_groups_are_narrowed_down_where_their_sum_is_small() -> None:
    groups = {"group": {"a": (60, 600, 220), "b": (33, 300, 100), "c": None, "d": None}}
    assert found(record(TOTAL, groups)) == [
        ("annotators", "group c", "narrow"),
        ("annotators", "group d", "narrow"),
    ]


def test_an_attribute_that_is_shown_whole_stands_in_for_a_hidden_total() -> None:
    whole = {"a": (60, 600, 220), "b": (40, 400, 180)}
    groups = {"first": whole, "second": {**SHOWN, "c": None}}
    assert ("annotators", "second c", "exact") in found(record(None, groups))
    assert (
        found(record(None, {"first": {"a": whole["a"], "b": None}, "second": BOTH["group"]})) == []
    )


def test_people_of_no_group_are_given_away_when_they_are_few() -> None:
    few = {"group": {"a": (60, 600, 220), "b": (37, 370, 170)}}
    enough = {"group": {"a": (60, 600, 220), "b": (30, 300, 150)}}
    assert ("annotators", "those of no group of group", "exact") in found(record(TOTAL, few))
    assert found(record(TOTAL, enough)) == []
    assert found(record(TOTAL, enough, ungrouped=["group"])) == []
    whole = {"group": {"a": (60, 600, 220), "b": (40, 400, 180)}}
    assert found(record(TOTAL, whole, ungrouped=["group"])) == []  # nobody is of no group
    for rest, narrow in ((1, True), (9, True), (10, False)):
        most = {"group": {"a": (60, 600, 220), "b": (40 - rest, 390, 170)}}
        given_away = {figure for figure, _, _ in found(record(TOTAL, most, ungrouped=["group"]))}
        assert ("annotators" in given_away) is narrow


def test_the_n_of_shares_gives_away_those_of_no_group() -> None:
    def with_gate(n: int) -> dict[str, Any]:
        groups = {"group": {"a": (50, 500, 220), "b": (40, 300, 100), "c": None, "d": None}}
        made = record(TOTAL, groups, ungrouped=["group"])
        made["gates"] = [
            {
                "gate": "gate.people",
                "attribute": "group",
                "value": value,
                "estimate": share(people, n),
                "verdict": "met",
                "why": "",
            }
            for value, people in (("a", 50), ("b", 40))
        ]
        return made

    assert ("annotators", "those of no group of group", "exact") in found(with_gate(97))
    assert "annotators" not in {figure for figure, who, _ in found(with_gate(90)) if "no" in who}


def slices(*hidden: str) -> list[dict[str, Any]]:
    """Rows of a check on groups of two attributes at once."""
    counts = {
        "a × x": (25, 250, 110),
        "a × y": (25, 250, 110),
        "b × x": (20, 200, 90),
        "b × y": (30, 300, 90),
    }
    rows = []
    for value, (_, ratings, yes) in counts.items():
        rows.append(
            {
                "attribute": "group × place",
                "groups": [value],
                "figure": "rate",
                "about": "yes",
                "estimate": HIDDEN if value in hidden else share(yes, ratings),
                "expected": None,
                "p": None,
                "least_p": None,
                "q": None,
                "limits": None,
                "verdict": None,
                "why": "",
            }
        )
    return [{"check": "intersections", "rows": rows}]


CROSSED = {
    "group": {"a": (50, 500, 220), "b": (50, 500, 180)},
    "place": {"x": (45, 450, 200), "y": (55, 550, 200)},
}


def test_overlapping_slices_give_a_hidden_one_away() -> None:
    assert found(record(TOTAL, CROSSED, checks=slices("a × x"))) == [
        ("rate `yes`", "group a and place x", "exact"),
        ("ratings", "group a and place x", "exact"),
    ]
    hidden = slices("a × x", "b × x", "a × y", "b × y")
    assert found(record(TOTAL, CROSSED, checks=hidden)) == []


def test_gaps_of_slices_are_read_for_the_counts_in_them() -> None:
    checks = slices("a × x")
    for row in checks[0]["rows"]:
        row["figure"] = "rate-gap"
        if row["estimate"]["value"] is not None:
            row["why"] = f"{row['estimate']['value']:.3f} (.300 to .500) against .400 (.3 to .5)"
    assert ("ratings", "group a and place x", "exact") in found(
        record(TOTAL, CROSSED, checks=checks)
    )
    for row in checks[0]["rows"]:
        row["why"] = ""
    assert found(record(TOTAL, CROSSED, checks=checks)) == []


def state_row(estimate: dict[str, Any]) -> list[dict[str, Any]]:
    row = dict(slices()[0]["rows"][0])
    row |= {"attribute": "group", "groups": ["a", "b"], "figure": "state-share", "about": "revoked"}
    return [{"check": "states", "rows": [{**row, "estimate": estimate}]}]


def test_a_state_that_is_counted_is_no_place_to_hide() -> None:
    """20 people are in the hidden group or have a state: with the state shown, both are known."""
    groups = {"group": {**SHOWN, "c": None}}
    made = record(TOTAL, groups, ungrouped=["group"])
    assert "annotators" not in {figure for figure, _, _ in found(made)}
    shown = record(TOTAL, groups, ungrouped=["group"], checks=state_row(share(15, 100)))
    assert ("annotators", "group c", "exact") in found(shown)
    hidden = record(TOTAL, groups, ungrouped=["group"], checks=state_row(HIDDEN))
    assert "annotators" not in {figure for figure, _, _ in found(hidden)}


def gap(estimate: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "check": "label-rate-gap",
        "attribute": "group",
        "a": "a",
        "b": "c",
        "label": "yes",
        "estimate": estimate,
        "p": None,
        "margin": 0.05,
        "verdict": "breached",
        "why": "the figures are hidden",
        **more,
    }


def shown(value: float) -> dict[str, Any]:
    return {**HIDDEN, "value": value, "low": value - 0.1, "high": value + 0.1, "state": "estimated"}


def test_a_gap_and_one_rate_give_the_other_rate() -> None:
    leaking = record(TOTAL, BOTH, gaps=[gap(shown(0.1))])
    assert found(leaking) == [("rates `yes`", "group c", "exact")]
    assert how(leaking) == {"the gap with a and the figure of a are shown"}
    assert found(record(TOTAL, BOTH, gaps=[gap(HIDDEN)])) == []
    both_hidden = record(TOTAL, BOTH, gaps=[gap(shown(0.1), a="d")])
    assert how(both_hidden) == {"the gap with c is shown"}


def test_a_ratio_and_one_rate_give_the_other_rate() -> None:
    def ratio(estimate: dict[str, Any], value: str = "c") -> dict[str, Any]:
        return {
            "attribute": "group",
            "value": value,
            "reference": "a",
            "label": "yes",
            "estimate": estimate,
            "verdict": "met",
        }

    leaking = record(TOTAL, BOTH, ratios=[ratio(shown(1.2))])
    assert found(leaking) == [("rates `yes`", "group c", "exact")]
    assert how(leaking) == {"the ratio with a and the figure of a are shown"}
    assert found(record(TOTAL, BOTH, ratios=[ratio(HIDDEN), ratio(shown(1.2), "b")])) == []


def test_a_p_value_of_a_hidden_group_is_a_figure_too() -> None:
    assert found(record(TOTAL, BOTH, gaps=[gap(HIDDEN, p=0.03)])) == [("p", "group c", "exact")]


def test_a_rate_with_its_interval_gives_the_count() -> None:
    made = record(TOTAL, BOTH)
    made["result"]["groups"][2]["rates"]["yes"] = {**share(3, 9), "n": None}
    (one,) = attack([made]).recovered
    assert one.how == "its entry shows it, and only one count has this rate and interval"
    made["result"]["groups"][2]["rates"]["yes"] = {**share(300, 900), "n": None}
    (one,) = attack([made]).recovered
    assert one.how == "its entry shows it"


def test_a_gate_of_a_hidden_group_must_be_hidden_too() -> None:
    made = record(TOTAL, BOTH)
    gate = {"gate": "gate.rates", "attribute": "group", "verdict": "met", "why": ""}
    made["gates"] = [{**gate, "value": "a less c", "estimate": shown(0.2)}]
    assert found(made) == [("figure", "group c", "exact")]
    made["gates"] = [{**gate, "value": "a less b", "estimate": shown(0.2)}]
    assert found(made) == []


def test_a_sentence_about_a_hidden_group_has_no_number_but_in_names() -> None:
    def finding(why: str) -> dict[str, Any]:
        found = {"check": "agreement", "attribute": "group", "verdict": "met"}
        return record(TOTAL, BOTH, findings=[{**found, "value": "c", "why": why}])

    assert found(finding("alpha .62")) == [("a figure", "group c", "exact")]
    assert found(finding("hidden, so that nobody can be singled out")) == []
    assert found(record(TOTAL, BOTH, gaps=[gap(HIDDEN, why="12 people")])) != []
    made = record(TOTAL, {"group": {**SHOWN, "aged 18 to 24": None, "d": None}})
    sentence = {"check": "agreement", "attribute": "group", "value": "d", "verdict": "met"}
    made["result"]["findings"] = [{**sentence, "why": "not compared with aged 18 to 24"}]
    assert found(made) == []


def test_a_gate_of_what_is_hidden_says_no_number_either() -> None:
    def made(why: str, state: str = "suppressed", value: str | None = "c") -> dict[str, Any]:
        gate = {"gate": "gate.rates", "attribute": "group", "value": value, "verdict": "met"}
        found = record(TOTAL, BOTH)
        found["gates"] = [{**gate, "why": why, "estimate": {**HIDDEN, "state": state}}]
        return found

    assert found(made("9 of 20 said yes")) == [("a figure", "group c", "exact")]
    of_all = made("9 of 20 said yes", value=None)
    of_all["gates"][0]["attribute"] = None
    assert found(of_all) == [("a figure", "everybody", "exact")]
    assert found(made("too few people")) == []
    assert found(made("20 are needed", "not-estimable")) == []


def test_the_longest_name_is_taken_out_of_a_sentence_first_and_no_single_letter() -> None:
    def made(why: str, *names: str) -> list[tuple[str, str, str]]:
        groups: dict[str, Any] = {**SHOWN, **dict.fromkeys(names)}
        finding = {"check": "x", "attribute": "group", "value": names[0], "verdict": "met"}
        return found(record(TOTAL, {"group": groups}, findings=[{**finding, "why": why}]))

    assert made("not compared with g1, or with g12", "g1", "g12") == []
    assert made("not compared with g2", "g1", "g12") != []
    assert made("1 of them", "1", "2") != []
    assert made("not compared with `1`", "1", "2") == []


def test_the_count_behind_none_or_all_is_known_too() -> None:
    """Of Clopper and Pearson's bound one n is left: 12 of 12, or none of 12."""
    for having in (0, 12):
        made = record(TOTAL, BOTH)
        made["result"]["groups"][2]["rates"]["yes"] = {**share(having, 12), "n": None}
        assert how(made) == {"its entry shows it, and only one count has this rate and interval"}


def test_an_order_by_size_gives_away_the_rank_of_a_hidden_group() -> None:
    by_size = {"b": (50, 500, 220), "a": (20, 200, 80), "z": None, "c": (15, 150, 50), "d": None}
    ranked = found(record(TOTAL, {"group": by_size}))
    assert {figure for figure, _, _ in ranked} == {"annotators", "ratings"}
    assert {who for _, who, _ in ranked} == {"group z", "group d"}
    by_name = dict(sorted(by_size.items()))
    assert found(record(TOTAL, {"group": by_name})) == []


def later(overall: tuple[int, int, int], groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    return record(overall, groups, identifier="REC-0002", data="b" * 64, **more)


def test_two_releases_give_away_the_few_who_came_between_them() -> None:
    before = record(TOTAL, {"group": {"a": (50, 500, 220), "b": (50, 500, 180)}})
    few = later((104, 1040, 420), {"group": {"a": (54, 540, 240), "b": (50, 500, 180)}})
    assert found(before, few) == [
        ("the change in annotators since REC-0001", "everybody", "exact"),
        ("the change in annotators since REC-0001", "group a", "exact"),
    ]
    many = later((112, 1120, 440), {"group": {"a": (62, 620, 260), "b": (50, 500, 180)}})
    assert found(before, many) == []
    assert found(before, {**few, "audit": "AUD-0002"}) == []


@pytest.mark.parametrize(("came", "few"), [(0, False), (1, True), (9, True), (10, False)])
def test_a_difference_of_one_to_nine_between_two_releases_is_found_in_either_direction(
    came: int, few: bool
) -> None:
    groups = {"group": {"a": (50, 500, 220), "b": (50, 500, 180)}}
    more = {"group": {"a": (50 + came, 600, 220), "b": (50, 500, 180)}}
    before, after = record(TOTAL, groups), later((100 + came, 1100, 400), more)
    assert bool(found(before, after)) is few
    left = record((100 + came, 1100, 400), more), later(TOTAL, groups)
    assert bool(found(*left)) is few
    assert bool(attack([before, after], 10, came + 1).recovered) is (came > 0)


def test_the_few_who_joined_hidden_slices_are_the_rest_of_those_who_came() -> None:
    all_shown = {"a": (50, 500, 220), "b": (30, 300, 100), "c": (20, 200, 80)}
    before = record(TOTAL, {"group": all_shown})
    came = {"b": None, "c": None}
    few = later((116, 1160, 460), {"group": {"a": (62, 620, 260), **came}})
    assert found(before, few) == [
        ("the change in annotators since REC-0001", "group b", "narrow"),
        ("the change in annotators since REC-0001", "group c", "narrow"),
    ]
    enough = later((125, 1250, 480), {"group": {"a": (62, 620, 260), **came}})
    assert found(before, enough) == []
    one = later((113, 1130, 460), {"group": {"a": (62, 620, 260), **came}})
    assert {verdict for _, _, verdict in found(before, one)} == {"narrow"}
    nobody = later((112, 1120, 460), {"group": {"a": (62, 620, 260), **came}})
    assert found(before, nobody) == []
    shrunk = later((116, 1160, 460), {"group": {"a": (35, 350, 160), **came}})
    assert found(before, shrunk) == []


def test_what_one_record_hides_another_of_the_same_file_may_show() -> None:
    hides = record(TOTAL, BOTH)
    shows = record(TOTAL, {"group": {"c": (8, 80, 30)}}, identifier="REC-0002")
    assert ("annotators", "group c", "exact") in found(hides, shows)
    assert ("annotators", "group d", "exact") in found(hides, shows)
    other_file = record(TOTAL, {"group": {"c": (8, 80, 30)}}, identifier="REC-0002", data="c" * 64)
    assert found(hides, other_file) == []


def test_records_of_one_file_that_count_differently_are_attacked_one_by_one() -> None:
    hides = record(TOTAL, BOTH)
    other = record((90, 900, 350), {"group": {**SHOWN, "c": None}}, identifier="REC-0002")
    assert ("ratings", "group c", "exact") in found(hides, other)
    assert "REC-0001" not in {one.record for one in attack([hides, other]).recovered}


def test_counts_that_fit_no_table_cannot_be_attacked() -> None:
    with pytest.raises(Contradiction, match="REC-0001 contradict"):
        attack([record((10, 100, 40), BOTH)])


def test_rounded_counts_are_attacked_as_ranges() -> None:
    made = record(
        (100, 1000, 400), {"group": {"a": (50, 500, 220), "b": (30, 300, 100), "c": None}}
    )
    made["result"]["method"]["profile"] = "nhs"
    assert found(made) == []  # 20 +- 6 people
    assert attack([made], 20).recovered != ()


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 9), (1, 40), (25, 50), (50, 50)])
def test_three_decimals_of_a_wilson_interval_leave_one_count(k: int, n: int) -> None:
    printed = proportion(k, n, "people")
    assert printed.value is not None
    assert printed.low is not None
    assert printed.high is not None
    three = [round(x, 3) for x in (printed.value, printed.low, printed.high)]
    assert pairs_behind(Printed(*three, decimals=3)) == [(k, n)]


def test_whole_percents_leave_several_counts_and_the_true_one_is_among_them() -> None:
    pairs = pairs_behind(Printed(0.33, 0.25, 0.42, decimals=2))
    assert len(pairs) > 5
    assert all(round(k / n, 2) == 0.33 for k, n in pairs)
    assert pairs == sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    assert len({n for _, n in pairs}) < len(pairs) or len(pairs) > 5
    assert pairs_behind(Printed(1.0, 0.2, 1.0, decimals=1))[0] == (1, 1)


def test_the_exact_bound_beside_none_or_all_gives_the_number_of_units() -> None:
    assert pairs_behind(Printed(0.0, 0.0, never_seen(12))) == [(0, 12)]
    assert pairs_behind(Printed(0.0, 0.0, never_seen(1))) == [(0, 1)]
    assert pairs_behind(Printed(1.0, 1 - never_seen(31), 1.0)) == [(31, 31)]
    assert pairs_behind(Printed(0.0, 0.0, never_seen(12)), most=11) == []


@pytest.mark.parametrize(
    ("width", "verdict"),
    [(0, "exact"), (0.49, "exact"), (0.5, "narrow"), (9.99, "narrow"), (10, "safe")],
)
def test_verdicts_are_by_width(width: float, verdict: str) -> None:
    assert verdict_on(width) == verdict


def test_a_finding_says_which_and_how_but_never_the_value() -> None:
    one = Recovered("REC-0001", (("group", "c"),), "annotators", "narrow", 7.0, "by sums")
    assert one.words == "REC-0001: annotators of group c, to within 7: by sums"
    assert one.as_json() == {
        "record": "REC-0001",
        "group": [{"attribute": "group", "value": "c"}],
        "figure": "annotators",
        "verdict": "narrow",
        "width": 7.0,
        "how": "by sums",
    }
    assert Recovered("R", (), "x", "exact", 0.0, "y").words == "R: x of everybody, exactly: y"
    assert Recovered("R", (("g", "\0revoked"),), "x", "exact", 0.0, "y").group == "g revoked"


def test_records_belong_together_by_audit_or_by_file() -> None:
    one = {"audit": "AUD-0001", "manifest": {"data_sha256": "a"}}
    assert belongs_with(one, {"audit": "AUD-0001", "manifest": {"data_sha256": "b"}})
    assert belongs_with(one, {"audit": "AUD-0002", "manifest": {"data_sha256": "a"}})
    assert not belongs_with(one, {"audit": "AUD-0002", "manifest": {"data_sha256": "b"}})
    assert not belongs_with({"result": {}}, {"result": {}})


def test_a_hidden_group_in_the_open_is_found_in_each_of_its_counts() -> None:
    made = record(TOTAL, BOTH)
    made["result"]["groups"][2] = {**group("group", "c", None), "items": 12}
    assert found(made) == [("items", "group c", "exact")]
