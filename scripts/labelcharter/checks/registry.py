"""All rules in one table, in the order a reader meets them."""

from __future__ import annotations

from functools import cache

from labelcharter.checks import (
    audits,
    council,
    coverage,
    dates,
    decisions,
    families,
    findings,
    groups,
    history,
    identity,
    labels,
    lifecycle,
    limits,
    page_links,
    references,
    signers,
    standards,
    taxonomies,
    tombstones,
)
from labelcharter.checks.reading_rules import READING_RULES
from labelcharter.checks.rule import Rule
from labelcharter.checks.schema_catalogue import SCHEMA_RULES
from labelcharter.checks.table_rules import TABLE_RULES

# Who is meant: what the rules below rely on.
NAMING = (identity.RULES, references.RULES)
CHECKED = (
    # A parent that everybody else names otherwise is R205, said once at the same place.
    *families.RULES,
    *page_links.RULES,
    *lifecycle.RULES,
    *dates.RULES,
    *taxonomies.RULES,
    *labels.RULES,
    *groups.RULES,
    *limits.RULES,
    *audits.RULES,
    *standards.RULES,
    *coverage.RULES,
    *findings.RULES,
    *decisions.RULES,
    *tombstones.RULES,
    *history.RULES,
    *council.RULES,
    *signers.RULES,
)


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by code: those of reading and shape, then those over the graph."""
    rules = (
        *READING_RULES,
        *SCHEMA_RULES.values(),
        *identity.RULES,
        *references.RULES,
        *CHECKED,
        *TABLE_RULES,
    )
    return {rule.code: rule for rule in rules}
