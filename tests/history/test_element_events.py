"""What a commit did to an element: the story that a reader of its history must get."""

import pytest
from builder import ADA, BEN, GLOSSARY, Builder, Link, objective, objectives, term, terms
from reading_back import changes, events_of, kinds_of

from labelcharter.history.timelines import read_history

A, B = "policies/objectives/a.yaml", "policies/objectives/b.yaml"


def test_an_element_begins_with_all_its_fields(repository: Builder) -> None:
    made = repository.commit({GLOSSARY: terms(term("slur"))}, "policy: what a slur is")
    (event,) = events_of(repository, "term.slur")
    assert (event.kind, event.commit, event.path) == ("added", made, GLOSSARY)
    assert changes(event) == [
        ("title", None, "Slur"),
        ("definition", None, "What slur means."),
        ("status", None, "active"),
    ]


def test_a_changed_field_shows_its_old_and_its_new_value(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    repository.commit({GLOSSARY: terms(term("slur", definition="A word."), term("hate"))})
    newest, _ = events_of(repository, "term.slur")
    assert (newest.kind, changes(newest)) == (
        "changed",
        [("definition", "What slur means.", "A word.")],
    )
    assert kinds_of(repository, "term.hate") == ["added"]


def test_events_stand_newest_first_with_who_when_and_why(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))}, "First")
    repository.commit(
        {GLOSSARY: terms(term("slur", title="A slur"))},
        "policy: title\n\nBecause people asked.\n\nDecision: DEC-0007\n",
        author=BEN,
    )
    newest, oldest = events_of(repository, "term.slur")
    assert (newest.subject, newest.decision) == ("policy: title", "DEC-0007")
    assert (newest.author, newest.committer, newest.signature) == (BEN, ADA, "none")
    assert newest.time.isoformat() == "2025-10-10T08:53:20+00:00"
    assert (oldest.subject, oldest.decision) == ("First", None)


def test_a_merge_is_one_event_that_names_the_merge(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    start = repository.git("rev-parse", "main")
    draft = repository.commit(
        {GLOSSARY: terms(term("slur", title="Draft"))}, branch="side", start=start
    )
    final = {GLOSSARY: terms(term("slur", title="Final"))}
    side = repository.commit(final, branch="side")
    merge = repository.commit(final, "Merge side", merge=(side,))
    newest, oldest = events_of(repository, "term.slur")
    assert newest.commit == merge
    assert changes(newest) == [("title", "Slur", "Final")]
    assert oldest.commit not in (draft, side)


def test_a_merge_that_brings_nothing_of_an_element_is_no_event_of_it(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    start = repository.git("rev-parse", "main")
    side = repository.commit({"README.md": "read me"}, branch="side", start=start)
    repository.commit({"README.md": "read me"}, "Merge side", merge=(side,))
    assert kinds_of(repository, "term.slur") == ["added"]


def test_a_squash_names_the_decision_of_the_commits_in_it(repository: Builder) -> None:
    message = (
        "Sharpen the slur rule (#12)\n\n* Draft\n\nDecision: DEC-0003\n\n"
        "* Words\n\nCo-authored-by: Ben <ben@example.org>\n"
    )
    repository.commit({GLOSSARY: terms(term("slur"))}, message)
    (event,) = events_of(repository, "term.slur")
    assert event.decision == "DEC-0003"


def test_an_element_put_into_another_file_has_moved(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"), objective("two")), B: objectives()})
    repository.commit(
        {A: objectives(objective("one")), B: objectives(objective("two", title="Second"))}
    )
    newest, _ = events_of(repository, "objective.two")
    assert newest.kind == "moved"
    assert changes(newest) == [("file", A, B), ("title", "Two", "Second")]
    assert kinds_of(repository, "objective.one") == ["added"]


def test_a_renamed_file_moves_what_it_holds(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    repository.commit({A: None, B: objectives(objective("one"))})
    newest, _ = events_of(repository, "objective.one")
    assert (newest.kind, changes(newest)) == ("moved", [("file", A, B)])


def test_a_move_in_two_commits_is_one_move(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    repository.commit({B: objectives(objective("one"))})
    assert kinds_of(repository, "objective.one") == ["added"]
    last = repository.commit({A: None})
    assert kinds_of(repository, "objective.one") == ["added", "moved"]
    moved = events_of(repository, "objective.one")[0]
    assert (moved.commit, changes(moved)) == (last, [("file", A, B)])


def test_a_renamed_element_keeps_its_past(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))}, "First")
    repository.commit(
        {GLOSSARY: terms(term("slur-word", title="Slur", renamed_from="term.slur"))}, "Rename"
    )
    repository.commit(
        {GLOSSARY: terms(term("slur-word", title="Word", renamed_from="term.slur"))}, "Title"
    )
    assert kinds_of(repository, "term.slur-word") == ["added", "renamed", "changed"]
    assert kinds_of(repository, "term.slur") == ["added", "renamed"]
    renamed = events_of(repository, "term.slur-word")[1]
    assert changes(renamed) == [
        ("id", "term.slur", "term.slur-word"),
        ("definition", "What slur means.", "What slur-word means."),
    ]


def test_an_element_with_a_new_id_and_no_word_about_it_is_another(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur-word"))})
    assert kinds_of(repository, "term.slur-word") == ["added"]
    assert kinds_of(repository, "term.slur") == ["added", "retired"]


def test_a_rename_that_is_owned_up_to_later_joins_both_pasts(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur-word"))})
    repository.commit({GLOSSARY: terms(term("slur-word", renamed_from="term.slur"))})
    assert kinds_of(repository, "term.slur-word") == ["added", "retired", "added", "changed"]


def test_renaming_there_and_back_again_ends(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"))})
    repository.commit({GLOSSARY: terms(term("b", renamed_from="term.a"))})
    repository.commit({GLOSSARY: terms(term("a", renamed_from="term.b"))})
    assert kinds_of(repository, "term.a") == ["added", "renamed", "renamed"]
    assert kinds_of(repository, "term.b") == ["added", "renamed", "renamed"]


def test_two_elements_that_swap_ids_do_not_run_in_a_circle(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"), term("b"))})
    swapped = terms(term("a", renamed_from="term.b"), term("b", renamed_from="term.a"))
    repository.commit({GLOSSARY: swapped})
    assert kinds_of(repository, "term.a").count("added") == 2


def test_two_elements_made_one_bring_both_pasts(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"))})
    repository.commit({GLOSSARY: terms(term("a"), term("b"))})
    repository.commit({GLOSSARY: terms(term("c", renamed_from="[term.a, term.b]"))})
    assert kinds_of(repository, "term.c") == ["added", "added", "renamed"]
    newest = events_of(repository, "term.c")[0]
    assert changes(newest)[0] == ("id", ["term.a", "term.b"], "term.c")


def test_a_tombstone_is_a_retirement(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", status="retired", retired_because="Unclear."))})
    newest, _ = events_of(repository, "term.slur")
    assert newest.kind == "retired"
    assert ("status", "active", "retired") in changes(newest)


def test_what_vanishes_without_a_tombstone_says_so(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: None})
    newest, _ = events_of(repository, "term.slur")
    assert (newest.kind, newest.path) == ("retired", GLOSSARY)
    assert changes(newest) == [("file", GLOSSARY, None)]


def test_what_was_taken_out_and_came_back_is_compared_with_its_last_version(
    repository: Builder,
) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("hate"))})
    repository.commit({GLOSSARY: terms(term("hate"))})
    repository.commit({GLOSSARY: terms(term("slur", title="A slur"), term("hate"))})
    assert kinds_of(repository, "term.slur") == ["added", "retired", "added"]
    assert changes(events_of(repository, "term.slur")[0]) == [
        ("file", None, GLOSSARY),
        ("title", "Slur", "A slur"),
    ]


def test_a_renamed_element_that_comes_back_is_not_renamed_again(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("a"))})
    repository.commit({GLOSSARY: terms(term("b", renamed_from="term.a"))})
    repository.commit({GLOSSARY: None})
    repository.commit({GLOSSARY: terms(term("b", renamed_from="term.a"))})
    assert kinds_of(repository, "term.b") == ["added", "renamed", "retired", "added"]


REWRITTEN = {
    "a comment": "terms:\n  # here\n" + term("slur"),
    "quotes": terms(term("slur", title='"Slur"')),
    "folded text": terms(term("slur", definition=">-\n      What slur\n      means.")),
    "a last line break": terms(term("slur", definition="|\n      What slur means.")),
    "flow style": 'terms: [{id: term.slur, title: Slur, definition: "What slur means.", '
    "status: active}]\n",
    "another order of the fields": "terms:\n  - status: active\n    definition: What slur means.\n"
    "    title: Slur\n    id: term.slur\n",
    "carriage returns": terms(term("slur")).replace("\n", "\r\n"),
    "a byte-order mark": "\ufeff" + terms(term("slur")),
    "a remark of the file": "note: about all\n" + terms(term("slur")),
}


@pytest.mark.parametrize("written", REWRITTEN.values(), ids=REWRITTEN.keys())
def test_another_way_to_write_the_same_is_no_event(repository: Builder, written: str) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: written})
    assert kinds_of(repository, "term.slur") == ["added"]


def test_another_mode_of_the_file_is_no_event(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.check_out()
    (repository.root / GLOSSARY).chmod(0o755)
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    repository.git(*who, "commit", "-q", "-a", "-m", "Mode")
    assert len(repository.git("rev-list", "main").split()) == 2
    assert kinds_of(repository, "term.slur") == ["added"]


UNREADABLE = {
    "a quote that never ends": (terms(term("slur", title='"Slur')), "never closed"),
    "a key given twice": (
        terms(term("slur") + "    title: Again\n"),
        "line 6: `title` is given twice",
    ),
    "an anchor": (terms(term("slur", title="&name Slur")), "line 3"),
    "a tag": (terms(term("slur", title="!include other.yaml")), "line 3"),
    "a second document": (terms(term("slur")) + "---\nterms: []\n", "second YAML document"),
    "bytes that are not UTF-8": (terms(term("slur")).encode() + b"# \xff\n", "not UTF-8"),
    "no text at all": ("", "empty"),
    "a list": ("- one\n", "a list"),
    "a key that is a list": (terms(term("slur")) + "? [a, b]\n: c\n", "line 6"),
    "thirty thousand brackets": ("[" * 30_000, "64 levels"),
    "more than a mebibyte": ("x" * (1 << 20) + "x", "1,048,577 bytes"),
    "a NUL character": (terms(term("slur", title='"\0"')), "NUL"),
}


@pytest.mark.parametrize(("content", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_version_that_cannot_be_read_says_why_and_keeps_the_last_good_values(
    repository: Builder, content: str | bytes, reason: str
) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: content})
    newest, _ = events_of(repository, "term.slur")
    ((field, before, why),) = changes(newest)
    assert (newest.kind, field, before) == ("unreadable", "unreadable", None)
    assert reason in why
    history = read_history(repository.root)
    assert history.present["term.slur"].data["title"] == "Slur"


def test_what_can_be_read_again_is_compared_with_the_last_good_values(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title='"Slur'))})
    repository.commit({GLOSSARY: terms(term("slur", title="A slur"))})
    newest, broken, _ = events_of(repository, "term.slur")
    reason = broken.changes[0].new
    assert (newest.kind, changes(newest)) == (
        "changed",
        [("title", "Slur", "A slur"), ("unreadable", reason, None)],
    )


def test_a_file_that_stays_unreadable_for_the_same_reason_is_told_once(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: terms(term("slur", title='"Slur'))})
    repository.commit({GLOSSARY: terms(term("slur", title='"A slur'))})
    assert kinds_of(repository, "term.slur") == ["added", "unreadable"]


def test_an_element_that_was_first_written_unreadably_begins_when_it_is_mended(
    repository: Builder,
) -> None:
    repository.commit({GLOSSARY: terms(term("slur", title='"Slur'))})
    repository.commit({GLOSSARY: terms(term("slur"))})
    (event,) = events_of(repository, "term.slur")
    assert event.kind == "added"
    assert changes(event)[-1][0] == "unreadable"


def test_an_impossible_date_is_text_like_any_other(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one", review_by="2026-02-28"))})
    repository.commit({A: objectives(objective("one", review_by="2026-02-30"))})
    newest, _ = events_of(repository, "objective.one")
    assert changes(newest) == [("review_by", "2026-02-28", "2026-02-30")]


def test_an_id_used_twice_in_a_file_is_the_first_one(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"), term("slur", title="Other"))})
    (event,) = events_of(repository, "term.slur")
    assert ("title", None, "Slur") in changes(event)


def test_a_file_that_became_a_symbolic_link_is_gone(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    repository.commit({GLOSSARY: Link("../secrets.yaml")})
    newest, _ = events_of(repository, "term.slur")
    assert changes(newest) == [("file", GLOSSARY, None)]


def test_nested_elements_have_a_history_of_their_own(repository: Builder) -> None:
    path = "taxonomies/hate/taxonomy.yaml"

    def taxonomy(owner: str, *labels: str) -> str:
        items = "".join(f"  - id: label.hate.{w}\n    title: {w.title()}\n" for w in labels)
        return f"id: taxonomy.hate\ntitle: Hate\nowner: {owner}\nlabels:\n{items}"

    repository.commit({path: taxonomy("seat.policy", "hate")})
    repository.commit({path: taxonomy("seat.legal", "hate")})
    repository.commit({path: taxonomy("seat.legal", "hate", "slur")})
    assert kinds_of(repository, "label.hate.hate") == ["added"]
    newest, owner, _ = events_of(repository, "taxonomy.hate")
    assert changes(owner) == [("owner", "seat.policy", "seat.legal")]
    assert changes(newest) == [("labels", None, "label.hate.slur")]
    assert changes(events_of(repository, "label.hate.slur")[0])[0] == ("in", None, "taxonomy.hate")


def test_a_clause_given_to_another_standard_of_the_same_file_says_so(repository: Builder) -> None:
    path = "policies/standards/law.yaml"

    clause = "\n      - id: clause.a.one\n        title: One"

    def standards(first: str, second: str) -> str:
        return (
            f"standards:\n  - id: standard.a\n    title: A\n    clauses:{first}\n"
            f"  - id: standard.b\n    title: B\n    clauses:{second}\n"
        )

    repository.commit({path: standards(clause, " []")})
    repository.commit({path: standards(" []", clause)})
    newest, _ = events_of(repository, "clause.a.one")
    assert changes(newest) == [("in", "standard.a", "standard.b")]


def test_the_text_of_a_page_is_compared_by_section(repository: Builder) -> None:
    path = "docs/decisions/DEC-0001-scope.md"

    def page(why: str, title: str = "Scope") -> str:
        return f"---\nid: DEC-0001\ntitle: {title}\n---\n\n## Context\n\nA.\n\n## Why\n\n{why}\n"

    repository.commit({path: page("B.")})
    repository.commit({path: page("C.")})
    repository.commit({path: page("C.").replace("\n", "\r\n")})
    newest, _ = events_of(repository, "DEC-0001")
    assert changes(newest) == [("body: Why", "B.", "C.")]


def test_only_governed_files_count(repository: Builder) -> None:
    repository.commit(
        {
            "policies/README.md": "---\nid: term.read\n---\n",
            "labelcharter.yaml": "id: term.settings\n",
            "elsewhere/glossary.yaml": terms(term("slur")),
            GLOSSARY: terms(term("hate")),
        }
    )
    assert set(read_history(repository.root).events) == {"term.hate"}


def test_a_path_that_is_not_utf_8_is_read_and_shown_with_its_bytes(repository: Builder) -> None:
    repository.commit({b"policies/objectives/caf\xe9\n.yaml": objectives(objective("one"))})
    (event,) = events_of(repository, "objective.one")
    assert event.path == r"policies/objectives/caf\xe9\n.yaml"


def test_a_record_with_half_a_character_is_unreadable_and_no_fault(repository: Builder) -> None:
    path = "audits/one/records/REC-0001.json"
    repository.commit({path: '{"id": "REC-0001", "title": "One"}'})
    repository.commit({path: '{"id": "REC-0001", "title": "\\ud800"}'})
    assert kinds_of(repository, "REC-0001") == ["added", "unreadable"]


def test_the_latest_clock_so_far_says_since_when_something_is_in_force(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))}, time=1_760_000_000)
    repository.commit({GLOSSARY: terms(term("slur", title="A"))}, time=1_750_000_000)
    newest, oldest = events_of(repository, "term.slur")
    assert newest.time < oldest.time
    assert newest.in_force_since == oldest.in_force_since == oldest.time


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_both_kinds_of_hash_are_read(repository: Builder, object_format: str) -> None:
    other = Builder(repository.root.with_name(object_format), object_format)
    made = other.commit({GLOSSARY: terms(term("slur"))})
    other.commit({GLOSSARY: terms(term("slur", title="A"))})
    assert [len(e.commit) for e in events_of(other, "term.slur")] == [len(made)] * 2
    assert len(made) == {"sha1": 40, "sha256": 64}[object_format]


def test_a_root_inside_a_larger_repository_sees_its_own_files_only(repository: Builder) -> None:
    repository.commit(
        {
            f"team/governance/{GLOSSARY}": terms(term("slur")),
            GLOSSARY: terms(term("hate")),
        }
    )
    inside = repository.root / "team" / "governance"
    inside.mkdir(parents=True)
    history = read_history(inside)
    assert set(history.events) == {"term.slur"}
    assert history.events["term.slur"][0].path == GLOSSARY


def test_a_linked_worktree_reads_the_branch_that_it_shows(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    start = repository.git("rev-parse", "main")
    repository.commit({GLOSSARY: terms(term("slur", title="A"))}, branch="side", start=start)
    beside = repository.root.with_name("beside")
    repository.git("worktree", "add", "-q", str(beside), "side")
    assert len(read_history(beside).events["term.slur"]) == 2
    assert len(read_history(repository.root).events["term.slur"]) == 1


def test_a_repository_without_a_commit_has_an_empty_history(repository: Builder) -> None:
    history = read_history(repository.root)
    assert (history.commit, dict(history.events)) == (None, {})
