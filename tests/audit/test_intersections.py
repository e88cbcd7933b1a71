"""Two attributes at once: the cells, what they are compared with, what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from ratings_tables import chance, table_of

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import EXPLORATORY, Request, Row
from labelcharter.audit.questions.asked import Asked
from labelcharter.audit.questions.gaps import Gap
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.records.output import as_json
from labelcharter.audit.tables.bindings import Bindings

HEADER = "item,annotator,age,region,label"
BOTH = Bindings("item", "annotator", "label", annotator_groups={"age": "age", "region": "region"})
Person = tuple[str, str, str]


def people(each: Mapping[tuple[str, str], int]) -> list[Person]:
    """So many people of each age and region."""
    return [
        (f"{age}{region}{k:02d}", age, region)
        for (age, region), number in each.items()
        for k in range(number)
    ]


def rated(
    crowd: Sequence[Person], *, odd: tuple[str, str] = ("", ""), items: int = 40, seed: int = 2
) -> list[tuple[str, ...]]:
    """Everybody says yes about half of the time; the people of the odd cell nearly always."""
    stream = chance(seed)
    return [
        (f"i{item:02d}", name, age, region, "yes" if stream.random() < rate else "no")
        for name, age, region in crowd
        for item in stream.sample(range(items), items // 2)
        for rate in [0.9 if (age, region) == odd else 0.5]
    ]


EVEN = people({(age, region): 6 for age in ("old", "young") for region in ("north", "south")})


def audited(
    rows: Sequence[Sequence[str]],
    bindings: Bindings = BOTH,
    header: str = HEADER,
    **options: object,
) -> TableAudit:
    asked = Questions(checks=[Request("intersections", options)], favourable="no")
    return audit_table(table_of(rows, header), bindings, asked)


def cells(audit: TableAudit, figure: str = "rate-gap") -> dict[str, Row]:
    (answer,) = audit.answers
    return {row.groups[0]: row for row in answer.rows if row.figure == figure}


def test_a_cell_that_stands_out_is_seen_though_neither_of_its_groups_says_so() -> None:
    """Old people of the north and young ones of the south say yes; so no group as a whole does."""
    rows = [
        (*row[:4], "yes" if chance(hash_of(row)).random() < 0.85 else "no")
        if (row[2], row[3]) in (("old", "north"), ("young", "south"))
        else (*row[:4], "yes" if chance(hash_of(row)).random() < 0.3 else "no")
        for row in rated(EVEN)
    ]
    audit = audited(rows)
    groups = [gap.estimate.value for gap in audit.gaps if gap.figure == ("rate", "yes")]
    assert all(abs(value) < 0.1 for value in groups)
    found = cells(audit)
    assert set(found) == {
        f"{age} × {region}" for age in ("old", "young") for region in ("north", "south")
    }
    assert found["old × north"].estimate.value > 0.3
    assert found["young × north"].estimate.value < -0.3
    for row in found.values():
        assert row.attribute == "age × region"
        assert row.p is not None
        assert row.p < 0.05


def hash_of(row: Sequence[str]) -> int:
    return sum((k + 1) * ord(c) for k, c in enumerate(row[0] + row[1]))


def test_where_no_cell_stands_out_none_does() -> None:
    found = cells(audited(rated(EVEN)))
    assert all(row.p > 0.05 for row in found.values())


def test_cells_are_exploratory_and_get_no_verdict() -> None:
    audit = audited(rated(EVEN, odd=("old", "north")))
    (answer,) = audit.answers
    assert answer.family == EXPLORATORY
    assert {row.verdict for row in answer.rows} == {None}
    assert any("no verdict" in note for note in answer.notes)


@pytest.mark.parametrize("against", ["rest", "largest"])
def test_a_cell_is_compared_as_a_group_declared_beforehand_would_be(against: str) -> None:
    """Second computation: an audit of the table in which the cell is an attribute of its own."""
    crowd = people(
        {("old", "north"): 5, ("old", "south"): 9, ("young", "north"): 4, ("young", "south"): 6}
    )
    rows = rated(crowd, odd=("old", "north"))
    audit = audited(rows, against=against)
    largest = "old × south"
    assert (largest in cells(audit)) == (against == "rest")
    for cell in cells(audit):
        column = []
        for row in rows:
            mine = " × ".join(row[2:4])
            other = mine == largest if against == "largest" else True
            column.append("cell" if mine == cell else "rest" if other else "")
        declared = [(*row, value) for row, value in zip(rows, column, strict=True)]
        bindings = Bindings("item", "annotator", "label", annotator_groups={"cell": "cell"})
        gaps = audit_table(
            table_of(declared, HEADER + ",cell"), bindings, Questions(checks=[])
        ).gaps
        for figure, name in (("rate-gap", ("rate", "yes")), ("alpha-gap", ("alpha", ""))):
            (gap,) = [gap for gap in gaps if gap.figure == name]
            same(cells(audit, figure)[cell], gap)


def same(row: Row, gap: Gap) -> None:
    for one, other in (
        (row.estimate.value, gap.estimate.value),
        (row.estimate.low, gap.estimate.low),
        (row.estimate.high, gap.estimate.high),
    ):
        assert one == pytest.approx(other, abs=1e-9)
    assert gap.chance is not None
    assert (row.p, row.least_p) == (gap.chance.p, gap.chance.least)


def test_of_data_subjects_the_items_are_permuted_and_counted() -> None:
    stream = chance(4)
    kinds = [(a, b) for a in ("f", "m") for b in ("x", "y") for _ in range(12)]
    rows = [
        (
            f"i{k:02d}",
            f"j{j}",
            a,
            b,
            "yes" if stream.random() < (0.9 if (a, b) == ("f", "x") else 0.4) else "no",
        )
        for k, (a, b) in enumerate(kinds)
        for j in range(4)
    ]
    bindings = Bindings(
        "item", "annotator", "label", subject_groups={"age": "age", "region": "region"}
    )
    found = cells(audited(rows, bindings))
    assert found["f × x"].p == pytest.approx(1 / 2000)
    assert found["f × x"].people is not None
    assert found["f × x"].people.all == 12


def test_only_attributes_of_one_side_are_crossed() -> None:
    rows = rated(EVEN)
    mixed = Bindings(
        "item",
        "annotator",
        "label",
        annotator_groups={"age": "age"},
        subject_groups={"region": "region"},
    )
    by_item = [(*row[:3], "north" if row[0] < "i20" else "south", row[4]) for row in rows]
    (answer,) = audited(by_item, mixed).answers
    assert answer.not_computed == "no side has two attributes"
    (answer,) = audited(by_item, mixed, pairs=[["age", "region"]]).answers
    assert "are about different people" in answer.not_computed


def test_of_three_attributes_all_pairs_are_crossed_unless_some_are_named() -> None:
    rows = [(*row[:4], "lr"[int(row[1][-1]) % 2], row[4]) for row in rated(EVEN)]
    header = "item,annotator,age,region,hand,label"
    bindings = Bindings(
        "item", "annotator", "label", annotator_groups={k: k for k in ("age", "region", "hand")}
    )

    def crossed(**options: object) -> list[str]:
        (answer,) = audited(rows, bindings, header, **options).answers
        return list(dict.fromkeys(row.attribute for row in answer.rows))

    assert crossed() == ["age × region", "age × hand", "region × hand"]
    assert crossed(pairs=[["hand", "age"]]) == ["hand × age"]


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([["age", "colour"]], "`colour` is no attribute"),
        ([["age", "age"]], "a pair is two attributes"),
    ],
)
def test_a_pair_that_cannot_be_crossed_says_why(pairs: list[list[str]], reason: str) -> None:
    (answer,) = audited(rated(EVEN), pairs=pairs).answers
    assert reason in answer.not_computed


def test_a_cell_of_one_person_gets_no_claim_and_three_against_three_no_test() -> None:
    one = people({("old", "north"): 1, ("old", "south"): 9, ("young", "south"): 9})
    row = cells(audited(rated(one)))["old × north"]
    assert (row.verdict, row.why, row.p) == (
        "insufficient-evidence",
        "one person: no claim about a group",
        None,
    )
    few = people({("old", "north"): 3, ("young", "south"): 3})
    row = cells(audited(rated(few)))["old × north"]
    assert (row.verdict, row.least_p) == ("insufficient-evidence", pytest.approx(0.1))
    assert "cannot be tested: the least reachable p is .100" in row.why


def test_a_person_without_one_of_the_two_traits_is_in_no_cell() -> None:
    rows = rated(EVEN)
    blank = [(*row[:3], "", row[4]) if row[1] == "oldnorth00" else row for row in rows]
    gone = [row for row in rows if row[1] != "oldnorth00"]
    assert cells(audited(blank)) == cells(audited(gone))


def test_a_small_cell_and_everybody_else_if_few_are_hidden_outside_the_house() -> None:
    crowd = people(
        {
            ("mid", "north"): 20,
            ("mid", "south"): 20,
            ("old", "north"): 30,
            ("old", "south"): 30,
            ("young", "north"): 4,
        }
    )
    shown = as_json(hide(audited(rated(crowd)), "default"), "default")["checks"][0]["rows"]
    state = {(row["groups"][0], row["figure"]): row["estimate"]["state"] for row in shown}
    for figure in ("rate-gap", "alpha-gap"):
        assert state["young × north", figure] == "suppressed"
        assert state["mid × north", figure] == "suppressed"  # the middle age is hidden with them
        assert state["old × north", figure] == "estimated"
    two = people({("old", "north"): 30, ("young", "south"): 4})
    shown = as_json(hide(audited(rated(two)), "default"), "default")["checks"][0]["rows"]
    assert {row["estimate"]["state"] for row in shown} == {"suppressed"}


def test_one_cell_is_no_comparison() -> None:
    (answer,) = audited(rated(people({("old", "north"): 5}))).answers
    assert answer.not_computed == "no two attributes make two cells"


def test_without_single_ratings_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Asked, "ratings", lambda _self: None)
    (answer,) = audited(rated(EVEN)).answers
    assert "needs the single ratings" in answer.not_computed


def test_no_order_of_rows_changes_an_answer() -> None:
    rows = rated(EVEN, odd=("old", "north"))
    assert audited(rows).answers == audited(chance(1).sample(rows, len(rows))).answers
