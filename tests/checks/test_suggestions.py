"""What a mistyped word may have meant: the near one, with its place; and nothing silly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import changed, found_in, loaded, valid_files

from labelcharter.registry.nearest import nearest, nearest_id

TAXONOMY = "taxonomies/notes/taxonomy.yaml"
IDS = tuple(loaded(valid_files()).graph.elements)


@pytest.mark.parametrize(
    ("path", "old", "new", "help_"),
    [
        ("policies/metrics.yaml", "unit: between", "untis: between", "did you mean `unit`?"),
        ("policies/council.yaml", "    duties: Runs", "    dutys: Runs", "did you mean `duties`?"),
        (
            "taxonomies/notes/taxonomy.yaml",
            "  ties: remark",
            "  tie: remark",
            "did you mean `ties`?",
        ),
        (
            "policies/escalation.yaml",
            "escalations:",
            "Escalation:",
            "did you mean `escalations`?",
        ),
        (
            TAXONOMY,
            "polarity: adverse",
            "polarity: advers",
            "did you mean `adverse`? allowed: favourable, adverse, neutral",
        ),
        (
            "taxonomies/notes/taxonomy.yaml",
            "polarity: adverse",
            "polarity: negative",
            "allowed: favourable, adverse, neutral",
        ),
        (
            "policies/controls.yaml",
            "clause: clause.house-rules.answer",
            "clause: clause.house-rules.anwser",
            "did you mean `clause.house-rules.answer` (policies/standards/house-rules.yaml:15)?",
        ),
        (
            "policies/controls.yaml",
            "owner: seat.readers",
            "owner: readers",
            "did you mean `seat.readers` (policies/council.yaml:15)?",
        ),
        (
            "docs/training/first-day.md",
            "answer: label.notes.question",
            "answer: label.question",
            "did you mean `label.notes.question` (taxonomies/notes/taxonomy.yaml:7)?",
        ),
        (
            "docs/training/first-day.md",
            "answer: label.notes.question",
            "answer: label.notes.complaint",
            "`labelcharter list label` shows those there are",
        ),
        (
            "policies/exceptions/2026.yaml",
            "decision: DEC-0003",
            "decision: DEC-3",
            "did you mean `DEC-0003` (docs/decisions/DEC-0003-rain.md:2)?",
        ),
        (
            "policies/exceptions/2026.yaml",
            "decision: DEC-0003",
            "decision: DEC-0030",
            "`labelcharter list decision` shows those there are",
        ),
        (
            "policies/exceptions/2026.yaml",
            "id: EXC-0001",
            "id: EXCE-0001",
            "did you mean `EXC-0001`?",
        ),
        (
            "policies/escalation.yaml",
            "id: escalation.cry-for-help\n    title: A note",
            "id: escalation.Cry_for_Help\n    title: A note",
            "did you mean `escalation.cry-for-help`?",
        ),
        ("audits/notes/findings.yaml", "value: FR", "value: FRR", "did you mean `FR`?"),
        ("audits/notes/audit.yaml", "[unreadable]", "[unreadible]", "did you mean `unreadable`?"),
        (
            "taxonomies/notes/guidelines.md",
            "  - heading: Question",
            "  - heading: Questions",
            "did you mean `Question`?",
        ),
        (
            "policies/council.yaml",
            "function: counting",
            "function: countin",
            "did you mean `counting`?",
        ),
        (
            "docs/decisions/DEC-0001-limit-of-the-gap.md",
            "registry/objective.equal-answers.md",
            "registry/objective.equal-answer.md",
            "did you mean `objective.equal-answers`?",
        ),
    ],
)
def test_a_slip_of_the_pen_is_met_with_the_word_that_was_meant(
    path: str, old: str, new: str, help_: str
) -> None:
    (found,) = found_in(changed(path, old, new))
    assert found.help == help_


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("treshold", ["threshold", "metric"], "threshold"),
        ("Polarity", ["polarity"], "polarity"),
        ("teh", ["the", "two"], "the"),
        ("no", ["not", "yes"], "not"),
        ("gold", ["term"], None),
        ("", ["a"], "a"),
        ("x", [], None),
        ("ab", ["ba", "ac"], "ac"),
    ],
)
def test_a_word_is_near_within_a_third_of_its_letters(
    word: str, known: list[str], meant: str | None
) -> None:
    assert nearest(word, known) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("label.notes.qestion", "label.notes.question"),
        ("label.note.question", "label.notes.question"),
        ("labels.notes.question", "label.notes.question"),
        ("notes.question", None),
        ("question", "label.notes.question"),
        ("label.question", "label.notes.question"),
        ("metric.label-rate-gp", "metric.label-rate-gap"),
        ("metric.labelrate-gap", "metric.label-rate-gap"),
        ("metric.rate-gap", None),
        ("standard.older-house-rules", None),
        ("metric.beta", None),
        ("label.notes.slur", None),
        ("DEC-0001", "DEC-0001"),
        ("DEC-001", "DEC-0001"),
        ("dec-1", "DEC-0001"),
        ("DEC0001", "DEC-0001"),
        ("DEC-0009", None),
        ("DEC-0010", None),
        ("EXC-0002", None),
    ],
)
def test_an_id_is_near_in_each_of_its_parts_and_a_number_only_when_it_is_the_same(
    word: str, meant: str | None
) -> None:
    assert nearest_id(word, IDS) == meant


@given(st.sampled_from(IDS), st.integers(0, 60), st.sampled_from("abcxyz"))
@settings(deadline=None, max_examples=200, derandomize=True)
def test_one_letter_too_many_in_the_words_of_an_id_is_always_understood(
    identifier: str, at: int, letter: str
) -> None:
    if "." not in identifier:
        return
    head, _, words = identifier.rpartition(".")
    at %= len(words) + 1
    mistyped = f"{head}.{words[:at]}{letter}{words[at:]}"
    near = nearest_id(mistyped, IDS)
    assert near is not None
    assert near == identifier or mistyped in IDS


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_a_far_word_means_nothing(word: str) -> None:
    near = nearest_id(f"metric.{word}", ("metric.q", "metric.label-rate-gap", "DEC-0001"))
    assert near is None
