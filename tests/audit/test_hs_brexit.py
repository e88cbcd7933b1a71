"""HS-Brexit: three annotators against three, whose groups two releases name the other way."""

from __future__ import annotations

import csv
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from ratings_tables import shared_file

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.records.output import as_json
from labelcharter.audit.tables.bindings import Bindings
from labelcharter.reading.tables import read_table

FIGURES = ("hate_speech", "aggressive", "offensive")


def audited(label: str = "hate_speech", column: str = "group") -> TableAudit:
    file = shared_file("hs-brexit/ratings.csv")
    bindings = Bindings("item_id", "annotator_id", label, annotator_groups={"group": column})
    asked = Questions(favourable="0", references={"group": "control"}, ties="0")
    return audit_table(read_table(file, "ratings.csv", bindings.columns), bindings, asked)


@pytest.fixture(scope="module")
def audit() -> TableAudit:
    return audited()


def votes() -> list[dict[str, str]]:
    with shared_file("hs-brexit/ratings.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def oracle(people: tuple[str, ...], label: str = "hate_speech") -> float:
    by_item: dict[str, list[str]] = {}
    for row in votes():
        if row["annotator_id"] in people:
            by_item.setdefault(row["item_id"], []).append(row[label])
    counts = np.array([[given.count("0"), given.count("1")] for given in by_item.values()])
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def test_each_group_has_the_alpha_of_its_three_people(audit: TableAudit) -> None:
    alphas = {group.value: group.estimates["alpha", ""].value for group in audit.groups}
    assert alphas["target"] == pytest.approx(oracle(("Ann1", "Ann2", "Ann3")), abs=1e-12)
    assert alphas["control"] == pytest.approx(oracle(("Ann4", "Ann5", "Ann6")), abs=1e-12)


def test_the_chance_of_the_gap_is_over_all_twenty_ways_to_deal_six_people(
    audit: TableAudit,
) -> None:
    (gap,) = [gap for gap in audit.gaps if gap.check == "agreement-gap"]
    people = tuple(f"Ann{k}" for k in range(1, 7))
    alpha = {three: oracle(three) for three in combinations(people, 3)}
    gaps = {
        three: abs(alpha[three] - alpha[tuple(p for p in people if p not in three)])
        for three in alpha
    }
    observed = gaps["Ann1", "Ann2", "Ann3"]
    p = sum(value >= observed - 1e-9 for value in gaps.values()) / 20
    assert gap.chance is not None
    assert (gap.chance.p, gap.chance.splits) == (pytest.approx(p), 20)


@pytest.mark.parametrize("label", FIGURES)
def test_the_smallest_reachable_p_is_one_in_ten_for_every_gap(label: str) -> None:
    audit = audited(label)
    tested = [gap for gap in audit.gaps if gap.chance is not None]
    assert {gap.check for gap in tested} == {"agreement-gap", "label-rate-gap"}
    for gap in tested:
        assert gap.chance is not None
        assert gap.chance.least == pytest.approx(0.1)
        assert gap.chance.p >= 0.1 - 1e-12
        assert "cannot be tested: the least reachable p is .100" in gap.why


@pytest.mark.parametrize("profile", ["internal", "default"])
def test_no_claim_about_a_group_is_made_in_any_profile(audit: TableAudit, profile: str) -> None:
    shown = as_json(hide(audit, profile), profile)
    claims = [*shown["gaps"], *shown["ratios"]]
    claims += [
        finding
        for finding in shown["findings"]
        if len(finding["value"]) and finding["check"].endswith("gap")
    ]
    assert len(claims) > 4
    assert {one["verdict"] for one in claims} == {"insufficient-evidence"}
    for check in shown["checks"]:
        for row in check["rows"]:
            if len(row["groups"]) == 2:
                assert row["verdict"] in (None, "insufficient-evidence")


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [n for part in value.values() for n in numbers(part)]
    if isinstance(value, list):
        return [n for part in value for n in numbers(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_outside_the_house_no_figure_of_a_group_shows(audit: TableAudit) -> None:
    shown = as_json(hide(audit, "default"), "default")
    assert [numbers(group) for group in shown["groups"]] == [[], []]
    assert shown["overall"]["annotators"] is None  # six people are too few as well
    for one in (*shown["gaps"], *shown["ratios"]):
        assert numbers({**one, "margin": None, "limits": None}) == []
        assert not any(character.isdigit() for character in one.get("why", ""))
    for check in shown["checks"]:
        for row in check["rows"]:
            assert numbers({**row, "limits": None}) == []
            assert not any(character.isdigit() for character in row["why"])
    for finding in shown["findings"]:
        assert not any(character.isdigit() for character in finding["why"])


@pytest.mark.parametrize("label", FIGURES)
def test_swapping_the_column_of_groups_turns_the_sign_of_every_gap(label: str) -> None:
    one, other = (
        {gap.figure: gap for gap in audited(label, column).gaps}
        for column in ("group", "group_in_hf_release")
    )
    assert one.keys() == other.keys()
    for figure, gap in one.items():
        turned = other[figure]
        assert gap.estimate.value == pytest.approx(-(turned.estimate.value or 0.0), abs=1e-12)
        assert gap.chance == turned.chance
        assert gap.verdict == turned.verdict
    assert any(abs(gap.estimate.value or 0.0) > 0.01 for gap in one.values())


def test_that_one_person_makes_a_gap_is_known_inside_and_not_told_outside(
    audit: TableAudit,
) -> None:
    inside, outside = (str(as_json(hide(audit, p), p)) for p in ("internal", "default"))
    assert "in the order of their ids" in inside
    assert "in the order of their ids" not in outside
