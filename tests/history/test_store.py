"""The store is a shortcut: with it, without it, or with a spoilt one, the answer is the same."""

import os
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from builder import GLOSSARY, Builder, term, terms
from random_histories import random_history

from labelcharter.history import store as store_room
from labelcharter.history.timelines import History, open_history, read_history


def place(repository: Builder) -> Path:
    """The file of the store."""
    return repository.root / ".git/labelcharter/history.sqlite"


def assert_same(kept: History, read: History) -> None:
    """Everything that a history tells."""
    assert kept.commit == read.commit
    assert dict(kept.events) == dict(read.events)
    assert list(kept.events) == list(read.events)
    assert dict(kept.present) == dict(read.present)


@pytest.mark.parametrize("seed", range(2))
def test_read_commit_by_commit_or_all_at_once_it_is_the_same_history(
    repository: Builder, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a story, not secrets
    commits = random_history(repository, chance, 40, broken=0.15)
    for commit in sorted(chance.sample(range(len(commits)), 4)):
        assert_same(
            open_history(repository.root, commits[commit]),
            read_history(repository.root, commits[commit]),
        )
    assert_same(open_history(repository.root), read_history(repository.root))


def test_going_back_and_to_another_branch_rolls_the_store_back_to_what_both_share(
    repository: Builder,
) -> None:
    chance = random.Random(5)  # noqa: S311 - a story, not secrets
    main = random_history(repository, chance, 25, broken=0.1)
    side = random_history(repository, chance, 12, broken=0.1, branch="side", start=main[14])
    for commit in (main[-1], side[-1], main[20], side[4], main[3], main[-1]):
        assert_same(open_history(repository.root, commit), read_history(repository.root, commit))


def test_a_renamed_element_brings_its_past_with_it_out_of_the_store(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    open_history(repository.root)
    repository.commit({GLOSSARY: terms(term("insult", renamed_from="term.slur"))})
    open_history(repository.root)
    repository.commit({GLOSSARY: terms(term("insult", renamed_from="term.slur", title="New"))})
    kept = open_history(repository.root)
    assert [event.kind for event in kept.events["term.insult"]] == ["changed", "renamed", "added"]
    assert_same(kept, read_history(repository.root))


def test_a_history_that_was_opened_stays_what_it_was_while_later_commits_are_stored(
    repository: Builder,
) -> None:
    commits = random_history(repository, random.Random(2), 20)  # noqa: S311 - a story
    before = open_history(repository.root, commits[9])
    open_history(repository.root, commits[-1])
    assert dict(before.events) == dict(read_history(repository.root, commits[9]).events)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_store_is_made_anew_with_the_same_answer(repository: Builder, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a story, not secrets
    random_history(repository, chance, 12)
    open_history(repository.root)
    data = bytearray(place(repository).read_bytes())
    for _ in range(1 if seed % 2 else 200):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    place(repository).write_bytes(data if seed != 3 else data[: len(data) // 3])
    assert_same(open_history(repository.root), read_history(repository.root))


def test_a_forged_store_is_not_believed(repository: Builder) -> None:
    """One letter of a subject, changed by a program that knows SQLite."""
    random_history(repository, random.Random(1), 6)  # noqa: S311 - a story, not secrets
    open_history(repository.root)
    with sqlite3.connect(place(repository)) as forged:
        forged.execute("UPDATE landing SET content = replace(content, 'Change', 'Forged')")
    forged.close()
    assert_same(open_history(repository.root), read_history(repository.root))


def test_a_store_of_an_older_program_is_made_anew(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    random_history(repository, random.Random(1), 6)  # noqa: S311 - a story, not secrets
    monkeypatch.setattr(store_room, "EXTRACTOR_VERSION", -1)
    open_history(repository.root)
    monkeypatch.undo()
    assert_same(open_history(repository.root), read_history(repository.root))


def test_a_folder_inside_a_repository_and_the_repository_do_not_mix(repository: Builder) -> None:
    inside = repository.root / "inside"
    repository.commit({GLOSSARY: terms(term("slur")), f"inside/{GLOSSARY}": terms(term("hate"))})
    inside.mkdir(exist_ok=True)
    for root in (repository.root, inside, repository.root):
        assert_same(open_history(root), read_history(root))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_may_be_written_the_history_is_read_without_a_store(
    repository: Builder,
) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    (repository.root / ".git").chmod(0o500)
    try:
        assert_same(open_history(repository.root), read_history(repository.root))
    finally:
        (repository.root / ".git").chmod(0o700)


def test_a_file_in_the_way_of_the_store_costs_time_and_no_more(repository: Builder) -> None:
    repository.commit({GLOSSARY: terms(term("slur"))})
    (repository.root / ".git/labelcharter").write_text("in the way")
    assert_same(open_history(repository.root), read_history(repository.root))


def test_runs_at_the_same_time_do_not_mix(repository: Builder) -> None:
    commits = random_history(repository, random.Random(3), 15)  # noqa: S311 - a story, not secrets
    wrong: list[str] = []

    def run(commit: str) -> None:
        found = open_history(repository.root, commit)
        if dict(found.events) != dict(read_history(repository.root, commit).events):
            wrong.append(commit)

    runs = [threading.Thread(target=run, args=(commit,)) for commit in commits[-2:] * 2]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert not wrong


def test_a_run_that_is_killed_at_any_write_leaves_nothing_that_is_believed(
    repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = random_history(repository, random.Random(4), 10)  # noqa: S311 - a story, not secrets
    expected = read_history(repository.root)
    digest = store_room._digest
    for stop in range(3):
        open_history(repository.root, commits[4])
        left = iter(range(stop))

        def killed(path: Path, left: Iterator[int] = left) -> str:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return digest(path)

        monkeypatch.setattr(store_room, "_digest", killed)
        with suppress(KeyboardInterrupt):
            open_history(repository.root)
        monkeypatch.undo()
        assert_same(open_history(repository.root), expected)
