"""Who wrote what a merge landed, and who only merged it."""

import jsonschema
import pytest
from builder import ADA, BEN, GLOSSARY, Builder, objective, objectives, term, terms
from reading_back import changes, events_of

from labelcharter.history.authorship import co_authors, pull_request
from labelcharter.history.events import Event, as_data
from labelcharter.history.timelines import read_history
from labelcharter.history.wording import event_lines
from labelcharter.registry.schema_files import schema

CY = "Cy <cy@example.org>"
A, B = "policies/objectives/a.yaml", "policies/objectives/b.yaml"


def slur(title: str, **fields: str) -> dict[str, str]:
    return {GLOSSARY: terms(term("slur", title=title, **fields))}


@pytest.fixture
def begun(repository: Builder) -> Builder:
    """`term.slur` on the mainline, and `start` to branch off from."""
    repository.commit(slur("Slur"), "First")
    repository.git("tag", "start", "main")
    return repository


def written(event: Event) -> list[tuple[str, str, bool]]:
    return [(w.commit, w.author, w.final) for w in event.written_in]


def test_a_merge_names_who_wrote_what_it_landed(begun: Builder) -> None:
    side = begun.commit(slur("A slur"), branch="side", start="start", author=BEN)
    merge = begun.commit(slur("A slur"), "Merge pull request #7 from ben/slur", merge=(side,))
    newest = events_of(begun, "term.slur")[0]
    assert (newest.commit, newest.author, newest.made_in_merge) == (merge, ADA, False)
    assert written(newest) == [(side, BEN, True)]
    assert newest.pull_request == 7


def test_a_direct_commit_was_written_where_it_landed(begun: Builder) -> None:
    begun.commit(slur("A slur"), author=BEN)
    newest = events_of(begun, "term.slur")[0]
    assert (newest.author, newest.written_in, newest.made_in_merge) == (BEN, (), False)


def test_who_drafted_it_is_named_beside_who_wrote_the_final_words(begun: Builder) -> None:
    draft = begun.commit(slur("Draft"), branch="side", start="start", author=CY)
    final = begun.commit(slur("Final"), branch="side", author=BEN)
    begun.commit(slur("Final"), "Merge side", merge=(final,))
    newest = events_of(begun, "term.slur")[0]
    assert written(newest) == [(draft, CY, False), (final, BEN, True)]


def test_a_value_unlike_every_branch_was_made_in_the_merge(begun: Builder) -> None:
    side = begun.commit(slur("A slur"), branch="side", start="start", author=BEN)
    begun.commit(slur("Slipped in"), "Merge side", merge=(side,))
    newest = events_of(begun, "term.slur")[0]
    assert newest.made_in_merge
    assert written(newest) == [(side, BEN, False)]
    assert changes(newest) == [("title", "Slur", "Slipped in")]


def test_what_a_merge_did_to_an_element_that_no_branch_touched_was_made_in_it(
    begun: Builder,
) -> None:
    side = begun.commit({"README.md": "read me"}, branch="side", start="start", author=BEN)
    begun.commit({**slur("Slipped in"), "README.md": "read me"}, "Merge side", merge=(side,))
    newest = events_of(begun, "term.slur")[0]
    assert (newest.made_in_merge, newest.written_in) == (True, ())


def test_two_elements_of_one_merge_keep_their_own_authors(begun: Builder) -> None:
    one = {A: objectives(objective("one"))}
    two = {B: objectives(objective("two"))}
    first = begun.commit(one, branch="side", start="start", author=BEN)
    second = begun.commit(two, branch="side", author=CY)
    begun.commit(one | two, "Merge side", merge=(second,))
    assert written(events_of(begun, "objective.one")[0]) == [(first, BEN, True)]
    assert written(events_of(begun, "objective.two")[0]) == [(second, CY, True)]


def test_a_neighbour_in_the_same_file_did_not_write_it(begun: Builder) -> None:
    begun.commit({A: objectives(objective("one"), objective("two"))}, "Both")
    begun.git("tag", "both", "main")
    one = {A: objectives(objective("one", title="First"), objective("two"))}
    both = {A: objectives(objective("one", title="First"), objective("two", title="Second"))}
    first = begun.commit(one, branch="side", start="both", author=BEN)
    second = begun.commit(both, branch="side", author=CY)
    begun.commit(both, "Merge side", merge=(second,))
    assert written(events_of(begun, "objective.one")[0]) == [(first, BEN, True)]
    assert written(events_of(begun, "objective.two")[0]) == [(second, CY, True)]


def test_a_branch_that_took_the_mainline_in_did_not_write_what_it_took(begun: Builder) -> None:
    first = begun.commit(slur("Draft"), branch="side", start="start", author=BEN)
    main = begun.commit({A: objectives(objective("one"))}, "Meanwhile")
    synced = begun.commit(
        {**slur("Draft"), A: objectives(objective("one"))},
        "Merge branch 'main' into side",
        branch="side",
        merge=(main,),
        author=CY,
    )
    last = begun.commit(slur("Final"), branch="side", author=BEN)
    begun.commit(slur("Final"), "Merge side", merge=(last,))
    newest = events_of(begun, "term.slur")[0]
    assert written(newest) == [(first, BEN, False), (last, BEN, True)]
    assert synced not in [w.commit for w in newest.written_in]
    assert [e.commit for e in events_of(begun, "objective.one")] == [main]


def test_a_conflict_that_a_branch_settled_in_a_merge_was_written_there(begun: Builder) -> None:
    first = begun.commit(slur("Draft"), branch="side", start="start", author=BEN)
    main = begun.commit(slur("Other"), "Meanwhile")
    settled = begun.commit(slur("Both"), "Settle", branch="side", merge=(main,), author=CY)
    begun.commit(slur("Both"), "Merge side", merge=(settled,))
    newest = events_of(begun, "term.slur")[0]
    assert written(newest) == [(first, BEN, False), (settled, CY, True)]
    assert not newest.made_in_merge


def test_a_branch_of_a_branch_is_told_from_its_own_commit(begun: Builder) -> None:
    deep = begun.commit(slur("Deep"), branch="deep", start="start", author=CY)
    begun.commit({"README.md": "x"}, branch="side", start="start", author=BEN)
    side = begun.commit(slur("Deep"), "Merge deep", branch="side", merge=(deep,), author=BEN)
    begun.commit({**slur("Deep"), "README.md": "x"}, "Merge side", merge=(side,))
    assert written(events_of(begun, "term.slur")[0]) == [(deep, CY, True)]


def test_an_octopus_names_the_branch_of_each_element(begun: Builder) -> None:
    one = {A: objectives(objective("one"))}
    two = {B: objectives(objective("two"))}
    first = begun.commit(one, branch="first", start="start", author=BEN)
    second = begun.commit(two, branch="second", start="start", author=CY)
    merge = begun.commit(one | two, "Merge branches", merge=(first, second))
    for identifier, side, author in (("one", first, BEN), ("two", second, CY)):
        (event,) = events_of(begun, f"objective.{identifier}")
        assert event.commit == merge
        assert written(event) == [(side, author, True)]


def test_who_took_it_out_on_a_branch_is_named(begun: Builder) -> None:
    side = begun.commit({GLOSSARY: None}, branch="side", start="start", author=BEN)
    begun.commit({GLOSSARY: None}, "Merge side", merge=(side,))
    newest = events_of(begun, "term.slur")[0]
    assert newest.kind == "retired"
    assert written(newest) == [(side, BEN, True)]


def test_who_made_it_unreadable_on_a_branch_is_named(begun: Builder) -> None:
    broken = slur('"Slur')
    side = begun.commit(broken, branch="side", start="start", author=BEN)
    begun.commit(broken, "Merge side", merge=(side,))
    newest = events_of(begun, "term.slur")[0]
    assert newest.kind == "unreadable"
    assert written(newest) == [(side, BEN, True)]


def test_who_moved_it_on_a_branch_is_named(begun: Builder) -> None:
    begun.commit({A: objectives(objective("one"))})
    begun.git("tag", "moved-from", "main")
    moved = {A: None, B: objectives(objective("one"))}
    side = begun.commit(moved, branch="side", start="moved-from", author=BEN)
    begun.commit(moved, "Merge side", merge=(side,))
    newest = events_of(begun, "objective.one")[0]
    assert (newest.kind, written(newest)) == ("moved", [(side, BEN, True)])


def test_each_merge_names_only_what_it_brought(begun: Builder) -> None:
    first = begun.commit(slur("One"), branch="side", start="start", author=BEN)
    begun.commit(slur("One"), "Merge side", merge=(first,))
    second = begun.commit(slur("Two"), branch="side", author=CY)
    begun.commit(slur("Two"), "Merge side again", merge=(second,))
    newest, before, _ = events_of(begun, "term.slur")
    assert (written(newest), written(before)) == ([(second, CY, True)], [(first, BEN, True)])


def test_the_decision_of_who_wrote_it_counts_where_the_merge_names_none(begun: Builder) -> None:
    message = "A slur\n\nDecision: DEC-0007\n"
    side = begun.commit(slur("A slur"), message, branch="side", start="start", author=BEN)
    begun.commit(slur("A slur"), "Merge side", merge=(side,))
    assert events_of(begun, "term.slur")[0].decision == "DEC-0007"


@pytest.mark.parametrize("landed", ["A slur", "Slipped in"])
def test_the_decision_of_a_merge_counts_first_and_that_of_other_words_never(
    begun: Builder, landed: str
) -> None:
    message = "A slur\n\nDecision: DEC-0007\n"
    side = begun.commit(slur("A slur"), message, branch="side", start="start", author=BEN)
    words = "Merge side\n\nDecision: DEC-0008" if landed == "A slur" else "Merge side"
    begun.commit(slur(landed), words, merge=(side,))
    expected = "DEC-0008" if landed == "A slur" else None
    assert events_of(begun, "term.slur")[0].decision == expected


def test_a_squash_names_its_pull_request_and_its_co_authors(begun: Builder) -> None:
    message = (
        f"Sharpen it (#12)\n\n* Draft\n\nCo-authored-by: {BEN}\n\n* Words\nco-authored-by: {CY}"
    )
    begun.commit(slur("A slur"), message)
    newest = events_of(begun, "term.slur")[0]
    assert (newest.pull_request, newest.co_authors) == (12, (BEN, CY))
    assert newest.written_in == ()


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Sharpen it (#12)", 12),
        ("Merge pull request #7 from ben/slur", 7),
        ("Fix #12", None),
        ("(#12) first", None),
        ("Sharpen it (#1234567890)", None),
        ("Revert “Merge pull request #7”", None),
        ("", None),
    ],
)
def test_a_pull_request_is_named_as_forges_do(subject: str, number: int | None) -> None:
    assert pull_request(subject) == number


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f"Co-authored-by: {BEN}\nCo-Authored-By: {BEN}", (BEN,)),
        ("Thanks to Co-authored-by: nobody", ()),
        ("Co-authored-by:", ()),
        ("", ()),
    ],
)
def test_a_co_author_is_a_line_of_its_own(body: str, names: tuple[str, ...]) -> None:
    assert co_authors(body) == names


def test_the_text_says_who_wrote_who_drafted_and_who_merged(begun: Builder) -> None:
    draft = begun.commit(slur("Draft"), branch="side", start="start", author=CY)
    side = begun.commit(slur("Final"), branch="side", author=BEN)
    begun.commit(slur("Final"), "Merge pull request #7 from x", merge=(side,))
    newest, first = events_of(begun, "term.slur")
    assert event_lines(newest)[1] == (
        f"    written by {BEN} in {side[:12]}; with earlier work by {CY} in {draft[:12]}; "
        f"merged by {ADA}; commit {newest.commit[:12]}, pull request #7, not signed"
    )
    assert event_lines(first)[1] == f"    by {ADA}; commit {first.commit[:12]}, not signed"


def test_the_text_says_what_was_made_in_the_merge(begun: Builder) -> None:
    side = begun.commit(slur("Other"), branch="side", start="start", author=BEN)
    begun.commit(slur("Final"), "Merge side", merge=(side,), committer=CY)
    newest = events_of(begun, "term.slur")[0]
    assert event_lines(newest)[1].startswith(
        f"    made in the merge by {ADA}; with earlier work by {BEN} in {side[:12]}; "
        f"landed by {CY}; commit "
    )


def test_the_json_tells_the_same_and_leaves_out_what_is_not_there(begun: Builder) -> None:
    side = begun.commit(slur("Final"), branch="side", start="start", author=BEN, zone="+0200")
    begun.commit(slur("Final"), f"Merge (#7)\n\nCo-authored-by: {CY}", merge=(side,))
    newest, first = map(as_data, events_of(begun, "term.slur"))
    assert newest["written_in"] == [
        {"commit": side, "author": BEN, "time": "2025-10-10T08:53:20Z", "final": True}
    ]
    assert (newest["co_authors"], newest["pull_request"]) == ([CY], 7)
    assert "made_in_merge" not in newest
    assert not {"written_in", "made_in_merge", "co_authors", "pull_request"} & first.keys()
    shape = schema("output-history")
    jsonschema.validate({"format_version": 1, "id": "x", "events": [newest, first]}, shape)


def test_branches_of_a_larger_repository_are_read_below_the_root_only(begun: Builder) -> None:
    path = f"team/{GLOSSARY}"
    begun.commit({path: terms(term("hate"))})
    begun.git("tag", "team", "main")
    new = {path: terms(term("hate", title="New"))}
    side = begun.commit(new, branch="side", start="team", author=BEN)
    begun.commit(new, "Merge side", merge=(side,))
    (begun.root / "team").mkdir()
    history = read_history(begun.root / "team")
    assert set(history.events) == {"term.hate"}
    assert written(history.events["term.hate"][0]) == [(side, BEN, True)]
