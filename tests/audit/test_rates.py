"""Rates against gold, over the items that have a gold label and no others."""

from __future__ import annotations

import pytest
from ratings_tables import chance, table_of

from labelcharter.audit.questions.table_audit import audit_table
from labelcharter.audit.tables.bindings import Bindings

LABELS = "abc"


def test_errors_against_gold_are_those_of_a_plain_count() -> None:
    """With three labels, and every third item without a gold label."""
    stream = chance(9)
    gold = {k: LABELS[k % 3] if k % 9 < 6 else "" for k in range(180)}
    rows = [
        (f"i{k:03d}", f"j{person:02d}", "x", stream.choice(LABELS + (gold[k] or "a") * 3), gold[k])
        for k in gold
        for person in stream.sample(range(12), 3)
    ]
    bindings = Bindings("item", "annotator", "label", gold="gold")
    found = audit_table(table_of(rows, "item,annotator,group,label,gold"), bindings)
    known = [(given, right) for *_, given, right in rows if right]
    estimates = found.overall.estimates
    right = [given == gold for given, gold in known]
    assert estimates["accuracy", ""].value == pytest.approx(sum(right) / len(right))
    assert estimates["accuracy", ""].n == len(known)
    for label in LABELS:
        negatives = [given == label for given, gold in known if gold != label]
        positives = [given != label for given, gold in known if gold == label]
        assert estimates["fpr", label].value == pytest.approx(sum(negatives) / len(negatives))
        assert estimates["fpr", label].n == len(negatives)
        assert estimates["fnr", label].value == pytest.approx(sum(positives) / len(positives))
        assert estimates["fnr", label].n == len(positives)
