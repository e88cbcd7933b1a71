"""Every code that the package can print is explained, and every explanation says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labelcharter.checks.registry import all_rules
from labelcharter.checks.rule import Rule

PACKAGE = Path(__file__).parents[2] / "scripts" / "labelcharter"
CODE = re.compile(r'"([A-Z][0-9]{3})"')


def codes_in_the_source() -> set[str]:
    return {
        code for path in PACKAGE.rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))
    }


def test_every_code_in_the_source_is_explained() -> None:
    assert codes_in_the_source() <= set(all_rules())


def test_no_two_rules_share_a_code() -> None:
    declared = [
        code
        for path in (PACKAGE / "checks").glob("*.py")
        for code in re.findall(r'Rule\(\s*"([A-Z][0-9]{3})"', path.read_text("utf-8"))
    ]
    assert sorted(declared) == sorted(set(declared))


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
def test_a_rule_states_what_holds_why_and_both_examples(rule: Rule) -> None:
    assert rule.words.endswith(".")
    assert rule.why.endswith((".", "!"))
    assert rule.bad
    assert rule.good
    assert rule.bad != rule.good
