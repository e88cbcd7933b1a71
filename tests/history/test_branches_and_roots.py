"""Shapes of history other than a line: pulls, octopuses, several roots, subtrees."""

import pytest
from builder import BEN, GLOSSARY, Builder, objective, objectives, term, terms
from reading_back import changes, events_of, kinds_of

from labelcharter.history.cautions import Caution
from labelcharter.history.timelines import read_history

A, B = "policies/objectives/a.yaml", "policies/objectives/b.yaml"


def slur(title: str) -> dict[str, str]:
    return {GLOSSARY: terms(term("slur", title=title))}


def pulls(repository: Builder) -> list[Caution]:
    cautions = read_history(repository.root).cautions
    return [caution for caution in cautions if caution.kind == "main-pulled-in"]


PULLS = [
    "Merge branch 'main' of github.com:team/governance",
    "Merge branch 'master' of /srv/governance into main",
    "Merge remote-tracking branch 'origin/main'",
    "Merge remote-tracking branch 'upstream/trunk' into topic",
    "Merge branch 'main' into topic",
    "Merge branch 'main'",
]
OTHERS = [
    "Merge branch 'maintenance' into main",
    "Merge branch 'topic' into main",
    "Merge pull request #3 from team/main",
    "Revert \"Merge branch 'main'\"",
    "We talked about how to Merge branch 'main'",
]


def merged(repository: Builder, subject: str) -> str:
    """Somebody pulls: their own commit is first, what the team had published comes second."""
    repository.commit(slur("Slur"), "First")
    start = repository.git("rev-parse", "main")
    published = repository.commit(
        {A: objectives(objective("one"))}, branch="published", start=start, author=BEN
    )
    repository.commit(slur("A slur"), "Local")
    return repository.commit({A: objectives(objective("one"))}, subject, merge=(published,))


@pytest.mark.parametrize("subject", PULLS)
def test_a_main_branch_pulled_into_the_main_line_is_told(repository: Builder, subject: str) -> None:
    merge = merged(repository, subject)
    (caution,) = pulls(repository)
    assert (caution.commit, caution.id) == (merge, "")
    assert subject in caution.what
    assert "dated by this merge" in caution.why
    assert "git pull --rebase" in caution.next


@pytest.mark.parametrize("subject", OTHERS)
def test_a_branch_merged_into_the_main_line_is_not(repository: Builder, subject: str) -> None:
    merged(repository, subject)
    assert pulls(repository) == []


def test_a_commit_that_only_says_so_pulled_nothing(repository: Builder) -> None:
    repository.commit(slur("Slur"), PULLS[0])
    assert pulls(repository) == []


def test_a_pull_is_told_to_who_asks_for_an_element_that_it_landed(repository: Builder) -> None:
    merged(repository, PULLS[0])
    history = read_history(repository.root)
    assert [c.kind for c in history.cautions_about("objective.one")] == ["main-pulled-in"]
    assert history.cautions_about("term.slur") == ()


def test_another_root_lands_with_its_merge(repository: Builder) -> None:
    repository.commit(slur("Slur"))
    one = repository.commit({A: objectives(objective("one"))}, branch="root-two", author=BEN)
    two = repository.commit({B: objectives(objective("two"))}, branch="root-three")
    both = {A: objectives(objective("one")), B: objectives(objective("two"))}
    merge = repository.commit(both, "Join", merge=(one, two))
    assert len(repository.git("rev-list", "--max-parents=0", "main").split()) == 3
    for identifier, root in (("objective.one", one), ("objective.two", two)):
        (event,) = events_of(repository, identifier)
        assert (event.kind, event.commit) == ("added", merge)
        assert [(w.commit, w.final) for w in event.written_in] == [(root, True)]
    assert kinds_of(repository, "term.slur") == ["added"]


def test_a_mainline_that_began_twice_is_read_along_its_first_parents(repository: Builder) -> None:
    old = repository.commit(slur("Slur"), branch="old")
    repository.commit({A: objectives(objective("one"))}, "A new beginning")
    merge = repository.commit(slur("Slur"), "Take the old one in", merge=(old,))
    (event,) = events_of(repository, "term.slur")
    assert (event.commit, event.written_in[0].commit) == (merge, old)


def test_a_subtree_lands_with_the_merge_that_moved_it_here(repository: Builder) -> None:
    repository.commit({A: objectives(objective("one"))})
    other = repository.commit({"glossary.yaml": terms(term("slur"))}, branch="theirs", author=BEN)
    merge = repository.commit(slur("Slur"), "Add 'policies/' from theirs", merge=(other,))
    (event,) = events_of(repository, "term.slur")
    assert (event.kind, event.commit) == ("added", merge)
    assert event.made_in_merge  # nobody wrote it under this path


def test_an_octopus_is_one_landing_of_all_its_branches(repository: Builder) -> None:
    repository.commit(slur("Slur"))
    start = repository.git("rev-parse", "main")
    files = {A: objectives(objective("one")), B: objectives(objective("two"))}
    sides = tuple(
        repository.commit({path: content}, branch=f"side-{index}", start=start)
        for index, (path, content) in enumerate(files.items())
    )
    title = repository.commit(slur("A slur"), branch="side-3", start=start)
    merge = repository.commit(files | slur("A slur"), "Octopus", merge=(*sides, title))
    history = read_history(repository.root)
    for identifier in ("objective.one", "objective.two", "term.slur"):
        assert history.events[identifier][0].commit == merge
    assert changes(history.events["term.slur"][0]) == [("title", "Slur", "A slur")]


def test_a_merge_that_kept_the_mainline_as_it_was_is_no_event(repository: Builder) -> None:
    repository.commit(slur("Slur"))
    start = repository.git("rev-parse", "main")
    side = repository.commit(slur("Refused"), branch="side", start=start)
    repository.commit({}, "Merge side, keep ours", merge=(side,))
    assert kinds_of(repository, "term.slur") == ["added"]


def test_what_a_mail_map_or_a_replaced_commit_says_of_a_branch_is_not_believed(
    repository: Builder,
) -> None:
    repository.commit(slur("Slur"))
    start = repository.git("rev-parse", "main")
    side = repository.commit(slur("A slur"), branch="side", start=start, author=BEN)
    forged = repository.commit(
        slur("A slur"), branch="forged", start=start, author="Eve <eve@example.org>"
    )
    mailmap = {".mailmap": "Eve <eve@example.org> <ben@example.org>\n"}
    repository.commit(slur("A slur") | mailmap, "Merge side", merge=(side,))
    repository.git("replace", side, forged)
    repository.check_out()
    newest = events_of(repository, "term.slur")[0]
    assert [(w.commit, w.author) for w in newest.written_in] == [(side, BEN)]


def test_branches_are_read_in_a_repository_of_long_hashes(repository: Builder) -> None:
    other = Builder(repository.root.with_name("sha256"), "sha256")
    start = other.commit(slur("Slur"))
    side = other.commit(slur("A slur"), branch="side", start=start, author=BEN)
    other.commit(slur("A slur"), "Merge side", merge=(side,))
    newest = events_of(other, "term.slur")[0]
    assert len(side) == 64
    assert [(w.commit, w.author) for w in newest.written_in] == [(side, BEN)]
