"""The hash-chained ledger: the same for everybody, and different after any change."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builder import GLOSSARY, SETTINGS, Builder, term, terms

from labelcharter.history.chained import first_difference, ledger_root, read_ledger
from labelcharter.history.timelines import read_history


@pytest.fixture
def grown(repository: Builder) -> Builder:
    """Two terms; one changed, one renamed; a merge; and a message in another alphabet."""
    repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur"), term("gone"))})
    first = repository.commit({GLOSSARY: terms(term("slur", title="Ein Wort"), term("gone"))}, "Ä")
    repository.commit(
        {"policies/objectives/a.yaml": "objectives:\n  - {id: objective.a, title: A}\n"},
        branch="side",
        start=first,
    )
    side = repository.git("rev-parse", "side")
    repository.commit({GLOSSARY: terms(term("slur-word", renamed_from="term.slur"))})
    repository.commit(
        {"policies/objectives/a.yaml": "objectives:\n  - {id: objective.a, title: A}\n"},
        "Merge",
        merge=(side,),
    )
    return repository


def test_each_line_names_the_hash_of_the_line_before_and_the_last_is_the_root(
    grown: Builder,
) -> None:
    ledger = read_ledger(grown.root)
    before = ""
    for line in ledger.lines:
        assert line.endswith(b"\n")
        assert json.loads(line)["before"] == before
        before = hashlib.sha256(line).hexdigest()
    assert before == ledger.root
    assert ledger.root == ledger_root(grown.root, read_history(grown.root))


def test_every_event_stands_in_it_once_oldest_first(grown: Builder) -> None:
    ledger = read_ledger(grown.root)
    told = [json.loads(line) for line in ledger.lines[1:]]
    assert [(entry["kind"], entry["id"]) for entry in told] == [
        ("added", "term.gone"),
        ("added", "term.slur"),
        ("changed", "term.slur"),
        ("retired", "term.gone"),
        ("renamed", "term.slur-word"),
        ("added", "objective.a"),
    ]
    assert [entry["number"] for entry in told] == [1, 2, 3, 4, 5, 6]
    assert ledger.events == 6


def test_a_longer_history_begins_with_the_lines_of_a_shorter_one(grown: Builder) -> None:
    before = read_ledger(grown.root)
    grown.commit({GLOSSARY: terms(term("slur-word", renamed_from="term.slur"), term("new"))})
    after = read_ledger(grown.root)
    assert after.content.startswith(before.content)
    assert after.root != before.root


def test_any_altered_line_is_named(grown: Builder) -> None:
    ledger = read_ledger(grown.root)
    assert first_difference(ledger.content, ledger) is None
    for number in range(1, len(ledger.lines) + 1):
        altered = list(ledger.lines)
        altered[number - 1] = altered[number - 1].replace(b'":"', b'":"x', 1)
        found = first_difference(b"".join(altered), ledger)
        assert found is not None
        assert found.line == number
        shorter = ledger.lines[: number - 1] + ledger.lines[number:]
        found = first_difference(b"".join(shorter), ledger)
        assert found is not None
        assert found.line == number
    more = first_difference(ledger.content + b"{}\n", ledger)
    assert more is not None
    assert (more.line, more.theirs, more.ours) == (len(ledger.lines) + 1, "{}", "")


def test_place_clock_zone_language_and_hash_seed_play_no_part(
    grown: Builder, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "else where" / "Ω"
    elsewhere.parent.mkdir()
    grown.git("clone", "-q", str(grown.root), str(elsewhere))
    program = (
        "import sys, pathlib; from labelcharter.history.chained import read_ledger; "
        "print(read_ledger(pathlib.Path(sys.argv[1])).root)"
    )
    roots = {
        subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            env={**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for folder, zone, language, seed in (
            (grown.root, "Asia/Kathmandu", "C", "1"),
            (elsewhere, "America/St_Johns", "C.UTF-8", "2"),
        )
    }
    assert roots == {read_ledger(grown.root).root}


def test_an_empty_repository_has_a_ledger_without_events(repository: Builder) -> None:
    ledger = read_ledger(repository.root)
    assert ledger.events == 0
    assert ledger.root == hashlib.sha256(ledger.content).hexdigest()


def test_a_sha256_repository_has_a_ledger_too(tmp_path: Path) -> None:
    repository = Builder(tmp_path / "long", object_format="sha256")
    commit = repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur"))})
    ledger = read_ledger(repository.root)
    assert ledger.events == 1
    assert json.loads(ledger.lines[1])["commit"] == commit
