"""What profile `default` hides, and what it must hide with it so that nothing can be worked out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ratings_tables import Rating, chance, table_of

from labelcharter.audit.disclosure.suppression import hide, may_show, to_hide
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.records.output import as_json
from labelcharter.audit.tables.bindings import Bindings

Everything = Questions(favourable="yes", references={"group": "big"}, ties="no")


def people(sizes: dict[str, int], *, label: str = "") -> list[Rating]:
    """Each group's people rate 12 items each of 60; labels vary unless one is given."""
    stream = chance(4)
    rows = []
    for group, size in sizes.items():
        for person in range(size):
            for item in stream.sample(range(60), 12):
                answer = label or ("yes" if stream.random() < 0.5 else "no")
                rows.append((f"i{item:02d}", f"{group}-{person:03d}", group, answer))
    return rows


def audited(rows: Sequence[Sequence[str]], **roles: object) -> TableAudit:
    given: dict[str, object] = {"annotator_groups": {"group": "group"}, **roles}
    return audit_table(table_of(rows), Bindings("item", "annotator", "label", **given), Everything)


def hidden_groups(audit: TableAudit) -> list[str]:
    return sorted(value for _, value in to_hide(audit).groups)


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        (People(10, 10, 10), True),
        (People(9, 9, 9), False),
        (People(100, 9, 100), False),
        (People(100, 100, 1), False),
        (People(100, 10, 100), True),
        (People(30, 0, 30), True),
        (People(29, 0, 29), False),
        (People(29, 29, 0), False),
        (People(30, 30, 0), True),
    ],
)
def test_a_rate_shows_only_over_enough_people_on_both_sides(counted: People, shown: bool) -> None:
    assert may_show(counted) is shown


def test_groups_of_ten_are_shown_and_a_group_of_nine_hides_itself_and_the_smallest_other() -> None:
    assert hidden_groups(audited(people({"big": 30, "mid": 20, "ten": 10}))) == []
    assert hidden_groups(audited(people({"big": 30, "mid": 20, "nine": 9}))) == ["mid", "nine"]


def test_two_small_groups_hide_each_other_when_together_they_are_enough() -> None:
    assert hidden_groups(audited(people({"big": 30, "mid": 20, "a": 6, "b": 6}))) == ["a", "b"]
    assert hidden_groups(audited(people({"big": 30, "mid": 20, "a": 3, "b": 3}))) == [
        "a",
        "b",
        "mid",
    ]


def test_small_groups_that_together_have_a_rare_label_need_one_more_to_hide_behind() -> None:
    rows = [
        row if row[2] in ("big", "mid") or row[1][-3:] < "002" else (*row[:3], "no")
        for row in people({"big": 30, "mid": 20, "a": 6, "b": 6})
    ]
    assert hidden_groups(audited(rows)) == ["a", "b", "mid"]


def test_a_state_that_few_of_the_hidden_gave_is_hidden_for_the_shown_groups_too() -> None:
    rows = people({"big": 30, "mid": 20, "a": 6, "b": 6})
    rows += [(f"z{k}", f"{g}-{k:03d}", g, "?") for g in ("big", "mid") for k in range(15)]
    many = [*rows, *((f"z{k}", f"{g}-{k:03d}", g, "?") for g in "ab" for k in range(6))]
    few = [*rows, ("z0", "a-000", "a", "?")]
    for table, state in ((many, "estimated"), (few, "suppressed")):
        audit = hide(audited(table, states=["?"]), "default")
        shown = [group for group in audit.groups if not group.hidden]
        assert [group.value for group in shown] == ["big", "mid"]
        assert {group.estimates["missing", "?"].state for group in shown} == {state}


def test_of_two_groups_a_small_one_hides_both() -> None:
    assert hidden_groups(audited(people({"big": 30, "small": 4}))) == ["big", "small"]


def test_a_label_that_few_people_gave_hides_their_group() -> None:
    rows = [(*row[:3], "no") for row in people({"big": 40, "mid": 40, "rare": 40})]
    varied = {"big": 40, "mid": 40, "rare": 9}
    rows = [
        (*row[:3], "yes") if int(row[1][-3:]) < varied[row[2]] and row[0] < "i30" else row
        for row in rows
    ]
    assert "rare" in hidden_groups(audited(rows))
    rows = [
        (*row[:3], "yes") if row[2] == "rare" and int(row[1][-3:]) < 12 and row[0] < "i30" else row
        for row in rows
    ]
    assert hidden_groups(audited(rows)) == []


def test_what_is_openly_so_of_everybody_may_be_said_of_a_small_group() -> None:
    """Thirty people needed to say that all said yes: the forty-two of the table are enough."""
    assert (
        hidden_groups(audited(people({"big": 30, "mid": 12}, label="yes"), labels=("no", "yes")))
        == []
    )
    assert (
        hidden_groups(audited(people({"big": 15, "mid": 12}, label="yes"), labels=("no", "yes")))
        != []
    )
    mixed = people({"big": 30, "other": 30}) + people({"mid": 12}, label="yes")
    assert "mid" in hidden_groups(audited(mixed))


def test_few_ratings_of_no_group_count_as_hidden_so_a_total_does_not_give_them_away() -> None:
    some = people({"big": 30, "mid": 20, "": 4})
    assert hidden_groups(audited(some)) == ["mid"]
    many = people({"big": 30, "mid": 20, "": 12})
    assert hidden_groups(audited(many)) == []


def test_a_table_of_few_people_shows_nothing() -> None:
    audit = hide(audited(people({"big": 5, "other": 4})), "default")
    assert audit.overall.hidden
    assert {e.state for e in audit.overall.estimates.values()} == {"suppressed"}


def every_number(value: object) -> list[float]:
    if isinstance(value, dict):
        return [n for part in value.values() for n in every_number(part)]
    if isinstance(value, list):
        return [n for part in value for n in every_number(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_everything_about_a_hidden_group_goes_together() -> None:
    audit = hide(audited(people({"big": 30, "mid": 20, "nine": 9})), "default")
    shown = as_json(audit, "default")
    for group in shown["groups"]:
        if group["value"] in ("nine", "mid"):
            assert every_number(group) == []
        else:
            assert every_number(group) != []
    for gap in shown["gaps"]:
        if {gap["a"], gap["b"]} & {"nine", "mid"}:
            assert every_number({**gap, "margin": None}) == []
            assert not any(character.isdigit() for character in gap["why"])
    assert len(shown["ratios"]) == 2
    for ratio in shown["ratios"]:
        assert every_number(ratio) == []
    for finding in shown["findings"]:
        if finding["value"] in ("nine", "mid"):
            assert not any(character.isdigit() for character in finding["why"])
    assert every_number(shown["consensus"]) == []


def test_the_internal_profile_hides_nothing() -> None:
    audit = audited(people({"big": 30, "nine": 9}))
    assert hide(audit, "internal") is audit


def test_a_state_that_few_gave_is_hidden_for_every_group_and_the_groups_stay() -> None:
    rows = people({"big": 30, "mid": 20})
    unsure = {("mid-000", "i00"), ("mid-001", "i00")}
    rows += [(f"z{k}", who, who[:3], "?") for k, (who, _) in enumerate(sorted(unsure))]
    rows += [(f"z{k}", f"big-{k:03d}", "big", "?") for k in range(15)]
    audit = hide(audited(rows, states=["?"]), "default")
    for group in audit.groups:
        assert group.estimates["missing", "?"].state == "suppressed"
        assert group.estimates["rate", "yes"].state == "estimated"
    missing = [gap for gap in audit.gaps if gap.check == "missing-rate"]
    assert {gap.estimate.state for gap in missing} == {"suppressed"}


def test_an_error_rate_is_hidden_where_few_people_were_ever_wrong() -> None:
    def accuracy(wrong: int) -> str:
        rows = []
        for row in people({"big": 30, "mid": 20}):
            gold = "yes" if int(row[0][1:]) % 2 else "no"
            errs = int(row[1][-3:]) < wrong and int(row[0][1:]) % 3 == 0
            label = ("no" if gold == "yes" else "yes") if errs else gold
            rows.append((*row[:3], label, gold))
        table = table_of(rows, "item,annotator,group,label,gold")
        bindings = Bindings(
            "item", "annotator", "label", gold="gold", annotator_groups={"group": "group"}
        )
        audit = hide(audit_table(table, bindings), "default")
        assert not any(group.hidden for group in audit.groups)
        states = {group.estimates["accuracy", ""].state for group in audit.groups}
        return states.pop() if len(states) == 1 else "mixed"

    assert accuracy(4) == "suppressed"
    assert accuracy(15) == "estimated"


def test_data_subjects_are_counted_by_items() -> None:
    """Nine items about one group are nine people, however many ratings they have."""
    stream = chance(8)

    def rows(small: int) -> list[Rating]:
        groups = ["big"] * 60 + ["mid"] * 40 + ["few"] * small
        return [
            (f"i{i:03d}", f"j{j:02d}", group, "yes" if stream.random() < 0.5 else "no")
            for i, group in enumerate(groups)
            for j in range(15)
        ]

    roles = {"annotator_groups": {}, "subject_groups": {"group": "group"}}
    assert hidden_groups(audited(rows(9), **roles)) == ["few", "mid"]
    assert hidden_groups(audited(rows(12), **roles)) == []
