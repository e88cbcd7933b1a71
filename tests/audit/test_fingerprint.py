"""Ratings that are in no file are told from others by what was counted in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ratings_tables import Rating, cleaned, ratings

from labelcharter.audit.reductions.fingerprint import fingerprint
from labelcharter.audit.reductions.source import source_in_memory


def of(rows: list[Rating]) -> str:
    return fingerprint(source_in_memory(cleaned(rows)))


@given(ratings(groups="xy"), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_it(rows: list[Rating], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert of(shuffled) == of(rows)


@given(ratings(groups="xy"), st.data())
def test_a_rating_taken_away_or_changed_changes_it(rows: list[Rating], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    item, annotator, group, label = rows[at]
    assert of([*rows[:at], *rows[at + 1 :]]) != of(rows)
    other = "b" if label == "a" else "a"
    changed = [*rows[:at], (item, annotator, group, other), *rows[at + 1 :]]
    counts = [sorted((r[2], r[3]) for r in some) for some in (rows, changed)]
    assert counts[0] != counts[1]
    assert of(changed) != of(rows)
