"""The net changes between two states, with the commits that made them."""

import json

import jsonschema
import pytest
from builder import BEN, GLOSSARY, SETTINGS, Builder, objective, objectives, term, terms
from commands import Run, runner

from labelcharter.history.changelog import Changelog, changelog
from labelcharter.history.snapshots import NoSuchState
from labelcharter.registry.schema_files import schema

A, B = "policies/objectives/a.yaml", "policies/objectives/b.yaml"
TAXONOMY = "taxonomies/hate/taxonomy.yaml"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(monkeypatch, capsys)


def told(found: Changelog) -> list[tuple[str, str, list[tuple[str, object, object]]]]:
    return [(d.id, d.kind, [(c.field, c.old, c.new) for c in d.changes]) for d in found.differences]


def between(repository: Builder, old: str = "main~1", new: str = "main") -> Changelog:
    return changelog(repository.root, old, new)


def test_a_changed_field_shows_both_values_and_its_commits(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    second = repository.commit({GLOSSARY: terms(term("slur", title="B"))})
    third = repository.commit({GLOSSARY: terms(term("slur", title="B", definition="D."))})
    fourth = repository.commit({GLOSSARY: terms(term("slur", title="C", definition="D."))})
    found = between(repository, "main~3")
    assert told(found) == [
        (
            "term.slur",
            "changed",
            [("title", "Slur", "C"), ("definition", "What slur means.", "D.")],
        )
    ]
    (difference,) = found.differences
    title, definition = difference.changes
    assert [e.commit for e in difference.made_by(title)] == [fourth, second]
    assert [e.commit for e in difference.made_by(definition)] == [third]
    assert [e.commit for e in difference.events] == [fourth, third, second]


def test_what_was_changed_back_is_no_difference_and_is_named(repository: Builder) -> None:
    for title in ("A", "B", "A"):
        repository.commit({GLOSSARY: terms(term("slur", title=title))})
    found = between(repository, "main~2")
    assert (told(found), found.undone) == ([], ("term.slur",))
    assert between(repository, "main~1").undone == ()


def test_what_came_and_went_again_is_no_difference_and_is_named(repository: Builder) -> None:
    for words in ((), ("brief",), ()):
        repository.commit({GLOSSARY: terms(term("slur"), *map(term, words))})
    found = between(repository, "main~2")
    assert (told(found), found.undone) == ([], ("term.brief",))


def test_new_elements_and_elements_that_went(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("old"))})
    repository.commit({GLOSSARY: terms(term("new"))})
    assert told(between(repository)) == [
        (
            "term.new",
            "added",
            [
                ("title", None, "New"),
                ("definition", None, "What new means."),
                ("status", None, "active"),
            ],
        ),
        ("term.old", "retired", [("file", GLOSSARY, None)]),
    ]


def test_a_status_of_retired_is_a_retirement(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", status="retired"))})
    assert told(between(repository)) == [
        ("term.slur", "retired", [("status", "active", "retired")])
    ]


def test_a_move_is_a_move_and_not_a_loss(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    repository.commit({A: None, B: objectives(objective("one"))})
    assert told(between(repository)) == [("objective.one", "moved", [("file", A, B)])]


def test_two_renames_in_between_are_one(repository: Builder) -> None:
    same = {"title": "X", "definition": "D."}
    repository.commit({GLOSSARY: terms(term("a", **same))})
    repository.commit({GLOSSARY: terms(term("b", **same, renamed_from="term.a"))})
    repository.commit({GLOSSARY: terms(term("c", **same, renamed_from="term.b"))})
    assert told(between(repository, "main~2")) == [
        ("term.c", "renamed", [("id", "term.a", "term.c")])
    ]


def test_an_id_that_is_new_and_names_nothing_old_is_new(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"))})
    repository.commit({GLOSSARY: terms(term("b"))})
    assert [(i, k) for i, k, _ in told(between(repository))] == [
        ("term.a", "retired"),
        ("term.b", "added"),
    ]


def test_a_file_that_cannot_be_read_does_not_retire_what_it_holds(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title='"A'))})
    found = between(repository)
    assert told(found) == []
    assert found.stale.keys() == {GLOSSARY}
    assert found.undone == ()


def test_states_in_the_wrong_order_are_refused_with_the_right_one(repository: Builder) -> None:
    for title in ("A", "B"):
        repository.commit({GLOSSARY: terms(term("slur", title=title))})
    with pytest.raises(NoSuchState, match="labelcharter changelog main~1 main"):
        between(repository, "main", "main~1")


def test_the_same_state_twice_has_no_difference(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    assert told(between(repository, "main", "main")) == []


def test_two_branches_are_compared_and_said_not_to_follow_each_other(repository: Builder) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title="Side"))}, branch="side", start=first)
    repository.commit({GLOSSARY: terms(term("slur", title="Main"))})
    found = between(repository, "main", "side")
    assert not found.straight
    assert told(found) == [("term.slur", "changed", [("title", "Main", "Side")])]
    assert between(repository, first, "side").straight


def taxonomy(version: str, question: str) -> str:
    return f'id: taxonomy.hate\ntitle: Hate\nversion: "{version}"\nquestion: {question}\n'


@pytest.fixture
def versions(repository: Builder) -> tuple[Builder, list[str]]:
    """1.0.0, an edit, 1.1.0, an edit."""
    states = (("1.0.0", "A?"), ("1.0.0", "B?"), ("1.1.0", "B?"), ("1.1.0", "C?"))
    made = [
        repository.commit(
            {"labelcharter.yaml": SETTINGS, TAXONOMY: taxonomy(*state)},
            f"To {state}\n\nDecision: DEC-000{n}\n",
            author=BEN,
        )
        for n, state in enumerate(states, 1)
    ]
    repository.check_out()
    return repository, made


def test_a_version_means_the_landing_that_set_it(versions: tuple[Builder, list[str]]) -> None:
    repository, made = versions
    found = changelog(repository.root, "taxonomy.hate@1.0.0", "taxonomy.hate@1.1.0")
    assert (found.old.commit, found.new.commit) == (made[0], made[2])
    assert told(found) == [
        ("taxonomy.hate", "changed", [("version", "1.0.0", "1.1.0"), ("question", "A?", "B?")])
    ]


def test_an_unknown_version_is_refused_and_the_known_ones_are_named(
    versions: tuple[Builder, list[str]],
) -> None:
    with pytest.raises(NoSuchState, match=r"`taxonomy.hate@1.0.0`, `taxonomy.hate@1.1.0`"):
        changelog(versions[0].root, "taxonomy.hate@2.0.0", "main")


def test_the_command_tells_fields_commits_and_decisions(
    versions: tuple[Builder, list[str]], run: Run
) -> None:
    repository, made = versions
    status, out, err = run(repository.root, "changelog", "taxonomy.hate@1.0.0", "main")
    assert (status, err) == (0, "")
    assert "Taxonomy “Hate” (taxonomy.hate): changed" in out
    assert "    question: A? → C?\n" in out
    assert f"· 2025-10-12 {made[3][:12]} Ben: To ('1.1.0', 'C?') [DEC-0004]" in out
    _, out, _ = run(repository.root, "changelog", "2025-10-09", "2025-10-12", "--format", "json")
    data = json.loads(out)
    jsonschema.validate(data, schema("output-changelog"))
    (element,) = data["elements"]
    assert [c["field"] for c in element["changes"]] == ["version", "question"]
    assert element["changes"][1]["commits"] == [made[3], made[1]]
    assert [c["decision"] for c in element["commits"]] == ["DEC-0004", "DEC-0003", "DEC-0002"]


def test_the_command_says_what_was_undone_and_what_could_not_be_read(
    repository: Builder, run: Run
) -> None:
    for title in ("A", "B", "A", '"A'):
        repository.commit(
            {"labelcharter.yaml": SETTINGS, GLOSSARY: terms(term("slur", title=title))}
        )
    repository.check_out()
    _, out, _ = run(repository.root, "changelog", "main~3", "main")
    assert "term.slur: changed in between, and changed back" in out
    assert f"{GLOSSARY} could not be read, so its last good values stand" in out
    assert "Nothing is different." in out
