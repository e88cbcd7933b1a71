"""Who wrote it and who merged it, as the site's timelines say it."""

from __future__ import annotations

from datetime import UTC, datetime

from labelcharter.history.authorship import Written
from labelcharter.history.events import Event
from labelcharter.site.history_view import people

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def event(author: str, *writers: tuple[str, bool], made: bool = False, co: str = "") -> Event:
    return Event(
        id="term.slur",
        kind="changed",
        commit="a" * 40,
        time=NOON,
        in_force_since=NOON,
        author=f"{author} <x@example.org>",
        author_time=NOON,
        committer=f"{author} <x@example.org>",
        signature="none",
        subject="A change",
        decision=None,
        path="policies/glossary.yaml",
        changes=(),
        written_in=tuple(Written("b" * 40, f"{w} <w@x>", NOON, final) for w, final in writers),
        made_in_merge=made,
        co_authors=(f"{co} <c@x>",) if co else (),
    )


def test_a_direct_commit_names_its_author_alone() -> None:
    assert people((event("Ada"),)) == ("Ada", "")


def test_a_merge_names_who_wrote_it_and_who_merged_it() -> None:
    assert people((event("Ada", ("Cy", False), ("Ben", True)),)) == ("Ben", "merged by Ada")


def test_what_no_branch_holds_was_made_by_whoever_merged() -> None:
    assert people((event("Ada", ("Ben", False), made=True),)) == ("Ada", "made in the merge by Ada")


def test_a_squash_names_its_co_authors() -> None:
    assert people((event("Ada", co="Ben"),)) == ("Ada, Ben", "")


def test_a_commit_over_many_elements_names_everybody_once() -> None:
    found = (event("Ada", ("Ben", True)), event("Ada", ("Cy", True)), event("Ada", ("Ben", True)))
    assert people(found) == ("Ben, Cy", "merged by Ada")
