"""The rules of shape: what a JSON Schema can say, explained without the schema (codes S1)."""

from __future__ import annotations

from labelcharter.checks.rule import Rule

SCHEMA_RULES = {
    rule.code: rule
    for rule in (
        Rule(
            "S101",
            "error",
            "Only fields that the kind knows.",
            "A misspelt field is ignored by every reader, so the rule it states is not in force.",
            "treshold: 0.05",
            "threshold: 0.05",
        ),
        Rule(
            "S102",
            "error",
            "Every required field is there.",
            "A missing owner, basis or review date is a promise that nobody keeps.",
            "(an objective without `owner`)",
            "owner: seat.policy",
        ),
        Rule(
            "S103",
            "error",
            "Every field has its type: text, number, true/false, list or fields.",
            "`1.10` without quotes is a number and becomes 1.1; a list of one is not its item.",
            "version: 1.10",
            'version: "1.10.0"',
        ),
        Rule(
            "S104",
            "error",
            "A field with a fixed set of words uses one of them.",
            "Pages, audits and the plan act on these words.",
            "polarity: negative",
            "polarity: adverse",
        ),
        Rule(
            "S105",
            "error",
            "Dates, versions, durations and hashes are written in their form.",
            "2026-06-31 does not exist, and `1.2` says nothing about what may break.",
            "review_by: 31.6.2026",
            "review_by: 2026-06-30",
        ),
        Rule(
            "S106",
            "error",
            "Text and lists that must say something are not empty.",
            "An empty definition satisfies a form and helps no annotator.",
            "examples: []",
            "examples: [{text: …, why: …}]",
        ),
        Rule(
            "S107",
            "error",
            "A list names each thing once.",
            "A repeated entry is usually a wrong one.",
            "attributes: [attribute.age, attribute.age]",
            "attributes: [attribute.age]",
        ),
        Rule(
            "S108",
            "error",
            "A field is used only where it applies.",
            "A field that does not apply misleads whoever reads it.",
            "votes: pooled, with group: Singapore",
            "votes: one-group, with group: Singapore",
        ),
        Rule(
            "S109",
            "error",
            "Numbers lie in their range.",
            "A share above 1 or a negative count is a slip.",
            "value: 1.4",
            "value: 0.14",
        ),
        Rule(
            "S110",
            "error",
            "A YAML file is one element or lists of elements.",
            "A file without an id is not part of the graph.",
            "title: Gold",
            "id: term.gold\ntitle: Gold",
        ),
    )
}
