"""A generated governance repository of any size: deterministic, valid, and not all alike."""

from __future__ import annotations

import random
from pathlib import Path

WORDS = (
    "post", "comment", "report", "threat", "praise", "quote", "satire", "slur", "joke", "context",
    "reader", "author", "target", "group", "region", "language", "script", "dialect", "meaning",
    "intent", "harm", "appeal", "review", "label", "rule", "case", "example", "notice", "reason",
)  # fmt: skip


def write_repository(root: Path, files: int, seed: int = 20261123) -> int:
    """Write `files` element files under `root` and return their bytes.

    One in ten is a taxonomy with labels, one in twenty an objective; the rest are attributes, the
    kind that an organisation has most of. References go across files.
    """
    rng = random.Random(seed)  # noqa: S311 - filler text, not a secret
    taxonomies, objectives = max(1, files // 10), max(1, files // 20)
    written = _settings(root) + _council(root) + _metrics(root)
    for number in range(taxonomies):
        written += _taxonomy(root, rng, number, objectives)
    for number in range(objectives):
        written += _objective(root, rng, number, objectives, taxonomies)
    for number in range(files - taxonomies - objectives - 3):
        written += _attribute(root, rng, number)
    return written


def _sentence(rng: random.Random, words: int = 14) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(words)).capitalize() + "."


def _write(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.write_text(text, encoding="utf-8")


def _settings(root: Path) -> int:
    return _write(root / "labelcharter.yaml", "organisation: Benchmark\n")


def _council(root: Path) -> int:
    return _write(
        root / "policies/council.yaml",
        "id: council\ntitle: Council\npurpose: To decide.\n"
        "functions:\n  - {word: policy, title: Policy, speaks_for: The rules}\n"
        "seats:\n  - {id: seat.policy, title: Policy, function: policy, duties: To own., status: active}\n"
        "rules:\n  - {change: minor, needs_functions: [policy]}\n"
        "recusal: A seat with a conflict abstains.\nobjections: Named.\nmeets: Monthly.\n",
    )


def _metrics(root: Path) -> int:
    return _write(
        root / "policies/metrics.yaml",
        "metrics:\n  - id: metric.gap\n    title: Gap\n    formula: the largest rate minus the smallest\n"
        "    direction: lower-is-better\n    unit: share\n    does_not_measure: Levels.\n    status: active\n",
    )


def _attribute(root: Path, rng: random.Random, number: int) -> int:
    categories = "\n".join(
        f"  - {{value: group-{i}, title: Group {i}}}" for i in range(rng.randint(3, 6))
    )
    return _write(
        root / f"policies/attributes/a{number:05}.yaml",
        f"id: attribute.a{number:05}\ntitle: Attribute {number}\ndescribes: annotator\n"
        f"categories:\n{categories}\n"
        f"states:\n  - value: NO_CONSENT\n    meaning: {_sentence(rng)}\n"
        "reference_population:\n"
        f"  description: {_sentence(rng)}\n  source: {_sentence(rng, 6)}\n  as_of: 2026-01-31\n"
        "necessity:\n"
        f"  purpose: {_sentence(rng)}\n  why_no_substitute: {_sentence(rng)}\n"
        f"  legal_basis: {_sentence(rng, 8)}\n  access: {_sentence(rng, 8)}\n"
        f"  safeguards: {_sentence(rng)}\n  reviewed_on: 2026-03-31\n"
        f"retention: {_sentence(rng, 7)}\n"
        f"known_proxies:\n  - feature: {rng.choice(WORDS)}\n    why: {_sentence(rng)}\n"
        f"owner: seat.policy\nstatus: draft\nnote: {_sentence(rng)}\n",
    )


def _objective(
    root: Path, rng: random.Random, number: int, objectives: int, taxonomies: int
) -> int:
    labels = [
        f"label.t{n:04}.{word}"
        for n in range(taxonomies)
        if n % objectives == number
        for word in ("yes", "no")
    ]
    return _write(
        root / f"policies/objectives/o{number:04}.yaml",
        f"id: objective.o{number:04}\ntitle: Objective {number}\ncontext: {_sentence(rng, 30)}\n"
        f"harm:\n  who: {_sentence(rng)}\n  how: {_sentence(rng)}\nfairness_means: {_sentence(rng)}\n"
        "measures:\n  - metric: metric.gap\n    attributes: [attribute.a00000]\n    comparison: at-most\n"
        f"    value: 0.1\n    basis: council\n    basis_note: {_sentence(rng)}\n"
        f"downstream:\n  system: {_sentence(rng, 4)}\n  decision: {_sentence(rng, 6)}\n"
        f"attributes: [attribute.a00000]\nlabels: [{', '.join(labels)}]\n"
        "owner: seat.policy\nreview_by: 2027-05-31\nstatus: draft\n",
    )


def _label(
    rng: random.Random, taxonomy: int, word: str, value: int, polarity: str, objectives: int
) -> str:
    other = "no" if word == "yes" else "yes"
    objective = f"objective.o{taxonomy % objectives:04}"
    serves = f"[{objective}]"
    return (
        f"  - id: label.t{taxonomy:04}.{word}\n    title: Label {word}\n    value: '{value}'\n"
        f"    definition: {_sentence(rng, 24)}\n"
        f"    includes:\n      - {_sentence(rng)}\n      - {_sentence(rng)}\n"
        f"    excludes:\n      - {_sentence(rng)}\n"
        f"    examples:\n      - text: {_sentence(rng)}\n        why: {_sentence(rng)}\n"
        f"    near_misses:\n      - text: {_sentence(rng, 11)}\n        why: {_sentence(rng)}\n"
        f"        instead: label.t{taxonomy:04}.{other}\n"
        f"    edge_cases:\n      - case: {_sentence(rng)}\n        rule: {_sentence(rng)}\n        why: {_sentence(rng)}\n"
        f"    polarity: {polarity}\n    since: 1.0.0\n    objectives: {serves}\n"
        "    downstream_metrics:\n      - metric: metric.gap\n        how: It counts.\n"
        "    status: draft\n    not_audited: no data yet\n"
    )


def _taxonomy(root: Path, rng: random.Random, number: int, objectives: int) -> int:
    labels = _label(rng, number, "yes", 1, "adverse", objectives) + _label(
        rng, number, "no", 0, "favourable", objectives
    )
    return _write(
        root / f"taxonomies/t{number:04}/taxonomy.yaml",
        f"id: taxonomy.t{number:04}\ntitle: Taxonomy {number}\nversion: 1.0.0\nquestion: {_sentence(rng)}\n"
        f"mode: single\nlabels:\n{labels}"
        f"consensus:\n  rule: strict-majority\n  votes: pooled\n  ties: '0'\n  minimum_ratings: 3\n"
        f"  why: {_sentence(rng)}\n"
        f"missing:\n  rule: {_sentence(rng)}\n  why: {_sentence(rng)}\n"
        f"conflicting:\n  rule: {_sentence(rng)}\n  why: {_sentence(rng)}\n"
        f"new_label_when:\n  - {_sentence(rng)}\n"
        f"downstream_uses:\n  - system: {_sentence(rng, 4)}\n    decision: {_sentence(rng, 5)}\n    owner: seat.policy\n"
        f"owner: seat.policy\nobjectives: [objective.o{number % objectives:04}]\nstatus: draft\n",
    )
