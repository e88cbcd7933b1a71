"""From which commit each part of a present value comes."""

import json
from typing import Any

import jsonschema
import pytest
from builder import ADA, BEN, GLOSSARY, SETTINGS, Builder, objective, objectives, term, terms
from commands import Run, runner

from labelcharter.history.blame import Blame, blame, newest_first
from labelcharter.history.timelines import read_history
from labelcharter.registry.schema_files import schema

A, B = "policies/objectives/a.yaml", "policies/objectives/b.yaml"
DECISION = "docs/decisions/DEC-0001-x.md"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def blamed(repository: Builder, identifier: str) -> Blame:
    return blame(repository.root, read_history(repository.root), identifier)


def origins(repository: Builder, identifier: str) -> list[tuple[str, Any, str]]:
    """(field, value, commit) of each part."""
    found = blamed(repository, identifier)
    return [(line.field, line.value, line.event.commit) for line in found.lines]


def test_each_field_names_the_commit_that_gave_it_its_present_value(repository: Builder) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur"))})
    second = repository.commit({GLOSSARY: terms(term("slur", title="A slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title="A slur"), term("other"))})
    assert origins(repository, "term.slur") == [
        ("id", "term.slur", first),
        ("title", "A slur", second),
        ("definition", "What slur means.", first),
        ("status", "active", first),
    ]


def test_a_value_that_was_changed_and_changed_back_comes_from_the_last_change(
    repository: Builder,
) -> None:
    made = [
        repository.commit({GLOSSARY: terms(term("slur", title=title))}) for title in ("A", "B", "A")
    ]
    assert ("title", "A", made[2]) in origins(repository, "term.slur")


def test_only_the_writing_changed_and_the_origin_stays(repository: Builder) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur", title="A slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title='"A slur"'))})
    assert ("title", "A slur", first) in origins(repository, "term.slur")


def test_a_move_to_another_file_changes_no_origin(repository: Builder) -> None:
    first = repository.commit({A: objectives(objective("one"))})
    second = repository.commit({A: None, B: objectives(objective("one", title="First"))})
    found = origins(repository, "objective.one")
    assert ("title", "First", second) in found
    assert ("context", "Why one matters.", first) in found
    assert ("id", "objective.one", first) in found


def test_a_rename_keeps_the_origins_and_is_the_origin_of_the_id(repository: Builder) -> None:
    fields = {"definition": "The same.", "title": "Slur"}
    first = repository.commit({GLOSSARY: terms(term("slur", **fields))})
    renamed = repository.commit(
        {GLOSSARY: terms(term("slur-word", **fields, renamed_from="term.slur"))}
    )
    found = origins(repository, "term.slur-word")
    assert ("definition", "The same.", first) in found
    assert ("id", "term.slur-word", renamed) in found
    assert ("renamed_from", "term.slur", renamed) in found


def test_items_with_names_are_followed_by_name_and_others_by_what_they_hold(
    repository: Builder,
) -> None:
    def page(*lines: str) -> str:
        return objectives("  - id: objective.one\n    title: One\n" + "".join(lines))

    plain = "    harms: [first, second]\n"
    named = "    states: [{value: a, meaning: A}, {value: b, meaning: B}]\n"
    first = repository.commit({A: page(plain, named)})
    second = repository.commit(
        {
            A: page(
                "    harms: [third, second]\n",
                "    states: [{value: c, meaning: C}, {value: b, meaning: Bb}, {value: a, "
                "meaning: A}]\n",
            )
        }
    )
    found = origins(repository, "objective.one")
    assert ("harms", "third", second) in found
    assert ("harms", "second", first) in found
    assert ("states[a].meaning", "A", first) in found
    assert ("states[b].meaning", "Bb", second) in found
    assert ("states[b].value", "b", first) in found
    assert ("states[c].meaning", "C", second) in found


def test_a_text_is_blamed_section_by_section(repository: Builder) -> None:
    def decision(why: str) -> str:
        return f"---\nid: DEC-0001\ntitle: X\n---\n\n## Context\n\nIt was.\n\n## Why\n\n{why}\n"

    first = repository.commit({DECISION: decision("Because.")})
    second = repository.commit({DECISION: decision("Because they asked.")})
    found = origins(repository, "DEC-0001")
    assert ("body: Context", "It was.", first) in found
    assert ("body: Why", "Because they asked.", second) in found


def test_a_version_that_could_not_be_read_is_no_origin(repository: Builder) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title='"A'))})
    third = repository.commit({GLOSSARY: terms(term("slur", definition="New."))})
    found = origins(repository, "term.slur")
    assert ("title", "Slur", first) in found
    assert ("definition", "New.", third) in found


def test_what_left_and_came_back_keeps_its_origins_and_says_that_it_was_away(
    repository: Builder,
) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: None})
    back = repository.commit({GLOSSARY: terms(term("slur", title="Back"))})
    found = blamed(repository, "term.slur")
    assert [event.commit for event in found.came_back] == [back]
    assert ("definition", "What slur means.", first) in origins(repository, "term.slur")
    assert ("title", "Back", back) in origins(repository, "term.slur")


def test_what_never_left_says_so(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    assert blamed(repository, "term.slur").came_back == ()


def test_a_merge_is_the_origin_of_what_it_brought(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    start = repository.git("rev-parse", "main")
    final = {GLOSSARY: terms(term("slur", title="Final"))}
    side = repository.commit(final, branch="side", start=start)
    merge = repository.commit(final, "Merge side", merge=(side,))
    assert ("title", "Final", merge) in origins(repository, "term.slur")


def test_every_blamed_value_is_in_the_file_of_its_commit(repository: Builder) -> None:
    """Asked of git: the file of each commit holds the value, and that of the one before not."""
    for title, definition in (("A1", "D1"), ("A2", "D1"), ("A2", "D2"), ("A3", "D2")):
        repository.commit({GLOSSARY: terms(term("slur", title=title, definition=definition))})
    for line in blamed(repository, "term.slur").lines:
        file = repository.git("show", f"{line.event.commit}:{GLOSSARY}")
        before = repository.git("log", "--format=%H", line.event.commit).splitlines()[1:2]
        assert str(line.value) in file
        if before:
            assert str(line.value) not in repository.git("show", f"{before[0]}:{GLOSSARY}")


def test_newest_first_puts_the_last_change_on_top(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    last = repository.commit({GLOSSARY: terms(term("slur", status="retired"))})
    history = read_history(repository.root)
    found = blame(repository.root, history, "term.slur")
    assert newest_first(found.lines, history, "term.slur")[0].event.commit == last


def test_the_command_prints_who_when_why_and_the_json_of_its_schema(
    repository: Builder, run: Run
) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur"))}, "First")
    made = repository.commit(
        {GLOSSARY: terms(term("slur", title="A slur"))}, "Title\n\nDecision: DEC-0007\n", author=BEN
    )
    repository.check_out()
    status, out, err = run(repository.root, "blame", "term.slur")
    assert (status, err) == (0, "")
    assert f"2025-10-10  {made[:12]}  {BEN}  Title  [DEC-0007]\n    title: A slur\n" in out
    assert f"{ADA}  First\n    id: term.slur\n" in out
    _, out, _ = run(repository.root, "blame", "term.slur", "--order", "newest", "--format", "json")
    data = json.loads(out)
    jsonschema.validate(data, schema("output-blame"))
    assert data["fields"][0] == {
        "field": "title",
        "value": "A slur",
        "commit": made,
        "time": "2025-10-10T08:53:20Z",
        "in_force_since": "2025-10-10T08:53:20Z",
        "author": BEN,
        "decision": "DEC-0007",
        "subject": "Title",
        "id_then": "term.slur",
        "path_then": GLOSSARY,
    }


def test_the_command_says_what_next_for_what_is_gone_new_or_unknown(
    repository: Builder, run: Run
) -> None:
    files = {"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur"), term("gone"))}
    repository.commit(files)
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.check_out()
    glossary = repository.root / GLOSSARY
    glossary.write_text(glossary.read_text().replace("Slur", "Edited") + term("new"))
    assert "labelcharter history term.gone" in run(repository.root, "blame", "term.gone")[2]
    assert "not committed yet" in run(repository.root, "blame", "term.new")[2]
    status, out, err = run(repository.root, "blame", "term.slurr")
    assert (status, out) == (2, "")
    assert "Did you mean `term.slur`?" in err
    status, out, err = run(repository.root, "blame", "term.slur")
    assert status == 0
    assert "changes here that are not committed" in err
    assert "title: Slur" in out


def test_a_former_id_is_answered_with_the_present_one(repository: Builder, run: Run) -> None:
    repository.commit({"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur-word", renamed_from="term.slur"))})
    repository.check_out()
    assert run(repository.root, "blame", "term.slur")[1].startswith("term.slur-word: ")
