"""Agreement within a group and across groups, against the definition written out pair by pair."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ratings_tables import (
    BINDINGS,
    Rating,
    by_item,
    chance,
    cleaned,
    interval,
    nominal,
    ordinal,
    plain_alpha,
    ratings,
    shared_file,
    table_of,
)

from labelcharter.audit.questions.answer import Row
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.settings import Questions, Request
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.reductions.merging import merged, side_by_side
from labelcharter.audit.reductions.patterns import GroupReduction, reduce_ratings
from labelcharter.audit.statistics import cross_agreement as cross
from labelcharter.audit.statistics.cross_intervals import (
    gai_estimate,
    gai_parts,
    shared,
    xrr_estimate,
)
from labelcharter.audit.statistics.estimate import Estimate, estimated
from labelcharter.audit.statistics.intervals import t_quantile
from labelcharter.audit.statistics.jackknife import jackknife, variance
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.audit.tables.cleaning import Grouping, Ratings
from labelcharter.reading.tables import read_table

Distance = Callable[[str, str, Mapping[str, int]], float]
PLAIN: dict[str, Distance] = {"nominal": nominal, "ordinal": ordinal, "interval": interval}


def plain_xrr(rows: Sequence[Rating], distance: Distance, group: str = "x") -> float:
    """By its definition: pairs of a rating in the group and one outside, O(N squared)."""
    mine = by_item([row for row in rows if row[2] == group])
    others = by_item([row for row in rows if row[2] != group])
    both = sorted(set(mine) & set(others))
    r = [label for item in both for label in mine[item]]
    s = [label for item in both for label in others[item]]
    if not both:
        return math.nan
    counts = {label: (r + s).count(label) for label in {*r, *s}}
    observed = 0.0
    for item in both:
        pairs = [(a, b) for a in mine[item] for b in others[item]]
        mean = sum(distance(a, b, counts) for a, b in pairs) / len(pairs)
        observed += mean * (len(mine[item]) + len(others[item]))
    observed /= len(r) + len(s)
    expected = sum(distance(a, b, counts) for a in r for b in s) / (len(r) * len(s))
    return 1 - observed / expected if expected else math.nan


def plain_gai(rows: Sequence[Rating], distance: Distance) -> float:
    inside = plain_alpha([row for row in rows if row[2] == "x"], distance)
    return inside / plain_xrr(rows, distance)


def two_sides(rows: Sequence[Rating]) -> GroupReduction:
    """Group x and, next to it, everybody else."""
    kept = cleaned(rows).kept
    reduction = reduce_ratings(kept, kept.groupings[0])
    at = kept.groupings[0].values.index("x")
    others = [k for k in range(reduction.groups) if k != at]
    return side_by_side(merged(reduction, [[at], others]))


def labels_of(rows: Sequence[Rating]) -> tuple[int, list[float]]:
    labels = sorted({row[3] for row in rows})
    return len(labels), [float(label) for label in labels]


def both_groups(rows: Sequence[Rating]) -> bool:
    return len({row[2] == "x" for row in rows}) == 2


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_xrr_and_gai_equal_the_definition_written_out(scale: str) -> None:
    @given(ratings("1234", groups="xyz"))
    @settings(max_examples=60, deadline=None)
    def equal(rows: list[Rating]) -> None:
        assume(both_groups(rows))
        labels, values = labels_of(rows)
        jack = jackknife(two_sides(rows), cross.xrr(scale, labels, values))
        plain = plain_xrr(rows, PLAIN[scale])
        assert math.isnan(plain) == (not jack.items or math.isnan(jack.value))
        if math.isnan(plain):
            return
        assert jack.value == pytest.approx(plain, abs=1e-9)
        inside = jackknife(two_sides(rows), cross.in_first(scale, labels, values)).value
        of_group = [row for row in rows if row[2] == "x"]
        assert inside == pytest.approx(plain_alpha(of_group, PLAIN[scale]), abs=1e-9, nan_ok=True)

    equal()


def on_shared_items(rows: Sequence[Rating]) -> list[Rating]:
    """The ratings that xRR uses."""
    sides: dict[str, set[bool]] = {}
    for row in rows:
        sides.setdefault(row[0], set()).add(row[2] == "x")
    return [row for row in rows if len(sides[row[0]]) == 2]


def plain_variance(
    rows: Sequence[Rating],
    statistic: Callable[[Sequence[Rating]], float],
    unit: Callable[[Rating], object],
) -> float:
    """(U - 1)/U times the squared deviations of the statistic with each unit left out."""
    units = sorted({unit(row) for row in rows}, key=str)
    values = [statistic([row for row in rows if unit(row) != one]) for one in units]
    mean = sum(values) / len(values)
    return (len(units) - 1) / len(units) * sum((value - mean) ** 2 for value in values)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_the_jackknife_of_xrr_leaves_out_each_item_annotator_and_rating_exactly(
    scale: str,
) -> None:
    @given(st.integers(0, 10_000))
    @settings(max_examples=15, deadline=None)
    def equal(seed: int) -> None:
        stream = chance(seed)
        rows = [
            (f"i{i}", f"{g}{j}", g, stream.choice("123"))
            for i in range(5)
            for g in "xy"
            for j in range(3)
            if stream.random() < 0.8
        ]
        rows = on_shared_items(rows)
        assume(len({row[3] for row in rows}) == 3)
        labels, values = labels_of(rows)

        def plain(some: Sequence[Rating]) -> float:
            return plain_xrr(some, PLAIN[scale])

        expected = [
            plain_variance(rows, plain, unit)
            for unit in (lambda r: r[0], lambda r: r[1], lambda r: r[:2])
        ]
        assume(all(math.isfinite(value) for value in expected))
        parts = variance(jackknife(two_sides(rows), cross.xrr(scale, labels, values)))
        assert [parts.item, parts.annotator, parts.rating] == pytest.approx(expected, abs=1e-9)

    equal()


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_the_variance_behind_a_gai_is_that_of_leaving_units_out_at_every_ratio(scale: str) -> None:
    """C_I - r C_X for r other than the three jackknifed is computed anew from scratch here."""
    rows = leaning(3, people=4, items=5)
    labels, values = labels_of(rows)
    parts = gai_parts(two_sides(rows), 4, scale, labels, values)

    def excess(some: Sequence[Rating], ratio: float) -> float:
        inside = plain_alpha([row for row in some if row[2] == "x"], PLAIN[scale])
        return inside - ratio * plain_xrr(some, PLAIN[scale])

    for ratio in (-0.7, 0.0, 0.4, 1.0, 2.5):
        item, annotator, rating = (
            plain_variance(rows, lambda some, r=ratio: excess(some, r), unit)
            for unit in (lambda r: r[0], lambda r: r[1], lambda r: r[:2])
        )
        expected = max(item + annotator - rating, item, annotator)
        assert parts.variance_at(ratio) == pytest.approx(expected, abs=1e-9)


def test_the_interval_of_a_gai_holds_the_ratios_that_its_parts_do_not_exclude() -> None:
    rows = leaning(11, own=0.2, people=10, items=120)
    parts = gai_parts(two_sides(rows), 10, "nominal", 2)
    found = gai_estimate(parts, *(estimated(0.5, 0.4, 0.6, 9) for _ in "ab"))
    assert found.value == pytest.approx(plain_gai(rows, nominal), abs=1e-9)
    for end in (found.low, found.high):
        assert end is not None
        gap = parts.in_group.value - end * parts.cross.value
        assert gap**2 == pytest.approx(t_quantile(9) ** 2 * parts.variance_at(end), rel=1e-6)
    assert found.low < found.value < found.high


def leaning(
    seed: int,
    *,
    people: int = 12,
    items: int = 60,
    groups: str = "xy",
    own: float = 0.0,
    right: float = 0.8,
) -> list[Rating]:
    """Everybody sees the same truth, but a share `own` of items each group sees its own way."""
    stream = chance(seed)
    rows = []
    for item in range(items):
        common = stream.random() < 0.5
        for group in groups:
            truth = stream.random() < 0.5 if stream.random() < own else common
            for person in stream.sample(range(people), min(people, 4)):
                label = truth if stream.random() < right else not truth
                rows.append((f"i{item:03d}", f"{group}{person:02d}", group, str(int(label))))
    return rows


def audited(rows: Sequence[Rating], **options: object) -> TableAudit:
    asked = Questions(checks=[Request("cross-group-agreement", options)])
    return audit_table(table_of(rows), BINDINGS, asked)


def rows_of(audit: TableAudit, figure: str) -> dict[str, Row]:
    (answer,) = audit.answers
    return {row.about: row for row in answer.rows if row.figure == figure}


def test_groups_that_see_it_their_own_way_agree_more_within_and_alike_groups_do_not() -> None:
    own = rows_of(audited(leaning(1, own=0.3, items=300)), "gai")
    alike = rows_of(audited(leaning(1, items=300)), "gai")
    for value in "xy":
        assert own[value].estimate.low is not None
        assert own[value].estimate.low > 1.0
        assert own[value].p == pytest.approx(1 / 2000)
        assert own[value].expected is not None
        assert own[value].expected.high < own[value].estimate.value
        assert alike[value].estimate.low < 1.0 < alike[value].estimate.high
        assert alike[value].p is not None
        assert alike[value].p > 0.05


def test_in_group_agreement_is_the_alpha_of_the_group_and_the_gai_their_quotient() -> None:
    audit = audited(leaning(2, own=0.2, groups="xyz", items=200))
    inside, across, ratio = (rows_of(audit, f) for f in ("in-group", "cross-group", "gai"))
    for group in audit.groups:
        assert inside[group.value].estimate == group.estimates["alpha", ""]
        quotient = inside[group.value].estimate.value / across[group.value].estimate.value
        assert ratio[group.value].estimate.value == pytest.approx(quotient, abs=1e-12)
    largest = rows_of(audit, "dsi")[""]
    assert largest.estimate.value == max(row.estimate.value for row in ratio.values())
    assert largest.groups == ("x", "y", "z")


def test_of_two_groups_each_agrees_across_as_the_other_does() -> None:
    across = rows_of(audited(leaning(3, own=0.3)), "cross-group")
    one, other = across["x"].estimate, across["y"].estimate
    assert (one.value, one.low) == pytest.approx((other.value, other.low), abs=1e-12)
    assert (across["x"].p, across["x"].least_p) == (across["y"].p, across["y"].least_p)


def test_pairs_of_three_groups_are_compared_too_unless_left_out() -> None:
    rows = leaning(4, groups="xyz")
    (answer,) = audited(rows).answers
    pairs = {
        row.groups: row for row in answer.rows if row.figure == "cross-group" and not row.about
    }
    assert sorted(pairs) == list(combinations("xyz", 2))
    for (a, b), row in pairs.items():
        some = [("i" + r[0], r[1], "x" if r[2] == a else "y", r[3]) for r in rows if r[2] in (a, b)]
        assert row.estimate.value == pytest.approx(plain_xrr(some, nominal), abs=1e-9)
    (answer,) = audited(rows, pairs=False).answers
    assert all(row.about for row in answer.rows if row.figure == "cross-group")


def test_the_gai_is_hidden_where_cross_group_agreement_may_be_zero_and_its_parts_are_not() -> None:
    """People of x and of y answer the opposite half of the time: nothing in common is left."""
    audit = audited(leaning(5, own=1.0))
    for value in "xy":
        row = rows_of(audit, "gai")[value]
        assert row.estimate.state == "not-estimable"
        assert "cross-group agreement may be zero" in row.estimate.reason
        assert row.p is None
        assert rows_of(audit, "in-group")[value].estimate.state == "estimated"
        across = rows_of(audit, "cross-group")[value].estimate
        assert across.low <= 0 <= across.high
    assert rows_of(audit, "dsi")[""].estimate.state == "not-estimable"


def test_no_verdict_is_given_without_limits_and_three_states_with_them() -> None:
    wide = leaning(6, people=30, items=600)
    apart = leaning(6, own=0.3, people=30, items=600)
    assert {row.verdict for row in rows_of(audited(wide), "gai").values()} == {None}
    met = rows_of(audited(wide, limits=[0.8, 1.25]), "gai")
    breached = rows_of(audited(apart, limits=[0.8, 1.25]), "gai")
    few = rows_of(audited(leaning(6, own=0.1, people=6, items=200), limits=[0.8, 1.25]), "gai")
    assert {row.verdict for row in met.values()} == {"met"}
    assert {row.verdict for row in breached.values()} == {"breached"}
    assert {row.verdict for row in few.values()} == {"insufficient-evidence"}
    assert all("a verdict needs 10 annotators" in row.why for row in few.values())


def test_a_group_of_one_person_gets_no_claim() -> None:
    rows = [row for row in leaning(7) if row[2] == "x" or row[1] == "y00"]
    for figure in ("in-group", "cross-group", "gai"):
        row = rows_of(audited(rows, limits=[0.8, 1.25]), figure)["y"]
        assert (row.verdict, row.p) == ("insufficient-evidence", None)
        assert row.why == "one person: no claim about a group"


def test_every_row_names_all_groups_whose_data_stand_in_it() -> None:
    (answer,) = audited(leaning(8, groups="xyz")).answers
    for row in answer.rows:
        assert set(row.groups) == set("xyz") or (len(row.groups) == 2 and not row.about)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("i1", "a", "x", "0"), ("i1", "b", "x", "1"), ("i2", "c", "y", "0")], "no item is rated"),
        ([(f"i{k}", p, p[0], "0") for k in (1, 2) for p in ("x1", "x2", "y1")], "only one label"),
        ([("i1", p, p[0], p[1]) for p in ("x0", "x1", "y0", "y1")], "rests on one item"),
    ],
)
def test_what_cannot_be_estimated_says_why(rows: list[Rating], reason: str) -> None:
    rows = [(item, person, group, label) for item, person, group, label in rows]
    both = two_sides(rows)
    labels = len({row[3] for row in rows})
    jack = jackknife(both, cross.xrr("nominal", labels))
    estimate = xrr_estimate(jack, shared(both), "nominal")
    assert estimate.state == "not-estimable"
    assert reason in estimate.reason


def test_where_nobody_disagreed_the_bound_is_on_the_items_that_might() -> None:
    rows = [(f"i{k}", f"{g}{j}", g, "01"[k % 2]) for k in range(20) for g in "xy" for j in range(5)]
    for scale in ("nominal", "ordinal", "interval"):
        both = two_sides(rows)
        jack = jackknife(both, cross.xrr(scale, 2, (0.0, 1.0)))
        found = xrr_estimate(jack, shared(both), scale, (0.0, 1.0))
        assert (found.value, found.high) == (1.0, 1.0)
        never = 1 - 0.025 ** (1 / 5)  # five people of a group, never seen to disagree
        assert found.low == pytest.approx(max(-1.0, 1 - 2 * never))


def test_one_group_or_one_label_is_answered_with_a_reason() -> None:
    (answer,) = audited([row for row in leaning(1) if row[2] == "x"]).answers
    assert answer.not_computed == "no attribute of annotators has two groups with ratings"
    (answer,) = audited([(*row[:3], "0") for row in leaning(1)]).answers
    assert {row.estimate.state for row in answer.rows} == {"not-estimable"}


def test_too_many_grades_are_refused() -> None:
    stream = chance(1)
    rows = [
        (f"i{k}", f"{g}{j}", g, str(stream.randrange(40)))
        for k in range(40)
        for g in "xy"
        for j in range(3)
    ]
    bindings = Bindings(
        "item", "annotator", "label", annotator_groups={"group": "group"}, scale="ordinal"
    )
    asked = Questions(checks=[Request("cross-group-agreement")])
    (answer,) = audit_table(table_of(rows), bindings, asked).answers
    assert "grades: ordinal agreement takes at most" in answer.not_computed


@given(st.integers(0, 500))
@settings(max_examples=3)
def test_renaming_people_items_and_groups_or_shuffling_rows_changes_no_figure(seed: int) -> None:
    rows = leaning(seed, people=5, items=15, groups="xyz", own=0.3)
    names = {"x": "n", "y": "a", "z": "m"}
    other = [
        (f"q{999 - int(i[1:])}", f"{names[g]}{99 - int(j[1:])}", names[g], v) for i, j, g, v in rows
    ]
    other = chance(seed).sample(other, len(other))
    for figure in ("in-group", "cross-group", "gai", "dsi"):
        one, again = (rows_of(audited(table, pairs=False), figure) for table in (rows, other))
        for about, row in one.items():
            twin = again[names.get(about, "")]
            assert row.estimate.value == pytest.approx(twin.estimate.value, abs=1e-12)
            assert (row.p, row.least_p) == (twin.p, twin.least_p)
            assert (row.expected is None) == (twin.expected is None)
            if row.expected is not None:
                assert row.expected.value == pytest.approx(twin.expected.value, abs=1e-12)


def test_shuffled_rows_give_the_same_bytes() -> None:
    rows = leaning(9, groups="xyz", own=0.2)
    assert audited(rows).answers == audited(chance(1).sample(rows, len(rows))).answers


def test_without_single_ratings_there_is_no_p_and_a_note_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Asked, "ratings", lambda _self: None)
    (answer,) = audited(leaning(1)).answers
    assert {row.p for row in answer.rows} == {None}
    assert {row.estimate.state for row in answer.rows} == {"estimated"}
    assert any("it needs the single ratings" in note for note in answer.notes)


def two_pools(rng: np.random.Generator, items: int, people: int, each: int) -> Ratings:
    """Two alike groups, whose people differ in how often they are right."""
    truth = rng.random(items) < 0.35
    item = np.tile(np.repeat(np.arange(items, dtype=np.int32), each), 2)
    group = np.repeat(np.arange(2, dtype=np.int32), items * each)
    chosen = [np.argsort(rng.random((items, people)), axis=1)[:, :each].ravel() for _ in range(2)]
    annotator = np.concatenate((chosen[0], chosen[1] + people)).astype(np.int32)
    accuracy = np.clip(0.8 + 0.1 * rng.standard_normal(2 * people), 0.5, 1)
    right = rng.random(len(item)) < accuracy[annotator]
    label = np.where(right, truth[item], ~truth[item]).astype(np.int32)
    nothing = np.full(len(item), -1, dtype=np.int32)
    grouping = Grouping("group", "annotator", ("a", "b"), group)
    return Ratings(item, annotator, label, nothing, nothing, ("0", "1"), (grouping,))


@pytest.mark.slow
@pytest.mark.parametrize(("items", "people"), [(200, 12), (60, 6), (60, 20)])
def test_the_intervals_cover_what_they_say(items: int, people: int) -> None:
    rng = np.random.default_rng(12)

    def found(ratings: Ratings) -> list[Estimate]:
        both = side_by_side(reduce_ratings(ratings, ratings.groupings[0]))
        between = shared(both)
        parts = gai_parts(both, min(between.people), "nominal", 2)
        across = xrr_estimate(jackknife(both, cross.xrr("nominal", 2)), between, "nominal")
        inside = estimated(parts.in_group.value, 0.0, 1.0, 1)
        return [across, gai_estimate(parts, inside, across)]

    truth = [one.value for one in found(two_pools(rng, 20_000, 1000, 3))]
    runs = [found(two_pools(rng, items, people, 3)) for _ in range(300)]
    for number, true in enumerate(truth):
        given = [run[number] for run in runs if run[number].state == "estimated"]
        covered = sum(one.low <= true <= one.high for one in given) / len(given)
        assert covered >= 0.91
        assert len(given) > 0.7 * len(runs)


@pytest.mark.slow
def test_crehate_south_africa_and_singapore_agree_least_and_the_united_states_most_within() -> None:
    file = shared_file("crehate/ratings.csv")
    bindings = Bindings(
        "item_id",
        "annotator_id",
        "label",
        annotator_groups={"nationality": "nationality"},
        states=["2"],
    )
    asked = Questions(checks=[Request("cross-group-agreement")])
    audit = audit_table(read_table(file, "ratings.csv", bindings.columns), bindings, asked)
    (answer,) = audit.answers
    pairs = {
        row.groups: row.estimate.value
        for row in answer.rows
        if row.figure == "cross-group" and not row.about
    }
    least = min(pairs, key=lambda groups: pairs[groups])
    assert least == ("Singapore", "South Africa")
    assert pairs[least] == pytest.approx(0.298, abs=5e-4)
    ratio = rows_of(audit, "gai")
    assert max(ratio, key=lambda value: ratio[value].estimate.value) == "United States"
    assert ratio["United States"].p == pytest.approx(1 / 2000)
    assert ratio["South Africa"].p > 0.5


def test_groups_of_which_nobody_gave_a_label_are_not_compared() -> None:
    rows = [(f"i{k}", f"{g}{k % 3}", g, "unsure") for g in "xy" for k in range(6)]
    rows += [(f"i{k}", f"z{k % 3}", "revoked", "ab"[k % 2]) for k in range(6)]
    bindings = replace(BINDINGS, states=["unsure"], attribute_states={"group": ["revoked"]})
    audit = audit_table(
        table_of(rows), bindings, Questions(checks=[Request("cross-group-agreement")])
    )
    assert audit.answers[0].not_computed == "no attribute of annotators has two groups with ratings"
