"""What of tables of counts may be shown: a table whole, or none of its figures.

A cell that is too small to show could be had from the total of its table less the other cells, so
the table goes with it. Two tables of the same people that differ by a few give those few away, so
then the finer one goes too. How many are of unknown category is hidden where they are few. Counts
are never rounded here, so a profile that hides less since it rounds hides as much as `default`.
"""

from __future__ import annotations

from dataclasses import replace

from labelcharter.audit.disclosure.profiles import RULES, Profile, Rules, may_show
from labelcharter.audit.questions.figures import People
from labelcharter.audit.questions.selection import CountAudit, CountTable
from labelcharter.audit.statistics.ratio_interval import Share
from labelcharter.audit.statistics.selection_tables import Mismatch


def hide_counts(audit: CountAudit, profile: Profile) -> CountAudit:
    """The audit as the profile lets it be seen; a hidden table keeps its name and categories."""
    if profile == "internal":
        return audit
    size = {table.name: len(table.categories) for table in audit.tables}
    rules = RULES[profile]
    fewest = max(rules.fewest, RULES["default"].fewest)
    hidden = {table.name for table in audit.tables if not _whole(table, rules)}
    for mismatch in audit.mismatches:
        if _gives_away(mismatch, fewest):
            pair = (mismatch.table, mismatch.against)
            if not hidden & set(pair):
                hidden.add(max(pair, key=lambda name: (size[name], name)))
    few = audit.unknown is not None and 0 < audit.unknown < fewest
    return replace(
        audit,
        unknown=None if few else audit.unknown,
        tables=tuple(replace(t, hidden=t.name in hidden) for t in audit.tables),
        mismatches=tuple(
            mismatch
            for mismatch in audit.mismatches
            if not hidden & {mismatch.table, mismatch.against}
        ),
    )


def _whole(table: CountTable, rules: Rules) -> bool:
    shares = [category.share for category in table.categories]
    people = [People(s.of, s.having, s.others.having) for s in shares if s.of]
    return all(may_show(one) and may_show(one, rules) for one in people)


def _gives_away(mismatch: Mismatch, fewest: int) -> bool:
    """True where the difference is of fewer people than the least, of either outcome."""
    here, there = (share or Share(0, 0) for share in (mismatch.here, mismatch.there))
    apart = (
        here.of - there.of,
        here.having - there.having,
        here.others.having - there.others.having,
    )
    return any(0 < abs(number) < fewest for number in apart)
