"""People whose trait is a state are seen: how many they are, and whether they rate otherwise."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from ratings_tables import BINDINGS, Rating, chance, shared_file, table_of
from scipy.stats import permutation_test
from statsmodels.stats.proportion import proportion_confint

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Request, Row
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import Table

STATED = replace(BINDINGS, states=["expired", "revoked"])
ASKED = Questions(checks=[Request("states")])


def pool(sizes: dict[str, tuple[int, float]], each: int = 20) -> list[Rating]:
    """So many people of each group or state, who say "yes" at the rate beside it."""
    stream = chance(2)
    return [
        (f"i{i:02d}", f"{group}-{j}", group, "yes" if stream.random() < rate else "no")
        for group, (size, rate) in sizes.items()
        for j in range(size)
        for i in stream.sample(range(40), each)
    ]


def audited(rows: list[Rating], bindings: Bindings = STATED) -> TableAudit:
    return audit_table(table_of(rows), bindings, ASKED)


def rows_of(audit: TableAudit, figure: str) -> dict[str, Row]:
    return {row.about: row for row in audit.answers[0].rows if row.figure == figure}


def test_each_state_is_a_share_of_people_and_so_is_saying_nothing() -> None:
    audit = audited(
        pool({"p": (20, 0.5), "expired": (15, 0.5), "revoked": (10, 0.5), "": (5, 0.5)})
    )
    shares = rows_of(audit, "state-share")
    assert {about: (r.estimate.value, r.estimate.n) for about, r in shares.items()} == {
        "expired": (0.3, 50),
        "revoked": (0.2, 50),
        "not given": (0.1, 50),
    }
    low, high = proportion_confint(15, 50, method="wilson")
    assert (shares["expired"].estimate.low, shares["expired"].estimate.high) == pytest.approx(
        (low, high)
    )
    assert {row.verdict for row in audit.answers[0].rows} == {None}


def test_people_in_a_state_who_rate_otherwise_are_seen_to_do_so() -> None:
    rows = pool({"p": (15, 0.4), "q": (15, 0.4), "expired": (14, 0.8)})
    audit = audited(rows)
    gap = rows_of(audit, "state-rate-gap")["expired, `yes`"]

    def rate(kept: list[Rating]) -> float:
        return float(np.mean([r[3] == "yes" for r in kept]))

    expected = rate([r for r in rows if r[2] == "expired"]) - rate(
        [r for r in rows if r[2] in "pq"]
    )
    assert gap.estimate.value == pytest.approx(expected)
    assert gap.estimate.low > 0.2
    assert gap.p == 1 / 2000
    assert gap.groups == ("p", "q")  # everybody known stands in it
    assert abs(gap.expected.value) < 0.01


def test_the_chance_of_a_gap_is_that_of_dealing_people() -> None:
    rows = pool({"p": (7, 0.5), "expired": (5, 0.65)}, each=25)
    people = {(g, j): [] for _, j, g, _ in rows}
    for _, j, g, label in rows:
        people[g, j].append(label == "yes")
    sides = [[np.mean(v) for (g, _), v in people.items() if g == side] for side in ("p", "expired")]
    expected = permutation_test(
        sides,
        lambda a, b: abs(np.mean(a) - np.mean(b)),
        n_resamples=np.inf,
        alternative="greater",
    )
    gap = rows_of(audited(rows), "state-rate-gap")["expired, `yes`"]
    assert gap.p == pytest.approx(expected.pvalue, abs=1e-12)


def test_a_blank_in_one_row_is_filled_by_what_other_rows_say() -> None:
    rows = pool({"p": (12, 0.5), "expired": (12, 0.5)})
    patchy = [(i, j, "" if k % 3 else g, x) for k, (i, j, g, x) in enumerate(rows)]
    for figure in ("state-share", "state-rate-gap"):
        one, other = (rows_of(audited(r), figure) for r in (rows, patchy))
        assert one.keys() == other.keys()
        assert [r.estimate for r in one.values()] == [r.estimate for r in other.values()]


def test_one_person_in_a_state_is_counted_and_not_compared() -> None:
    audit = audited(pool({"p": (20, 0.5), "expired": (1, 0.9), "revoked": (2, 0.9)}))
    assert set(rows_of(audit, "state-share")) == {"expired", "revoked"}
    assert set(rows_of(audit, "state-rate-gap")) == {"revoked, `yes`"}


def test_items_are_the_people_of_a_trait_of_data_subjects() -> None:
    rows = [
        (f"i{i}", f"j{j}", ("p", "expired")[i % 4 == 0], "yxz"[(i + j) % 3])
        for i in range(40)
        for j in range(5)
    ]
    bindings = Bindings(
        "item", "annotator", "label", subject_groups={"group": "group"}, states=["expired"]
    )
    audit = audited(rows, bindings)
    assert rows_of(audit, "state-share")["expired"].estimate.value == 0.25
    assert len(rows_of(audit, "state-rate-gap")) == 3


def test_where_everybody_has_a_group_the_answer_says_so() -> None:
    assert audited(pool({"p": (3, 0.5)})).answers[0].not_computed == (
        "the group of everybody is known"
    )
    nobody = audited(pool({"expired": (12, 0.5)}))
    assert set(rows_of(nobody, "state-share")) == {"expired"}
    assert rows_of(nobody, "state-rate-gap") == {}


@pytest.mark.parametrize(
    ("sizes", "state"),
    [
        ({"p": 40, "expired": 20, "revoked": 30}, "estimated"),
        ({"p": 40, "expired": 20, "revoked": 3}, "suppressed"),
        ({"p": 40, "q": 4, "expired": 20}, "suppressed"),
    ],
)
def test_few_people_are_hidden_with_all_that_would_give_them_away(
    sizes: dict[str, int], state: str
) -> None:
    audit = audited(pool({group: (size, 0.5) for group, size in sizes.items()}))
    shown = hide(audit, "default").answers[0].rows
    assert {row.estimate.state for row in shown} == {state}


def multipico(trait: str) -> Table:
    with shared_file("multipico/annotators.csv").open(newline="") as file:
        people = {row["annotator_id"]: row[trait] for row in csv.DictReader(file)}
    with shared_file("multipico/ratings.csv").open(newline="") as file:
        rows = [
            (r["item_id"], r["annotator_id"], f'"{people[r["annotator_id"]]}"', r["ironic"])
            for r in csv.DictReader(file)
        ]
    return table_of(rows)


def test_109_of_506_people_have_a_work_status_that_expired() -> None:
    bindings = replace(BINDINGS, states=["DATA_EXPIRED", "Prefer not to say", "CONSENT_REVOKED"])
    audit = audit_table(multipico("Employment status"), bindings, ASKED)
    shares = rows_of(audit, "state-share")
    assert (shares["DATA_EXPIRED"].estimate.value, shares["DATA_EXPIRED"].estimate.n) == (
        109 / 506,
        506,
    )
    assert shares["DATA_EXPIRED"].why.startswith("109 of 506 annotators")
    gap = rows_of(audit, "state-rate-gap")["DATA_EXPIRED, `1`"]
    assert gap.estimate.low < gap.estimate.value < gap.estimate.high
    assert gap.p is not None
