"""Checks that need single ratings say so where an engine does not bring them."""

from __future__ import annotations

import pytest
from ratings_tables import table_of

from labelcharter.audit.questions.answer import Request
from labelcharter.audit.questions.asked import NEEDS_RATINGS, Asked
from labelcharter.audit.questions.catalogue import CHECKS
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import TableAudit, audit_table
from labelcharter.audit.tables.bindings import Bindings

BINDINGS = Bindings(
    "item",
    "annotator",
    "label",
    annotator_groups={"group": "group"},
    version="v",
    audited_version="2",
    source="from",
)
ROWS = [
    (f"i{i}", f"{g}{j}", g, "xy"[(i + j) % 2], f"{v}", "web")
    for i in range(12)
    for j in range(4)
    for g in "pq"
    for v in (1, 2)
]


def audited(check: str, **options: object) -> TableAudit:
    table = table_of(ROWS, "item,annotator,group,label,v,from")
    return audit_table(table, BINDINGS, Questions(checks=[Request(check, options)]))


@pytest.mark.parametrize("check", ["states", "proxies", "drift"])
def test_a_check_without_its_ratings_names_the_need(
    check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audited(check).answers[0].not_computed != NEEDS_RATINGS
    monkeypatch.setattr(Asked, "ratings", lambda _self: None)
    assert audited(check).answers[0].not_computed == NEEDS_RATINGS


def test_of_representation_only_sources_and_periods_need_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = {"group": {"p": 0.5, "q": 0.5}, "source": {"web": 1.0}}
    whole = audited("representation", shares=shares).answers[0]
    monkeypatch.setattr(Asked, "ratings", lambda _self: None)
    without = audited("representation", shares=shares).answers[0]
    assert [r for r in whole.rows if r.attribute == "group"] == list(without.rows)
    assert without.notes == (f"items by source: {NEEDS_RATINGS}",)


def test_every_check_has_a_name_of_its_own_and_says_what_it_rests_on() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.title and check.basis for check in CHECKS)
