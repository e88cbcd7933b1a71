"""The state after a replay equals what the tree of that commit holds, read without any history."""

import random

from builder import Builder
from random_histories import random_history

from labelcharter.history.events import Event
from labelcharter.history.timelines import read_history
from labelcharter.history.versions import version_of
from labelcharter.registry.load import load_sources


def test_the_state_at_any_commit_is_that_of_its_tree(repository: Builder) -> None:
    chance = random.Random(7)  # noqa: S311 - a story, not secrets
    commits = random_history(repository, chance, 60)
    for commit in chance.sample(commits, 8):
        names = repository.git("ls-tree", "-r", "--name-only", commit).splitlines()
        files = {n: repository.git("show", f"{commit}:{n}").encode() + b"\n" for n in names}
        tree = {e.id: version_of(e) for e in load_sources(files).elements}
        assert dict(read_history(repository.root, commit).present) == tree


def test_the_changes_of_a_timeline_lead_to_its_last_state(repository: Builder) -> None:
    random_history(repository, random.Random(11), 60)  # noqa: S311 - a story, not secrets
    history = read_history(repository.root)
    assert {"moved", "changed", "retired", "added"} <= {
        event.kind for events in history.events.values() for event in events
    }
    for identifier, events in history.events.items():
        version = history.present.get(identifier)
        assert _title_after(events) == (version.data["title"] if version else None)


def _title_after(events: tuple[Event, ...]) -> object:
    title: object = None
    known: object = None
    for event in reversed(events):
        for change in event.changes:
            if change.field == "title":
                assert change.old in (known, None)
                title = known = change.new
            elif change.field == "file":
                title = None if change.new is None else known
    return title
