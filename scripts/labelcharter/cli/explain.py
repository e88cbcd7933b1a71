"""`labelcharter explain CODE`: why a rule exists."""

from __future__ import annotations

import click

from labelcharter.cli.common import CannotWork, format_option, print_json


@click.command()
@click.argument("code", required=False)
@format_option
def command(code: str | None, format_: str) -> None:
    """Say why a rule exists, with a bad and a good example.

    Without CODE: all rules, a line each.
    """
    from labelcharter.checks.registry import all_rules
    from labelcharter.registry.nearest import did_you_mean

    rules = all_rules()
    if code is None:
        if format_ == "json":
            print_json({"format_version": 1, "rules": [_data(c) for c in sorted(rules)]})
        else:
            for known in sorted(rules):
                click.echo(f"{known}  {rules[known].severity:7}  {rules[known].words}")
        return
    rule = rules.get(code.strip().upper())
    if rule is None:
        raise CannotWork(f"there is no rule `{code}`. {did_you_mean(code, rules)}".rstrip())
    if format_ == "json":
        print_json({"format_version": 1, "rules": [_data(rule.code)]})
        return
    click.echo(f"{rule.code} ({rule.severity}): {rule.words}\n")
    click.echo(f"Why: {rule.why}\n")
    click.echo("Bad:\n" + _indented(rule.bad) + "\n\nGood:\n" + _indented(rule.good))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _data(code: str) -> dict[str, str]:
    from labelcharter.checks.registry import all_rules

    rule = all_rules()[code]
    return {
        "code": rule.code,
        "severity": rule.severity,
        "words": rule.words,
        "why": rule.why,
        "bad": rule.bad,
        "good": rule.good,
    }
