"""The attacker's arithmetic: what totals leave possible, against counting every table there is."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelcharter.audit.disclosure.attack.bounds import (
    LINEAR_ALGEBRA,
    LINEAR_PROGRAM,
    Bounds,
    Contradiction,
    bounds_of,
)
from labelcharter.audit.disclosure.attack.cells import (
    REST,
    Cell,
    Fact,
    Table,
    Where,
    table_of_items,
    table_of_people,
    table_of_ratings,
)
from labelcharter.audit.disclosure.attack.system import MOST_ATOMS, TooLarge, system_of

PEOPLE = table_of_people()
RATINGS = table_of_ratings(["yes", "no"], [], [], gold=False)


def people(**where: str) -> Cell:
    return Cell("annotators", tuple(sorted(where.items())), ("annotators", ""))


def known(cell: Cell, count: float, off: float = 0) -> Fact:
    return Fact(cell, max(0.0, count - off), count + off)


def bounds(
    facts: list[Fact], asked: list[Cell], rest: tuple[str, ...] = (), table: Table = PEOPLE
) -> dict[Cell, tuple[float, float]]:
    found = bounds_of(system_of(table, facts, asked, frozenset(rest)))
    return {cell: (b.low, b.high) for cell, b in found.items()}


def test_one_hidden_group_is_the_total_less_the_others() -> None:
    facts = [known(people(), 60), known(people(g="a"), 30), known(people(g="b"), 21)]
    found = bounds_of(system_of(PEOPLE, facts, [people(g="c")], frozenset()))
    assert found == {people(g="c"): Bounds(9, 9, LINEAR_ALGEBRA)}
    assert found[people(g="c")].width == 0


def test_two_hidden_groups_can_each_be_anything_up_to_their_sum() -> None:
    facts = [known(people(), 60), known(people(g="a"), 30)]
    asked = [people(g="b"), people(g="c")]
    found = bounds_of(system_of(PEOPLE, facts, asked, frozenset()))
    assert found == {cell: Bounds(0, 30, LINEAR_PROGRAM) for cell in asked}


def test_a_hidden_group_beside_people_of_no_group_is_not_known() -> None:
    facts = [known(people(), 60), known(people(g="a"), 30)]
    assert bounds(facts, [people(g="b")]) == {people(g="b"): (30, 30)}
    assert bounds(facts, [people(g="b")], rest=("g",)) == {people(g="b"): (0, 30)}
    assert bounds(facts, [people(g=REST)], rest=("g",)) == {people(g=REST): (30, 30)}


def test_without_a_total_nothing_is_known() -> None:
    infinite = float("inf")
    assert bounds([known(people(g="a"), 30)], [people(g="b")]) == {people(g="b"): (0, infinite)}


def test_another_attribute_that_is_shown_whole_is_a_total() -> None:
    facts = [known(people(h="x"), 20), known(people(h="y"), 25), known(people(g="a"), 40)]
    assert bounds(facts, [people(g="b")]) == {people(g="b"): (5, 5)}


def test_rounded_totals_leave_room() -> None:
    facts = [known(people(), 60, 2), known(people(g="a"), 30, 2), known(people(g="b"), 20, 2)]
    assert bounds(facts, [people(g="c")]) == {people(g="c"): (4, 16)}


def test_overlapping_slices_give_their_rest() -> None:
    facts = [
        known(people(g="a"), 30),
        known(people(g="a", h="x"), 12),
        known(people(g="b", h="x"), 15),
        known(people(g="b", h="y"), 25),
    ]
    assert bounds(facts, [people(g="a", h="y")]) == {people(g="a", h="y"): (18, 18)}


def test_the_parts_of_a_group_that_nobody_is_in_are_openly_nobody() -> None:
    facts = [known(people(g="a"), 0), known(people(), 20)]
    assert bounds(facts, [people(g="a", h="x"), people(g="b")]) == {people(g="b"): (20, 20)}


def test_counts_that_contradict_each_other_are_not_a_table() -> None:
    facts = [known(people(), 10), known(people(g="a"), 30)]
    with pytest.raises(Contradiction):
        bounds(facts, [people(g="b")])


def test_too_many_groups_at_once_are_said_to_be_too_many() -> None:
    cells = [people(**{f"a{n}": f"v{m}"}) for n in range(5) for m in range(20)]
    cells.append(people(**{f"a{n}": "v0" for n in range(5)}))
    assert MOST_ATOMS < 20**5
    with pytest.raises(TooLarge, match="a0 × a1 × a2 × a3 × a4: 3,200,000 groups"):
        system_of(PEOPLE, [], cells, frozenset())
    assert bounds([known(people(), 5)], cells[:-1])[people(a0="v0")] == (0, 5)


def ratings(what: str, label: str = "", **where: str) -> Cell:
    return Cell("ratings", tuple(sorted(where.items())), (what, label))


def test_a_label_of_a_hidden_group_is_the_total_less_that_of_the_others() -> None:
    facts = [
        known(ratings("ratings"), 100),
        known(ratings("rate", "yes"), 40),
        known(ratings("ratings", g="a"), 70),
        known(ratings("rate", "yes", g="a"), 31),
    ]
    asked = [ratings("rate", label, g="b") for label in ("yes", "no")]
    found = bounds(facts, asked, table=RATINGS)
    assert found == {asked[0]: (9, 9), asked[1]: (21, 21)}


def test_states_and_rows_left_out_are_part_of_the_file() -> None:
    table = table_of_ratings(["yes", "no"], ["?"], ["repeated"], gold=False)
    facts = [known(ratings("rows"), 100), known(ratings("ratings"), 90)]
    state, repeated = ratings("missing", "?"), ratings("left out", "repeated")
    assert bounds(facts, [state, repeated], table=table) == {state: (0, 10), repeated: (0, 10)}
    facts.append(known(repeated, 4))
    assert bounds(facts, [state], table=table) == {state: (6, 6)}
    facts = [known(ratings("answers"), 95), known(ratings("ratings"), 90)]
    assert bounds(facts, [state], table=table) == {state: (5, 5)}


def test_errors_against_gold_give_each_other_away() -> None:
    table = table_of_ratings(["yes", "no"], [], [], gold=True)
    facts = [
        known(ratings("with gold"), 80),
        known(ratings("accuracy"), 60),
        known(ratings("gold is", "yes"), 30),
        known(ratings("fnr", "yes"), 8),
    ]
    asked = [ratings("fpr", "yes"), ratings("gold is not", "yes"), ratings("fnr", "no")]
    assert bounds(facts, asked, table=table) == {
        asked[0]: (12, 12),
        asked[1]: (50, 50),
        asked[2]: (12, 12),
    }


def test_decisions_are_counted_by_item() -> None:
    def items(what: str) -> Cell:
        return Cell("items", (), (what, ""))

    facts = [
        known(items("predicted"), 50),
        known(items("selection_rate"), 20),
        known(items("predicted, gold favourable"), 25),
        known(items("true selections"), 15),
        known(items("predicted, gold other"), 25),
    ]
    asked = [items("false selections"), items("items")]
    found = bounds(facts, asked, table=table_of_items(predicted=True))
    assert found == {asked[0]: (5, 5), asked[1]: (50, float("inf"))}


CROSS = [(g, h) for g in "ab" for h in "xyz"]


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 3), min_size=6, max_size=6),
    st.sets(st.integers(0, 11), max_size=9),
)
def test_bounds_are_those_of_all_tables_that_fit(counts: list[int], shown: set[int]) -> None:
    """Second computation: every table of six cells is written down and held against the facts."""
    margins: list[Where] = [(), (("g", "a"),), (("g", "b"),), *((("h", h),) for h in "xyz")]
    wheres = margins + [(("g", g), ("h", h)) for g, h in CROSS]

    def count(where: Where, table: tuple[int, ...]) -> int:
        return sum(
            n
            for (g, h), n in zip(CROSS, table, strict=True)
            if all({"g": g, "h": h}[a] == v for a, v in where)
        )

    facts = [
        known(Cell("annotators", w, ("annotators", "")), count(w, tuple(counts)))
        for n, w in enumerate(wheres)
        if n in shown or n == 0
    ]
    most = sum(counts)
    fitting = (
        [
            table
            for table in product(range(most + 1), repeat=6)
            if sum(table) == most and all(count(f.cell.where, table) == f.low for f in facts)
        ]
        if most <= 5
        else None
    )
    asked = [Cell("annotators", w, ("annotators", "")) for n, w in enumerate(wheres)]
    found = bounds(facts, asked)
    for cell in asked:
        if cell not in found:
            assert count(cell.where, tuple(counts)) == 0
            continue
        low, high = found[cell]
        assert low <= count(cell.where, tuple(counts)) <= high
        if fitting is not None:
            possible = [count(cell.where, table) for table in fitting]
            assert (low, high) == (min(possible), max(possible))
