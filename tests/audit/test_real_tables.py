"""MultiPICo and HS-Brexit: states that look like groups, and groups of three people."""

from __future__ import annotations

import csv

import krippendorff
import numpy as np
import pytest
from ratings_tables import shared_file, table_of

from labelcharter.audit.disclosure.suppression import hide, to_hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.records.output import as_json
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import Table, read_table

TRAITS = ("Gender", "Employment status", "Ethnicity simplified")
STATES = ("DATA_EXPIRED", "Prefer not to say", "CONSENT_REVOKED")


def multipico() -> Table:
    """English ratings with the annotators' traits beside them."""
    with shared_file("multipico/annotators.csv").open(newline="") as file:
        people = {row["annotator_id"]: row for row in csv.DictReader(file)}
    with shared_file("multipico/items.csv").open(newline="") as file:
        english = {row["item_id"] for row in csv.DictReader(file) if row["lang"] == "en"}
    with shared_file("multipico/ratings.csv").open(newline="") as file:
        rows = [
            [r["item_id"], r["annotator_id"], r["ironic"]]
            + [f'"{people[r["annotator_id"]][trait]}"' for trait in TRAITS]
            for r in csv.DictReader(file)
            if r["item_id"] in english
        ]
    return table_of(rows, ",".join(("item", "annotator", "label", *TRAITS)))


@pytest.fixture(scope="module")
def ironic() -> TableAudit:
    bindings = Bindings(
        "item",
        "annotator",
        "label",
        annotator_groups={trait: trait for trait in TRAITS},
        states=STATES,
    )
    return audit_table(multipico(), bindings, Questions(ties="0"))


def test_the_english_part_has_its_published_size(ironic: TableAudit) -> None:
    everybody = ironic.overall
    assert (everybody.ratings, everybody.items, everybody.annotators) == (5073, 1079, 74)
    assert ironic.excluded == ()


def test_states_of_consent_are_never_groups(ironic: TableAudit) -> None:
    values = {group.value for group in ironic.groups}
    assert values
    assert not values & set(STATES)


def test_people_without_a_known_group_stay_in_the_total_and_in_no_group(
    ironic: TableAudit,
) -> None:
    for trait in TRAITS:
        grouped = sum(g.ratings for g in ironic.groups if g.attribute == trait)
        rest = ironic.ungrouped[trait].ratings if trait in ironic.ungrouped else 0
        assert grouped + rest == 5073
    assert ironic.ungrouped["Employment status"].annotators > 0


def test_small_groups_of_annotators_are_hidden_from_a_public_record(ironic: TableAudit) -> None:
    hidden = to_hide(ironic).groups
    for group in ironic.groups:
        if group.annotators < 10:
            assert (group.attribute, group.value) in hidden
    for shown in hide(ironic, "default").groups:
        if not shown.hidden:
            assert shown.annotators >= 10


def test_two_groups_of_three_people_cannot_be_told_apart() -> None:
    file = shared_file("hs-brexit/ratings.csv")
    bindings = Bindings(
        "item_id", "annotator_id", "hate_speech", annotator_groups={"group": "group"}
    )
    table = read_table(file, "ratings.csv", bindings.columns)
    audit = audit_table(table, bindings)
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    for group in audit.groups:
        votes: dict[str, list[str]] = {}
        for row in rows:
            if row["group"] == group.value:
                votes.setdefault(row["item_id"], []).append(row["hate_speech"])
        counts = np.array([[v.count("0"), v.count("1")] for v in votes.values()])
        oracle = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
        assert group.estimates["alpha", ""].value == pytest.approx(oracle, abs=1e-12)
    for gap in audit.gaps:
        assert gap.verdict == "insufficient-evidence"
        if gap.chance is not None:
            assert gap.chance.least == pytest.approx(0.1)
            assert gap.chance.p >= 0.1


def test_the_two_releases_of_the_same_votes_turn_every_sign() -> None:
    file = shared_file("hs-brexit/ratings.csv")
    gaps = []
    for column in ("group", "group_in_hf_release"):
        bindings = Bindings("item_id", "annotator_id", "offensive", annotator_groups={"g": column})
        table = read_table(file, "ratings.csv", bindings.columns)
        found = audit_table(table, bindings).gaps
        gaps.append({g.figure: g.estimate.value for g in found})
    one, other = gaps
    assert one.keys() == other.keys()
    for figure, value in one.items():
        assert value == pytest.approx(-(other[figure] or 0.0), abs=1e-12)


def test_a_public_record_of_groups_of_three_has_no_figure_of_either() -> None:
    file = shared_file("hs-brexit/ratings.csv")
    bindings = Bindings(
        "item_id", "annotator_id", "hate_speech", annotator_groups={"group": "group"}
    )
    audit = audit_table(read_table(file, "ratings.csv", bindings.columns), bindings)
    shown = as_json(hide(audit, "default"), "default")
    assert [group["ratings"] for group in shown["groups"]] == [None, None]
    assert {group["alpha"]["state"] for group in shown["groups"]} == {"suppressed"}
    assert shown["overall"]["annotators"] is None  # six people are too few as well
