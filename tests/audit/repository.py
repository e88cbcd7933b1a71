"""A small governance repository with one audit, and a table for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ratings_tables import chance

from labelcharter.audit.records.definition import Definition
from labelcharter.audit.records.record import Inputs, record_of
from labelcharter.audit.reductions.source import Source, source_in_memory
from labelcharter.audit.tables.cleaning import Cleaned, clean
from labelcharter.reading.tables import Table

SETTINGS = 'organisation: Example\nexample_notice: ""\n'
ATTRIBUTE = """\
attributes:
  - id: attribute.region
    title: Region
    describes: annotator
    categories:
      - {value: north, title: North}
      - {value: south, title: South}
    states:
      - {value: revoked, meaning: Consent was revoked}
    reference_population:
      description: Half and half
      source: A choice
      shares: {north: 0.5, south: 0.5}
    necessity: {purpose: p, why_no_substitute: w, legal_basis: l, access: a, safeguards: s}
    retention: none
    owner: seat.one
    status: active
"""
GATES = """\
gates:
  - id: gate.floor
    title: Agreement
    check: agreement
    metric: metric.krippendorff-alpha
    comparison: at-least
    threshold: 0.1
    basis: council
    basis_note: A choice
    severity: error
    status: active
  - id: gate.rates
    title: Rates
    check: label-rate-gap
    metric: metric.label-rate-gap
    attribute: attribute.region
    label: label.notes.toxic
    comparison: at-most
    threshold: 0.1
    basis: council
    basis_note: A choice
    severity: error
    status: active
  - id: gate.people
    title: People
    check: representation
    metric: metric.representation-gap
    attribute: attribute.region
    comparison: at-most
    threshold: 0.3
    basis: council
    basis_note: A choice
    severity: error
    status: active
  - id: gate.unsure
    title: Unsure
    check: missing-rate
    metric: metric.unsure
    comparison: at-most
    threshold: 0.2
    basis: council
    basis_note: A choice
    severity: error
    status: active
"""
TAXONOMY = """\
id: taxonomy.notes
title: Notes
version: "1.0.0"
question: Is it toxic?
mode: single
labels:
  - id: label.notes.toxic
    title: Toxic
    value: "1"
    polarity: adverse
    status: active
  - id: label.notes.fine
    title: Fine
    value: "0"
    polarity: favourable
    status: active
  - id: label.notes.later
    title: Later
    value: "9"
    polarity: adverse
    status: draft
states:
  - {value: "2", title: Unsure, meaning: Could not tell}
consensus: {rule: strict-majority, votes: pooled, ties: "0", minimum_ratings: 3, why: Harmless}
owner: seat.one
objectives: [objective.one]
status: active
"""
AUDIT = """\
id: AUD-0001
title: Notes in two regions
purpose: Are they read alike?
data:
  name: Invented notes
  source: The tests
  licence: CC0 1.0
  synthetic: true
  obtain: Run the tests.
columns:
  item: item
  annotator: annotator
  label: label
  annotator_attributes:
    attribute.region: region
taxonomy: taxonomy.notes
taxonomy_version: "1.0.0"
objectives: [objective.one]
gates: [gate.floor, gate.rates, gate.people, gate.unsure]
profile: default
cadence: {every: P1Y}
auditor: {seat: seat.one, independence: None}
status: active
"""
FILES = {
    "labelcharter.yaml": SETTINGS,
    "policies/attributes/region.yaml": ATTRIBUTE,
    "policies/quality-gates.yaml": GATES,
    "taxonomies/notes/taxonomy.yaml": TAXONOMY,
    "audits/notes/audit.yaml": AUDIT,
}


def without_single_ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no engine brings the single ratings, so that all can do the same."""
    whole = source_in_memory

    def reduced(cleaned: Cleaned) -> Source:
        return replace(whole(cleaned), cleaned=None)

    monkeypatch.setattr("labelcharter.audit.reductions.source.source_in_memory", reduced)


def record_from(definition: Definition, table: Table, **stamp: Any) -> dict[str, Any]:
    """The record of a definition on a table read into memory."""
    source = source_in_memory(clean(table, definition.bindings))
    return record_of(definition, source, Inputs(table.sha256), **stamp)


def write_repository(root: Path, **changed: tuple[str, str]) -> Path:
    """The repository; `changed`: part of a path -> (text, text instead) in that file."""
    for path, text in FILES.items():
        for part, (old, new) in changed.items():
            if part in path:
                assert old in text
                text = text.replace(old, new)  # noqa: PLW2901 - each change on top of the last
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return root


def table(
    *, north: float = 0.55, south: float = 0.3, people: int = 16, items: int = 80
) -> list[str]:
    """Lines of a table in which the two regions say "1" at these rates, and "2" now and then."""
    stream = chance(7)
    lines = []
    for region, rate in (("north", north), ("south", south)):
        for item in range(items):
            hard = 0.25 if item % 2 else -0.25
            for person in stream.sample(range(people), 4):
                label = "1" if stream.random() < rate + hard else "0"
                label = "2" if stream.random() < 0.05 else label
                lines.append(f"i{item:03d},{region}-{person:02d},{region},{label}")
    return ["item,annotator,region,label", *lines]


def write_table(path: Path, lines: list[str]) -> Path:
    """These lines as a file."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path
