"""Tables of counts: exact ratios, the print's precision, the median, contradictions, privacy."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelcharter.audit.disclosure.counts import hide_counts
from labelcharter.audit.disclosure.profiles import Profile
from labelcharter.audit.questions.selection import (
    CountAudit,
    CountQuestions,
    audit_counts,
)
from labelcharter.audit.records.counts_output import COMPLETE, INCOMPLETE, counts_as_json
from labelcharter.audit.statistics.four_fifths import difference_test
from labelcharter.audit.statistics.ratio_interval import Share, ratio_interval, ratios_to_best
from labelcharter.audit.statistics.selection_tables import (
    agreement,
    at_the_same_precision,
    highest,
    impact_ratios,
    implied_counts,
    may_be_left_out,
    median_of,
    mismatches,
)
from labelcharter.audit.tables.counts import CountLine, Printed, printed_figure

Table = dict[str, tuple[int, int]]  # category -> (people, selected)


def audited(tables: dict[str, Table], **asked: object) -> CountAudit:
    lines = {
        name: [
            (CountLine(name, group, of, having, None, None, 0), Share(having, of))
            for group, (of, having) in table.items()
        ]
        for name, table in tables.items()
    }
    questions = CountQuestions(asked.pop("kind", "selection"), **asked)  # type: ignore[arg-type]
    return audit_counts(lines, questions)


def shares(table: Table) -> dict[str, Share]:
    return {name: Share(having, of) for name, (of, having) in table.items()}


# The rule's ratio


def test_the_ratio_is_to_the_highest_rate_exactly() -> None:
    found = impact_ratios(shares({"a": (3, 1), "b": (9, 6), "c": (0, 0), "d": (5, 0)}))
    assert found == {"a": Fraction(1, 2), "b": 1, "c": None, "d": 0}
    assert highest(shares({"a": (9, 6), "b": (3, 2)})) == "a"


def test_where_nobody_is_selected_there_is_no_highest_and_no_ratio() -> None:
    nobody = shares({"a": (3, 0), "b": (9, 0)})
    assert highest(nobody) is None
    assert impact_ratios(nobody) == {"a": None, "b": None}


def test_two_in_a_hundred_are_not_less_than_two_per_cent() -> None:
    assert not may_be_left_out(20, 1000)
    assert may_be_left_out(19, 1000)
    assert may_be_left_out(0, 1)


# The precision of the print


@pytest.mark.parametrize(
    ("text", "units", "decimals"),
    [("48%", 48, 2), ("43.9 %", 439, 3), ("0.979", 979, 3), ("1.00", 100, 2), ("1", 1, 0)],
)
def test_a_printed_figure_keeps_its_precision(text: str, units: int, decimals: int) -> None:
    assert printed_figure(text) == Printed(text, units, decimals)


@pytest.mark.parametrize("text", ["", "about half", "-3%", "1,5", "nan", "1e3", "٣%"])
def test_what_is_no_figure_is_none(text: str) -> None:
    assert printed_figure(text) is None


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 4), st.booleans())
def test_agreement_and_text_are_those_of_decimal_arithmetic(
    having: int, others: int, decimals: int, percent: bool
) -> None:
    of = having + others + 1
    value = Fraction(having, of)
    shown = Decimal(having) / Decimal(of) * (100 if percent else 1)
    step = Decimal(1).scaleb(-decimals)
    rounded = shown.quantize(step, ROUND_HALF_UP)
    cut = shown.quantize(step, ROUND_DOWN)
    sign = "%" if percent else ""
    printed = printed_figure(f"{rounded}{sign}")
    assert printed is not None
    assert agreement(value, printed) == "agrees"
    assert at_the_same_precision(value, printed) == f"{rounded}{sign}"
    printed = printed_figure(f"{cut}{sign}")
    assert printed is not None
    assert agreement(value, printed) == ("agrees" if cut == rounded else "truncated") or (
        (value * 10**printed.decimals * 2).denominator == 1  # at the half both are right
    )
    printed = printed_figure(f"{rounded + 2 * step}{sign}")
    assert printed is not None
    assert agreement(value, printed) == "differs"


@given(st.integers(1, 80), st.integers(0, 4), st.integers(0, 120))
def test_implied_counts_are_all_that_are_printed_so(of: int, decimals: int, units: int) -> None:
    printed = Printed("", units, decimals)
    fits = {
        how: [k for k in range(of + 1) if agreement(Fraction(k, of), printed) == how]
        for how in ("agrees", "truncated")
    }
    assert list(implied_counts(printed, of)) == (fits["agrees"] or fits["truncated"])


def test_a_rate_that_is_only_cut_off_still_implies_its_count() -> None:
    printed = printed_figure("36.3%")
    assert printed is not None
    assert list(implied_counts(printed, 11)) == [4]  # 36.36 %
    printed = printed_figure("36.6%")
    assert printed is not None
    assert list(implied_counts(printed, 11)) == []


# The median


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.data())
def test_ties_at_the_median_lie_between_what_the_counts_allow(
    scores: list[int], data: st.DataObject
) -> None:
    unknown = data.draw(st.integers(0, len(scores)))
    ordered = sorted(scores)
    n = len(scores)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    above = sum(score > median for score in scores[unknown:])
    tied = n // 2 - sum(score > median for score in scores)
    got = median_of(above, n - unknown, unknown)
    assert got.possible
    assert got.ties[0] <= tied <= got.ties[1]


def test_more_than_half_above_the_median_is_impossible_and_is_said() -> None:
    audit = audited({"": {"a": (10, 6), "b": (10, 5)}}, kind="scoring", unknown=0)
    found = [f for f in counts_as_json(audit, "internal")["findings"] if f["check"] == "median"]
    assert [f["verdict"] for f in found] == ["breached"]
    assert "11 of 20 people are counted above the median" in found[0]["why"]
    tied = counts_as_json(audited({"": {"a": (10, 3), "b": (10, 3)}}, kind="scoring"), "internal")
    assert tied["tables"][0]["ties_at_the_median"] == [4, 4]
    assert "4 people of the upper half stand at the median itself" in str(tied["findings"])
    even = audited({"": {"a": (10, 5), "b": (10, 5)}}, kind="scoring")
    assert "median" not in {f["check"] for f in counts_as_json(even, "internal")["findings"]}
    selection = counts_as_json(audited({"": {"a": (10, 6), "b": (10, 5)}}), "internal")
    assert selection["tables"][0]["ties_at_the_median"] is None


# Contradictions

FINE: Table = {"x|f": (100, 40), "x|m": (120, 60), "y|f": (80, 30), "y|m": (90, 45)}
BY_SEX: Table = {"f": (180, 70), "m": (210, 105)}
BY_RACE: Table = {"x": (220, 100), "y": (170, 75)}


def test_tables_of_the_same_people_agree_in_every_total_and_sum() -> None:
    tables = {"sex": shares(BY_SEX), "race": shares(BY_RACE), "both": shares(FINE)}
    found, compared = mismatches(tables, "|")
    assert found == []
    assert compared == 3 + 4


def test_a_category_that_does_not_add_up_is_named_with_both_counts() -> None:
    off = {**BY_RACE, "x": (233, 132)}
    found, _ = mismatches({"race": shares(off), "both": shares(FINE)}, "|")
    whole, category = found
    assert (whole.category, whole.here, whole.there) == ("", Share(207, 403), Share(175, 390))
    assert (category.table, category.against, category.category) == ("race", "both", "x")
    assert (category.here, category.there) == (Share(132, 233), Share(100, 220))
    assert category.ratio_there == 1
    finding = counts_as_json(audited({"race": off, "both": FINE}), "internal")["findings"][1]
    assert finding["verdict"] == "breached"
    assert finding["why"] == (
        "233 people, 132 selected in race, but 220 and 100 in both; with those its impact ratio "
        "is 1.000"
    )


def test_a_category_that_one_table_lacks_is_named() -> None:
    less = {name: counts for name, counts in FINE.items() if not name.startswith("y")}
    found, _ = mismatches({"race": shares(BY_RACE), "both": shares(less)}, "|")
    assert [(m.category, m.there) for m in found if m.category] == [("y", None)]
    words = [
        f["why"]
        for f in counts_as_json(audited({"race": BY_RACE, "both": less}), "internal")["findings"]
    ]
    assert "it stands in race and not in both" in words
    more = {"x": BY_RACE["x"]}
    found, _ = mismatches({"race": shares(more), "both": shares(FINE)}, "|")
    assert [(m.category, m.here) for m in found if m.category] == [("y", None)]


def test_names_that_only_look_joined_are_not_split() -> None:
    odd = {"a|b": (5, 2), "c": (7, 3)}
    assert mismatches({"one": shares(odd), "two": shares({"a": (5, 2), "c": (7, 3)})}, "|")[0] == []
    strange = {"p|q": (5, 2), "r|s": (7, 3)}
    assert mismatches({"one": shares(strange), "two": shares({"a": (12, 5)})}, "|")[0] == []


@given(st.permutations(list(FINE)))
def test_the_order_of_lines_leaves_no_trace(order: list[str]) -> None:
    one = audited({"both": FINE}, references=["x|m"])
    other = audited({"both": {name: FINE[name] for name in order}}, references=["x|m"])
    by_name = {c.name: c for c in other.tables[0].categories}
    assert all(by_name[c.name] == c for c in one.tables[0].categories)
    assert one.tables[0].false_flag == pytest.approx(other.tables[0].false_flag)


# Two readings


def test_against_a_declared_reference_the_interval_is_of_the_pair() -> None:
    table = audited({"": BY_SEX}, references=["f"]).tables[0]
    woman, man = table.categories
    assert woman.reading is None
    assert man.reading is not None
    expected = ratio_interval(Share(105, 210), Share(70, 180))
    assert expected is not None
    assert (man.reading.ratio.low, man.reading.ratio.high) == (expected.low, expected.high)
    assert man.reading.limits == (0.8, 1.25)
    tested = difference_test(Share(105, 210), Share(70, 180))
    assert man.reading.tested == tested
    assert man.impact_ratio == 1  # the rule still divides by the highest
    assert woman.impact_ratio == Fraction(70 * 210, 180 * 105)
    adverse = ratio_interval(Share(105, 210), Share(110, 180))
    assert adverse is not None
    assert man.reading.adverse.value == adverse.value


def test_without_one_it_is_to_the_highest_true_rate_and_the_test_is_corrected() -> None:
    table = audited({"": FINE}).tables[0]
    intervals = ratios_to_best([c.share for c in table.categories])
    for category, interval in zip(table.categories, intervals, strict=True):
        assert category.reading is not None
        assert interval is not None
        assert (category.reading.ratio.low, category.reading.ratio.high) == (
            interval.low,
            interval.high,
        )
        assert category.reading.limits == (0.8, math.inf)
        assert category.reading.against is None
    lowest = table.categories[2]
    raw = difference_test(lowest.share, Share(60, 120))
    assert raw is not None
    assert lowest.reading is not None
    assert lowest.reading.tested is not None
    assert lowest.reading.tested.p == min(1, 6 * raw.p)
    assert "corrected for 6 pairs" in lowest.reading.why
    result = counts_as_json(audited({"": FINE}), "internal")["tables"][0]["categories"][2]
    assert result["reading"]["limits"] == [0.8, None]


def test_a_small_category_may_leave_the_ratios_and_keeps_count_and_rate() -> None:
    table: Table = {"a": (500, 250), "b": (500, 200), "tiny": (15, 15)}
    kept, left = (audited({"": table}, leave_out=flag).tables[0] for flag in (False, True))
    assert kept.highest == "tiny"
    assert left.highest == "a"
    tiny = left.categories[2]
    assert (tiny.under_two_percent, tiny.left_out) == (True, True)
    assert (tiny.impact_ratio, tiny.reading) == (None, None)
    assert (tiny.share, tiny.rate.value) == (Share(15, 15), 1)
    assert left.categories[1].impact_ratio == Fraction(4, 5)
    assert left.total == kept.total
    named = audited({"": table}, leave_out=True, references=["tiny"]).tables[0]
    assert not named.categories[2].left_out


def test_exactly_four_fifths_is_not_below() -> None:
    result = counts_as_json(audited({"": {"a": (500, 250), "b": (500, 200)}}), "internal")
    assert [c["below_four_fifths"] for c in result["tables"][0]["categories"]] == [False, False]
    result = counts_as_json(audited({"": {"a": (500, 250), "b": (500, 199)}}), "internal")
    assert [c["below_four_fifths"] for c in result["tables"][0]["categories"]] == [False, True]


def test_where_nobody_is_selected_nothing_is_read_and_nothing_breaks() -> None:
    table = counts_as_json(audited({"": {"a": (50, 0), "b": (50, 0)}}), "internal")["tables"][0]
    assert table["highest"] is None
    assert [c["reading"] for c in table["categories"]] == [None, None]
    empty = audited({"": {"a": (50, 20), "b": (0, 0)}}).tables[0]
    assert empty.categories[1].rate.state == "not-estimable"
    assert empty.false_flag is None


# Privacy


def test_a_table_with_one_small_cell_is_hidden_whole_and_is_no_publication() -> None:
    small = {**BY_RACE, "z": (12, 9)}
    audit = hide_counts(audited({"sex": BY_SEX, "race": small}, unknown=250), "default")
    result = counts_as_json(audit, "default")
    sex, race = result["tables"]
    assert sex["people"] == 390
    assert (race["people"], race["highest"], race["false_flag"]) == (None, None, None)
    for category in race["categories"]:
        assert category["people"] is None
        assert category["selected"] is None
        assert category["impact_ratio"] is None
        assert category["under_two_percent"] is None
        assert category["below_four_fifths"] is None
        assert category["printed"] == {}
        assert category["rate"]["state"] == "suppressed"
        assert category["reading"]["p"] is None
        assert category["reading"]["ratio"]["state"] == "suppressed"
        assert category["reading"]["outcome"] is None
    assert result["publication"] == INCOMPLETE
    assert result["unknown"] == 250
    assert not any(
        character.isdigit()
        for f in result["findings"]
        if f["table"] == "race"
        for character in f["why"]
    )
    shown = counts_as_json(hide_counts(audited({"race": BY_RACE}), "default"), "default")
    assert shown["publication"] == COMPLETE


def test_two_tables_that_differ_by_a_few_people_do_not_both_show() -> None:
    """Three people of unknown sex: the two totals side by side would give them away."""
    fewer = {**FINE, "x|f": (97, 39)}
    audit = hide_counts(audited({"race": BY_RACE, "both": fewer}), "default")
    assert [table.hidden for table in audit.tables] == [False, True]
    assert audit.mismatches == ()
    many = {**FINE, "x|f": (70, 25)}
    audit = hide_counts(audited({"race": BY_RACE, "both": many}), "default")
    assert [table.hidden for table in audit.tables] == [False, False]
    assert len(audit.mismatches) == 2


def test_a_few_people_of_unknown_category_are_not_counted_in_public() -> None:
    audit = audited({"race": BY_RACE}, unknown=4)
    assert hide_counts(audit, "default").unknown is None
    assert hide_counts(audit, "internal") is audit


@pytest.mark.parametrize(
    ("unknown", "default", "cms"), [(0, 0, 0), (1, None, None), (10, 10, None), (11, 11, 11)]
)
def test_how_many_are_of_unknown_category_is_shown_from_the_least_of_the_profile(
    unknown: int, default: int | None, cms: int | None
) -> None:
    audit = audited({"race": BY_RACE}, unknown=unknown)
    assert hide_counts(audit, "default").unknown == default
    assert hide_counts(audit, "nhs").unknown == default
    assert hide_counts(audit, "cms").unknown == cms


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ((50, 10), {"default", "nhs", "ll144"}),  # the agency hides a ten
        ((50, 11), {"default", "nhs", "ll144", "cms"}),
        ((50, 39), {"default", "nhs", "ll144", "cms"}),
        ((50, 8), set()),  # elsewhere shown by nhs, as ten
        ((29, 0), set()),
        ((30, 30), {"default", "nhs", "ll144", "cms"}),
        ((0, 0), {"default", "nhs", "ll144", "cms"}),
    ],
)
def test_no_profile_shows_a_count_below_its_own_least(
    cell: tuple[int, int], shown: set[str]
) -> None:
    audit = audited({"race": {"a": (90, 45), "b": cell}})
    profiles: tuple[Profile, ...] = ("default", "cms", "nhs", "ll144")
    assert {p for p in profiles if not hide_counts(audit, p).tables[0].hidden} == shown


@pytest.mark.parametrize(
    ("people", "selected", "few"),
    [
        (0, 0, False),
        (1, 0, True),
        (9, 0, True),
        (10, 0, False),
        (10, 1, True),
        (10, 10, False),
        (19, 10, True),  # nine not selected
        (20, 10, False),
        (0, 9, True),  # as many people, nine more of them selected
        (0, 10, False),
        (-9, 0, True),
        (-10, -10, False),
    ],
)
def test_two_totals_that_lie_one_to_nine_people_apart_do_not_both_show(
    people: int, selected: int, few: bool
) -> None:
    sexes = {"f": (200, 100), "m": (200 + people, 100 + selected)}
    audit = hide_counts(
        audited({"race": {"a": (250, 120), "b": (150, 80)}, "sex": sexes}), "default"
    )
    assert [table.hidden for table in audit.tables] == [False, few]
    assert bool(audit.mismatches) is (not few and (people, selected) != (0, 0))


def test_of_two_tables_that_lie_a_few_apart_one_that_is_hidden_already_is_enough() -> None:
    small = {"a": (250, 120), "b": (147, 9)}
    sexes = {"f": (200, 64), "m": (200, 65), "x": (0, 0)}
    audit = hide_counts(audited({"race": small, "sex": sexes}), "default")
    assert [table.hidden for table in audit.tables] == [True, False]
    assert audit.mismatches == ()
