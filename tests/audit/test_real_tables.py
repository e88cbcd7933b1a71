"""MultiPICo: states that look like groups, and a gap that is not one."""

from __future__ import annotations

import csv

import pytest
from ratings_tables import shared_file, table_of

from labelcharter.audit.disclosure.suppression import hide, to_hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import Table

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
    return audit_table(multipico(), bindings, Questions(ties="0", checks=[]))


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


def test_a_gap_that_rows_would_call_certain_is_chance_once_people_are_counted() -> None:
    """Irony by gender in all nine languages: by rows p = .004, by the people who rated .25."""
    from scipy.stats import chi2_contingency

    with shared_file("multipico/annotators.csv").open(newline="") as file:
        gender = {row["annotator_id"]: row["Gender"] for row in csv.DictReader(file)}
    with shared_file("multipico/ratings.csv").open(newline="") as file:
        rows = [
            (r["item_id"], r["annotator_id"], gender[r["annotator_id"]], r["ironic"])
            for r in csv.DictReader(file)
            if gender[r["annotator_id"]] in ("Female", "Male")
        ]
    bindings = Bindings("item", "annotator", "label", annotator_groups={"group": "group"})
    audit = audit_table(table_of(rows), bindings, Questions(checks=[]))
    (gap,) = [gap for gap in audit.gaps if gap.figure == ("rate", "1")]
    counts = [
        [sum(row[2:] == (group, label) for row in rows) for label in "01"]
        for group in ("Female", "Male")
    ]
    by_rows = chi2_contingency(counts, correction=False).pvalue
    assert gap.chance is not None
    assert by_rows < 0.01
    assert gap.chance.p > 0.2
    assert gap.estimate.low < 0 < gap.estimate.high
    (agreement,) = [gap for gap in audit.gaps if gap.check == "agreement-gap"]
    assert agreement.chance is not None
    assert agreement.chance.p > 0.5
