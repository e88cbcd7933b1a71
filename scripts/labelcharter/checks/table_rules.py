"""Rules of annotation tables: found when a table is read, explained here (codes T1)."""

from __future__ import annotations

from labelcharter.checks.rule import Rule

TABLE_RULES: tuple[Rule, ...] = ()
