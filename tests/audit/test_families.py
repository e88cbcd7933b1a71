"""Which tests are corrected together: over checks, over records, and with hidden ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ratings_tables import BINDINGS, chance, table_of
from repository import record_from, table, write_repository, write_table
from statsmodels.stats.multitest import multipletests

from labelcharter.audit.disclosure.suppression import hide
from labelcharter.audit.questions.answer import Answer, Check, Row
from labelcharter.audit.questions.earlier import earlier_tests
from labelcharter.audit.questions.families import (
    Family,
    FamilyFault,
    correct,
    declared,
    family_of,
)
from labelcharter.audit.questions.findings import findings_of_answers
from labelcharter.audit.questions.gaps import Gap
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.records.definition import DefinitionFault, definition_of
from labelcharter.audit.records.output import as_json
from labelcharter.audit.records.record import record_bytes
from labelcharter.audit.statistics.estimate import estimated, not_estimable
from labelcharter.audit.statistics.permutation import Chance
from labelcharter.reading.tables import read_table
from labelcharter.registry.load import load_repository

FIGURE = estimated(0.2, 0.1, 0.3, 100)


def row(p: float | None, attribute: str = "sex", figure: str = "v", **more: object) -> Row:
    estimate = FIGURE if p is not None else not_estimable("too few")
    return replace(Row(attribute, ("f", "m"), figure, "", estimate, p=p), **more)


def answer(check: str, *rows: Row, family: str = "exploratory") -> Answer:
    return Answer(check, check, "", rows, family)


def gap(p: float | None, label: str, a: str = "f", check: str = "label-rate-gap") -> Gap:
    drawn = None if p is None else Chance(p, 0.001, 1999)
    return Gap(check, "sex", a, "m", ("rate", label), FIGURE, drawn, 0.05, "met", "")


def q_of(answers: tuple[Answer, ...]) -> list[float | None]:
    return [row.q for answer in answers for row in answer.rows]


def test_what_no_family_holds_is_exploratory_over_all_checks_and_gaps() -> None:
    found = correct(
        [answer("drift", row(0.01), row(0.2)), answer("proxies", row(0.03))],
        [gap(0.002, "a"), gap(0.5, "b"), gap(0.04, "c")],
    )
    p = [0.01, 0.2, 0.03, 0.002, 0.5, 0.04]
    expected = multipletests(p, method="fdr_bh")[1]
    assert [*q_of(found.answers), *(g.q for g in found.gaps)] == pytest.approx(expected)
    (family,) = found.families
    assert (family.family, family.correction, family.tests) == ("exploratory", "bh", 6)


def test_a_declared_family_is_corrected_apart_and_by_its_own_rule() -> None:
    families = [Family("primary", "holm", checks=("drift",), attributes=("sex",))]
    found = correct(
        [answer("drift", row(0.01), row(0.02), row(0.04, "age"))], [gap(0.03, "a")], families
    )
    assert q_of(found.answers)[:2] == pytest.approx([0.02, 0.02])
    apart = [found.answers[0].rows[2].q, found.gaps[0].q]
    assert apart == pytest.approx(multipletests([0.04, 0.03], method="fdr_bh")[1])
    assert found.answers[0].family == "exploratory, primary"
    assert found.answers[0].notes == (
        "q: Benjamini-Hochberg over the 2 tests of the family exploratory",
        "q: Holm over the 2 tests of the family primary",
    )


def test_correcting_again_changes_nothing() -> None:
    families = [Family("primary", "holm", ("drift",), ("sex",)), Family("old", "bh", (), ("age",))]
    answers = [answer("drift", row(0.01), row(0.02, "age"), row(None, "age"), row(0.3, "region"))]
    once = correct(answers, [gap(0.03, "a")], families)
    assert correct(once.answers, once.gaps, families) == once


def test_a_family_that_is_asked_for_goes_before_those_that_hold_the_check() -> None:
    families = [Family("one", "holm", ("drift",)), Family("two", "bh")]
    assert family_of(families, "drift", "sex").name == "one"
    assert family_of(families, "proxies", "sex").name == "two"
    assert family_of(families, "drift", "sex", "two").name == "two"
    assert family_of(families, "drift", "sex", "unheard-of") == Family("unheard-of", "holm")
    assert family_of([], "drift", "sex") == Family("exploratory", "bh")


def test_of_two_labels_the_two_gaps_are_one_test_and_share_a_q() -> None:
    gaps = [gap(0.02, "yes"), gap(0.02, "no"), gap(0.3, "yes", "d"), gap(0.3, "no", "d")]
    found = correct([], gaps, [Family("primary", "holm")])
    assert [g.q for g in found.gaps] == pytest.approx([0.04, 0.04, 0.3, 0.3])
    assert found.families[0].tests == 2
    three = correct([], [gap(0.02, "yes"), gap(0.02, "no"), gap(0.3, "unsure")])
    assert three.families[0].tests == 3


def test_tests_that_could_not_be_made_are_counted_and_get_no_q() -> None:
    found = correct(
        [answer("drift", row(0.01), row(None), row(None, figure="alpha"))],
        [gap(0.2, "a"), gap(None, "b"), gap(None, "", check="agreement-gap"), gap(0.1, "c")],
    )
    assert q_of(found.answers)[1:] == [None, None]
    assert [g.q is None for g in found.gaps] == [False, True, True, False]
    (family,) = found.families
    assert (family.tests, family.without_p) == (3, 2)  # what is never tested does not count
    assert str(family).endswith("exploratory; 2 could not be tested")


def test_a_check_whose_verdict_waits_for_q_is_asked_again_only_where_there_is_one() -> None:
    def breached(row: Row) -> Row:
        return replace(row, verdict="breached" if (row.q or 0) < 0.05 else "met")

    rows = (row(0.03), row(0.9), row(None, verdict="insufficient-evidence"))
    found = correct([answer("drift", *rows)], [], reconsider={"drift": breached})
    assert [r.verdict for r in found.answers[0].rows] == ["met", "met", "insufficient-evidence"]
    alone = correct([answer("drift", row(0.03))], [], reconsider={"drift": breached})
    assert alone.answers[0].rows[0].verdict == "breached"


def test_a_check_that_reconsiders_nothing_says_so_by_none() -> None:
    assert Check("drift", "Drift", "", lambda asked, request: "nothing").reconsider is None


def test_earlier_records_make_a_test_dearer() -> None:
    families = [Family("primary", "holm")]
    found = correct([answer("drift", row(0.01))], [], families, {"primary": [0.5, 0.004]})
    assert q_of(found.answers) == [pytest.approx(0.02)]
    assert found.families[0].tests == 3
    assert str(found.families[0]) == (
        "q: Holm over the 3 tests of the family primary, 2 of them in earlier records"
    )


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"name": "", "correction": "holm"}, "needs a name"),
        ({"name": "exploratory", "correction": "bh"}, "needs a name"),
        ({"name": "a, b", "correction": "bh"}, "needs a name"),
        ({"name": "primary", "correction": "bonferroni"}, "holm or bh"),
        ({"name": "primary"}, "holm or bh"),
        ({"name": "primary", "correction": "bh", "looks": 0}, "whole number"),
        ({"name": "primary", "correction": "bh", "looks": True}, "whole number"),
    ],
)
def test_a_family_that_cannot_be_followed_is_refused(entry: dict[str, object], said: str) -> None:
    with pytest.raises(FamilyFault, match=said):
        declared([entry])


def test_a_family_is_declared_with_what_belongs_to_it() -> None:
    entry = {"name": "primary", "correction": "holm", "checks": ["drift"], "looks": 4}
    assert declared([entry]) == (Family("primary", "holm", ("drift",), (), 4),)
    with pytest.raises(FamilyFault, match="a name of its own"):
        declared([entry, entry])


def pools(people: dict[str, int], rates: dict[str, float], seed: int = 3) -> TableAudit:
    """Each group's people say "yes" at about the group's rate, on 60 items with five each."""
    stream = chance(seed)
    rows = [
        (f"i{item}", f"{group}{person}", group, "yes" if stream.random() < rates[group] else "no")
        for group, number in people.items()
        for item in range(60)
        for person in stream.sample(range(number), 5)
    ]
    return audit_table(table_of(rows), BINDINGS, Questions(checks=()))


def test_every_tested_gap_of_a_table_gets_its_q_and_the_json_shows_it() -> None:
    audit = pools({"p": 14, "q": 14, "r": 14}, {"p": 0.8, "q": 0.4, "r": 0.4})
    tested = [gap for gap in audit.gaps if gap.chance and gap.label != "no"]
    p = [gap.chance.p for gap in tested if gap.chance]
    assert [gap.q for gap in tested] == pytest.approx(multipletests(p, method="fdr_bh")[1])
    mirrored = [gap.q for gap in audit.gaps if gap.label == "no"]
    assert mirrored == [gap.q for gap in audit.gaps if gap.label == "yes"]
    shown = as_json(audit, "internal")["gaps"]
    assert [gap["q"] for gap in shown] == [gap.q for gap in audit.gaps]
    assert audit.families[0].tests == 6  # three pairs, in agreement and in one of two labels


def test_a_q_that_is_shown_tells_nothing_of_a_hidden_p() -> None:
    """Two tables that differ in the hidden group's answers alone, so in its p: the same q shows."""
    people = {"few": 6, "p": 16, "q": 16, "r": 16}
    rates = {"p": 0.7, "q": 0.5, "r": 0.5}
    shown = []
    for rate in (0.95, 0.55):
        audit = pools(people, {"few": rate, **rates})
        public = hide(audit, "default")
        hidden = [gap for gap in public.gaps if "few" in (gap.a, gap.b)]
        assert {(gap.q, gap.chance) for gap in hidden} == {(None, None)}
        shown.append({(g.a, g.b, g.label): g.q for g in public.gaps if g.chance})
        inside = {(g.a, g.b, g.label): g.q for g in audit.gaps}
        assert all(q >= inside[name] for name, q in shown[-1].items())
    assert len(shown[0]) >= 2


def test_the_hidden_tests_count_as_one_and_the_verdict_of_a_hidden_row_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from labelcharter.audit.disclosure import corrections

    def judge(row: Row) -> Row:
        return replace(row, verdict="breached" if (row.q or 0) <= 0.05 else "met", why=f"q {row.q}")

    monkeypatch.setattr(corrections, "reconsiderations", lambda: {"drift": judge})
    rows = (row(0.001, groups=("few", "p")), row(0.03, groups=("q", "r")), row(0.2, groups=("q",)))
    rows = tuple(replace(r, attribute="group") for r in rows)
    found = correct([answer("drift", *rows)], [], reconsider={"drift": judge})
    audit = pools({"few": 6, "p": 16, "q": 16, "r": 16}, dict.fromkeys(("few", "p", "q", "r"), 0.5))
    said = (*audit.findings, *findings_of_answers(found.answers))
    audit = replace(audit, answers=found.answers, gaps=(), findings=said, questions=Questions())
    public = hide(audit, "default").answers[0].rows
    assert [r.verdict for r in found.answers[0].rows] == ["breached", "breached", "met"]
    assert (public[0].verdict, public[0].p, public[0].q) == ("breached", None, None)
    assert [r.q for r in public[1:]] == pytest.approx(
        multipletests([1, 0.03, 0.2], method="fdr_bh")[1][1:]
    )
    assert public[1].verdict == "met"
    assert public[1].why == f"q {public[1].q}"
    assert [f.check for f in hide(audit, "default").findings] == [f.check for f in said]
    (finding,) = [f for f in hide(audit, "default").findings if f.check == "drift"]
    assert finding.verdict == "breached"
    assert "q" not in finding.why.partition(":")[2]


def test_p_values_are_read_back_from_a_record_each_test_once_and_hidden_ones_as_one() -> None:
    audit = pools({"p": 14, "q": 14, "r": 14}, {"p": 0.8, "q": 0.4, "r": 0.4})
    found = correct([answer("drift", row(0.01), row(None), row(0.4, "age"))], audit.gaps)
    families = [Family("old", "holm", attributes=("age",))]
    audit = replace(audit, answers=found.answers)
    read = earlier_tests([as_json(audit, "internal")], families)
    tested = [gap.chance.p for gap in audit.gaps if gap.chance and gap.label != "no"]
    assert sorted(read["exploratory"]) == sorted([*tested, 0.01])
    assert read["old"] == [0.4]
    few = pools({"few": 6, "p": 16, "q": 16, "r": 16}, {"few": 0.5, "p": 0.9, "q": 0.4, "r": 0.4})
    public = as_json(hide(few, "default"), "default")
    read = earlier_tests([public], [])
    assert len(read["exploratory"]) == 12  # six pairs, in agreement and in one of two labels
    assert read["exploratory"].count(1.0) >= 6


def recorded(root: Path, identifier: str, north: float) -> dict[str, Any]:
    graph = load_repository(root).graph
    data = write_table(root / "table.csv", table(north=north))
    return record_from(
        definition_of(graph.elements["AUD-0001"], graph),
        read_table(data, "table.csv"),
        identifier=identifier,
        computed_for="2026-03-31",
        commit=None,
        definition_bytes=b"",
    )


def test_a_record_counts_the_tests_of_earlier_ones_but_not_those_of_the_same_table(
    tmp_path: Path,
) -> None:
    root = write_repository(tmp_path, audit=("status: active", "checks: []\nstatus: active"))
    first = recorded(root, "REC-0001", 0.3)
    folder = root / "audits" / "notes" / "records"
    folder.mkdir()
    (folder / "REC-0001.json").write_bytes(record_bytes(first))
    again, later = recorded(root, "REC-0002", 0.3), recorded(root, "REC-0002", 0.4)
    alone = recorded(root, "REC-0001", 0.4)
    assert again["result"]["gaps"] == first["result"]["gaps"]
    q = [[g["q"] for g in r["result"]["gaps"] if g["p"] is not None] for r in (later, alone)]
    p = [[g["p"] for g in r["result"]["gaps"] if g["p"] is not None] for r in (first, alone)]
    # of agreement and of two labels, one the other's mirror; that of the state is hidden, and 1
    assert len(q[0]) == len(q[1]) == 3
    together = multipletests([*p[0][:2], 1, *p[1][:2], 1], method="fdr_bh")[1]
    assert q[0] == pytest.approx([together[3], together[4], together[4]])
    own = multipletests([*p[1][:2], 1], method="fdr_bh")[1]
    assert q[1] == pytest.approx([own[0], own[1], own[1]])
    assert q[1] != q[0]


def test_families_in_the_audit_file_are_followed_and_a_false_one_stops_the_run(
    tmp_path: Path,
) -> None:
    for name, correction in (("good", "holm"), ("bad", "bonferroni")):
        root = tmp_path / name
        entry = f"families: [{{name: primary, correction: {correction}}}]\nstatus: active"
        graph = load_repository(write_repository(root, audit=("status: active", entry))).graph
        if name == "good":
            found = definition_of(graph.elements["AUD-0001"], graph)
            assert found.questions.families == (Family("primary", "holm"),)
        else:
            with pytest.raises(DefinitionFault, match="holm or bh"):
                definition_of(graph.elements["AUD-0001"], graph)
