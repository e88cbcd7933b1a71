"""Real ratings of 1,580 posts by people in five countries: the figures that must come out."""

from __future__ import annotations

import csv
from collections import defaultdict

import krippendorff
import numpy as np
import pytest
from ratings_tables import shared_file

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

ALPHA = {
    "": 0.3732,
    "United States": 0.4623,
    "United Kingdom": 0.4246,
    "Australia": 0.4081,
    "South Africa": 0.3513,
    "Singapore": 0.3432,
}
HATE_RATE = {"United States": 0.401, "Singapore": 0.483}


@pytest.fixture(scope="module")
def audit() -> TableAudit:
    file = shared_file("crehate/ratings.csv")
    bindings = Bindings(
        "item_id",
        "annotator_id",
        "label",
        annotator_groups={"nationality": "nationality"},
        states=["2"],
    )
    asked = Questions(
        favourable="0", references={"nationality": "United States"}, ties="0", checks=[]
    )
    return audit_table(read_table(file, "ratings.csv", bindings.columns), bindings, asked)


@pytest.fixture(scope="module")
def votes() -> dict[str, dict[str, list[str]]]:
    """Country ("" for all) -> post -> usable votes, by a plain reading of the file."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    seen = set()
    with shared_file("crehate/ratings.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            pair = row["item_id"], row["annotator_id"]
            if pair in seen:
                continue
            seen.add(pair)
            if row["label"] != "2":
                for country in ("", row["nationality"]):
                    found[country][row["item_id"]].append(row["label"])
    return found


def test_counts_after_repeats_and_then_dont_knows_are_left_out(audit: TableAudit) -> None:
    assert [(e.rows, e.conflicting) for e in audit.excluded] == [(19, 5), (3060, None)]
    everybody = audit.overall
    assert (everybody.ratings, everybody.items, everybody.annotators) == (39467, 1580, 1062)


def test_alpha_is_as_printed_and_equals_krippendorff_to_twelve_digits(
    audit: TableAudit, votes: dict[str, dict[str, list[str]]]
) -> None:
    for group in (audit.overall, *audit.groups):
        counts = np.array([[v.count("0"), v.count("1")] for v in votes[group.value].values()])
        oracle = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
        found = group.estimates["alpha", ""]
        assert found.value == pytest.approx(ALPHA[group.value], abs=1e-4)
        assert found.value == pytest.approx(oracle, abs=1e-12)
        assert found.low < found.value < found.high
        assert found.reason == ""


def test_hate_is_said_less_often_in_the_united_states_than_in_singapore(audit: TableAudit) -> None:
    rates = {g.value: g.estimates["rate", "1"].value for g in audit.groups}
    for country, rate in HATE_RATE.items():
        assert rates[country] == pytest.approx(rate, abs=5e-4)
    (gap,) = [
        g
        for g in audit.gaps
        if (g.a, g.b, g.figure) == ("Singapore", "United States", ("rate", "1"))
    ]
    assert gap.chance is not None
    assert gap.chance.p == pytest.approx(1 / 2000)
    (ratio,) = [r for r in audit.ratios if r.value == "Singapore"]
    assert ratio.estimate.value == pytest.approx(0.863, abs=5e-4)


def test_the_five_majorities_agree_on_as_many_posts_as_the_paper_prints(audit: TableAudit) -> None:
    (consensus,) = audit.consensus
    assert round(100 * (consensus.agree_on_all_groups.value or 0), 1) == 56.2
    assert consensus.agree_on_all_groups.n == 1580


def test_the_record_of_five_countries_hides_none_of_them(audit: TableAudit) -> None:
    public = hide(audit, "default")
    assert not any(group.hidden for group in (public.overall, *public.groups))
    assert {e.state for g in public.groups for n, e in g.estimates.items() if n[0] == "rate"} == {
        "estimated"
    }


def test_the_published_majorities_of_the_paper_are_ours_but_for_ties(
    votes: dict[str, dict[str, list[str]]],
) -> None:
    """Where more than half of a country's votes agree, the paper's label is that one."""
    names = {
        "United States": "United_States_Hate",
        "Australia": "Australia_Hate",
        "United Kingdom": "United_Kingdom_Hate",
        "South Africa": "South_Africa_Hate",
        "Singapore": "Singapore_Hate",
    }
    differing = 0
    with shared_file("crehate/country_majority.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            for country, column in names.items():
                given = votes[country][row["item_id"]]
                if 2 * given.count("1") != len(given):
                    ours = 2 * given.count("1") > len(given)
                    differing += ours != (row[column] == "1.0")
    assert differing == 0
