"""Corrected p values that tell of nothing hidden.

A q rests on every p of its family and may be a plain multiple of one of them: shown beside hidden
tests it would give them away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labelcharter.audit.questions.answer import Answer, Row
from labelcharter.audit.questions.catalogue import reconsiderations
from labelcharter.audit.questions.families import correct
from labelcharter.audit.questions.findings import findings_of_answers
from labelcharter.audit.questions.gaps import Gap
from labelcharter.audit.questions.table_audit import TableAudit


def without_hidden_p(
    audit: TableAudit, *, hides_row: Callable[[Row], bool], hides_gap: Callable[[Gap], bool]
) -> TableAudit:
    """Corrected anew with every p that is to be hidden as 1: no q that is shown falls by it.

    What is to be hidden stays as it was, its verdict too. Findings are drawn up anew.
    """

    def blind(row: Row) -> Row:
        return replace(row, p=1.0) if row.p is not None and hides_row(row) else row

    def shown(before: Answer, after: Answer) -> Answer:
        both = zip(before.rows, after.rows, strict=True)
        return after.with_rows(tuple(old if hides_row(old) else new for old, new in both))

    answers = [answer.with_rows(tuple(map(blind, answer.rows))) for answer in audit.answers]
    gaps = [
        replace(gap, chance=replace(gap.chance, p=1.0)) if gap.chance and hides_gap(gap) else gap
        for gap in audit.gaps
    ]
    asked = audit.questions
    again = correct(answers, gaps, asked.families, asked.earlier, reconsiderations())
    pairs = zip(audit.answers, again.answers, strict=True)
    answers = [shown(before, after) for before, after in pairs]
    checks = {answer.check for answer in answers}
    others = (finding for finding in audit.findings if finding.check not in checks)
    return replace(
        audit,
        gaps=again.gaps,
        answers=tuple(answers),
        findings=(*others, *findings_of_answers(answers)),
    )
