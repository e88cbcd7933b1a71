"""Majorities are strict, and ties get the declared label."""

from __future__ import annotations

import pytest
from hypothesis import given
from ratings_tables import BINDINGS, Rating, by_item, cleaned, ratings, table_of

from labelcharter.audit.questions.consensus import majorities
from labelcharter.audit.questions.settings import Questions
from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.reductions.patterns import reduce_ratings


def decided(votes: str) -> str:
    """What one group decides from these votes; the tie label is "n"."""
    rows = [("i", f"j{k}", "x", vote) for k, vote in enumerate(votes)]
    rows += [("other", f"j{k}", "x", vote) for k, vote in enumerate("nyz")]
    kept = cleaned(rows).kept
    reduction = reduce_ratings(kept, kept.groupings[0])
    labels = [kept.labels[code] for code in majorities(reduction, kept.labels.index("n"))[:, 0]]
    counts = reduction.counts[:, 0, :].tolist()
    at = counts.index([votes.count(label) for label in kept.labels])
    return labels[at]


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ("y", "y"),
        ("yy", "y"),
        ("yn", "n"),
        ("yyn", "y"),
        ("yynn", "n"),
        ("yyzz", "n"),
        ("yyznz", "n"),
    ],
)
def test_more_than_half_decides_and_anything_less_is_the_tie_label(votes: str, label: str) -> None:
    assert decided(votes) == label


@given(ratings("yn", groups="pq"))
def test_the_share_of_agreement_is_over_items_that_every_group_voted_on(rows: list[Rating]) -> None:
    by_group = {g: by_item([r for r in rows if r[2] == g]) for g in sorted({r[2] for r in rows})}
    if len({row[3] for row in rows}) < 2 or len(by_group) < 2:
        return

    def majority(votes: list[str]) -> str:
        return "y" if 2 * votes.count("y") > len(votes) else "n"

    voted = set.intersection(*(set(items) for items in by_group.values()))
    alike = [i for i in voted if len({majority(items[i]) for items in by_group.values()}) == 1]
    (found,) = audit_table(table_of(rows), BINDINGS, Questions(ties="n")).consensus
    share = found.agree_on_all_groups
    if voted:
        assert share.value == pytest.approx(len(alike) / len(voted))
        assert share.n == len(voted)
        assert share.reason.startswith("given these votes")
    else:
        assert share.state == "not-estimable"


def test_without_a_declared_tie_label_no_majority_is_made_up() -> None:
    rows = [(f"i{k}", f"{g}{k % 3}", g, "yn"[k % 2]) for k in range(9) for g in "pq"]
    assert audit_table(table_of(rows), BINDINGS).consensus == ()
