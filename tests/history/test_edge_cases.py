"""The odd things that real repositories hold, each with its ordinary twin.

The ways to write the same, versions that cannot be read, and foreign settings have tests of their
own (`test_element_events.py`, `test_safe_git.py`); merges in `test_branches_and_roots.py`,
identity in `test_cautions.py`.
"""

import pytest
from builder import GLOSSARY, Builder, Link, Submodule, objective, objectives, term, terms
from reading_back import changes, events_of, kinds_of

from labelcharter.history import git
from labelcharter.history.timelines import read_history

A, B, C = (f"policies/objectives/{name}.yaml" for name in "abc")
TAXONOMY = "taxonomies/hate/taxonomy.yaml"


def taxonomy(version: str, *labels: str, minutes: str = "") -> str:
    items = "".join(f"  - id: label.hate.{w}\n    title: {w.title()}\n" for w in labels)
    return f"id: taxonomy.hate\ntitle: Hate\nversion: {version}\n{minutes}labels:\n{items}"


def test_elements_in_another_order_are_no_event(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    repository.commit({GLOSSARY: terms(term("hate"), term("slur"))})
    assert kinds_of(repository, "term.slur") == kinds_of(repository, "term.hate") == ["added"]


def test_nested_elements_in_another_order_change_what_holds_them_and_no_more(
    repository: Builder,
) -> None:
    repository.commit({TAXONOMY: taxonomy("'1.0.0'", "a", "b")})
    repository.commit({TAXONOMY: taxonomy("'1.0.0'", "b", "a")})
    newest, _ = events_of(repository, "taxonomy.hate")
    (change,) = newest.changes
    assert change.field == "labels: order"
    assert kinds_of(repository, "label.hate.a") == kinds_of(repository, "label.hate.b") == ["added"]


def test_a_file_with_other_capitals_has_moved(repository: Builder) -> None:
    upper = "policies/objectives/A.yaml"
    repository.commit({upper: objectives(objective("one"))})
    repository.commit({upper: None, A: objectives(objective("one"))})
    newest, _ = events_of(repository, "objective.one")
    assert (newest.kind, changes(newest)) == ("moved", [("file", upper, A)])


def test_a_file_taken_apart_moves_only_what_left_it(repository: Builder) -> None:
    one, two, three = map(objective, ("one", "two", "three"))
    repository.commit({A: objectives(one, two, three)})
    repository.commit({A: objectives(one), B: objectives(two), C: objectives(three)})
    assert kinds_of(repository, "objective.one") == ["added"]
    assert changes(events_of(repository, "objective.two")[0]) == [("file", A, B)]
    assert changes(events_of(repository, "objective.three")[0]) == [("file", A, C)]


def test_files_put_together_move_what_came(repository: Builder) -> None:
    one, two = map(objective, ("one", "two"))
    repository.commit({A: objectives(one), B: objectives(two)})
    repository.commit({A: objectives(one, two), B: None})
    assert kinds_of(repository, "objective.one") == ["added"]
    assert changes(events_of(repository, "objective.two")[0]) == [("file", B, A)]


def test_two_files_that_swap_their_names_move_both(repository: Builder) -> None:
    one, two = objectives(objective("one")), objectives(objective("two"))
    repository.commit({A: one, B: two})
    repository.commit({A: two, B: one})
    assert changes(events_of(repository, "objective.one")[0]) == [("file", A, B)]
    assert changes(events_of(repository, "objective.two")[0]) == [("file", B, A)]


def test_an_equal_copy_that_is_taken_out_again_was_no_event(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    repository.commit({B: objectives(objective("one"))})
    repository.commit({B: None})
    assert kinds_of(repository, "objective.one") == ["added"]


def test_a_copy_that_differs_is_told_and_what_it_replaced_too(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    repository.commit({B: objectives(objective("one", title="Other"))})
    repository.commit({A: None})
    moved, twice, _ = events_of(repository, "objective.one")
    assert (twice.kind, changes(twice)) == ("changed", [("file", A, f"{A} and {B}")])
    assert (moved.kind, changes(moved)) == (
        "moved",
        [("file", f"{A} and {B}", B), ("title", "One", "Other")],
    )


def test_a_copy_that_begins_to_differ_is_told_then(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    repository.commit({B: objectives(objective("one"))})
    repository.commit({B: objectives(objective("one", title="Other"))})
    newest, _ = events_of(repository, "objective.one")
    assert changes(newest) == [("file", A, f"{A} and {B}")]


def test_a_move_over_two_commits_in_a_branch_is_one_move_of_the_merge(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    start = repository.git("rev-parse", "main")
    repository.commit({B: objectives(objective("one"))}, branch="side", start=start)
    side = repository.commit({A: None}, branch="side")
    moved = {A: None, B: objectives(objective("one"))}
    merge = repository.commit(moved, "Merge side", merge=(side,))
    newest, _ = events_of(repository, "objective.one")
    assert (newest.commit, changes(newest)) == (merge, [("file", A, B)])


def test_a_chain_of_renames_is_one_past(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"))})
    for old, new in (("a", "b"), ("b", "c"), ("c", "d")):
        repository.commit({GLOSSARY: terms(term(new, renamed_from=f"term.{old}"))})
    assert kinds_of(repository, "term.d") == ["added", "renamed", "renamed", "renamed"]
    assert kinds_of(repository, "term.b") == ["added", "renamed", "renamed"]


def test_renaming_there_and_back_many_times_is_told_once_each(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"))})
    for _ in range(20):
        repository.commit({GLOSSARY: terms(term("b", renamed_from="term.a"))})
        repository.commit({GLOSSARY: terms(term("a", renamed_from="term.b"))})
    assert kinds_of(repository, "term.a") == ["added", *["renamed"] * 40]


def test_a_version_written_as_a_number_is_compared_as_it_is_written(repository: Builder) -> None:
    repository.commit({TAXONOMY: taxonomy("1.10", "a")})
    repository.commit({TAXONOMY: taxonomy("1.1", "a")})
    newest, _ = events_of(repository, "taxonomy.hate")
    assert [(c.field, str(c.old), str(c.new)) for c in newest.changes] == [
        ("version", "1.10", "1.1")
    ]


def test_a_version_that_only_got_its_quotes_has_not_changed(repository: Builder) -> None:
    repository.commit({TAXONOMY: taxonomy("1.10", "a")})
    repository.commit({TAXONOMY: taxonomy("'1.10'", "a")})
    assert kinds_of(repository, "taxonomy.hate") == ["added"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("NO", "'NO'"), ("012", "'012'"), ("1:30", "'1:30'"), ("2026-01-01", "'2026-01-01'")],
)
def test_words_that_older_yaml_took_for_something_else_are_text(
    repository: Builder, old: str, new: str
) -> None:
    repository.commit({GLOSSARY: terms(term("slur", title=old))})
    repository.commit({GLOSSARY: terms(term("slur", title=new))})
    assert kinds_of(repository, "term.slur") == ["added"]


@pytest.mark.parametrize(("old", "new"), [("012", "12"), ("NO", "false"), ("1:30", "90")])
def test_and_are_never_equal_to_that_something_else(
    repository: Builder, old: str, new: str
) -> None:
    repository.commit({GLOSSARY: terms(term("slur", title=old))})
    repository.commit({GLOSSARY: terms(term("slur", title=new))})
    assert kinds_of(repository, "term.slur") == ["added", "changed"]


@pytest.mark.parametrize(("new", "kinds"), [("0.8", ["added"]), ("0.81", ["added", "changed"])])
def test_a_number_with_a_last_zero_is_the_same_number(
    repository: Builder, new: str, kinds: list[str]
) -> None:
    path = "policies/quality-gates.yaml"
    gates = "gates:\n  - id: gate.agreement\n    title: Agreement\n    threshold: {}\n"
    repository.commit({path: gates.format("0.80")})
    repository.commit({path: gates.format(new)})
    assert kinds_of(repository, "gate.agreement") == kinds


def test_a_field_that_a_newer_schema_renamed_has_not_changed(repository: Builder) -> None:
    path = "policies/feedback/forum.yaml"

    def feedback(day: str, severity: str = "major") -> str:
        return (
            "feedback:\n  - id: FB-0001\n    title: Too strict\n"
            f"    triage: {{by: seat.support, {day}: 2026-05-05, severity: {severity}}}\n"
        )

    repository.commit({path: feedback("on")})
    repository.commit({path: feedback("triaged_on")})
    assert kinds_of(repository, "FB-0001") == ["added"]
    repository.commit({path: feedback("triaged_on", "minor")})
    assert changes(events_of(repository, "FB-0001")[0]) == [("triage.severity", "major", "minor")]


def test_what_changes_together_with_a_renamed_field_is_told(repository: Builder) -> None:
    path = "policies/feedback/forum.yaml"
    old = "feedback:\n  - id: FB-0001\n    triage: {by: seat.support, on: 2026-05-05}\n"
    repository.commit({path: old})
    repository.commit({path: old.replace("on: 2026-05-05", "triaged_on: 2026-05-06")})
    assert changes(events_of(repository, "FB-0001")[0]) == [
        ("triage.triaged_on", "2026-05-05", "2026-05-06")
    ]


@pytest.mark.parametrize("other", [Link("../elsewhere.yaml"), Submodule("1" * 40)])
def test_a_file_that_became_something_else_is_gone_until_it_is_a_file_again(
    repository: Builder, other: Link | Submodule
) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: other})
    repository.commit({GLOSSARY: terms(term("slur"))})
    assert kinds_of(repository, "term.slur") == ["added", "retired", "added"]
    assert changes(events_of(repository, "term.slur")[0]) == [("file", None, GLOSSARY)]


def test_links_and_submodules_beside_the_files_are_not_read(repository: Builder) -> None:
    files = {
        GLOSSARY: terms(term("slur")),
        A: Link("b.yaml"),
        "policies/objectives/vendor": Submodule("1" * 40),
    }
    repository.commit(files)
    repository.commit({"policies/objectives/vendor": Submodule("2" * 40)})
    assert set(read_history(repository.root).events) == {"term.slur"}


def test_a_path_that_is_not_utf_8_can_be_left_and_entered(repository: Builder) -> None:
    odd = b"policies/objectives/caf\xe9.yaml"
    repository.commit({odd: objectives(objective("one"))})
    repository.commit({odd: None, A.encode(): objectives(objective("one"))})
    newest, _ = events_of(repository, "objective.one")
    assert changes(newest) == [("file", r"policies/objectives/caf\xe9.yaml", A)]


def test_a_detached_head_is_read_as_the_commit_it_stands_on(repository: Builder) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title="A"))})
    assert len(events_of(repository, "term.slur")) == 2
    repository.git("checkout", "-q", "--detach", first)
    history = read_history(repository.root)
    assert (history.commit, len(history.events["term.slur"])) == (first, 1)


def test_a_changed_working_tree_changes_no_history(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.check_out()
    before = read_history(repository.root)
    (repository.root / GLOSSARY).write_text(terms(term("slur", title="Not committed")))
    repository.git("add", "-A")
    assert read_history(repository.root) == before


def test_a_release_tag_rests_on_the_newest_commit_of_the_mainline_in_it(
    repository: Builder,
) -> None:
    first = repository.commit({GLOSSARY: terms(term("slur"))})
    second = repository.commit({GLOSSARY: terms(term("slur", title="A"))})
    fix = repository.commit({"README.md": "fix"}, branch="release", start=first)
    apart = repository.commit({"README.md": "apart"}, branch="apart")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    repository.git(*who, "tag", "-a", "-m", "One", "v1", fix)
    repository.git("tag", "v2", second)
    line = [first, second]
    for name, expected in (("v1", first), ("v2", second), (apart, None)):
        commit = git.resolve(repository.root, name)
        assert git.newest_contained(repository.root, line, commit) == expected


def test_a_tag_of_a_file_is_no_release(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.git("tag", "file", f"main:{GLOSSARY}")
    with pytest.raises(git.UnsafeRef):
        git.resolve(repository.root, "file")
